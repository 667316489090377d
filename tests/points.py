"""How many points each flow was tried at, printed at the end of the test report."""

from collections import defaultdict

import pytest

POINTS = pytest.StashKey[dict[str, dict[str, tuple[int, float]]]]()
"""what was done -> flow -> number of points, seconds."""

KILLED = "steps at which the program was killed"
POWER_CUT = "states that a power cut may leave"
DISK_FAULTS = "calls to the disk that failed"
FAULTS = "requests of a renewal that met a fault"


def note(config: pytest.Config, done: str, flow: str, points: int, took_s: float) -> None:
    empty: dict[str, dict[str, tuple[int, float]]] = defaultdict(dict)
    config.stash.setdefault(POINTS, empty)[done][flow] = (points, took_s)


def print_points(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for done, noted in config.stash.get(POINTS, {}).items():
        reporter.section(done)
        for flow, (points, took_s) in noted.items():
            reporter.line(f"{points:5} {took_s:6.1f} s  {flow}")
        reporter.line(
            f"{sum(one[0] for one in noted.values()):5} {sum(one[1] for one in noted.values()):6.1f} s  in all"
        )
