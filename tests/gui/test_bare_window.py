"""The window is shown bare and filled right after it was painted."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.gui.application import _FirstPaint
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.tasks import TaskRunner
from tests.fakes.clock import FakeClock


@pytest.fixture
def bare(qapp: QApplication) -> Iterator[MainWindow]:
    runner, clipboard = TaskRunner(), ClipboardGuard(FakeClock())
    window = MainWindow(
        runner=runner,
        clipboard=clipboard,
        practice=False,
        open_url=lambda url: True,
        start_practice=lambda: True,
        filled=False,
    )
    yield window
    window.close()
    runner.shutdown()
    for thing in (window, clipboard, runner):
        thing.deleteLater()


def test_bare_window_is_filled_after_its_first_paint(bare: MainWindow, qtbot: QtBot) -> None:
    was_visible: list[bool] = []

    def fill() -> None:
        was_visible.append(bare.isVisible())
        bare.fill()

    _FirstPaint(bare, fill)
    assert bare.centralWidget() is None
    bare.show()

    qtbot.waitUntil(lambda: bare.centralWidget() is not None)
    assert was_visible == [True]
    assert bare.first_run.isVisible()


def test_window_that_is_never_painted_is_filled_all_the_same(bare: MainWindow, qtbot: QtBot) -> None:
    _FirstPaint(bare, bare.fill)

    qtbot.waitUntil(lambda: bare.centralWidget() is not None)


def test_bare_window_can_be_closed(bare: MainWindow, qtbot: QtBot) -> None:
    bare.show()
    bare.close()

    assert not bare.isVisible()


def test_filling_twice_changes_nothing(bare: MainWindow) -> None:
    bare.fill()
    page = bare.connection_page
    bare.fill()

    assert bare.connection_page is page
