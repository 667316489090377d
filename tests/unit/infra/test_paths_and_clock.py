"""Small adapters: where files go, what time it is, secrets for one run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop_app.core.credential import Secret
from desktop_app.core.profile import ProfileId
from desktop_app.infra import paths
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.memory_store import MemorySecretStore


def test_folders_are_the_persons_own_and_named_after_the_program() -> None:
    for folder in (paths.config_folder(False), paths.log_folder(False)):
        assert folder.is_relative_to(Path.home())
        assert paths.APP_NAME in folder.parts


def test_practice_keeps_its_files_apart_and_asking_makes_no_folder() -> None:
    for of_mode in (paths.config_folder, paths.log_folder):
        assert of_mode(True).parent == of_mode(False)
        assert not of_mode(True).exists()


def test_clock_is_aware_utc_and_never_goes_back() -> None:
    clock = SystemClock()

    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert clock.monotonic() <= clock.monotonic()


def test_secrets_for_one_run_do_not_show_themselves() -> None:
    store = MemorySecretStore()
    store.set(ProfileId("1"), Secret("hidden word"))

    assert "hidden" not in repr(store)
