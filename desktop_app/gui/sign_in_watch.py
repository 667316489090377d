"""Watches one sign-in page for the ways it can fail, and reads Entra's error number where Entra shows one.

The text of a page is looked at and forgotten; only the part that begins with an error number of the cloud's own login
host is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QDateTime, QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineLoadingInfo, QWebEnginePage
from shiboken6 import Shiboken

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.sign_in_profile import SignInPage
from desktop_app.gui.sign_in_rules import Verdict, host_of
from desktop_app.gui.sign_in_surface import SignInLimits

Classify = Callable[[int, str], ConnectionProblem]
"""(AADSTS number, text that begins with it) -> what it means."""

# learn.microsoft.com, "Microsoft Entra authentication and authorization error codes": four to eight digits.
_ERROR_NUMBER = re.compile(r"AADSTS(\d{4,8})")
_CORRELATION_ID = re.compile(r"(?i)correlation id\s*:?\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_ERROR_TEXT_LENGTH = 2000
# Chromium, net/base/net_error_list.h: what a proxy did, and too many redirects
_PROBLEM_OF_ERROR = dict.fromkeys((-111, -115, -127, -130, -131, -136), Problem.PROXY_FAILED)
_PROBLEM_OF_ERROR[-310] = Problem.SIGN_IN_PAGE_RESTLESS
_Status = QWebEngineLoadingInfo.LoadStatus
_HTTP_STATUS = QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain


class PageWatch(QObject):
    """Looks at one page until it is stopped.

    Signals:
        failed(ConnectionProblem): SIGN_IN_PAGE_FAILED or PROXY_FAILED (facts: host, and description or status),
            SIGN_IN_PAGE_STALLED, SIGN_IN_PAGE_BLANK, SIGN_IN_PAGE_CRASHED (facts: host), or what Entra's error page
            says (facts: aadsts, correlation_id).
        started(QUrl): a page was asked for; what is seen is still the one before it.
        came_up(): the page that was asked for has begun to show.
        stuck(): the page on screen has stopped loading before it was whole.
        stayed(): nothing came of it; what was seen before is still there.
    """

    failed = Signal(object)
    started = Signal(QUrl)
    came_up = Signal()
    stuck = Signal()
    stayed = Signal()

    def __init__(
        self,
        page: SignInPage,
        *,
        looks_empty: Callable[[], bool],
        login_host: str,
        classify: Classify,
        limits: SignInLimits,
        parent: QObject,
    ) -> None:
        """`looks_empty` tells whether there is anything to see in the view of `page`."""
        super().__init__(parent)
        self._page = page
        self._looks_empty = looks_empty
        self._login_host = login_host.lower()
        self._classify = classify
        self._stopped = False
        self._anything_shown = False
        self._came_up = False
        self._loading_host = ""
        self._left_at = self._position()
        self._stall = QTimer(self, interval=round(limits.stalled_s * 1000), singleShot=True)
        self._stall.timeout.connect(self._on_stalled)
        self._blank = QTimer(self, interval=round(limits.blank_s * 1000), singleShot=True)
        self._blank.timeout.connect(self._on_blank_for_long)
        # Entra builds some of its pages by script, after they are loaded.
        self._reread = QTimer(self, interval=round(limits.reread_s * 1000))
        self._reread.timeout.connect(self._read)
        page.loadingChanged.connect(self._on_loading)
        page.loadProgress.connect(self._on_progress)
        page.renderProcessTerminated.connect(self._on_crash)

    def stop(self) -> None:
        """The sign-in has ended; nothing is looked at any more."""
        self._stopped = True
        for timer in (self._stall, self._blank, self._reread):
            timer.stop()

    def _position(self) -> tuple[int, QUrl, QDateTime]:
        """Where the page stands; another value once an answer has begun to replace what it shows."""
        history = self._page.history()
        return history.count(), history.currentItem().url(), history.currentItem().lastVisited()

    def _on_loading(self, loading: QWebEngineLoadingInfo) -> None:
        if self._stopped:
            return
        host = host_of(loading.url())
        match loading.status():
            case _Status.LoadStartedStatus:
                self._loading_host = host
                self._came_up = False
                self._left_at = self._position()
                self._blank.stop()
                self._stall.start()
                self._reread.start()
                self.started.emit(loading.url())
            case _Status.LoadSucceededStatus:
                self._on_shown()
            case _Status.LoadFailedStatus if loading.errorDomain() is _HTTP_STATUS:
                self._on_shown()
                self._fail_if_blank(host, {"status": str(loading.errorCode())})
            case _Status.LoadFailedStatus:
                self._on_not_loaded(host, loading)
            case _:
                self._on_given_up(host)

    def _on_shown(self) -> None:
        self._stall.stop()
        self._blank.start()
        self._came_up = self._anything_shown = True
        self.came_up.emit()
        self._read()

    def _on_given_up(self, host: str) -> None:
        """Refused by the rules, or answered with something to download."""
        self._stall.stop()
        if not self._anything_shown and self._page.verdict in {Verdict.OPEN, Verdict.REFUSE}:
            self._fail(_page_failed(host, {"description": "nothing-to-show"}))
        elif self._anything_shown:
            self.stayed.emit()

    def _on_not_loaded(self, host: str, loading: QWebEngineLoadingInfo) -> None:
        problem = _PROBLEM_OF_ERROR.get(loading.errorCode(), Problem.SIGN_IN_PAGE_FAILED)
        self._fail(ConnectionProblem(problem, {"host": host, "description": loading.errorString()}))

    def _on_progress(self, percent: int) -> None:
        if self._stall.isActive():
            self._stall.start()
        self._look_whether_it_came_up()

    def _look_whether_it_came_up(self) -> None:
        """A page can be used before all its parts are there; Qt does not tell when the first of them is."""
        if not self._came_up and not self._stopped and self._position() != self._left_at:
            self._came_up = self._anything_shown = True
            self.came_up.emit()

    def _on_crash(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        facts = {"host": host_of(self._page.url()), "description": status.name}
        self._fail(ConnectionProblem(Problem.SIGN_IN_PAGE_CRASHED, facts))

    def _on_stalled(self) -> None:
        """A page that has come up may work without the parts that never arrive: whether it does, the person sees.

        Qt tells the text of a page only once it is loaded whole, so it cannot be judged here.
        """
        self._look_whether_it_came_up()
        if self._came_up:
            self.stuck.emit()
        else:
            self._fail(ConnectionProblem(Problem.SIGN_IN_PAGE_STALLED, {"host": self._loading_host}))

    def _on_blank_for_long(self) -> None:
        """A page is whole and has had time to build itself: no words on it, and nothing else to see."""

        def judge(text: str) -> None:
            if not text.strip() and self._looks_empty():
                self._fail(ConnectionProblem(Problem.SIGN_IN_PAGE_BLANK, {"host": host_of(self._page.url())}))

        self._ask_for_text(judge)

    def _fail_if_blank(self, host: str, facts: dict[str, str]) -> None:
        def judge(text: str) -> None:
            if not text.strip():
                self._fail(_page_failed(host, facts))

        self._ask_for_text(judge)

    def _read(self) -> None:
        self._look_whether_it_came_up()
        # Not page.url(): that is ahead of what is shown while a page is being opened.
        if not self._stopped and host_of(self._position()[1]) == self._login_host:
            title = self._page.title()
            self._ask_for_text(lambda text: self._look_for_error(f"{title}\n{text}"))

    def _ask_for_text(self, look: Callable[[str], None]) -> None:
        """The answer comes later; one that may be of another page, or comes while this one is deleted, is dropped."""
        position = self._position()

        def answered(text: str) -> None:
            if not self._stopped and Shiboken.isValid(self._page) and self._position() == position:
                look(text)

        self._page.toPlainText(answered)

    def _look_for_error(self, text: str) -> None:
        if found := error_on(text):
            number, message, facts = found
            self._fail(self._classify(number, message).with_facts(**facts))

    def _fail(self, problem: ConnectionProblem) -> None:
        if not self._stopped:
            self.stop()
            self.failed.emit(problem)


def error_on(text: str) -> tuple[int, str, dict[str, str]] | None:
    """What Entra's error page says: the number, the text from there on, and facts (aadsts, correlation_id); None where
    it is no error page."""
    found = _ERROR_NUMBER.search(text)
    if found is None:
        return None
    facts = {"aadsts": found.group(1)}
    if correlation := _CORRELATION_ID.search(text):
        facts["correlation_id"] = correlation.group(1)
    return int(found.group(1)), text[found.start() :][:_ERROR_TEXT_LENGTH], facts


def _page_failed(host: str, facts: dict[str, str]) -> ConnectionProblem:
    return ConnectionProblem(Problem.SIGN_IN_PAGE_FAILED, {"host": host, **facts})
