"""A person who knows the program by its visible labels alone and reaches it through the accessibility interface.

Everything is looked for by name, in the window the person has turned to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tests.e2e.at_spi import AccessibilityBus, Node, NotFound

BUTTON = "push button"
BOX = "check box"
CHOICE = "radio button"
CHOOSER = "combo box"
ENTRY = "text"
ITEM = "list item"
MENU_ITEM = "menu item"
PAGE = "web document"
PRACTICE_VALUES = "Values of the practice cloud"
SPACE = 0x20  # X11 keysym

T = TypeVar("T")


def labels_of(node: Node) -> list[str]:
    """What names it: its own name, and for a box to choose from the label beside it (on Linux, Qt says the choice)."""
    return [node.name, *(label.name for label in node.labelled_by if node.role == CHOOSER)]


class Listener:
    """Finds, reads and uses what shows."""

    def __init__(self, bus: AccessibilityBus, main_window: str) -> None:
        self.bus = bus
        self._main = main_window
        self._title = main_window

    # -- windows ------------------------------------------------------------------------------------------------------

    def turn_to(self, title: str = "") -> None:
        """Go to the window whose title begins so, once it is there; to the main window without a title."""
        self._title = title or self._main
        self.wait(lambda: self._window(self._title), f"the window {self._title!r}")

    def wait_until_gone(self, title: str) -> None:
        """Wait until no window with that title shows, and turn to the main window."""
        self.wait(lambda: self._window(title) is None, f"the end of the window {title!r}")
        self.turn_to()

    def _window(self, title: str) -> Node | None:
        program = self.bus.program()
        windows = program.children if program is not None else []
        return next((window for window in windows if window.showing and window.name.startswith(title)), None)

    # -- finding ------------------------------------------------------------------------------------------------------

    def everything(self, within: str = "") -> list[Node]:
        """All that shows in the window; `within` is the name of a panel in it."""
        window = self._window(self._title)
        if window is None:
            return []
        nodes = list(window.below())
        if not within:
            return nodes
        panel = next((node for node in nodes if node.role == "panel" and node.name == within), None)
        return list(panel.below()) if panel is not None else []

    def find(self, label: str, role: str = BUTTON, within: str = "") -> Node:
        """The one enabled thing of this role with exactly this label, once it is there."""
        return self.wait(lambda: self._look(label, role, within), f"an enabled {role} called {label!r}")

    def _look(self, label: str, role: str, within: str) -> Node | None:
        nodes = [node for node in self.everything(within) if node.role == role and label in labels_of(node)]
        assert len(nodes) < 2, f"{len(nodes)} things are called {label!r}; which one is meant?"
        return nodes[0] if nodes and nodes[0].enabled else None

    def _look_on_web_page(self, beginning: str) -> Node | None:
        """A button of the web page, in sight or not."""
        pages = [node for node in self.everything() if node.role == PAGE]
        nodes = [node for page in pages for node in page.below(out_of_sight=True)]
        return next((node for node in nodes if node.role == BUTTON and node.name.startswith(beginning)), None)

    # -- using --------------------------------------------------------------------------------------------------------

    def press(self, label: str, role: str = BUTTON, within: str = "") -> None:
        def try_to() -> bool:
            found = self._look(label, role, within)
            return found is not None and found.act()

        self.wait(try_to, f"an enabled {role} called {label!r}")

    def press_on_web_page(self, beginning: str) -> None:
        """By the keyboard: Qt passes no actions on to a web page. It may be drawn anew while one looks at it."""

        def try_to_reach() -> bool:
            button = self._look_on_web_page(beginning)
            if button is not None and "focused" not in button.states:
                button.focus()
            return button is not None and "focused" in button.states

        self.wait(try_to_reach, f"the focus on {beginning!r} of the web page")
        self.bus.press_key(SPACE)

    def enter(self, label: str, text: str) -> None:
        """Replace what stands in a field."""
        self.find(label, ENTRY).set_text(text)

    def bring(self, section: str, label: str, field: str) -> None:
        """Copy a value of the practice cloud and paste it into a field of the present window."""
        here = self._title
        self.turn_to(PRACTICE_VALUES)
        copy = self.find(f"Copy {label}", within=section)
        copy.act()
        self.wait(lambda: copy.description == "Copied", f"the copy of {label!r}")
        self.turn_to(here)
        self.enter(field, "")
        self.find(field, ENTRY).paste()

    # -- reading ------------------------------------------------------------------------------------------------------

    def read(self, beginning: str) -> str:
        """The whole of the first words that begin so, once they are there."""
        return self.wait(
            lambda: next((node.name for node in self.everything() if node.name.startswith(beginning)), None),
            f"the words {beginning!r}",
        )

    def rows(self, listed: str) -> list[str]:
        """The rows of a list that has some."""

        def look() -> list[str]:
            found = self._look(listed, "list", "")
            return [row.name for row in found.children if row.role == ITEM] if found is not None else []

        return self.wait(look, f"rows of {listed!r}")

    def heard(self, beginning: str) -> str:
        """The last announcement that begins so, once it has been made."""
        return self.wait(
            lambda: next((words for words in reversed(self.bus.announced) if words.startswith(beginning)), None),
            f"an announcement {beginning!r}",
        )

    def wait(self, look: Callable[[], T | None], what: str) -> T:
        """The first answer of `look` that is true; asked anew when the page changed meanwhile.

        Raises NotFound (an AssertionError) with what is on screen instead.
        """
        try:
            return self.bus.wait(look, what)
        except NotFound as error:
            program = self.bus.program()
            windows = [window.name for window in program.children] if program is not None else "no program"
            shown = [f"{node.role} {node.name!r}" for node in self.everything() if node.name]
            raise NotFound(f"{error}; of {windows}, on screen: {', '.join(shown)}") from None
