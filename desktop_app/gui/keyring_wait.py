"""Says that the keyring is waited for, once that takes longer than a moment, and lets the person stop waiting.

A keyring may ask for its password in a window of its own, which may lie behind others. The GUI thread never asks it
anything: it looks at a number once a second, and only while a task runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from desktop_app.app.workspace import Workspace
    from desktop_app.gui.main_window import MainWindow

LOOK_MS = 1_000
SLOW_S = 3.0
"""An open keyring answers in milliseconds."""


class KeyringWait(QObject):
    """Belongs to the main window."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._looks = QTimer(self)
        self._looks.setInterval(LOOK_MS)
        self._looks.timeout.connect(self.look)
        window.runner.began.connect(self._begin)
        self._begin()

    def look(self) -> None:
        """Say how it stands; look no more where nothing runs."""
        window = self._window
        runs = window.runner.active > 0
        if not runs:
            self._looks.stop()
        window.show_keyring_wait(runs and self._workspace.keyring_waits() >= SLOW_S)
        if window.wizard is not None:
            window.wizard.say_anew()

    def _begin(self) -> None:
        if not self._looks.isActive():
            self._looks.start()
