"""What every WarningStore promises: the one in memory and the file."""

from datetime import timedelta
from pathlib import Path

import pytest

from desktop_app.core.ends import OVER, EndKind
from desktop_app.core.profile import ProfileId
from desktop_app.core.warnings import Given, WarningStore
from desktop_app.infra.memory_warnings import MemoryWarnings
from desktop_app.infra.warnings_file import WarningsFile
from tests.fakes.clock import NOON

KEY, OTHER = ProfileId("a" * 32), ProfileId("b" * 32)
WEEK = Given(7, NOON)


class WarningStoreContract:
    """Subclasses give the fixture `store`, empty."""

    def test_a_warning_is_new_once(self, store: WarningStore) -> None:
        assert [store.claim(KEY, EndKind.PAT, WEEK) for _time in range(3)] == [True, False, False]

    def test_only_what_is_more_urgent_is_new(self, store: WarningStore) -> None:
        steps = (14, 30, 7, 14, 1, OVER, 1, OVER)
        told = [store.claim(KEY, EndKind.PAT, Given(step, NOON)) for step in steps]
        assert told == [True, False, True, False, True, True, False, False]

    def test_connections_and_ends_are_told_apart(self, store: WarningStore) -> None:
        assert store.claim(KEY, EndKind.PAT, WEEK)
        assert store.claim(OTHER, EndKind.PAT, WEEK)
        assert store.claim(KEY, EndKind.CLIENT_SECRET, WEEK)

    def test_a_later_end_starts_anew(self, store: WarningStore) -> None:
        store.claim(KEY, EndKind.PAT, Given(OVER, NOON))
        assert store.claim(KEY, EndKind.PAT, Given(30, NOON + timedelta(days=30)))

    @pytest.mark.parametrize("hours", [-400, -30, 1, 47])
    def test_the_same_end_known_better_does_not(self, store: WarningStore, hours: int) -> None:
        store.claim(KEY, EndKind.PAT, WEEK)
        assert not store.claim(KEY, EndKind.PAT, Given(7, NOON + timedelta(hours=hours)))

    def test_another_credential_with_the_same_end_starts_anew(self, store: WarningStore) -> None:
        store.claim(KEY, EndKind.PAT, Given(7, NOON, "one"))
        assert not store.claim(KEY, EndKind.PAT, Given(7, NOON, ""))
        assert store.claim(KEY, EndKind.PAT, Given(7, NOON, "two"))

    def test_gone_connections_are_forgotten(self, store: WarningStore) -> None:
        store.claim(KEY, EndKind.PAT, WEEK)
        store.claim(OTHER, EndKind.PAT, WEEK)
        store.keep_only({OTHER})
        assert store.claim(KEY, EndKind.PAT, WEEK)
        assert not store.claim(OTHER, EndKind.PAT, WEEK)


class TestMemoryWarnings(WarningStoreContract):
    @pytest.fixture
    def store(self) -> WarningStore:
        return MemoryWarnings()


class TestWarningsFile(WarningStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> WarningStore:
        return WarningsFile(tmp_path / "config")
