"""Notifications of a Linux desktop: org.freedesktop.Notifications on the session bus (Desktop Notifications
Specification 1.2).

jeepney rather than Qt's own D-Bus: PySide can not write the unsigned number that `Notify` asks for. One connection is
kept open, because some desktops take a program's notifications down when its connection ends.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Any

log = logging.getLogger(__name__)

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
REPLY_S = 3.0
"""So long the desktop may take to answer."""
_OPEN = "default"  # the action of a press on the notification itself


class DesktopNotes:
    """Shows notifications and hears of presses. `show` blocks, for a worker thread; `pressed` does not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bus: Any = None  # jeepney has no types
        self._signals: deque[Any] = deque(maxlen=100)  # as above
        self._markup = False

    def show(self, title: str, text: str, button: str, *, urgent: bool = False) -> int:
        """Show a notification; returns its number, or 0 where the desktop has no such service. Never raises.

        `button` names the action of pressing it, for desktops that show that.
        """
        with self._lock:
            try:
                from html import escape

                self._connect()
                body = escape(text, quote=False) if self._markup else text
                hints = {"urgency": ("y", 2 if urgent else 1), "desktop-entry": ("s", "ado-connect")}
                arguments = ("ADO Connect", 0, "ado-connect", title, body, [_OPEN, button], hints, -1)
                return int(self._call("Notify", "susssasa{sv}i", arguments)[0])
            except Exception as error:  # jeepney's are of many kinds; the lack of notifications stops nobody
                log.info("no desktop notification error=%s", type(error).__name__)
                self._disconnect()
                return 0

    @property
    def socket(self) -> int:
        """A file descriptor that can be read when somebody may have pressed a notification; -1 while there is none."""
        bus = self._bus
        return int(bus.sock.fileno()) if bus is not None else -1

    def pressed(self) -> tuple[int, ...]:
        """The numbers of the notifications that were pressed since the last call. Does not block."""
        if not self._lock.acquire(blocking=False):
            return ()  # it is told after the notification that is being shown
        try:
            self._receive()
            found = [signal.body for signal in self._signals]
            self._signals.clear()
        finally:
            self._lock.release()
        return tuple(int(number) for number, action in found if action == _OPEN)

    def close(self) -> None:
        with self._lock:
            self._disconnect()

    def _connect(self) -> None:
        if self._bus is not None:
            return
        from jeepney.bus_messages import MatchRule, message_bus
        from jeepney.io.blocking import open_dbus_connection

        self._bus = open_dbus_connection(bus="SESSION")
        rule = MatchRule(type="signal", interface=SERVICE, member="ActionInvoked", path=PATH)
        self._bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=REPLY_S)
        self._bus.filter(rule, queue=self._signals)
        self._markup = "body-markup" in self._call("GetCapabilities", None, ())[0]

    def _call(self, method: str, signature: str | None, arguments: tuple[object, ...]) -> tuple[Any, ...]:
        from jeepney import DBusAddress, new_method_call
        from jeepney.wrappers import unwrap_msg

        message = new_method_call(DBusAddress(PATH, SERVICE, SERVICE), method, signature, arguments)
        return tuple(unwrap_msg(self._bus.send_and_get_reply(message, timeout=REPLY_S)))

    def _receive(self) -> None:
        """Take in what has come."""
        while self._bus is not None:
            try:
                self._bus.recv_messages(timeout=0)
            except TimeoutError:
                return
            except Exception as error:  # the desktop's session has ended
                log.info("desktop notifications ended error=%s", type(error).__name__)
                self._disconnect()

    def _disconnect(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None
