"""The part *Security* of the settings: the lock, and screenshots."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.app import lock_words
from desktop_app.app.guidance_policy import set_by_organization
from desktop_app.app.i18n import _
from desktop_app.core.lock import LockState
from desktop_app.core.settings import Settings
from desktop_app.gui.capture import can_hide
from desktop_app.gui.widgets import Heading, SoftText

if TYPE_CHECKING:
    from desktop_app.app.settings import SettingsInUse
    from desktop_app.gui.window_lock import WindowLock


class SecuritySection(QWidget):
    """Changes `settings` at once; `lock` is None where there is no keyring to keep a passphrase in."""

    def __init__(self, settings: SettingsInUse, lock: WindowLock | None) -> None:
        super().__init__()
        self._settings = settings
        self._lock = lock
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Heading(_("Security"), sub=True))
        column.addLayout(self._passphrase_row())
        column.addLayout(self._when())
        column.addWidget(self.with_screen)
        column.addWidget(SoftText(f"{lock_words.what_it_does()} {lock_words.what_it_does_not()}"))
        column.addSpacing(4)
        column.addWidget(self._capture())
        if lock is not None:
            lock.changed.connect(self.look)
        self.look()

    def look(self) -> None:
        """Show what can be changed now."""
        state = self._lock.state if self._lock is not None else LockState.OFF
        on, required = state is not LockState.OFF, self._settings.policy.requires_lock
        self.choose.setText(_("Change the &passphrase…") if on else _("Choose a &passphrase…"))
        self.choose.setEnabled(self._lock is not None)
        self.turn_off.setVisible(on)
        self.turn_off.setEnabled(not required)
        self.minutes.setEnabled(on)
        self.with_screen.setEnabled(on and "lock_with_screen" not in self._settings.policy.fixed)
        self._state.setText(self._words(on, required))

    def _words(self, on: bool, required: bool) -> str:
        if self._lock is None:
            return _("A lock needs a keyring, which this computer does not offer.")
        if required:
            words = _("The lock is on.") if on else _("Choose a passphrase: until then, no secret can be used here.")
            return f"{words} {set_by_organization()}."
        return _("The lock is on.") if on else _("The lock is off: nothing asks for a passphrase.")

    def _passphrase_row(self) -> QVBoxLayout:
        self._state = SoftText("")
        self._state.setObjectName("lockState")
        self.choose = QPushButton()
        self.choose.setObjectName("choosePassphraseButton")
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(lambda: self._lock.choose() if self._lock else None)
        self.turn_off = QPushButton(_("Turn the lock &off…"))
        self.turn_off.setObjectName("turnLockOffButton")
        self.turn_off.setAutoDefault(False)
        self.turn_off.clicked.connect(lambda: self._lock.turn_off() if self._lock else None)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.turn_off)
        row.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._state)
        column.addLayout(row)
        return column

    def _when(self) -> QFormLayout:
        policy, now = self._settings.policy, self._settings.now
        at_most = policy.lock_minutes
        self.minutes = QComboBox()
        self.minutes.setObjectName("lockMinutes")
        words = _("&Lock ADO Connect by itself")
        self.minutes.setAccessibleName(words.replace("&", ""))
        for minutes in Settings.MINUTES:
            if at_most is None or 0 < minutes <= at_most:
                self.minutes.addItem(lock_words.minutes_words(minutes), minutes)
        self.minutes.setCurrentIndex(self.minutes.findData(now.lock_minutes))
        self.minutes.currentIndexChanged.connect(self._use)
        self.with_screen = QCheckBox(_("Lock it &with the screen, where the desktop tells of that"))
        self.with_screen.setObjectName("lockWithScreen")
        self.with_screen.setChecked(now.lock_with_screen)
        self.with_screen.toggled.connect(self._use)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(words, self.minutes)
        return form

    def _capture(self) -> QWidget:
        self.capture = QCheckBox(_("Keep windows out of &screenshots while a secret is shown in them"))
        self.capture.setObjectName("hideFromCapture")
        self.capture.setChecked(self._settings.now.hide_from_capture)
        self.capture.toggled.connect(self._use)
        if can_hide():
            self.capture.setToolTip(_("Newer tools for recording the screen may not keep to it, and cameras do not."))
            return self.capture
        self.capture.setParent(self)
        self.capture.hide()
        return SoftText(
            _(
                "Screenshots: no desktop on Linux lets a program keep a window out of them. Show a secret only while "
                "nobody records or shares your screen."
            )
        )

    def _use(self) -> None:
        self._settings.change(
            replace(
                self._settings.now,
                lock_minutes=self.minutes.currentData(),
                lock_with_screen=self.with_screen.isChecked(),
                hide_from_capture=self.capture.isChecked(),
            )
        )
