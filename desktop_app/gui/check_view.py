"""Shows checks while they run: one row each, filling in live, with an icon and words for how it ended.

A list that is walked with the arrow keys; each row's accessible name is a whole statement. Rows keep their height as
results come in, unless the words need more lines: else only the row itself is drawn again. Heights are kept, since a
page asks for them many times, and each time Qt would call Python back and wait for the threads that check.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.app.i18n import _
from desktop_app.core.checks import CheckStatus
from desktop_app.gui.icons import pixmap
from desktop_app.gui.style import look

_PAD_X, _PAD_Y, _ICON, _GAP = 12, 8, 20, 12
_SLOW_S = 1.0  # a shorter wait is not worth a word
_ROW = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Row:
    """One check as it is shown; `status` None until it ended."""

    title: str
    running: bool = False
    status: CheckStatus | None = None
    words: str = ""
    took_s: float = 0.0

    @property
    def verdict(self) -> str:
        verdict = self._verdict_alone()
        if self.status is None or self.took_s <= _SLOW_S:
            return verdict
        return _("{verdict} after {seconds} s").format(verdict=verdict, seconds=f"{self.took_s:.1f}")

    def _verdict_alone(self) -> str:
        match self.status:
            case CheckStatus.PASSED:
                return _("Passed")
            case CheckStatus.FAILED:
                return _("Failed")
            case CheckStatus.SKIPPED:
                return _("Not checked")
            case CheckStatus.UNKNOWN:
                return _("Cannot be told")
            case None:
                return _("Checking …") if self.running else _("Waiting")

    @property
    def drawing(self) -> tuple[str, str]:
        """(icon, token of its colour and the verdict's)"""
        match self.status:
            case CheckStatus.PASSED:
                return "check-circle", "good"
            case CheckStatus.FAILED:
                return "cross-circle", "bad"
            case CheckStatus.SKIPPED:
                return "minus-circle", "soft"
            case CheckStatus.UNKNOWN:
                return "question-circle", "soft"
            case None:
                return ("refresh", "accent") if self.running else ("clock", "soft")

    @property
    def spoken(self) -> str:
        """ "Identity: passed. Signed in as ..." """
        verdict = self.verdict
        said = _("{title}: {verdict}.").format(title=self.title, verdict=verdict[:1].lower() + verdict[1:])
        return f"{said} {self.words}".strip()


class CheckView(QListWidget):
    """The list of checks; as tall as its rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[str, QListWidgetItem] = {}
        self._heights: list[int] = []
        self.setAccessibleName(_("Checks"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_RowDelegate(self))

    def start(self, names: Sequence[tuple[str, str]]) -> None:
        """Show these checks, each (key, title), as waiting; what is known of earlier ones is forgotten."""
        self._take_rows({key: _Row(title) for key, title in names})

    def show_results(self, results: Iterable[tuple[str, str, CheckStatus, str, float]]) -> None:
        """Show how each check ended: (key, title, status, words, seconds). Rows that say so stay as they are."""
        self._take_rows(
            {
                key: _Row(title, status=status, words=words, took_s=took_s)
                for key, title, status, words, took_s in results
            }
        )

    def _take_rows(self, rows: dict[str, _Row]) -> None:
        if list(rows) != list(self._items):
            self.clear()
            self._items = {key: QListWidgetItem(self) for key in rows}
        for key, row in rows.items():
            self._show(key, row)
        if self._items:
            self.setCurrentRow(0)
        self._fit()

    def set_running(self, key: str | None = None) -> None:
        """This check runs now; without a key, every one that has not ended."""
        for name in [key] if key is not None else list(self._items):
            row = self._row(name)
            if row.status is None:
                self._show(name, _Row(row.title, running=True))

    def set_result(self, key: str, status: CheckStatus, words: str = "", took_s: float = 0.0) -> None:
        """How a check ended; `words` is one plain sentence. Raises KeyError for a check that was not started."""
        self._show(key, _Row(self._row(key).title, status=status, words=words, took_s=took_s))
        self._fit()

    def spoken(self, key: str) -> str:
        """The row's accessible name."""
        return self._row(key).spoken

    def sizeHint(self) -> QSize:
        return QSize(360, self._content_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._content_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _row(self, key: str) -> _Row:
        row = self._items[key].data(_ROW)
        assert isinstance(row, _Row)  # noqa: S101 - only _show writes it
        return row

    def _show(self, key: str, row: _Row) -> None:
        item = self._items[key]
        if item.data(_ROW) == row:
            return
        item.setData(_ROW, row)
        item.setText(row.spoken)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, row.spoken)

    def _content_height(self) -> int:
        return sum(self._heights) + 2 * self.frameWidth()

    def _fit(self) -> None:
        """Rows wrap by the width there is; the list takes the height they need."""
        heights = [self.sizeHintForRow(row) for row in range(self.count())]
        if heights != self._heights:
            self._heights = heights
            self.scheduleDelayedItemsLayout()
        if self.height() != self._content_height():
            self.setFixedHeight(self._content_height())


class _RowDelegate(QStyledItemDelegate):
    """Draws icon, title and verdict on one line, the words below."""

    def __init__(self, view: CheckView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.data(_ROW)
        metrics = self._view.fontMetrics()
        width = self._view.viewport().width()
        lines = metrics.height()
        if isinstance(row, _Row) and row.words:
            wrapped = metrics.boundingRect(
                QRect(0, 0, self._words_width(width), 10_000), Qt.TextFlag.TextWordWrap, row.words
            )
            lines = max(lines, wrapped.height())
        return QSize(0, 2 * _PAD_Y + metrics.height() + 4 + lines)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(_ROW)
        if not isinstance(row, _Row):
            return
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        tokens = look().tokens
        name, role = row.drawing
        painter.save()
        if index.row():
            painter.setPen(QColor(tokens.border))
            painter.drawLine(area.topLeft(), area.topRight())
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(area.adjusted(2, 3, -3, -3), 6, 6)
        line_height = self._view.fontMetrics().height()
        top = area.top() + _PAD_Y if row.words else area.center().y() - line_height // 2
        drawn = pixmap(name, role, _ICON, self._view.devicePixelRatioF())
        painter.drawPixmap(area.left() + _PAD_X, top + (line_height - _ICON) // 2, drawn)
        self._draw_words(painter, area, top, row)
        painter.restore()

    def _draw_words(self, painter: QPainter, area: QRect, top: int, row: _Row) -> None:
        tokens = look().tokens
        strong = QFont(self._view.font())
        strong.setWeight(QFont.Weight.DemiBold)
        left = area.left() + _PAD_X + _ICON + _GAP
        width, height = self._words_width(area.width()), self._view.fontMetrics().height()
        verdict_width = QFontMetrics(strong).horizontalAdvance(row.verdict)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(strong)
        painter.setPen(QColor(getattr(tokens, row.drawing[1])))
        painter.drawText(QRect(left, top, width, height), middle | Qt.AlignmentFlag.AlignRight, row.verdict)
        painter.setFont(self._view.font())
        painter.setPen(QColor(tokens.text))
        title = self._view.fontMetrics().elidedText(
            row.title, Qt.TextElideMode.ElideRight, width - verdict_width - _GAP
        )
        painter.drawText(QRect(left, top, width - verdict_width, height), middle, title)
        painter.setPen(QColor(tokens.soft))
        below = QRect(left, top + height + 4, width, area.bottom() - top - height)
        painter.drawText(below, Qt.TextFlag.TextWordWrap, row.words)

    @staticmethod
    def _words_width(width: int) -> int:
        return max(80, width - 2 * _PAD_X - _ICON - _GAP)
