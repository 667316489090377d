"""The menu bar: everything the buttons do, with the platform's usual places and shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from desktop_app.app.i18n import _

if TYPE_CHECKING:
    from desktop_app.gui.backup_actions import BackupActions
    from desktop_app.gui.main_window import MainWindow

_Keys = QKeySequence.StandardKey


def add_menus(window: MainWindow) -> list[QAction]:
    """Fill the menu bar; returns the actions that need a connection to work on."""
    do = window.actions_of_connection
    file = window.menuBar().addMenu(_("&File"))
    _add(file, _("&New connection"), window.show_first_run, QKeySequence(_Keys.New))
    file.addSeparator()
    _add(file, _("&Back up connections…"), lambda: _backups(window).back_up(), QKeySequence())
    _add(file, _("Res&tore connections…"), lambda: _backups(window).restore(), QKeySequence())
    file.addSeparator()
    _add(file, _("&Lock now"), window.lock_now, QKeySequence("Ctrl+L"))
    settings = _add(file, _("&Settings…"), lambda: _settings(window), _settings_keys())
    settings.setMenuRole(QAction.MenuRole.PreferencesRole)
    file.addSeparator()
    leave = _add(file, _("&Quit"), window.close, _quit_keys())
    leave.setMenuRole(QAction.MenuRole.QuitRole)
    menu = window.menuBar().addMenu(_("&Connection"))
    of_connection = [
        _add(menu, _("&Copy token"), do.copy_token, QKeySequence("Ctrl+Shift+C")),
        _add(menu, _("Copy &identifiers only"), do.copy_identifiers, QKeySequence()),
        _add(menu, _("C&heck again"), do.check, QKeySequence(_Keys.Refresh)),
        _add(menu, _("Check a&ll now"), window.check_all_now, QKeySequence("Ctrl+Shift+F5")),
        _add(menu, _("&Edit…"), do.edit, QKeySequence("Ctrl+E")),
        _add(menu, _("Re&new it for me…"), do.renew, QKeySequence()),
        _add(menu, _("Enter a new &secret…"), do.replace, QKeySequence()),
        _add(menu, _("&Rename…"), do.rename, QKeySequence("F2")),
        _add(menu, _("Re&move…"), do.remove, QKeySequence()),
    ]
    for action in of_connection:
        action.setEnabled(False)
    menu = window.menuBar().addMenu(_("&Help"))
    _add(menu, _("&Check this computer…"), window.check_computer, QKeySequence())
    menu.addSeparator()
    about = _add(menu, _("&About ADO Connect"), lambda: _about(window), QKeySequence())
    about.setMenuRole(QAction.MenuRole.AboutRole)
    return of_connection


def _quit_keys() -> QKeySequence:
    """The platform's own keys, and Ctrl+Q where it has none."""
    keys = QKeySequence(_Keys.Quit)
    return QKeySequence("Ctrl+Q") if keys.isEmpty() else keys


def _settings_keys() -> QKeySequence:
    """The platform's own keys, and Ctrl+comma where it has none."""
    keys = QKeySequence(_Keys.Preferences)
    return QKeySequence("Ctrl+,") if keys.isEmpty() else keys


def _add(menu: QMenu, text: str, run: Callable[[], object], keys: QKeySequence) -> QAction:
    action = QAction(text, menu)
    action.setShortcut(keys)
    action.triggered.connect(lambda _checked=False: run())
    menu.addAction(action)
    return action


def _backups(window: MainWindow) -> BackupActions:
    """Made when it is first asked for."""
    from desktop_app.gui.backup_actions import BackupActions

    return window.findChild(BackupActions) or BackupActions(window)


def _about(window: MainWindow) -> None:
    from desktop_app.gui.about_dialog import AboutDialog

    dialog = AboutDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _settings(window: MainWindow) -> None:
    from desktop_app.gui.settings_dialog import open_settings

    open_settings(window)
