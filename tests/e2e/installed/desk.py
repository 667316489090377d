"""A desktop inside the clean machine: a display, a session with a real keyring and the accessibility bus, a person."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.at_spi import AccessibilityBus
from tests.e2e.installed.clean_root import HOME, Machine
from tests.e2e.listener import Listener
from tests.session_bus import SECRET_SERVICE, SessionBus

PACKAGES = ("xvfb", "dbus-daemon", "gnome-keyring", "at-spi2-core")
_START_S = 30.0


@dataclass(frozen=True, slots=True)
class Desk:
    """One login. `environment` is what programs on it are started with."""

    machine: Machine
    environment: dict[str, str]

    @contextmanager
    def program(self, *arguments: str, through: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
        """Run the installed program, as the menu would, until the block is left; `through` goes before its name."""
        running = self.machine.start(*through, "ado-connect", *arguments, **self.environment)
        try:
            yield running
        finally:
            if running.poll() is None:
                self.machine.run("pkill", "--exact", "ado-connect", check=False)
            said, _none = running.communicate(timeout=_START_S)
            assert "Traceback" not in said, said
            for log in (self.machine.root / HOME.lstrip("/") / ".local/state/ado-connect/log").rglob("*.log"):
                assert "Traceback" not in log.read_text(), log.read_text()

    def look(
        self, main_window: str, work: Callable[[Listener], None], meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        """Let a person who knows nothing but labels do `work` in the program that runs; `meanwhile` as Machine.join."""

        def there() -> None:
            with AccessibilityBus(self.environment["DBUS_SESSION_BUS_ADDRESS"]) as bus:
                bus.wait(bus.program, "the program", 60.0)
                person = Listener(bus, main_window)
                person.turn_to()
                work(person)

        self.machine.join(there, meanwhile=meanwhile)


@contextmanager
def desk(machine: Machine) -> Iterator[Desk]:
    """Log in. The keyring's password is empty, so it is open from then on."""
    display = machine.start("Xvfb", "-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp", "-noreset")
    environment = {"DISPLAY": f":{_number(display)}", "LANGUAGE": "C"}
    # What the bus starts gets the display too: the accessibility service types keys on it.
    bus = machine.start("dbus-daemon", "--session", "--nofork", "--print-address", **environment)
    assert bus.stdout is not None
    address = environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    keyring = machine.start("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", **environment)
    assert keyring.stdin is not None
    keyring.stdin.write("\n")
    keyring.stdin.close()
    machine.join(lambda: _wait_for_keyring(address))
    try:
        yield Desk(machine, environment)
    finally:
        for process in (keyring, display, bus):
            process.terminate()
            process.wait(_START_S)


def _number(display: subprocess.Popen[str]) -> str:
    """What Xvfb writes on a line of its own; it may complain before."""
    assert display.stdout is not None
    for line in display.stdout:
        if line.strip().isdigit():
            return line.strip()
    raise AssertionError("no display")


def _wait_for_keyring(address: str) -> None:
    import os

    os.environ["DBUS_SESSION_BUS_ADDRESS"] = address
    with SessionBus() as bus:
        bus.wait_for_owner(SECRET_SERVICE, timeout_s=_START_S)
    with AccessibilityBus(address):
        pass  # from now on programs see that somebody listens


def saved(machine: Machine) -> Path:
    """The file of practice connections, seen from here."""
    return machine.root / HOME.lstrip("/") / ".config/ado-connect/practice/connections.json"
