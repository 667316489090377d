"""Events of connections, kept for this run only."""

from __future__ import annotations

import threading
from collections import deque

from desktop_app.core.history import MAX_EVENTS, Event
from desktop_app.core.profile import ProfileId


class MemoryHistory:
    """Implements the port HistoryStore; safe from any thread."""

    def __init__(self) -> None:
        self._events: dict[ProfileId, deque[Event]] = {}
        self._lock = threading.Lock()

    def add(self, key: ProfileId, event: Event) -> None:
        with self._lock:
            self._events.setdefault(key, deque(maxlen=MAX_EVENTS)).append(event)

    def load(self, key: ProfileId) -> tuple[Event, ...]:
        with self._lock:
            return tuple(self._events.get(key, ()))

    def forget(self, key: ProfileId) -> None:
        with self._lock:
            self._events.pop(key, None)
