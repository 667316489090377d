"""Starts Qt, shows the bare window, fills it, and only then has everything else built beside it.

What is imported at the top of this file, of `main_window` and of what they import decides how long a person looks at
nothing: `make bench` prints it.

Order at the end: no new tasks, what runs is cancelled, the clipboard is cleared, the workspace is closed, logs are
flushed.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.app.i18n import _, choose_language
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.crash import CrashReporter
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.sign_in_engine import prepare_web_engine
from desktop_app.gui.style import STARTED_IN_STYLE, STYLE, apply_style
from desktop_app.gui.tasks import TaskRunner

if TYPE_CHECKING:
    from desktop_app.app.workspace import Workspace
    from desktop_app.core.ports import Clock
    from desktop_app.infra.one_window import OneWindow

TURN_S = 0.001
"""How long a worker thread that computes, or imports, may keep the GUI thread from running (Python's own: 5 ms)."""
HIDDEN_MS = 500
"""A window that has not been painted by then is minimized or covered; it is filled all the same."""


def run(build: Callable[[], Workspace], *, practice: bool, clock: Clock, one: OneWindow | None = None) -> int:
    """Show the window until it is closed; returns the exit code. `one` tells whether it is the first of its kind."""
    sys.setswitchinterval(TURN_S)
    app = make_application()
    crashes = CrashReporter(app)
    crashes.install()
    runner = TaskRunner(app)
    window = MainWindow(
        runner=runner,
        clipboard=ClipboardGuard(clock, app),
        practice=practice,
        open_url=open_in_desktop,
        start_practice=start_practice,
        filled=False,
    )

    at_end = ExitStack()

    def fill() -> None:
        window.fill()
        QTimer.singleShot(0, window, begin)  # painted first

    def begin() -> None:
        from desktop_app.gui.garbage import GarbageTimer
        from desktop_app.gui.unix_signals import SignalWatch

        at_end.callback(SignalWatch(window.close, app).close)
        if one is not None and one.is_first:
            from desktop_app.gui.first_window import listener

            first = listener(window.come_to_front, app)
            first.listen(one.address)
            at_end.callback(first.close)
        gc.freeze()  # what is there now stays to the end
        window.settled.connect(gc.freeze)  # and what came since: a full collection takes 40 ms otherwise
        at_end.callback(GarbageTimer(app).close)
        window.open_workspace(build)

    _FirstPaint(window, fill)
    window.show()
    code = app.exec()
    at_end.close()
    if one is not None:
        one.give_back()  # whoever starts from here on opens a window of its own
    stopped = runner.shutdown()
    window.close_workspace()
    logging.shutdown()
    if not stopped or _checks_hang():
        # A thread still waits for a server or for the keyring. It holds nothing that must be saved, and Python would
        # wait for it.
        os._exit(code)
    return code


def _checks_hang() -> bool:
    """True while a check or report, whose task was cancelled, still waits for a server.

    Their threads: core/checks.py, core/diagnosis.py, auth/questions.py.
    """
    return any(thread.name.startswith(("ado-check", "ado-report")) for thread in threading.enumerate())


def make_application() -> QApplication:
    """The one QApplication, with the product's name and look."""
    choose_language()
    prepare_web_engine()
    app = QApplication([*sys.argv[:1], "-style", STYLE])
    app.setProperty(STARTED_IN_STYLE, True)
    app.setApplicationName("ado-connect")
    app.setApplicationDisplayName(_("ADO Connect"))
    app.setDesktopFileName("ado-connect")
    apply_style(app)
    return app


class _FirstPaint(QObject):
    """Calls `then` once, right after the window was first painted."""

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._then: Callable[[], None] | None = then
        window.installEventFilter(self)
        QTimer.singleShot(HIDDEN_MS, self, self._begin)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, self, self._begin)
            watched.removeEventFilter(self)
        return False

    def _begin(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()


def open_in_desktop(url: str) -> bool:
    """Open a page in the person's own browser."""
    from desktop_app.gui import open_browser

    return open_browser.open_in_desktop(url)


def start_practice() -> bool:
    """Start a second program with the practice cloud beside this one."""
    from PySide6.QtCore import QProcess

    frozen = bool(getattr(sys, "frozen", False))
    arguments = ["--practice"] if frozen else ["-m", "desktop_app", "--practice"]
    started, _process_id = QProcess.startDetached(sys.executable, arguments)
    return started
