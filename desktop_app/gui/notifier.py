"""Desktop notifications: through the desktop's own service on Linux, through a tray icon elsewhere and where there is
none. Pressing one opens the connection that it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from desktop_app.app.i18n import _

if TYPE_CHECKING:
    from PySide6.QtWidgets import QSystemTrayIcon

    from desktop_app.app.workspace import Notes
    from desktop_app.core.profile import ProfileId
    from desktop_app.gui.tasks import TaskRunner


class Notifier(QObject):
    """Signals:
    opened(ProfileId): a notification about that connection was pressed.
    """

    opened = Signal(object)

    def __init__(
        self,
        runner: TaskRunner,
        notes: Notes | None,
        parent: QObject | None = None,
        tray: Callable[[], QSystemTrayIcon | None] | None = None,
    ) -> None:
        """`notes` is None where the system has no such service; `tray` gives an icon that shows messages, if there is
        a place for one."""
        super().__init__(parent)
        self._runner = runner
        self._notes = notes
        self._tray_of = tray or self._own_tray
        self._tray: QSystemTrayIcon | None = None
        self._about: dict[int, ProfileId] = {}
        self._last: ProfileId | None = None
        self._ear: QSocketNotifier | None = None

    def show(self, title: str, text: str, about: ProfileId, *, urgent: bool = False) -> None:
        """Show a notification that opens this connection when it is pressed."""
        notes = self._notes
        if notes is None:
            self._show_in_tray(title, text, about, urgent=urgent)
            return
        self._listen(False)
        self._runner.start(
            lambda cancel, progress: notes.show(title, text, _("Open"), urgent=urgent),
            on_done=partial(self._shown, title, text, about, urgent),
            on_failed=lambda failure: self._show_in_tray(title, text, about, urgent=urgent),
            owner=self,
        )

    def _shown(self, title: str, text: str, about: ProfileId, urgent: bool, number: int) -> None:
        if number:
            self._about[number] = about
            self._listen(True)
            self._hear()  # what came together with the answer does not make the socket readable again
        else:
            self._show_in_tray(title, text, about, urgent=urgent)

    # -- the desktop's service ----------------------------------------------------------------------------------------

    def _listen(self, on: bool) -> None:
        """While a notification is being shown, its worker reads from the socket."""
        if self._notes is None:
            return
        socket = self._notes.socket
        if self._ear is not None and int(self._ear.socket()) != socket:
            self._ear.setEnabled(False)
            self._ear.deleteLater()
            self._ear = None
        if self._ear is None and socket >= 0:
            self._ear = QSocketNotifier(socket, QSocketNotifier.Type.Read, self)
            self._ear.activated.connect(self._hear)
        if self._ear is not None:
            self._ear.setEnabled(on)

    def _hear(self) -> None:
        if self._notes is None:
            return
        for number in self._notes.pressed():
            if (about := self._about.get(number)) is not None:
                self.opened.emit(about)
        if self._notes.socket < 0:
            self._listen(False)

    # -- a tray icon --------------------------------------------------------------------------------------------------

    def _show_in_tray(self, title: str, text: str, about: ProfileId, *, urgent: bool) -> None:
        from PySide6.QtWidgets import QSystemTrayIcon

        if self._tray is None:
            self._tray = self._tray_of()
            if self._tray is None:
                return  # the list and the connection's page say the same
            self._tray.messageClicked.connect(self._open_last)
        self._last = about
        kind = QSystemTrayIcon.MessageIcon.Warning if urgent else QSystemTrayIcon.MessageIcon.Information
        self._tray.show()
        self._tray.showMessage(title, text, kind)

    def _open_last(self) -> None:
        if self._last is not None:
            self.opened.emit(self._last)

    def _own_tray(self) -> QSystemTrayIcon | None:
        from PySide6.QtWidgets import QSystemTrayIcon

        from desktop_app.gui.icons import app_icon

        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return None
        tray = QSystemTrayIcon(app_icon(), self)
        tray.setToolTip("ADO Connect")
        return tray
