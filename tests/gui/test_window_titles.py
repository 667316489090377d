"""Every window's title names the program once, and the practice cloud wherever it is meant.

On X11, Wayland and Windows Qt puts the application's name behind a title that does not end with it.
"""

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.core.profile import Method
from desktop_app.gui.about_dialog import AboutDialog
from desktop_app.gui.choose_dialog import ChooseDialog
from tests.gui.conftest import OpenDesk
from tests.gui.world import World

PRODUCT = "ADO Connect"


def on_the_title_bar(title: str) -> str:
    """As QPlatformWindow::formatWindowTitle has it."""
    return title if title.endswith(PRODUCT) else f"{title} — {PRODUCT}"


def shown() -> list[str]:
    windows = [window for window in QApplication.topLevelWidgets() if window.isVisible() and window.windowTitle()]
    return [on_the_title_bar(window.windowTitle()) for window in windows]


@pytest.mark.parametrize("practice", [False, True])
def test_window_and_dialogs_name_the_program_once(open_desk: OpenDesk, world: World, practice: bool) -> None:
    desk = open_desk(world, practice=practice)
    for dialog in (AboutDialog(desk.window), ChooseDialog(desk.window)):
        dialog.show()
    titles = shown()

    assert len(titles) >= 3
    assert [title for title in titles if title.count(PRODUCT) != 1] == []
    assert desk.window.windowTitle().startswith("Practice cloud") == practice


@pytest.mark.parametrize("method", list(Method))
def test_wizard_names_the_program_once(open_desk: OpenDesk, world: World, method: Method) -> None:
    desk = open_desk(world)

    assert on_the_title_bar(desk.start(method).windowTitle()).count(PRODUCT) == 1
