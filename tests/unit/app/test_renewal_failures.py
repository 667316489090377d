"""A renewal that something goes wrong with: whatever it is, the connection works, and nothing is left at Azure that
nobody will revoke."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from desktop_app.app.renewals import Stage
from desktop_app.app.unfinished_renewals import GIVE_UP_AFTER, LOOK_AGAIN
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.changes import Step
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.lifecycle import may_have_been_made
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from tests.fakes.lifecycle import Failures
from tests.fakes.power import PowerCut
from tests.unit.app.renewing import OLD_KEY, OLD_PAT, RENEWABLE, RenewalWorld
from tests.unit.app.world import CLIENT_SECRET, PAT

both = pytest.mark.parametrize("method", RENEWABLE)

NETWORK = (
    Problem.NAME_NOT_RESOLVED,
    Problem.NO_NETWORK,
    Problem.CONNECTION_REFUSED,
    Problem.CONNECTION_LOST,
    Problem.TIMED_OUT,
    Problem.TLS_FAILED,
    Problem.PROXY_FAILED,
    Problem.PROXY_AUTHENTICATION,
    Problem.CERTIFICATE_UNTRUSTED,
    Problem.ANSWER_CUT_OFF,
    Problem.ANSWER_TOO_LARGE,
    Problem.ANSWER_TOO_SLOW,
)
ANSWERS = (
    Problem.CONFLICT,
    Problem.THROTTLED,
    Problem.SERVICE_UNAVAILABLE,
    Problem.REDIRECTED,
    Problem.NOT_JSON,
    Problem.ANSWER_NOT_UNDERSTOOD,
)
OF_TOKENS = (
    Problem.PAT_LIFECYCLE_REFUSED,
    Problem.PAT_POLICY_LIFESPAN,
    Problem.PAT_POLICY_FULL_ACCESS,
    Problem.PAT_POLICY_GLOBAL,
    Problem.PAT_END_REFUSED,
    Problem.PAT_SCOPES_REFUSED,
    Problem.PAT_CREATION_REFUSED,
    Problem.PAT_REVOCATION_REFUSED,
    Problem.ORGANIZATION_NOT_FOUND,
    Problem.CREDENTIAL_REJECTED,
    Problem.CREDENTIAL_ANONYMOUS,
    Problem.SIGN_IN_NOT_ACCEPTED,
    Problem.NOT_IN_ORGANIZATION,
    Problem.POLICY_BLOCKED,
    Problem.API_NOT_OFFERED,
    Problem.DEVOPS_UNEXPECTED,
)
OF_APP_SECRETS = (
    Problem.GRAPH_NOT_OFFERED,
    Problem.GRAPH_PERMISSION_MISSING,
    Problem.GRAPH_SIGN_IN_REFUSED,
    Problem.GRAPH_UNEXPECTED,
    Problem.APP_NOT_FOUND,
    Problem.APP_SECRETS_FORBIDDEN,
    Problem.APP_SECRET_LIFETIME,
    Problem.APP_SECRETS_FULL,
)
OWN = {Method.PAT: OF_TOKENS, Method.CLIENT_SECRET: OF_APP_SECRETS}
MAKE = {Method.PAT: "create", Method.CLIENT_SECRET: "add"}
REVOKE = {Method.PAT: "revoke", Method.CLIENT_SECRET: "remove"}


def failures_of(method: Method) -> tuple[Problem, ...]:
    return (*NETWORK, *ANSWERS, *OWN[method])


def cells() -> Iterator[tuple[Method, str, Problem, bool]]:
    """Every request of a renewal, every way in which it fails, before and after it acted; a refusal has not acted."""
    for method, after_acting in product(RENEWABLE, (False, True)):
        for call in ("list", MAKE[method], REVOKE[method]):
            for problem in failures_of(method):
                if not after_acting or may_have_been_made(problem):
                    yield method, call, problem, after_acting


CELLS = tuple(cells())


@pytest.fixture
def world() -> RenewalWorld:
    return RenewalWorld()


def azure(world: RenewalWorld, method: Method) -> Failures:
    return (world.pats if method is Method.PAT else world.app_secrets).failures


def old_value(method: Method) -> Secret:
    return Secret(PAT if method is Method.PAT else CLIENT_SECRET)


def old_id(method: Method) -> str:
    return OLD_PAT if method is Method.PAT else OLD_KEY


def assert_whole(world: RenewalWorld, profile: Profile) -> None:
    """It works with the one credential that Azure has of it; nothing is under way, and nothing lies about."""
    assert world.works(profile)
    [(_id, value)] = world.at_azure(profile).items()
    assert world.secret_in_use(profile) == value
    assert world.entries.load() == ()
    assert {slot for slot in world.store.slots() if slot not in {"", ".token"}} == set()


def test_cells_are_all_there_are() -> None:
    """How many there are, so that none is lost unseen."""
    refusals = {method: sum(not may_have_been_made(problem) for problem in failures_of(method)) for method in RENEWABLE}
    whole = {method: len(failures_of(method)) for method in RENEWABLE}
    assert len(CELLS) == sum(3 * (2 * whole[method] - refusals[method]) for method in RENEWABLE)


@pytest.mark.parametrize(
    ("method", "call", "problem", "after_acting"),
    CELLS,
    ids=[f"{method}-{call}-{problem}-{'after' if after else 'before'}" for method, call, problem, after in CELLS],
)
def test_request_that_fails_costs_neither_the_connection_nor_an_orphan(
    world: RenewalWorld, method: Method, call: str, problem: Problem, after_acting: bool
) -> None:
    profile = world.with_old(method)
    azure(world, method).add(call, problem, after_acting=after_acting)

    if call == REVOKE[method]:
        renewed = world.renew(profile)
        assert renewed.left is not None
        assert renewed.left.problem is problem
        assert [change.step for change in world.renewals.unfinished()] == [Step.REVOKING]
        assert world.works(profile)
    else:
        with pytest.raises(ConnectionProblem) as failure:
            world.renew(profile)
        assert failure.value.problem is problem
        assert world.secret_in_use(profile) == old_value(method)
        may_be_there = call == MAKE[method] and may_have_been_made(problem) and not after_acting
        assert (world.journal_of(profile) is not None) is may_be_there
    world.recover()

    assert_whole(world, profile)
    assert world.secret_in_use(profile) != old_value(method) or call != REVOKE[method]
    world.renew(profile)
    assert_whole(world, profile)


@both
def test_lost_answer_is_looked_for_by_its_name_and_what_is_found_is_revoked(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    azure(world, method).add(MAKE[method], Problem.CONNECTION_LOST, after_acting=True)

    with pytest.raises(ConnectionProblem):
        world.renew(profile)

    assert azure(world, method).calls[-3:] == [MAKE[method], "list", REVOKE[method]]
    assert set(world.at_azure(profile)) == {old_id(method)}
    assert world.journal_of(profile) is None
    assert [event.kind for event in world.history.load(profile.id)][-1] is EventKind.ROTATION_UNDONE


@both
def test_what_azure_shows_late_is_revoked_when_it_is_looked_for_again(
    world: RenewalWorld, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = world.with_old(method)
    azure(world, method).add(MAKE[method], Problem.TIMED_OUT, after_acting=True)
    port = world.pats if method is Method.PAT else world.app_secrets
    with monkeypatch.context() as late:
        late.setattr(port, "list", lambda *asked: ())
        with pytest.raises(ConnectionProblem):
            world.renew(profile)
        world.renewals.recover(Cancel())
        assert [change.step for change in world.renewals.unfinished()] == [Step.UNDOING]
        assert len(world.at_azure(profile)) == 2

    world.renewals.recover(Cancel())

    assert_whole(world, profile)


@both
def test_what_never_shows_is_looked_for_once_more_after_a_while_and_then_forgotten(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    azure(world, method).add(MAKE[method], Problem.TIMED_OUT)
    with pytest.raises(ConnectionProblem):
        world.renew(profile)
    world.renewals.recover(Cancel())
    assert len(world.renewals.unfinished()) == 1
    world.clock.advance(LOOK_AGAIN.total_seconds())
    world.renewals.recover(Cancel())
    assert_whole(world, profile)


@both
def test_renewal_after_a_lost_answer_first_brings_the_earlier_one_to_its_end(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    azure(world, method).add(MAKE[method], Problem.TIMED_OUT, after_acting=True)
    azure(world, method).add(REVOKE[method], Problem.SERVICE_UNAVAILABLE)
    with pytest.raises(ConnectionProblem):
        world.renew(profile)
    assert len(world.at_azure(profile)) == 2

    world.renew(profile)

    assert_whole(world, profile)


@both
@pytest.mark.parametrize("problem", [Problem.TIMED_OUT, Problem.SERVICE_UNAVAILABLE, Problem.CONFLICT])
def test_revocation_of_a_new_one_that_failed_its_check_is_tried_again_later(
    world: RenewalWorld, method: Method, problem: Problem
) -> None:
    profile = world.with_old(method)
    world.devops.problems["identity"] = ConnectionProblem(Problem.POLICY_BLOCKED)
    azure(world, method).add(REVOKE[method], problem)
    with pytest.raises(ConnectionProblem) as failure:
        world.renew(profile)
    assert failure.value.problem is Problem.POLICY_BLOCKED  # what the person must hear
    world.devops.problems.clear()
    assert world.works(profile)
    assert [change.step for change in world.renewals.unfinished()] == [Step.UNDOING]
    world.renewals.recover(Cancel())
    assert_whole(world, profile)


@both
def test_renewal_that_nobody_could_begin_leaves_nothing_to_finish(world: RenewalWorld, method: Method) -> None:
    """The one who asks must sign in again, and can not: nothing was asked of Azure."""
    profile = world.with_old(method)
    world.connections._proved.clear()
    world.store.delete(ProfileId(f"{world.file.load()[0].id}.token"))
    refused = ConnectionProblem(Problem.CONNECTION_LOST)
    judge, world.entra.on_token = world.entra.on_token, lambda form: setattr(world.entra, "answer", refused)

    with pytest.raises(ConnectionProblem) as failure:
        world.renew(profile)

    world.entra.on_token, world.entra.answer = judge, None
    assert failure.value.problem is Problem.CONNECTION_LOST
    assert world.entries.load() == ()
    assert_whole(world, profile)


@both
def test_mistake_of_the_program_leaves_nothing_either(
    world: RenewalWorld, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = world.with_old(method)
    port = world.pats if method is Method.PAT else world.app_secrets
    make = getattr(port, MAKE[method])

    def lost(*asked: object) -> None:
        make(*asked)
        raise ValueError

    with monkeypatch.context() as mistaken:
        mistaken.setattr(port, MAKE[method], lost)
        with pytest.raises(ValueError, match=r"^$"):
            world.renew(profile)
    assert_whole(world, profile)


@both
def test_one_connection_that_can_not_be_recovered_does_not_stop_the_others(world: RenewalWorld, method: Method) -> None:
    """Neither their recovery, nor their renewal."""
    profile = world.with_old(method)
    azure(world, method).add(REVOKE[method], Problem.SERVICE_UNAVAILABLE)
    world.renew(profile)
    other = world.with_another_unfinished()
    with pytest.raises(ConnectionProblem):
        world.renewals.recover(Cancel())
    assert [change.key for change in world.renewals.unfinished()] == [other]
    assert world.works(profile)


@both
def test_swap_of_another_connection_that_can_not_be_recovered_does_not_stop_a_renewal(
    world: RenewalWorld, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = world.with_old(method)
    stubborn = world.with_another_half_added()
    delete = world.store.delete

    def locked(key: ProfileId) -> bool:
        if key == stubborn:
            raise ConnectionProblem(Problem.KEYRING_REFUSED)
        return delete(key)

    monkeypatch.setattr(world.store, "delete", locked)
    assert world.renew(profile).left is None
    assert [change.key for change in world.entries.load()] == [stubborn]


# -- who asks is gone -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.CHECKING, Stage.SWAPPING])
def test_token_is_renewed_though_the_sign_in_is_removed_meanwhile(world: RenewalWorld, stage: Stage) -> None:
    profile, sign_in = world.with_old(Method.PAT), world.sign_in_connection()

    def remove(told: Stage) -> None:
        if told is stage:
            world.connections.remove(sign_in.id)

    renewed = world.renew(profile, remove)

    assert renewed.left is not None
    assert renewed.left.problem is Problem.RENEWAL_NEEDS_SIGN_IN
    assert world.works(profile)
    assert world.renewals.unfinished() == ()  # nobody could ask Azure: the person is told to revoke it
    kept = world.connections.kept_old(profile.id)
    assert kept is not None
    assert kept.step is Step.KEPT
    assert OLD_PAT in world.at_azure(profile)


def test_another_sign_in_of_the_same_person_finishes_what_the_first_began(world: RenewalWorld) -> None:
    profile, sign_in = world.with_old(Method.PAT), world.sign_in_connection()
    world.pats.failures.add("revoke", Problem.SERVICE_UNAVAILABLE)
    world.renew(profile)
    world.saved(Method.OAUTH, "Second sign-in")
    world.connections.remove(sign_in.id)

    world.renewals.recover(Cancel())

    assert_whole(world, profile)
    assert world.pats.revoked == [OLD_PAT]


def test_token_that_nobody_can_revoke_any_more_is_named_in_the_history(world: RenewalWorld) -> None:
    profile, sign_in = world.with_old(Method.PAT), world.sign_in_connection()
    world.devops.problems["projects"] = ConnectionProblem(Problem.PERMISSION_DENIED)
    with pytest.raises(ConnectionProblem):
        world.renew(profile, lambda stage: world.connections.remove(sign_in.id) if stage is Stage.CHECKING else None)
    world.devops.problems.clear()
    [name] = [record.name for record, _value in world.pats.tokens.values() if record.name != "Old"]

    world.renewals.recover(Cancel())

    assert world.entries.load() == ()
    assert world.works(profile)
    [told] = [event for event in world.history.load(profile.id) if event.kind is EventKind.ROTATION_UNDONE]
    assert told.problem is Problem.RENEWAL_NEEDS_SIGN_IN
    assert told.facts == {"name": name}


@both
@pytest.mark.parametrize("stage", [Stage.CHECKING, Stage.SWAPPING])
def test_connection_that_the_file_lost_in_the_middle_leaves_nothing_anywhere(
    world: RenewalWorld, method: Method, stage: Stage
) -> None:
    profile = world.with_old(method)
    with pytest.raises(ConnectionProblem) as failure:
        world.renew(profile, lambda told: world.file.remove(profile.id) if told is stage else None)
    assert failure.value.problem is Problem.PROFILE_GONE
    world.recover()
    assert set(world.at_azure(profile)) == {old_id(method)}
    assert world.entries.load() == ()
    assert not [key for key in world.store._secrets if key.startswith(profile.id)]


@both
def test_connection_that_is_removed_before_azure_is_asked_gets_no_new_credential(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    with pytest.raises(ConnectionProblem) as failure:
        world.renew(profile, lambda told: world.connections.remove(profile.id))
    assert failure.value.problem in {Problem.PROFILE_GONE, Problem.SECRET_GONE}
    assert set(world.at_azure(profile)) == {old_id(method)}
    assert world.entries.load() == ()


FOR_GOOD = {Method.PAT: Problem.PAT_LIFECYCLE_REFUSED, Method.CLIENT_SECRET: Problem.GRAPH_PERMISSION_MISSING}


@both
def test_what_azure_refuses_for_good_does_not_hold_the_connection_for_ever(world: RenewalWorld, method: Method) -> None:
    """An app may lose its right to look after itself between making a secret and removing it."""
    profile = world.with_old(method)
    world.devops.problems["identity"] = ConnectionProblem(Problem.POLICY_BLOCKED)
    azure(world, method).add(REVOKE[method], FOR_GOOD[method], times=100)
    with pytest.raises(ConnectionProblem):
        world.renew(profile)
    world.devops.problems.clear()

    assert problem_of(lambda: world.renewals.recover(Cancel())) is FOR_GOOD[method]
    assert problem_of(lambda: world.connections.remove(profile.id)) is Problem.RENEWAL_UNFINISHED
    world.clock.advance(GIVE_UP_AFTER.total_seconds())
    world.renewals.recover(Cancel())

    [told] = [event for event in world.history.load(profile.id) if event.kind is EventKind.ROTATION_UNDONE]
    assert told.problem is FOR_GOOD[method]
    assert told.facts["name"].startswith("Contoso (ADO Connect ")
    assert world.works(profile)
    world.connections.remove(profile.id)


@both
def test_what_only_the_network_hinders_is_never_given_up(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    azure(world, method).add(REVOKE[method], Problem.NO_NETWORK, times=3)
    world.renew(profile)
    for _ in range(2):
        world.clock.advance(30 * GIVE_UP_AFTER.total_seconds() / 100)
        assert problem_of(lambda: world.renewals.recover(Cancel())) is Problem.NO_NETWORK
    world.renewals.recover(Cancel())
    assert_whole(world, profile)


@both
def test_old_credential_that_azure_does_not_let_go_is_left_to_the_person(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    azure(world, method).add(REVOKE[method], FOR_GOOD[method], times=100)
    renewed = world.renew(profile)
    assert renewed.left is not None
    world.clock.advance(GIVE_UP_AFTER.total_seconds())
    world.renewals.recover(Cancel())
    kept = world.connections.kept_old(profile.id)
    assert kept is not None
    assert kept.step is Step.KEPT
    assert world.works(profile)


# -- the power fails, a store refuses ---------------------------------------------------------------------------------

KEEPS = (True, False)


def writes_of(method: Method, revoke_old: bool) -> list[str]:
    world = RenewalWorld()
    world.renew(world.with_old(method), revoke_old=revoke_old)
    return list(world.power.writes)


POINTS = tuple(
    (method, revoke_old, number)
    for method, revoke_old in product(RENEWABLE, KEEPS)
    for number in range(len(writes_of(method, revoke_old)))
)


def assert_old_or_new(world: RenewalWorld, profile: Profile) -> None:
    """It works, with one of Azure's; what else is there is an old one that is kept, as the journal says."""
    assert world.works(profile)
    live = world.at_azure(profile)
    in_use = world.secret_in_use(profile)
    assert in_use in live.values()
    kept = world.connections.kept_old(profile.id)
    assert (kept is not None) is (len(live) == 2)
    assert len(world.entries.load()) == len(live) - 1
    others = {slot for slot in world.store.slots() if slot not in {"", ".token"}}
    assert others == ({".old"} if kept else set())
    assert kept is None or in_use != old_value(profile.method)
    if in_use != old_value(profile.method):
        assert live[world.current(profile).credential_id] == in_use


@pytest.mark.parametrize(("method", "revoke_old", "number"), POINTS)
@pytest.mark.parametrize("after_effect", [False, True])
def test_power_cut_at_any_step_leaves_a_connection_that_works(
    world: RenewalWorld, method: Method, revoke_old: bool, number: int, after_effect: bool
) -> None:
    profile = world.with_old(method)
    world.power.fail_at, world.power.after_effect = number, after_effect
    with pytest.raises(PowerCut):
        world.renew(profile, revoke_old=revoke_old)
    world.start()
    assert world.works(profile)  # before anything is recovered
    world.start()
    world.recover()
    assert_old_or_new(world, profile)


@pytest.mark.parametrize(("method", "revoke_old", "number"), POINTS)
def test_power_cut_while_recovering_is_recovered_from(method: Method, revoke_old: bool, number: int) -> None:
    at = 0
    while True:
        world = RenewalWorld()
        profile = world.with_old(method)
        world.power.fail_at = number
        with pytest.raises(PowerCut):
            world.renew(profile, revoke_old=revoke_old)
        world.start()
        world.power.fail_at = at
        try:
            world.recover()
        except PowerCut:
            world.start()
            world.recover()
            assert_old_or_new(world, profile)
            at += 1
            continue
        assert at == len(world.power.writes)
        return


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("problem", [Problem.KEYRING_LOCKED, Problem.SERVICE_UNAVAILABLE])
@pytest.mark.parametrize("point", POINTS)
def test_step_that_is_refused_leaves_a_connection_that_works(
    world: RenewalWorld, point: tuple[Method, bool, int], problem: Problem, for_good: bool
) -> None:
    """By whichever store or service; once, or from then on until the program starts again."""
    method, revoke_old, number = point
    profile = world.with_old(method)
    world.power.fail_at, world.power.refuse_with, world.power.for_good = number, problem, for_good
    ended = ""
    try:
        world.renew(profile, revoke_old=revoke_old)
    except ConnectionProblem as failure:
        ended = failure.problem
    assert ended in {"", problem}
    world.start()
    assert world.works(profile)
    world.start()
    world.recover()
    assert_old_or_new(world, profile)


@both
def test_cancelled_recovery_leaves_the_rest_for_the_next_time(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    azure(world, method).add(REVOKE[method], Problem.SERVICE_UNAVAILABLE)
    world.renew(profile)
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        world.renewals.recover(cancel)
    assert len(world.renewals.unfinished()) == 1
    world.renewals.recover(Cancel())
    assert_whole(world, profile)


def problem_of(action: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value.problem


@both
def test_old_one_whose_revocation_failed_can_be_put_back_while_azure_still_takes_it(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    azure(world, method).add(REVOKE[method], Problem.SERVICE_UNAVAILABLE)
    world.renew(profile)
    world.connections.put_back(profile.id, lambda result: None, Cancel())
    world.recover()
    assert world.secret_in_use(profile) == old_value(method)
    assert world.works(profile)
