"""Starting the program again: the window that is there comes to the front, and there is never a second one."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.test_process import COMMAND, START_S, on_screen
from tests.virtual_screen import virtual_screen

pytestmark = pytest.mark.e2e

REAL, PRACTICE = "ADO Connect", "Practice cloud — ADO Connect"
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual X screen of the test's own; gives its name."""
    with virtual_screen() as name:
        yield name


@pytest.fixture
def start(
    display: str, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Start]:
    """Starts the program; what still runs at the end is killed."""
    session = tmp_path_factory.mktemp("run")
    session.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(session))
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    programs: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> "subprocess.Popen[str]":
        programs.append(
            subprocess.Popen([COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
        return programs[-1]

    yield begin
    for program in programs:
        program.send_signal(signal.SIGCONT)
        program.kill()
        program.communicate()


def windows(display: str) -> list[str]:
    """The titles of the program's windows, the topmost first."""
    try:
        screen = on_screen(display)
    except subprocess.CalledProcessError:  # a window went while they were listed
        return ["not known"]
    shown = (line for line in screen.splitlines() if " 1080x700+" in line)  # others are Qt's own
    return [line.split('"')[1] for line in shown]


def wait(condition: Callable[[], object], what: str) -> None:
    for _look in range(10 * START_S):
        if condition():
            return
        time.sleep(0.1)  # another process has no event that could be waited for
    pytest.fail(f"this never came: {what}")


def listening(number: int = 1) -> bool:
    return len(list(Path(os.environ["XDG_RUNTIME_DIR"]).glob("ado-connect/*.socket"))) >= number


def end(program: "subprocess.Popen[str]") -> tuple[int, str, str]:
    printed, complained = program.communicate(timeout=START_S)
    return program.returncode, printed, complained


def test_a_second_start_brings_the_first_window_to_the_front_and_ends_well(start: Start, display: str) -> None:
    first = start()
    wait(listening, "the first one")
    start("--practice")
    wait(lambda: listening(2) and windows(display) == [PRACTICE, REAL], "the practice window above it")

    assert end(start()) == (0, "", "")
    wait(lambda: windows(display) == [REAL, PRACTICE], "the first window in front, and no third one")
    assert end(start("--practice")) == (0, "", "")
    wait(lambda: windows(display) == [PRACTICE, REAL], "the practice window in front again")
    assert first.poll() is None


def test_after_a_crash_the_next_start_is_the_first(start: Start, display: str) -> None:
    crashed = start()
    wait(listening, "the first one")
    crashed.kill()
    crashed.communicate()
    assert listening()  # what it left
    wait(lambda: windows(display) == [], "its window gone")

    start()
    wait(lambda: windows(display) == [REAL], "a window")
    assert end(start()) == (0, "", "")


def test_of_many_that_start_together_one_stays(start: Start, display: str) -> None:
    programs = [start() for _number in range(4)]
    wait(lambda: sum(program.poll() is None for program in programs) == 1, "the end of all but one")
    wait(lambda: windows(display) == [REAL], "one window")
    assert sorted(program.poll() is None for program in programs) == [False, False, False, True]
    assert {program.returncode for program in programs if program.poll() is not None} == {0}


def test_a_window_that_hangs_keeps_nobody_from_working(start: Start, display: str) -> None:
    hanging = start()
    wait(listening, "the first one")
    hanging.send_signal(signal.SIGSTOP)

    second = start()
    wait(lambda: windows(display).count(REAL) == 2, "a second window")
    assert second.poll() is None


def test_commands_never_go_through_it(start: Start, display: str) -> None:
    start()
    wait(listening, "the first one")
    start("--practice")
    wait(lambda: windows(display) == [PRACTICE, REAL], "both windows")

    code, printed, _complained = end(start("list"))
    assert (code, printed) == (0, "There is no saved connection yet.\n")
    assert windows(display) == [PRACTICE, REAL]
