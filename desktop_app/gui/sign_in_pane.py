"""One attempt's browser: web view, page and profile, made together and deleted in the order Chromium wants.

A pane is used once. Its page has cookies of no other sign-in, and nothing of it is left when it is closed.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWebEngineCore import QWebEngineNewWindowRequest
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import Shiboken

from desktop_app.app.proxy_logins import ProxyLogins
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.sign_in_leaving import leave
from desktop_app.gui.sign_in_memory import EngineMemory
from desktop_app.gui.sign_in_pop_up import SignInPopUp
from desktop_app.gui.sign_in_profile import SignInPage, sign_in_profile
from desktop_app.gui.sign_in_questions import PasskeyQuestions, ProxyAnswers
from desktop_app.gui.sign_in_rules import NavigationRules, host_of
from desktop_app.gui.sign_in_surface import SignInAttempt, SignInLimits
from desktop_app.gui.sign_in_trust import CertificateDecisions, Trusts
from desktop_app.gui.sign_in_watch import Classify, PageWatch
from desktop_app.gui.sign_in_web import PageView


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
        host_unknown(str), refused(str), download_refused(): for the question bar.
        proxy_wanted(str, bool): see ProxyAnswers. The page goes no further; start another pane with the answer.
    """

    opening = Signal(QUrl)
    came_up = Signal()
    stuck = Signal()
    stayed = Signal()
    host_unknown = Signal(str)
    refused = Signal(str)
    download_refused = Signal()
    proxy_wanted = Signal(str, bool)

    def __init__(
        self,
        *,
        attempt: SignInAttempt,
        target: SignInTarget,
        remembered_hosts: set[str],
        classify: Classify,
        trusts: Trusts,
        proxy_logins: ProxyLogins,
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
        rules = NavigationRules(attempt.redirect_uri, allowed, remembered_hosts, self._start.port(443))
        # Children are deleted in this order if the window goes first: view, page, profile.
        self._view = PageView(self)
        self._profile = sign_in_profile()
        self._page = SignInPage(self._profile, rules, limits)
        self._page.setParent(self)
        self._profile.setParent(self)
        self._view.setPage(self._page)
        self._watch = PageWatch(
            self._page,
            looks_empty=self._view.looks_empty,
            login_host=target.login_host,
            classify=classify,
            limits=limits,
            parent=self,
        )
        self._trusts = trusts
        self._certificates = CertificateDecisions(self._page, trusts, self)
        self._proxies = ProxyAnswers(self._page, proxy_logins, self)
        self._passkeys = PasskeyQuestions(self._page, self.window(), self)
        self._memory = EngineMemory(limits.memory_bytes, self)
        self._pop_up: SignInPopUp | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)
        self.setFocusProxy(self._view)
        self._connect()

    def _connect(self) -> None:
        self._page.caught.connect(self._attempt.succeed)
        self._page.host_unknown.connect(self._on_host_unknown)
        self._page.refused.connect(self.refused)
        self._page.window_wanted.connect(self._on_window_wanted)
        self._page.restless.connect(self._on_restless)
        self._profile.downloadRequested.connect(self._page.note_wish)
        self._profile.downloadRequested.connect(self.download_refused)
        self._memory.exceeded.connect(self._on_memory_exceeded)
        self._proxies.wanted.connect(self._on_proxy_wanted)
        self._watch.started.connect(self.opening)
        self._watch.came_up.connect(self.came_up)
        self._watch.stuck.connect(self.stuck)
        self._watch.stayed.connect(self.stayed)
        self._watch.failed.connect(self._attempt.fail)
        self._certificates.refused.connect(self._attempt.fail)

    @property
    def page(self) -> SignInPage:
        return self._page

    @property
    def pop_up(self) -> SignInPopUp | None:
        """The second window, while there is one."""
        return self._pop_up

    @property
    def passkeys(self) -> PasskeyQuestions:
        return self._passkeys

    @property
    def web_view(self) -> QWebEngineView:
        return self._view

    def start(self) -> None:
        """Open the first page."""
        self._memory.start()
        self._page.setUrl(self._start)
        if QAccessible.isActive():
            # Chromium only hears of it when it changes; a screen reader that was there before it would see no page.
            QAccessible.setActive(True)

    def agree(self) -> None:
        """The person knows the host that was asked about: go there, and don't ask again."""
        if self._asked is None:
            return
        self._remembered.add(self._page.rules.name_of(self._asked))
        # What the form would have sent is gone; from the start again the page sends it anew.
        self._page.setUrl(self._start if self._asked_for_form else self._asked)
        self._asked = None

    def decline(self) -> None:
        """The person does not know that host: the sign-in ends."""
        host = self._page.rules.name_of(self._asked) if self._asked is not None else ""
        self._attempt.fail(ConnectionProblem(Problem.SIGN_IN_HOST_REFUSED, {"host": host}))

    def freeze(self) -> None:
        """Leave the page to be read, but let it do nothing more."""
        self._watch.stop()
        self._memory.stop()
        self._passkeys.close()
        self._page.freeze()
        if self._pop_up is not None:
            self._pop_up.reject()

    def dispose(self) -> None:
        """Blank, and delete everything: the page before its profile (Qt docs, QWebEngineProfile)."""
        self._let_go()
        leave(self._page, self._profile)
        self.deleteLater()

    def dispose_now(self) -> None:
        """The same where no event is handled any more. Not from within one of the page's own signals."""
        if self._pop_up is not None:
            pop_up, self._pop_up = self._pop_up, None
            pop_up.dispose_now()
        self._let_go()
        for part in (self._view, self._page, self._profile, self):
            Shiboken.delete(part)

    def _let_go(self) -> None:
        self.freeze()
        self.hide()
        self._certificates.refuse_all()

    def _on_window_wanted(self, request: QWebEngineNewWindowRequest) -> None:
        """One second window at a time: the newest."""
        if self._pop_up is not None:
            self._pop_up.reject()
        pop_up = SignInPopUp(self._page, self._trusts, self)
        # Children are deleted in their order, and the profile must be the last: also after this page.
        self._profile.setParent(None)
        self._profile.setParent(self)
        pop_up.caught.connect(self._attempt.succeed)
        pop_up.page.restless.connect(self._on_restless)
        pop_up.finished.connect(lambda _result: self._drop_pop_up(pop_up))
        self._pop_up = pop_up
        pop_up.open_request(request)

    def _drop_pop_up(self, pop_up: SignInPopUp) -> None:
        if self._pop_up is pop_up:
            self._pop_up = None
            pop_up.dispose()

    def _on_proxy_wanted(self, proxy: str, refused: bool) -> None:
        self._watch.stop()
        self._page.freeze()
        self.proxy_wanted.emit(proxy, refused)

    def _on_host_unknown(self, url: QUrl, has_form: bool) -> None:
        self._asked = url
        self._asked_for_form = has_form
        self.host_unknown.emit(self._page.rules.name_of(url))

    def _on_restless(self) -> None:
        facts = {"host": host_of(self._page.url()) or host_of(self._start)}
        self._attempt.fail(ConnectionProblem(Problem.SIGN_IN_PAGE_RESTLESS, facts))

    def _on_memory_exceeded(self) -> None:
        facts = {"host": host_of(self._page.url()), "description": "too-much-memory"}
        self._attempt.fail(ConnectionProblem(Problem.SIGN_IN_PAGE_CRASHED, facts))
