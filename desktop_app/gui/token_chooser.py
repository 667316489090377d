"""Asks which of a person's own tokens is the one that a connection uses: nothing but its owner can tell."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.app.learning_words import token_words
from desktop_app.core.lifecycle import PatRecord
from desktop_app.gui.widgets import SoftText, prepare_list, primary_button

_TOKEN = Qt.ItemDataRole.UserRole


class TokenChooser(QDialog):
    """Signals:
    chosen(PatRecord): this one it is.
    """

    chosen = Signal(object)

    def __init__(self, connection: str, tokens: Sequence[PatRecord], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tokenChooser")
        self.setWindowTitle(_("Which token is it?"))
        self.setMinimumSize(520, 360)
        help_text = SoftText(
            _(
                "These are your active tokens. Choose the one that “{name}” uses, as the token page names it. Choose "
                "Cancel if you are not sure: you can enter its end by hand."
            ).format(name=connection)
        )
        self.list = QListWidget()
        self.list.setObjectName("tokens")
        self.list.setAccessibleName(_("Your active tokens"))
        self.list.setWordWrap(True)
        prepare_list(self.list)
        for token in tokens:
            item = QListWidgetItem(token_words(token), self.list)
            item.setData(_TOKEN, token)
            item.setToolTip(token_words(token))
        self.use = primary_button(_("It is this one"))
        self.use.setEnabled(False)  # nothing is chosen for the person
        buttons = QDialogButtonBox()
        buttons.addButton(self.use, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText(_("Cancel"))
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        self.list.itemSelectionChanged.connect(lambda: self.use.setEnabled(bool(self.list.selectedItems())))
        self.list.itemActivated.connect(self._accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(help_text)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)

    def _accept(self) -> None:
        chosen = self.list.selectedItems()
        if chosen:
            self.chosen.emit(chosen[0].data(_TOKEN))
            self.accept()
