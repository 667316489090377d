"""How long a connection lasts: its ends on a time line and in a list, each with its date and how that is known.

It shows and asks; the work is done by whoever hears its signals (ends_actions.py).
"""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.end_words import end_source, end_title, end_when
from desktop_app.app.i18n import _
from desktop_app.app.reminder import reminded
from desktop_app.app.time_line import time_line_of
from desktop_app.app.words import fault_words
from desktop_app.core.ends import End, EndKind, EndSource, today
from desktop_app.core.inputs import InputFault, InputNote
from desktop_app.gui.announce import announce
from desktop_app.gui.date_field import DateField
from desktop_app.gui.emptying import empty
from desktop_app.gui.flow_layout import FlowLayout
from desktop_app.gui.time_line import TimeLineView
from desktop_app.gui.widgets import Banner, Card, Heading, SoftText, link_button

_LABEL = 10
"""What ends is named in a column of at most so many line heights; a longer name wraps."""
_LOOKED_UP = (EndKind.PAT, EndKind.CLIENT_SECRET)
"""The ends that Azure or the person must tell; a connection has at most one of them."""


class EndsView(Card):
    """Signals: ask_requested(): Azure; entered(date): by hand; choose_requested(): among the tokens that Azure listed;
    remind_requested(): a calendar file.
    """

    ask_requested = Signal()
    entered = Signal(object)
    choose_requested = Signal()
    remind_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("endsView")
        self._can_ask = True
        self._free = True
        self._now: datetime | None = None
        self.time_line = TimeLineView()
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(24)
        self._rows.setVerticalSpacing(2)
        self._rows.setColumnStretch(1, 1)
        self.answer = SoftText("")
        self.answer.setObjectName("endAnswer")
        self.saved = Banner("info", "")
        self.saved.setObjectName("reminderBanner")
        self.body.setSpacing(12)
        for part in (Heading(_("How long it lasts"), sub=True), self.time_line):
            self.body.addWidget(part)
        self.body.addLayout(self._rows)
        self.body.addWidget(self.answer)
        self.body.addLayout(self._buttons())
        self.editor = _DateEditor()
        self.editor.saved.connect(self.entered)
        self.editor.cancelled.connect(self.close_editor)
        self.body.addWidget(self.editor)
        self.body.addWidget(self.saved)
        for hidden in (self.answer, self.choose, self.editor, self.saved):
            hidden.hide()

    # -- what is shown ------------------------------------------------------------------------------------------------

    def show_ends(self, ends: tuple[End, ...], now: datetime) -> None:
        """The ends of the connection on screen at `now` (aware UTC)."""
        self._now = now
        self.time_line.show_line(time_line_of(ends, now))
        empty(self._rows)
        for number, end in enumerate(ends):
            self._add_row(3 * number, end, now)
        looked_up = next((end for end in ends if end.kind in _LOOKED_UP), None)
        self.ask.setVisible(looked_up is not None and self._can_ask)
        self.enter.setVisible(looked_up is not None and looked_up.source is not EndSource.TOLD)
        known = looked_up is not None and looked_up.source is not EndSource.UNKNOWN
        self.enter.setText(_("Change date") if known else _("Enter date"))
        self.remind.setVisible(bool(reminded(ends, now)))

    def show_answer(self, words: str, *, choice: bool = False) -> None:
        """What came of asking Azure; empty for nothing. `choice`: the person can say which token it is."""
        said = self.answer.text()
        self.answer.setText(words)
        self.answer.setVisible(bool(words))
        self.choose.setVisible(choice)
        if words and words != said:
            announce(self.answer, words)

    def show_saved(self, words: str, *, failed: bool = False) -> None:
        """How saving the reminder ended; empty for nothing."""
        title = _("The reminder was not saved.") if failed else _("The reminder is saved.")
        self.saved.show_words("bad" if failed else "info", title, words)
        self.saved.setVisible(bool(words))
        if words:
            announce(self.saved, f"{title} {words}")

    def set_can_ask(self, can_ask: bool) -> None:
        """False where nobody is there to ask Azure."""
        self._can_ask = can_ask

    def set_free(self, free: bool) -> None:
        """False while something runs on this connection."""
        self._free = free
        for button in (self.ask, self.choose):
            button.setEnabled(free)
        self.enter.setEnabled(free and self.editor.isHidden())
        self.editor.setEnabled(free)

    def close_editor(self) -> None:
        """Nothing that was typed is kept; the focus that was in it goes back to the button."""
        had = QApplication.focusWidget()
        lost = not self.editor.isHidden() and (had is None or self.isAncestorOf(had))
        self.editor.hide()
        self.enter.setEnabled(self._free)
        if lost:
            self.enter.setFocus(Qt.FocusReason.TabFocusReason)

    # -- building -----------------------------------------------------------------------------------------------------

    def _buttons(self) -> FlowLayout:
        self.ask = QPushButton(_("Ask Azure"))
        self.enter = QPushButton(_("Enter date"))
        self.choose = QPushButton(_("Choose the token…"))
        self.remind = QPushButton(_("Save reminder…"))
        self.remind.setAccessibleDescription(_("A calendar file that reminds you before this connection ends"))
        row = FlowLayout()
        for button, name in (
            (self.choose, "chooseToken"),
            (self.ask, "askAzure"),
            (self.enter, "enterDate"),
            (self.remind, "saveReminder"),
        ):
            button.setObjectName(name)
            row.addWidget(button)
        self.ask.clicked.connect(self.ask_requested)
        self.choose.clicked.connect(self.choose_requested)
        self.remind.clicked.connect(self.remind_requested)
        self.enter.clicked.connect(self._open_editor)
        return row

    def _add_row(self, row: int, end: End, now: datetime) -> None:
        name = SoftText(end_title(end.kind))
        name.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        name.setMinimumWidth(
            min(name.fontMetrics().horizontalAdvance(name.text()), _LABEL * name.fontMetrics().height())
        )
        when = QLabel(end_when(end, now))
        when.setTextFormat(Qt.TextFormat.PlainText)
        when.setWordWrap(True)
        when.setObjectName(f"end-{end.kind.value}")
        source = SoftText(end_source(end))
        when.setAccessibleName(f"{end_title(end.kind)}: {when.text()}. {source.text()}")
        if row:
            self._rows.setRowMinimumHeight(row - 1, 6)
        self._rows.addWidget(name, row, 0, 2, 1)
        self._rows.addWidget(when, row, 1)
        self._rows.addWidget(source, row + 1, 1)
        for words in (name, when, source):
            words.show()  # with this turn of the event loop, not with the next one

    def _open_editor(self) -> None:
        if self._now is not None:
            self.enter.setEnabled(False)
            self.editor.open(today(self._now))


class _DateEditor(QWidget):
    """Signals: saved(date), cancelled()."""

    saved = Signal(object)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("endEditor")
        self.field = DateField(
            _("Its last day"),
            today=date.min,
            words=_words,
            help_text=_("As Azure shows it on its page."),
            quick_picks=False,
        )
        self.field.editor.setObjectName("endField")
        self.save = QPushButton(_("Save date"))
        self.save.setObjectName("saveDate")
        self.save.clicked.connect(self._save)
        self.field.editor.returnPressed.connect(self._save)
        cancel = link_button(_("Cancel"))
        cancel.setObjectName("cancelDate")
        cancel.clicked.connect(self.cancelled)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.save)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        column.addLayout(buttons)
        self.field.edited.connect(self._judge)
        self._judge()

    def open(self, day: date) -> None:
        """Begin anew; `day` is the admin's own today."""
        self.field.set_today(day)
        self.field.clear()
        self.show()
        self.field.editor.setFocus(Qt.FocusReason.TabFocusReason)

    def _judge(self) -> None:
        self.save.setEnabled(self.field.ok and self.field.value is not None)

    def _save(self) -> None:
        if self.field.ok and self.field.value is not None:
            self.saved.emit(self.field.value)


def _words(said: InputFault | InputNote) -> str:
    return fault_words(said) if isinstance(said, InputFault) else ""
