"""The part *Use it* of a connection's page: every form its token can be copied in, and what each is for."""

from __future__ import annotations

import sys
from itertools import groupby

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.handover.table import Form, Shell, forms_for
from desktop_app.app.handover.words import stays_words
from desktop_app.app.i18n import _
from desktop_app.core.profile import Method
from desktop_app.gui.connection_parts import PartView
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.widgets import Card, Heading, SoftText


class UseItView(PartView):
    """Signals: form_requested(key): a row of app/handover/table.py. identifiers_requested: no secret is wanted.

    Of the forms for a shell only those for the chosen one are there.
    """

    form_requested = Signal(str)
    identifiers_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("useItView")
        self._method: Method | None = None
        self._rows: list[_Row] = []
        self._cards: list[Card] = []
        self._to_come: list[list[Form]] = []
        self._whole = False
        self._free = True
        self._note = SoftText(_usual_note())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self._note)
        self._column.addLayout(self._choice())
        self._column.addWidget(self._identifiers())

    @property
    def complete(self) -> bool:
        """False while cards are still being added."""
        return self._whole

    def show_method(self, method: Method) -> None:
        """The forms that fit a connection of this method."""
        if method is self._method:
            return
        self._method = method
        self._show_forms()

    def _show_forms(self) -> None:
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._rows, self._cards = [], []
        shell = Shell(self.shell.currentData())
        forms = [form for form in forms_for(self._method) if form.shell in (None, shell)] if self._method else []
        self._to_come = [list(of_tool) for _tool, of_tool in groupby(forms, key=lambda form: form.tool)]
        self._whole = False
        self._add_card()

    def _add_card(self) -> None:
        """One at a time: together they would hold up whoever goes on meanwhile."""
        if not self._to_come:
            self._whole = True
            return
        forms = self._to_come.pop(0)
        card = Card()
        card.setAccessibleName(forms[0].tool)
        card.body.addWidget(Heading(forms[0].tool, sub=True))
        for form in forms:
            row = _Row(form)
            row.copy.clicked.connect(lambda _checked=False, key=form.key: self.form_requested.emit(key))
            row.copy.setEnabled(self._free)
            self._rows.append(row)
            card.body.addWidget(row)
        self._cards.append(card)
        self._column.insertWidget(self._column.count() - 1, card)  # the identifiers stay last, for Tab too
        QWidget.setTabOrder(self._rows[-1].copy, self._copy_identifiers)
        QTimer.singleShot(0, self, self._add_card)

    def set_free(self, free: bool) -> None:
        self._free = free
        for row in self._rows:
            row.copy.setEnabled(free)
        self._note.setText(_usual_note() if free else _("Checking the connection…"))

    # -- building -----------------------------------------------------------------------------------------------------

    def _choice(self) -> QHBoxLayout:
        label = QLabel(_("Commands for"))
        self.shell = QComboBox()
        self.shell.setObjectName("shell")
        self.shell.addItem(_("bash"), Shell.BASH)
        self.shell.addItem(_("PowerShell"), Shell.POWERSHELL)
        self.shell.setAccessibleName(label.text())
        self.shell.setCurrentIndex(1 if sys.platform == "win32" else 0)
        self.shell.currentIndexChanged.connect(self._show_forms)
        label.setBuddy(self.shell)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.shell)
        row.addStretch(1)
        return row

    def _identifiers(self) -> Card:
        self._identifiers_card = Card()
        self._identifiers_card.setAccessibleName(_("Identifiers only"))
        self._identifiers_card.body.addWidget(Heading(_("Identifiers only"), sub=True))
        words = _("The organization, its address, the IDs of directory and app: nothing secret, so it may stay copied.")
        self._copy_identifiers = _copy_button(_("Copy identifiers only"))
        self._copy_identifiers.setObjectName("copyIdentifiers")
        self._copy_identifiers.clicked.connect(self.identifiers_requested)
        self._identifiers_card.body.addLayout(_beside(SoftText(words), self._copy_identifiers))
        return self._identifiers_card


class _Row(QWidget):
    """One form: its label, its sentence, Copy."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form
        label = QLabel(form.label)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        purpose = SoftText(" ".join(words for words in (form.purpose, stays_words(form.stays)) if words))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label)
        words.addWidget(purpose)
        self.copy = _copy_button(_("Copy {label}").format(label=form.title))
        self.copy.setObjectName(f"copy-{form.key}")
        self.copy.setAccessibleDescription(purpose.text())
        row = _beside(words, self.copy)
        row.setContentsMargins(0, 4, 0, 4)
        self.setLayout(row)


def _copy_button(name: str) -> QPushButton:
    button = QPushButton(_("Copy"))
    button.setAccessibleName(name)
    bind_icon(button, "copy")
    return button


def _beside(words: QVBoxLayout | QWidget, button: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(words, 1) if isinstance(words, QWidget) else row.addLayout(words, 1)
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
    return row


def _usual_note() -> str:
    return _(
        "Each of these is made when you press Copy, with a token that is checked just then, and is taken off the "
        "clipboard after some seconds. Words in capitals stand for names of yours; the address of a feed that belongs "
        "to one project has that project's name before “_packaging”."
    )
