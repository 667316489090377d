"""The left side of the window: search, New connection, and the list with a state in words for each connection.

What needs attention sorts first; the same connection stays chosen when the list is filled anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.app.i18n import _
from desktop_app.app.words import method_name, status_words
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.gui.first_run import METHOD_ICONS
from desktop_app.gui.icons import bind_icon, pixmap
from desktop_app.gui.style import look

_URGENCY = {"bad": 0, "attention": 1, "neutral": 2, "good": 3}
_PROFILE = Qt.ItemDataRole.UserRole
_STATE = Qt.ItemDataRole.UserRole + 1
_PAD, _ICON, _GAP = 12, 18, 12

Index = QModelIndex | QPersistentModelIndex


class ConnectionList(QWidget):
    """Signals:
    chosen(ProfileId or None): another connection, or none, is shown.
    new_requested(): New connection.
    """

    chosen = Signal(object)
    new_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("connectionList")
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
        self.list = QListWidget()
        self.list.setObjectName("connections")
        self.list.setAccessibleName(_("Connections"))
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.currentItemChanged.connect(self._current_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.search, self.new):
            column.addWidget(widget)
        column.addWidget(self.list, 1)

    def fill(self, profiles: Sequence[Profile], now: datetime, keep: ProfileId | None = None) -> None:
        """Show them as they are at `now` (UTC); `keep` (or the one chosen now) stays chosen, else the first one is."""
        wanted = keep or self.current
        rows = [(status_words(profile, now), profile) for profile in profiles]
        rows.sort(key=lambda row: (_URGENCY[row[0][0]], row[1].name.casefold()))
        self.list.blockSignals(True)
        self.list.clear()
        for state, profile in rows:
            item = QListWidgetItem(self.list)
            spoken = f"{profile.name}, {profile.organization}, {method_name(profile.method)}, {state[1]}"
            item.setText(spoken)
            item.setToolTip(profile.name)
            item.setData(_PROFILE, profile)
            item.setData(_STATE, state)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        self.list.blockSignals(False)
        self._filter(self.search.text())
        self.choose(wanted)

    def choose(self, key: ProfileId | None) -> None:
        """Choose a connection; the first one where it is not in the list."""
        items = [self.list.item(row) for row in range(self.list.count())]
        found = next((item for item in items if item.data(_PROFILE).id == key), None)
        target = found or (items[0] if items else None)
        if target is None:
            self.chosen.emit(None)
        elif target is self.list.currentItem():
            self.chosen.emit(target.data(_PROFILE).id)
        else:
            self.list.setCurrentItem(target)

    @property
    def current(self) -> ProfileId | None:
        chosen = self.list.currentIndex().data(_PROFILE)
        return chosen.id if isinstance(chosen, Profile) else None

    def _current_changed(self, item: QListWidgetItem | None) -> None:
        self.chosen.emit(item.data(_PROFILE).id if item is not None else None)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().strip()
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(wanted not in item.text().casefold())


class _RowDelegate(QStyledItemDelegate):
    """Draws icon, name, organization and the state as a pill."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = QFontMetrics(option.font).height()
        return QSize(0, 2 * height + 22)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        profile, state = index.data(_PROFILE), index.data(_STATE)
        if not isinstance(profile, Profile):
            return
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
        pill_width = self._draw_pill(painter, area, font, state)
        self._draw_names(painter, area, font, profile, pill_width)
        painter.restore()

    @staticmethod
    def _draw_pill(painter: QPainter, area: QRect, font: QFont, state: tuple[str, str]) -> int:
        kind, words = state
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
