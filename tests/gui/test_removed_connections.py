"""A connection that was removed is remembered by nothing: not by the window, nor by what stands behind it."""

import gc
from collections.abc import Callable, Iterator
from types import FunctionType, MethodType, ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QPushButton

from desktop_app.core.profile import Method, Profile
from desktop_app.gui.connection_parts import Part
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.world import World


def remembered_in(root: object, text: str) -> Iterator[str]:
    """The ways from `root` to whatever holds `text`, by types. What code refers to by name does not count, nor what
    only the test itself holds."""
    seen: set[int] = set()
    waiting: list[tuple[object, str]] = [(root, "")]
    while waiting:
        holder, way = waiting.pop(0)
        of_the_test = type(holder).__module__.startswith(("tests.", "_pytest", "pytestqt"))
        if id(holder) in seen or isinstance(holder, ModuleType | type) or of_the_test:
            continue
        seen.add(id(holder))
        way += f" > {type(holder).__qualname__}"
        held: list[object] = list(gc.get_referents(holder))
        if isinstance(holder, FunctionType):
            held = [holder.__closure__, holder.__defaults__, holder.__kwdefaults__]
        if isinstance(holder, MethodType):
            held = [holder.__self__]
        if any(isinstance(one, str) and one == text for one in held):
            yield way
        waiting += [(one, way) for one in held]


def idle(desk: Desk) -> None:
    desk.wait(lambda: not desk.runner.active)


def press(desk: Desk, name: str) -> None:
    desk.keyboard.push(desk.button(name))
    idle(desk)


@pytest.mark.parametrize("method", Method)
def test_nothing_remembers_a_removed_connection(world: World, open_desk: OpenDesk, method: Method) -> None:
    save: dict[Method, Callable[[str], Profile]] = {
        Method.PAT: world.save_pat,
        Method.CLIENT_SECRET: world.save_client_secret,
        Method.OAUTH: world.save_oauth,
    }
    key = save[method]("Nightly sync").id
    other = world.save_pat("The one that is shown next")
    desk = open_desk(world)
    desk.window.show_connection(key)
    page = desk.window.connection_page
    press(desk, "checkAgain")
    press(desk, "copyToken")
    page.tabs.setCurrentIndex(list(Part).index(Part.PERMISSIONS))
    press(desk, "checkPermissions")
    page.tabs.setCurrentIndex(list(Part).index(Part.HISTORY))
    idle(desk)
    page.tabs.setCurrentIndex(list(Part).index(Part.OVERVIEW))
    assert list(remembered_in(desk.window, key))

    desk.window.actions_of_connection.remove()
    confirm = desk.dialog("removeBox").findChild(QPushButton, "confirmRemove")
    assert confirm is not None
    confirm.click()
    idle(desk)
    desk.clipboard.clear_now()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()

    assert desk.window.profile == other
    left = sorted(remembered_in(desk.window, key))
    assert left == [], "\n".join(left)
