"""What thousands of connections cost. Wanted: 32 requests in flight at most, the GUI thread blocked for less than 50
ms, a search that keeps up with typing, and a window that shows within 1.3 times the time.

Checking runs in a process of its own, the practice cloud in another one; once with answers that come at once, which
takes all that the processor has, and once with answers as late as over a real network.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop_app.infra import paths
from desktop_app.infra.profile_file import FILE_NAME
from desktop_app.infra.profile_rows import row_of
from tests.bench.starting import ROOT, Program, Starter, milliseconds, virtual_display
from tests.fakes.profiles import a_profile

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

CONNECTIONS = 1000
TIMES = 3
MANY, FEW = 10_000, 20
STARTS = 12
FIGURES = ("longest_ms", "busiest_ms")


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with virtual_display() as name:
        yield name


@pytest.mark.parametrize("delay_ms", [0, 100])
def test_checking_a_thousand_connections(delay_ms: int, display: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache: Path = tmp_path_factory.getbasetemp() / "byte-code"
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(cache)}
    environment |= {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display} if display else {}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    check_all(20, delay_ms, environment)  # byte code
    runs = [check_all(CONNECTIONS, delay_ms, environment) for _time in range(TIMES)]

    screen = environment["QT_QPA_PLATFORM"]
    print(f"\n\nCheck all now with {CONNECTIONS:,} connections, answers after {delay_ms} ms more, platform {screen}")
    print(f"  said at the end                {runs[0]['words']}")
    print(f"  most requests in flight        {spread([run['most'] for run in runs])}   (wanted: at most 32)")
    print(f"  requests in all                {spread([run['sent'] for run in runs])}")
    print(f"  time in all                    {spread([run['all_s'] for run in runs])} s")
    for phase in runs[0]["phases"]:
        longest, busiest = ([run["phases"][phase][name] for run in runs] for name in FIGURES)
        print(f"  GUI thread, {phase:19}blocked for {spread(longest)} ms at most   (wanted: < 50;", end=" ")
        print(f"{spread(busiest)} ms of its own work)")
    for name, when in (("filter_ms", "before"), ("filter_meanwhile_ms", "meanwhile")):
        keys = [key_ms for run in runs for key_ms in run[name]]
        print(f"  a key of a search, {when:12}{spread(keys)} ms until it is painted")
    for run in runs:
        explain(run)


def test_time_to_a_window_with_many_connections(
    display: str, tmp_path_factory: pytest.TempPathFactory, secret_service: None
) -> None:
    if not display:
        pytest.skip("Xvfb is not installed")
    few, many = (_program(number, tmp_path_factory.mktemp("home")) for number in (FEW, MANY))
    found = Starter(tmp_path_factory.getbasetemp() / "byte-code", "xcb", display).alternate([few, many], STARTS)

    print(f"\n\nFrom exec to the window, {MANY:,} connections against {FEW} (wanted: at most 1.3 times)")
    for what in ("shown_s", "filled_s"):
        times = {program.name: [getattr(start, what) for start in found[program.name]] for program in (few, many)}
        usual = statistics.median(times[few.name])
        print(f"  {'visible' if what == 'shown_s' else 'with its list'}")
        for name, seconds in times.items():
            print(f"    {name:22}{statistics.median(seconds) / usual:5.2f} times {milliseconds(seconds)}")


def _program(number: int, home: Path) -> Program:
    """The program with so many connections of its own; some have ended, the ends of the others lie over a year."""
    environment = {"XDG_CONFIG_HOME": str(home / "config")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", environment["XDG_CONFIG_HOME"])
        folder = paths.config_folder(practice=False)
    folder.mkdir(parents=True)
    ends = (date.today() + timedelta(days=index % 365 - 10) for index in range(number))  # noqa: DTZ011 - a day here
    rows = [row_of(a_profile(index, credential_ends=day)) for index, day in enumerate(ends)]
    whole = msgspec.json.encode({"version": 1, "connections": rows})
    (folder / FILE_NAME).write_bytes(msgspec.json.format(whole, indent=2))
    return Program(f"{number:,} connections", ("-m", "desktop_app"), "connections", environment)


def check_all(number: int, delay_ms: int, environment: dict[str, str]) -> dict[str, Any]:
    """What the run printed. Any: JSON."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench.scale_run", str(number), str(delay_ms)],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=500,
    )
    lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise AssertionError(run.stderr[-2000:])
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def spread(figures: list[float]) -> str:
    """The median, and how far the figures lie apart."""
    return f"{statistics.median(figures):6.1f} ({min(figures):.0f} to {max(figures):.0f})"


def explain(run: dict[str, Any]) -> None:
    for phase, seen in run["phases"].items():
        for gap_ms, moments in seen["late"]:
            print(f"    {phase}, {gap_ms:.0f} ms:", *moments, sep="\n      ")
