"""A renewal whose requests fail: the connection works, and nothing is left at Azure that nobody will revoke."""

from collections.abc import Iterator
from itertools import product

import pytest

from desktop_app.app.unfinished_renewals import LOOK_AGAIN
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Step
from desktop_app.core.history import EventKind
from desktop_app.core.lifecycle import may_have_been_made
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, ProfileId
from tests.unit.app.renewing import (
    MAKE,
    RENEWABLE,
    REVOKE,
    RenewalWorld,
    assert_whole,
    azure,
    old_id,
    old_value,
)

both = pytest.mark.parametrize("method", RENEWABLE)


@pytest.fixture
def world() -> RenewalWorld:
    return RenewalWorld()


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
