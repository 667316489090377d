"""The lines of a permission table as a model that the tree paints natively, written a few at a time.

While a report runs, its threads hold Python's lock half of the time. Each time Qt calls Python back to paint a cell,
the GUI thread waits for that lock; so a cell is written once, as text, icon, colour and height, and painting needs no
Python. Many of PySide6's own calls give the lock away and wait for it again, too: a whole report is therefore not
written in one turn of the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush, QFont, QPixmap, QStandardItem, QStandardItemModel

from desktop_app.app.report_table import Row
from desktop_app.core.report import Verdict

Dress = tuple[QPixmap, QBrush]
"""What a verdict is drawn with: its icon, and the colour of its words."""

_DECORATION = Qt.ItemDataRole.DecorationRole
_FOREGROUND = Qt.ItemDataRole.ForegroundRole
_HEIGHT = Qt.ItemDataRole.SizeHintRole
_SPOKEN = Qt.ItemDataRole.AccessibleTextRole


_END = object()


@dataclass(slots=True)
class Line:
    """What stands in one line of the model; `told` is what was written below it, to the last line.

    No item is kept: Qt deletes them with the model, and what Python then holds of them is dangerous.
    """

    row: Row | None = None
    below: list[Line] = field(default_factory=list)
    told: object = None
    style: int = 0
    height: int = 0


class PermissionLines:
    """Writes rows into `model`: `show` what is wanted, then `write` until it says that all is there.

    `measure(row, depth)` is the height of a line. What is wanted may change at any time: nothing is written twice, and
    rows that are there already stay, so that what is open and current stays so.
    """

    def __init__(self, model: QStandardItemModel, measure: Callable[[Row, int], int]) -> None:
        self._model = model
        self._measure = measure
        self._lines: list[Line] = []
        self._wanted: tuple[Row, ...] = ()
        self._style = 1
        self._dress: dict[Verdict | None, Dress] = {}
        self._soft = self._plain = QBrush()
        self._strong = QFont()
        self._strong.setWeight(QFont.Weight.DemiBold)  # all else is the view's, also when that changes
        self._writing: Iterator[None] | None = None

    def show(self, rows: Sequence[Row]) -> None:
        """These are wanted, in this order; what was wanted before and is not there yet is forgotten."""
        self._wanted = tuple(rows)
        self._begin()

    def dress(self, verdicts: dict[Verdict | None, Dress], plain: QBrush, soft: QBrush) -> None:
        """Colours and icons are others now."""
        self._dress, self._plain, self._soft = verdicts, plain, soft
        self._style += 1
        self._begin()

    def measure_again(self) -> None:
        """Heights are others now."""
        self._style += 1
        self._begin()

    def write(self, count: int) -> bool:
        """Write so many lines at most; True if there are more."""
        for _number in range(count):
            if self._writing is None:
                break
            if next(self._writing, _END) is _END:
                self._writing = None
        return self._writing is not None

    @property
    def whole(self) -> bool:
        """True once everything that is wanted is there."""
        return self._writing is None

    def rows(self) -> tuple[Row, ...]:
        """What stands there, without what lies below."""
        return tuple(line.row for line in self._lines if line.row is not None)

    def row_at(self, *path: int) -> Row:
        """`row_at(2)` is the third row, `row_at(2, 0)` the first one below it. IndexError where none is yet."""
        lines, line = self._lines, None
        for number in path:
            line = lines[number]
            lines = line.below
        if line is None or line.row is None:
            raise IndexError(path)
        return line.row

    def _begin(self) -> None:
        self._writing = self._sync((), self._lines, self._wanted)

    def _item(self, path: tuple[int, ...]) -> QStandardItem:
        item = self._model.invisibleRootItem()
        for number in path:
            item = item.child(number)
        return item

    def _sync(self, path: tuple[int, ...], lines: list[Line], rows: Sequence[Row]) -> Iterator[None]:
        """Change what differs, a line a step: all lines of one parent, then what lies below each."""
        for number, row in enumerate(rows):
            if number < len(lines) and (there := lines[number].row) is not None and there.key != row.key:
                self._cut(path, lines, number)
            if number == len(lines):
                self._append(path)
                lines.append(Line())
            if self._differs(lines[number], row):
                self._write((*path, number), lines[number], row)
                yield
        self._cut(path, lines, len(rows))
        for number, (line, row) in enumerate(zip(lines, rows, strict=True)):
            line.row = row
            wanted = (row.below, self._style)
            if line.told != wanted:
                yield from self._sync((*path, number), line.below, row.below)
                line.told = wanted

    def _append(self, path: tuple[int, ...]) -> None:
        title, verdict, how = QStandardItem(), QStandardItem(), QStandardItem()
        verdict.setFont(self._strong)
        self._item(path).appendRow([title, verdict, how])

    def _cut(self, path: tuple[int, ...], lines: list[Line], first: int) -> None:
        if first < len(lines):
            self._item(path).removeRows(first, len(lines) - first)
            del lines[first:]

    def _differs(self, line: Line, row: Row) -> bool:
        return line.row is None or line.style != self._style or _cells(line.row) != _cells(row)

    def _write(self, path: tuple[int, ...], line: Line, row: Row) -> None:
        """Write what differs in one line."""
        parent = self._item(path[:-1])
        title, verdict, how = (parent.child(path[-1], column) for column in range(3))
        old, anew = line.row, line.style != self._style
        line.row, line.style = row, self._style
        title.setText(row.title)
        verdict.setText(row.words)
        how.setText(row.how)
        title.setData(row.spoken, _SPOKEN)
        if anew:
            title.setData(self._plain, _FOREGROUND)
            how.setData(self._soft, _FOREGROUND)
        if anew or old is None or old.verdict is not row.verdict:
            icon, colour = self._dress[row.verdict]
            verdict.setData(icon, _DECORATION)
            verdict.setData(colour, _FOREGROUND)
        height = self._measure(row, len(path) - 1)
        if height != line.height:
            line.height = height
            title.setData(QSize(1, height), _HEIGHT)


def _cells(row: Row) -> tuple[str, str, str, Verdict | None]:
    return row.title, row.words, row.how, row.verdict
