"""Tells a measurement from outside when a Qt program's first window is on screen, and what it weighs once it rests.

Python imports this by its name where the folder is on PYTHONPATH; the program itself knows nothing of it. Lines go to
the file descriptor BENCH_FD, times in monotonic seconds:

    shown <time>          the main window has been painted for the first time
    filled <time>         the widget called BENCH_CONTENT is in it (only where that is set)
    rest <RSS> <PSS>      kilobytes, once the window has had its workspace for a second (only with BENCH_REST)

Then the window is closed. Nothing of Qt is imported here, and the program's imports are watched for one name only.
"""

import os
import sys
import time
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

POLL_MS = 4
QUIET_S = 1.0


class _Watch(MetaPathFinder):
    """Steps in when QtWidgets is imported: from then on `QApplication.exec` reports."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "PySide6.QtWidgets":
            sys.meta_path.remove(self)
            from PySide6.QtWidgets import QApplication

            run = QApplication.exec

            def watched(*_app: object) -> int:
                _watch_window()
                return run()

            QApplication.exec = watched  # type: ignore[method-assign]  # a static method of C++
        return None


def _say(*words: object) -> None:
    os.write(int(os.environ["BENCH_FD"]), (" ".join(map(str, words)) + "\n").encode())


def _watch_window() -> None:
    """Called when the event loop starts: the window has been asked to show itself."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

    window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMainWindow))
    handle = window.windowHandle()

    class Report(QObject):
        """A child of the window, which keeps it alive."""

        content = os.environ.get("BENCH_CONTENT", "")
        rest = bool(os.environ.get("BENCH_REST"))
        quiet_since = 0.0

        def watch(self) -> None:
            if handle.isExposed():
                self.shown()
            else:
                handle.installEventFilter(self)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Expose and handle.isExposed():
                handle.removeEventFilter(self)
                QTimer.singleShot(0, self.shown)  # the event itself paints
            return False

        def shown(self) -> None:
            _say("shown", time.monotonic())
            timer = QTimer(self)
            timer.timeout.connect(self.look)
            timer.start(POLL_MS)

        def look(self) -> None:
            if self.content:
                found = window.findChild(QWidget, self.content)
                if not isinstance(found, QWidget) or not found.isVisible():
                    return
                self.content = ""
                QTimer.singleShot(0, lambda: _say("filled", time.monotonic()))
                return
            if self.rest and not self.rested():
                return
            window.close()

        def rested(self) -> bool:
            if getattr(window, "workspace", self) is None:
                return False
            self.quiet_since = self.quiet_since or time.monotonic()
            if time.monotonic() < self.quiet_since + QUIET_S:
                return False
            sizes = _sizes()
            _say("rest", sizes["Rss"], sizes["Pss"])
            return True

    Report(window).watch()


def _sizes() -> dict[str, int]:
    """Kilobytes by name (proc(5), smaps_rollup)."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as lines:
        return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if "kB" in rest}


if "BENCH_FD" in os.environ:
    sys.meta_path.insert(0, _Watch())
