"""The icon beside the desktop's clock: what it shows and says, and what its menu does."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from desktop_app.app.words import StateKind
from desktop_app.core.settings import Settings
from desktop_app.gui.settings_dialog import open_settings
from desktop_app.gui.style import look
from desktop_app.gui.tray import Tray, TraySwitch, tray_icon, tray_words, worst_of
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import visible_words
from tests.gui.world import World

# The offscreen platform has no place for such an icon, and Qt's way to X11 looks for a signal of it all the same.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged")


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ({}, "ADO Connect"),
        ({"bad": 0}, "ADO Connect"),
        ({"bad": 2, "attention": 1, "good": 9}, "ADO Connect: 2 connections need you"),
        ({"bad": 1, "good": 9}, "ADO Connect: 1 connection needs you"),
        ({"attention": 1, "neutral": 3}, "ADO Connect: 1 connection ends soon or works in part"),
        ({"neutral": 3, "good": 1}, "ADO Connect: 3 connections have not been checked yet"),
        ({"good": 1}, "ADO Connect: your connection works"),
        ({"good": 1200}, "ADO Connect: all 1,200 connections work"),
    ],
)
def test_words_tell_the_worst_state(kinds: dict[StateKind, int], words: str) -> None:
    assert tray_words(kinds) == words


def test_every_state_has_a_picture_of_its_own(styled: QApplication) -> None:
    kinds: tuple[StateKind | None, ...] = (None, "bad", "attention", "neutral", "good")
    pictures = [tray_icon(kind).pixmap(32, 32).toImage() for kind in kinds]

    assert all(first == second for first, second in zip(pictures, pictures, strict=True))
    assert len({bytes(picture.constBits()) for picture in map(_plain, pictures)}) == len(kinds)


def _plain(picture: QImage) -> QImage:
    return picture.convertToFormat(QImage.Format.Format_ARGB32)


@pytest.fixture
def desk(open_desk: OpenDesk, world: World) -> Desk:
    """Two connections; one has lost its secret and does not know it yet."""
    world.save_pat("works")
    world.secrets.delete(world.save_pat("loses").id)
    return open_desk(world)


@pytest.fixture
def tray(desk: Desk) -> Iterator[Tray]:
    """An icon as on a desktop that has a place for it."""
    tray = Tray(desk.window)
    yield tray
    tray.close()


def choose(tray: Tray, text: str) -> None:
    next(action for action in tray.menu.actions() if action.text().replace("&", "") == text).trigger()


def test_it_follows_what_becomes_of_the_connections(desk: Desk, tray: Tray) -> None:
    assert tray.icon.toolTip() == "ADO Connect: all 2 connections work"
    before = tray.icon.icon().pixmap(32, 32).toImage()

    choose(tray, "Check all now")
    desk.wait(lambda: not desk.window.check_all.running)

    assert tray.icon.toolTip() == "ADO Connect: 1 connection needs you"
    assert tray.icon.icon().pixmap(32, 32).toImage() != before
    assert worst_of(desk.window.connection_list.rows.kinds) == "bad"


def test_it_follows_the_look(desk: Desk, tray: Tray) -> None:
    key = tray.icon.icon().cacheKey()
    look().changed.emit()
    assert tray.icon.icon().cacheKey() != key


def test_menu_brings_the_window_back_and_ends_the_program(desk: Desk, tray: Tray) -> None:
    assert [action.text() for action in tray.menu.actions()] == ["&Open ADO Connect", "Check a&ll now", "&Quit"]
    desk.window.showMinimized()
    choose(tray, "Open ADO Connect")
    assert not desk.window.windowState() & Qt.WindowState.WindowMinimized
    assert desk.window.isVisible()

    choose(tray, "Quit")
    assert not desk.window.isVisible()


def test_a_click_brings_the_window_back(desk: Desk, tray: Tray) -> None:
    desk.window.showMinimized()
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert not desk.window.windowState() & Qt.WindowState.WindowMinimized


def test_it_comes_and_goes_with_the_setting_where_there_is_a_place(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    window = desk.window
    assert window.workspace is not None
    settings = window.workspace.settings
    desk.wait(lambda: len(window.findChildren(TraySwitch)) == 1)
    monkeypatch.setattr("desktop_app.gui.tray.is_available", lambda: False)
    settings.change(Settings(tray_icon=True))
    assert window.findChildren(Tray) == []

    settings.change(Settings())
    monkeypatch.setattr("desktop_app.gui.tray.is_available", lambda: True)
    settings.change(Settings(tray_icon=True))
    settings.change(Settings(tray_icon=True, notifications=False))
    assert len(window.findChildren(Tray)) == 1
    settings.change(Settings(tray_icon=False))
    desk.wait(lambda: window.findChildren(Tray) == [])

    settings.change(Settings(tray_icon=True))
    window.close()
    desk.wait(lambda: window.findChildren(Tray) == [])
    settings.change(Settings())  # nobody hears it any more
    settings.change(Settings(tray_icon=True))
    assert window.findChildren(Tray) == []


def test_the_person_switches_it_on_in_the_settings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.gui.tray.is_available", lambda: True)
    desk.wait(lambda: len(desk.window.findChildren(TraySwitch)) == 1)
    open_settings(desk.window)
    dialog = desk.dialog("settingsDialog")
    switch = dialog.findChild(QWidget, "trayIcon")
    assert isinstance(switch, QWidget)
    desk.keyboard.push(switch)
    assert len(desk.window.findChildren(Tray)) == 1
    desk.keyboard.press(Qt.Key.Key_Escape)
    desk.wait(lambda: not desk.runner.active)


def test_desktop_without_a_place_is_told_in_the_settings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "This desktop has no place for such an icon now."
    for available in (False, True):
        monkeypatch.setattr("desktop_app.gui.tray.is_available", lambda there=available: there)
        open_settings(desk.window)
        assert (words in visible_words(desk.dialog("settingsDialog"))) is not available
        desk.keyboard.press(Qt.Key.Key_Escape)
