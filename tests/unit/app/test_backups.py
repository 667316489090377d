"""Exporting and importing connections: a look first, conflicts decided one by one, and nothing lost."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.app.backups import Backups, Imported
from desktop_app.core.backup import CHOICES, BackupEntry, Decision, PreviewItem, Standing, free_name
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.cloud import WELL_KNOWN
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from desktop_app.infra import backup_file
from desktop_app.infra.backup_file import Kdf
from desktop_app.infra.memory_store import MemorySecretStore
from tests.unit.app.world import CLIENT_SECRET, PAT, World

PASSPHRASE = Secret("correct horse battery")


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_file, "new_kdf", lambda: Kdf(os.urandom(16), memory_kib=32, iterations=1, lanes=1))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "connections.ado-backup"


def backups(world: World) -> Backups:
    return Backups(world.connections, WELL_KNOWN, world.clock, practice=False)


def three(world: World) -> tuple[Profile, ...]:
    return tuple(world.saved(method, f"My {method}") for method in Method)


def export(world: World, file: Path) -> None:
    backups(world).export([profile.id for profile in world.connections.load()], PASSPHRASE, file, Cancel())


def preview(world: World, file: Path) -> tuple[PreviewItem, ...]:
    return backups(world).preview(file, PASSPHRASE)


def import_all(world: World, file: Path) -> Imported:
    """With what is chosen unless the person says otherwise."""
    items = preview(world, file)
    return backups(world).apply([(item, CHOICES[item.standing][0]) for item in items], Cancel())


def problem_of(action: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value.problem


def test_another_computer_has_the_same_connections_after_an_import(world: World, file: Path) -> None:
    made = three(world)
    export(world, file)
    other = World(entra=world.entra)
    done = import_all(other, file)

    assert [profile.name for profile in done.added] == [profile.name for profile in made]
    assert other.connections.load() == tuple(replace(profile, last_check=None) for profile in made)
    for profile in made:
        assert other.secrets.get(profile.id) == world.secrets.get(profile.id)
        assert other.fresh_token(profile)
        assert other.history.load(profile.id)[0].kind is EventKind.IMPORTED


def test_looking_changes_nothing(world: World, file: Path) -> None:
    three(world)
    export(world, file)
    other = World()
    assert [item.standing for item in preview(other, file)] == [Standing.NEW] * 3
    assert other.connections.load() == ()
    assert other.journal == []


def test_same_connections_are_skipped(world: World, file: Path) -> None:
    three(world)
    export(world, file)
    before = world.connections.load()
    assert [item.standing for item in preview(world, file)] == [Standing.SAME] * 3
    assert import_all(world, file).skipped == 3
    assert world.connections.load() == before


def test_sign_in_that_was_renewed_since_is_still_the_same(world: World, file: Path) -> None:
    profile = world.saved(Method.OAUTH)
    export(world, file)
    world.clock.advance(3600)
    world.fresh_token(profile)
    assert [item.standing for item in preview(world, file)] == [Standing.SAME]


def test_changed_connection_is_left_alone_unless_it_is_to_be_replaced(world: World, file: Path) -> None:
    profile = world.saved(Method.PAT)
    export(world, file)
    world.connections.rename(profile.id, "Renamed")
    (item,) = preview(world, file)
    assert item.standing is Standing.CHANGED
    assert CHOICES[item.standing][0] is Decision.SKIP

    backups(world).apply([(item, Decision.REPLACE)], Cancel())
    assert [other.name for other in world.connections.load()] == ["Contoso"]


def test_replaced_secret_can_be_put_back(world: World, file: Path) -> None:
    profile = world.saved(Method.PAT)
    export(world, file)
    draft = world.draft(Method.PAT)
    draft.editing, draft.token = profile, Secret("another-token")  # type: ignore[attr-defined]  # a PatDraft
    world.connections.save(world.prove(draft), "Contoso")
    world.connections.forget_old(profile.id)
    (item,) = preview(world, file)
    assert item.standing is Standing.CHANGED

    backups(world).apply([(item, Decision.REPLACE)], Cancel())
    assert world.fresh_token(profile) == PAT
    assert world.connections.kept_old(profile.id) is not None


def test_changed_connection_can_stand_beside_the_one_that_is_there(world: World, file: Path) -> None:
    profile = world.saved(Method.CLIENT_SECRET)
    export(world, file)
    world.connections.rename(profile.id, "Renamed")
    (item,) = preview(world, file)
    backups(world).apply([(item, Decision.ADD_BESIDE)], Cancel())
    assert [other.name for other in world.connections.load()] == ["Renamed", "Contoso"]
    assert len({other.id for other in world.connections.load()}) == 2


def test_name_that_is_taken_gets_a_number(world: World, file: Path) -> None:
    world.saved(Method.PAT)
    export(world, file)
    other = World()
    other.saved(Method.CLIENT_SECRET)
    (item,) = preview(other, file)
    assert item.standing is Standing.NAME_TAKEN
    import_all(other, file)
    assert [profile.name for profile in other.connections.load()] == ["Contoso", "Contoso (2)"]


def test_connection_without_a_secret_is_kept_as_such(world: World, file: Path) -> None:
    profile = world.saved(Method.PAT)
    MemorySecretStore.delete(world.secrets, profile.id)
    done = backups(world).export([profile.id], PASSPHRASE, file, Cancel())
    assert done.without_secret == ("Contoso",)
    other = World()
    import_all(other, file)
    assert problem_of(lambda: other.fresh_token(profile)) is Problem.SECRET_GONE


def test_locked_keyring_stops_an_export_before_a_file_is_there(
    world: World, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = world.saved(Method.PAT)

    def locked(key: object) -> Secret:
        raise ConnectionProblem(Problem.KEYRING_LOCKED)

    monkeypatch.setattr(world.secrets, "get", locked)
    action = backups(world).export
    assert problem_of(lambda: action([profile.id], PASSPHRASE, file, Cancel())) is Problem.KEYRING_LOCKED
    assert not file.exists()


def test_cancelled_export_leaves_no_file(world: World, file: Path) -> None:
    profile, cancel = world.saved(Method.PAT), Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        backups(world).export([profile.id], PASSPHRASE, file, cancel)
    assert not file.exists()


def test_file_is_its_owners_alone(world: World, file: Path) -> None:
    three(world)
    export(world, file)
    assert file.stat().st_mode & 0o777 == 0o600
    content = file.read_bytes()
    assert all(secret.encode() not in content for secret in (PAT, CLIENT_SECRET, PASSPHRASE.reveal()))


def test_one_entry_that_fails_does_not_stop_the_others(world: World, file: Path) -> None:
    three(world)
    export(world, file)
    other = World()
    items = preview(other, file)
    other.secrets.fail_with, other.secrets.writes_left = Problem.KEYRING_REFUSED, 1
    done = backups(other).apply([(item, Decision.ADD) for item in items], Cancel(), lambda count: None)
    assert (len(done.added), len(done.failed)) == (1, 2)
    assert {failure.problem for failure in done.failed.values()} == {Problem.KEYRING_REFUSED}


def test_file_that_is_not_there_is_explained_with_its_name(world: World, file: Path) -> None:
    with pytest.raises(ConnectionProblem) as failure:
        preview(world, file)
    assert (failure.value.problem, failure.value.facts["file"]) == (Problem.BACKUP_UNREADABLE, str(file))


def test_folder_that_is_not_there_is_explained(world: World, tmp_path: Path) -> None:
    action = backups(world).export
    place = tmp_path / "gone" / "file"
    assert problem_of(lambda: action([], PASSPHRASE, place, Cancel())) is Problem.BACKUP_UNWRITABLE


def test_every_standing_has_a_choice_and_none_overwrites_by_itself() -> None:
    assert set(CHOICES) == set(Standing)
    assert all(choices[0] is not Decision.REPLACE for choices in CHOICES.values())


def test_free_names_stay_within_their_length() -> None:
    assert free_name("A", ["a", "A (2)"], 64) == "A (3)"
    assert free_name("x" * 80, ["x" * 64], 64) == "x" * 60 + " (2)"
    assert free_name("B", [], 64) == "B"


def test_entry_shows_no_secret(world: World, file: Path) -> None:
    three(world)
    export(world, file)
    shown = repr(preview(world, file))
    assert not any(secret in shown for secret in (PAT, CLIENT_SECRET))
    assert isinstance(preview(world, file)[0].entry, BackupEntry)
