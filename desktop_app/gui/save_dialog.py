"""Asks where a file is to be saved: the system's own dialog, one way for every file this program writes on request."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(parent: QWidget, title: str, file_name: str, kind: str, then: Callable[[str], object]) -> QFileDialog:
    """Offer `file_name`, whose ending is added where somebody leaves it out; `kind` is what Qt calls a name filter
    ("Calendar (*.ics)"). `then` is called with the path that was chosen."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilter(kind)
    dialog.setDefaultSuffix(file_name.rpartition(".")[2])
    dialog.selectFile(file_name)
    dialog.fileSelected.connect(then)
    dialog.open()
    return dialog
