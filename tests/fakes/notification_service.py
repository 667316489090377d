"""A desktop's notification service on the session bus (Desktop Notifications Specification 1.2), in a thread."""

import threading
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal

from tests.fakes.bus_service import BusService

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"


@dataclass
class Shown:
    """What `Notify` was called with."""

    sender: str
    title: str
    text: str
    actions: list[str]
    urgency: int
    replaces: int


class NotificationService(BusService):
    """Use it in a `with` statement. `capabilities` are those it tells of; `refuses` makes it answer with an error;
    `presses` makes it tell of a press together with its answer."""

    def __init__(self, *, capabilities: tuple[str, ...] = ("actions", "body"), refuses: bool = False) -> None:
        super().__init__(NAME)
        self.shown: list[Shown] = []
        self.capabilities = capabilities
        self.refuses = refuses
        self.presses = False
        self._wanted: list[tuple[int, str]] = []
        self._lock = threading.Lock()

    def press(self, number: int, action: str = "default") -> None:
        """A person presses a notification, or another of its actions."""
        with self._lock:
            self._wanted.append((number, action))

    def look(self) -> None:
        with self._lock:
            pressed, self._wanted = self._wanted, []
        for number, action in pressed:
            self._tell(number, action)

    def _tell(self, number: int, action: str) -> None:
        address = DBusAddress(PATH, interface=NAME)
        self._bus.send(new_signal(address, "ActionInvoked", "us", (number, action)))

    def answer(self, call: Any) -> None:  # jeepney has no types
        if call.header.message_type is not MessageType.method_call:
            return
        match call.header.fields[HeaderFields.member]:
            case "GetCapabilities":
                self._bus.send(new_method_return(call, "as", (list(self.capabilities),)))
            case "Notify" if not self.refuses:
                assert call.header.fields[HeaderFields.signature] == "susssasa{sv}i"
                sender, replaces, _icon, title, text, actions, hints, _expires = call.body
                self.shown.append(Shown(sender, title, text, actions, hints["urgency"][1], replaces))
                number = len(self.shown)
                self._bus.send(new_method_return(call, "u", (number,)))
                if self.presses:
                    self._tell(number, "default")
            case _:
                self._bus.send(new_error(call, "org.freedesktop.DBus.Error.Failed"))
