"""*Check this computer*: a list that fills in live, and for the chosen line that failed, what to do about it.

Not modal: it can stay open beside a wizard while something is mended. Closing it stops what still runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.app.doctor import Checkup, Doctor, checkup_text, failure_of, guidance_of_result
from desktop_app.app.doctor_words import headline, line_title, line_words
from desktop_app.app.guidance import Action, ActionKind, details_of
from desktop_app.app.i18n import _
from desktop_app.core.checks import CheckStatus
from desktop_app.core.diagnosis import DiagnosisResult, Scope
from desktop_app.core.problems import ConnectionProblem
from desktop_app.gui.announce import announce
from desktop_app.gui.check_view import CheckView
from desktop_app.gui.flow_layout import FlowLayout
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.problem_panel import ProblemPanel
from desktop_app.gui.widgets import Heading, SoftText, primary_button

if TYPE_CHECKING:
    from desktop_app.app.support import SupportFiles
    from desktop_app.gui.tasks import TaskHandle, TaskRunner


class DoctorWindow(QDialog):
    """Starts to look as soon as it is made. `open_url` shows a page in the person's browser."""

    def __init__(
        self,
        doctor: Doctor,
        scope: Scope,
        runner: TaskRunner,
        open_url: Callable[[str], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._support: SupportFiles | None = None
        self._doctor = doctor
        self._scope = scope
        self._runner = runner
        self._open_url = open_url
        self._task: TaskHandle | None = None
        self._checkup: Checkup | None = None
        self._results: dict[str, DiagnosisResult] = {}
        self._keys: list[str] = []
        self.setObjectName("doctorWindow")
        self.setWindowTitle(_("Check this computer"))
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.view = CheckView()
        self.view.setObjectName("doctorChecks")
        self.view.currentRowChanged.connect(self._explain)
        self.summary = SoftText()
        self.problem = ProblemPanel()
        self.problem.action_requested.connect(self._act)
        self.again = QPushButton(_("Check again"))
        self.again.setObjectName("doctorAgain")
        bind_icon(self.again, "refresh")
        self.again.clicked.connect(self.start)
        self.copy = QPushButton(_("Copy result"))
        self.copy.setObjectName("doctorCopy")
        bind_icon(self.copy, "copy")
        self.copy.clicked.connect(self._copy)
        self.save = QPushButton(_("Save for support…"))
        self.save.setObjectName("doctorSave")
        self.save.hide()
        self.save.clicked.connect(self._choose_file)
        self.leave = primary_button(_("Close"))
        self.leave.setObjectName("doctorClose")
        self.leave.clicked.connect(self.close)
        self._lay_out()
        self.setMinimumSize(620, 560)  # every explanation fits
        self.resize(760, 700)
        self.start()

    @property
    def scope(self) -> Scope:
        return self._scope

    @property
    def busy(self) -> bool:
        return self._task is not None

    def offer(self, support: SupportFiles) -> None:
        """Offer a file to send to whoever helps."""
        self._support = support
        self.save.show()

    def start(self) -> None:
        """Look at everything, from the beginning."""
        if self._task is not None:
            return
        doctor, scope = self._doctor, self._scope
        lines = doctor.lines(scope)
        self._checkup = None
        self._results = {}
        self._keys = [line.key for line in lines]
        self.view.start([(line.key, line_title(line)) for line in lines])
        self.view.set_running()
        self.problem.clear()
        self.summary.setText(_("This takes a few seconds."))
        self._show_busy(True)
        self._task = self._runner.start(
            lambda cancel, progress: doctor.run(scope, progress, cancel),
            on_done=self._done,
            on_failed=self._failed,
            on_progress=self._progress,
            owner=self,
        )

    def done(self, result: int) -> None:
        """However it is closed: what runs is stopped, and nobody hears of it."""
        self._stop()
        super().done(result)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    # -- what comes back ----------------------------------------------------------------------------------------------

    def _progress(self, value: object) -> None:
        if not isinstance(value, DiagnosisResult):
            return
        self._results[value.line.key] = value
        self.view.set_result(value.line.key, value.status, line_words(value, self._scope), value.took_s)
        if self.view.currentRow() == self._keys.index(value.line.key):
            self._explain(self.view.currentRow())

    def _done(self, checkup: Checkup) -> None:
        self._task = None
        self._checkup = checkup
        self._show_busy(False)
        self.summary.setText(headline(len(checkup.failures)))
        announce(self, self.summary.text())
        chosen = self._results.get(self._keys[self.view.currentRow()])
        if checkup.failures and (chosen is None or chosen.status is not CheckStatus.FAILED):
            self.view.setCurrentRow(self._keys.index(checkup.failures[0].line.key))

    def _failed(self, failure: ConnectionProblem) -> None:
        from desktop_app.app.guidance import Place
        from desktop_app.app.guidance_index import guidance_of

        self._task = None
        self._show_busy(False)
        self.summary.clear()
        guidance = replace(guidance_of(failure, Place(self._scope.cloud)), action=None, second=None)
        self.problem.show_guidance(guidance, details_of(failure))

    def _explain(self, row: int) -> None:
        """Show what to do about the chosen line, if it failed."""
        result = self._results.get(self._keys[row]) if 0 <= row < len(self._keys) else None
        guidance = guidance_of_result(result, self._scope) if result else None
        failure = failure_of(result) if result else None
        if guidance is None or failure is None:
            self.problem.clear()
            return
        action = guidance.action
        if action is not None and action.kind is not ActionKind.OPEN_URL:
            action = None  # "Check again" stands below; others belong where a connection is made
        self.problem.show_guidance(replace(guidance, action=action, second=None), details_of(failure))
        self._scroll.ensureVisible(0, self.view.visualItemRect(self.view.item(row)).center().y(), 0, 60)

    def _act(self, requested: object) -> None:
        if isinstance(requested, Action) and requested.kind is ActionKind.OPEN_URL:
            self._open_url(requested.target)

    def _copy(self) -> None:
        if self._checkup is not None:
            QGuiApplication.clipboard().setText(checkup_text(self._checkup), QClipboard.Mode.Clipboard)
            self.copy.setText(_("Copied"))

    def _choose_file(self) -> None:
        from desktop_app.gui.support_dialog import SupportDialog

        if self._support is None or self._checkup is None:
            return
        dialog = SupportDialog(self._support, self._checkup, self._runner, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # -- how it looks -------------------------------------------------------------------------------------------------

    def _show_busy(self, busy: bool) -> None:
        buttons = (self.again, self.copy, self.save)
        if busy and any(button.hasFocus() for button in buttons):
            self.view.setFocus()
        for button in buttons:
            button.setEnabled(not busy)
        self.copy.setText(_("Copy result"))

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setMinimumHeight(140)
        self._scroll.setWidget(inner)
        left = FlowLayout(gap=12)
        for button in (self.again, self.copy, self.save):
            left.addWidget(button)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addLayout(left, 1)
        buttons.addWidget(self.leave, alignment=Qt.AlignmentFlag.AlignBottom)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 20)
        outer.setSpacing(12)
        outer.addWidget(Heading(_("Check this computer")))
        outer.addWidget(self.summary)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self.problem)
        outer.addLayout(buttons)
