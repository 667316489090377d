"""Looks something up over the network a moment after the person stopped typing; a newer question ends an older one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from desktop_app.core.cancel import Cancel
from desktop_app.core.problems import ConnectionProblem
from desktop_app.gui.tasks import TaskHandle, TaskRunner

T = TypeVar("T")
PAUSE_MS = 600
"""Without another key for so long, somebody has stopped typing."""


class Lookup(Generic[T]):
    """At most one question at a time; only the answer to the newest one is heard."""

    def __init__(
        self,
        runner: TaskRunner,
        owner: QObject,
        on_found: Callable[[T], None],
        on_failed: Callable[[ConnectionProblem], None],
    ) -> None:
        """Ends with `owner`."""
        self._runner = runner
        self._owner = owner
        self._on_found = on_found
        self._on_failed = on_failed
        self._ask: Callable[[], T] | None = None
        self._task: TaskHandle | None = None
        self._timer = QTimer(owner)
        self._timer.setInterval(PAUSE_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.now)

    def soon(self, ask: Callable[[], T]) -> None:
        """Ask after a pause. `ask` runs in another thread and must hold no widget."""
        self.stop()
        self._ask = ask
        self._timer.start()

    def now(self) -> None:
        """Don't wait for the pause any longer."""
        self._timer.stop()
        ask, self._ask = self._ask, None
        if ask is None:
            return

        def work(cancel: Cancel, progress: object) -> T:
            return ask()

        self._task = self._runner.start(work, on_done=self._on_found, on_failed=self._on_failed, owner=self._owner)

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._timer.stop()
        self._ask = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
