"""Turns at a connection's credential: a lock file for each connection, besides a lock between this process' threads.

A rotated refresh token that two processes ask for at the same time would be written by one of them over the other's.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from desktop_app.core.profile import ProfileId
from desktop_app.infra.file_locks import file_lock, is_held

log = logging.getLogger(__name__)

FOLDER = "locks"
PATIENCE_S = 90.0
"""Longer than one request may take in all (core/ports.py, Timeout), with time to start a keyring."""


class FileTurns:
    """Implements the port Turns on lock files in `folder`/locks, which is made when it is first needed."""

    def __init__(self, folder: Path, patience_s: float = PATIENCE_S) -> None:
        self._folder = folder / FOLDER
        self._patience_s = patience_s
        self._locks: dict[ProfileId, threading.Lock] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def turn(self, key: ProfileId) -> Iterator[None]:
        with self._of_threads(key), self._of_processes(key):
            yield

    @contextlib.contextmanager
    def if_free(self, key: ProfileId) -> Iterator[bool]:
        threads = self._of_threads(key)
        if not threads.acquire(blocking=False):
            yield False
            return
        # What one thread took may be given back by another.
        try:
            with contextlib.ExitStack() as held:
                yield self._got(held, key)
        finally:
            threads.release()

    def _got(self, held: contextlib.ExitStack, key: ProfileId) -> bool:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            held.enter_context(file_lock(self._path(key), 0))
        except OSError as error:
            if not is_held(error):
                log.warning("no turn between processes profile=%s error=%s", key, type(error).__name__)
            return False
        return True

    def forget(self, key: ProfileId) -> None:
        with self._lock:
            self._locks.pop(key, None)
        with contextlib.suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: ProfileId) -> Path:
        return self._folder / f"{key}.lock"

    def _of_threads(self, key: ProfileId) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())

    @contextlib.contextmanager
    def _of_processes(self, key: ProfileId) -> Iterator[None]:
        with contextlib.ExitStack() as held:
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                held.enter_context(file_lock(self._path(key), self._patience_s))
            except OSError as error:
                # Entra takes a refresh token more than once: going on without the turn costs a request, waiting for
                # ever would cost the connection.
                log.warning("no turn between processes profile=%s error=%s", key, type(error).__name__)
            yield


class ThreadTurns:
    """Implements the port Turns for one process alone: where nothing is kept for others either."""

    def __init__(self) -> None:
        self._locks: dict[ProfileId, threading.Lock] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def turn(self, key: ProfileId) -> Iterator[None]:
        with self._of(key):
            yield

    @contextlib.contextmanager
    def if_free(self, key: ProfileId) -> Iterator[bool]:
        lock = self._of(key)
        free = lock.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                lock.release()

    def _of(self, key: ProfileId) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())

    def forget(self, key: ProfileId) -> None:
        with self._lock:
            self._locks.pop(key, None)
