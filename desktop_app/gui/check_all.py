"""*Check all now*: runs it, and brings its results into the window some at a time.

Results come one by one from the worker thread; the list is told of all that came within a twentieth of a second at
once, so that thousands of them leave the GUI thread free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from desktop_app.app.check_all import Checked, Tally
    from desktop_app.core.cancel import Cancel
    from desktop_app.core.checks import CheckReport
    from desktop_app.core.ports import Progress
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.core.profile import Profile, ProfileId
    from desktop_app.gui.check_all_row import CheckAllRow
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.tasks import TaskHandle

EVERY_MS = 50


class CheckAll(QObject):
    """Works for the window; its row stands above the list."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._handle: TaskHandle | None = None
        self._tally: Tally | None = None
        self._came: list[Checked] = []
        self._timer = QTimer(self, interval=EVERY_MS, singleShot=True)
        self._timer.timeout.connect(self._show)
        self._row.cancel_requested.connect(self.cancel)

    @property
    def running(self) -> bool:
        return self._handle is not None

    def start(self) -> None:
        """Check every connection; does nothing while that runs, or where there is none."""
        window, workspace = self._window, self._window.workspace
        profiles = window.profiles
        if workspace is None or self.running or not profiles:
            return
        connections, now = workspace.connections, window.now()

        def check(key: ProfileId, cancel: Cancel) -> tuple[Profile, CheckReport]:
            return connections.check(key, lambda result: None, cancel)

        def work(cancel: Cancel, progress: Progress) -> Tally:
            from desktop_app.app.check_all import check_all

            return check_all(profiles, check, now=now, on_progress=progress, cancel=cancel)

        self._tally = None
        self._row.show_progress(0, len(profiles))
        self._handle = window.runner.start(
            work, on_done=self._done, on_failed=self._failed, on_progress=self._progress, owner=window
        )

    def cancel(self) -> None:
        """Stop at once. What was checked by then is kept and shown."""
        handle, tally = self._handle, self._tally
        if handle is not None:
            handle.cancel()
            self._end()
            self._row.show_summary(_summary(tally) if tally is not None else "")

    @property
    def _row(self) -> CheckAllRow:
        return self._window.connection_list.check_all

    def _progress(self, value: object) -> None:
        from desktop_app.app.check_all import Checked, Tally

        match value:
            case (Checked() as checked, Tally() as tally):
                self._came.append(checked)
                self._tally = tally
                if not self._timer.isActive():
                    self._timer.start()

    def _show(self) -> None:
        came, self._came = self._came, []
        results = [(one.profile, one.report) for one in came if one.profile is not None]
        self._window.put_profiles(results, asked_for=True)
        if self.running and self._tally is not None:
            self._row.show_progress(self._tally.done, self._tally.total)

    def _end(self) -> None:
        self._handle = None
        self._timer.stop()
        self._show()

    def _done(self, tally: Tally) -> None:
        from desktop_app.gui.announce import announce

        self._end()
        words = _summary(tally)
        self._row.show_summary(words)
        announce(self._row, words)

    def _failed(self, failure: ConnectionProblem) -> None:
        self._end()
        self._row.show_summary(_summary(self._tally) if self._tally is not None else "")
        self._window.show_problem(failure)


def _summary(tally: Tally) -> str:
    from desktop_app.app.check_all import summary_words

    return summary_words(tally)
