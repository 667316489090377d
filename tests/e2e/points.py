"""How many steps each flow was killed at, printed at the end of the test report."""

import pytest

POINTS = pytest.StashKey[dict[str, tuple[int, float]]]()
"""flow -> number of steps, seconds."""


def note(config: pytest.Config, flow: str, points: int, took_s: float) -> None:
    config.stash.setdefault(POINTS, {})[flow] = (points, took_s)


def print_points(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    noted = config.stash.get(POINTS, {})
    if not noted:
        return
    reporter.section("steps at which the program was killed, all of them")
    for flow, (points, took_s) in noted.items():
        reporter.line(f"{points:5} {took_s:6.1f} s  {flow}")
    reporter.line(f"{sum(one[0] for one in noted.values()):5} {sum(one[1] for one in noted.values()):6.1f} s  in all")
