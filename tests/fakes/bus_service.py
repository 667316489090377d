"""A service on the session bus that a test answers for."""

import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

LOOK_S = 0.05


class BusService:
    """Use it in a `with` statement; it owns `name` meanwhile, and `answer` is called for each message, in a thread of
    its own, `look` between them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stop = threading.Event()

    def answer(self, call: Any) -> None:  # jeepney has no types
        raise NotImplementedError

    def look(self) -> None:
        """What is to be done unasked."""

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
                self.answer(self._bus.receive(timeout=LOOK_S))
            self.look()
