"""One renewal at a time, never a token that is about to end, and what is told when a sign-in grants less."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop_app.app.connections import Connections
from desktop_app.app.secret_slots import token_slot
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.history import EventKind
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from tests.fakes.clock import NOON
from tests.fakes.entra import RESOURCE, FakeEntra
from tests.unit.app.world import World, unheard

STORM = 50
PATIENCE_S = 20.0
signing_in = pytest.mark.parametrize("method", [Method.OAUTH, Method.CLIENT_SECRET])


def another_process(world: World) -> Connections:
    """What another process of the same user has: the same stores, and nothing in memory."""
    return Connections(
        http=world.entra,
        devops=world.devops,
        profiles=world.profiles,
        secrets=world.secrets,
        clock=world.clock,
        trust_ca=lambda ca_file, cloud: None,
        history=world.history,
        turns=world.turns,
        journal=world.change_journal,
    )


def loosed(storm: list[Callable[[], str]]) -> list[str]:
    """What each of the storm gets; all begin at the same time."""
    gate = threading.Barrier(len(storm))

    def run(work: Callable[[], str]) -> str:
        gate.wait(PATIENCE_S)
        return work()

    with ThreadPoolExecutor(len(storm)) as pool:
        return [future.result(PATIENCE_S) for future in [pool.submit(run, work) for work in storm]]


@signing_in
def test_fifty_threads_make_one_token_request(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.clock.advance(3600)

    tokens = loosed([lambda: world.fresh_token(profile)] * STORM)

    assert set(tokens) == {FakeEntra.access_token(2)}
    assert len(world.entra.forms) == 1


def test_threads_of_four_processes_make_one_renewal(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    processes = [another_process(world) for _ in range(4)]

    def work(connections: Connections) -> Callable[[], str]:
        def ask() -> str:
            return connections.fresh_token(profile.id, Cancel()).value.reveal()

        return ask

    tokens = loosed([work(processes[number % 4]) for number in range(STORM)])

    assert set(tokens) == {FakeEntra.access_token(2)}
    assert [form["grant_type"] for form in world.entra.forms] == ["refresh_token"]


def test_another_process_takes_a_token_that_is_fresh_and_renews_one_that_is_not(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    world.fresh_token(profile)
    world.clock.advance(3600 - 300)
    assert another_process(world).fresh_token(profile.id, Cancel()).value.reveal() == FakeEntra.access_token(2)
    world.clock.advance(1)
    assert another_process(world).fresh_token(profile.id, Cancel()).value.reveal() == FakeEntra.access_token(3)


def test_shared_token_of_another_sign_in_is_not_used(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    world.fresh_token(profile)
    stolen = world.secrets.get(token_slot(profile.id))
    assert stolen is not None

    other = world.saved(Method.OAUTH, "Another")
    world.secrets.set(token_slot(other.id), stolen)

    token = another_process(world).fresh_token(other.id, Cancel()).value.reveal()
    assert token == FakeEntra.access_token(4)


def test_shared_token_that_can_not_be_read_is_fetched_anew(world: World) -> None:
    from desktop_app.core.credential import Secret

    profile = world.saved(Method.OAUTH)
    world.secrets.set(token_slot(profile.id), Secret("{not what was written"))
    assert another_process(world).fresh_token(profile.id, Cancel()).value.reveal() == FakeEntra.access_token(2)


def test_a_thread_that_waits_for_the_proof_of_another_can_be_cancelled(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.clock.advance(3600)
    reached, release, cancel = threading.Event(), threading.Event(), Cancel()

    def hold() -> None:
        reached.set()
        assert release.wait(PATIENCE_S)

    world.devops.before["identity"] = hold
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(world.fresh_token, profile)
        assert reached.wait(PATIENCE_S)
        second = pool.submit(world.connections.fresh_token, profile.id, cancel)
        cancel.request()
        with pytest.raises(Cancelled):
            second.result(PATIENCE_S)
        release.set()
        first.result(PATIENCE_S)


# -- the margin -------------------------------------------------------------------------------------------------------


@signing_in
def test_token_whose_margin_the_checks_used_up_is_renewed_once_more(world: World, method: Method) -> None:
    world.entra.expires_in_s = 310
    profile = world.saved(method)
    world.clock.advance(3600)
    slow = [20.0]
    world.devops.before["identity"] = lambda: world.clock.advance(slow.pop() if slow else 0)

    token = world.connections.fresh_token(profile.id, Cancel())

    assert token.value.reveal() == FakeEntra.access_token(3)
    assert token.is_fresh(world.clock.now())


@signing_in
def test_token_that_ends_within_its_margin_is_not_handed_out(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.clock.advance(3600)
    world.entra.expires_in_s = 299

    with pytest.raises(ConnectionProblem) as failure:
        world.fresh_token(profile)
    assert failure.value.problem is Problem.TOKEN_ENDING


@pytest.mark.parametrize(("left", "handed_out"), [(timedelta(minutes=5), True), (timedelta(seconds=299), False)])
def test_pat_is_not_handed_out_in_its_last_five_minutes(world: World, left: timedelta, handed_out: bool) -> None:
    profile = world.saved(Method.PAT)
    world.clock.advance(3600)
    world.profiles.save(replace(profile, credential_ends_at=world.clock.now() + left))

    if handed_out:
        assert world.fresh_token(profile)
        return
    with pytest.raises(ConnectionProblem) as failure:
        world.fresh_token(profile)
    assert failure.value.problem is Problem.TOKEN_ENDING


# -- what is remembered -----------------------------------------------------------------------------------------------


def seen(world: World, profile: Profile) -> Profile:
    return next(other for other in world.connections.load() if other.id == profile.id)


def test_renewal_is_noted_with_its_time(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    assert profile.renewed_at == NOON
    world.clock.advance(7200)
    world.fresh_token(profile)

    assert seen(world, profile).renewed_at == NOON + timedelta(hours=2)
    event = next(event for event in world.history.load(profile.id) if event.kind is EventKind.REFRESHED)
    assert event.facts == {"ends": (NOON + timedelta(hours=3)).isoformat()}


def test_check_without_a_renewal_does_not_move_the_time_of_the_last_one(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(120)
    world.connections.check(profile.id, unheard, Cancel())
    assert seen(world, profile).renewed_at == NOON


def test_narrowing_of_the_scopes_is_reported_once(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    assert profile.scopes_lost == ()
    world.entra.alter = lambda content: content | {"scope": f"{RESOURCE}/user_impersonation"}
    for _ in range(2):
        world.clock.advance(3600)
        world.fresh_token(profile)

    assert seen(world, profile).scopes_lost == ("vso.project",)
    told = [event for event in world.history.load(profile.id) if event.kind is EventKind.SCOPES_NARROWED]
    assert [event.facts for event in told] == [{"scopes": "vso.project"}]


def test_scopes_that_come_back_are_not_missed_any_more(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    whole = world.entra.alter
    world.entra.alter = lambda content: content | {"scope": f"{RESOURCE}/user_impersonation"}
    world.clock.advance(3600)
    world.fresh_token(profile)
    world.entra.alter = whole
    world.clock.advance(3600)
    world.fresh_token(profile)

    assert seen(world, profile).scopes_lost == ()


@signing_in
def test_no_token_is_in_the_history_or_the_profile(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.clock.advance(3600)
    token = world.fresh_token(profile)
    kept = f"{seen(world, profile)!r} {world.history.load(profile.id)!r}"
    assert (token in kept, FakeEntra.refresh_token(2) in kept) == (False, False)


def test_removed_connection_leaves_no_shared_token(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    world.fresh_token(profile)
    assert world.secrets.get(token_slot(profile.id)) is not None
    world.connections.remove(profile.id)
    assert world.secrets.get(token_slot(profile.id)) is None
