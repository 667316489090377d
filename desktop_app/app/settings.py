"""The settings in use: one value that can change while the program runs, and those who want to hear of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from desktop_app.core.settings import Settings, SettingsStore

Follower = Callable[[Settings], object]


class SettingsInUse:
    """Reads `store` when it is made, and blocks meanwhile: make it in a worker thread. Safe from any thread."""

    def __init__(self, store: SettingsStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._now = store.load()
        self._followers: list[Follower] = []

    @property
    def now(self) -> Settings:
        return self._now

    def follow(self, follower: Follower) -> Callable[[], None]:
        """Call `follower` at every change, in the thread that makes it. What comes back ends that."""
        with self._lock:
            self._followers.append(follower)

        def stop() -> None:
            with self._lock:
                if follower in self._followers:
                    self._followers.remove(follower)

        return stop

    def change(self, settings: Settings) -> None:
        """Use `settings` from now on, for this run."""
        with self._lock:
            if settings == self._now:
                return
            self._now = settings
            followers = tuple(self._followers)
        for follower in followers:
            follower(settings)

    def save(self) -> None:
        """Keep what is in use for the next run. Blocks. Raises as SettingsStore.save does."""
        self._store.save(self._now)


class SettingsInMemory:
    """Implements the port SettingsStore for this run only."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()

    def load(self) -> Settings:
        return self._settings

    def save(self, settings: Settings) -> None:
        self._settings = settings
