"""A person who knows the program by its visible labels alone and reaches it through the accessibility interface.

Everything is looked for by name in the window on top: the last window of the program that shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.e2e.at_spi import AccessibilityBus, Node

ENTRY = "text"
PASSWORD = "password text"
BUTTON = "push button"
CHOICE = "combo box"
ENTRIES = (ENTRY, PASSWORD)


def labels_of(node: Node) -> list[str]:
    """What names it: its own name, and on Linux for a list to choose from the label beside it (Qt's own rule)."""
    return [node.name, *(label.name for label in node.labelled_by if node.role == CHOICE)]


class Listener:
    """Finds, reads and uses what shows."""

    def __init__(self, bus: AccessibilityBus) -> None:
        self._bus = bus

    @property
    def windows(self) -> list[Node]:
        """Those that show, the one opened last at the end."""
        program = self._bus.program()
        assert program is not None, "the program has ended"
        return [window for window in program.children if window.showing]

    def window(self, title: str) -> Node:
        """The window whose title begins so, once it is there."""
        return self._bus.wait(lambda: self._window(title), f"the window {title!r}")

    def gone(self, title: str) -> None:
        """Wait until no window with that title shows."""
        self._bus.wait(lambda: self._window(title) is None, f"the end of the window {title!r}")

    def find(self, label: str, *roles: str, within: Node | None = None) -> Node:
        """The one accessible of these roles with exactly this name, once it is there and enabled."""
        return self._bus.wait(
            lambda: self._only(label, roles or (BUTTON,), within), f"an enabled {roles or BUTTON} named {label!r}"
        )

    def press(self, label: str, *roles: str, within: Node | None = None) -> None:
        self.find(label, *(roles or (BUTTON,)), within=within).act()

    def enter(self, label: str, text: str) -> None:
        """Replace what stands in a field."""
        self.find(label, *ENTRIES).set_text(text)

    def paste(self, label: str) -> None:
        self.find(label, *ENTRIES).paste()

    def read(self, beginning: str) -> str:
        """The name of the first thing that begins so, once it is there."""
        return self.until(
            lambda: next((node.name for node in self._top() if node.name.startswith(beginning)), None),
            f"the words {beginning!r}",
        )

    def rows(self, listed: str) -> list[str]:
        """The names of the rows of a list."""
        found = self.find(listed, "list")
        return [row.name for row in found.children if row.role == "list item"]

    def until(self, look: Callable[[], str | None], what: str) -> str:
        return self._bus.wait(look, what)

    def heard(self, beginning: str) -> str:
        """An announcement that begins so, once it has been made."""
        return self._bus.wait(
            lambda: next((words for words in self._bus.announced if words.startswith(beginning)), None),
            f"an announcement {beginning!r}",
        )

    def everything(self) -> list[Node]:
        """All that shows in the window on top."""
        return list(self._top())

    def _window(self, title: str) -> Node | None:
        return next((window for window in self.windows if window.name.startswith(title)), None)

    def _top(self) -> Iterator[Node]:
        top = self.windows[-1]
        yield top
        yield from top.below()

    def _only(self, label: str, roles: tuple[str, ...], within: Node | None) -> Node | None:
        area = within.below() if within is not None else self._top()
        found = [node for node in area if node.role in roles and label in labels_of(node)]
        assert len(found) < 2, f"{len(found)} things are named {label!r}; which one is meant?"
        return found[0] if found and found[0].enabled else None
