"""Settings, by keyboard: what is changed holds at once and after a restart."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.settings import SettingsInUse
from desktop_app.core.problems import Problem
from desktop_app.core.settings import Settings
from desktop_app.gui.reveal import SECONDS
from desktop_app.gui.settings_dialog import SettingsDialog
from desktop_app.infra.settings_file import FILE_NAME, SettingsFile
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import assert_everything_is_named, assert_tab_order_is_reading_order, visible_words
from tests.gui.world import World


@pytest.fixture
def desk(make_world: Callable[..., World], open_desk: OpenDesk, tmp_path: Path) -> Desk:
    return open_desk(make_world(settings=SettingsInUse(SettingsFile(tmp_path))))


def opened(desk: Desk) -> SettingsDialog:
    desk.keyboard.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = desk.dialog("settingsDialog")
    assert isinstance(dialog, SettingsDialog)
    return dialog


def enter(desk: Desk, box: QSpinBox, text: str) -> None:
    desk.keyboard.go_to(box)
    desk.keyboard.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desk.keyboard.type(text)


def close(desk: Desk) -> None:
    desk.keyboard.press(Qt.Key.Key_Escape)
    desk.wait(lambda: not desk.runner.active)


def test_a_change_holds_at_once_and_is_written_on_closing(desk: Desk, tmp_path: Path) -> None:
    dialog = opened(desk)
    enter(desk, dialog.clipboard, "12")
    enter(desk, dialog.reveal, "45")
    desk.keyboard.push(dialog.tray)
    desk.keyboard.push(dialog.checks)

    assert desk.window.workspace is not None
    chosen = Settings(clipboard_seconds=12, reveal_seconds=45, background_checks=False, tray_icon=True)
    assert desk.window.workspace.settings.now == chosen
    assert desk.clipboard.seconds == 12
    assert not (tmp_path / FILE_NAME).exists()

    close(desk)
    assert SettingsFile(tmp_path).load() == chosen


def test_reveal_seconds_reach_the_fields(desk: Desk) -> None:
    from PySide6.QtWidgets import QApplication

    dialog = opened(desk)
    enter(desk, dialog.reveal, "45")
    app = QApplication.instance()
    assert app is not None
    assert app.property(SECONDS) == 45
    enter(desk, dialog.reveal, "30")
    close(desk)


def test_what_was_saved_is_shown(make_world: Callable[..., World], open_desk: OpenDesk, tmp_path: Path) -> None:
    SettingsFile(tmp_path).save(Settings(clipboard_seconds=60, notifications=False))
    desk = open_desk(make_world(settings=SettingsInUse(SettingsFile(tmp_path))))
    dialog = opened(desk)

    assert dialog.clipboard.value() == 60
    assert not dialog.notifications.isChecked()
    assert dialog.checks.isChecked()


def test_nothing_is_written_when_nothing_was_changed(desk: Desk, tmp_path: Path) -> None:
    opened(desk)
    close(desk)
    assert not (tmp_path / FILE_NAME).exists()


def test_seconds_out_of_bounds_can_not_be_entered(desk: Desk) -> None:
    dialog = opened(desk)
    enter(desk, dialog.clipboard, "999")
    desk.keyboard.press(Qt.Key.Key_Tab)
    assert dialog.clipboard.value() in Settings.SECONDS


def test_a_file_of_a_later_version_is_left_alone_and_explained(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('{"version": 99}')
    dialog = opened(desk)
    desk.keyboard.push(dialog.tray)
    close(desk)

    assert guidance_for(Problem.SETTINGS_FILE_UNREADABLE).title in visible_words(desk.window)
    assert json.loads((tmp_path / FILE_NAME).read_text()) == {"version": 99}
    assert desk.window.workspace is not None
    assert desk.window.workspace.settings.now.tray_icon  # for this run


def test_dialog_is_named_and_walked_as_it_is_read(desk: Desk) -> None:
    dialog = opened(desk)
    assert_everything_is_named(dialog)
    assert_tab_order_is_reading_order(desk, dialog)
