"""Checks fill in live; every row can be read, heard and reached from the keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.checks import CheckStatus
from desktop_app.gui.check_view import CheckView

NAMES = [("identity", "Identity"), ("projects", "List projects"), ("releases", "Releases")]


@pytest.fixture
def view(qtbot: QtBot) -> CheckView:
    view = CheckView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.start(NAMES)
    return view


def test_rows_wait_then_run(view: CheckView) -> None:
    assert view.spoken("identity") == "Identity: waiting."
    view.set_running("identity")
    assert view.spoken("identity") == "Identity: checking …."
    assert view.spoken("projects") == "List projects: waiting."
    view.set_running()
    assert view.spoken("projects") == "List projects: checking …."


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (CheckStatus.PASSED, "Identity: passed. Signed in as admin@contoso.example."),
        (CheckStatus.FAILED, "Identity: failed. Signed in as admin@contoso.example."),
        (CheckStatus.SKIPPED, "Identity: not checked. Signed in as admin@contoso.example."),
        (CheckStatus.UNKNOWN, "Identity: cannot be told. Signed in as admin@contoso.example."),
    ],
)
def test_row_says_how_its_check_ended(view: CheckView, status: CheckStatus, said: str) -> None:
    view.set_result("identity", status, "Signed in as admin@contoso.example.")

    assert view.spoken("identity") == said


def test_screen_reader_finds_the_statement_on_the_row(view: CheckView) -> None:
    view.set_result("projects", CheckStatus.PASSED, "Listed 14 projects.")

    listed = QAccessible.queryAccessibleInterface(view)
    assert listed.text(QAccessible.Text.Name) == "Checks"
    assert listed.child(1).text(QAccessible.Text.Name) == "List projects: passed. Listed 14 projects."


@pytest.mark.parametrize(("took_s", "shown"), [(0.9, False), (2.34, True)])
def test_duration_is_told_only_when_it_was_felt(view: CheckView, took_s: float, shown: bool) -> None:
    view.set_result("identity", CheckStatus.PASSED, "", took_s)

    assert (" s" in view.spoken("identity")) is shown


def test_result_is_not_undone_by_a_late_running(view: CheckView) -> None:
    view.set_result("identity", CheckStatus.PASSED)
    view.set_running()

    assert view.spoken("identity") == "Identity: passed."


def test_unknown_check_is_refused(view: CheckView) -> None:
    with pytest.raises(KeyError):
        view.set_result("no-such-check", CheckStatus.PASSED)


def test_starting_again_forgets_the_last_run(view: CheckView) -> None:
    view.set_result("identity", CheckStatus.PASSED)
    view.start(NAMES[:2])

    assert view.count() == 2
    assert view.spoken("identity") == "Identity: waiting."


def test_rows_are_walked_with_the_arrow_keys(view: CheckView, qtbot: QtBot) -> None:
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)

    assert view.currentItem().text() == "List projects: waiting."


def test_list_is_tall_enough_for_words_that_wrap(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    view = CheckView()
    column = QVBoxLayout(page)
    column.addWidget(view)
    column.addStretch(1)
    page.resize(320, 700)
    page.show()
    view.start(NAMES)
    before = view.height()

    view.set_result("projects", CheckStatus.FAILED, "The account may not see any project. " * 5)

    assert view.height() > before
    last = view.visualItemRect(view.item(view.count() - 1))
    assert view.viewport().rect().contains(last)


def test_results_that_are_shown_already_stay_as_they_are(view: CheckView) -> None:
    for key, _title in NAMES:
        view.set_result(key, CheckStatus.PASSED, "Fine.")
    view.setCurrentRow(1)
    items = [view.item(row) for row in range(view.count())]
    changed: list[object] = []
    view.itemChanged.connect(changed.append)

    view.show_results((key, title, CheckStatus.PASSED, "Fine.", 0.0) for key, title in NAMES)

    assert changed == []
    assert [view.item(row) for row in range(view.count())] == items


def test_results_of_other_checks_take_the_place_of_the_last_ones(view: CheckView) -> None:
    view.set_result("identity", CheckStatus.FAILED)

    view.show_results([("releases", "Read releases", CheckStatus.UNKNOWN, "Nobody knows.", 0.0)])

    assert view.count() == 1
    assert view.spoken("releases") == "Read releases: cannot be told. Nobody knows."
