"""Runs the daily checks: one timer, one task at a time, and never a window that opens by itself.

They wait while the person checks or does something else, and on networks that cost; whether they are wanted at all, and
whether the computer is on its battery, is found out in the task.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from desktop_app.app.background import BackgroundChecks, Step
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.gui.main_window import MainWindow

FIRST_LOOK_MS = 60_000
"""Nobody looks before: what the person wants to do comes first."""


def _network_is_free() -> bool:
    from desktop_app.gui.network_costs import is_free

    return is_free()


class DailyChecks(QObject):
    """Lives with the window."""

    def __init__(
        self, window: MainWindow, checks: BackgroundChecks, network_is_free: Callable[[], bool] = _network_is_free
    ) -> None:
        super().__init__(window)
        self._window = window
        self._checks = checks
        self._network_is_free = network_is_free
        self.timer = QTimer(self, singleShot=True)
        self.timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self.timer.timeout.connect(self._look)
        self.timer.start(FIRST_LOOK_MS)

    def _look(self) -> None:
        window = self._window
        busy = window.actions_of_connection.busy or window.wizard is not None
        nothing = window.workspace is None or not window.profiles
        if nothing or busy or window.check_all.running or not self._network_is_free():
            self.timer.start(FIRST_LOOK_MS)
            return
        checks = self._checks
        window.runner.start(
            lambda cancel, progress: checks.step(cancel), on_done=self._done, on_failed=self._failed, owner=self
        )

    def _done(self, step: Step) -> None:
        if step.checked is not None:
            self._window.put_profiles([step.checked])
        self.timer.start(round(step.look_again_s * 1000))

    def _failed(self, failure: ConnectionProblem) -> None:
        del failure  # a defect, and in the log
        self.timer.start(FIRST_LOOK_MS)
