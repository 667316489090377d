"""A link in the status bar when there is a newer version. It opens the download page, and nothing else ever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton

from desktop_app.app.i18n import _
from desktop_app.core.updates import UpdatesOff
from desktop_app.gui.widgets import link_button

if TYPE_CHECKING:
    from desktop_app.app.updates import Updates
    from desktop_app.gui.main_window import MainWindow

NAME = "updateNotice"
_AGAIN_MS = 24 * 60 * 60 * 1000
"""A window may be open for weeks. Whether a week is over is told by what was remembered (app/updates.py)."""


def look_for_update(window: MainWindow, updates: Updates) -> None:
    """Ask in the background, now and every day that the window is open; what fails is not told."""
    if updates.off() is UpdatesOff.NO_PUBLISHER:
        return

    def look() -> None:
        window.runner.start(
            lambda cancel, progress: updates.newer(),
            on_done=lambda version: _show(window, updates.page, version),
            on_failed=lambda failure: None,
            owner=window,
        )

    again = QTimer(window)
    again.setObjectName("updateTimer")
    again.timeout.connect(look)
    again.start(_AGAIN_MS)
    look()


def _show(window: MainWindow, page: str, version: str) -> None:
    link = window.findChild(QPushButton, NAME)
    if link is None:
        if not version:
            return
        link = link_button("", window)
        link.setObjectName(NAME)
        link.setToolTip(_("Opens the download page in your browser"))
        link.clicked.connect(lambda: window.open_url(page))
        window.statusBar().addPermanentWidget(link)
    link.setText(_("ADO Connect {version} is available").format(version=version))
    link.setVisible(bool(version))
