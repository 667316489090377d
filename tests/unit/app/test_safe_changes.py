"""Keyring and file change together or not at all: the power fails at every write of every change, and again while the
program recovers from that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from desktop_app.app.safe_changes import SafeChanges
from desktop_app.app.secret_slots import new_slot, token_slot
from desktop_app.core.changes import Change, Renewal, Step
from desktop_app.core.credential import (
    ClientSecretCredential,
    Credential,
    OAuthCredential,
    PatCredential,
    Secret,
)
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.credential_json import decode_credential, encode_credential
from desktop_app.infra.turns import ThreadTurns
from tests.fakes.clock import FakeClock
from tests.fakes.power import Power, PowerCut, PoweredJournal, PoweredProfiles, PoweredSecrets
from tests.fakes.profiles import a_profile

BEFORE = a_profile(method=Method.PAT, credential_ends=date(2026, 9, 1), credential_id="old-id")
AFTER = replace(BEFORE, credential_ends=date(2027, 9, 1), credential_id="new-id", last_check=None)
OLD, NEW = PatCredential(Secret("old-token")), PatCredential(Secret("new-token"))
RENEWAL = Renewal("ADO Connect 1", made_id="new-id", old_id="old-id")
TOKEN = Secret("access-token")


@dataclass
class Desk:
    """A computer whose power can fail, and what is on its disk."""

    power: Power = field(default_factory=Power)

    def __post_init__(self) -> None:
        self.secrets = PoweredSecrets(self.power)
        self.profiles = PoweredProfiles(self.power)
        self.journal = PoweredJournal(self.power)
        self.turns = ThreadTurns()
        self.changes = self.start()

    def start(self) -> SafeChanges:
        """The program's part, over what the disk has."""
        return SafeChanges(self.profiles, lambda: self.secrets, self.journal, self.turns, FakeClock())

    def credential(self) -> Credential | None:
        stored = self.secrets.get(BEFORE.id)
        return decode_credential(stored) if stored else None

    def state(self) -> tuple[Profile | None, Credential | None]:
        return next(iter(self.profiles.load()), None), self.credential()

    def restart(self) -> None:
        self.power.back()
        self.turns = ThreadTurns()
        self.changes = self.start()


def nothing(desk: Desk) -> None:
    """A computer without connections."""


def saved(desk: Desk) -> None:
    """One connection, and a token that other processes share."""
    desk.profiles.save(BEFORE)
    desk.secrets.set(BEFORE.id, encode_credential(OLD))
    desk.secrets.set(token_slot(BEFORE.id), TOKEN)


def replaced(desk: Desk) -> None:
    saved(desk)
    desk.changes.replace(BEFORE, AFTER, NEW)


def created(desk: Desk) -> None:
    """Azure has made a new token, which is not yet in its place."""
    saved(desk)
    desk.secrets.set(new_slot(BEFORE.id), encode_credential(NEW))
    desk.journal.put(Change(BEFORE.id, Step.CREATED, datetime(2026, 1, 1, tzinfo=UTC), BEFORE, AFTER, renewal=RENEWAL))


def add(desk: Desk) -> None:
    desk.changes.add(BEFORE, OLD)


def swap(desk: Desk) -> None:
    desk.changes.replace(BEFORE, AFTER, NEW)


def renew(desk: Desk) -> None:
    desk.changes.replace(BEFORE, AFTER, NEW, renewal=RENEWAL)


def put_back(desk: Desk) -> None:
    desk.changes.put_back(BEFORE.id)


def forget_old(desk: Desk) -> None:
    desk.changes.forget_old(BEFORE.id)


def remove(desk: Desk) -> None:
    desk.changes.remove(BEFORE.id)


BACK = replace(BEFORE, last_check=None)
ABSENT: tuple[Profile | None, Credential | None] = (None, None)
WAS, IS, IS_BACK = (BEFORE, OLD), (AFTER, NEW), (BACK, OLD)
Story = tuple[Callable[[Desk], None], Callable[[Desk], None], tuple[tuple[Profile | None, Credential | None], ...]]
STORIES: dict[str, Story] = {
    "add": (nothing, add, (ABSENT, WAS)),
    "replace": (saved, swap, (WAS, IS)),
    "renew": (created, renew, (WAS, IS)),
    "put back": (replaced, put_back, (IS, IS_BACK)),
    "forget the old one": (replaced, forget_old, (IS,)),
    "remove": (replaced, remove, (IS, ABSENT)),
}


def writes_of(story: Story) -> list[str]:
    begin, change, _whole = story
    desk = Desk()
    begin(desk)
    desk.power.back()
    change(desk)
    return list(desk.power.writes)


def cuts() -> Iterator[tuple[str, int, bool]]:
    """Every write of every change, before and after its effect."""
    for name, story in STORIES.items():
        for number in range(len(writes_of(story))):
            yield name, number, False
            yield name, number, True


CUTS = tuple(cuts())


def cut(name: str, number: int, after_effect: bool) -> Desk:
    """A computer whose power failed at that write; it runs again."""
    begin, change, _whole = STORIES[name]
    desk = Desk()
    begin(desk)
    desk.power.back()
    desk.power.fail_at, desk.power.after_effect = number, after_effect
    with pytest.raises(PowerCut):
        change(desk)
    desk.restart()
    return desk


def check_whole(desk: Desk, name: str) -> None:
    """Old or new, never half; nothing in the keyring that nobody will remove; the journal says just what is left."""
    assert desk.state() in STORIES[name][2]
    left = {change.step for change in desk.journal.load()}
    slots = {""} if desk.state() != ABSENT else set()
    if desk.state() == WAS or desk.state() == IS:
        slots |= desk.secrets.slots() & {".token"}
    if left & {Step.KEPT, Step.REVOKING}:
        slots |= {".old"}
    if left & {Step.CREATED, Step.UNDOING}:
        slots |= desk.secrets.slots() & {".new"}
    assert desk.secrets.slots() == slots
    assert left <= {Step.KEPT, Step.REVOKING, Step.CREATED, Step.UNDOING}
    assert len(left) <= 1


@pytest.mark.parametrize(("name", "number", "after_effect"), CUTS)
def test_power_cut_at_any_write_leaves_the_old_or_the_new(name: str, number: int, after_effect: bool) -> None:
    desk = cut(name, number, after_effect)
    assert desk.credential() in {OLD, NEW, None}
    desk.changes.recover()
    check_whole(desk, name)
    before = (desk.state(), desk.secrets.slots(), desk.journal.load())
    desk.changes.recover()  # nothing is left to do
    assert (desk.state(), desk.secrets.slots(), desk.journal.load()) == before


@pytest.mark.parametrize(("name", "number", "after_effect"), CUTS)
def test_power_cut_while_recovering_is_recovered_from(name: str, number: int, after_effect: bool) -> None:
    desk = cut(name, number, after_effect)
    desk.changes.recover()
    for at in range(len(desk.power.writes)):
        for second_after in (False, True):
            again = cut(name, number, after_effect)
            again.power.fail_at, again.power.after_effect = at, second_after
            with pytest.raises(PowerCut):
                again.changes.recover()
            again.restart()
            again.changes.recover()
            check_whole(again, name)


def test_a_connection_works_in_the_middle_of_a_swap() -> None:
    """Before anything is recovered: what lies under the connection's own name is one of two that work."""
    for name, number, after_effect in CUTS:
        if name in {"replace", "renew"}:
            assert cut(name, number, after_effect).credential() in {OLD, NEW}


def test_swap_that_had_hardly_begun_is_not_taken_for_done_when_the_profile_stays_the_same() -> None:
    """Then the profile does not tell whether the swap took place."""
    desk = Desk()
    saved(desk)
    desk.power.back()
    desk.power.fail_at, desk.power.after_effect = 0, True
    with pytest.raises(PowerCut):
        desk.changes.replace(BEFORE, BEFORE, NEW)
    desk.restart()
    desk.changes.recover()
    assert desk.state() == WAS
    assert desk.journal.load() == ()


def test_change_that_a_crash_left_half_done_is_settled_before_the_next_one_begins() -> None:
    """What is kept then is what was in its place after that, not before."""
    desk = Desk()
    replaced(desk)
    desk.power.back()
    desk.power.fail_at = 1
    with pytest.raises(PowerCut):
        put_back(desk)
    desk.restart()
    third = PatCredential(Secret("third-token"))
    desk.changes.replace(AFTER, AFTER, third)
    assert desk.credential() == third
    assert desk.changes.old_credential(BEFORE.id) == OLD


def test_old_credential_of_a_connection_that_the_file_lost_goes_too() -> None:
    desk = Desk()
    replaced(desk)
    desk.profiles.remove(BEFORE.id)
    desk.changes.recover()
    assert desk.secrets.slots() == set()
    assert desk.journal.load() == ()


@pytest.mark.parametrize("flow", ["replace", "renew", "put back"])
def test_connection_that_a_damaged_file_lost_comes_back_from_the_journal(flow: str) -> None:
    desk = cut(flow, 2, True)
    desk.profiles.remove(BEFORE.id)
    desk.profiles.incomplete = True
    desk.changes.recover()
    assert desk.state() in {"replace": (WAS, IS), "renew": (WAS, IS), "put back": (IS, IS_BACK)}[flow]


def test_kept_old_credential_outlives_a_damaged_file() -> None:
    desk = Desk()
    replaced(desk)
    desk.profiles.remove(BEFORE.id)
    desk.profiles.incomplete = True
    desk.changes.recover()
    assert desk.state() == IS
    assert desk.changes.old_credential(BEFORE.id) == OLD


def test_name_that_was_given_between_a_crash_and_its_recovery_is_kept() -> None:
    desk = cut("replace", 2, True)
    desk.profiles.save(replace(BEFORE, name="Renamed"))
    desk.changes.recover()
    assert desk.state() == (replace(AFTER, name="Renamed"), NEW)


def test_points_are_enumerated() -> None:
    assert writes_of(STORIES["replace"]) == [
        "journal.put swapping",
        "secrets.set .old",
        "secrets.set ",
        "profiles.save",
        "secrets.delete .new",
        "journal.put kept",
    ]


# -- no crash, but a refusal ------------------------------------------------------------------------------------------


def problem_of(action: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value.problem


def refuse() -> None:
    raise ConnectionProblem(Problem.KEYRING_LOCKED)


@pytest.mark.parametrize(("begin", "name"), [(nothing, "add"), (saved, "replace")])
def test_change_that_is_stopped_before_the_profile_is_written_leaves_nothing(
    begin: Callable[[Desk], None], name: str
) -> None:
    desk = Desk()
    begin(desk)
    before = (desk.state(), desk.secrets.slots())
    if name == "add":
        assert problem_of(lambda: desk.changes.add(BEFORE, OLD, refuse)) is Problem.KEYRING_LOCKED
    else:
        assert problem_of(lambda: desk.changes.replace(BEFORE, AFTER, NEW, proceed=refuse)) is Problem.KEYRING_LOCKED
    assert (desk.state(), desk.secrets.slots()) == before
    assert desk.journal.load() == ()


def test_journal_that_can_not_be_written_stops_a_change_before_it_begins() -> None:
    desk = Desk()
    saved(desk)
    desk.journal.fail_with = Problem.DISK_FULL
    assert problem_of(lambda: swap(desk)) is Problem.DISK_FULL
    assert desk.state() == WAS
    assert desk.secrets.slots() == {"", ".token"}


def test_swap_that_fails_in_a_renewal_is_left_to_be_undone_at_azure() -> None:
    desk = Desk()
    created(desk)
    assert problem_of(lambda: desk.changes.replace(BEFORE, AFTER, NEW, renewal=RENEWAL, proceed=refuse))
    assert [change.step for change in desk.journal.load()] == [Step.UNDOING]
    assert desk.state() == WAS


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_old_credential_can_be_put_back_with_all_that_belongs_to_it() -> None:
    desk = Desk()
    replaced(desk)
    desk.profiles.save(replace(AFTER, name="Renamed"))

    put_back(desk)

    assert desk.state() == (replace(BEFORE, name="Renamed", last_check=None), OLD)
    assert desk.journal.load() == ()


def test_old_credential_can_be_put_back_once() -> None:
    desk = Desk()
    replaced(desk)
    put_back(desk)
    assert problem_of(lambda: put_back(desk)) is Problem.SECRET_GONE
    assert desk.credential() == OLD


def test_only_one_old_credential_is_kept() -> None:
    desk = Desk()
    replaced(desk)
    third = PatCredential(Secret("third-token"))
    assert problem_of(lambda: desk.changes.replace(AFTER, AFTER, third)) is Problem.OLD_SECRET_KEPT
    assert desk.state() == IS
    forget_old(desk)
    assert desk.changes.replace(AFTER, AFTER, third) is not None


@pytest.mark.parametrize("secret", [None, Secret("the-secret-of-an-app")])
def test_signing_in_again_keeps_no_old_sign_in(secret: Secret | None) -> None:
    desk = Desk()
    profile = replace(BEFORE, method=Method.OAUTH)
    desk.profiles.save(profile)
    desk.secrets.set(profile.id, encode_credential(OAuthCredential(Secret("old-refresh"), secret)))

    assert desk.changes.replace(profile, profile, OAuthCredential(Secret("new-refresh"), secret)) is None

    assert desk.credential() == OAuthCredential(Secret("new-refresh"), secret)
    assert desk.secrets.slots() == {""}
    assert desk.journal.load() == ()


def test_signing_in_again_leaves_an_older_secret_that_is_kept_where_it_is() -> None:
    desk = Desk()
    profile = replace(BEFORE, method=Method.OAUTH)
    first = OAuthCredential(Secret("refresh-1"), Secret("secret-1"))
    second = OAuthCredential(Secret("refresh-2"), Secret("secret-2"))
    desk.profiles.save(profile)
    desk.secrets.set(profile.id, encode_credential(first))
    desk.changes.replace(profile, profile, second)

    desk.changes.replace(profile, profile, OAuthCredential(Secret("refresh-3"), Secret("secret-2")))

    assert [change.step for change in desk.journal.load()] == [Step.KEPT]
    put_back(desk)
    assert desk.credential() == first


def test_client_secret_of_another_app_is_kept_too() -> None:
    desk = Desk()
    profile = replace(BEFORE, method=Method.CLIENT_SECRET)
    desk.profiles.save(profile)
    desk.secrets.set(profile.id, encode_credential(ClientSecretCredential(Secret("secret-1"))))
    kept = desk.changes.replace(profile, profile, ClientSecretCredential(Secret("secret-2")))
    assert kept is not None
    assert kept.step is Step.KEPT


def test_connection_with_a_renewal_under_way_is_neither_removed_nor_replaced() -> None:
    desk = Desk()
    created(desk)
    assert problem_of(lambda: swap(desk)) is Problem.RENEWAL_UNFINISHED
    assert problem_of(lambda: remove(desk)) is Problem.RENEWAL_UNFINISHED
    assert desk.state() == WAS


def test_secret_that_is_gone_is_entered_again() -> None:
    desk = Desk()
    desk.profiles.save(BEFORE)
    assert desk.changes.replace(BEFORE, AFTER, NEW) is None
    assert desk.state() == IS
    assert desk.journal.load() == ()


def test_change_that_another_process_is_in_the_middle_of_is_left_to_it() -> None:
    desk = Desk()
    saved(desk)
    desk.journal.put(Change(BEFORE.id, Step.REMOVING, datetime(2026, 1, 1, tzinfo=UTC)))
    with desk.turns.turn(BEFORE.id):
        desk.changes.recover()
    assert desk.state() == WAS
    desk.changes.recover()
    assert desk.state() == ABSENT


def test_one_change_that_can_not_be_recovered_does_not_stop_the_others() -> None:
    desk = Desk()
    saved(desk)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    stubborn = a_profile(2)
    desk.journal.put(Change(stubborn.id, Step.ADDING, began, after=stubborn))
    desk.journal.put(Change(BEFORE.id, Step.REMOVING, began))
    delete = desk.secrets.delete

    def locked(key: ProfileId) -> bool:
        if key == stubborn.id:
            refuse()
        return delete(key)

    desk.secrets.delete = locked  # type: ignore[method-assign]  # one item the keyring does not give up
    assert problem_of(desk.changes.recover) is Problem.KEYRING_LOCKED
    assert [change.key for change in desk.journal.load()] == [stubborn.id]


def test_connection_that_the_file_lost_meanwhile_leaves_no_secret() -> None:
    desk = cut("replace", 2, True)
    desk.profiles.remove(BEFORE.id)
    desk.changes.recover()
    assert desk.secrets.slots() == set()
    assert desk.journal.load() == ()


def test_no_entry_shows_a_secret() -> None:
    desk = Desk()
    replaced(desk)
    assert "token" not in repr([replace(change, before=None, after=None) for change in desk.journal.load()])
