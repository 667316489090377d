"""Whether Qt is whole in this installation: icons are drawn, a certificate is read, the web view shows a page.

All need the application object, and run in its thread before it has a window.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QEventLoop, QUrl
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.resources import resource

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEnginePage

PAGE_S = 60.0
"""So long may the page take: on a busy virtual machine a web engine starts in several seconds."""
_PAGE = """<!doctype html><title>self-test</title><body style="margin: 0">
<p id="told" style="background: #2457d6; color: #ffffff; font-size: 40px">not yet</p>
<script>document.getElementById("told").textContent = "shown by " + ["a", "script"].join(" ");</script>"""
_TOLD = "shown by a script"


def draw_every_icon() -> int:
    """How many icons were drawn. Raises ValueError for one that cannot be read, or of which nothing is seen."""
    from PySide6.QtGui import QIcon

    with _application():
        files = sorted([*resource("icons").glob("*.svg"), *resource("style").glob("*.svg")])
        for file in files:
            image = QIcon(str(file)).pixmap(24, 24).toImage()
            if image.isNull() or not any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)):
                raise ValueError(f"{file} can not be drawn")
        return len(files)


def read_certificate(der: bytes) -> str:
    """The issuer of a certificate, read as the sign-in view does, through a plugin of Qt's. Raises ValueError where it
    is not read whole."""
    from PySide6.QtNetwork import QSsl, QSslCertificate

    with _application():
        certificate = QSslCertificate(der, QSsl.EncodingFormat.Der)
        issuer = certificate.issuerDisplayName()
        if bytes(certificate.toDer().data()) != der or not issuer:
            raise ValueError("a certificate can not be read")
        return issuer


def show_page() -> str:
    """The version of the web engine that has shown a page: loaded, its script run, its colour on screen.

    Raises ConnectionProblem VIEW_UNAVAILABLE (reason) where Chromium's sandbox may not run, TimeoutError where the page
    is not there within PAGE_S seconds, RuntimeError where its process has ended.
    """
    from desktop_app.gui.sign_in_engine import sign_in_unavailable

    with _application() as app:
        unavailable = sign_in_unavailable()
        if unavailable is not None:
            raise unavailable
        from PySide6.QtWebEngineCore import QWebEnginePage, qWebEngineChromiumVersion

        from desktop_app.gui.sign_in_profile import sign_in_profile
        from desktop_app.gui.sign_in_web import PageView

        profile = sign_in_profile()
        window = QWidget()
        view = PageView(window)
        page = QWebEnginePage(profile, view)
        view.setPage(page)
        view.resize(400, 200)
        ended: list[str] = []
        page.renderProcessTerminated.connect(lambda status, code: ended.append(f"{status.name}, {code}"))
        try:
            page.setHtml(_PAGE, QUrl("about:blank"))
            window.show()
            _wait(app, lambda: _told(page) == _TOLD and not view.looks_empty(), ended)
        finally:
            window.close()
            # The page before its profile (Qt docs, QWebEngineProfile).
            for each in (window, profile):
                each.deleteLater()
                QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return str(qWebEngineChromiumVersion())


@contextmanager
def _application() -> Iterator[QApplication]:
    """The one there is, or a new one; without a desktop one that draws in memory."""
    from desktop_app.gui.application import make_application

    if sys.platform.startswith("linux") and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance()
    yield app if isinstance(app, QApplication) else make_application()


def _told(page: QWebEnginePage) -> str:
    """What stands in the page's paragraph; empty until it is there."""
    told: list[object] = []
    page.runJavaScript("document.getElementById('told')?.textContent ?? ''", 0, told.append)
    deadline = QDeadlineTimer(1000)
    while not told and not deadline.hasExpired():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    return str(told[0]) if told else ""


def _wait(app: QApplication, seen: Callable[[], bool], ended: list[str]) -> None:
    until = time.monotonic() + PAGE_S
    while not seen():
        if ended:
            raise RuntimeError(f"the page's process has ended ({ended[0]})")
        if time.monotonic() > until:
            raise TimeoutError(f"no page within {PAGE_S:.0f} seconds")
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
