"""Where a wizard stands and what a status bar counts: the step trail and the clipboard countdown.

Neither ever grows wider than its place: the trail drops names before it drops numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from desktop_app.app.i18n import _, ngettext
from desktop_app.gui.announce import announce
from desktop_app.gui.icons import IconLabel, pixmap
from desktop_app.gui.style import look

_GAP = 8
_ARROW = 16


class StepTrail(QLabel):
    """The steps of a wizard, the current one bold: "1 Organization > 2 Create the token > ...".

    A label, whose text is what a screen reader says; what it draws is drawn here.
    """

    def __init__(self, steps: Sequence[str] = (), current: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[str, ...] = ()
        self._current = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_steps(steps, current)

    def show_steps(self, steps: Sequence[str], current: int = 0) -> None:
        """Show these steps; `current` counts from 0."""
        self._steps = tuple(steps)
        self.set_current(current)
        self.updateGeometry()

    def set_current(self, current: int) -> None:
        self._current = max(0, min(current, len(self._steps) - 1))
        if self._steps:
            said = _("Step {number} of {count}: {name}").format(
                number=self._current + 1, count=len(self._steps), name=self._steps[self._current]
            )
            self.setText(said)
            self.setToolTip(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._width(self._steps), self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look().tokens
        x = 0
        for index, name in enumerate(self.shown_names()):
            if index:
                arrow = pixmap("chevron-right", "soft", _ARROW, self.devicePixelRatioF())
                painter.drawPixmap(x, (self.height() - _ARROW) // 2, arrow)
                x += _ARROW + _GAP
            current = index == self._current
            painter.setFont(self._font(current))
            painter.setPen(QColor(tokens.accent if current else tokens.soft))
            text = _label(index, name)
            width = QFontMetrics(painter.font()).horizontalAdvance(text)
            painter.drawText(
                QRect(x, 0, min(width, self.width() - x), self.height()),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine,
                text,
            )
            x += width + _GAP
        painter.end()

    def shown_names(self) -> tuple[str, ...]:
        """What fits: all names; else only the current one; else that one cut short."""
        if self._width(self._steps) <= self.width():
            return self._steps
        bare = tuple(name if index == self._current else "" for index, name in enumerate(self._steps))
        spare = self.width() - self._width(tuple("" for _name in self._steps)) - 2 * _GAP
        metrics = QFontMetrics(self._font(True))
        return tuple(
            metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(0, spare)) if name else "" for name in bare
        )

    def _width(self, names: Sequence[str]) -> int:
        widths = [
            QFontMetrics(self._font(index == self._current)).horizontalAdvance(_label(index, name))
            for index, name in enumerate(names)
        ]
        return sum(widths) + max(0, len(widths) - 1) * (_ARROW + 2 * _GAP)

    def _font(self, current: bool) -> QFont:
        font = QFont(self.font())
        if current:
            font.setWeight(QFont.Weight.DemiBold)
        return font


def _label(index: int, name: str) -> str:
    return f"{index + 1}  {name}" if name else f"{index + 1}"


class CountdownBar(QWidget):
    """The status bar's word about a copied secret: how long it stays, and Clear now. Hidden while there is none.

    Signals:
        clear_requested: the admin wants it gone at once.
    """

    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._longest = self._left = 0
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Time until the clipboard is cleared"))
        self._bar.setFixedWidth(88)
        self.clear_button = QPushButton(_("Clear now"))
        self.clear_button.clicked.connect(self.clear_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(IconLabel("copy", "soft"))
        row.addWidget(self._words)
        row.addWidget(self._bar)
        row.addWidget(self.clear_button)
        row.addStretch(1)
        self.hide()

    @property
    def text(self) -> str:
        return self._words.text()

    def show_left(self, label: str, seconds_left: int) -> None:
        """Connect to ClipboardGuard.ticked. `label` names what was copied, as a sentence begins: "Token"."""
        self._longest = max(self._longest, seconds_left)
        self._bar.setRange(0, self._longest)
        self._bar.setValue(seconds_left)
        copied_anew = self.isHidden() or seconds_left >= self._left
        self._left = seconds_left
        self._words.setText(
            ngettext(
                "{label} copied. Cleared from the clipboard in {seconds} s",
                "{label} copied. Cleared from the clipboard in {seconds} s",
                seconds_left,
            ).format(label=label, seconds=seconds_left)
        )
        self.show()
        if copied_anew:
            announce(self, self.text)

    def show_cleared(self) -> None:
        """Connect to ClipboardGuard.cleared."""
        self._longest = 0
        self.hide()
