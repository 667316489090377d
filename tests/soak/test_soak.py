"""Connected, checked, copied and removed again and again in one process: nothing may stay behind.

Here a few cycles, which hold every count exactly and memory loosely; `make soak` does 10,000 and prints the figures.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CYCLES = {way: int(os.environ.get(f"SOAK_{way.upper()}", few)) for way, few in {"window": 60, "wizard": 6}.items()}
POINTS = int(os.environ.get("SOAK_POINTS", "3"))
FLAT = 1.05 if "SOAK_POINTS" in os.environ else 1.25
"""How much memory there may be at the end, for what there was when everything had been used. A short run still warms
up."""
EXACT = ("threads", "files", "pages", "timers", "objects", "widgets", "secrets", "tasks", "stored_files")
FEW = 30
POOLED = {"workers": 8, "connections": 32, "children": 6}
"""What is kept to be used again, and how much of it there may be (gui/tasks.py; core/ports.py; the processes from which
the web engine makes others, and those of its services, which come and go)."""

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what a process holds is read from /proc"),
    pytest.mark.timeout(7200 if "SOAK_POINTS" in os.environ else 300),
]


@dataclass(frozen=True, slots=True)
class Run:
    """`censuses` are those of tests/soak/census.py; `more` counts the Python objects that came since the first one."""

    way: str
    censuses: tuple[dict[str, int], ...]
    more: dict[str, int]

    @property
    def first(self) -> dict[str, int]:
        return self.censuses[0]

    @property
    def last(self) -> dict[str, int]:
        return self.censuses[-1]


@pytest.fixture(scope="module", params=CYCLES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """In a process and a home of its own."""
    way, home = request.param, tmp_path_factory.mktemp("home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.soak.soak_run", way, str(CYCLES[way]), str(POINTS)],
        cwd=ROOT,
        env=environment | {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    lines: list[dict[str, Any]] = [json.loads(line) for line in ended.stdout.splitlines()]  # Any: JSON
    told = Run(way, tuple(lines[:-1]), lines[-1]["more"])
    report(told)
    return told


def report(told: Run) -> None:
    print(f"\n{told.last['cycle']:,} times through the {told.way}: connected, checked, copied, removed")
    for census in told.censuses:
        memory = "  ".join(f"{name[:3].upper()} {census[name] / 1024:6.1f} MiB" for name in ("rss_kib", "pss_kib"))
        print(f"  after {census['cycle']:6,}  {memory}  ", end="")
        print("  ".join(f"{name} {census[name]}" for name in (*EXACT, *POOLED, "python_objects")))


def test_nothing_is_left_of_what_was_removed(run: Run) -> None:
    assert {name: run.last[name] for name in EXACT} == {name: run.first[name] for name in EXACT}
    assert run.last["pages"] == 0
    assert run.last["tasks"] == 0


def test_what_is_kept_to_be_used_again_is_bounded(run: Run) -> None:
    assert {name: run.last[name] for name, most in POOLED.items() if run.last[name] > most} == {}


def test_no_object_is_kept_for_each_connection(run: Run) -> None:
    cycles = run.last["cycle"] - run.first["cycle"]
    if cycles < FEW:
        pytest.skip("what is kept for each connection can not be told from what is kept once")
    bounded = {"urllib.parse.SplitResult"}  # urlsplit's own cache
    kept = {kind: count for kind, count in run.more.items() if count >= cycles / 3 and kind not in bounded}
    assert kept == {}


def test_memory_stays_flat(run: Run) -> None:
    for kind in ("rss_kib", "pss_kib"):
        assert run.last[kind] <= run.first[kind] * FLAT, kind
