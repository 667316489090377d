"""Diagnoses run beside each other, a failing one stops no other, and cancelling returns at once."""

import threading

import pytest

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.checks import CheckStatus, Undecided
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.diagnosis import (
    Answer,
    Diagnosis,
    DiagnosisName,
    DiagnosisResult,
    Line,
    Results,
    Scope,
    Skipped,
    host_of,
    run_diagnoses,
)
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from tests.fakes.clock import FakeClock

PROXY, CLOCK, KEYRING = Line(DiagnosisName.PROXY), Line(DiagnosisName.CLOCK), Line(DiagnosisName.KEYRING)
PATIENCE_S = 20.0


def fails(_results: Results) -> Answer:
    raise ConnectionProblem(Problem.PROXY_UNREACHABLE, {"proxy": "p:1"})


def breaks(_results: Results) -> Answer:
    raise RuntimeError("a defect")


def well(_results: Results) -> Answer:
    return {"seen": "yes"}


def test_failing_and_broken_diagnoses_stop_no_other_one() -> None:
    heard: list[DiagnosisResult] = []
    diagnoses = (Diagnosis(PROXY, fails), Diagnosis(CLOCK, breaks), Diagnosis(KEYRING, well))

    results = run_diagnoses(diagnoses, clock=FakeClock(), on_result=heard.append)

    assert [(one.line, one.status, one.problem) for one in results] == [
        (PROXY, CheckStatus.FAILED, Problem.PROXY_UNREACHABLE),
        (CLOCK, CheckStatus.FAILED, Problem.INTERNAL),
        (KEYRING, CheckStatus.PASSED, None),
    ]
    assert results[0].facts == {"proxy": "p:1"}
    assert results[1].facts == {"error": "RuntimeError"}
    assert sorted(one.line.key for one in heard) == sorted(one.line.key for one in results)


@pytest.mark.parametrize(
    ("answer", "status"), [(Undecided({"a": "b"}), CheckStatus.UNKNOWN), (Skipped({"a": "b"}), CheckStatus.SKIPPED)]
)
def test_diagnosis_may_leave_it_open(answer: Answer, status: CheckStatus) -> None:
    (result,) = run_diagnoses([Diagnosis(CLOCK, lambda _results: answer)], clock=FakeClock())

    assert (result.status, result.facts) == (status, {"a": "b"})


def test_independent_diagnoses_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2)

    def meet(_results: Results) -> Answer:
        meeting.wait(PATIENCE_S)
        return {}

    results = run_diagnoses([Diagnosis(PROXY, meet), Diagnosis(KEYRING, meet)], clock=FakeClock())

    assert {one.status for one in results} == {CheckStatus.PASSED}


def test_later_diagnosis_judges_what_earlier_ones_found() -> None:
    seen: list[Results] = []

    def judge(results: Results) -> Answer:
        seen.append(results)
        return {}

    run_diagnoses([Diagnosis(CLOCK, judge, frozenset({PROXY})), Diagnosis(PROXY, fails)], clock=FakeClock())

    assert [{line: one.problem for line, one in results.items()} for results in seen] == [
        {PROXY: Problem.PROXY_UNREACHABLE}
    ]


def test_diagnoses_that_wait_for_each_other_are_a_mistake() -> None:
    diagnoses = [Diagnosis(CLOCK, well, frozenset({PROXY})), Diagnosis(PROXY, well, frozenset({CLOCK}))]

    with pytest.raises(ValueError, match="wait for each other"):
        run_diagnoses(diagnoses, clock=FakeClock())


def test_cancelling_does_not_wait_for_one_that_hangs() -> None:
    cancel, may_end = Cancel(), threading.Event()

    def hang(_results: Results) -> Answer:
        cancel.request()
        may_end.wait(PATIENCE_S)
        return {}

    heard: list[DiagnosisResult] = []
    with pytest.raises(Cancelled):
        run_diagnoses([Diagnosis(PROXY, hang)], clock=FakeClock(), on_result=heard.append, cancel=cancel)
    assert not may_end.is_set()
    assert heard == []
    may_end.set()


def test_cancelling_lets_one_that_tidies_come_to_its_end() -> None:
    cancel, tidied = Cancel(), []

    def tidy(_results: Results) -> Answer:
        cancel.request()
        tidied.append(True)
        return {}

    with pytest.raises(Cancelled):
        run_diagnoses([Diagnosis(KEYRING, tidy, tidies=True)], clock=FakeClock(), cancel=cancel)
    assert tidied == [True]


def test_scope_asks_for_the_hosts_its_methods_need_only() -> None:
    token = [host_of(base) for base in Scope(PUBLIC, frozenset({Method.PAT})).bases]
    app = [host_of(base) for base in Scope(PUBLIC, frozenset({Method.CLIENT_SECRET})).bases]
    everything = [host_of(base) for base in Scope(PUBLIC).bases]

    assert token == ["dev.azure.com", "vsrm.dev.azure.com"]
    assert app == ["login.microsoftonline.com", *token]
    assert everything == [*app, "app.vssps.visualstudio.com"]


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("https://dev.azure.com", "dev.azure.com"),
        ("https://Devops.example.com:8443/tfs", "devops.example.com:8443"),
        ("https://[2001:db8::1]:444", "[2001:db8::1]:444"),
    ],
)
def test_host_is_shown_with_an_unusual_port(base: str, shown: str) -> None:
    assert host_of(base) == shown
