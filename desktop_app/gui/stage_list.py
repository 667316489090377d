"""What is done one after the other, with a mark and a word for how far it is; nothing in it can be pressed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.gui.announce import announce
from desktop_app.gui.icons import IconLabel
from desktop_app.gui.style import mark


class Mark(Enum):
    """How far a stage is: (icon, token of its colour, tone of the word)."""

    WAITING = ("clock", "soft", "neutral")
    RUNNING = ("refresh", "accent", "neutral")
    DONE = ("check-circle", "good", "good")
    STOPPED = ("cross-circle", "bad", "bad")
    LATER = ("clock", "attention", "attention")


class StageList(QWidget):
    """Keys are the caller's own."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._rows: dict[str, _Row] = {}

    def start(self, stages: Sequence[tuple[str, str]]) -> None:
        """Show these, each (key, title), as waiting; earlier ones go."""
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._rows = {key: _Row(title) for key, title in stages}
        for row in self._rows.values():
            self._column.addWidget(row)

    def run(self, key: str) -> None:
        """This one runs now, and all before it are done. One that was not started is left out."""
        if key not in self._rows:
            return
        for name, row in self._rows.items():
            if name == key:
                row.show_mark(Mark.RUNNING)
                announce(self, row.title)
                return
            row.show_mark(Mark.DONE)

    def finish(self, last: Mark = Mark.DONE) -> None:
        """All are done; the last one as it is said."""
        for row in self._rows.values():
            row.show_mark(Mark.DONE)
        if self._rows:
            list(self._rows.values())[-1].show_mark(last)

    def stop(self) -> None:
        """The one that runs has failed, and those behind it never begin."""
        for row in self._rows.values():
            if row.mark is Mark.RUNNING:
                row.show_mark(Mark.STOPPED)

    def spoken(self) -> tuple[str, ...]:
        """Each row as a whole statement."""
        return tuple(row.accessibleName() for row in self._rows.values())


class _Row(QWidget):
    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.mark = Mark.WAITING
        self._icon = IconLabel("clock", "soft", 20)
        self._words = QLabel(title)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._state = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        row.addWidget(self._state, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_mark(Mark.WAITING)

    def show_mark(self, how_far: Mark) -> None:
        icon, role, tone = how_far.value
        self.mark = how_far
        self._icon.choose(icon, role)
        self._state.setText(_word(how_far))
        mark(self._state, "tone", tone)
        self.setAccessibleName(f"{self.title}: {_word(how_far)}")


def _word(how_far: Mark) -> str:
    match how_far:
        case Mark.WAITING:
            return _("Waiting")
        case Mark.RUNNING:
            return _("Running …")
        case Mark.DONE:
            return _("Done")
        case Mark.STOPPED:
            return _("Failed")
        case Mark.LATER:
            return _("Not confirmed yet")
