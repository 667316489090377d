"""Asks a D-Bus session who is on it; never starts a service by asking."""

from types import TracebackType
from typing import Self

from jeepney.bus_messages import MatchRule, message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

SECRET_SERVICE = "org.freedesktop.secrets"


class SessionBus:
    """A connection to the bus that DBUS_SESSION_BUS_ADDRESS names; use it in a `with` statement."""

    def __enter__(self) -> Self:
        self._connection = open_dbus_connection(bus="SESSION")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def has_owner(self, name: str) -> bool:
        reply = self._connection.send_and_get_reply(message_bus.NameHasOwner(name))
        return bool(unwrap_msg(reply)[0])

    def wait_for_owner(self, name: str, *, timeout_s: float) -> None:
        """Returns when some program owns `name`; raises TimeoutError when none does within `timeout_s`."""
        rule = MatchRule(
            type="signal",
            sender="org.freedesktop.DBus",
            interface="org.freedesktop.DBus",
            member="NameOwnerChanged",
            path="/org/freedesktop/DBus",
        )
        rule.add_arg_condition(0, name)
        self._connection.send_and_get_reply(message_bus.AddMatch(rule))
        with self._connection.filter(rule) as changes:
            if not self.has_owner(name):
                self._connection.recv_until_filtered(changes, timeout=timeout_s)
