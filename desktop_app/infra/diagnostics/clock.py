"""Whether this computer's clock agrees with the servers'."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.core.checks import Undecided
from desktop_app.core.diagnosis import Answer, DiagnosisName, Results, Skipped, of_name
from desktop_app.core.problems import ConnectionProblem, Problem

LIMIT_S = 300
"""Tokens and certificates are made a few minutes before they are first used; Entra allows for five."""

_OF_ANOTHER_TIME = {Problem.CERTIFICATE_EXPIRED, Problem.CERTIFICATE_NOT_YET_VALID}


def clock() -> Callable[[Results], Answer]:
    """Judges after the connections. Facts: skew_s, the middle one of all hosts.

    Raises CLOCK_WRONG (skew_s) beyond LIMIT_S, and without a fact where every certificate seems to be of another time.
    Skipped where no host answered, Undecided where no answer told a time.
    """

    def run(results: Results) -> Answer:
        connections = of_name(results, DiagnosisName.CONNECTION)
        skews = sorted(int(one.facts["skew_s"]) for one in connections if "skew_s" in one.facts)
        if skews:
            middle = skews[(len(skews) - 1) // 2]
            facts = {"skew_s": str(middle)}
            if abs(middle) > LIMIT_S:
                raise ConnectionProblem(Problem.CLOCK_WRONG, facts)
            return facts
        if len(connections) > 1 and all(one.problem in _OF_ANOTHER_TIME for one in connections):
            raise ConnectionProblem(Problem.CLOCK_WRONG)
        return Undecided() if any("status" in one.facts for one in connections) else Skipped()

    return run
