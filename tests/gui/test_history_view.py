"""The History part of a connection, by keyboard."""

import csv
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from desktop_app.core.history import Event, EventKind
from desktop_app.core.problems import Problem
from desktop_app.gui.connection_parts import Part
from desktop_app.gui.history_view import HistoryView
from tests.fakes.clock import NOON
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import assert_everything_is_named, assert_nowhere, assert_tab_order_is_reading_order
from tests.gui.world import World


@pytest.fixture
def desk(world: World, open_desk: OpenDesk) -> Desk:
    """A window with one connection and its History in front."""
    world.save_pat("Nightly sync")
    opened = open_desk(world)
    page = opened.window.connection_page
    opened.keyboard.go_to(page.tabs)
    while page.tabs.currentIndex() != tuple(Part).index(Part.HISTORY):
        opened.keyboard.press(Qt.Key.Key_Right)
    idle(opened)
    return opened


def idle(desk: Desk) -> None:
    desk.wait(lambda: not desk.runner.active)


def view_of(desk: Desk) -> HistoryView:
    view = desk.window.connection_page.part(Part.HISTORY)
    assert isinstance(view, HistoryView)
    return view


def rows(desk: Desk) -> list[str]:
    table = view_of(desk).table
    found = []
    for row in range(table.rowCount()):
        item = table.item(row, 1)
        assert item is not None
        found.append(item.text())
    return found


def test_what_happened_is_told(desk: Desk) -> None:
    assert rows(desk) == ["The connection was created."]
    assert view_of(desk).note.text() == "1 event, newest first. The last 500 are kept; none holds a secret."
    assert_everything_is_named(desk.window)
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)
    assert_nowhere([desk.world.pat()])


def test_the_newest_stands_first_and_a_check_adds_to_it(desk: Desk) -> None:
    desk.keyboard.push(desk.button("checkAgain", desk.window.connection_page))
    idle(desk)
    desk.window.connection_page.tabs.setCurrentIndex(tuple(Part).index(Part.HISTORY))
    idle(desk)
    assert rows(desk) == ["It was checked, and everything worked.", "The connection was created."]


def test_a_failure_is_told_with_its_cause(desk: Desk) -> None:
    profile = desk.window.profile
    assert profile is not None
    desk.world.history.add(profile.id, Event(NOON, EventKind.CHECKED, Problem.TIMED_OUT))
    desk.window.refresh()
    idle(desk)
    assert rows(desk)[0] == "The check found a problem. The server took too long to answer."
    item = view_of(desk).table.item(0, 1)
    assert item is not None
    assert not item.icon().isNull()


def test_another_connection_has_its_own_history(desk: Desk) -> None:
    other = desk.world.save_pat("Other")
    desk.world.history.add(other.id, Event(NOON, EventKind.COPIED, facts={"form": "curl"}))
    desk.window.reload(other.id)
    idle(desk)
    assert rows(desk) == ["A token was copied (curl).", "The connection was created."]


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_it_is_exported(desk: Desk, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"mine.{ending}"
    _export(desk, ending, file)
    idle(desk)

    text = file.read_text(encoding="utf-8-sig")
    if ending == "csv":
        assert next(iter(list(csv.reader(text.splitlines()))[1:]))[3] == "The connection was created."
    else:
        assert json.loads(text)["events"][0]["kind"] == "created"
    assert view_of(desk).saved.isVisible()
    assert desk.world.pat() not in text
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)


def _export(desk: Desk, ending: str, file: Path) -> None:
    view = view_of(desk)
    desk.keyboard.push(view.export)
    menu = view.export.menu()
    desk.wait(menu.isVisible)
    wanted = next(action for action in menu.actions() if action.objectName() == f"exportHistory-{ending}")
    while menu.activeAction() is not wanted:
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    dialog = desk.dialog("historyDialog")
    assert isinstance(dialog, QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    assert name.text() == f"history-Nightly-sync.{ending}"
    name.setText(str(file))
    desk.keyboard.press(Qt.Key.Key_Return)


def test_why_it_was_not_saved_is_told(desk: Desk, tmp_path: Path) -> None:
    _export(desk, "csv", tmp_path / "mine.csv")
    idle(desk)
    from desktop_app.gui.history_actions import HistoryActions

    behind = desk.window.actions_of_connection.behind(Part.HISTORY)
    assert isinstance(behind, HistoryActions)
    profile = desk.window.profile
    assert profile is not None
    behind.write(str(tmp_path / "nowhere" / "mine.csv"), profile)
    idle(desk)
    assert "The history was not saved." in view_of(desk).saved.accessibleName()


def test_nothing_to_tell_is_told(desk: Desk) -> None:
    profile = desk.window.profile
    assert profile is not None
    desk.world.history.forget(profile.id)
    desk.window.refresh()
    idle(desk)
    assert rows(desk) == []
    assert not view_of(desk).export.isEnabled()
    assert "Nothing has happened yet" in view_of(desk).note.text()
