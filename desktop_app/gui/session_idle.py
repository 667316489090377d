"""How long nobody has touched the computer, as far as the system tells it without being waited for."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

Answer = Callable[[float | None], object]
"""Is told the seconds, or None where nobody knows."""
TIMEOUT_MS = 2_000


class _Source(NamedTuple):
    """A service on the session bus; `unit_s` is what its number counts."""

    service: str
    path: str
    interface: str
    method: str
    unit_s: float


SOURCES = (
    # Mutter's own documentation: "milliseconds".
    _Source(
        "org.gnome.Mutter.IdleMonitor",
        "/org/gnome/Mutter/IdleMonitor/Core",
        "org.gnome.Mutter.IdleMonitor",
        "GetIdletime",
        0.001,
    ),
    # The idle inhibition draft of freedesktop.org says seconds, and some desktops count milliseconds. Read as seconds
    # the time is never too short: at worst only what happens in this program's own windows counts.
    _Source(
        "org.freedesktop.ScreenSaver",
        "/org/freedesktop/ScreenSaver",
        "org.freedesktop.ScreenSaver",
        "GetSessionIdleTime",
        1.0,
    ),
)


class SessionIdle(QObject):
    """`bus` is for tests; by default it is the session's."""

    def __init__(self, parent: QObject | None = None, bus: QDBusConnection | None = None) -> None:
        super().__init__(parent)
        self._bus = bus

    def ask(self, answer: Answer) -> None:
        """Find it out; `answer` is called in this thread, at once or later."""
        if sys.platform == "win32":
            answer(_on_windows())
        elif sys.platform == "darwin":
            answer(_on_macos())
        else:
            self._ask_bus(answer, list(SOURCES))

    def _ask_bus(self, answer: Answer, sources: list[_Source]) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        bus = self._bus or QDBusConnection.sessionBus()
        if not sources or not bus.isConnected():
            answer(None)
            return
        source = sources.pop(0)
        call = QDBusMessage.createMethodCall(source.service, source.path, source.interface, source.method)
        call.setAutoStartService(False)
        watcher = QDBusPendingCallWatcher(bus.asyncCall(call, TIMEOUT_MS), self)

        def came() -> None:
            seconds = None if watcher.isError() else _seconds(watcher.reply(), source.unit_s)
            watcher.deleteLater()
            if seconds is None:
                self._ask_bus(answer, sources)
            else:
                answer(seconds)

        watcher.finished.connect(came)


def _seconds(reply: QDBusMessage, unit_s: float) -> float | None:
    arguments = reply.arguments()
    number = arguments[0] if arguments else None
    return number * unit_s if isinstance(number, int) and not isinstance(number, bool) else None


class _LastInput(ctypes.Structure):
    """LASTINPUTINFO (Microsoft docs)."""

    _fields_ = (("size", ctypes.c_uint32), ("time_ms", ctypes.c_uint32))


def _on_windows() -> float | None:
    libraries: Any = ctypes  # windll is there on Windows only
    last = _LastInput(ctypes.sizeof(_LastInput), 0)
    if not libraries.windll.user32.GetLastInputInfo(ctypes.byref(last)):
        return None
    now_ms = libraries.windll.kernel32.GetTickCount() & 0xFFFFFFFF
    return float((now_ms - last.time_ms) & 0xFFFFFFFF) / 1000  # both count from 0 again after 49 days


_ANY_INPUT = 0xFFFFFFFF
_COMBINED_SESSION = 0


def _on_macos() -> float | None:
    """CGEventSourceSecondsSinceLastEventType (Apple's Core Graphics docs)."""
    try:
        graphics = ctypes.CDLL("/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices")
        ask = graphics.CGEventSourceSecondsSinceLastEventType
    except (OSError, AttributeError):
        return None
    ask.restype, ask.argtypes = ctypes.c_double, (ctypes.c_int32, ctypes.c_uint32)
    return float(ask(_COMBINED_SESSION, _ANY_INPUT))
