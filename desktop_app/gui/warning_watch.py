"""Looks for ends that are near, shortly after the program started and every hour, and tells of them once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from desktop_app.app.i18n import _
from desktop_app.core.ends import OVER, today
from desktop_app.gui.notifier import Notifier

if TYPE_CHECKING:
    from desktop_app.app.warnings import EndWarning, EndWarnings
    from desktop_app.core.profile import ProfileId
    from desktop_app.gui.main_window import MainWindow

SOON_MS = 5_000
HOUR_MS = 60 * 60 * 1000
ONE_BY_ONE = 3
"""More warnings than this are told in one notification."""


class WarningWatch(QObject):
    """Belongs to the main window; begins when it is made."""

    def __init__(self, window: MainWindow, warnings: EndWarnings, notifier: Notifier) -> None:
        super().__init__(window)
        self._window = window
        self._warnings = warnings
        self._notifier = notifier
        self._day: date = today(window.now())
        notifier.setParent(self)
        notifier.opened.connect(self._open)
        self._timer = QTimer(self)
        self._timer.setInterval(HOUR_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        QTimer.singleShot(SOON_MS, self, self.look)

    def look(self) -> None:
        """Look now, in a task."""
        self._window.runner.start(
            lambda cancel, progress: self._warnings.take(),
            on_done=self._tell,
            on_failed=lambda failure: None,  # connections that can not be read are told by the list
            owner=self,
        )

    def _tell(self, found: tuple[EndWarning, ...]) -> None:
        if found or today(self._window.now()) != self._day:
            self._day = today(self._window.now())
            self._window.refresh()  # "in 7 days" has become "in 6 days"
        if len(found) > ONE_BY_ONE:
            self._show(found)
        else:
            for warning in found:
                self._show((warning,))

    def _show(self, found: tuple[EndWarning, ...]) -> None:
        title, text = self._warnings.words(found)
        if self._window.practice:
            title = _("Practice cloud: {title}").format(title=title)
        self._notifier.show(title, text, found[0].profile.id, urgent=any(warning.step == OVER for warning in found))

    def _open(self, key: ProfileId) -> None:
        """Bring the window to the front, with that connection."""
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        window.show_connection(key)
