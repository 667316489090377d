"""The icon beside the desktop's clock: the worst state of all connections as a picture and in words.

It is there only where the person wants it and the desktop has a place for it. Closing the window ends the program all
the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop_app.app.i18n import _, ngettext
from desktop_app.app.words import URGENCY, StateKind
from desktop_app.gui.icons import app_icon, pixmap
from desktop_app.gui.style import look

if TYPE_CHECKING:
    from desktop_app.app.settings import SettingsInUse
    from desktop_app.core.settings import Settings
    from desktop_app.gui.main_window import MainWindow

SIZES = (22, 32, 64)
_PICTURES: dict[StateKind, str] = {
    "bad": "cross-circle",
    "attention": "warning",
    "neutral": "question-circle",
    "good": "check-circle",
}
"""States differ by shape too, not by colour alone."""


def is_available() -> bool:
    """True where the desktop has a place for such icons."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class TraySwitch(QObject):
    """Shows the icon while the setting says so; lives with the window. Changes of settings come in the GUI thread."""

    def __init__(self, window: MainWindow, settings: SettingsInUse) -> None:
        super().__init__(window)
        self._window = window
        self.tray: Tray | None = None
        self._unfollow = settings.follow(self._use)
        self._use(settings.now)

    def close(self) -> None:
        self._unfollow()
        self._show(False)
        self.deleteLater()

    def _use(self, settings: Settings) -> None:
        self._show(settings.tray_icon)

    def _show(self, wanted: bool) -> None:
        if wanted and self.tray is None and is_available():
            self.tray = Tray(self._window)
        elif self.tray is not None and not wanted:
            self.tray.close()
            self.tray = None


class Tray(QObject):
    """Lives with the window; `close()` takes the icon away."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.icon = QSystemTrayIcon(self)
        self.icon.activated.connect(self._activated)
        self.menu = QMenu()  # not the window's: it would be dressed as a part of it
        self.menu.setObjectName("trayMenu")
        for text, do in (
            (_("&Open ADO Connect"), self.open_window),
            (_("Check a&ll now"), window.check_all_now),
            (_("&Quit"), window.close),
        ):
            self._add(text, do)
        self.icon.setContextMenu(self.menu)
        look().changed.connect(self._draw)
        window.connection_list.states_changed.connect(self.refresh)
        self._worst: StateKind | None = None
        self._draw()
        self.refresh()
        self.icon.show()

    def close(self) -> None:
        look().changed.disconnect(self._draw)
        self._window.connection_list.states_changed.disconnect(self.refresh)
        self.icon.hide()
        self.menu.deleteLater()
        self.deleteLater()

    def refresh(self) -> None:
        """Show how things stand now."""
        kinds = self._window.connection_list.rows.kinds
        self.icon.setToolTip(tray_words(kinds))
        if (worst := worst_of(kinds)) is not self._worst:  # while all are checked it is asked often
            self._worst = worst
            self._draw()

    def _draw(self) -> None:
        self.icon.setIcon(tray_icon(self._worst))

    def open_window(self) -> None:
        """Bring the window to the front, also from the task bar."""
        self._window.come_to_front()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_window()

    def _add(self, text: str, do: Callable[[], object]) -> None:
        action = QAction(text, self.menu)
        action.triggered.connect(lambda _checked=False: do())
        self.menu.addAction(action)


def worst_of(kinds: Mapping[StateKind, int]) -> StateKind | None:
    """The state to look at first; None without any connection."""
    return min((kind for kind, number in kinds.items() if number), key=URGENCY.__getitem__, default=None)


def tray_words(kinds: Mapping[StateKind, int]) -> str:
    """One sentence about the worst state, for the tool tip and for a screen reader."""
    worst = worst_of(kinds)
    n = kinds[worst] if worst else 0
    match worst:
        case None:
            return _("ADO Connect")
        case "bad":
            words = ngettext("ADO Connect: {n} connection needs you", "ADO Connect: {n} connections need you", n)
        case "attention":
            words = ngettext(
                "ADO Connect: {n} connection ends soon or works in part",
                "ADO Connect: {n} connections end soon or work in part",
                n,
            )
        case "neutral":
            words = ngettext(
                "ADO Connect: {n} connection has not been checked yet",
                "ADO Connect: {n} connections have not been checked yet",
                n,
            )
        case "good":
            words = ngettext("ADO Connect: your connection works", "ADO Connect: all {n} connections work", n)
        case _:
            assert_never(worst)
    return words.format(n=f"{n:,}")


def tray_icon(worst: StateKind | None) -> QIcon:
    """The program's icon with a dot for the state in its lower right corner."""
    if worst is None:
        return app_icon()
    drawn = QIcon()
    for size in SIZES:
        picture = app_icon().pixmap(size, size)
        picture.setDevicePixelRatio(1.0)
        dot = round(size * 0.56)
        corner = picture.width() - dot
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look().tokens.surface))
        painter.drawEllipse(QRectF(corner, corner, dot, dot))
        role = "soft" if worst == "neutral" else worst
        painter.drawPixmap(QPointF(corner, corner), pixmap(_PICTURES[worst], role, dot, 1.0))
        painter.end()
        drawn.addPixmap(picture)
    return drawn
