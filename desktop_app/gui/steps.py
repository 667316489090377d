"""Does something long in steps, so that the window answers in between."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

PAUSE_MS = 1
"""Counted from the end of a step. With 0, or with a timer that repeats, the next step would be due before any timer
that came due meanwhile, and those would wait for all of the steps."""


class Steps(QObject):
    """Takes one of `steps` each time the event loop comes round, then calls `then`. Ends with `owner`, in the middle if
    need be."""

    def __init__(self, owner: QObject, steps: Iterable[object], then: Callable[[], object] | None = None) -> None:
        super().__init__(owner)
        self._steps = iter(steps)
        self._then = then
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)
        self._timer.start()

    def _step(self) -> None:
        for _taken in self._steps:
            self._timer.start()
            return
        self.deleteLater()
        if self._then is not None:
            self._then()


def imports(names: Iterable[str]) -> Iterator[object]:
    """Import those that are not there yet, one in each step; in the order in which they need each other.

    In this thread: that a worker makes classes derived from Qt's while the window is painted is suspected of rare
    crashes inside PySide.
    """
    return (import_module(name) for name in names if name not in sys.modules)
