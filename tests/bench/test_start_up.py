"""How long a person waits for the window, and what it weighs. Wanted: at most 1.5 times a bare window; below 100 MB."""

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.starting import BARE_WINDOW, NORMAL, PRACTICE, Starter, milliseconds, virtual_display

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

STARTS = 12
WEIGHINGS = 3


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with virtual_display() as name:
        yield name


@pytest.fixture(params=["xcb", "offscreen"])
def starter(request: pytest.FixtureRequest, display: str, tmp_path_factory: pytest.TempPathFactory) -> Starter:
    if request.param == "xcb" and not display:
        pytest.skip("Xvfb is not installed")
    cache: Path = tmp_path_factory.getbasetemp() / "byte-code"
    return Starter(cache, request.param, display)


def test_time_to_a_visible_window(starter: Starter, secret_service: None) -> None:
    found = starter.alternate([BARE_WINDOW, NORMAL, PRACTICE], STARTS)

    bare = statistics.median(start.shown_s for start in found[BARE_WINDOW.name])
    print(f"\n\nFrom exec to a visible window, platform {starter.platform} (wanted: at most 1.5 times a bare window)")
    for program, starts in found.items():
        shown = [start.shown_s for start in starts]
        print(f"  {program:24}{statistics.median(shown) / bare:5.2f} times {milliseconds(shown)}")
    filled = [start.filled_s for start in found[NORMAL.name]]
    print(f"  {'  with its content':24}{statistics.median(filled) / bare:5.2f} times {milliseconds(filled)}")


def test_memory_of_the_open_window(starter: Starter, secret_service: None) -> None:
    print(f"\n\nMemory, window open and workspace built, no sign-in yet, {starter.platform} (wanted: < 100 MB)")
    for program in (BARE_WINDOW, NORMAL, PRACTICE):
        starter.start(program)  # byte code
        starts = [starter.start(program, rest=True) for _time in range(WEIGHINGS)]
        resident = statistics.median(start.resident_kb for start in starts) / 1024
        proportional = statistics.median(start.proportional_kb for start in starts) / 1024
        print(f"  {program.name:24}{resident:6.1f} MB resident, {proportional:6.1f} MB of it its own share")
