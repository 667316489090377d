"""A ProfileStore in memory that can be told to fail."""

import threading
from collections.abc import Callable

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId


class MemoryProfileStore:
    """Implements the port ProfileStore. `fail_with` is raised by every write until it is set back to None."""

    def __init__(self, *profiles: Profile) -> None:
        self._profiles = {profile.id: profile for profile in profiles}
        self._lock = threading.Lock()
        self.fail_with: Problem | None = None
        self.newer = False
        self.incomplete = False
        self.notices: list[ConnectionProblem] = []

    @property
    def read_only(self) -> ConnectionProblem | None:
        return ConnectionProblem(Problem.PROFILE_FILE_NEWER) if self.newer else None

    @property
    def whole(self) -> bool:
        return not self.incomplete

    def noticed(self) -> tuple[ConnectionProblem, ...]:
        told, self.notices = tuple(self.notices), []
        return told

    def load(self) -> tuple[Profile, ...]:
        return tuple(self._profiles.values())

    def save(self, profile: Profile) -> None:
        self._fail_if_told()
        self._profiles[profile.id] = profile

    def update(self, key: ProfileId, change: Callable[[Profile], Profile]) -> Profile:
        self._fail_if_told()
        with self._lock:
            if key not in self._profiles:
                raise ConnectionProblem(Problem.PROFILE_GONE)
            self._profiles[key] = change(self._profiles[key])
            return self._profiles[key]

    def remove(self, key: ProfileId) -> bool:
        self._fail_if_told()
        return self._profiles.pop(key, None) is not None

    def _fail_if_told(self) -> None:
        if self.fail_with is not None:
            raise ConnectionProblem(self.fail_with)
        if self.read_only is not None:
            raise self.read_only
