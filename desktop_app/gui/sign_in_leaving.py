"""How pages, and the profile they live in, go: a moment after their window, and one after the other.

Chromium ends the whole program (by a check of its own, or by a pointer to what is gone) where a page or its profile
goes while a download is on its way that nobody was asked about yet, and a page may begin downloads without end. So what
runs in a page is ended first, and the page stays until all of that has been heard of.
"""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from shiboken6 import Shiboken

LINGER_S = 2.0
LOOK_MS = 500


class LeavingPages(QObject):
    """Belongs to the application, and deletes all at once when that quits."""

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self.setObjectName("leavingPages")
        self._leaving: deque[tuple[float, QWebEnginePage | QWebEngineProfile]] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._delete_due)
        application.aboutToQuit.connect(self.delete_now)

    def take(self, part: QWebEnginePage | QWebEngineProfile) -> None:
        """A page that no view shows any more, or a profile after all of its pages."""
        part.setParent(None)
        if isinstance(part, QWebEnginePage):
            part.setVisible(False)
            part.setLifecycleState(QWebEnginePage.LifecycleState.Discarded)  # ends its scripts
        self._leaving.append((time.monotonic() + LINGER_S, part))
        self._timer.start()

    def delete_now(self) -> None:
        """Nothing will be handled any more."""
        self._timer.stop()
        while self._leaving:
            Shiboken.delete(self._leaving.popleft()[1])

    def _delete_due(self) -> None:
        while self._leaving and self._leaving[0][0] <= time.monotonic():
            self._leaving.popleft()[1].deleteLater()
        if not self._leaving:
            self._timer.stop()


def leave(*parts: QWebEnginePage | QWebEngineProfile) -> None:
    """Delete these soon, in this order."""
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("there is no application any more")
    found = application.findChild(LeavingPages)
    leaving = found if isinstance(found, LeavingPages) else LeavingPages(application)
    for part in parts:
        leaving.take(part)
