"""The permission rows below a wizard's checks: they follow by themselves once the checks have passed.

They hold nobody up: the page can be left, and the connection saved, while they fill in.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.app.drafts import Draft
from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.app.report_table import ReportTable
from desktop_app.app.report_words import headline
from desktop_app.core.permissions import needed
from desktop_app.core.ports import Project
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.report import Finding, PermissionReport
from desktop_app.gui.permission_tree import PermissionTree
from desktop_app.gui.tasks import DRAWN_MS, TaskHandle
from desktop_app.gui.widgets import Heading, SoftText
from desktop_app.gui.wizards.context import WizardContext

AT_ONCE = 2
"""Questions in flight. Nobody waits for this report, and the threads that ask compete with drawing the page."""
GATHER_MS = 50
"""Verdicts that come within so many milliseconds are drawn together."""


class PermissionRows(QWidget):
    """`on_report` is called with each whole report."""

    def __init__(self, context: WizardContext, on_report: Callable[[PermissionReport], None]) -> None:
        super().__init__()
        self.setObjectName("permissionRows")
        self._context = context
        self._on_report = on_report
        self._task: TaskHandle | None = None
        self._table: ReportTable | None = None
        self._asked: object = None
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(GATHER_MS)
        self._gather.timeout.connect(self._draw)
        self.note = SoftText("")
        self.tree = PermissionTree()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(Heading(_("Permissions"), sub=True))
        column.addWidget(self.note)
        column.addWidget(self.tree)
        self.hide()

    @property
    def running(self) -> bool:
        return self._task is not None and self._task.active

    def start(self, draft: Draft) -> None:
        """Ask about a draft that was just proved; what was asked for the same proof already is kept."""
        from desktop_app.app.report_wish import ReportWish

        if self._asked is draft.proven:
            self.show()
            return
        self.stop()
        self._asked = draft.proven
        self._table = ReportTable(draft.method, [need.permission for need in needed(draft.method)])
        self.note.setText(_("Now each permission is looked at. You can go on meanwhile."))
        self._draw()
        self.tree.show()
        self.show()
        connections = self._context.workspace.connections
        self._task = self._context.runner.start(
            lambda cancel, progress: connections.report_on(draft, ReportWish(at_once=AT_ONCE), progress, cancel),
            on_done=self._done,
            on_failed=self._failed,
            on_progress=self._take,
            owner=self,
            after_ms=DRAWN_MS,
        )

    def stop(self) -> None:
        """Stop what runs, and show nothing until the next start."""
        if self.running:
            self._asked = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._gather.stop()
        self.hide()

    def _take(self, event: object) -> None:
        if self._table is None:
            return
        if isinstance(event, Finding):
            self._table.add(event)
        elif isinstance(event, tuple):
            self._table.projects = tuple(project for project in event if isinstance(project, Project))
        if not self._gather.isActive():
            self._gather.start()

    def _draw(self) -> None:
        if self._table is not None:
            self.tree.show_rows(self._table.rows(None))

    def _done(self, report: PermissionReport) -> None:
        self._task = None
        self._gather.stop()
        self._table = ReportTable.of(report)
        self._draw()
        self.note.setText(headline(report))
        self._on_report(report)

    def _failed(self, failure: ConnectionProblem) -> None:
        self._task = None
        self.tree.hide()
        title = guidance_of(failure, Place()).title
        self.note.setText(_("The permissions could not be looked at: {reason}.").format(reason=title))
