"""The rows of the connection list, and which of them a search leaves.

Rows are kept in order and found by bisection, so that one connection's change costs one row, also among thousands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop_app.app.list_rows import Row
from desktop_app.app.words import StateKind
from desktop_app.core.profile import ProfileId
from desktop_app.gui.widgets import plain_tool_tip

ROW = Qt.ItemDataRole.UserRole
"""The role that holds a Row itself."""

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ConnectionRows(QAbstractListModel):
    """The rows that the search leaves; the others are kept beside them."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Row] = []
        self._shown: list[Row] = []
        self._by_id: dict[ProfileId, Row] = {}
        self._wanted = ""
        self.kinds: Counter[StateKind] = Counter()
        """How many connections are in each kind of state, shown or not."""

    @property
    def first(self) -> ProfileId | None:
        """The connection that stands first: of those that are shown, if any are."""
        rows = self._shown or self._all
        return rows[0].profile.id if rows else None

    def __len__(self) -> int:
        """How many connections there are, shown or not."""
        return len(self._all)

    def __contains__(self, key: ProfileId | None) -> bool:
        """True for any connection, shown or not."""
        return key in self._by_id

    def place(self, key: ProfileId | None) -> QModelIndex:
        """Where a connection is shown; an invalid index if it is not."""
        row = self._by_id.get(key) if key else None
        if row is None or not self._fits(row):
            return QModelIndex()
        return self.index(_place(self._shown, row))

    def fill(self, rows: Sequence[Row]) -> None:
        """Show these and no others; they come in order, as `rows_of` makes them."""
        self.beginResetModel()
        self._all = list(rows)
        self._by_id = {row.profile.id: row for row in rows}
        self.kinds = Counter(row.kind for row in rows)
        self._shown = self._left()
        self.endResetModel()

    def search(self, text: str) -> None:
        """Leave the rows that hold this text, in any case."""
        wanted = text.casefold().strip()
        if wanted == self._wanted:
            return
        self.beginResetModel()
        self._wanted = wanted
        self._shown = self._left()
        self.endResetModel()

    def put(self, row: Row) -> None:
        """Add a connection, or show what it is now; it moves to where it belongs."""
        before = self._by_id.get(row.profile.id)
        self._by_id[row.profile.id] = row
        self.kinds[row.kind] += 1
        if before is not None:
            self.kinds[before.kind] -= 1
            del self._all[_place(self._all, before)]
        self._all.insert(_place(self._all, row), row)
        was_shown, is_shown = before is not None and self._fits(before), self._fits(row)
        if before is not None and was_shown and is_shown:
            self._move(before, row)
        elif before is not None and was_shown:
            place = _place(self._shown, before)
            self.beginRemoveRows(QModelIndex(), place, place)
            del self._shown[place]
            self.endRemoveRows()
        elif is_shown:
            place = _place(self._shown, row)
            self.beginInsertRows(QModelIndex(), place, place)
            self._shown.insert(place, row)
            self.endInsertRows()

    def _move(self, before: Row, row: Row) -> None:
        source = _place(self._shown, before)
        target = _place(self._shown, row)  # with the old row still there: as beginMoveRows counts
        if target in (source, source + 1):
            target = source
            self._shown[source] = row
        else:
            self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), target)
            del self._shown[source]
            target -= target > source
            self._shown.insert(target, row)
            self.endMoveRows()
        here = self.index(target)
        self.dataChanged.emit(here, here)

    def _fits(self, row: Row) -> bool:
        return self._wanted in row.sought

    def _left(self) -> list[Row]:
        wanted = self._wanted
        return [row for row in self._all if wanted in row.sought] if wanted else list(self._all)

    # -- what Qt asks -------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._shown[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken
        return plain_tool_tip(row.profile.name) if role == Qt.ItemDataRole.ToolTipRole else None


def _place(rows: list[Row], row: Row) -> int:
    """Where a row stands in rows of its order, or would stand."""
    return bisect_left(rows, row.order, key=lambda other: other.order)
