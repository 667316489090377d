"""A lock for each connection, waited for only as long as the one who waits still wants it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from desktop_app.core.cancel import Cancel
from desktop_app.core.profile import ProfileId

LOOK_EVERY_S = 0.05
"""How often somebody who waits looks whether to stop waiting."""


class KeyedLocks:
    """Safe from any thread. A lock is there only while somebody holds or wants it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[ProfileId, tuple[threading.Lock, int]] = {}

    @contextlib.contextmanager
    def hold(self, key: ProfileId, cancel: Cancel) -> Iterator[None]:
        """Raises Cancelled while waiting."""
        with self._lock:
            lock, wanted = self._held.get(key, (threading.Lock(), 0))
            self._held[key] = (lock, wanted + 1)
        try:
            while not lock.acquire(timeout=LOOK_EVERY_S):
                cancel.raise_if_cancelled()
            try:
                yield
            finally:
                lock.release()
        finally:
            with self._lock:
                _lock, wanted = self._held[key]
                if wanted == 1:
                    del self._held[key]
                else:
                    self._held[key] = (lock, wanted - 1)
