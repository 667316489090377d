"""A date that may be left out: typed as yyyy-mm-dd, picked from a calendar, or by one of a few quick picks.

The text is the truth; the calendar and the quick picks only write it.
"""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.core.inputs import judge_expiry
from desktop_app.gui.fields import Field, Words
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.widgets import link_button


class DateField(Field[date | None]):
    """An optional date, today or later. `today` is the admin's own day."""

    def __init__(
        self,
        label: str,
        *,
        today: date,
        words: Words,
        help_text: str = "",
        quick_picks: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`quick_picks` are days from today on: for what is just being made."""
        super().__init__(label, help_text=help_text, placeholder=_("yyyy-mm-dd"), parent=parent)
        self._today = today
        self._calendar: _CalendarPopup | None = None
        self.calendar_button = QToolButton()
        self.calendar_button.setAccessibleName(_("Pick a date for {label}").format(label=label))
        self.calendar_button.setToolTip(_("Pick a date from a calendar"))
        self.calendar_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bind_icon(self.calendar_button, "calendar", "soft")
        self.calendar_button.clicked.connect(self._open_calendar)
        self.editor.setMaximumWidth(self.editor.fontMetrics().horizontalAdvance("0000-00-00") + 64)
        self.editor_row.setStretch(0, 0)
        self.editor_row.addWidget(self.calendar_button)
        if quick_picks:
            self.editor_row.addLayout(self._quick_picks(label))
        self.editor_row.addStretch(1)
        self.set_judge(lambda text: judge_expiry(text, self._today), words)

    def set_today(self, today: date) -> None:
        """Another day has come, or the right one is known now."""
        self._today = today
        if self._calendar is not None:
            self._calendar.deleteLater()
            self._calendar = None
        self.judge_again()

    def _describe(self, message: str) -> None:
        """The form of a date too: nobody hears what stands in an empty field."""
        super()._describe(message)
        form = self.editor.placeholderText()
        self.editor.setAccessibleDescription(f"{self.editor.accessibleDescription()} {form}".strip())

    def _quick_picks(self, label: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for words, days in ((_("30 days"), 30), (_("90 days"), 90), (_("1 year"), 365)):
            button = link_button(words)
            button.setAccessibleDescription(_("Sets {label} to {choice} from today").format(label=label, choice=words))
            button.clicked.connect(lambda _checked=False, days=days: self._pick(self._today + timedelta(days=days)))
            row.addWidget(button)
        return row

    def _pick(self, chosen: date) -> None:
        self.text = chosen.isoformat()

    def _open_calendar(self) -> None:
        if self._calendar is None:
            self._calendar = _CalendarPopup(self, self._today)
            self._calendar.calendar.clicked.connect(self._picked)
            self._calendar.calendar.activated.connect(self._picked)
        chosen = self.value or self._today
        self._calendar.calendar.setSelectedDate(QDate(chosen.year, chosen.month, chosen.day))
        self._calendar.move(self.editor.mapToGlobal(QPoint(0, self.editor.height() + 4)))
        self._calendar.show()
        self._calendar.calendar.setFocus()

    def _picked(self, chosen: QDate) -> None:
        self._pick(date(chosen.year(), chosen.month(), chosen.day()))
        if self._calendar is not None:
            self._calendar.hide()
        self.editor.setFocus()


class _CalendarPopup(QFrame):
    """A calendar that goes away on Escape or a press outside."""

    def __init__(self, parent: QWidget, today: date) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self.calendar = QCalendarWidget()
        self.calendar.setMinimumDate(QDate(today.year, today.month, today.day))
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        plain = QTextCharFormat()  # Qt's own weekends are a red that dark ground swallows
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(day, plain)
        for name, icon_name in (("qt_calendar_prevmonth", "chevron-left"), ("qt_calendar_nextmonth", "chevron-right")):
            step = self.calendar.findChild(QToolButton, name)
            if isinstance(step, QToolButton):
                bind_icon(step, icon_name)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.calendar)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
