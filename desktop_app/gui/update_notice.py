"""A link in the status bar when there is a newer version. It opens the download page, and nothing else ever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_app.app.i18n import _
from desktop_app.gui.widgets import link_button

if TYPE_CHECKING:
    from desktop_app.app.updates import Updates
    from desktop_app.gui.main_window import MainWindow


def look_for_update(window: MainWindow, updates: Updates) -> None:
    """Ask in the background; what fails is not told."""
    window.runner.start(
        lambda cancel, progress: updates.newer(),
        on_done=lambda version: _show(window, updates.page, version),
        on_failed=lambda failure: None,
        owner=window,
    )


def _show(window: MainWindow, page: str, version: str) -> None:
    if not version:
        return
    link = link_button(_("ADO Connect {version} is available").format(version=version), window)
    link.setObjectName("updateNotice")
    link.setToolTip(_("Opens the download page in your browser"))
    link.clicked.connect(lambda: window.open_url(page))
    window.statusBar().addPermanentWidget(link)
