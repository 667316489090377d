"""Opens *Check this computer*, one window at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from desktop_app.app.i18n import _

if TYPE_CHECKING:
    from desktop_app.core.diagnosis import Scope
    from desktop_app.gui.doctor_window import DoctorWindow
    from desktop_app.gui.main_window import MainWindow


def open_doctor(window: MainWindow, scope: Scope | None = None) -> DoctorWindow | None:
    """Look at everything `scope` needs; by default the cloud of the connection on screen, in all ways.

    A window for another scope is replaced; None while the program still starts.
    """
    from desktop_app.core.diagnosis import Scope
    from desktop_app.gui.doctor_window import DoctorWindow

    workspace = window.workspace
    if workspace is None or workspace.doctor is None:
        window.statusBar().showMessage(_("One moment, ADO Connect is still starting."), 3000)
        return None
    if scope is None:
        profile = window.profile
        scope = Scope(profile.cloud, ca_file=profile.ca_file) if profile else Scope(workspace.clouds[0])
    shown = window.findChild(DoctorWindow)
    if shown is not None and shown.isVisible():
        if shown.scope == scope:
            shown.raise_()
            shown.activateWindow()
            shown.start()
            return shown
        shown.close()
    opened = DoctorWindow(workspace.doctor(), scope, window.runner, window.open_url, window)
    if workspace.support is not None:
        opened.offer(workspace.support)
    opened.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    opened.show()
    return opened
