"""*Renew this for me*: Azure makes a new credential, it is proved and swapped in; only then the old one is revoked."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop_app.app.renewals import Renewed, Stage
from desktop_app.app.secret_slots import new_slot, old_slot
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.changes import Change, Step
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.lifecycle import AppSecretRecord, PatRecord
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from desktop_app.infra.turns import FileTurns
from tests.unit.app.renewing import (
    HALF_A_YEAR,
    OLD_KEY,
    OLD_PAT,
    OLD_SCOPES,
    R1_SCOPES,
    RENEWABLE,
    RenewalWorld,
)
from tests.unit.app.world import CLIENT_SECRET, PAT, unheard

PATIENCE_S = 20.0
both = pytest.mark.parametrize("method", RENEWABLE)


@pytest.fixture
def world() -> RenewalWorld:
    return RenewalWorld()


def problem_of(action: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value.problem


def kinds(world: RenewalWorld, profile: Profile) -> list[EventKind]:
    return [event.kind for event in world.history.load(profile.id)]


def old_id(profile: Profile) -> str:
    return OLD_PAT if profile.method is Method.PAT else OLD_KEY


def assert_untouched(world: RenewalWorld, before: Profile) -> None:
    """The old one is in use and works; nothing of a new one is left, here or at Azure."""
    assert world.current(before) == before
    assert world.secret_in_use(before) == Secret(PAT if before.method is Method.PAT else CLIENT_SECRET)
    assert set(world.at_azure(before)) == {old_id(before)}
    assert world.journal_of(before) is None
    assert world.store.get(new_slot(before.id)) is None
    assert world.store.get(old_slot(before.id)) is None
    assert world.works(before)


# -- all goes well ----------------------------------------------------------------------------------------------------


@both
def test_new_credential_takes_the_place_of_the_old_one_which_is_revoked(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)

    renewed = world.renew(profile)

    [(id, value)] = world.at_azure(profile).items()
    assert world.revoked(profile) == [old_id(profile)]
    assert world.secret_in_use(profile) == value
    assert renewed.left is None
    assert renewed.report.identity_proved
    assert renewed.profile == world.current(profile)
    assert renewed.profile.credential_id == id
    assert renewed.profile.credential_ends_at == world.clock.now() + HALF_A_YEAR - timedelta(seconds=sum(world.waits))
    assert renewed.profile.credential_ends == renewed.profile.credential_ends_at.date()
    assert renewed.profile.last_check is not None
    assert renewed.profile.last_check.problem is None
    assert world.entries.load() == ()
    assert {slot for slot in world.store.slots() if slot not in {"", ".token"}} == set()
    assert world.works(profile)
    told = [kind for kind in kinds(world, profile) if kind not in {EventKind.REFRESHED, EventKind.CHECKED}]
    assert told[-2:] == [EventKind.RENEWED, EventKind.OLD_REVOKED]


@both
def test_stages_are_told_in_their_order(world: RenewalWorld, method: Method) -> None:
    told: list[Stage] = []
    world.renew(world.with_old(method), told.append)
    assert told == [Stage.MAKING, Stage.CHECKING, Stage.SWAPPING, Stage.REVOKING]


@both
def test_writes_come_in_the_order_that_no_crash_can_hurt(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.renew(profile, lambda stage: world.power.writes.append(f"({stage})"))
    acts = [act for act in world.power.writes if not act.endswith(".token")]
    assert acts == [
        "(making)",
        "journal.put creating",
        "azure.make",
        "journal.put created",
        "secrets.set .new",
        "(checking)",
        "(swapping)",
        "journal.put swapping",
        "secrets.set .old",
        "secrets.set ",
        "profiles.save",
        "secrets.delete .new",
        "journal.put revoking",
        "(revoking)",
        "azure.revoke",
        "journal.put forgetting",
        "secrets.delete .old",
        "journal.drop",
    ]


@both
def test_token_of_the_new_credential_is_handed_out_at_once(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.fresh_token(profile)
    world.renew(profile)
    world.journal.clear()
    token = world.fresh_token(profile)
    assert world.journal == []
    if method is Method.PAT:
        assert token == world.secret_in_use(profile).reveal()


@pytest.mark.parametrize("scopes", [OLD_SCOPES, frozenset({"app_token"}), R1_SCOPES])
def test_new_token_may_what_the_old_one_may(world: RenewalWorld, scopes: frozenset[str]) -> None:
    profile = world.with_old(Method.PAT)
    record, value = world.pats.tokens[OLD_PAT]
    world.pats.put(replace(record, scopes=scopes), value)

    renewed = world.renew(profile).profile

    [(made, _value)] = world.pats.tokens.values()
    assert made.scopes == scopes
    assert made.all_organizations is False
    assert renewed.scopes == tuple(sorted(scopes))


@pytest.mark.parametrize("known", [("vso.code", "vso.project"), ()])
def test_token_that_azure_does_not_list_is_followed_by_one_with_the_scopes_last_known(
    world: RenewalWorld, known: tuple[str, ...]
) -> None:
    """Or, where none are known, with what a connection needs."""
    profile = replace(world.with_old(Method.PAT), credential_id="", scopes=known)
    world.file.save(profile)

    renewed = world.renew(profile).profile

    assert renewed.scopes == tuple(sorted(known or R1_SCOPES))


def test_new_token_is_of_the_persons_own_name_for_it_and_like_no_other(world: RenewalWorld) -> None:
    profile = world.with_old(Method.PAT)
    names = set()
    for _ in range(3):
        world.renew(profile)
        [(made, _value)] = world.pats.tokens.values()
        assert made.name.startswith("Contoso (ADO Connect ")
        names.add(made.name)
    assert len(names) == 3


def test_new_token_takes_over_from_one_for_all_organizations(world: RenewalWorld) -> None:
    profile = replace(world.with_old(Method.PAT), all_organizations=True)
    world.file.save(profile)
    assert world.renew(profile).profile.all_organizations is False


@both
def test_old_credential_that_is_not_to_be_revoked_is_kept_and_can_be_put_back(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    renewed = world.renew(profile, revoke_old=False)

    assert renewed.left is None
    assert world.revoked(profile) == []
    kept = world.connections.kept_old(profile.id)
    assert kept is not None
    assert kept.step is Step.KEPT

    back = world.connections.put_back(profile.id, unheard, Cancel())

    assert back.credential_id == profile.credential_id
    assert world.secret_in_use(profile) == Secret(PAT if method is Method.PAT else CLIENT_SECRET)
    assert world.works(profile)


@both
def test_old_credential_that_does_not_work_any_more_is_not_put_back(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    renewed = world.renew(profile, revoke_old=False).profile
    (world.pats.tokens if method is Method.PAT else world.app_secrets.secrets).pop(old_id(profile))

    refused = problem_of(lambda: world.connections.put_back(profile.id, unheard, Cancel()))

    assert refused in {Problem.CREDENTIAL_REJECTED, Problem.SECRET_WRONG}
    assert world.current(profile) == renewed
    assert world.works(profile)


@both
def test_second_renewal_waits_until_the_old_credential_is_let_go(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.renew(profile, revoke_old=False)
    assert problem_of(lambda: world.renew(profile)) is Problem.OLD_SECRET_KEPT
    world.connections.forget_old(profile.id)
    world.renew(profile)
    assert world.works(profile)


# -- which one is the old one -----------------------------------------------------------------------------------------


@both
def test_old_credential_that_nobody_knows_is_kept_and_none_is_revoked(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method, known=False)
    assert world.renewals.offer(profile.id, Cancel()).knows_old is False

    renewed = world.renew(profile)

    assert renewed.left is None
    assert world.revoked(profile) == []
    kept = world.connections.kept_old(profile.id)
    assert kept is not None
    assert kept.step is Step.KEPT


@pytest.mark.parametrize(
    ("hints", "known", "revoked"),
    [
        ({OLD_KEY: CLIENT_SECRET[:3], "other": "zzz"}, "", [OLD_KEY]),
        ({OLD_KEY: "", "other": "zzz"}, OLD_KEY, [OLD_KEY]),
        ({OLD_KEY: CLIENT_SECRET[:3], "other": CLIENT_SECRET[:3]}, OLD_KEY, [OLD_KEY]),
        ({OLD_KEY: CLIENT_SECRET[:3], "other": CLIENT_SECRET[:3]}, "", []),
        ({OLD_KEY: "", "other": "zzz"}, "", []),
        ({OLD_KEY: "", "other": CLIENT_SECRET[:3]}, "", []),
        ({OLD_KEY: "", "other": CLIENT_SECRET[:3]}, OLD_KEY, [OLD_KEY]),
        ({OLD_KEY: CLIENT_SECRET[:3], "other": "zzz"}, "other", [OLD_KEY]),
        ({OLD_KEY: CLIENT_SECRET[:3], "other": "zzz"}, "gone", [OLD_KEY]),
        ({OLD_KEY: "", "other": "zzz"}, "gone", []),
    ],
    ids=[
        "by its first characters",
        "by what Azure told before",
        "by what Azure told, among two that begin alike",
        "two begin alike",
        "an old record without first characters",
        "another begins like it, and its own record shows nothing",
        "another begins like it, but Azure told before",
        "what is remembered is another's",
        "what is remembered is gone",
        "what is remembered is gone, and nothing else tells",
    ],
)
def test_only_a_client_secret_that_is_certainly_the_old_one_is_removed(
    world: RenewalWorld, hints: dict[str, str], known: str, revoked: list[str]
) -> None:
    profile = replace(world.with_old(Method.CLIENT_SECRET), credential_id=known)
    world.file.save(profile)
    for id, hint in hints.items():
        record, value = world.app_secrets.secrets[OLD_KEY]
        other = Secret(CLIENT_SECRET[:3] + "another")
        world.app_secrets.put(replace(record, key_id=id, hint=hint), value if id == OLD_KEY else other)

    world.renew(profile)

    assert world.app_secrets.removed == revoked


def test_secret_that_ended_long_ago_and_shows_nothing_is_not_taken_for_the_old_one(world: RenewalWorld) -> None:
    """It stays in the list until somebody removes it, and can not be the one that signs in."""
    profile = replace(world.with_old(Method.CLIENT_SECRET), credential_id="")
    world.file.save(profile)
    record, _value = world.app_secrets.secrets[OLD_KEY]
    ended = replace(record, key_id="ended", hint="", ends_at=world.clock.now() - timedelta(days=400))
    world.app_secrets.put(ended, Secret("ended"))

    world.renew(profile)

    assert world.app_secrets.removed == [OLD_KEY]


# -- it does not ------------------------------------------------------------------------------------------------------


@both
def test_new_credential_that_fails_its_check_is_revoked_and_the_old_one_stays(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    world.devops.problems["identity"] = ConnectionProblem(Problem.POLICY_BLOCKED)

    assert problem_of(lambda: world.renew(profile)) is Problem.POLICY_BLOCKED

    world.devops.problems.clear()
    assert len(world.revoked(profile)) == 1
    assert old_id(profile) not in world.revoked(profile)
    assert kinds(world, profile)[-1] is EventKind.ROTATION_UNDONE
    assert_untouched(world, profile)


@both
def test_new_credential_that_does_less_than_the_old_one_is_revoked(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.devops.problems["count_release_definitions"] = ConnectionProblem(Problem.SCOPE_MISSING)

    assert problem_of(lambda: world.renew(profile)) is Problem.SCOPE_MISSING

    world.devops.problems.clear()
    assert_untouched(world, profile)


@both
def test_new_credential_need_not_do_more_than_the_old_one_did(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.devops.problems["count_release_definitions"] = ConnectionProblem(Problem.SCOPE_MISSING)
    checked, _report = world.connections.check(profile.id, unheard, Cancel())
    assert checked.last_check is not None
    assert checked.last_check.problem is Problem.SCOPE_MISSING

    renewed = world.renew(profile)

    assert renewed.report.first_problem is Problem.SCOPE_MISSING
    assert world.revoked(profile) == [old_id(profile)]


@pytest.mark.parametrize("mightier", [{"scopes": frozenset({"app_token"})}, {"all_organizations": True}])
def test_token_that_may_more_than_was_asked_for_is_revoked(
    world: RenewalWorld, monkeypatch: pytest.MonkeyPatch, mightier: dict[str, object]
) -> None:
    profile = world.with_old(Method.PAT)
    create = world.pats.create

    def generous(*asked: object) -> tuple[PatRecord, Secret]:
        record, value = create(*asked)  # type: ignore[arg-type]  # passed through
        return replace(record, **mightier), value  # type: ignore[arg-type]  # as the parameters are

    monkeypatch.setattr(world.pats, "create", generous)

    assert problem_of(lambda: world.renew(profile)) is Problem.ANSWER_NOT_UNDERSTOOD
    monkeypatch.undo()
    assert_untouched(world, profile)


@both
@pytest.mark.parametrize("stage", [Stage.MAKING, Stage.CHECKING, Stage.SWAPPING])
def test_renewal_that_is_cancelled_before_the_swap_leaves_nothing(
    world: RenewalWorld, method: Method, stage: Stage
) -> None:
    profile, cancel = world.with_old(method), Cancel()

    def stop(told: Stage) -> None:
        if told is stage:
            cancel.request()

    with pytest.raises(Cancelled):
        world.renew(profile, stop, cancel=cancel)

    assert_untouched(world, profile)
    assert ("azure.make" in world.power.writes) is (stage is not Stage.MAKING)


@both
def test_renewal_that_was_cancelled_before_it_began_asks_azure_for_nothing(world: RenewalWorld, method: Method) -> None:
    profile, cancel = world.with_old(method), Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        world.renew(profile, cancel=cancel)
    assert_untouched(world, profile)


@both
def test_request_to_stop_that_comes_after_the_swap_is_too_late(world: RenewalWorld, method: Method) -> None:
    profile, cancel = world.with_old(method), Cancel()

    def stop(told: Stage) -> None:
        if told is Stage.REVOKING:
            world.connections._proved.clear()  # the one who asks has to sign in again
            cancel.request()

    renewed = world.renew(profile, stop, cancel=cancel)

    assert renewed.left is None
    assert world.revoked(profile) == [old_id(profile)]
    assert world.entries.load() == ()


def test_connection_that_is_gone_is_not_renewed(world: RenewalWorld) -> None:
    profile = world.with_old(Method.CLIENT_SECRET)
    world.connections.remove(profile.id)
    assert problem_of(lambda: world.renew(profile)) is Problem.PROFILE_GONE


def test_token_needs_a_sign_in_of_its_owner_to_the_same_organization(world: RenewalWorld) -> None:
    profile = world.with_old(Method.PAT)
    sign_in = world.sign_in_connection()
    assert world.renewals.through(profile) == sign_in
    assert world.renewals.offer(profile.id, Cancel()).through == sign_in
    for other in ({"account": "reader@contoso.example"}, {"organization": "fabrikam"}, {"account": ""}):
        world.file.save(replace(sign_in, **other))  # type: ignore[arg-type]  # fields of a Profile
        assert world.renewals.through(profile) is None
        with pytest.raises(ConnectionProblem) as failure:
            world.renew(profile)
        assert failure.value.problem is Problem.RENEWAL_NEEDS_SIGN_IN
        assert failure.value.facts == {"account": profile.account}
    assert world.entries.load() == ()


def test_sign_in_is_not_renewed_for_anybody(world: RenewalWorld) -> None:
    profile = world.saved(Method.OAUTH)
    assert world.renewals.through(profile) is None
    with pytest.raises(ValueError, match="sign-in"):
        world.renew(profile)


# -- Entra takes its time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("known_after_s", "waits"), [(0, []), (1, [1.0]), (3, [1.0, 2.0]), (30, [1, 2, 4, 8, 15])])
def test_new_secret_is_waited_for_until_entra_knows_it(
    world: RenewalWorld, known_after_s: int, waits: list[float]
) -> None:
    profile = world.with_old(Method.CLIENT_SECRET)
    world.app_secrets.known_after = timedelta(seconds=known_after_s)
    world.renew(profile)
    assert world.waits == waits
    assert world.works(profile)


def test_secret_that_entra_never_knows_is_removed_again(world: RenewalWorld) -> None:
    profile = world.with_old(Method.CLIENT_SECRET)
    world.app_secrets.known_after = timedelta(hours=1)

    assert problem_of(lambda: world.renew(profile)) is Problem.SECRET_NOT_KNOWN_YET

    world.app_secrets.known_after = timedelta(seconds=3)
    assert sum(world.waits) == 180
    assert_untouched(world, profile)


def test_waiting_for_entra_ends_with_a_request_to_stop(world: RenewalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    profile, cancel = world.with_old(Method.CLIENT_SECRET), Cancel()
    monkeypatch.setattr(world.renewals, "_wait", lambda seconds: cancel.request())
    with pytest.raises(Cancelled):
        world.renew(profile, cancel=cancel)
    assert_untouched(world, profile)


# -- others at the same time ------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("stage", [Stage.MAKING, Stage.CHECKING, Stage.SWAPPING])
def test_name_given_during_a_renewal_is_kept(world: RenewalWorld, method: Method, stage: Stage) -> None:
    profile = world.with_old(method)

    def rename(told: Stage) -> None:
        if told is stage:
            world.connections.rename(profile.id, "Production")

    renewed = world.renew(profile, rename).profile

    assert renewed.name == "Production"
    assert world.current(profile) == renewed


@both
def test_check_during_a_renewal_finds_a_connection_that_works(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    worked: list[bool] = []
    world.renew(profile, lambda stage: worked.append(world.works(profile)))
    assert worked == [True] * 4


@both
def test_second_renewal_at_the_same_time_is_refused(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    refused: list[Problem] = []
    renewed: list[Renewed] = []

    def both_at_once(stage: Stage) -> None:
        thread = threading.Thread(target=lambda: refused.append(problem_of(lambda: world.renew(profile))))
        thread.start()
        thread.join(PATIENCE_S)

    renewed.append(world.renew(profile, both_at_once))

    assert refused == [Problem.RENEWAL_UNFINISHED] * 4
    assert renewed[0].left is None
    assert len(world.at_azure(profile)) == 1


@both
def test_renewal_is_not_recovered_from_while_it_goes_on_in_another_process(
    world: RenewalWorld, method: Method, tmp_path: Path
) -> None:
    """Two programs over the same stores, told apart by their lock files alone."""
    world.start(FileTurns(tmp_path))
    profile = world.with_old(method)
    other = world.renewals_of(world.connections, FileTurns(tmp_path))
    refused: list[Problem] = []

    def meanwhile(stage: Stage) -> None:
        other.recover(Cancel())
        refused.append(problem_of(lambda: other.renew(profile.id, world.wish(), lambda told: None, unheard, Cancel())))

    renewed = world.renew(profile, meanwhile)

    assert refused == [Problem.RENEWAL_UNFINISHED] * 4
    assert renewed.left is None
    assert len(world.at_azure(profile)) == 1
    assert world.works(profile)


@both
def test_connection_is_not_removed_or_replaced_in_the_middle_of_its_renewal(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    problems: list[Problem] = []

    def remove(stage: Stage) -> None:
        if stage is Stage.CHECKING:
            problems.append(problem_of(lambda: world.connections.remove(profile.id)))
            draft = world.prove(world.draft(method))
            draft.editing = profile
            problems.append(problem_of(lambda: world.connections.save(draft, "Contoso")))

    world.renew(profile, remove)
    assert problems == [Problem.RENEWAL_UNFINISHED] * 2


@both
def test_old_credential_is_not_put_back_while_it_is_being_revoked(world: RenewalWorld, method: Method) -> None:
    """Else the one that was just put back would be the one that Azure ends."""
    profile = world.with_old(method)
    refused: list[Problem] = []

    def meanwhile(stage: Stage) -> None:
        if stage is Stage.REVOKING:
            refused.append(problem_of(lambda: world.connections.put_back(profile.id, unheard, Cancel())))

    world.renew(profile, meanwhile)

    assert refused == [Problem.RENEWAL_UNFINISHED]
    assert world.works(profile)


# -- secrets ----------------------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("ends_well", [True, False])
def test_no_secret_is_in_journal_history_logs_or_exceptions(
    world: RenewalWorld, method: Method, ends_well: bool, caplog: pytest.LogCaptureFixture
) -> None:
    profile = world.with_old(method)
    written: list[str] = []
    put = world.entries.put

    def heard(change: Change) -> None:
        written.append(repr(change))
        put(change)

    world.entries.put = heard  # type: ignore[method-assign]  # heard as well
    made: list[Secret] = []

    def look(stage: Stage) -> None:
        made.extend(world.at_azure(profile).values())
        if stage is Stage.CHECKING and not ends_well:
            world.devops.problems["projects"] = ConnectionProblem(Problem.PERMISSION_DENIED)

    failures = world.pats.failures if method is Method.PAT else world.app_secrets.failures
    failures.add("revoke" if method is Method.PAT else "remove", Problem.SERVICE_UNAVAILABLE)
    with caplog.at_level(logging.DEBUG):
        try:
            written.append(repr(world.renew(profile, look)))
        except ConnectionProblem as failure:
            written += [repr(failure), str(failure), repr(failure.facts)]
    written += [repr(event) for event in world.history.load(profile.id)]
    written += [record.getMessage() for record in caplog.records] + [caplog.text]

    assert len({secret.reveal() for secret in made}) == 2
    assert len(written) > 6
    for secret in made:
        assert not any(secret.reveal() in text for text in written)


@both
def test_secret_that_was_made_is_in_no_exception_of_a_lost_answer(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    failures = world.pats.failures if method is Method.PAT else world.app_secrets.failures
    failures.add("create" if method is Method.PAT else "add", Problem.CONNECTION_LOST, after_acting=True)
    with pytest.raises(ConnectionProblem) as failure:
        world.renew(profile)
    told = f"{failure.value!r} {failure.value.facts} {failure.value.__cause__!r} {failure.value.__context__!r}"
    assert PAT not in told
    assert CLIENT_SECRET not in told


def test_record_of_an_app_secret_is_not_one_of_a_token() -> None:
    """The two kinds of record are told apart by their types: neither can be revoked through the other's port."""
    assert not issubclass(AppSecretRecord, PatRecord)
