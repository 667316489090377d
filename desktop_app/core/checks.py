"""Checks that prove a connection, and the runner that runs the independent ones at the same time.

A check whose precondition failed is SKIPPED; a failing check never stops the others that don't depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem, Problem


class CheckName(StrEnum):
    """What is checked, in the order it is shown."""

    REACH = "reach"
    TENANT = "tenant"
    TOKEN = "token"
    IDENTITY = "identity"
    PROJECTS = "projects"
    VARIABLE_GROUPS = "variable-groups"
    RELEASES = "releases"
    SERVICE_CONNECTIONS = "service-connections"


PERMISSION_CHECKS = frozenset(
    {CheckName.PROJECTS, CheckName.VARIABLE_GROUPS, CheckName.RELEASES, CheckName.SERVICE_CONNECTIONS}
)
"""Checks of what a connection may do; all others are about whether it works at all."""


class CheckStatus(StrEnum):
    """UNKNOWN: it ran, but the answer does not decide. SKIPPED: something it needs failed."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Undecided:
    """A check's way to say UNKNOWN, with what it saw."""

    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """`run` returns the facts it saw (short texts, safe to show), or Undecided, or raises ConnectionProblem.

    `needs` must all have passed for the result to count. `waits_for` (by default the same) must have ended before it
    starts: a check may so run beside one it needs, and its answer is thrown away if that one fails.
    """

    name: CheckName
    run: Callable[[], Mapping[str, str] | Undecided]
    needs: frozenset[CheckName] = frozenset()
    waits_for: frozenset[CheckName] | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended; `took_s` seconds."""

    name: CheckName
    status: CheckStatus
    problem: Problem | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All results of one run, in the order of CheckName; `ended_at` aware UTC."""

    results: tuple[CheckResult, ...]
    ended_at: datetime

    @property
    def identity_proved(self) -> bool:
        """True if the connection works at all: every check that is not about a permission passed."""
        judged = [result for result in self.results if result.name not in PERMISSION_CHECKS]
        return bool(judged) and all(result.status is CheckStatus.PASSED for result in judged)

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        return tuple(result for result in self.results if result.status is CheckStatus.FAILED)

    @property
    def first_problem(self) -> Problem | None:
        return self.failures[0].problem if self.failures else None

    def result(self, name: CheckName) -> CheckResult | None:
        return next((result for result in self.results if result.name is name), None)


def run_checks(
    checks: Iterable[Check],
    *,
    clock: Clock,
    on_result: Callable[[CheckResult], None] = lambda result: None,
    cancel: Cancel | None = None,
) -> CheckReport:
    """Run all checks, as many at the same time as their needs allow.

    `on_result` is called in this thread, as results come in. Raises Cancelled at once when `cancel` is requested;
    checks in flight end by their own time limits and nobody hears of them. Raises ValueError if the needs can never
    be met.
    """
    return _Run(checks, clock, on_result, cancel or Cancel()).report()


class _Run:
    """One run: what waits, what is in flight, what has ended."""

    def __init__(
        self, checks: Iterable[Check], clock: Clock, on_result: Callable[[CheckResult], None], cancel: Cancel
    ) -> None:
        self._waiting = {check.name: check for check in checks}
        self._names = set(self._waiting)
        self._clock = clock
        self._on_result = on_result
        self._cancel = cancel
        self._answers: dict[CheckName, CheckResult] = {}
        self._settled: dict[CheckName, CheckResult] = {}
        self._needs = {name: check.needs & self._names for name, check in self._waiting.items()}

    def report(self) -> CheckReport:
        pool = ThreadPoolExecutor(max_workers=max(1, len(self._waiting)), thread_name_prefix="ado-check")
        flying: dict[Future[CheckResult], CheckName] = {}
        woken: Future[CheckResult] = Future()
        self._cancel.on_cancel(lambda: woken.set_exception(Cancelled()))
        try:
            while len(self._settled) < len(self._names):
                self._cancel.raise_if_cancelled()
                for check in self._ready():
                    flying[pool.submit(self._timed, check)] = check.name
                if not flying:
                    raise ValueError(f"these checks wait for each other: {sorted(self._waiting)}")
                done, _ = wait([*flying, woken], return_when=FIRST_COMPLETED)
                self._cancel.raise_if_cancelled()
                for future in done & flying.keys():
                    self._answers[flying.pop(future)] = future.result()
                self._settle()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        order = list(CheckName)
        results = sorted(self._settled.values(), key=lambda result: order.index(result.name))
        return CheckReport(tuple(results), self._clock.now())

    def _ready(self) -> list[Check]:
        """Checks whose turn has come; those with a failed need are answered without running."""
        ready = []
        for check in list(self._waiting.values()):
            starts_after = (check.needs if check.waits_for is None else check.waits_for) & self._names
            if starts_after <= self._answers.keys():
                del self._waiting[check.name]
                ready.append(check)
        return ready

    def _timed(self, check: Check) -> CheckResult:
        if any(
            self._answers[need].status is not CheckStatus.PASSED
            for need in self._needs[check.name]
            if need in self._answers
        ):
            return CheckResult(check.name, CheckStatus.SKIPPED)
        started = self._clock.monotonic()
        try:
            answer = check.run()
        except Cancelled:
            return CheckResult(check.name, CheckStatus.SKIPPED)
        except ConnectionProblem as failure:
            took_s = self._clock.monotonic() - started
            return CheckResult(check.name, CheckStatus.FAILED, failure.problem, failure.facts, took_s)
        took_s = self._clock.monotonic() - started
        if isinstance(answer, Undecided):
            return CheckResult(check.name, CheckStatus.UNKNOWN, None, answer.facts, took_s)
        return CheckResult(check.name, CheckStatus.PASSED, None, answer, took_s)

    def _settle(self) -> None:
        """Publish every answer whose needs are settled too, in the order the needs allow."""
        progress = True
        while progress:
            progress = False
            for name in [name for name in self._answers if name not in self._settled]:
                if self._needs[name] <= self._settled.keys():
                    self._settled[name] = self._judged(name)
                    self._on_result(self._settled[name])
                    progress = True

    def _judged(self, name: CheckName) -> CheckResult:
        met = all(self._settled[need].status is CheckStatus.PASSED for need in self._needs[name])
        return self._answers[name] if met else CheckResult(name, CheckStatus.SKIPPED)
