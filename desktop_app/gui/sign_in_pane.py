"""One attempt's browser: web view, page and profile, made together and deleted in the order Chromium wants.

A pane is used once. Its page has cookies of no other sign-in, and nothing of it is left when it is closed.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from desktop_app.app.i18n import _
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.sign_in_profile import SignInPage, sign_in_profile
from desktop_app.gui.sign_in_rules import NavigationRules, host_of
from desktop_app.gui.sign_in_surface import SignInAttempt, SignInLimits
from desktop_app.gui.sign_in_trust import CertificateDecisions, Trusts
from desktop_app.gui.sign_in_watch import Classify, PageWatch


@dataclass(frozen=True, slots=True)
class SignInTarget:
    """Whom the sign-in is for, and where it may lead. Texts are shown; `account` is a hint and may be empty.

    `login_host` is the cloud's: error numbers are believed there only. `allowed_hosts`: see sign_in_hosts().
    """

    organization: str
    tenant: str
    login_host: str
    allowed_hosts: AbstractSet[str]
    account: str = ""


class SignInPane(QWidget):
    """The browser of one attempt; its outcome goes into the attempt.

    Signals:
        opening(QUrl), came_up(), stuck(), stayed(): see PageWatch.
        host_unknown(str), refused(str): for the question bar.
    """

    opening = Signal(QUrl)
    came_up = Signal()
    stuck = Signal()
    stayed = Signal()
    host_unknown = Signal(str)
    refused = Signal(str)

    def __init__(
        self,
        *,
        attempt: SignInAttempt,
        target: SignInTarget,
        remembered_hosts: set[str],
        classify: Classify,
        trusts: Trusts,
        limits: SignInLimits,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._attempt = attempt
        self._start = QUrl(attempt.start_url)
        self._remembered = remembered_hosts
        self._asked: QUrl | None = None
        self._asked_for_form = False
        allowed = frozenset(target.allowed_hosts) | {target.login_host, host_of(self._start)}
        rules = NavigationRules(attempt.redirect_uri, allowed, remembered_hosts)
        # Children are deleted in this order if the window goes first: view, page, profile.
        self._view = _PageView(self)
        self._profile = sign_in_profile()
        self._page = SignInPage(self._profile, rules)
        self._page.setParent(self)
        self._profile.setParent(self)
        self._view.setPage(self._page)
        self._watch = PageWatch(self._page, target.login_host, classify, limits, self)
        self._certificates = CertificateDecisions(self._page, trusts, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)
        self.setFocusProxy(self._view)
        self._connect()

    def _connect(self) -> None:
        self._page.caught.connect(self._attempt.succeed)
        self._page.host_unknown.connect(self._on_host_unknown)
        self._page.refused.connect(self.refused)
        self._watch.started.connect(self.opening)
        self._watch.came_up.connect(self.came_up)
        self._watch.stuck.connect(self.stuck)
        self._watch.stayed.connect(self.stayed)
        self._watch.failed.connect(self._attempt.fail)
        self._certificates.refused.connect(self._on_certificate_refused)

    @property
    def page(self) -> SignInPage:
        return self._page

    @property
    def web_view(self) -> QWebEngineView:
        return self._view

    def start(self) -> None:
        """Open the first page."""
        self._page.setUrl(self._start)
        if QAccessible.isActive():
            # Chromium only hears of it when it changes; a screen reader that was there before it would see no page.
            QAccessible.setActive(True)

    def agree(self) -> None:
        """The person knows the host that was asked about: go there, and don't ask again."""
        if self._asked is None:
            return
        self._remembered.add(host_of(self._asked))
        # What the form would have sent is gone; from the start again the page sends it anew.
        self._page.setUrl(self._start if self._asked_for_form else self._asked)
        self._asked = None

    def decline(self) -> None:
        """The person does not know that host: the sign-in ends."""
        host = host_of(self._asked) if self._asked is not None else ""
        self._attempt.fail(ConnectionProblem(Problem.SIGN_IN_HOST_REFUSED, {"host": host}))

    def freeze(self) -> None:
        """Leave the page to be read, but let it do nothing more."""
        self._watch.stop()
        self._page.freeze()

    def dispose(self) -> None:
        """Blank, and delete everything: the page before its profile (Qt docs, QWebEngineProfile)."""
        self._let_go()
        for part in (self._view, self._page, self._profile, self):
            part.deleteLater()

    def dispose_now(self) -> None:
        """The same where no event is handled any more. Not from within one of the page's own signals."""
        self._let_go()
        for part in (self._view, self._page, self._profile, self):
            Shiboken.delete(part)

    def _let_go(self) -> None:
        self.freeze()
        self.hide()
        self._certificates.refuse_all()

    def _on_host_unknown(self, url: QUrl, has_form: bool) -> None:
        self._asked = url
        self._asked_for_form = has_form
        self.host_unknown.emit(host_of(url))

    def _on_certificate_refused(self, fault: str) -> None:
        facts = {"host": host_of(self._page.requestedUrl()), "description": fault}
        self._attempt.fail(ConnectionProblem(Problem.CERTIFICATE_UNTRUSTED, facts))


class _PageView(QWebEngineView):
    """A web view whose context menu offers what typing a password needs, and nothing else."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("signInPage")
        self.setAccessibleName(_("Sign-in page"))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        for action in (
            QWebEnginePage.WebAction.Cut,
            QWebEnginePage.WebAction.Copy,
            QWebEnginePage.WebAction.Paste,
            QWebEnginePage.WebAction.SelectAll,
        ):
            menu.addAction(self.page().action(action))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())
