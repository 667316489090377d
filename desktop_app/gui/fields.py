"""One thing to fill in: label, editor, help, and a line that judges what was typed while it is typed.

The judge is a pure function of core; words for its verdict come from outside. An empty field is no fault until the
person has left it or tried to go on. The line for the verdict is always there, so nothing jumps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_app.core.inputs import InputFault, InputNote, Judged
from desktop_app.gui.icons import IconLabel
from desktop_app.gui.reveal import RevealButton, SecretEdit
from desktop_app.gui.style import mark
from desktop_app.gui.widgets import SoftText

T = TypeVar("T")
Words = Callable[[InputFault | InputNote], str]

# Leaving the window, or opening a menu, is not leaving the field.
_STILL_HERE = {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}


class Field(QWidget, Generic[T]):
    """A labelled line of text whose clean value has type `T`.

    Signals:
        edited: the text changed, by the person or by the program; `value` and `fault` are up to date.
    """

    edited = Signal()

    def __init__(
        self,
        label: str,
        *,
        help_text: str = "",
        placeholder: str = "",
        secret: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._judge: Callable[[str], Judged[T]] | None = None
        self._words: Words | None = None
        self._judged: Judged[T] = Judged()
        self._told_from_outside = ""
        self._remark = ""
        self._asked = False  # whether being empty may be called a fault
        self.label = QLabel(label)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.editor = SecretEdit() if secret else QLineEdit()
        self.editor.setAccessibleName(label)
        self.editor.setPlaceholderText(placeholder)
        self.label.setBuddy(self.editor)
        self.help = SoftText(help_text)
        if not help_text:
            self.help.hide()  # never shown here: without a parent it would be a window for a moment
        self._message = _Message()
        self.editor_row = QHBoxLayout()
        self.editor_row.setSpacing(8)
        self.editor_row.addWidget(self.editor, 1)
        if secret:
            self.eye = RevealButton(self.editor, label)
            self.editor_row.addWidget(self.eye)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.label, self.editor_row, self.help, self._message):
            column.addLayout(part) if isinstance(part, QHBoxLayout) else column.addWidget(part)
        self.setFocusProxy(self.editor)
        self.editor.installEventFilter(self)
        self.editor.textChanged.connect(self._text_changed)
        self._describe("")

    # What the page asks -------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What stands in the editor, as typed."""
        return self.editor.text()

    @text.setter
    def text(self, text: str) -> None:
        self.editor.setText(text)  # unlike typing, this leaves nothing to undo

    @property
    def label_text(self) -> str:
        return self.label.text()

    @property
    def judged(self) -> Judged[T]:
        """The judge's verdict on the present text; a fault stands in it even while it is not shown yet."""
        return self._judged

    @property
    def value(self) -> T | None:
        """The clean value; None where there is a fault, or no judge."""
        return self._judged.value

    @property
    def fault(self) -> InputFault | None:
        """What is wrong, shown or not."""
        return self._judged.fault

    @property
    def ok(self) -> bool:
        return self._judged.ok and not self._told_from_outside

    @property
    def message(self) -> str:
        """The words that stand below the editor now."""
        return self._message.text

    def set_judge(self, judge: Callable[[str], Judged[T]], words: Words) -> None:
        """Judge by `judge` from now on, the present text included."""
        self._judge = judge
        self._words = words
        self._judge_again()

    def set_help(self, help_text: str) -> None:
        """Another line of help."""
        self.help.setText(help_text)
        self.help.setVisible(bool(help_text))
        self._describe(self.message)

    def judge_again(self) -> None:
        """Judge the same text once more: what the judge goes by has changed."""
        self._judge_again()

    def show_fault(self) -> bool:
        """The person tried to go on: an empty field is a fault from now on. True if there is a fault."""
        self._asked = True
        self._show_verdict()
        return not self.ok

    def set_error(self, words: str) -> None:
        """A fault found elsewhere (a server's answer), shown until the text changes."""
        self._told_from_outside = words
        self._show_verdict()

    def set_remark(self, words: str) -> None:
        """Something to think about, shown until the text changes or there is a fault; it stops nobody."""
        self._remark = words
        self._show_verdict()

    def clear(self) -> None:
        """Empty the field, beyond undo; being empty is no fault again."""
        self._asked = False
        self.editor.setText("")
        self._told_from_outside = ""
        self._show_verdict()

    # How it works -------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        if (
            event.type() is QEvent.Type.FocusOut
            and isinstance(event, QFocusEvent)
            and event.reason() not in _STILL_HERE
        ):
            self._asked = True
            self._show_verdict()
        return False

    def _text_changed(self) -> None:
        self._told_from_outside = self._remark = ""
        self._judge_again()
        self.edited.emit()

    def _judge_again(self) -> None:
        self._judged = self._judge(self.editor.text()) if self._judge else Judged()
        self._show_verdict()

    def _show_verdict(self) -> None:
        fault, note = self._judged.fault, self._judged.note
        if fault is InputFault.EMPTY and not self._asked:
            fault = None
        error = self._told_from_outside or (self._words(fault) if fault and self._words else "")
        if error:
            self._message.show_error(error)
        elif self._remark:
            self._message.show_remark(self._remark)
        else:
            self._message.show_note(self._words(note) if note and self._words else "")
        mark(self.editor, "invalid", bool(error))
        self._describe(self._message.text)

    def _describe(self, message: str) -> None:
        """What a screen reader says after the name: the fault first, then the help."""
        self.editor.setAccessibleDescription(" ".join(part for part in (message, self.help.text()) if part))


class _Message(QWidget):
    """The reserved line: an icon and words, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("info", "soft")
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.show_note("")

    @property
    def text(self) -> str:
        return self._words.text()

    def show_error(self, words: str) -> None:
        self._show(words, "warning", "bad", "fault")

    def show_remark(self, words: str) -> None:
        self._show(words, "warning", "attention", "soft")

    def show_note(self, words: str) -> None:
        self._show(words, "info", "soft", "soft")

    def _show(self, words: str, icon_name: str, icon_role: str, role: str) -> None:
        self.setMinimumHeight(max(16, self._words.fontMetrics().height() + 2))
        self._words.setText(words)
        self._icon.choose(icon_name, icon_role)
        self._icon.setVisible(bool(words))
        mark(self._words, "role", role)
