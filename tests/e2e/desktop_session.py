"""A desktop of its own: an X display, a D-Bus session with an accessibility bus, and one run of the real program on it.

Nothing of it touches the display, the bus or the home of whoever runs the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.e2e.at_spi import AccessibilityBus, NotFound
from tests.virtual_screen import virtual_screen

_END_S = 20.0


def _environment(home: Path) -> dict[str, str]:
    """This one's, without anything that leads to another desktop."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "WAYLAND_", "AT_SPI_"))}
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    return kept | {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "LANGUAGE": "C",
        "QT_QPA_PLATFORM": "xcb",
    }


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str], **pipes: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, env=environment, text=True, **pipes)  # type: ignore[call-overload]  # pipes
    try:
        yield process
    finally:
        _end(process)
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def desktop(home: Path) -> Iterator[dict[str, str]]:
    """The environment of a fresh desktop."""
    environment = _environment(home)
    with ExitStack() as stack:
        environment["DISPLAY"] = stack.enter_context(virtual_screen("1280x1000x24"))
        bus = ["dbus-daemon", "--session", "--nofork", "--print-address"]
        daemon = stack.enter_context(_running(bus, environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))
        assert daemon.stdout is not None
        environment["DBUS_SESSION_BUS_ADDRESS"] = daemon.stdout.readline().strip()
        yield environment


@contextmanager
def program_on(environment: dict[str, str], *arguments: str) -> Iterator[AccessibilityBus]:
    """Run `python -m desktop_app` there until the block is left."""
    command = [sys.executable, "-m", "desktop_app", *arguments]
    with (
        AccessibilityBus(environment["DBUS_SESSION_BUS_ADDRESS"]) as bus,
        _running(command, environment) as process,
    ):
        bus.wait(lambda: bus.program() or process.poll(), "the program")
        try:
            yield bus
        except NotFound as error:
            raise AssertionError(f"{error}; the program has ended: {process.poll()}") from error
