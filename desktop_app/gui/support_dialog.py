"""Says what a support file holds, asks where to, writes it in a task, and says how that went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.gui.announce import announce
from desktop_app.gui.save_dialog import ask_where
from desktop_app.gui.widgets import Banner, Heading, SoftText, fit_words, primary_button

if TYPE_CHECKING:
    from desktop_app.app.doctor import Checkup
    from desktop_app.app.support import SupportFiles
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.gui.tasks import TaskRunner

FILE_NAME = "ado-connect-support.zip"
WIDTH = 30
"""In line heights of the interface font."""


class SupportDialog(QDialog):
    """For one result of *Check this computer*."""

    def __init__(self, support: SupportFiles, checkup: Checkup, runner: TaskRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._support = support
        self._checkup = checkup
        self._runner = runner
        self.setObjectName("supportDialog")
        self.setWindowTitle(_("Save for support"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.outcome = Banner("info", "")
        self.outcome.setObjectName("supportOutcome")
        self.outcome.hide()
        self.forward = primary_button(_("Choose a file and save"))
        self.forward.setObjectName("supportForward")
        self.forward.setDefault(True)
        self.forward.clicked.connect(self._choose)
        self.leave = QPushButton(_("Cancel"))
        self.leave.setObjectName("supportClose")
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self.reject)
        self._lay_out()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.forward)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(Heading(_("Save for support"), sub=True))
        for words in (
            _(
                "One ZIP file for whoever helps you: what was found on this computer, the settings, the state of each "
                "connection without its name, and the log of ADO Connect."
            ),
            _(
                "No token and no secret is in it. The log can name organizations and accounts: look into the file "
                "before you send it."
            ),
        ):
            column.addWidget(SoftText(words))
        column.addWidget(self.outcome)
        column.addLayout(buttons)
        self.setMinimumWidth(WIDTH * self.fontMetrics().height())

    def _choose(self) -> None:
        ask_where(
            self, _("Save for support"), FILE_NAME, _("ZIP files (*.zip)"), lambda file: self.write(Path(file))
        ).setObjectName("supportFileDialog")

    def write(self, file: Path) -> None:
        """Write it; closing the window lets it be written without a word."""
        self.leave.setFocus()  # what rests can not keep it
        self.forward.setText(_("Saving…"))
        self.forward.setEnabled(False)
        support, checkup = self._support, self._checkup
        self._runner.start(
            lambda cancel, progress: support.save(file, checkup),
            on_done=lambda failure: self._written(file, failure),
            on_failed=self._failed,
            owner=self,
        )

    def _written(self, file: Path, failure: str) -> None:
        if failure:
            self._may_try_again()
            self.outcome.show_words("bad", failure)
        else:
            self.forward.hide()
            self.leave.setText(_("Close"))
            self.outcome.show_words("info", _("The file is saved."), str(file))
        self._tell()

    def _failed(self, failure: ConnectionProblem) -> None:
        guidance = guidance_of(failure, Place())
        self._may_try_again()
        self.outcome.show_words("bad", guidance.title, f"{guidance.happened} {guidance.now}")
        self._tell()

    def _may_try_again(self) -> None:
        self.forward.setText(_("Choose a file and save"))
        self.forward.setEnabled(True)
        self.forward.setFocus()

    def _tell(self) -> None:
        self.outcome.show()
        fit_words(self)
        announce(self.outcome, self.outcome.accessibleName())
