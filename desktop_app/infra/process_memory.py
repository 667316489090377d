"""How much memory processes take that this one started."""

from __future__ import annotations

import psutil


class MemoryOfChildren:
    """Measures from when it is made."""

    def __init__(self, name: str) -> None:
        """`name` is how the names of the processes begin that count."""
        self._name = name
        self._own = psutil.Process()
        self._own_before = self._own.memory_info().rss

    def taken(self) -> int:
        """Bytes in memory of all these processes and of those they started, and by how much this process has grown."""
        grown = max(0, self._own.memory_info().rss - self._own_before)
        return grown + sum(map(self._resident, self._own.children(recursive=True)))

    def _resident(self, process: psutil.Process) -> int:
        try:
            return process.memory_info().rss if process.name().startswith(self._name) else 0
        except psutil.Error:  # it has ended meanwhile
            return 0
