"""Which warnings have been given, kept for this run only."""

from __future__ import annotations

import threading
from collections.abc import Collection

from desktop_app.core.ends import EndKind
from desktop_app.core.profile import ProfileId
from desktop_app.core.warnings import Given, is_new


class MemoryWarnings:
    """Implements the port WarningStore; safe from any thread."""

    def __init__(self) -> None:
        self._given: dict[tuple[ProfileId, EndKind], Given] = {}
        self._lock = threading.Lock()

    def claim(self, key: ProfileId, kind: EndKind, due: Given) -> bool:
        with self._lock:
            new = is_new(self._given.get((key, kind)), due)
            if new:
                self._given[key, kind] = due
            return new

    def keep_only(self, keys: Collection[ProfileId]) -> None:
        with self._lock:
            self._given = {place: given for place, given in self._given.items() if place[0] in keys}
