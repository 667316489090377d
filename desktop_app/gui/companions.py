"""What goes on beside the main window while a workspace is open: the lock, warnings, the icon beside the clock, checks
in the background, unfinished changes, newer versions.

Each is imported when it begins, after the window is on screen.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop_app.app.i18n import _
from desktop_app.gui.steps import Steps

if TYPE_CHECKING:
    from desktop_app.app.workspace import Workspace
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.recovery import Recovery
    from desktop_app.gui.tray import TraySwitch
    from desktop_app.gui.window_lock import WindowLock

STILL_STARTING_MS = 3_000


class Companions(QObject):
    """Belongs to the main window. `lock` is None until the workspace is open, and where there is no keyring for one."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._tray: TraySwitch | None = None
        self.lock: WindowLock | None = None

    def while_starting(self) -> None:
        """Say what the start may be waiting for."""
        self._window.statusBar().showMessage(_("Starting…"))
        QTimer.singleShot(STILL_STARTING_MS, self, self._say_what_for)

    def begin(self, workspace: Workspace) -> None:
        """Those that cannot wait until everything of the window is built: the lock at once, each other in its turn."""
        self._keep_safe(workspace)
        begins = (self._watch_keyring, self._watch_ends, self._recover, self._look_for_update)
        Steps(self, (begin() for begin in begins))

    def begin_rest(self) -> None:
        """The others, once the window has everything."""
        from desktop_app.gui.background_checks import DailyChecks
        from desktop_app.gui.tray import TraySwitch

        workspace = self._window.workspace
        if workspace is not None and self._tray is None:
            self._tray = TraySwitch(self._window, workspace.settings)
            if workspace.background is not None:
                DailyChecks(self._window, workspace.background)

    def window_closes(self) -> None:
        """Nothing new begins."""
        self.recovery.stop()
        if self._tray is not None:
            self._tray.close()
            self._tray = None

    def close(self) -> None:
        """Before the workspace is let go of."""
        if self.lock is not None:
            self.lock.close()
        self.safekeeping.close()

    @cached_property
    def recovery(self) -> Recovery:
        """Made when the workspace has been opened."""
        from desktop_app.gui.recovery import Recovery

        return Recovery(self._window)

    def _say_what_for(self) -> None:
        bar = self._window.statusBar()
        if self._window.workspace is None and bar.currentMessage() == _("Starting…"):
            bar.showMessage(
                _("Starting… If the system asks for the password of the keyring, it waits for your answer.")
            )

    def _watch_ends(self) -> None:
        workspace = self._window.workspace
        if workspace is not None and workspace.warnings is not None:
            from desktop_app.gui.notifier import Notifier
            from desktop_app.gui.warning_watch import WarningWatch

            WarningWatch(self._window, workspace.warnings, Notifier(self._window.runner, workspace.notes))

    def _watch_keyring(self) -> None:
        if (workspace := self._window.workspace) is not None:
            from desktop_app.gui.keyring_wait import KeyringWait

            KeyringWait(self._window, workspace)

    def _recover(self) -> None:
        self.recovery.begin()

    def _look_for_update(self) -> None:
        workspace = self._window.workspace
        if workspace is not None and workspace.updates is not None:
            from desktop_app.gui.update_notice import look_for_update

            look_for_update(self._window, workspace.updates)

    def _keep_safe(self, workspace: Workspace) -> None:
        from desktop_app.gui.safekeeping import Safekeeping

        self.safekeeping = Safekeeping(self._window.clipboard, workspace.settings, self._window)
        self.safekeeping.watch(self._window)
        if workspace.lock is not None:
            from desktop_app.gui.window_lock import WindowLock

            self.lock = WindowLock(self._window, workspace.lock, workspace.settings)
            self.lock.attach(self.safekeeping)
