"""What the History part of a connection does: read what happened, in a task, and export it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.app.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

    from desktop_app.core.history import Event
    from desktop_app.core.profile import Profile, ProfileId
    from desktop_app.gui.history_view import HistoryView
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.tasks import TaskHandle


class HistoryActions(QObject):
    """Works behind the view, which is read anew whenever the connection changed or comes on screen."""

    def __init__(self, window: MainWindow, view: HistoryView) -> None:
        super().__init__(window)
        self._window = window
        self._view = view
        self._shown: ProfileId | None = None
        self._task: TaskHandle | None = None
        self._events: tuple[Event, ...] = ()
        view.export_requested.connect(self.export)
        self.show()

    def show(self) -> None:
        """Another connection is on screen, or the same one changed."""
        window, profile = self._window, self._window.profile
        workspace = window.workspace
        if profile is None or workspace is None:
            return
        if profile.id != self._shown:
            self._shown, self._events = profile.id, ()
            self._view.show_events(())
            self._view.show_saved("")
        if self._task is not None:
            self._task.cancel()
        key = profile.id
        self._task = window.runner.start(
            lambda cancel, progress: workspace.connections.history.load(key),
            on_done=self._loaded,
            on_failed=window.show_problem,
            owner=window,
        )

    def _loaded(self, events: tuple[Event, ...]) -> None:
        self._task = None
        self._events = events
        self._view.show_events(events)

    def export(self, ending: str) -> None:
        """Ask where to, and write the history there."""
        from desktop_app.app.history_export import history_stem
        from desktop_app.gui.save_dialog import ask_where

        profile = self._window.profile
        if profile is None or not self._events:
            return
        ask_where(
            self._window,
            _("Export the history"),
            f"{history_stem(profile)}.{ending}",
            f"{ending.upper()} (*.{ending})",
            lambda file: self.write(file, profile),
        ).setObjectName("historyDialog")

    def write(self, file: str, profile: Profile) -> None:
        """Write what is on screen in a task, and say how that ended."""
        from pathlib import Path

        from desktop_app.app.history_export import save_history

        target, events = Path(file), self._events
        self._window.runner.start(
            lambda cancel, progress: save_history(target, profile, events),
            on_done=partial(self._written, target, profile.id),
            on_failed=self._window.show_problem,
            owner=self._window,
        )

    def _written(self, file: Path, key: ProfileId, failure: str) -> None:
        if self._shown != key:
            return
        if failure:
            self._view.show_saved(failure, failed=True)
        else:
            self._view.show_saved(_("It is in {file}. It holds no secret.").format(file=file))
