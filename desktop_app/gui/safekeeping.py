"""Takes secrets off the clipboard and out of sight when the screen is locked, and after the seconds that are set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.gui.reveal import hide_revealed, set_reveal_seconds
from desktop_app.gui.screen_lock import ScreenLock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.app.settings import SettingsInUse
    from desktop_app.core.settings import Settings
    from desktop_app.gui.clipboard import ClipboardGuard


class Safekeeping(QObject):
    """Begins with `watch`; make it in the GUI thread, where settings are changed too."""

    def __init__(self, clipboard: ClipboardGuard, settings: SettingsInUse, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self.lock = ScreenLock(self)
        self.lock.locked.connect(self.put_away)
        self._unfollow = settings.follow(self._use)
        self._use(settings.now)

    def watch(self, window: QWidget) -> None:
        """Listen for the lock of the screen."""
        self.lock.listen(window)

    def close(self) -> None:
        self._unfollow()
        self.lock.close()

    def put_away(self) -> None:
        """Nothing secret stays on the clipboard or on the screen."""
        self._clipboard.clear_now()
        hide_revealed()

    def _use(self, settings: Settings) -> None:
        self._clipboard.seconds = settings.clipboard_seconds
        set_reveal_seconds(settings.reveal_seconds)
