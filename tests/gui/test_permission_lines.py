"""The lines of the permission table come a few at a time: none is lost, their order is kept, nothing is done twice."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QPixmap, QStandardItemModel
from pytestqt.qtbot import QtBot

from desktop_app.app.report_table import Row
from desktop_app.core.report import Verdict
from desktop_app.gui.permission_lines import PermissionLines

RED, GREEN = QColor("red"), QColor("green")
HEIGHT = 30


def row(key: str, verdict: Verdict | None = Verdict.GRANTED, below: tuple[Row, ...] = ()) -> Row:
    return Row(key, f"Title of {key}", verdict, str(verdict), f"How {key} is known", below)


def table(permissions: int, projects: int, verdict: Verdict | None = Verdict.GRANTED) -> tuple[Row, ...]:
    below = tuple(row(f"project {number}", verdict, (row("token"), row("account"))) for number in range(projects))
    return tuple(row(f"permission {number}", verdict, below) for number in range(permissions))


class Shown:
    """A model, what was written into it, and how often that changed it."""

    def __init__(self) -> None:
        self.model = QStandardItemModel(0, 3)
        self.measured: list[tuple[Row, int]] = []
        self.lines = PermissionLines(self.model, self._measure)
        self.dress(GREEN)
        self.changes = 0
        for signal in (self.model.dataChanged, self.model.rowsInserted, self.model.rowsRemoved):
            signal.connect(self._count)

    def dress(self, colour: QColor) -> None:
        brush = QBrush(colour)
        self.lines.dress(dict.fromkeys((*Verdict, None), (QPixmap(1, 1), brush)), brush, brush)

    def _measure(self, measured: Row, depth: int) -> int:
        self.measured.append((measured, depth))
        return HEIGHT

    def _count(self, *_what: object) -> None:
        self.changes += 1

    def whole(self, at_once: int = 3) -> None:
        while self.lines.write(at_once):
            pass
        assert self.lines.whole

    def words(self, parent: QModelIndex | None = None) -> list[tuple[object, ...]]:
        """Every line of the model from top to bottom: its cells, and the lines below it."""
        above = QModelIndex() if parent is None else parent
        return [
            (*(self.model.index(number, column, above).data() for column in range(3)), self.words(first))
            for number in range(self.model.rowCount(above))
            for first in [self.model.index(number, 0, above)]
        ]


def expected(rows: tuple[Row, ...]) -> list[tuple[object, ...]]:
    return [(one.title, one.words, one.how, expected(one.below)) for one in rows]


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    shown = Shown()
    yield shown
    shown.model.deleteLater()


@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_every_line_is_there_in_its_order(shown: Shown, at_once: int) -> None:
    rows = table(4, 3)
    shown.lines.show(rows)
    shown.whole(at_once)
    assert shown.words() == expected(rows)
    assert shown.lines.rows() == rows
    assert shown.lines.row_at(3, 2, 1) == rows[3].below[2].below[1]


def test_verdicts_come_before_what_lies_below_them(shown: Shown) -> None:
    shown.lines.show(table(4, 3))
    assert shown.lines.write(4)
    assert [line[-1] for line in shown.words()] == [[], [], [], []]
    assert not shown.lines.whole
    with pytest.raises(IndexError):
        shown.lines.row_at(0, 0)


@pytest.mark.parametrize("written", range(12))
def test_nothing_is_lost_where_more_comes_before_all_is_written(shown: Shown, written: int) -> None:
    shown.lines.show(table(3, 2, None))
    shown.lines.write(written)
    later = table(3, 2, Verdict.MISSING)
    shown.lines.show(later)
    shown.lines.write(written)
    last = (later[0], replace(later[1], how="Something else", below=later[1].below[:1]), later[2])
    shown.lines.show(last)
    shown.whole(1)
    assert shown.words() == expected(last)


@pytest.mark.parametrize("written", range(8))
def test_what_is_not_wanted_any_more_is_dropped(shown: Shown, written: int) -> None:
    shown.lines.show(table(5, 2))
    shown.lines.write(written)
    other = (row("another", Verdict.MISSING),)
    shown.lines.show(other)
    shown.whole()
    assert shown.words() == expected(other)


def test_what_is_there_already_is_left_alone(shown: Shown) -> None:
    rows = table(4, 3)
    shown.lines.show(rows)
    shown.whole()
    shown.changes = 0
    shown.lines.show(table(4, 3))
    shown.whole()
    assert shown.changes == 0
    changed = (*rows[:3], replace(rows[3], how="Otherwise"))
    shown.measured.clear()
    shown.lines.show(changed)
    shown.whole()
    assert shown.measured == [(changed[3], 0)]


def test_rows_below_keep_their_place_in_the_model(shown: Shown) -> None:
    rows = table(2, 2)
    shown.lines.show(rows)
    shown.whole()
    kept = shown.model.item(0).child(1)
    below = (rows[0].below[0], row("project 1", Verdict.MISSING))
    shown.lines.show((replace(rows[0], below=below), rows[1]))
    shown.whole()
    assert shown.model.item(0).child(1) is kept
    assert shown.lines.row_at(0, 1).verdict is Verdict.MISSING


def test_new_colours_and_heights_reach_every_line(shown: Shown) -> None:
    shown.lines.show(table(2, 2))
    shown.whole()
    shown.dress(RED)
    shown.measured.clear()
    shown.whole()
    assert len(shown.measured) == 2 * (1 + 2 * 3)
    last = shown.model.item(1).child(1).child(1, 1)
    assert last.data(Qt.ItemDataRole.ForegroundRole).color() == RED
