"""What a renewal leaves, and who brings it to its end: later, by another sign-in, or the person."""

import pytest

from desktop_app.app.renewals import Stage
from desktop_app.app.unfinished_renewals import GIVE_UP_AFTER
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.changes import Step
from desktop_app.core.history import EventKind
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from tests.unit.app.renewing import (
    OLD_PAT,
    RENEWABLE,
    REVOKE,
    RenewalWorld,
    assert_whole,
    azure,
    old_id,
    old_value,
    problem_of,
)

both = pytest.mark.parametrize("method", RENEWABLE)


@pytest.fixture
def world() -> RenewalWorld:
    return RenewalWorld()


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
