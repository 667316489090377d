"""A D-Bus session with a keyring of its own, which a test may lock and stop; the one of the test run stays untouched.

No service starts by being asked for: a keyring that was stopped is gone until `start()`.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import secretstorage

from desktop_app.infra.keyring_store import SERVICE_PREFIX
from tests.session_bus import SECRET_SERVICE, SessionBus

START_S = 20.0
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


@contextlib.contextmanager
def own_bus(folder: Path) -> Iterator[str]:
    """Runs a message bus; gives its address."""
    settings = folder / "bus.conf"
    settings.write_text(_BUS.format(folder=folder))
    command = ["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={settings}", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as bus:
        try:
            assert bus.stdout is not None
            yield bus.stdout.readline().strip()
        finally:
            bus.terminate()


@contextlib.contextmanager
def _items() -> Iterator[list[secretstorage.Item]]:
    """This program's items in the keyring, real ones and those of the practice cloud."""
    with contextlib.closing(secretstorage.dbus_init()) as connection:
        items = secretstorage.get_default_collection(connection).get_all_items()
        yield [item for item in items if item.get_attributes().get("service", "").startswith(SERVICE_PREFIX)]


def services() -> list[str]:
    """The services of this program's items."""
    with _items() as items:
        return sorted(item.get_attributes()["service"] for item in items)


def names() -> set[tuple[str, str]]:
    """The service and the name of each of this program's items."""
    with _items() as items:
        found = [item.get_attributes() for item in items]
    return {(attributes["service"], attributes["username"]) for attributes in found}


def remove_items() -> None:
    """Remove what this program has in the keyring."""
    with _items() as items:
        for item in items:
            item.delete()


class KeyringSession:
    """The keyring on the bus that DBUS_SESSION_BUS_ADDRESS names. Its contents outlive `stop()`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unlocked."""
        places = {"XDG_DATA_HOME": str(self._folder / "data"), "XDG_RUNTIME_DIR": str(self._folder)}
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # it complains about capabilities that a container lacks
            env={**os.environ, **places},
        )
        assert self._daemon.stdin is not None
        self._daemon.stdin.write(b"\n")  # the keyring's password
        self._daemon.stdin.close()
        with SessionBus() as bus:
            bus.wait_for_owner(SECRET_SERVICE, timeout_s=START_S)

    def usable(self) -> bool:
        """Whether it is there and open."""
        try:
            with contextlib.closing(secretstorage.dbus_init()) as connection:
                return not secretstorage.Collection(connection, "/org/freedesktop/secrets/aliases/default").is_locked()
        except secretstorage.SecretStorageException:
            return False

    def stop(self) -> None:
        """End it; harmless when repeated."""
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait(START_S)
            self._daemon = None

    def kill(self) -> None:
        """It dies in the middle of whatever it does (SIGKILL)."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait(START_S)
            self._daemon = None

    def restart(self) -> None:
        """What the person does who logs in anew: the keyring is open again."""
        self.stop()
        self.start()

    def lock(self) -> None:
        """Nobody is there to answer a prompt, as on a desktop where the person dismisses it."""
        with contextlib.closing(secretstorage.dbus_init()) as connection:
            secretstorage.get_default_collection(connection).lock()
