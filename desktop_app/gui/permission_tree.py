"""The table of a permission report: permission, verdict, how we know; rows that open show what lies below them.

As tall as its rows, which wrap by the width there is: the page around it scrolls. Rows that are open stay open while
verdicts come in. Each row's accessible name is a whole statement. Cells are painted by Qt from what permission_lines.py
has written; the lines between the rows are the style sheet's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QStandardItemModel,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QScrollArea, QTreeView, QWidget

from desktop_app.app.i18n import _
from desktop_app.app.report_table import Row
from desktop_app.app.report_words import verdict_words
from desktop_app.core.report import Verdict
from desktop_app.gui.icons import pixmap
from desktop_app.gui.permission_lines import PermissionLines
from desktop_app.gui.style import look

_TITLE, _VERDICT, _HOW = range(3)
_LEFT, _RIGHT = 4, 12
"""Around the words of a cell: three pixels of Fusion's own on either side, the rest is padding of the style sheet."""
_MARGIN = 3
_PAD_X, _PAD_Y, _ICON, _GAP, _INDENT = 15, 8, 16, 7, 20
_LEAST_TITLE = 9
"""The first column has room for so many line heights of the interface font at least."""
AT_ONCE = 8
"""So many lines are written in one turn of the event loop: all verdicts, of which there are no more, come together."""

Index = QModelIndex | QPersistentModelIndex


class PermissionTree(QTreeView):
    """Show rows with `show_rows`; the next call changes what differs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("permissionTree")
        self.setAccessibleName(_("Permissions"))
        self._content_height = 0
        self._marked = False  # whether the current row is one that the person went to
        self._measures: dict[tuple[int, int, str], int] = {}
        self._model = QStandardItemModel(0, 3, self)
        self._model.setHorizontalHeaderLabels([_("Permission"), _("Verdict"), _("How we know")])
        self._lines = PermissionLines(self._model, self._measure)
        self._prepare()
        self._fitting = _turn(self, self._fit)
        self._writing = _turn(self, self._write)
        for signal in (self.expanded, self.collapsed):
            signal.connect(lambda _index: self._fitting.start())
        self.clicked.connect(self._toggle)
        self._dress()
        look().changed.connect(self._dress)

    def _prepare(self) -> None:
        self.setModel(self._model)
        self.setIndentation(_INDENT)
        self.setIconSize(_icon_size())
        # The current row is drawn here: a selected one would have all its words in one colour.
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
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

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these, in this order: verdicts at once, what lies below them as the event loop comes round."""
        self._lines.show(rows)
        self._write()
        if rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0, 0))
            self._marked = False

    @property
    def whole(self) -> bool:
        """True once all that was given to `show_rows` is there."""
        return self._lines.whole

    def rows(self) -> tuple[Row, ...]:
        """What stands there, without what lies below."""
        return self._lines.rows()

    def row_at(self, *path: int) -> Row:
        """The row at this place: `row_at(2)` is the third one, `row_at(2, 0)` the first one below it."""
        return self._lines.row_at(*path)

    def _write(self) -> None:
        if self._lines.write(AT_ONCE):
            self._writing.start()
        else:
            self._writing.stop()
        self._fit()

    def _dress(self) -> None:
        """Draw in the colours of the look."""
        tokens, ratio = look().tokens, self.devicePixelRatioF()
        verdicts = {}
        for verdict in (*Verdict, None):
            name, role = drawing(verdict)
            verdicts[verdict] = _spaced(pixmap(name, role, _ICON, ratio)), QBrush(QColor(getattr(tokens, role)))
        self._lines.dress(verdicts, QBrush(QColor(tokens.text)), QBrush(QColor(tokens.soft)))
        self._writing.start()

    def _toggle(self, index: QModelIndex) -> None:
        first = index.siblingAtColumn(0)
        if self._model.hasChildren(first):
            self.setExpanded(first, not self.isExpanded(first))

    # -- size ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(480, self._content_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._content_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._share_width()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._share_width()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._dress()
        return super().event(event)

    def _share_width(self) -> None:
        """Verdicts get what the longest needs; the rest is shared."""
        width = self.viewport().width()
        strong = QFontMetrics(strong_font(self))
        said = [verdict_words(verdict, likely) for verdict in Verdict for likely in (False, True)]
        verdict = max(strong.horizontalAdvance(words) for words in [*said, _("Checking …")])
        verdict = min(2 * _PAD_X + _ICON + _GAP + verdict, width * 9 // 25)
        title = max(_LEAST_TITLE * self.fontMetrics().height(), width * 3 // 10)
        title = min(title, (width - verdict) // 2)
        verdict += _PAD_X - _LEFT  # the words of the last column have less padding of their own
        for column, wide in ((_TITLE, title), (_VERDICT, verdict), (_HOW, width - title - verdict)):
            self.setColumnWidth(column, wide)
        self._measures.clear()
        self._lines.measure_again()
        self._writing.start()

    def _measure(self, row: Row, depth: int) -> int:
        """The height of a line whose words wrap."""
        cells = ((_TITLE, row.title), (_VERDICT, row.words), (_HOW, row.how))
        return max(self._wrapped(column, depth if column == _TITLE else 0, words) for column, words in cells)

    def _wrapped(self, column: int, depth: int, words: str) -> int:
        kept = self._measures.get((column, depth, words))
        if kept is None:
            left = {_TITLE: _INDENT * (depth + 1) + _LEFT, _VERDICT: _PAD_X + _ICON + _GAP}.get(column, _LEFT)
            room = QRect(0, 0, max(1, self.columnWidth(column) - left - _RIGHT), 10_000)
            metrics = QFontMetrics(strong_font(self)) if column == _VERDICT else self.fontMetrics()
            wrapped = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, words).height()
            kept = self._measures[column, depth, words] = max(wrapped, metrics.height()) + 2 * _PAD_Y + 4
        return kept

    def _fit(self) -> None:
        """Be as tall as the rows; the page asks for that often, so it is kept."""
        self.doItemsLayout()
        header = self.header()
        rows = self.viewportSizeHint().height() - header.height() + self.verticalScrollBar().value()
        self._content_height = header.sizeHint().height() + rows + 2 * self.frameWidth()
        if self.height() != self._content_height:
            self.setFixedHeight(self._content_height)

    # -- keyboard -----------------------------------------------------------------------------------------------------

    def currentChanged(self, current: Index, previous: Index) -> None:
        """The page scrolls to the row that the arrow keys reached."""
        super().currentChanged(current, previous)
        self._marked = current.isValid()
        self.viewport().update()  # Qt draws the cells anew, the mark goes across the whole row
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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Mark the current row around what Qt paints."""
        current = self.currentIndex()
        if not (self._marked or self.hasFocus()) or not current.isValid():
            super().paintEvent(event)
            return
        spot = self.visualRect(current)
        area = QRect(0, spot.top(), self.viewport().width(), spot.height())
        tokens = look().tokens
        if self._marked:
            painter = QPainter(self.viewport())
            painter.fillRect(area, QColor(tokens.accent_ground))
            painter.end()
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(area.adjusted(1, 1, -2, -2), 6, 6)
            painter.end()


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


def _icon_size() -> QSize:
    """An icon with what stands to its left and right, beyond the style's own margins and the padding.

    28 wide: whole pixels at 125, 150 and 175 %, so that it is not scaled.
    """
    left, right = _PAD_X - _LEFT, _GAP - 2 * _MARGIN
    return QSize(left + _ICON + right, _ICON)


def _spaced(icon: QPixmap) -> QPixmap:
    ratio, size = icon.devicePixelRatio(), _icon_size()
    spaced = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
    spaced.fill(Qt.GlobalColor.transparent)
    icon.setDevicePixelRatio(1)
    painter = QPainter(spaced)
    painter.drawPixmap(round((_PAD_X - _LEFT) * ratio), 0, icon)
    painter.end()
    spaced.setDevicePixelRatio(ratio)
    return spaced


def _turn(tree: QWidget, then: Callable[[], None]) -> QTimer:
    """A timer that calls `then` when the event loop comes round."""
    timer = QTimer(tree)
    timer.setSingleShot(True)
    timer.setInterval(0)
    timer.timeout.connect(then)
    return timer
