"""Asks for the name and the password of a proxy. They are kept for this run of the program, and nowhere else."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.core.credential import Secret
from desktop_app.gui.style import mark
from desktop_app.gui.widgets import Heading, SoftText, primary_button

WIDTH = 26
"""In line heights of the interface font."""


class ProxyDialog(QDialog):
    """After `accept`, `name` and `password` hold what was typed."""

    def __init__(self, proxy: str, *, refused: bool, parent: QWidget | None = None) -> None:
        """`refused` if the proxy did not accept what it was given before."""
        super().__init__(parent)
        self.setObjectName("proxyDialog")
        self.setWindowTitle(_("Your company's proxy"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._name = QLineEdit()
        self._name.setObjectName("proxyName")
        self._password = QLineEdit()
        self._password.setObjectName("proxyPassword")
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setDragEnabled(False)
        hints = Qt.InputMethodHint
        self._password.setInputMethodHints(hints.ImhHiddenText | hints.ImhSensitiveData | hints.ImhNoPredictiveText)
        self.fault = QLabel(_("The proxy did not accept this name and password."))
        self.fault.setWordWrap(True)
        mark(self.fault, "role", "fault")
        self.fault.setVisible(refused)
        self._lay_out(proxy)

    def _lay_out(self, proxy: str) -> None:
        heading = Heading(_("The proxy asks who you are"), sub=True)
        self.words = SoftText(
            _(
                "{proxy} stands between this computer and the internet, and wants a name and a password. They are kept "
                "until ADO Connect is closed, and never saved."
            ).format(proxy=proxy)
        )
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for label, editor in ((_("Name"), self._name), (_("Password"), self._password)):
            editor.setAccessibleName(label)
            form.addRow(label, editor)
        self.forward = primary_button(_("Continue"))
        self.forward.setObjectName("proxyForward")
        self.forward.setDefault(True)
        self.forward.clicked.connect(self.accept)
        cancel = QPushButton(_("Cancel"))
        cancel.setObjectName("proxyCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.forward)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self.words)
        column.addWidget(self.fault)
        column.addLayout(form)
        column.addStretch(1)
        column.addLayout(buttons)
        self._name.textChanged.connect(self._look)
        self._look()
        self.setMinimumWidth(WIDTH * self.fontMetrics().height())

    @property
    def name(self) -> str:
        return self._name.text()

    @property
    def password(self) -> Secret:
        return Secret(self._password.text())

    def _look(self) -> None:
        self.forward.setEnabled(bool(self._name.text()))
