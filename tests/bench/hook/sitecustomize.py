"""Tells a measurement from outside when a Qt program's first window is on screen, and what it weighs once it rests.

Python imports this by its name where the folder is on PYTHONPATH; the program itself knows nothing of it. Lines go to
the file descriptor BENCH_FD: `shown <monotonic seconds>`, then with BENCH_REST `rest <RSS kB> <PSS kB>`, and the window
is closed. Nothing of Qt is imported here, and the program's own imports are only watched for one name.
"""

import os
import sys
import time
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

POLL_MS = 100
REST_POLLS = 10


class _Watch(MetaPathFinder):
    """Steps in when QtWidgets has been imported: from then on `QApplication.exec` reports."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "PySide6.QtWidgets":
            sys.meta_path.remove(self)
            from PySide6.QtWidgets import QApplication

            run = QApplication.exec

            def watched(*_app: object) -> int:
                _watch_windows()
                return run()

            QApplication.exec = watched  # type: ignore[assignment,method-assign]  # a static method of C++
        return None


def _say(*words: object) -> None:
    os.write(int(os.environ["BENCH_FD"]), (" ".join(map(str, words)) + "\n").encode())


def _watch_windows() -> None:
    """Called when the event loop starts: the window has been asked to show itself."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMainWindow))
    handle = window.windowHandle()

    def shown() -> None:
        _say("shown", time.monotonic())
        if os.environ.get("BENCH_REST"):
            _Rest(window)
        else:
            window.close()

    class Exposed(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Expose and handle.isExposed():
                handle.removeEventFilter(self)
                QTimer.singleShot(0, shown)  # the event itself paints
            return False

    if handle.isExposed():
        shown()
    else:
        handle.installEventFilter(Exposed(window))


class _Rest:
    """Waits until the window has its workspace (where it has such a thing), and a second more."""

    def __init__(self, window: "QMainWindow") -> None:
        from PySide6.QtCore import QTimer

        self._window = window
        self._quiet = 0
        self._timer = QTimer(window)  # which also keeps this object alive
        self._timer.timeout.connect(self._look)
        self._timer.start(POLL_MS)

    def _look(self) -> None:
        ready = getattr(self._window, "workspace", self) is not None
        self._quiet = self._quiet + 1 if ready else 0
        if self._quiet >= REST_POLLS:
            self._timer.stop()
            sizes = _sizes()
            _say("rest", sizes["Rss"], sizes["Pss"])
            self._window.close()


def _sizes() -> dict[str, int]:
    """proc(5), smaps_rollup: kilobytes by name."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as lines:
        return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if "kB" in rest}


if "BENCH_FD" in os.environ:
    sys.meta_path.insert(0, _Watch())
