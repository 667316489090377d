"""Finishes or undoes, beside the window, what a crash or a lost answer left at Azure; again every minute while anything
is left. Nothing pops up: the page of a connection says what is not finished.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop_app.core.problems import ConnectionProblem

if TYPE_CHECKING:
    from desktop_app.app.renewals import Renewals
    from desktop_app.core.cancel import Cancel
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.tasks import TaskHandle

EVERY_MS = 60_000


class Recovery(QObject):
    """Belongs to the main window, and owns its one timer. `stop()` it when the window closes."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._task: TaskHandle | None = None
        self._stopped = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(EVERY_MS)
        self._again.timeout.connect(self.begin)

    @property
    def waiting(self) -> bool:
        """True while it will look again by itself."""
        return self._again.isActive()

    def begin(self) -> None:
        """Look now, unless it does already."""
        workspace = self._window.workspace
        if workspace is None or self._stopped or (self._task is not None and self._task.active):
            return
        self._again.stop()
        renewals = workspace.renewals
        self._task = self._window.runner.start(
            lambda cancel, progress: _recover(renewals, cancel),
            on_done=self._looked,
            on_failed=lambda failure: self._again.start(),  # its file can not be read at present
            owner=self,
        )

    def soon(self) -> None:
        """Something may have been left: look in a minute."""
        if not self._stopped and not self._again.isActive():
            self._again.start()

    def stop(self) -> None:
        """The window closes."""
        self._stopped = True
        self._again.stop()
        if self._task is not None:
            self._task.cancel()

    def _looked(self, found: tuple[bool, bool]) -> None:
        was_left, is_left = found
        if is_left:
            self._again.start()
        if was_left:
            self._window.reload()


def _recover(renewals: Renewals, cancel: Cancel) -> tuple[bool, bool]:
    """Whether anything was left before, and is still."""
    if not renewals.unfinished():
        return False, False
    try:
        renewals.recover(cancel)
    except ConnectionProblem:  # it is in the log, and stays for the next time
        return True, True
    return True, bool(renewals.unfinished())
