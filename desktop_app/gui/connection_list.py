"""The left side of the window: search, New connection, Check all now, and the list, with every state in words.

What needs attention sorts first; the same connection stays chosen whatever happens to the rows, also while a search
hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.app.i18n import _
from desktop_app.app.list_rows import Row
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.gui.check_all_row import CheckAllRow
from desktop_app.gui.connection_rows import ROW, ConnectionRows
from desktop_app.gui.first_run import METHOD_ICONS
from desktop_app.gui.icons import bind_icon, pixmap
from desktop_app.gui.style import look

_PAD, _ICON, _GAP = 12, 18, 12

Index = QModelIndex | QPersistentModelIndex


class ConnectionList(QWidget):
    """Signals:
    chosen(ProfileId or None): another connection, or none, is shown.
    new_requested(): New connection.
    states_changed(): connections came, went, or are in another state.
    """

    chosen = Signal(object)
    new_requested = Signal()
    states_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("connectionList")
        self._chosen: ProfileId | None = None
        self._following = True
        self.search = QLineEdit()
        self.search.setObjectName("searchField")
        self.search.setPlaceholderText(_("Search connections"))
        self.search.setAccessibleName(_("Search connections"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.new = QPushButton(_("New connection"))
        self.new.setObjectName("newConnection")
        bind_icon(self.new, "plus")
        self.new.clicked.connect(self.new_requested)
        self.check_all = CheckAllRow()
        self.rows = ConnectionRows()
        # A view asks a model for each of its rows where it is, and Qt's own model answers that many times faster than
        # one in Python: ten thousand rows are laid out in 2 ms instead of 14.
        self._shown = QSortFilterProxyModel()
        self._shown.setDynamicSortFilter(False)
        self._shown.setSourceModel(self.rows)
        self.list = self._view()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.search, self.new, self.check_all):
            column.addWidget(widget)
        column.addWidget(self.list, 1)

    def _view(self) -> QListView:
        view = QListView()
        view.setObjectName("connections")
        view.setAccessibleName(_("Connections"))
        view.setModel(self._shown)
        view.setItemDelegate(_RowDelegate(view))
        view.setUniformItemSizes(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setMouseTracking(True)
        view.selectionModel().currentChanged.connect(self._current_changed)
        return view

    def fill(self, rows: Sequence[Row], keep: ProfileId | None = None) -> None:
        """Show these, which come in order; `keep` (or the one chosen now) stays chosen, else the first one is."""
        self._following = False
        self.rows.fill(rows)
        self._following = True
        self._changed()
        self.choose(keep or self._chosen)

    def renew(self, rows: Sequence[Row]) -> None:
        """Show the same connections as they are now. Nothing else is chosen by it."""
        self._following = False
        self.rows.fill(rows)
        self._changed()
        self._show_chosen()

    def put(self, rows: Iterable[Row]) -> None:
        """Show what became of some connections; new ones are added. Nothing else is chosen by it."""
        self._following = False  # a row that a search hides now would pass its place on to another one
        for row in rows:
            self.rows.put(row)
        self._changed()
        self._show_chosen()

    def _changed(self) -> None:
        self.check_all.setVisible(len(self.rows) > 1)
        self.states_changed.emit()

    def choose(self, key: ProfileId | None) -> None:
        """Choose a connection; the first one where it is not in the list."""
        self._chosen = key if key in self.rows else self.rows.first
        self._show_chosen()
        self.chosen.emit(self._chosen)

    @property
    def current(self) -> ProfileId | None:
        return self._chosen

    def _show_chosen(self) -> None:
        """The view's own idea of what is current follows ours, without being heard."""
        self._following = False
        place = self._shown.mapFromSource(self.rows.place(self._chosen))
        if place != self.list.currentIndex():
            self.list.setCurrentIndex(place)
        self._following = True

    def _current_changed(self, index: QModelIndex) -> None:
        row = index.data(ROW)
        if self._following and isinstance(row, Row) and row.profile.id != self._chosen:
            self._chosen = row.profile.id
            chosen = self.list.selectionModel()
            if not chosen.isSelected(index):  # Tab came to a list whose chosen row a search hides
                chosen.select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.chosen.emit(self._chosen)

    def _filter(self, text: str) -> None:
        self._following = False
        self.rows.search(text)
        self._show_chosen()


class _RowDelegate(QStyledItemDelegate):
    """Draws icon, name, organization and the state as a pill."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = QFontMetrics(option.font).height()
        return QSize(0, 2 * height + 22)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW)
        if not isinstance(row, Row):
            return
        profile = row.profile
        area: QRect = option.rect
        flags: QStyle.StateFlag = option.state
        font: QFont = option.font
        tokens = look().tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(flags & QStyle.StateFlag.State_Selected)
        if chosen or flags & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_ground if chosen else tokens.hover))
            painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), 8, 8)
        if flags & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(QRectF(area).adjusted(1.5, 1.5, -1.5, -1.5), 8, 8)
        ratio = painter.device().devicePixelRatio()
        drawn = pixmap(METHOD_ICONS[profile.method], "accent" if chosen else "soft", _ICON, ratio)
        painter.drawPixmap(area.left() + _PAD, area.center().y() - _ICON // 2, drawn)
        pill_width = self._draw_pill(painter, area, font, row)
        self._draw_names(painter, area, font, profile, pill_width)
        painter.restore()

    @staticmethod
    def _draw_pill(painter: QPainter, area: QRect, font: QFont, row: Row) -> int:
        kind, words = row.kind, row.state
        tokens = look().tokens
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        bold.setPointSizeF(font.pointSizeF() * 0.92)
        metrics = QFontMetrics(bold)
        width, height = metrics.horizontalAdvance(words) + 20, metrics.height() + 6
        pill = QRectF(area.right() - _PAD - width, area.center().y() - height / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(tokens, f"{kind}_ground")))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setFont(bold)
        painter.setPen(QColor(tokens.soft if kind == "neutral" else getattr(tokens, kind)))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
        return width

    @staticmethod
    def _draw_names(painter: QPainter, area: QRect, font: QFont, profile: Profile, pill_width: int) -> None:
        tokens = look().tokens
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        left = area.left() + _PAD + _ICON + _GAP
        width = max(40, area.right() - left - pill_width - _PAD - _GAP)
        height = QFontMetrics(bold).height()
        top = area.center().y() - height
        painter.setFont(bold)
        painter.setPen(QColor(tokens.text))
        name = QFontMetrics(bold).elidedText(profile.name, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, top, width, height), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font)
        painter.setPen(QColor(tokens.soft))
        below = QFontMetrics(font).elidedText(profile.organization, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, top + height + 2, width, height), Qt.AlignmentFlag.AlignVCenter, below)
