"""How long a person waits for the window of the built program, beside the source tree's and KeePassXC's in one run.

Wanted: not slower than KeePassXC by more than a quarter. A window counts from the moment it is mapped (XMapWindow),
which is seen from outside and alike for every program.
"""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import IO

import pytest

from tests.bench.starting import ROOT, milliseconds, virtual_display

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

STARTS = 12
FROZEN = ROOT / "dist" / "ado-connect" / "ado-connect"
KEEPASSXC = "keepassxc"
LIMIT_S = 60.0


@contextmanager
def mapped_windows(display: str) -> Iterator[SimpleQueue[float]]:
    """The moments (monotonic seconds) at which ordinary windows are mapped on a display, as they come."""
    command = ["stdbuf", "-oL", "xev", "-display", display, "-root", "-event", "substructure"]
    moments: SimpleQueue[float] = SimpleQueue()

    def read(lines: IO[str]) -> None:
        is_map = False
        for line in lines:
            is_map = line.startswith("MapNotify") or (is_map and line.startswith(" "))
            if is_map and "override NO" in line:
                moments.put(time.monotonic())

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        reader = threading.Thread(target=read, args=(watch.stdout,))
        reader.start()
        try:
            yield moments
        finally:
            watch.terminate()
            reader.join()


def start(command: Sequence[str], environment: dict[str, str], moments: SimpleQueue[float]) -> float:
    """Seconds from exec to the first window. Raises queue.Empty where none comes."""
    while not moments.empty():  # windows of the program before
        moments.get()
    began = time.monotonic()
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as program:
        try:
            return moments.get(timeout=LIMIT_S) - began
        finally:
            os.killpg(program.pid, signal.SIGKILL)


def test_time_to_the_window_of_the_built_program(tmp_path: Path) -> None:
    if not FROZEN.exists():
        pytest.skip("not built: make build")
    if shutil.which("xev") is None:
        pytest.skip("xev is not installed")
    programs = {
        "ADO Connect, built": [str(FROZEN)],
        "ADO Connect, source tree": [sys.executable, "-m", "desktop_app"],
    }
    if shutil.which(KEEPASSXC):
        programs["KeePassXC"] = [KEEPASSXC]
        settings = tmp_path / ".config" / "keepassxc" / "keepassxc.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text("[General]\nUpdateCheckMessageShown=true\n[GUI]\nCheckForUpdates=false\n")
    with virtual_display() as display, mapped_windows(display) as moments:
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
        environment |= {"PYTHONPYCACHEPREFIX": str(tmp_path / "byte-code")}
        for name in ("PYTHONDONTWRITEBYTECODE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
            environment.pop(name, None)
        for command in programs.values():  # files come into memory, byte code into its cache
            start(command, environment, moments)
        found: dict[str, list[float]] = {name: [] for name in programs}
        for _turn in range(STARTS):
            for name, command in programs.items():
                found[name].append(start(command, environment, moments))
    print("\n\nFrom exec to the window, platform xcb (wanted: at most 1.25 times KeePassXC)")
    other = found.get("KeePassXC")
    for name, seconds in found.items():
        beside = f"{statistics.median(seconds) / statistics.median(other):5.2f} times " if other else ""
        print(f"  {name:26}{beside}{milliseconds(seconds)}")
    if not other:
        print("  KeePassXC is not installed here: nothing to compare with")
