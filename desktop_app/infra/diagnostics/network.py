"""Whether this computer is connected to any network at all."""

from __future__ import annotations

import socket
from collections.abc import Callable

from desktop_app.core.checks import CheckStatus, Undecided
from desktop_app.core.diagnosis import Answer, DiagnosisName, Results, of_name
from desktop_app.core.problems import ConnectionProblem, Problem

# Addresses kept for documentation (RFC 5737 and RFC 3849): nobody is there, and nothing is sent.
_SOMEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def has_way_out() -> bool:
    """True if the operating system knows a way to some address outside. No packet is sent."""
    for family, address in _SOMEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
        except OSError:
            continue
        return True
    return False


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
