"""Help me choose: three questions and a recommendation with its reason."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.core.profile import Method
from desktop_app.gui.widgets import Heading, SoftText, primary_button


def recommend(*, job: bool, server: bool, may_register: bool) -> tuple[Method, str]:
    """The method for three answers, and why."""
    if server:
        return Method.PAT, _("Your own Azure DevOps Server accepts personal access tokens only.")
    if not may_register:
        return Method.PAT, _("Both other ways need an app registration, so ask your Entra administrator for one later.")
    if job:
        return Method.CLIENT_SECRET, _("A job should not stop when a person leaves, so let it sign in as an app.")
    return Method.OAUTH, _("The tool acts for a person, who signs in once and can be seen in every log.")


WIDTH = 29
"""In line heights of the interface font."""


class ChooseDialog(QDialog):
    """The recommendation changes with each answer; the button starts its wizard (`method` after `accept`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chooseDialog")
        self.setWindowTitle(_("Help me choose"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(Heading(_("Three questions")))
        self.job = self._question(
            column, _("Who uses the connection?"), _("A person, through a tool"), _("A job that runs by itself")
        )
        self.server = self._question(
            column, _("Where is your Azure DevOps?"), _("At dev.azure.com"), _("On a server of our own")
        )
        self.no_app = self._question(
            column, _("May you register apps in Microsoft Entra ID?"), _("Yes, or somebody does it for me"), _("No")
        )
        self._answer = QLabel()
        self._answer.setWordWrap(True)
        self._answer.setObjectName("recommendation")
        self._reason = SoftText("")
        column.addSpacing(8)
        column.addWidget(self._answer)
        column.addWidget(self._reason)
        self.start = primary_button(_("Start"))
        buttons = QDialogButtonBox()
        buttons.addButton(self.start, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText(_("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addStretch(1)
        column.addWidget(buttons)
        self.method = Method.OAUTH
        self._update()
        width = WIDTH * self.fontMetrics().height()
        self.resize(width, column.totalHeightForWidth(width))  # left to itself, Qt stops at two thirds of the screen

    def _question(self, column: QVBoxLayout, question: str, first: str, second: str) -> QRadioButton:
        """Adds a question; returns the button of the second answer."""
        label = QLabel(question)
        label.setWordWrap(True)
        font = label.font()
        font.setBold(True)
        label.setFont(font)
        column.addSpacing(8)
        column.addWidget(label)
        group = QButtonGroup(self)
        usual, other = QRadioButton(first), QRadioButton(second)
        usual.setChecked(True)
        for button in (usual, other):
            button.setAccessibleDescription(question)
            group.addButton(button)
            column.addWidget(button)
        other.toggled.connect(self._update)
        return other

    def _update(self, *_checked: object) -> None:
        self.method, reason = recommend(
            job=self.job.isChecked(), server=self.server.isChecked(), may_register=not self.no_app.isChecked()
        )
        names = {
            Method.OAUTH: _("We recommend OAuth."),
            Method.PAT: _("We recommend a personal access token."),
            Method.CLIENT_SECRET: _("We recommend a client secret."),
        }
        self._answer.setText(names[self.method])
        self._reason.setText(reason)
