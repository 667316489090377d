"""A desktop's service that tells how long nobody has touched the computer, on the session bus, in a thread."""

from typing import Any

from jeepney import HeaderFields, MessageType, new_error, new_method_return

from tests.fakes.bus_service import BusService


class IdleService(BusService):
    """Use it in a `with` statement. Answers any method by `number`, of D-Bus type `kind`; None: by an error."""

    def __init__(self, name: str, kind: str, number: int | None) -> None:
        super().__init__(name)
        self._kind = kind
        self._number = number
        self.asked: list[tuple[str, str]] = []
        """(object path, interface and method)."""

    def answer(self, call: Any) -> None:  # jeepney has no types
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
