"""Tells that the screen is locked or the computer goes to sleep, as far as the desktop says so.

Linux: the screen savers of the common desktops on the session bus, logind on the system bus. Windows: the session
change message. macOS tells it by a distributed notification that Qt does not pass on: there nothing is heard, and the
clipboard and shown secrets are left to their seconds.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection
    from PySide6.QtWidgets import QWidget

SCREEN_SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
)
"""Interfaces with the signal ActiveChanged(boolean), each named after its service."""
LOGIN = "org.freedesktop.login1"
"""systemd's session manager (its D-Bus documentation): Session.Lock(), Manager.PrepareForSleep(boolean)."""

# Microsoft docs, WM_WTSSESSION_CHANGE.
_SESSION_CHANGE = 0x02B1
_SESSION_LOCK = 0x7
_THIS_SESSION = 0


class ScreenLock(QObject):
    """Signals: locked: the screen was locked, or the computer is about to sleep. It may come more than once."""

    locked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop: Callable[[], None] = lambda: None

    def listen(self, window: QWidget) -> None:
        """Begin. `window` is one that stays; Windows tells windows only."""
        if sys.platform == "win32":
            self._stop = _listen_on_windows(self, window)
        elif sys.platform.startswith("linux"):
            from PySide6.QtDBus import QDBusConnection

            self.listen_to_buses(QDBusConnection.sessionBus(), QDBusConnection.systemBus())

    def listen_to_buses(self, session: QDBusConnection, system: QDBusConnection) -> None:
        """Hear the signals on both buses, whoever sends them: that somebody else could send them clears a clipboard
        and no more. A sender's name would have to be looked up, and the GUI thread would wait."""
        for interface in SCREEN_SAVERS:
            self._hear(session, interface, "ActiveChanged", "on_change(bool)")
        self._hear(system, f"{LOGIN}.Manager", "PrepareForSleep", "on_change(bool)")
        self._hear(system, f"{LOGIN}.Session", "Lock", "on_lock()")

    def _hear(self, bus: QDBusConnection, interface: str, signal: str, slot: str) -> None:
        """A bus that is not there says False, and nothing is heard."""
        # The stub asks for bytes, but PySide takes nothing except the text that SLOT makes.
        bus.connect("", "", interface, signal, self, SLOT(slot))  # type: ignore[call-overload]

    def close(self) -> None:
        """Hear nothing any more (Windows; the buses forget a receiver that is gone)."""
        self._stop()
        self._stop = lambda: None

    @Slot(bool)
    def on_change(self, begins: bool) -> None:
        """A screen saver began or ended; the computer goes to sleep or woke up."""
        if begins:
            self.locked.emit()

    @Slot()
    def on_lock(self) -> None:
        """A session is asked to lock."""
        self.locked.emit()


class SessionMessages(QAbstractNativeEventFilter):
    """Looks for one message of Windows among all."""

    def __init__(self, on_lock: Callable[[], object]) -> None:
        super().__init__()
        self._on_lock = on_lock

    def nativeEventFilter(self, event_type: QByteArray | bytes | bytearray | memoryview, message: int) -> object:
        """Qt's name and shape; nothing is kept from anybody."""
        from ctypes import wintypes

        kind = event_type.data() if isinstance(event_type, QByteArray) else bytes(event_type)
        if kind == b"windows_generic_MSG":
            told = wintypes.MSG.from_address(int(message))
            if told.message == _SESSION_CHANGE and told.wParam == _SESSION_LOCK:
                self._on_lock()
        return False, 0


def _listen_on_windows(lock: ScreenLock, window: QWidget) -> Callable[[], None]:
    sessions = ctypes.CDLL("wtsapi32")  # on 64 bits its calls are C's
    handle = ctypes.c_void_p(int(window.winId()))
    app = QCoreApplication.instance()
    if app is None or not sessions.WTSRegisterSessionNotification(handle, _THIS_SESSION):
        return lambda: None
    messages = SessionMessages(lock.locked.emit)
    app.installNativeEventFilter(messages)

    def stop() -> None:
        app.removeNativeEventFilter(messages)
        sessions.WTSUnRegisterSessionNotification(handle)

    return stop
