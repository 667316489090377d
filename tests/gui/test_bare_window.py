"""The window is shown bare and filled right after it was painted."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.gui.application import _FirstPaint
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.tasks import TaskRunner
from desktop_app.gui.window_content import WindowContent
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


def test_parts_that_are_not_seen_at_first_are_built_when_asked_for(bare: MainWindow) -> None:
    bare.fill()
    content = bare.centralWidget()

    assert isinstance(content, WindowContent)
    assert [part for part in ("connection_list", "connection_page", "problem") if content.built(part)] == []
    assert list(content.prepare_list())[-1] is bare.connection_list
    built = list(content.prepare_rest())
    assert built[-2:] == [bare.connection_page, bare.problem]
    assert built.count(bare.connection_page) > 4, "in several steps"
    assert bare.first_run.isVisibleTo(bare)
    assert not bare.connection_list.isVisibleTo(bare)
    assert not bare.problem.isVisibleTo(bare)


def test_tab_reaches_the_list_before_the_cards_though_it_is_built_later(bare: MainWindow) -> None:
    bare.fill()
    connections = bare.connection_list.list
    after = connections.nextInFocusChain()
    while after is not None and not isinstance(after, QPushButton):
        after = after.nextInFocusChain()

    assert after is bare.first_run.back


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
