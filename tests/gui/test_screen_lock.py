"""The desktop says that the screen is locked."""

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Iterator
from ctypes import wintypes

import pytest
from PySide6.QtDBus import QDBusConnection
from pytestqt.qtbot import QtBot

from desktop_app.gui.screen_lock import SCREEN_SAVERS, ScreenLock, SessionMessages

on_linux = pytest.mark.skipif(
    sys.platform != "linux" or not (shutil.which("dbus-daemon") and shutil.which("dbus-send")),
    reason="the screen is locked over D-Bus on Linux",
)


@pytest.fixture
def bus() -> Iterator[str]:
    """The address of a bus that nobody else is on; it stands for the system's and for the session's."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().decode().strip()
        daemon.terminate()


@pytest.fixture
def lock(bus: str) -> Iterator[ScreenLock]:
    connection = QDBusConnection.connectToBus(bus, "test-screen-lock")
    assert connection.isConnected()
    lock = ScreenLock()
    lock.listen_to_buses(connection, connection)
    yield lock
    lock.close()
    lock.deleteLater()
    QDBusConnection.disconnectFromBus("test-screen-lock")


def send(bus: str, *words: str) -> None:
    """`words`: an object's path, the signal, its arguments."""
    subprocess.run(["dbus-send", f"--bus={bus}", "--type=signal", *words], check=True)


@on_linux
@pytest.mark.parametrize(
    "words",
    [
        *(("/ScreenSaver", f"{interface}.ActiveChanged", "boolean:true") for interface in SCREEN_SAVERS),
        ("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", "boolean:true"),
        ("/org/freedesktop/login1/session/_32", "org.freedesktop.login1.Session.Lock"),
    ],
    ids=lambda words: words[1],
)
def test_each_desktop_is_heard(bus: str, lock: ScreenLock, qtbot: QtBot, words: tuple[str, ...]) -> None:
    with qtbot.waitSignal(lock.locked, timeout=10_000):
        send(bus, *words)


@on_linux
def test_waking_up_and_other_signals_are_no_lock(bus: str, lock: ScreenLock, qtbot: QtBot) -> None:
    heard: list[bool] = []
    lock.locked.connect(lambda: heard.append(True))
    send(bus, "/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", "boolean:false")
    send(bus, "/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", "boolean:false")
    send(bus, "/org/freedesktop/login1/session/_32", "org.freedesktop.login1.Session.Unlock")
    with qtbot.waitSignal(lock.locked, timeout=10_000):  # signals arrive in their order
        send(bus, "/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", "boolean:true")

    assert heard == [True]


def test_no_bus_is_no_fault() -> None:
    nobody = QDBusConnection("nobody")
    lock = ScreenLock()
    lock.listen_to_buses(nobody, nobody)
    lock.close()


@pytest.mark.parametrize(("message", "what", "is_lock"), [(0x2B1, 7, True), (0x2B1, 8, False), (0x2B0, 7, False)])
def test_windows_tells_it_by_a_message(message: int, what: int, is_lock: bool) -> None:
    heard: list[bool] = []
    messages = SessionMessages(lambda: heard.append(True))
    told = wintypes.MSG(message=message, wParam=what)

    kept = messages.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(told))

    assert kept == (False, 0)
    assert heard == ([True] if is_lock else [])


def test_other_systems_messages_are_not_read() -> None:
    messages = SessionMessages(lambda: pytest.fail("not a message of Windows"))
    assert messages.nativeEventFilter(b"xcb_generic_event_t", 0) == (False, 0)
