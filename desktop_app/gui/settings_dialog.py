"""Settings of the whole program. What is changed here holds at once; it is written when the dialog is closed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.app.updates import words_of_off
from desktop_app.core.settings import Settings
from desktop_app.gui import tray
from desktop_app.gui.widgets import Heading, SoftText

if TYPE_CHECKING:
    from desktop_app.app.settings import SettingsInUse
    from desktop_app.core.updates import UpdatesOff
    from desktop_app.gui.main_window import MainWindow


class SettingsDialog(QDialog):
    """Shows `settings` and changes them."""

    def __init__(
        self, settings: SettingsInUse, parent: QWidget | None = None, updates_off: UpdatesOff | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle(_("Settings"))
        self._settings = settings
        now = settings.now
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Heading(_("Secrets"), sub=True))
        seconds = QFormLayout()
        seconds.setHorizontalSpacing(16)
        seconds.setVerticalSpacing(8)
        words = _("Clear a copied secret from the &clipboard after")
        self.clipboard = self._seconds("clipboardSeconds", words, now.clipboard_seconds)
        seconds.addRow(words, self.clipboard)
        words = _("&Hide a secret that is shown after")
        self.reveal = self._seconds("revealSeconds", words, now.reveal_seconds)
        seconds.addRow(words, self.reveal)
        column.addLayout(seconds)
        column.addWidget(SoftText(_("Both happen at once when the screen is locked, where the desktop tells of it.")))
        column.addSpacing(8)
        column.addWidget(Heading(_("While ADO Connect is open"), sub=True))
        self.checks = self._switch("backgroundChecks", _("Check every connection once a &day"), now.background_checks)
        self.notifications = self._switch(
            "notifications", _("&Tell me before a token or secret ends"), now.notifications
        )
        self.tray = self._switch("trayIcon", _("Show an &icon beside the desktop's clock"), now.tray_icon)
        for switch in (self.checks, self.notifications, self.tray):
            column.addWidget(switch)
        if not tray.is_available():
            column.addWidget(SoftText(_("This desktop has no place for such an icon now.")))
        self._add_updates(column, now, updates_off)
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        self.ensurePolished()
        width = column.totalMinimumSize().width()
        self.resize(width, column.totalHeightForWidth(width))  # left to itself, Qt stops at two thirds of the screen

    def _add_updates(self, column: QVBoxLayout, now: Settings, off: UpdatesOff | None) -> None:
        self.updates = self._switch(
            "updateCheck", _("Look for a newer version once a &week, and show a link to it"), now.update_check
        )
        column.addWidget(self.updates)
        if why := words_of_off(off):
            self.updates.setEnabled(False)
            self.updates.setAccessibleDescription(why)
            column.addWidget(SoftText(why))

    def _seconds(self, name: str, words: str, value: int) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        for named in (box, box.lineEdit()):  # the focus is in the one, and a screen reader asks either
            named.setAccessibleName(words.replace("&", ""))
        box.lineEdit().setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # for Tab the two are one; it sets the box's own too
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setRange(Settings.SECONDS[0], Settings.SECONDS[-1])
        box.lineEdit().setTextMargins(8, 0, 0, 0)  # the style sheet's own padding does not move it
        box.setSuffix(_(" seconds"))
        box.setValue(value)
        box.valueChanged.connect(self._use)
        return box

    def _switch(self, name: str, words: str, on: bool) -> QCheckBox:
        box = QCheckBox(words)
        box.setObjectName(name)
        box.setChecked(on)
        box.toggled.connect(self._use)
        return box

    def _use(self) -> None:
        self._settings.change(
            replace(
                self._settings.now,
                clipboard_seconds=self.clipboard.value(),
                reveal_seconds=self.reveal.value(),
                background_checks=self.checks.isChecked(),
                notifications=self.notifications.isChecked(),
                tray_icon=self.tray.isChecked(),
                update_check=self.updates.isChecked(),
            )
        )


def open_settings(window: MainWindow) -> None:
    """Show the dialog over the window, once the workspace is there; write what was changed when it is closed."""
    workspace = window.workspace
    if workspace is None:
        return
    settings, before = workspace.settings, workspace.settings.now
    dialog = SettingsDialog(settings, window, workspace.updates.off() if workspace.updates is not None else None)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def write() -> None:
        if settings.now != before:
            window.runner.start(
                lambda cancel, progress: settings.save(),
                on_done=lambda _nothing: None,
                on_failed=window.show_problem,
                owner=window,
            )

    dialog.finished.connect(write)
    dialog.open()
