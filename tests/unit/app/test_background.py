"""Daily checks over weeks of simulated time: each connection once a day, spread, and never many at once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.app.background import (
    BETWEEN_S,
    DAY_S,
    LOOK_S,
    RECENT_S,
    REST_S,
    SETTLE_S,
    BackgroundChecks,
    Planner,
    Step,
)
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import LastCheck, Method, Profile, ProfileId
from tests.fakes.clock import NOON
from tests.fakes.profiles import a_profile
from tests.unit.app.world import World

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
HOUR = 3600
Moment = tuple[float, ProfileId]


class Weeks:
    """Runs a Planner; times are seconds since START. `asleep` are stretches in which nobody looks."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self.profiles = {profile.id: profile for profile in profiles}
        self.begun: list[Moment] = []
        self.checks: dict[ProfileId, list[float]] = {key: [] for key in self.profiles}

    def run(
        self, seconds: float, by_hand: Iterable[Moment] = (), asleep: Iterable[tuple[float, float]] = ()
    ) -> "Weeks":
        planner, now = Planner(), 0.0
        hands, sleeps = sorted(by_hand), sorted(asleep)
        while now < seconds:
            while hands and hands[0][0] <= now:
                self._checked(hands[0][1], hands.pop(0)[0])
            while sleeps and sleeps[0][0] <= now:
                now = max(now, sleeps.pop(0)[1])
            turn = planner.look(self.profiles.values(), START + timedelta(seconds=now))
            if turn.key is not None:
                self.begun.append((now, turn.key))
                self._checked(turn.key, now)
            assert turn.look_again_s <= LOOK_S
            now += turn.look_again_s
        return self

    def _checked(self, key: ProfileId, at: float) -> None:
        self.checks[key].append(at)
        check = LastCheck(START + timedelta(seconds=at), identity_proved=True)
        self.profiles[key] = replace(self.profiles[key], last_check=check)


def a_row(number: int, checked_s: float | None = 0.0) -> Profile:
    """A connection that was checked so many seconds after START, or never."""
    check = None if checked_s is None else LastCheck(START + timedelta(seconds=checked_s), identity_proved=True)
    return a_profile(number, last_check=check)


weeks = settings(max_examples=15)
numbers = st.integers(0, 10**9)
rows = st.builds(a_row, numbers, st.none() | st.integers(-40 * DAY_S, 0))
some_rows = st.lists(rows, min_size=1, max_size=8, unique_by=lambda profile: profile.id)


@weeks
@given(profiles=some_rows)
def test_each_connection_is_checked_once_a_day_at_its_own_time(profiles: list[Profile]) -> None:
    weeks = Weeks(profiles).run(16 * DAY_S)

    for checks in weeks.checks.values():
        settled = [at for at in checks if at > 2 * DAY_S]
        assert len(settled) in {13, 14, 15}
        assert all(abs(later - earlier - DAY_S) < 20 * LOOK_S for earlier, later in pairwise(settled))


@weeks
@given(profiles=some_rows, hands=st.lists(st.tuples(st.floats(0, 14 * DAY_S), st.integers(0, 7)), max_size=20))
def test_check_by_hand_counts(profiles: list[Profile], hands: list[tuple[float, int]]) -> None:
    by_hand = [(at, profiles[number % len(profiles)].id) for at, number in hands]
    weeks = Weeks(profiles).run(14 * DAY_S, by_hand)

    for key, checks in weeks.checks.items():
        times = sorted(checks)
        for earlier, later in pairwise(times):
            assert later - earlier <= DAY_S + RECENT_S + 20 * LOOK_S
            assert (later, key) not in weeks.begun or later - earlier >= RECENT_S - LOOK_S
        assert times[0] <= DAY_S + RECENT_S + 20 * LOOK_S


@weeks
@given(
    profiles=some_rows,
    naps=st.lists(st.tuples(st.floats(0, 9 * DAY_S), st.floats(301, 3 * DAY_S)), max_size=10),
)
def test_nothing_happens_right_after_a_sleep_and_never_two_at_once(
    profiles: list[Profile], naps: list[tuple[float, float]]
) -> None:
    asleep: list[tuple[float, float]] = []
    for begin, length in sorted(naps):  # one after another
        if not asleep or begin > asleep[-1][1] + HOUR:
            asleep.append((begin, begin + length))
    weeks = Weeks(profiles).run(14 * DAY_S, asleep=asleep)

    times = [at for at, _key in weeks.begun]
    # Few wait: a minute between them, but for what a datetime rounds off.
    assert all(later - earlier >= LOOK_S - 1e-3 for earlier, later in pairwise(times))
    awake = [0.0, *(end for _begin, end in asleep)]
    assert not [(at, end) for at in times for end in awake if end <= at < end + SETTLE_S]
    for checks in weeks.checks.values():  # what was missed is made up for within the hour
        for at, later in pairwise([*checks, 14 * DAY_S]):
            slept = sum(end - begin for begin, end in asleep if end > at and begin < later)
            assert later - at <= DAY_S + RECENT_S + slept + HOUR


def test_many_are_spread_over_the_day() -> None:
    weeks = Weeks(a_row(number) for number in range(240)).run(3 * DAY_S)

    third_day = [at for at, _key in weeks.begun if at >= 2 * DAY_S]
    assert len(third_day) in range(236, 245)
    hours = Counter(int(at // HOUR) for at in third_day)
    assert len(hours) == 24
    assert max(hours.values()) <= 24  # ten on the average


def test_a_thousand_that_were_missed_are_made_up_for_in_steps() -> None:
    weeks = Weeks(a_row(number, -9 * DAY_S) for number in range(1000)).run(12 * HOUR)

    times = [at for at, _key in weeks.begun]
    assert times[0] >= SETTLE_S
    assert min(later - earlier for earlier, later in pairwise(times)) >= BETWEEN_S
    made_up = {key: checks[0] for key, checks in weeks.checks.items() if checks}
    assert len(made_up) == 1000
    assert max(made_up.values()) < 6 * HOUR


def test_moment_of_the_day_is_the_same_in_every_run() -> None:
    profile = a_row(7)
    at = START.timestamp()

    assert Planner().due(profile, at) == Planner().due(profile, at)
    assert Planner().due(profile, at) != Planner().due(a_row(8), at)


def test_check_in_the_future_does_not_keep_a_connection_from_its_turn() -> None:
    weeks = Weeks([a_row(1, 400 * DAY_S)]).run(3 * DAY_S)

    assert len(weeks.checks[a_row(1).id]) in {3, 4}


# -- with connections -------------------------------------------------------------------------------------------------


@pytest.fixture
def checks(world: World) -> BackgroundChecks:
    return BackgroundChecks(world.connections, world.clock, wanted=lambda: True)


def until_checked(world: World, checks: BackgroundChecks, hours: float = 40) -> Step | None:
    """Look again and again; None if nobody's turn came."""
    until = world.clock.monotonic() + hours * HOUR
    while world.clock.monotonic() < until:
        step = checks.step(Cancel())
        if step.checked is not None:
            return step
        world.clock.advance(step.look_again_s)
    return None


def test_connection_whose_turn_it_is_is_checked_and_the_result_kept(world: World, checks: BackgroundChecks) -> None:
    profile = world.saved(Method.PAT)
    world.devops.problems["identity"] = ConnectionProblem(Problem.CREDENTIAL_REJECTED)

    step = until_checked(world, checks)

    assert step is not None
    assert step.checked is not None
    checked, report = step.checked
    assert (checked.id, report.identity_proved) == (profile.id, False)
    assert world.connections.load()[0].last_check == checked.last_check
    assert world.clock.now() - NOON >= timedelta(seconds=RECENT_S)


def test_nothing_is_checked_while_it_is_not_wanted_and_it_goes_on_afterwards(world: World) -> None:
    world.saved(Method.PAT)
    wanted = [False]
    checks = BackgroundChecks(world.connections, world.clock, wanted=lambda: wanted[0])

    assert until_checked(world, checks) is None
    assert world.happened("devops.identity") == []
    wanted[0] = True
    assert until_checked(world, checks, hours=1) is not None  # it was due long ago


@pytest.mark.parametrize("problem", [Problem.NO_NETWORK, Problem.PROXY_UNREACHABLE])
def test_failure_of_this_computer_spares_the_other_connections(
    world: World, checks: BackgroundChecks, problem: Problem
) -> None:
    for number in range(5):
        world.saved(Method.PAT, f"number {number}")
    world.clock.advance(3 * DAY_S)  # all are overdue
    world.devops.problems["organization_tenant"] = ConnectionProblem(problem)

    assert until_checked(world, checks, hours=1) is not None
    assert until_checked(world, checks, hours=(REST_S - 2 * LOOK_S) / HOUR) is None
    assert until_checked(world, checks, hours=0.1) is not None


def test_file_that_can_not_be_written_is_left_for_a_while(world: World, checks: BackgroundChecks) -> None:
    world.saved(Method.PAT)
    world.clock.advance(3 * DAY_S)
    world.profiles.fail_with = Problem.PROFILE_FILE_UNWRITABLE

    assert until_checked(world, checks, hours=1) is None
    assert len(world.happened("devops.identity")) in range(2, 6)  # once in a quarter of an hour


def test_cancelled_check_ends_as_such(world: World, checks: BackgroundChecks) -> None:
    world.saved(Method.PAT)
    world.clock.advance(3 * DAY_S)
    cancel = Cancel()
    world.devops.before["identity"] = cancel.request
    checks.step(cancel)
    world.clock.advance(SETTLE_S)

    with pytest.raises(Cancelled):
        checks.step(cancel)


@pytest.mark.parametrize("fails", [False, True])
def test_more_is_learned_after_a_check_and_a_failure_of_that_is_none_of_the_check(world: World, fails: bool) -> None:
    profile = world.saved(Method.PAT)
    asked: list[ProfileId] = []

    def learn(checked: Profile, cancel: Cancel) -> Profile:
        asked.append(checked.id)
        if fails:
            raise ConnectionProblem(Problem.GRAPH_PERMISSION_MISSING)
        return replace(checked, credential_id="told")

    step = until_checked(world, BackgroundChecks(world.connections, world.clock, lambda: True, learn))

    assert asked == [profile.id]
    assert step is not None
    assert step.checked is not None
    assert step.checked[0].credential_id == ("" if fails else "told")
