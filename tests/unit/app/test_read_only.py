"""A list of connections that a newer version of the program wrote: everything can be looked at, checked and handed out,
nothing is changed, not even what is learned beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop_app.app.backups import Backups
from desktop_app.app.learning import enter_end
from desktop_app.app.warnings import EndWarnings
from desktop_app.core.backup import BackupEntry, Decision, PreviewItem, Standing
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change, Step
from desktop_app.core.cloud import WELL_KNOWN
from desktop_app.core.credential import PatCredential, Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from desktop_app.infra.credential_json import encode_credential
from tests.fakes.profiles import a_profile
from tests.unit.app.world import PAT, World, unheard

NEW = PatCredential(Secret("new-token"))


@pytest.fixture
def profile(world: World) -> Profile:
    """A saved token, one older token kept; after that the newer version took over."""
    profile = a_profile(method=Method.PAT, last_check=None, tenant="", client_id="", credential_ends=date(2026, 12, 1))
    world.profiles.save(profile)
    world.secrets.set(profile.id, encode_credential(PatCredential(Secret(PAT))))
    world.profiles.newer = True
    world.journal.clear()
    return profile


def kept_old(world: World, profile: Profile) -> None:
    world.change_journal.put(Change(profile.id, Step.KEPT, world.clock.now(), profile, profile, True, True))


def restore(world: World, profile: Profile) -> None:
    backups = Backups(world.connections, WELL_KNOWN, world.clock, practice=False)
    entry = BackupEntry(replace(profile, id=a_profile(2).id, name="Another"), NEW)
    for failure in backups.apply([(PreviewItem(entry, Standing.NEW), Decision.ADD)], Cancel()).failed.values():
        raise failure


CHANGES: dict[str, Callable[[World, Profile], object]] = {
    "add": lambda world, profile: world.connections.changes.add(a_profile(2), NEW),
    "replace": lambda world, profile: world.connections.changes.replace(profile, profile, NEW),
    "rename": lambda world, profile: world.connections.rename(profile.id, "x"),
    "remove": lambda world, profile: world.connections.remove(profile.id),
    "forget the old one": lambda world, profile: world.connections.forget_old(profile.id),
    "put the old one back": lambda world, profile: world.connections.changes.put_back(profile.id),
    "enter an end": lambda world, profile: enter_end(world.connections, profile.id, date(2027, 1, 1)),
    "restore a back-up": restore,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_refused_before_anything_is_written(
    world: World, profile: Profile, change: Callable[[World, Profile], object]
) -> None:
    kept_old(world, profile)
    entries = world.change_journal.load()

    with pytest.raises(ConnectionProblem) as refused:
        change(world, profile)

    assert refused.value.problem is Problem.PROFILE_FILE_NEWER
    assert [what for what, _key in world.journal if what.startswith(("secrets", "profiles"))] == []
    assert world.change_journal.load() == entries
    assert world.connections.history.load(profile.id) == ()


def test_check_works_and_what_it_found_is_known_here_only(world: World, profile: Profile) -> None:
    checked, report = world.connections.check(profile.id, unheard, Cancel())

    assert report.identity_proved
    assert checked.last_check is not None
    assert world.profiles.load() == (profile,)
    assert world.connections.history.load(profile.id) == ()
    assert world.connections.fresh_token(profile.id, Cancel()).value == Secret(PAT)


def test_what_is_learned_beside_it_is_not_written(world: World, profile: Profile) -> None:
    learned = world.connections.learned(profile, account="learned")
    assert learned.account == "learned"
    assert world.profiles.load() == (profile,)


def test_recovery_leaves_the_newer_versions_changes_alone(world: World, profile: Profile) -> None:
    world.change_journal.put(Change(profile.id, Step.REMOVING, world.clock.now()))
    world.connections.changes.recover()
    assert [change.step for change in world.change_journal.load()] == [Step.REMOVING]
    assert world.secrets.get(profile.id) is not None


def test_no_warning_is_given_or_used_up(world: World, profile: Profile) -> None:
    class Store:
        def keep_only(self, keys: object) -> None:
            raise AssertionError("the newer version's own")

        def claim(self, *given: object) -> bool:
            raise AssertionError("the newer version's own")

    world.clock.advance(timedelta(days=3).total_seconds())
    warnings = EndWarnings(
        profiles=world.profiles,
        store=Store(),
        history=world.connections.history,
        clock=world.clock,
    )
    assert warnings.take() == ()
