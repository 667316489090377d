"""The runner of checks: what runs together, what is skipped, what is heard of, and how it stops."""

import threading
from collections.abc import Callable, Mapping
from itertools import permutations

import pytest

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.checks import (
    PERMISSION_CHECKS,
    Check,
    CheckName,
    CheckReport,
    CheckResult,
    CheckStatus,
    Undecided,
    run_checks,
)
from desktop_app.core.problems import ConnectionProblem, Problem
from tests.fakes.clock import NOON, FakeClock

PATIENCE_S = 20.0
"""How long a check waits for another before the test fails; never reached when all is well."""

REACH, TENANT, TOKEN, IDENTITY, PROJECTS = (
    CheckName.REACH,
    CheckName.TENANT,
    CheckName.TOKEN,
    CheckName.IDENTITY,
    CheckName.PROJECTS,
)
NOTHING: frozenset[CheckName] = frozenset()
Run = Callable[[], Mapping[str, str] | Undecided]


def passes() -> Mapping[str, str]:
    return {}


def fails() -> Mapping[str, str]:
    raise ConnectionProblem(Problem.TIMED_OUT, {"host": "example.com"})


def never() -> Mapping[str, str]:
    raise AssertionError("this check must not run")


def statuses(report: CheckReport) -> dict[CheckName, CheckStatus]:
    return {result.name: result.status for result in report.results}


def check(name: CheckName, run: Run, *needs: CheckName, after: frozenset[CheckName] | None = None) -> Check:
    return Check(name, run, frozenset(needs), after)


def test_independent_checks_run_at_the_same_time() -> None:
    everybody_is_here = threading.Barrier(4, timeout=PATIENCE_S)

    def meet() -> Mapping[str, str]:
        everybody_is_here.wait()  # raises unless all four run at once
        return {}

    report = run_checks([check(name, meet) for name in (REACH, TENANT, TOKEN, IDENTITY)], clock=FakeClock())

    assert set(statuses(report).values()) == {CheckStatus.PASSED}


def test_a_check_starts_after_those_it_needs() -> None:
    ran: list[CheckName] = []

    def run(name: CheckName) -> Run:
        def note() -> Mapping[str, str]:
            ran.append(name)
            return {}

        return note

    run_checks(
        [check(IDENTITY, run(IDENTITY), TOKEN), check(TOKEN, run(TOKEN), REACH), check(REACH, run(REACH))],
        clock=FakeClock(),
    )

    assert ran == [REACH, TOKEN, IDENTITY]


def test_a_check_whose_need_failed_is_skipped_without_running() -> None:
    report = run_checks(
        [check(REACH, fails), check(TOKEN, never, REACH), check(IDENTITY, never, TOKEN), check(TENANT, passes)],
        clock=FakeClock(),
    )

    assert statuses(report) == {
        REACH: CheckStatus.FAILED,
        TENANT: CheckStatus.PASSED,
        TOKEN: CheckStatus.SKIPPED,
        IDENTITY: CheckStatus.SKIPPED,
    }


@pytest.mark.parametrize("answer", [Undecided(), Undecided({"seen": "nothing"})])
def test_a_check_that_needs_an_undecided_one_is_skipped(answer: Undecided) -> None:
    report = run_checks([check(REACH, lambda: answer), check(TOKEN, never, REACH)], clock=FakeClock())

    assert statuses(report) == {REACH: CheckStatus.UNKNOWN, TOKEN: CheckStatus.SKIPPED}
    assert report.results[0].facts == answer.facts


def test_a_failure_keeps_its_problem_and_facts() -> None:
    report = run_checks([check(REACH, fails)], clock=FakeClock())

    assert report.results[0].problem is Problem.TIMED_OUT
    assert report.results[0].facts == {"host": "example.com"}
    assert report.failures == report.results
    assert report.first_problem is Problem.TIMED_OUT


def test_a_check_may_run_beside_one_it_needs() -> None:
    both_are_here = threading.Barrier(2, timeout=PATIENCE_S)

    def meet() -> Mapping[str, str]:
        both_are_here.wait()
        return {}

    report = run_checks([check(TOKEN, meet), check(IDENTITY, meet, TOKEN, after=NOTHING)], clock=FakeClock())

    assert set(statuses(report).values()) == {CheckStatus.PASSED}


def test_a_check_starts_once_what_it_waits_for_has_answered_though_that_may_not_count_yet() -> None:
    projects_started = threading.Event()

    def token() -> Mapping[str, str]:
        assert projects_started.wait(PATIENCE_S)
        return {}

    def projects() -> Mapping[str, str]:
        projects_started.set()
        return {}

    report = run_checks(
        [
            check(TOKEN, token),
            check(IDENTITY, passes, TOKEN, after=NOTHING),
            check(PROJECTS, projects, TOKEN, IDENTITY, after=frozenset({IDENTITY})),
        ],
        clock=FakeClock(),
    )

    assert set(statuses(report).values()) == {CheckStatus.PASSED}


def test_an_early_answer_is_thrown_away_when_what_it_needs_fails() -> None:
    identity_answered = threading.Event()
    heard: list[CheckName] = []

    def token() -> Mapping[str, str]:
        assert identity_answered.wait(PATIENCE_S)
        return fails()

    def identity() -> Mapping[str, str]:
        identity_answered.set()
        return {"account": "somebody"}

    report = run_checks(
        [check(TOKEN, token), check(IDENTITY, identity, TOKEN, after=NOTHING)],
        clock=FakeClock(),
        on_result=lambda result: heard.append(result.name),
    )

    assert statuses(report) == {TOKEN: CheckStatus.FAILED, IDENTITY: CheckStatus.SKIPPED}
    assert report.results[1].facts == {}
    assert heard == [TOKEN, IDENTITY]


def test_an_early_failure_counts_as_skipped_when_what_it_needs_fails() -> None:
    report = run_checks(
        [check(REACH, fails), check(TOKEN, fails, REACH, after=NOTHING)],
        clock=FakeClock(),
    )

    assert statuses(report) == {REACH: CheckStatus.FAILED, TOKEN: CheckStatus.SKIPPED}
    assert report.first_problem is Problem.TIMED_OUT
    assert len(report.failures) == 1


def test_results_come_in_while_other_checks_still_run() -> None:
    reach_was_heard = threading.Event()
    heard: list[tuple[CheckName, threading.Thread]] = []

    def hear(result: CheckResult) -> None:
        heard.append((result.name, threading.current_thread()))
        if result.name is REACH:
            reach_was_heard.set()

    def waits_until_reach_was_heard() -> Mapping[str, str]:
        assert reach_was_heard.wait(PATIENCE_S)
        return {}

    run_checks([check(TOKEN, waits_until_reach_was_heard), check(REACH, passes)], clock=FakeClock(), on_result=hear)

    here = threading.current_thread()
    assert heard == [(REACH, here), (TOKEN, here)]


@pytest.mark.parametrize("order", list(permutations([REACH, TENANT, TOKEN])))
def test_the_report_is_in_the_order_of_the_names_whatever_came_first(order: tuple[CheckName, ...]) -> None:
    checks = [check(name, passes, after=frozenset(order[:at])) for at, name in enumerate(order)]
    heard: list[CheckName] = []

    report = run_checks(checks[::-1], clock=FakeClock(), on_result=lambda result: heard.append(result.name))

    assert heard == list(order)
    assert [result.name for result in report.results] == [REACH, TENANT, TOKEN]


def test_cancel_is_answered_while_a_check_still_blocks() -> None:
    cancel = Cancel()
    release, ended = threading.Event(), threading.Event()
    heard: list[CheckResult] = []

    def blocks() -> Mapping[str, str]:
        cancel.request()
        release.wait(PATIENCE_S)
        ended.set()
        return {}

    with pytest.raises(Cancelled):
        run_checks(
            [check(REACH, blocks), check(TOKEN, never, REACH)], clock=FakeClock(), on_result=heard.append, cancel=cancel
        )

    assert not ended.is_set()
    release.set()
    assert ended.wait(PATIENCE_S)
    assert heard == []


def test_cancel_from_a_listener_stops_before_the_next_check() -> None:
    cancel = Cancel()

    with pytest.raises(Cancelled):
        run_checks(
            [check(REACH, passes), check(TOKEN, never, REACH)],
            clock=FakeClock(),
            on_result=lambda result: cancel.request(),
            cancel=cancel,
        )


def test_a_run_that_is_cancelled_before_it_starts_runs_nothing() -> None:
    cancel = Cancel()
    cancel.request()

    with pytest.raises(Cancelled):
        run_checks([check(REACH, never)], clock=FakeClock(), cancel=cancel)


def test_cancel_after_the_end_changes_nothing() -> None:
    cancel = Cancel()
    report = run_checks([check(REACH, passes)], clock=FakeClock(), cancel=cancel)

    cancel.request()

    assert statuses(report) == {REACH: CheckStatus.PASSED}


@pytest.mark.parametrize("after", [None, NOTHING], ids=["waiting for each other", "started all the same"])
def test_needs_that_can_never_be_met_are_an_error(after: frozenset[CheckName] | None) -> None:
    with pytest.raises(ValueError, match="wait for each other"):
        run_checks(
            [
                check(REACH, passes),
                check(TOKEN, passes, IDENTITY, after=after),
                check(IDENTITY, passes, TOKEN, after=after),
            ],
            clock=FakeClock(),
        )


def test_a_need_that_is_not_among_the_checks_is_ignored() -> None:
    report = run_checks([check(IDENTITY, passes, TENANT, TOKEN, after=frozenset({TOKEN}))], clock=FakeClock())

    assert statuses(report) == {IDENTITY: CheckStatus.PASSED}


def test_no_checks_prove_nothing() -> None:
    report = run_checks([], clock=FakeClock())

    assert report.results == ()
    assert report.ended_at == NOON
    assert not report.identity_proved
    assert report.first_problem is None


def test_a_programming_error_in_a_check_is_not_swallowed() -> None:
    def broken() -> Mapping[str, str]:
        raise KeyError("oops")

    with pytest.raises(KeyError, match="oops"):
        run_checks([check(REACH, broken)], clock=FakeClock())


def test_each_result_knows_how_long_it_took() -> None:
    clock = FakeClock()

    def slow() -> Mapping[str, str]:
        clock.advance(2.5)
        return {}

    report = run_checks([check(REACH, slow), check(TOKEN, fails, REACH)], clock=clock)

    assert [result.took_s for result in report.results] == [2.5, 0.0]


@pytest.mark.parametrize(
    ("failing", "proved"),
    [(None, True), *((name, name in PERMISSION_CHECKS) for name in CheckName)],
)
def test_identity_is_proved_unless_something_else_than_a_permission_failed(
    failing: CheckName | None, proved: bool
) -> None:
    report = run_checks([check(name, fails if name is failing else passes) for name in CheckName], clock=FakeClock())

    assert report.identity_proved is proved


@pytest.mark.parametrize("name", sorted(set(CheckName) - PERMISSION_CHECKS))
def test_identity_is_not_proved_by_an_undecided_answer(name: CheckName) -> None:
    report = run_checks([check(name, Undecided)], clock=FakeClock())

    assert not report.identity_proved


def test_permission_checks_alone_prove_no_identity() -> None:
    report = run_checks([check(PROJECTS, passes)], clock=FakeClock())

    assert not report.identity_proved


def test_a_result_is_found_by_name() -> None:
    report = run_checks([check(REACH, passes)], clock=FakeClock())

    assert report.result(REACH) is report.results[0]
    assert report.result(TOKEN) is None
