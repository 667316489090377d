"""The program as the desktop starts it: a process, a window on a screen, and an end when it is told to."""

import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app import __version__
from tests.virtual_screen import virtual_screen

pytestmark = pytest.mark.e2e

START_S = 60
TITLE = "Practice cloud — ADO Connect"
COMMAND = str(Path(sysconfig.get_path("scripts"), "ado-connect"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=START_S, check=False)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_is_told_on_standard_output(option: str) -> None:
    ended = run(option)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"ado-connect {__version__}\n", "")


def test_help_names_every_option() -> None:
    ended = run("--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    for option in ("--practice", "--version", "--help"):
        assert option in ended.stdout


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--practice", "--nonsense"], ["some-file"]])
def test_unknown_argument_is_refused_with_the_usage(arguments: list[str]) -> None:
    ended = run(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "usage: ado-connect" in ended.stderr
    assert arguments[-1] in ended.stderr


def test_module_is_the_same_program() -> None:
    command = [sys.executable, "-m", "desktop_app", "--version"]
    assert subprocess.check_output(command, text=True, timeout=START_S) == run("--version").stdout


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A virtual X screen; gives its name."""
    with virtual_screen() as name:
        yield name


def on_screen(display: str) -> str:
    """Every window of a screen, a line each, with title and size."""
    command = ["xwininfo", "-display", display, "-root", "-tree"]
    return subprocess.run(command, capture_output=True, text=True, timeout=START_S, check=True).stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_window_shows_on_a_screen_and_a_signal_ends_the_program(display: str, home: Path, number: int) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    with subprocess.Popen(
        [COMMAND, "--practice"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            wait_for_start(program, display, home)
            titled = [line for line in on_screen(display).splitlines() if "ADO Connect" in line]
            program.send_signal(number)
            printed, complained = program.communicate(timeout=START_S)
        finally:
            program.kill()
    assert program.returncode == 0, complained
    assert printed == ""
    assert {line.count("ADO Connect") for line in titled} == {1}, "Qt adds the name to titles that do not end with it"
    assert "Traceback" not in complained
    assert TITLE not in on_screen(display)


def wait_for_start(program: "subprocess.Popen[str]", display: str, home: Path) -> None:
    """Until its window is on screen, and what stands behind the window has begun to write its log."""
    for _ in range(10 * START_S):
        if TITLE in on_screen(display) and list(home.rglob("ado-connect.log")):
            return
        try:
            program.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"it ended with {program.returncode}")
    pytest.fail("no window came")
