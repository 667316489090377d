"""What the Permissions part of a connection does: report, choose projects, export. It shares the connection's turn:
nothing else runs on that connection meanwhile.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from desktop_app.app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from desktop_app.core.ports import Project
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.core.profile import Profile, ProfileId
    from desktop_app.core.report import PermissionReport
    from desktop_app.gui.connection_actions import ConnectionActions
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.permissions_view import PermissionsView
    from desktop_app.gui.tasks import TaskHandle


class PermissionActions(QObject):
    """Reports of this run are kept by connection, and so are the projects that were chosen."""

    def __init__(self, window: MainWindow, actions: ConnectionActions) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._view: PermissionsView | None = None
        self._reports: dict[ProfileId, PermissionReport] = {}
        self._chosen: dict[ProfileId, tuple[str, ...]] = {}
        self._task: TaskHandle | None = None
        self._running: ProfileId | None = None
        self._events: list[object] = []
        window.gone.connect(self._forget)

    def _forget(self, gone: Collection[ProfileId]) -> None:
        for key in gone:
            self._reports.pop(key, None)
            self._chosen.pop(key, None)

    def attach(self, view: PermissionsView) -> None:
        """The view was built; it shows the connection that is on screen."""
        self._view = view
        view.run_requested.connect(self.run)
        view.cancel_requested.connect(self.cancel)
        view.choose_requested.connect(self.choose)
        view.export_requested.connect(self.export)
        self.show()

    def show(self) -> None:
        """Another connection is on screen, or the same one changed."""
        view, profile = self._view, self._window.profile
        if view is None or profile is None:
            return
        if self._running == profile.id:
            if not view.running:  # another connection was on screen meanwhile
                view.start(profile)
                for event in self._events:
                    view.take(event)
            return
        report = self._reports.get(profile.id)
        if report is None or report.method is not profile.method or report.organization != profile.organization:
            view.show_nothing(profile)
        else:
            view.show_report(profile, report)
        view.show_wish(len(self._wanted(profile)))

    def _wanted(self, profile: Profile) -> tuple[str, ...]:
        return self._chosen.get(profile.id, profile.report_projects)

    # -- the report ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Report on the connection on screen; verdicts fill in as they come."""
        from desktop_app.app.report_wish import ReportWish

        window, profile, view = self._window, self._window.profile, self._view
        workspace = window.workspace
        if profile is None or workspace is None or view is None:
            return
        key = profile.id
        wish = ReportWish(self._chosen.get(key), view.closely.isChecked())
        if not self._actions.begin(key, _("Checking permissions …")):
            return
        view.closely.setChecked(False)  # it applies to one run
        view.start(profile)
        self._running, self._events = key, []
        self._task = window.runner.start(
            lambda cancel, progress: workspace.connections.report(key, wish, progress, cancel),
            on_done=self._reported,
            on_failed=partial(self._failed, key),
            on_progress=partial(self._progress, key),
            owner=window,
        )

    def cancel(self) -> None:
        """Stop the report; what was shown before it comes back."""
        if self._task is None or self._running is None:
            return
        self._task.cancel()
        self._end(self._running)
        self.show()

    def _progress(self, key: ProfileId, event: object) -> None:
        self._events.append(event)
        if self._view is not None and self._window.profile is not None and self._window.profile.id == key:
            self._view.take(event)

    def _reported(self, answer: tuple[Profile, PermissionReport]) -> None:
        profile, report = answer
        self._reports[profile.id] = report
        shown = self._end(profile.id)
        self._window.update_profile(profile, report.checks)
        if not shown or self._view is None:
            return
        self.show()
        self._view.say_ended(report)
        self._actions.explain(report.checks)

    def _failed(self, key: ProfileId, failure: ConnectionProblem) -> None:
        self._task, self._running = None, None
        self._actions.fail(key, failure)
        self.show()

    def _end(self, key: ProfileId) -> bool:
        self._task, self._running = None, None
        if self._view is not None:
            self._view.stop()
        return self._actions.end(key)

    # -- projects -----------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask Azure DevOps for the projects, then the person for those that matter."""
        window, profile = self._window, self._window.profile
        workspace = window.workspace
        if profile is None or workspace is None:
            return
        key = profile.id
        if not self._actions.begin(key, _("Looking for projects …")):
            return
        window.runner.start(
            lambda cancel, progress: workspace.connections.projects(key, cancel),
            on_done=partial(self._choose_from, key),
            on_failed=partial(self._actions.fail, key),
            owner=window,
        )

    def _choose_from(self, key: ProfileId, projects: tuple[Project, ...]) -> None:
        from desktop_app.gui.project_chooser import ProjectChooser

        profile = self._window.profile
        if not self._actions.end(key) or profile is None:
            return
        dialog = ProjectChooser(projects, self._wanted(profile), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._use(key, dialog.wanted))
        dialog.open()
        dialog.search.setFocus()

    def _use(self, key: ProfileId, projects: tuple[str, ...]) -> None:
        self._chosen[key] = projects
        if self._view is not None and self._window.profile is not None and self._window.profile.id == key:
            self._view.show_wish(len(projects))

    # -- export -------------------------------------------------------------------------------------------------------

    def export(self, ending: str) -> None:
        """Ask where to, and write the report there."""
        from desktop_app.app.report_export import file_stem
        from desktop_app.gui.save_dialog import ask_where

        profile = self._window.profile
        report = self._reports.get(profile.id) if profile else None
        if profile is None or report is None:
            return
        ask_where(
            self._window,
            _("Export the permission report"),
            f"{file_stem(profile, report)}.{ending}",
            f"{ending.upper()} (*.{ending})",
            lambda file: self.write(file, profile, report),
        ).setObjectName("exportDialog")

    def write(self, file: str, profile: Profile, report: PermissionReport) -> None:
        """Write a report in a task, and say how that ended."""
        from pathlib import Path

        from desktop_app.app.report_export import save_report

        target = Path(file)
        self._window.runner.start(
            lambda cancel, progress: save_report(target, profile, report),
            on_done=partial(self._written, target),
            on_failed=self._window.show_problem,
            owner=self._window,
        )

    def _written(self, file: Path, failure: str) -> None:
        if self._view is None:
            return
        if failure:
            self._view.show_saved(failure, failed=True)
        else:
            self._view.show_saved(_("It is in {file}. It holds no secret.").format(file=file))
