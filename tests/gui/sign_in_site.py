"""A sign-in site on this computer, and a sign-in that runs against it in a real web view."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop_app.core.cancel import Cancel
from desktop_app.core.problems import ConnectionProblem, Problem
from tests.fakes.tls_server import Answer, Seen, TlsServer, tls_server

if TYPE_CHECKING:  # importing it loads the web engine, which no other test wants in its process before its time
    from desktop_app.gui.sign_in_surface import EmbeddedSignIn, SignInLimits
    from desktop_app.gui.sign_in_view import SignInView

LOGIN = "login.localhost"  # every name below localhost is this computer (RFC 6761, section 6.3)
PARTNER = "partner.localhost"
REDIRECT_URI = "https://redirect.localhost/common/oauth2/nativeclient"
PATIENCE_MS = 20_000  # a machine under load may take this long to start the web engine

Trusts = Callable[[str, int, list[bytes]], bool]
Reply = Callable[[Seen], Answer]


def page(body: str, *, title: str = "Sign in", status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    html = f"<!doctype html><title>{title}</title><link rel=icon href='data:,'><body>{body}"
    return Answer(status, {"Content-Type": "text/html; charset=utf-8", **(headers or {})}, html.encode())


def send_to(address: str) -> Answer:
    return Answer(302, {"Location": address})


@dataclass
class Site:
    """One server under several names; `replies` by path, 404 for all others."""

    server: TlsServer
    replies: dict[str, Answer | Reply] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return urlsplit(self.server.url).port or 0

    def url(self, path: str, host: str = LOGIN) -> str:
        return f"https://{host}:{self.port}{path}"

    def answer(self, seen: Seen) -> Answer:
        reply = self.replies.get(seen.path.split("?")[0], Answer(404))
        return reply(seen) if callable(reply) else reply

    def paths(self, host: str = LOGIN) -> list[str]:
        """What was asked of `host` so far."""
        return [seen.path for seen in self.server.seen if seen.headers["host"].split(":")[0] == host]


@contextmanager
def sign_in_site(*more_names: str) -> Iterator[Site]:
    with tls_server(names=("127.0.0.1", "localhost", LOGIN, PARTNER, *more_names)) as server:
        site = Site(server)
        server.script = site.answer
        yield site


def classify(number: int, text: str) -> ConnectionProblem:
    assert text.startswith(f"AADSTS{number}")
    return ConnectionProblem(Problem.REDIRECT_URI_MISMATCH)


@dataclass
class Visit:
    """One view and the sign-ins that are run in it."""

    qtbot: QtBot
    view: "SignInView"
    pool: ThreadPoolExecutor
    cancel: Cancel = field(default_factory=Cancel)

    def begin(self, start_url: str, redirect_uri: str = REDIRECT_URI) -> "Future[str]":
        self.cancel = Cancel()
        return self.pool.submit(self.view.surface().show, start_url, redirect_uri, self.cancel)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def ended(self, running: "Future[str]") -> "Future[str]":
        """Wait for the sign-in's end, and for the view to have heard of it."""
        self.wait(running.done)
        self.wait(lambda: self.view.is_idle)
        return running

    def problem(self, running: "Future[str]") -> ConnectionProblem:
        failure = self.ended(running).exception()
        assert isinstance(failure, ConnectionProblem), failure
        return failure

    def press(self, name: str) -> None:
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def label(self, name: str) -> QLabel:
        found = self.view.findChild(QLabel, name)
        assert isinstance(found, QLabel)
        return found

    def button(self, name: str) -> QPushButton:
        found = self.view.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found

    def wait_for_text(self, wanted: str) -> None:
        """Wait until the page on screen shows `wanted`. Asks again and again: a page that goes away never answers."""
        read: list[str] = []

        def shown() -> bool:
            pane = self.view.pane
            if pane is not None and pane.isVisible():
                pane.page.toPlainText(read.append)
            return any(wanted in text for text in read)

        self.wait(shown)


class OpenView(Protocol):
    """Makes a view and puts it on screen."""

    def __call__(
        self, *, trusts: Trusts = ..., remembered: set[str] | None = None, limits: "SignInLimits | None" = None
    ) -> Visit: ...


LINK = "<a style='position:fixed;inset:0;background:#eee' {0}>link</a>"


def click_page_until(here: Visit, condition: Callable[[], bool]) -> None:
    """Chromium drops clicks on a page it has not drawn yet, and does not tell when it has: click again."""
    assert here.view.pane is not None
    target = here.view.pane.web_view.focusProxy()
    assert target is not None

    def click() -> None:
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(100, 100))

    again = QTimer(here.view, interval=500)
    again.timeout.connect(click)
    again.start()
    click()
    here.wait(condition)
    again.stop()


def trust_all(host: str, port: int, chain: list[bytes]) -> bool:
    return True


@contextmanager
def views(qtbot: QtBot) -> Iterator[OpenView]:
    from desktop_app.gui.sign_in_view import SignInLimits, SignInTarget, SignInView

    surfaces: list[EmbeddedSignIn] = []
    shown: list[SignInView] = []
    windows: list[QWidget] = []
    target = SignInTarget("contoso", "contoso.example", LOGIN, frozenset(), "admin@contoso.example")

    def open_view(
        *, trusts: Trusts = trust_all, remembered: set[str] | None = None, limits: SignInLimits | None = None
    ) -> Visit:
        window = QWidget()  # it outlives the view where a test deletes that
        qtbot.addWidget(window)
        view = SignInView(
            target,
            classify=classify,
            trusts=trusts,
            remembered_hosts=remembered,
            limits=limits or SignInLimits(reread_s=0.05, settle_s=0.0),
            parent=window,
        )
        QVBoxLayout(window).addWidget(view)
        window.resize(640, 480)
        window.show()
        windows.append(window)
        surfaces.append(view.surface())
        shown.append(view)
        return Visit(qtbot, view, pool)

    with ThreadPoolExecutor(2, thread_name_prefix="test-worker") as pool:
        yield open_view
        for surface in surfaces:
            surface.cancel()
    qtbot.waitUntil(lambda: all(view.is_idle for view in shown if isValid(view)))
