"""What a test left running or on screen, measured against what was there before it.

Work that is on its way out gets a moment to end; what a parent owns is not counted, since it goes with its parent.
"""

import gc
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

GRACE_S = 5.0


@dataclass(frozen=True, slots=True)
class Presence:
    """The threads and the addresses of the top-level widgets alive at one moment."""

    threads: frozenset[threading.Thread]
    widgets: frozenset[int]

    @classmethod
    def now(cls) -> "Presence":
        return cls(frozenset(threading.enumerate()), frozenset(_top_level_widgets()))

    def left_since(self) -> list[str]:
        """Descriptions of what is there now, was not then, and does not end by itself."""
        return [*self._threads_left(), *self._widgets_left()]

    def _threads_left(self) -> list[str]:
        deadline = time.monotonic() + GRACE_S
        left = []
        for thread in set(threading.enumerate()) - self.threads:
            if thread.daemon and not thread.name.startswith("ado-"):
                continue  # a library's own: it ends with the process
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                left.append(f"thread {thread.name}")
        return left

    def _widgets_left(self) -> list[str]:
        if not _top_level_widgets().keys() - self.widgets:
            return []
        from PySide6.QtCore import QCoreApplication, QEvent

        gc.collect()  # a dialog in a reference cycle is garbage, not a leftover
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        current = _top_level_widgets()
        return [
            f"{widget.metaObject().className()} {widget.objectName()!r}"
            for address, widget in current.items()
            if address not in self.widgets
        ]


def _top_level_widgets() -> "dict[int, QWidget]":
    """Parentless widgets by the address of their C++ object; empty while Qt's widgets are not in use."""
    if "PySide6.QtWidgets" not in sys.modules:
        return {}
    from PySide6.QtWidgets import QApplication
    from shiboken6 import Shiboken

    if not isinstance(QApplication.instance(), QApplication):
        return {}
    return {
        Shiboken.getCppPointer(widget)[0]: widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None
    }
