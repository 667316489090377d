"""Whether this computer is connected to any network at all."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.core.checks import CheckStatus, Undecided
from desktop_app.core.diagnosis import Answer, DiagnosisName, Results, of_name
from desktop_app.core.problems import ConnectionProblem, Problem


def network(way_out: Callable[[], bool]) -> Callable[[Results], Answer]:
    """Judges after the names. Raises NO_NETWORK where there is no way out and not one name was found; Undecided where
    only one of the two speaks against a network."""

    def run(results: Results) -> Answer:
        if way_out():
            return {}
        names = of_name(results, DiagnosisName.NAME)
        if names and all(result.status is CheckStatus.FAILED for result in names):
            raise ConnectionProblem(Problem.NO_NETWORK)
        return Undecided()

    return run
