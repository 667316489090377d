"""How much memory the web engine takes while a sign-in page is open.

A page decides itself how large it is, and Chromium takes what it asks for. Its processes are measured together: frames
of other sites have processes of their own, and the network's part of it runs in this one.
"""

from __future__ import annotations

import threading
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

LOOK_EVERY_S = 0.25
_ENGINE = "QtWebEngineProcess"  # on every system


class EngineMemory(QObject):
    """Measures in a thread of its own, from `start` to `stop`.

    Signals:
        exceeded(): the limit was passed; once.
    """

    exceeded = Signal()

    def __init__(self, limit_bytes: int, parent: QObject) -> None:
        super().__init__(parent)
        self._limit = limit_bytes
        self._ended = threading.Event()
        self.destroyed.connect(self._ended.set)

    def start(self) -> None:
        threading.Thread(target=self._watch, name="ado-sign-in-memory", daemon=True).start()

    def stop(self) -> None:
        self._ended.set()

    def _watch(self) -> None:
        from desktop_app.infra.process_memory import MemoryOfChildren

        memory = MemoryOfChildren(_ENGINE)
        while not self._ended.wait(LOOK_EVERY_S):
            if memory.taken() > self._limit:
                with suppress(RuntimeError):  # the page was closed meanwhile, and this object with it
                    self.exceeded.emit()
                return
