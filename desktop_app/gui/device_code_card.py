"""What a person needs who signs in on another device: the code in big letters, the address, and the time that is left.

Shows the code for people only; the one that collects the tokens never gets here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy

from desktop_app.app.i18n import _
from desktop_app.gui.announce import announce
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.widgets import Card, OpenButton, SoftText

if TYPE_CHECKING:
    from desktop_app.auth.device_code import DeviceCode

TICK_MS = 1000
CODE_SIZE = 2.2
"""The code's letters, in sizes of the interface font."""


class DeviceCodeCard(Card):
    """Hidden until `wait_for_code`.

    Signals:
        cancelled(): the person does not want to go on with the code.
    """

    cancelled = Signal()

    def __init__(
        self, now: Callable[[], datetime], open_url: Callable[[str], object], copy: Callable[[str], None]
    ) -> None:
        """`now` is aware UTC; `copy` puts a text on the clipboard that is no secret."""
        super().__init__()
        self.setObjectName("deviceCode")
        self._now = now
        self._copy = copy
        self._ends_at: datetime | None = None
        self._title = QLabel()
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self.address = SoftText()
        self.address.setObjectName("deviceCodeAddress")
        self.code = _BigCode()
        self.time_left = SoftText()
        self.time_left.setObjectName("deviceCodeTime")
        self.copy_button = QPushButton()
        self.copy_button.setObjectName("deviceCodeCopy")
        self.copy_button.clicked.connect(self._copy_code)
        self.open_button = OpenButton(_("Open the page here"), "", open_url)
        self.open_button.setObjectName("deviceCodeOpen")
        self.cancel_button = QPushButton(_("Cancel this code"))
        self.cancel_button.setObjectName("deviceCodeCancel")
        self.cancel_button.clicked.connect(self.cancelled)
        self._advice = SoftText(
            _(
                "Enter the code on that page only, and give it to nobody. Your admin may block codes: if the page says "
                "so, choose Continue in browser."
            )
        )
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.hide()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.copy_button, self.open_button, self.cancel_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for part in (self._title, self.address, self.code, self.time_left):
            self.body.addWidget(part)
        self.body.addLayout(buttons)
        self.body.addWidget(self._advice)

    def wait_for_code(self) -> None:
        """Show the card while the code is being asked for."""
        self._timer.stop()
        self._ends_at = None
        self._title.setText(_("Asking Microsoft for a code"))
        for part in (self.address, self.code, self.time_left, self.copy_button, self.open_button, self._advice):
            part.hide()
        self.show()

    def show_code(self, code: DeviceCode) -> None:
        """Show a code and count down to its end."""
        self._ends_at = code.ends_at
        self._title.setText(_("Enter this code on your other device"))
        self.address.setText(
            _(
                "On a phone or another computer, open {address} and enter the code. Sign in there with the account the "
                "connection shall act as; this page goes on by itself."
            ).format(address=code.address)
        )
        self.code.show_code(code.user_code)
        self.open_button.set_url(code.address)
        self._show_copied(False)
        for part in (self.address, self.code, self.time_left, self.copy_button, self.open_button, self._advice):
            part.show()
        self._timer.start()
        self.tick()
        self.copy_button.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, f"{self._title.text()}: {self.code.accessibleName()}. {self.address.text()}")

    def dismiss(self) -> None:
        """Hide, and forget the code."""
        self._timer.stop()
        self._ends_at = None
        self.code.show_code("")
        self.hide()

    def tick(self) -> None:
        """Look at the clock, and say how much time is left."""
        if self._ends_at is None:
            return
        left = max(0, math.ceil((self._ends_at - self._now()).total_seconds()))
        if left == 0:
            self._timer.stop()
            self.time_left.setText(_("The code has ended."))
        else:
            minutes, seconds = divmod(left, 60)
            self.time_left.setText(_("Time left: {time}").format(time=f"{minutes}:{seconds:02}"))

    def _copy_code(self) -> None:
        self._copy(self.code.text())
        self._show_copied(True)

    def _show_copied(self, copied: bool) -> None:
        self.copy_button.setText(_("Copied") if copied else _("Copy the code"))
        self.copy_button.setAccessibleName(_("Copy the code"))
        self.copy_button.setAccessibleDescription(_("Copied") if copied else "")
        bind_icon(self.copy_button, "check-circle" if copied else "copy", "good" if copied else "text")


class _BigCode(QLabel):
    """Letters that can be read across a desk, and read out one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("deviceCodeLetters")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * CODE_SIZE)
        font.setBold(True)
        font.setLetterSpacing(font.SpacingType.PercentageSpacing, 115)
        self.setFont(font)

    def show_code(self, code: str) -> None:
        self.setText(code)
        self.setAccessibleName(" ".join(code))
