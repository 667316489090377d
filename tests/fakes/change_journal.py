"""A ChangeJournal in memory that can be told to fail."""

import threading

from desktop_app.core.changes import Change
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import ProfileId


class MemoryJournal:
    """Implements the port ChangeJournal. `fail_with` is raised by every write until it is set back to None."""

    def __init__(self) -> None:
        self._changes: dict[ProfileId, Change] = {}
        self._lock = threading.Lock()
        self.fail_with: Problem | None = None

    def load(self) -> tuple[Change, ...]:
        with self._lock:
            return tuple(self._changes.values())

    def put(self, change: Change) -> None:
        self._fail_if_told()
        with self._lock:
            self._changes[change.key] = change

    def drop(self, key: ProfileId) -> None:
        self._fail_if_told()
        with self._lock:
            self._changes.pop(key, None)

    def _fail_if_told(self) -> None:
        if self.fail_with is not None:
            raise ConnectionProblem(self.fail_with)
