"""Starts programs with the hook beside them (hook/sitecustomize.py) and reads what it reports.

Byte code is cached where no one else sees it, as a normal installation has it: the first start of each program fills
the cache and is not counted.
"""

import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.virtual_screen import virtual_screen

ROOT = Path(__file__).resolve().parents[2]
HOOK = Path(__file__).resolve().parent / "hook"
LIMIT_S = 60.0

BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.resize(1080, 700)
window.show()
sys.exit(app.exec())
"""


@dataclass(frozen=True, slots=True)
class Program:
    """What to start; `content` names the widget that stands for the filled window. `environment` is added to ours."""

    name: str
    arguments: Sequence[str]
    content: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


BARE_WINDOW = Program("a bare PySide6 window", ("-c", BARE))
NORMAL = Program("ADO Connect", ("-m", "desktop_app"), "firstRun")
PRACTICE = Program("ADO Connect --practice", ("-m", "desktop_app", "--practice"), "firstRun")


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds from exec to the painted window and to its content; kilobytes at rest."""

    shown_s: float
    filled_s: float
    resident_kb: int
    proportional_kb: int


class Starter:
    """Starts programs on one Qt platform ("xcb" needs `display`), all with the same byte code cache."""

    def __init__(self, cache: Path, platform: str, display: str = "") -> None:
        self.platform = platform
        self._environment = {**os.environ, "QT_QPA_PLATFORM": platform, "PYTHONPATH": str(HOOK)}
        self._environment["PYTHONPYCACHEPREFIX"] = str(cache)
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if display:
            self._environment["DISPLAY"] = display

    def start(self, program: Program, *, rest: bool = False) -> Start:
        """Start it, wait for its reports, and for its end. Raises RuntimeError where it shows no window."""
        reader, writer = os.pipe()
        extra = {"BENCH_FD": str(writer), "BENCH_CONTENT": program.content, "BENCH_REST": "1" if rest else ""}
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, *program.arguments],
            cwd=ROOT,
            env={**self._environment, **program.environment, **extra},
            pass_fds=[writer],
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        watchdog = threading.Timer(LIMIT_S, process.kill)
        watchdog.start()
        with process, os.fdopen(reader, encoding="ascii") as reports:
            said = {words[0]: words[1:] for line in reports if (words := line.split())}
        watchdog.cancel()
        if "shown" not in said:
            raise RuntimeError(f"{program.name} showed no window on {self.platform}")
        resident, proportional = said.get("rest", ["0", "0"])
        shown = float(said["shown"][0]) - began
        filled = float(said["filled"][0]) - began if "filled" in said else shown
        return Start(shown, filled, int(resident), int(proportional))

    def alternate(self, programs: Sequence[Program], times: int) -> dict[str, list[Start]]:
        """Start them in turns, so that a busy moment of the machine hits all alike."""
        for program in programs:
            self.start(program)
        found: dict[str, list[Start]] = {program.name: [] for program in programs}
        for _turn in range(times):
            for program in programs:
                found[program.name].append(self.start(program))
        return found


def milliseconds(seconds: Sequence[float]) -> str:
    """The median, and how far the figures lie apart."""
    low, high = min(seconds) * 1000, max(seconds) * 1000
    return f"{statistics.median(seconds) * 1000:6.0f} ms   (from {low:.0f} to {high:.0f} in {len(seconds)} starts)"


@contextmanager
def virtual_display() -> Iterator[str]:
    """The name of a virtual X display of its own; an empty one where Xvfb is not installed."""
    if shutil.which("Xvfb") is None:
        yield ""
        return
    with virtual_screen("1600x1200x24") as name:
        yield name
