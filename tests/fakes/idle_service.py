"""A desktop's service that tells how long nobody has touched the computer, on the session bus, in a thread."""

import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from jeepney import HeaderFields, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

LOOK_S = 0.05


class IdleService:
    """Use it in a `with` statement. Answers any method by `number`, of D-Bus type `kind`; None: by an error."""

    def __init__(self, name: str, kind: str, number: int | None) -> None:
        self._name = name
        self._kind = kind
        self._number = number
        self._stop = threading.Event()
        self.asked: list[tuple[str, str]] = []
        """(object path, interface and method)."""

    def __enter__(self) -> Self:
        self._bus = open_dbus_connection(bus="SESSION")
        taken = unwrap_msg(self._bus.send_and_get_reply(message_bus.RequestName(self._name)))
        assert taken[0] == 1, "this session has such a service already: run the tests with `make test`"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._bus.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            with suppress(TimeoutError):
                self._answer(self._bus.receive(timeout=LOOK_S))

    def _answer(self, call: Any) -> None:  # jeepney has no types
        if call.header.message_type is not MessageType.method_call:
            return
        fields = call.header.fields
        self.asked.append(
            (fields[HeaderFields.path], f"{fields[HeaderFields.interface]}.{fields[HeaderFields.member]}")
        )
        if self._number is None:
            self._bus.send(new_error(call, "org.freedesktop.DBus.Error.Failed"))
        else:
            self._bus.send(new_method_return(call, self._kind, (self._number,)))
