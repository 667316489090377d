"""The ways to sign in, always on screen below the sign-in page, and what is shown while somebody signs in elsewhere."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop_app.app.i18n import _
from desktop_app.gui.widgets import Card, SoftText
from desktop_app.gui.wizards.context import WizardContext


class SignInWays(QWidget):
    """A button for each way; the wizard's own Cancel stands right below.

    Signals:
        here_wanted(), browser_wanted(), code_wanted(): the way that was chosen.
    """

    here_wanted = Signal()
    browser_wanted = Signal()
    code_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("signInWays")
        self.here = self._way(_("Sign in here"), "signInHere")
        self.browser = self._way(_("Continue in browser"), "signInBrowser")
        self.code = self._way(_("Use a code on another device"), "signInCode")
        self.here.clicked.connect(self.here_wanted)
        self.browser.clicked.connect(self.browser_wanted)
        self.code.clicked.connect(self.code_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.here, self.browser, self.code):
            row.addWidget(button)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _way(self, label: str, name: str) -> QPushButton:
        button = QPushButton(label, self)
        button.setObjectName(name)
        button.setAccessibleName(label)
        return button

    def follow(self, last: QWidget) -> None:
        """Tab comes here after `last`, what was last before on the page."""
        for before, after in pairwise([last, self.here, self.browser, self.code]):
            QWidget.setTabOrder(before, after)

    def mark_embedded(self, embedded: bool) -> None:
        """The way that is being gone needs no button."""
        self.here.setVisible(not embedded)


class WaitingCard(Card):
    """Shown while the person signs in with their browser."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("waitingForBrowser")
        title = QLabel(_("Your browser has been opened"))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        self.body.addWidget(title)
        self.body.addWidget(SoftText(_("Finish the sign-in there within five minutes; this page goes on by itself.")))
        self.body.addWidget(
            SoftText(_("For this, http://localhost must be among the redirect URIs of the app registration."))
        )
        self.hide()


class BrowserOpener(QObject):
    """Opens an address from a worker thread: only the GUI thread may ask the desktop for it.

    Signals:
        failed(): no browser was opened.
    """

    failed = Signal()
    _wanted = Signal(str)

    def __init__(self, context: WizardContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def open(self, url: str) -> bool:
        """Returns at once; True, because nobody knows yet."""
        self._wanted.emit(url)
        return True

    def _open(self, url: str) -> None:
        if not self._context.open_url(url):
            self.failed.emit()
