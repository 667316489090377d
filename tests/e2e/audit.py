"""What must hold for everything that can be used on a page, seen through the accessibility interface."""

from __future__ import annotations

from collections import Counter

from tests.e2e.at_spi import Node
from tests.e2e.listener import BOX, BUTTON, CHOICE, CHOOSER, ENTRY, ITEM, MENU_ITEM, Listener, labels_of

_FOCUSABLE = {BUTTON, BOX, CHOICE, CHOOSER, ENTRY}
_ACTED_ON = {BUTTON, BOX, CHOICE, CHOOSER, MENU_ITEM}
_USED = _FOCUSABLE | _ACTED_ON | {ITEM, "link", "toggle button", "spin button", "slider", "page tab"}
# Their place says what they are: the words in them, and the icon of a magnifier's field.
_WITHOUT_LABEL = {"Search connections"}


def faults_of(listener: Listener) -> list[str]:
    """Whole sentences about what a person could not find, name or use in the present window."""
    return listener.wait(lambda: (_faults(listener),), "a page that stays as it is")[0]


def _faults(listener: Listener) -> list[str]:
    nodes = [node for node in listener.everything() if node.role in _USED and not _on_web_page(node)]
    faults = [fault for node in nodes for fault in _faults_of(node)]
    return [*faults, *_double(nodes)]


def _faults_of(node: Node) -> list[str]:
    faults = []
    labels = [label for label in labels_of(node) if label.strip()]
    if not labels:
        faults.append(f"a {node.role} at {_place(node)} has no name")
    if node.role == ENTRY and node.name not in _WITHOUT_LABEL and not _is_labelled(node):
        faults.append(f"the field {node.name!r} is labelled by {_labels(node)}")
    if node.role == CHOOSER and not _labels(node):
        faults.append(f"{node} has no label")
    if node.enabled and node.role in _FOCUSABLE and "focusable" not in node.states:
        faults.append(f"{node} is enabled and takes no focus")
    if node.enabled and node.role in _ACTED_ON and not {"Press", "Toggle", "ShowMenu"} & set(node.actions):
        faults.append(f"{node} is enabled and can not be pressed")
    if not node.enabled and node.role == BUTTON and node.actions:
        faults.append(f"{node} rests and can be pressed all the same")
    return faults


def _is_labelled(node: Node) -> bool:
    """By a label whose words are in its name (WCAG 2.5.3, label in name)."""
    return any(label.casefold() in node.name.casefold() for label in _labels(node))


def _labels(node: Node) -> list[str]:
    return [label.name for label in node.labelled_by]


def _double(nodes: list[Node]) -> list[str]:
    """Things of one kind that go by the same name in the same part of the page."""
    counted = Counter((node.role, node.name, _place(node)) for node in nodes if node.name and not _read_only(node))
    return [
        f"{count} {role}s are called {name!r} in {place}" for (role, name, place), count in counted.items() if count > 1
    ]


def _read_only(node: Node) -> bool:
    return node.role == ENTRY and "read-only" in node.states


def _place(node: Node) -> str:
    """The name of the nearest part around it that has one."""
    around = node.parent
    while around is not None and not around.name:
        around = around.parent
    return around.name if around is not None else ""


def _on_web_page(node: Node) -> bool:
    around = node.parent
    while around is not None and around.role != "web document":
        around = around.parent
    return around is not None
