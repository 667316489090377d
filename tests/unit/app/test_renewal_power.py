"""A renewal in which the power fails, or a store or Azure refuses, at any step: the old one or the new one works."""

from itertools import product

import pytest

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from tests.fakes.power import PowerCut
from tests.unit.app.renewing import (
    RENEWABLE,
    RenewalWorld,
    old_value,
)

both = pytest.mark.parametrize("method", RENEWABLE)


@pytest.fixture
def world() -> RenewalWorld:
    return RenewalWorld()


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
