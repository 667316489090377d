"""Diagnoses of the computer itself: what stands between it and a cloud, and the runner that asks all at the same time.

A failing diagnosis never stops another one; some wait for others and judge what those found. Cancelling returns at
once, but for a diagnosis that has to put something back (`tidies`), which gets a moment to do so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import StrEnum

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.checks import CheckStatus, Undecided
from desktop_app.core.cloud import Cloud, origin_of
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method

TIDY_S = 2.0
"""So long a cancelled run waits for what must be put back; what it puts back are a few bytes in a keyring."""

_log = logging.getLogger(__name__)


class DiagnosisName(StrEnum):
    """What is looked at, in the order it is shown. NAME and CONNECTION are asked for each host."""

    NETWORK = "network"
    PROXY = "proxy"
    CA_FILE = "ca-file"
    NAME = "name"
    CONNECTION = "connection"
    CAPTIVE_PORTAL = "captive-portal"
    INSPECTION = "inspection"
    CLOCK = "clock"
    KEYRING = "keyring"
    WEB_ENGINE = "web-engine"
    FOLDERS = "folders"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list; `host` ("dev.azure.com", "127.0.0.1:8443") where it is about one."""

    name: DiagnosisName
    host: str = ""

    @property
    def key(self) -> str:
        return f"{self.name.value} {self.host}".strip()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A diagnosis' way to say that something it needs failed, or that there is nothing to look at."""

    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DiagnosisResult:
    """How one diagnosis ended; `facts` are short texts, `took_s` seconds.

    Facts: host, address, proxy, source, status, issuer, skew_s, keyring, file, free_mb, policy, reason, and those of
    problems.
    """

    line: Line
    status: CheckStatus
    problem: Problem | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    took_s: float = 0.0


Results = Mapping[Line, DiagnosisResult]
Answer = Mapping[str, str] | Undecided | Skipped


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`run` is given the results of those in `after`, and returns the facts it saw, Undecided or Skipped, or raises
    ConnectionProblem. One that `tidies` leaves something behind unless it comes to its end."""

    line: Line
    run: Callable[[Results], Answer]
    after: frozenset[Line] = frozenset()
    tidies: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cloud is to be reached, in which ways; `ca_file` is a connection's own PEM file or empty."""

    cloud: Cloud
    methods: frozenset[Method] = frozenset(Method)
    ca_file: str = ""

    @property
    def bases(self) -> tuple[str, ...]:
        """Every base URL these methods need, one for each origin, the sign-in's first.

        A personal access token needs no sign-in; a person's organizations are listed for OAuth only. Hosts that nothing
        is asked of are left out: one that is blocked stands in nobody's way.
        """
        cloud = self.cloud
        wanted = [cloud.devops, cloud.release]
        if self.methods & {Method.OAUTH, Method.CLIENT_SECRET}:
            wanted.insert(0, cloud.login)
        if Method.OAUTH in self.methods:
            wanted.append(cloud.profile)
        by_origin: dict[tuple[str, int], str] = {}
        for base in wanted:
            by_origin.setdefault(origin_of(base), base)
        return tuple(by_origin.values())


def host_of(base: str) -> str:
    """The host of a base URL as it is shown: with the port if that is not the usual one."""
    host, port = origin_of(base)
    shown = f"[{host}]" if ":" in host else host
    return shown if port == 443 else f"{shown}:{port}"


def run_diagnoses(
    diagnoses: Iterable[Diagnosis],
    *,
    clock: Clock,
    on_result: Callable[[DiagnosisResult], None] = lambda result: None,
    cancel: Cancel | None = None,
) -> tuple[DiagnosisResult, ...]:
    """Run all, as many at the same time as can be; results in the order given.

    `on_result` is called in this thread, as results come in. Raises Cancelled when `cancel` is requested, and
    ValueError if some wait for each other or for one that is not there.
    """
    waiting = list(diagnoses)
    order = [diagnosis.line for diagnosis in waiting]
    results: dict[Line, DiagnosisResult] = {}
    stop = cancel or Cancel()
    woken: Future[DiagnosisResult] = Future()
    stop.on_cancel(lambda: woken.set_exception(Cancelled()))
    # As in core/checks.py: the end of the program looks for threads of this name.
    pool = ThreadPoolExecutor(max_workers=max(1, len(waiting)), thread_name_prefix="ado-check")
    flying: dict[Future[DiagnosisResult], Diagnosis] = {}
    try:
        while len(results) < len(order):
            stop.raise_if_cancelled()
            for diagnosis in [one for one in waiting if one.after <= results.keys()]:
                waiting.remove(diagnosis)
                seen = {line: results[line] for line in diagnosis.after}
                flying[pool.submit(_timed, diagnosis, seen, clock)] = diagnosis
            if not flying:
                raise ValueError(f"these wait for each other: {[one.line.key for one in waiting]}")
            done, _ = wait([*flying, woken], return_when=FIRST_COMPLETED)
            stop.raise_if_cancelled()
            for future in done & flying.keys():
                result = future.result()
                results[flying.pop(future).line] = result
                on_result(result)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        wait([future for future, diagnosis in flying.items() if diagnosis.tidies], timeout=TIDY_S)
    return tuple(results[line] for line in order)


def _timed(diagnosis: Diagnosis, seen: Results, clock: Clock) -> DiagnosisResult:
    line, started = diagnosis.line, clock.monotonic()
    try:
        answer = diagnosis.run(seen)
    except ConnectionProblem as failure:
        return DiagnosisResult(line, CheckStatus.FAILED, failure.problem, failure.facts, clock.monotonic() - started)
    except Exception as error:  # one that is broken never stops the others
        _log.exception("a diagnosis failed unexpectedly: %s", line.key)
        facts = {"error": type(error).__name__}
        return DiagnosisResult(line, CheckStatus.FAILED, Problem.INTERNAL, facts, clock.monotonic() - started)
    took_s = clock.monotonic() - started
    if isinstance(answer, Undecided):
        return DiagnosisResult(line, CheckStatus.UNKNOWN, None, answer.facts, took_s)
    if isinstance(answer, Skipped):
        return DiagnosisResult(line, CheckStatus.SKIPPED, None, answer.facts)
    return DiagnosisResult(line, CheckStatus.PASSED, None, answer, took_s)


def of_name(results: Results, name: DiagnosisName) -> Sequence[DiagnosisResult]:
    """The results of one kind, over all hosts."""
    return [result for line, result in results.items() if line.name is name]
