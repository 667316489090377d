"""Draws the ends of a connection on a line from today on, with the time in which warnings are given.

The words of all that is drawn are its accessible name, and stand in the list below it as well.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.app.i18n import _
from desktop_app.app.time_line import Mark, TimeLine
from desktop_app.gui.style import Tokens, look

_BAR, _DOT, _GAP = 6, 5, 6


class TimeLineView(QWidget):
    """Hidden until a line is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeLine")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._line: TimeLine | None = None
        look().changed.connect(self.update)
        self.hide()

    def show_line(self, line: TimeLine | None) -> None:
        """Show this one, or nothing."""
        self._line = line
        self.setAccessibleName(line.words if line else "")
        self.setToolTip(line.words if line else "")
        self.setVisible(line is not None)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        width = 16 * self.fontMetrics().height()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # Qt's name
        return QSize(0, self.heightForWidth(max(1, self.width())))

    def hasHeightForWidth(self) -> bool:  # Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # Qt's name
        """As many rows of names as it takes that none lies on another."""
        line = self.fontMetrics().height()
        spots = self._spots(self._line, width) if self._line else []
        highest = min((spot.top() for spot in spots), default=0.0)
        return round(line - highest) + _GAP + 2 * _DOT + _GAP + line

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        line = self._line
        if line is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, metrics = look().tokens, self.fontMetrics()
        middle = self.height() - metrics.height() - _GAP - _DOT
        self._draw_bar(painter, tokens, line, middle)
        self._draw_below(painter, tokens, line, middle + _DOT + _GAP)
        self._draw_marks(painter, tokens, line, middle)
        painter.end()

    def _x(self, place: float, width: int | None = None) -> float:
        return _DOT + place * ((self.width() if width is None else width) - 2 * _DOT)

    def _draw_bar(self, painter: QPainter, tokens: Tokens, line: TimeLine, middle: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.border))
        painter.drawRoundedRect(QRectF(0, middle - _BAR / 2, self.width(), _BAR), _BAR / 2, _BAR / 2)
        if line.zone is not None:
            begin, end = (self._x(place) for place in line.zone)
            painter.setBrush(QColor(tokens.attention))
            painter.drawRoundedRect(QRectF(begin, middle - _BAR / 2, end - begin, _BAR), _BAR / 2, _BAR / 2)
        painter.setPen(QPen(QColor(tokens.accent), 2))
        today = self._x(line.today)
        painter.drawLine(round(today), round(middle - _DOT - 3), round(today), round(middle + _DOT + 3))

    def _draw_below(self, painter: QPainter, tokens: Tokens, line: TimeLine, top: float) -> None:
        """Today, and what the coloured stretch is, where there is room for it."""
        metrics = self.fontMetrics()
        words = _("Today")
        today = self._place(metrics, words, self._x(line.today), top)
        painter.setPen(QColor(tokens.accent))
        painter.drawText(today, Qt.AlignmentFlag.AlignCenter, words)
        if line.zone is None:
            return
        words = _("30 days before")
        stretch = self._place(metrics, words, self._x(sum(line.zone) / 2), top)
        if not stretch.adjusted(-_GAP, 0, _GAP, 0).intersects(today):
            painter.setPen(QColor(tokens.attention))
            painter.drawText(stretch, Qt.AlignmentFlag.AlignCenter, words)

    def _draw_marks(self, painter: QPainter, tokens: Tokens, line: TimeLine, middle: float) -> None:
        for mark, spot in zip(line.marks, self._spots(line, self.width()), strict=True):
            x = self._x(mark.place)
            spot.translate(0, middle - _DOT - _GAP - self.fontMetrics().height())
            colour = QColor(_colour(tokens, mark))
            painter.setPen(QPen(colour, 1))
            painter.drawLine(round(x), round(spot.bottom()), round(x), round(middle - _DOT))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QRectF(x - _DOT, middle - _DOT, 2 * _DOT, 2 * _DOT))
            painter.setPen(QColor(tokens.text))
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, _name(mark))

    def _spots(self, line: TimeLine, width: int) -> list[QRectF]:
        """Where the names stand above the line, the lowest row at 0; a later one is higher where two would overlap."""
        metrics = self.fontMetrics()
        taken: list[QRectF] = []
        for mark in line.marks:
            spot = self._place(metrics, _name(mark), self._x(mark.place, width), 0, width)
            while any(spot.adjusted(-_GAP, 0, _GAP, 0).intersects(other) for other in taken):
                spot.translate(0, -metrics.height() - 2)
            taken.append(spot)
        return taken

    def _place(self, metrics: QFontMetrics, words: str, x: float, top: float, width: int | None = None) -> QRectF:
        """Centred at `x`, but inside."""
        whole, room = metrics.horizontalAdvance(words) + 2, self.width() if width is None else width
        left = min(max(0.0, x - whole / 2), max(0.0, float(room - whole)))
        return QRectF(left, top, whole, metrics.height())


def _name(mark: Mark) -> str:
    return f"{mark.title} {mark.day}"


def _colour(tokens: Tokens, mark: Mark) -> str:
    match mark.state:
        case "good":
            return tokens.good
        case "attention":
            return tokens.attention
        case "bad":
            return tokens.bad
