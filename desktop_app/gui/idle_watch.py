"""Tells that nobody has used the program for some minutes.

Used means a key, a click, a wheel or a moving pointer in one of its windows, or anywhere in the session where the
system tells that: who works in another program is still there. Only windows are listened to, not each widget, and only
while minutes are set: an event that passes through Python costs time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from desktop_app.gui.session_idle import SessionIdle

if TYPE_CHECKING:
    from desktop_app.core.ports import Clock

LOOK_MS = 5_000
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)


class IdleWatch(QObject):
    """Signals: idle: nobody has used it for that long. Then again only after somebody has."""

    idle = Signal()

    def __init__(self, clock: Clock, session: SessionIdle | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._session = session or SessionIdle(self)
        self._limit_s = 0.0
        self._used_at = clock.monotonic()
        self._told = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._listening = False

    def set_minutes(self, minutes: int) -> None:
        """From now on after so many; 0 ends it."""
        self._limit_s = minutes * 60.0
        self.used()
        if bool(minutes) is self._listening:
            return
        self._listening = bool(minutes)
        app = QGuiApplication.instance()
        if not isinstance(app, QGuiApplication):
            return
        if self._listening:
            self._timer.start()
            app.focusWindowChanged.connect(self._listen_to)
            for window in QGuiApplication.topLevelWindows():
                self._listen_to(window)
        else:
            self._timer.stop()
            app.focusWindowChanged.disconnect(self._listen_to)
            for window in QGuiApplication.topLevelWindows():
                window.removeEventFilter(self)

    def used(self) -> None:
        """Somebody is there."""
        self._used_at = self._clock.monotonic()
        self._told = False

    def look(self) -> None:
        """Look at the clock."""
        if not self._limit_s or self._told or self._idle_s() < self._limit_s:
            return
        self._session.ask(self._judge)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        if event.type() in _INPUT:
            self.used()
        return False

    def _listen_to(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)  # a second time moves it to the front and no more

    def _judge(self, session_s: float | None) -> None:
        if not self._limit_s or self._told:
            return
        if session_s is not None and session_s < self._limit_s:
            self._used_at = max(self._used_at, self._clock.monotonic() - session_s)
        if self._idle_s() >= self._limit_s:
            self._told = True
            self.idle.emit()

    def _idle_s(self) -> float:
        return self._clock.monotonic() - self._used_at
