"""A small client of the desktop's accessibility interface (AT-SPI2 over D-Bus), as a screen reader would use it.

Nothing is cached: every question goes to the program, so an answer is never older than the question. Interfaces and
numbers are those of the XML files and of `atspi-constants.h` in at-spi2-core.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from jeepney import DBusAddress, DBusErrorResponse, MatchRule, MessageType, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

ROOT = "/org/a11y/atspi/accessible/root"
NULL = "/org/a11y/atspi/null"
REGISTRY = "org.a11y.atspi.Registry"
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_LABELLED_BY = 2  # AtspiRelationType
_STATES = {
    "checked": 4,
    "editable": 7,
    "enabled": 8,
    "focusable": 11,
    "focused": 12,
    "modal": 16,
    "sensitive": 24,
    "showing": 25,
    "checkable": 41,
    "read-only": 43,
}
_KEY_SYM = 3  # AtspiKeySynthType: press and release of a key symbol
_REPLY_S = 10.0
_POLL_S = 0.03

T = TypeVar("T")


class NotFound(AssertionError):
    """What a person would look for is not there, or does not become so in time."""


@dataclass(frozen=True, slots=True)
class Node:
    """One accessible of the program."""

    bus: AccessibilityBus
    owner: str
    path: str

    @property
    def name(self) -> str:
        return str(self._property(_ACCESSIBLE, "Name"))

    @property
    def description(self) -> str:
        return str(self._property(_ACCESSIBLE, "Description"))

    @property
    def role(self) -> str:
        """The role in AT-SPI's own English words: "push button", "text", "list item"."""
        return str(self._call(_ACCESSIBLE, "GetRoleName")[0])

    @property
    def role_number(self) -> int:
        """The role as AtspiRole; unlike the words it tells a hidden field from an open one."""
        return int(self._call(_ACCESSIBLE, "GetRole")[0])

    @property
    def states(self) -> frozenset[str]:
        low, high = self._call(_ACCESSIBLE, "GetState")[0]
        bits = low | high << 32
        return frozenset(state for state, bit in _STATES.items() if bits >> bit & 1)

    @property
    def showing(self) -> bool:
        return "showing" in self.states

    @property
    def enabled(self) -> bool:
        return {"enabled", "sensitive"} <= self.states

    @property
    def children(self) -> list[Node]:
        return [Node(self.bus, owner, path) for owner, path in self._call(_ACCESSIBLE, "GetChildren")[0]]

    @property
    def parent(self) -> Node | None:
        owner, path = self._property(_ACCESSIBLE, "Parent")
        return None if path in (NULL, ROOT) else Node(self.bus, owner, path)

    @property
    def labelled_by(self) -> list[Node]:
        relations = self._call(_ACCESSIBLE, "GetRelationSet")[0]
        return [Node(self.bus, *target) for kind, targets in relations if kind == _LABELLED_BY for target in targets]

    @property
    def text(self) -> str:
        """What stands in a field; dots for a hidden one."""
        return str(self._call("org.a11y.atspi.Text", "GetText", "ii", 0, -1)[0])

    @property
    def actions(self) -> list[str]:
        count = int(self._property("org.a11y.atspi.Action", "NActions"))
        return [str(self._call("org.a11y.atspi.Action", "GetName", "i", index)[0]) for index in range(count)]

    def set_text(self, text: str) -> None:
        """EditableText.SetTextContents."""
        assert self._call("org.a11y.atspi.EditableText", "SetTextContents", "s", text)[0], f"{self} takes no text"

    def paste(self) -> None:
        """EditableText.PasteText, as a screen reader's own Paste command."""
        self._call("org.a11y.atspi.EditableText", "PasteText", "i", 0)

    def act(self) -> bool:
        """Action.DoAction: press it; choose it where it can only be chosen; open it where it holds a menu.

        False if it offers none of these, as what rests does.
        """
        offered = self.actions
        wanted = next((name for name in ("Press", "Toggle", "ShowMenu") if name in offered), None)
        if wanted is not None:
            self._call("org.a11y.atspi.Action", "DoAction", "i", offered.index(wanted))
        return wanted is not None

    def focus(self) -> None:
        """Component.GrabFocus."""
        self._call("org.a11y.atspi.Component", "GrabFocus")

    def below(self, *, out_of_sight: bool = False) -> Iterator[Node]:
        """Every accessible below this one that can be seen, or be scrolled to, outermost first."""
        for child in self.children:
            try:
                if child.path != NULL and (out_of_sight or child.showing):
                    yield child
                    yield from child.below(out_of_sight=out_of_sight)
            except DBusErrorResponse:
                continue  # it went away while we looked

    def __str__(self) -> str:
        return f"{self.role} {self.name!r}"

    def _call(self, interface: str, method: str, signature: str = "", *arguments: object) -> tuple[Any, ...]:
        # `Any`: D-Bus types are known at run time only.
        return self.bus.call(self.owner, self.path, interface, method, signature, *arguments)

    def _property(self, interface: str, name: str) -> Any:  # as above
        return self.bus.get(self.owner, self.path, interface, name)


class AccessibilityBus:
    """A connection to the accessibility bus of one desktop session; use it in a `with` statement.

    It makes itself known as a screen reader does (org.a11y.Status), before the program starts.
    """

    def __init__(self, session_address: str) -> None:
        self._session_address = session_address
        self._events: deque[Any] = deque()  # jeepney's messages; it has no types

    def __enter__(self) -> Self:
        session = open_dbus_connection(self._session_address)
        try:
            asked = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
            address = unwrap_msg(session.send_and_get_reply(asked, timeout=_REPLY_S))[0]
            status = Properties(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status"))
            for name in ("IsEnabled", "ScreenReaderEnabled"):
                unwrap_msg(session.send_and_get_reply(status.set(name, "b", True), timeout=_REPLY_S))
        finally:
            session.close()
        self._connection: DBusConnection = open_dbus_connection(address)
        self._watch("Announcement")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def _watch(self, event: str) -> None:
        """Receive an event of the Object class from now on; programs send only what somebody asked for."""
        self.call(
            REGISTRY, "/org/a11y/atspi/registry", REGISTRY, "RegisterEvent", "sass", f"object:{event.lower()}", [], ""
        )
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member=event)
        self._connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=_REPLY_S)
        self._connection.filter(rule, queue=self._events)

    def call(
        self, owner: str, path: str, interface: str, method: str, signature: str = "", *arguments: object
    ) -> tuple[Any, ...]:  # `Any`: D-Bus types are known at run time only
        """The reply's values. Raises DBusErrorResponse."""
        message = new_method_call(DBusAddress(path, owner, interface), method, signature, arguments)
        reply = self._connection.send_and_get_reply(message, timeout=_REPLY_S)
        if reply.header.message_type == MessageType.error:
            raise DBusErrorResponse(reply)
        return tuple(reply.body)

    def get(self, owner: str, path: str, interface: str, name: str) -> Any:  # as above
        """A property's value. Raises DBusErrorResponse."""
        message = Properties(DBusAddress(path, owner, interface)).get(name)
        reply = self._connection.send_and_get_reply(message, timeout=_REPLY_S)
        if reply.header.message_type == MessageType.error:
            raise DBusErrorResponse(reply)
        return reply.body[0][1]

    def press_key(self, keysym: int) -> None:
        """Type one key into whatever has the focus (DeviceEventController.GenerateKeyboardEvent)."""
        interface = "org.a11y.atspi.DeviceEventController"
        path = "/org/a11y/atspi/registry/deviceeventcontroller"
        self.call(REGISTRY, path, interface, "GenerateKeyboardEvent", "isu", keysym, "", _KEY_SYM)

    @property
    def announced(self) -> list[str]:
        """What the program has asked screen readers to say, oldest first."""
        return [str(message.body[3][1]) for message in self._events]

    def forget_announcements(self) -> None:
        """Hear only what is said from now on."""
        self._events.clear()

    def program(self) -> Node | None:
        """The one program on this desktop, once it is there."""
        for owner, path in self.call(REGISTRY, ROOT, _ACCESSIBLE, "GetChildren")[0]:
            return Node(self, owner, path)
        return None

    def wait(self, look: Callable[[], T | None], what: str, timeout_s: float = 20.0) -> T:
        """The first answer of `look` that is true. Raises NotFound (an AssertionError) after `timeout_s`."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            try:
                if found := look():
                    return found
            except DBusErrorResponse:
                pass  # the page changed while we looked
            self._take_events()
        raise NotFound(f"waited {timeout_s:.0f} s for {what}")

    def _take_events(self) -> None:
        """Receive what comes within a moment; events are kept, everything else has its own receiver."""
        try:
            self._connection.recv_messages(timeout=_POLL_S)
        except TimeoutError:
            return
