"""Questions a sign-in page's network and its passkeys ask: answered by a person, never by waiting inside Qt's call.

A name and a password for a proxy are known before the question, or the page is refused and opened once more after
somebody typed them: a dialog inside Qt's call could outlive the page that asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtNetwork import QAuthenticator
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QWidget

from desktop_app.app.proxy_logins import ProxyLogins

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEngineWebAuthUxRequest

    from desktop_app.gui.passkey_dialog import PasskeyDialog


class ProxyAnswers(QObject):
    """Answers the proxies of one page from what was typed in before.

    Signals:
        wanted(str, bool): this proxy wants a name and a password; True if it did not accept those it was given. Once:
            Chromium tries again on its own a few times.
    """

    wanted = Signal(str, bool)

    def __init__(self, page: QWebEnginePage, logins: ProxyLogins, parent: QObject) -> None:
        super().__init__(parent)
        self._logins = logins
        self._asked = False
        self._told: set[tuple[str, str]] = set()
        page.proxyAuthenticationRequired.connect(self._on_required)
        # Whoever sees the server's certificate, or its page, was let through: a later question is no refusal.
        page.certificateError.connect(self._told.clear)
        page.urlChanged.connect(self._told.clear)

    def _on_required(self, url: QUrl, authenticator: QAuthenticator, proxy: str) -> None:
        if self._asked:
            return
        known = self._logins.of(proxy)
        question = (proxy, url.toString())
        if known is not None and question not in self._told:
            self._told.add(question)
            name, password = known
            authenticator.setUser(name)
            authenticator.setPassword(password.reveal())
            return
        self._asked = True
        self._logins.forget(proxy)
        self.wanted.emit(proxy, known is not None)


class PasskeyQuestions(QObject):
    """Shows a dialog for each passkey that a page asks for; older web engines do not ask."""

    def __init__(self, page: QWebEnginePage, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._dialog: PasskeyDialog | None = None
        if hasattr(page, "webAuthUxRequested"):  # Qt 6.7 and later
            page.webAuthUxRequested.connect(self.ask)

    def ask(self, request: QWebEngineWebAuthUxRequest) -> None:
        """Show the dialog for `request`; one that is open is cancelled."""
        from desktop_app.gui.passkey_dialog import PasskeyDialog

        self.close()
        dialog = PasskeyDialog(request, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._forget)
        self._dialog = dialog
        dialog.open()

    def close(self) -> None:
        """The page goes away."""
        if self._dialog is not None:
            self._dialog.reject()

    def _forget(self) -> None:
        self._dialog = None
