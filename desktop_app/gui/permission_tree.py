"""The table of a permission report: permission, verdict, how we know; rows that open show what lies below them.

As tall as its rows, which wrap by the width there is: the page around it scrolls. Rows that are open stay open while
verdicts come in. Each row's accessible name is a whole statement.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from desktop_app.app.i18n import _
from desktop_app.app.report_table import Row
from desktop_app.app.report_words import verdict_words
from desktop_app.core.report import Verdict
from desktop_app.gui.icons import pixmap
from desktop_app.gui.style import look

_ROW = Qt.ItemDataRole.UserRole
_TITLE, _VERDICT, _HOW = range(3)
_PAD_X, _PAD_Y, _ICON, _GAP, _INDENT = 15, 8, 16, 8, 20
_LEAST_TITLE = 9
"""The first column has room for so many line heights of the interface font at least."""

Index = QModelIndex | QPersistentModelIndex


class PermissionTree(QTreeView):
    """Show rows with `show_rows`; the next call changes what differs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("permissionTree")
        self.setAccessibleName(_("Permissions"))
        self._model = QStandardItemModel(0, 3, self)
        self._model.setHorizontalHeaderLabels([_("Permission"), _("Verdict"), _("How we know")])
        self.setModel(self._model)
        self.setItemDelegate(_CellDelegate(self))
        self.setIndentation(_INDENT)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(True)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionsMovable(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(0)
        self._fitting.timeout.connect(self._fit)
        for signal in (self.expanded, self.collapsed):
            signal.connect(lambda _index: self._fitting.start())
        self.clicked.connect(self._toggle)
        look().changed.connect(self.viewport().update)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these, in this order."""
        self._sync(self._model.invisibleRootItem(), rows)
        if rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0, 0))
            self.clearSelection()
        self._fitting.start()

    def rows(self) -> tuple[Row, ...]:
        """What stands there, without what lies below."""
        root = self._model.invisibleRootItem()
        return tuple(self._row(root.child(number)) for number in range(root.rowCount()))

    def row_at(self, *path: int) -> Row:
        """The row at this place: `row_at(2)` is the third one, `row_at(2, 0)` the first one below it."""
        item = self._model.invisibleRootItem()
        for number in path:
            item = item.child(number)
        return self._row(item)

    @staticmethod
    def _row(item: QStandardItem) -> Row:
        row = item.data(_ROW)
        assert isinstance(row, Row)  # noqa: S101 - only _write writes it
        return row

    def _sync(self, parent: QStandardItem, rows: Sequence[Row]) -> None:
        """Change what differs, so that what is open and chosen stays so."""
        for number, row in enumerate(rows):
            kept = parent.child(number) if number < parent.rowCount() else None
            if kept is not None and self._row(kept).key != row.key:
                parent.removeRows(number, parent.rowCount() - number)
                kept = None
            if kept is None:
                parent.appendRow([QStandardItem() for _column in range(3)])
            elif self._row(kept) is row or self._row(kept) == row:
                continue
            self._write(parent, number, row)
            self._sync(parent.child(number), row.below)
        if parent.rowCount() > len(rows):
            parent.removeRows(len(rows), parent.rowCount() - len(rows))

    @staticmethod
    def _write(parent: QStandardItem, number: int, row: Row) -> None:
        for column, text in enumerate((row.title, row.words, row.how)):
            item = parent.child(number, column)
            item.setData(row, _ROW)
            item.setText(text)
        parent.child(number, _TITLE).setData(row.spoken, Qt.ItemDataRole.AccessibleTextRole)

    def _toggle(self, index: QModelIndex) -> None:
        first = index.siblingAtColumn(0)
        if self._model.hasChildren(first):
            self.setExpanded(first, not self.isExpanded(first))

    # -- size ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(480, self._content_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._content_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._share_width()
            self._fitting.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._share_width()
            self._fitting.start()

    def _share_width(self) -> None:
        """Verdicts get what the longest needs; the rest is shared."""
        width = self.viewport().width()
        strong = QFontMetrics(strong_font(self))
        said = [verdict_words(verdict, likely) for verdict in Verdict for likely in (False, True)]
        verdict = max(strong.horizontalAdvance(words) for words in [*said, _("Checking …")])
        verdict = min(2 * _PAD_X + _ICON + _GAP + verdict, width * 2 // 5)
        title = max(_LEAST_TITLE * self.fontMetrics().height(), width * 3 // 10)
        title = min(title, (width - verdict) // 2)
        for column, wide in ((_TITLE, title), (_VERDICT, verdict), (_HOW, width - title - verdict)):
            self.setColumnWidth(column, wide)

    def _content_height(self) -> int:
        height = self.header().sizeHint().height() + 2 * self.frameWidth()
        index = self._model.index(0, 0)
        while index.isValid():
            height += self.rowHeight(index)
            index = self.indexBelow(index)
        return height

    def _fit(self) -> None:
        self.doItemsLayout()
        height = self._content_height()
        if self.height() != height:
            self.setFixedHeight(height)

    # -- keyboard -----------------------------------------------------------------------------------------------------

    def currentChanged(self, current: Index, previous: Index) -> None:
        """The page scrolls to the row that the arrow keys reached."""
        super().currentChanged(current, previous)
        if self.hasFocus():
            self._reveal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._reveal()

    def _reveal(self) -> None:
        area: QWidget | None = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        page = area.widget() if area is not None else None
        if area is None or page is None:
            return
        spot = self.visualRect(self.currentIndex())
        place = self.viewport().mapTo(page, spot.center())
        area.ensureVisible(place.x(), place.y(), 0, spot.height())

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().drawRow(painter, option, index)
        tokens = look().tokens
        area: QRect = option.rect
        painter.save()
        if index.row() or index.parent().isValid():  # the first row has the header's line above it
            painter.setPen(QColor(tokens.border))
            painter.drawLine(area.topLeft(), area.topRight())
        current = self.currentIndex()
        if self.hasFocus() and (index.row(), index.parent()) == (current.row(), current.parent()):
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(area.adjusted(1, 1, -2, -2), 6, 6)
        painter.restore()


def strong_font(widget: QWidget) -> QFont:
    """The font of a verdict."""
    font = QFont(widget.font())
    font.setWeight(QFont.Weight.DemiBold)
    return font


def drawing(verdict: Verdict | None) -> tuple[str, str]:
    """(icon, token of its colour) of a verdict; None while it is being checked."""
    match verdict:
        case Verdict.GRANTED:
            return "check-circle", "good"
        case Verdict.MISSING:
            return "cross-circle", "bad"
        case Verdict.UNTELLABLE:
            return "question-circle", "soft"
        case Verdict.NOT_CHECKED:
            return "minus-circle", "soft"
        case None:
            return "refresh", "accent"


class _CellDelegate(QStyledItemDelegate):
    """Draws one cell; text starts where the words of the header start."""

    def __init__(self, view: PermissionTree) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.columnWidth(index.column())
        if index.column() == _TITLE:
            width -= _INDENT * (_depth(index) + 1)
        room = self._room(QRect(0, 0, width, 10_000), index.column())
        metrics = QFontMetrics(self._font(index.column()))
        wrapped = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, str(index.data() or ""))
        return QSize(0, max(wrapped.height(), metrics.height()) + 2 * _PAD_Y + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, column = index.data(_ROW), index.column()
        if not isinstance(row, Row):
            return
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        tokens = look().tokens
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.accent_ground))
        room, words = self._room(area, column), str(index.data() or "")
        metrics = QFontMetrics(self._font(column))
        wrapped = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, words).height()
        room.setTop(area.top() + (area.height() - max(wrapped, metrics.height())) // 2)
        name, role = drawing(row.verdict)
        if column == _VERDICT:
            drawn = pixmap(name, role, _ICON, self._view.devicePixelRatioF())
            painter.drawPixmap(area.left() + _PAD_X, room.top() + (metrics.height() - _ICON) // 2, drawn)
        colour = {_TITLE: "text", _VERDICT: role}.get(column, "soft")
        painter.setFont(self._font(column))
        painter.setPen(QColor(getattr(tokens, colour)))
        painter.drawText(room, Qt.TextFlag.TextWordWrap, words)
        painter.restore()

    def _font(self, column: int) -> QFont:
        return strong_font(self._view) if column == _VERDICT else self._view.font()

    @staticmethod
    def _room(area: QRect, column: int) -> QRect:
        """Where the words of a cell go."""
        left = {_TITLE: 4, _VERDICT: _PAD_X + _ICON + _GAP}.get(column, _PAD_X)
        right = 4 if column == _VERDICT else 12
        return QRect(area.left() + left, area.top(), max(40, area.width() - left - right), area.height())


def _depth(index: Index) -> int:
    depth, above = 0, index.parent()
    while above.isValid():
        depth, above = depth + 1, above.parent()
    return depth
