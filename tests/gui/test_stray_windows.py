"""Only what is meant to be a window is ever shown as one: a widget that is shown before it has a parent flashes up."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.core.profile import Method
from tests.gui.conftest import OpenDesk
from tests.gui.world import World

MEANT = {"mainWindow", "wizard", "practiceWindow"}


class Windows(QObject):
    """Writes down every top-level widget that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched.objectName() or f"{type(watched).__name__} {watched.property('text')!r}")
        return False


@pytest.fixture
def windows(qapp: QApplication) -> Iterator[Windows]:
    watching = Windows()
    qapp.installEventFilter(watching)
    yield watching
    qapp.removeEventFilter(watching)


@pytest.mark.parametrize("method", list(Method))
def test_building_a_wizard_shows_no_other_window(
    method: Method, windows: Windows, open_desk: OpenDesk, world: World
) -> None:
    desk = open_desk(world, practice=True)
    wizard = desk.start(method)
    desk.wait(lambda: wizard.complete and "practiceWindow" in windows.shown)

    assert set(windows.shown) == MEANT
