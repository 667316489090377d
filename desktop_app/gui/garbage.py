"""Python's garbage collector, run in the GUI thread only.

Left to itself it runs in whatever thread happens to allocate, and a worker that collects a forgotten widget or signal
connection destroys Qt objects outside their thread. A measured deadlock went through it: a collection in another thread
ran one of PySide6's weak reference callbacks, which let go of the GIL in the middle of it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000
"""Garbage may wait so long; most of what Python frees it frees at once, by counting references."""


class GarbageTimer(QObject):
    """Switches the automatic collection off for as long as it lives. Make one in the GUI thread, `close()` it there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(collect_what_is_due)
        self._timer.start()

    def close(self) -> None:
        """Give the collector back as it was found."""
        self._timer.stop()
        if self._was_on:
            gc.enable()


def collect_what_is_due() -> None:
    """Collect the oldest generation whose threshold is passed, as Python itself would have; often there is none."""
    due = [
        generation
        for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if count > threshold > 0
    ]
    if due:
        gc.collect(due[-1])
