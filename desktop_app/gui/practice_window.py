"""The practice cloud's values to paste, in a small window beside the wizard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QScrollArea, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.core.credential import Secret
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.steps import Steps
from desktop_app.gui.widgets import Card, CopyRow, Heading, SoftText, align_labels

if TYPE_CHECKING:
    from desktop_app.app.workspace import PracticeValue


class PracticeWindow(QDialog):
    """Stays open beside a wizard. Secrets of the practice cloud are shown as dots; Copy gives the real text."""

    def __init__(
        self, values: Sequence[PracticeValue], clipboard: ClipboardGuard, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("practiceWindow")
        self.setWindowTitle(_("Values of the practice cloud"))
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.whole = False
        """True once all values are there."""
        self._clipboard = clipboard
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SoftText(_("Copy these into the wizards. None of them opens anything outside this computer.")))
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        column.addLayout(self._column)
        self._rows: list[CopyRow] = []
        self._values = values
        Steps(self, self._add_rows())
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self.resize(720, 640)  # a GUID fits

    def _add_rows(self) -> Iterator[CopyRow]:
        """A row in each step: together they would hold up whoever types in the wizard meanwhile."""
        for section, members in groupby(self._values, key=lambda one: one.section):
            card = Card()
            card.setAccessibleName(section)
            card.body.addWidget(Heading(section, sub=True))
            self._column.addWidget(card)
            for note, alike in groupby(members, key=lambda one: one.note):
                if note:
                    card.body.addWidget(SoftText(note))
                for value in alike:
                    row = self._row(value)
                    self._rows.append(row)
                    card.body.addWidget(row)
                    yield row
        align_labels(self._rows)
        self.whole = True

    def _row(self, value: PracticeValue) -> CopyRow:
        held = value.value
        if isinstance(held, Secret):
            secret, label = held, value.label
            return CopyRow(label, "•" * 12, lambda _dots: self._copy(secret, label), name=value.name)
        return CopyRow(value.label, held, self._clipboard.copy_plain, name=value.name)

    def _copy(self, secret: Secret, label: str) -> None:
        self._clipboard.copy(secret, label)
