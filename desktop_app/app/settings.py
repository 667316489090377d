"""The settings in use: one value that can change while the program runs, and those who want to hear of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import fields, replace

from desktop_app.core.policy import NO_POLICY, Policy
from desktop_app.core.settings import Settings, SettingsStore

Follower = Callable[[Settings], object]


class SettingsInUse:
    """Reads `store` when it is made, and blocks meanwhile: make it in a worker thread. Safe from any thread.

    What a policy fixes holds while there is that policy; what the person chose before is kept, and holds again without
    it.
    """

    def __init__(self, store: SettingsStore, policy: Policy = NO_POLICY) -> None:
        self._store = store
        self.policy = policy
        self._lock = threading.Lock()
        self._chosen = store.load()
        self._now = policy.limit(self._chosen)
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
        """Use `settings` from now on, for this run, as far as the policy lets them."""
        with self._lock:
            changed = {
                field.name: value
                for field in fields(Settings)
                if (value := getattr(settings, field.name)) != getattr(self._now, field.name)
                and field.name not in self.policy.fixed
            }
            self._chosen = replace(self._chosen, **changed)
            now = self.policy.limit(self._chosen)
            if now == self._now:
                return
            self._now = now
            followers = tuple(self._followers)
        for follower in followers:
            follower(now)

    def save(self) -> None:
        """Keep what is in use for the next run. Blocks. Raises as SettingsStore.save does."""
        self._store.save(self._chosen)


class SettingsInMemory:
    """Implements the port SettingsStore for this run only."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()

    def load(self) -> Settings:
        return self._settings

    def save(self, settings: Settings) -> None:
        self._settings = settings
