"""A desktop's notification service on the session bus (Desktop Notifications Specification 1.2), in a thread."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
LOOK_S = 0.05


@dataclass
class Shown:
    """What `Notify` was called with."""

    sender: str
    title: str
    text: str
    actions: list[str]
    urgency: int
    replaces: int


class NotificationService:
    """Use it in a `with` statement. `capabilities` are those it tells of; `refuses` makes it answer with an error;
    `presses` makes it tell of a press together with its answer."""

    def __init__(self, *, capabilities: tuple[str, ...] = ("actions", "body"), refuses: bool = False) -> None:
        self.shown: list[Shown] = []
        self.capabilities = capabilities
        self.refuses = refuses
        self.presses = False
        self._wanted: list[tuple[int, str]] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        self._bus = open_dbus_connection(bus="SESSION")
        taken = unwrap_msg(self._bus.send_and_get_reply(message_bus.RequestName(NAME)))
        assert taken[0] == 1, "this session has a notification service already: run the tests with `make test`"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._bus.close()

    def press(self, number: int, action: str = "default") -> None:
        """A person presses a notification, or another of its actions."""
        with self._lock:
            self._wanted.append((number, action))

    def _serve(self) -> None:
        while not self._stop.is_set():
            with suppress(TimeoutError):
                self._answer(self._bus.receive(timeout=LOOK_S))
            with self._lock:
                pressed, self._wanted = self._wanted, []
            for number, action in pressed:
                self._tell(number, action)

    def _tell(self, number: int, action: str) -> None:
        address = DBusAddress(PATH, interface=NAME)
        self._bus.send(new_signal(address, "ActionInvoked", "us", (number, action)))

    def _answer(self, call: Any) -> None:  # jeepney has no types
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
