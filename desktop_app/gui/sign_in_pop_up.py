"""A second window that a sign-in page asked for, with an address line of its own.

It lives in the profile of the page that opened it and goes by the same rules; it is gone when that page is.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineNewWindowRequest
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from desktop_app.app.i18n import _
from desktop_app.core.problems import ConnectionProblem
from desktop_app.gui.sign_in_leaving import leave
from desktop_app.gui.sign_in_profile import SignInPage
from desktop_app.gui.sign_in_questions import PasskeyQuestions
from desktop_app.gui.sign_in_rules import host_of
from desktop_app.gui.sign_in_trust import CertificateDecisions, Trusts
from desktop_app.gui.sign_in_web import PageView
from desktop_app.gui.sign_in_widgets import AddressLine, QuestionBar


class SignInPopUp(QDialog):
    """Closes when its page, or the person, wants it; `dispose` it then.

    Signals:
        caught(str): as SignInPage.caught.
    """

    caught = Signal(str)

    def __init__(self, opener: SignInPage, trusts: Trusts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("signInPopUp")
        self.setWindowTitle(_("Sign in: second window"))
        self._rules = opener.rules
        self._asked: QUrl | None = None
        self._view = PageView(self)
        self._page = SignInPage(opener.profile(), opener.rules, opener.limits)
        self._page.setParent(self)
        self._view.setPage(self._page)
        self._certificates = CertificateDecisions(self._page, trusts, self)
        self._passkeys = PasskeyQuestions(self._page, self, self)
        self._address = AddressLine(self)
        self._question = QuestionBar(self, decline=_("Do not open it"), settle_s=opener.limits.settle_s)
        close = QPushButton(_("Close this window"))
        close.setObjectName("signInPopUpClose")
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(close)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self._address)
        column.addWidget(self._question)
        column.addWidget(self._view, 1)
        column.addLayout(row)
        self.resize(560, 600)
        self._connect()

    def _connect(self) -> None:
        page = self._page
        page.caught.connect(self.caught)
        page.host_unknown.connect(self._on_host_unknown)
        page.refused.connect(self._question.tell_refused)
        page.window_wanted.connect(lambda request: page.setUrl(request.requestedUrl()))  # one window more is enough
        page.windowCloseRequested.connect(self.reject)
        page.loadStarted.connect(lambda: self._address.show_opening(page.requestedUrl()))
        page.loadFinished.connect(self._on_finished)
        page.urlChanged.connect(self._show_address)
        self._certificates.refused.connect(self._on_certificate_refused)
        self._question.agreed.connect(self._agree)
        self._question.declined.connect(self.reject)

    @property
    def page(self) -> SignInPage:
        return self._page

    def open_request(self, request: QWebEngineNewWindowRequest) -> None:
        """Show what the first page wanted a window for."""
        request.openIn(self._page)
        self.show()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def dispose(self) -> None:
        """Blank, and delete the page: before its profile (Qt docs, QWebEngineProfile)."""
        self._let_go()
        leave(self._page)
        self.deleteLater()

    def dispose_now(self) -> None:
        """The same where no event is handled any more."""
        self._let_go()
        for part in (self._view, self._page, self):
            Shiboken.delete(part)

    def _let_go(self) -> None:
        self._page.freeze()
        self._passkeys.close()
        self._certificates.refuse_all()
        self.hide()

    def _on_host_unknown(self, url: QUrl, has_form: bool) -> None:
        self._asked = url
        self._question.ask(self._rules.name_of(url))

    def _agree(self) -> None:
        self._question.hide()
        if self._asked is not None:
            self._rules.remembered.add(self._rules.name_of(self._asked))
            self._page.setUrl(self._asked)
            self._asked = None

    def _on_finished(self, ok: bool) -> None:
        if ok and self._asked is None:
            self._question.hide()
        elif not ok and not self._question.isVisible():
            self._question.tell_not_opened(host_of(self._page.requestedUrl()))
        self._show_address()

    def _show_address(self) -> None:
        url = self._page.url()
        if url.scheme() == "https":
            self._address.show_secure(url)
        else:
            self._address.show_nothing()

    def _on_certificate_refused(self, problem: ConnectionProblem) -> None:
        self._question.tell_certificate(problem.facts.get("host", ""))
