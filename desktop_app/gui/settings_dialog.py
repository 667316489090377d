"""Settings of the whole program. What is changed here holds at once; it is written when the dialog is closed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app.app.guidance_policy import set_by_organization
from desktop_app.app.i18n import _
from desktop_app.app.updates import words_of_off
from desktop_app.core.settings import Settings
from desktop_app.gui import tray
from desktop_app.gui.security_section import SecuritySection
from desktop_app.gui.widgets import Heading, SoftText

if TYPE_CHECKING:
    from desktop_app.app.settings import SettingsInUse
    from desktop_app.core.updates import UpdatesOff
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.window_lock import WindowLock


WIDTH = 34
"""In line heights of the interface font."""


class SettingsDialog(QDialog):
    """Shows `settings` and changes them."""

    def __init__(
        self,
        settings: SettingsInUse,
        parent: QWidget | None = None,
        lock: WindowLock | None = None,
        updates_off: UpdatesOff | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle(_("Settings"))
        self._settings = settings
        self._updates_off = updates_off
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 20, 24, 8)
        column.setSpacing(8)
        self._add_secrets(column)
        column.addSpacing(8)
        self.security = SecuritySection(settings, lock)
        column.addWidget(self.security)
        column.addSpacing(8)
        self._add_while_open(column)
        column.addStretch(1)
        self._lay_out(inner)

    def _add_secrets(self, column: QVBoxLayout) -> None:
        now, policy = self._settings.now, self._settings.policy
        column.addWidget(Heading(_("Secrets"), sub=True))
        seconds = QFormLayout()
        seconds.setHorizontalSpacing(16)
        seconds.setVerticalSpacing(8)
        words = _("Clear a copied secret from the &clipboard after")
        most = policy.clipboard_seconds
        self.clipboard = self._seconds("clipboardSeconds", words, now.clipboard_seconds, most or Settings.SECONDS[-1])
        seconds.addRow(words, self.clipboard)
        if most is not None:
            note = SoftText(_("Set by your organization: at most {n} seconds").format(n=most))
            note.setObjectName("clipboardPolicy")
            seconds.addRow(note)
        words = _("&Hide a secret that is shown after")
        self.reveal = self._seconds("revealSeconds", words, now.reveal_seconds, Settings.SECONDS[-1])
        seconds.addRow(words, self.reveal)
        column.addLayout(seconds)
        column.addWidget(SoftText(_("Both happen at once when the screen is locked, where the desktop tells of it.")))

    def _add_while_open(self, column: QVBoxLayout) -> None:
        now = self._settings.now
        column.addWidget(Heading(_("While ADO Connect is open"), sub=True))
        self.checks = self._switch("backgroundChecks", _("Check every connection once a &day"), now.background_checks)
        self.notifications = self._switch(
            "notifications", _("&Tell me before a token or secret ends"), now.notifications
        )
        self.tray = self._switch("trayIcon", _("Show an &icon beside the desktop's clock"), now.tray_icon)
        switches = {"background_checks": self.checks, "notifications": self.notifications, "tray_icon": self.tray}
        for name, switch in switches.items():
            column.addLayout(self._with_policy(name, switch))
        if not tray.is_available():
            column.addWidget(SoftText(_("This desktop has no place for such an icon now.")))
        self._add_updates(column, now)

    def _add_updates(self, column: QVBoxLayout, now: Settings) -> None:
        words = _("Look for a newer version once a &week, and show a link to it")
        self.updates = self._switch("updateCheck", words, now.update_check)
        column.addLayout(self._with_policy("update_check", self.updates))
        if why := words_of_off(self._updates_off):
            self.updates.setEnabled(False)
            self.updates.setAccessibleDescription(why)
            column.addWidget(SoftText(why))

    def _lay_out(self, inner: QWidget) -> None:
        """All of it at once where the screen is high enough."""
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(24, 8, 24, 16)
        foot.addWidget(buttons)
        outer.addLayout(foot)
        width = max(WIDTH * self.fontMetrics().height(), inner.minimumSizeHint().width() + 16)
        whole = inner.heightForWidth(width) + buttons.sizeHint().height() + 32
        self.resize(width, min(whole, self.screen().availableGeometry().height() * 9 // 10))

    def _with_policy(self, name: str, switch: QCheckBox) -> QHBoxLayout:
        """A switch; what a policy fixes rests, and says why."""
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(switch)
        if name in self._settings.policy.fixed:
            switch.setEnabled(False)
            note = SoftText(set_by_organization())
            note.setWordWrap(False)
            note.setObjectName(f"{switch.objectName()}Policy")
            switch.setAccessibleDescription(note.text())
            row.addWidget(note)
        row.addStretch(1)
        return row

    def _seconds(self, name: str, words: str, value: int, most: int) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        for named in (box, box.lineEdit()):  # the focus is in the one, and a screen reader asks either
            named.setAccessibleName(words.replace("&", ""))
        box.lineEdit().setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # for Tab the two are one; it sets the box's own too
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setRange(Settings.SECONDS[0], most)
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
    if workspace is None or not window.unlocked(lambda: open_settings(window)):
        return
    settings, before = workspace.settings, workspace.settings.now
    off = workspace.updates.off() if workspace.updates is not None else None
    dialog = SettingsDialog(settings, window, window.lock, off)
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
