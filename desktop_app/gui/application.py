"""Starts Qt, shows the window, and only then has everything else built beside it.

Order at the end: no new tasks, what runs is cancelled, the clipboard is cleared, the workspace is closed, logs are
flushed.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop_app.app.i18n import _, choose_language
from desktop_app.core.ports import Clock
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.crash import CrashReporter
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.sign_in_engine import prepare_web_engine
from desktop_app.gui.style import apply_style
from desktop_app.gui.tasks import TaskRunner
from desktop_app.gui.unix_signals import SignalWatch

if TYPE_CHECKING:
    from desktop_app.app.workspace import Workspace


def run(build: Callable[[], Workspace], *, practice: bool, clock: Clock) -> int:
    """Show the window until it is closed; returns the exit code."""
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
    )
    window.show()
    QTimer.singleShot(0, lambda: window.open_workspace(build))
    signals = SignalWatch(window.close, app)
    code = app.exec()
    signals.close()
    stopped = runner.shutdown()
    window.close_workspace()
    logging.shutdown()
    if not stopped:
        # A thread still waits for a server or for the keyring. It holds nothing that must be saved, and Python would
        # wait for it.
        os._exit(code)
    return code


def make_application() -> QApplication:
    """The one QApplication, with the product's name and look."""
    choose_language()
    prepare_web_engine()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ado-connect")
    app.setApplicationDisplayName(_("ADO Connect"))
    app.setDesktopFileName("ado-connect")
    apply_style(app)
    return app


def open_in_desktop(url: str) -> bool:
    """Open a page in the person's own browser."""
    return QDesktopServices.openUrl(QUrl(url))


def start_practice() -> bool:
    """Start a second program with the practice cloud beside this one."""
    frozen = bool(getattr(sys, "frozen", False))
    arguments = ["--practice"] if frozen else ["-m", "desktop_app", "--practice"]
    started, _process_id = QProcess.startDetached(sys.executable, arguments)
    return started
