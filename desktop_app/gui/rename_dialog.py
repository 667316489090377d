"""Asks for another name for a connection, judged while it is typed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.app.words import fault_words
from desktop_app.core.inputs import InputFault, InputNote, judge_name
from desktop_app.gui.fields import Field
from desktop_app.gui.widgets import primary_button


class RenameDialog(QDialog):
    """Signals:
    named(str): the new name, clean.
    """

    named = Signal(str)

    def __init__(self, name: str, taken: frozenset[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("renameDialog")
        self.setWindowTitle(_("Rename connection"))
        self.setMinimumWidth(420)
        self.field: Field[str] = Field(_("Connection name"))
        self.field.editor.setObjectName("nameField")
        self.field.set_judge(lambda text: judge_name(text, taken), _words)
        self.field.text = name
        self.field.editor.selectAll()
        self.rename = primary_button(_("Rename"))
        buttons = QDialogButtonBox()
        buttons.addButton(self.rename, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText(_("Cancel"))
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addWidget(self.field)
        column.addWidget(buttons)
        self.field.edited.connect(lambda: self.rename.setEnabled(self.field.ok))

    def _accept(self) -> None:
        if not self.field.show_fault():
            self.named.emit(self.field.value or "")
            self.accept()


def _words(said: InputFault | InputNote) -> str:
    return fault_words(said) if isinstance(said, InputFault) else ""
