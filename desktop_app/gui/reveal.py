"""A secret in a field: dots that a button turns into text for a while, and a field that keeps that text to itself.

Shown text becomes dots again after `SECONDS` seconds, when its window loses the focus, and when `hide_revealed` is
called (the screen is locked).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QWidget

from desktop_app.app.i18n import _
from desktop_app.gui.capture import hide_from_capture
from desktop_app.gui.icons import bind_icon

SECONDS = "revealSeconds"
"""A property of the application: how long a secret is shown. Where it is not set, USUAL_S."""
LOCK = "windowLock"
"""A property of the application: what has a `locked` and an `unlocked(then)` (gui/window_lock.py), if it is there."""
USUAL_S = 30

_Echo = QLineEdit.EchoMode


class SecretEdit(QLineEdit):
    """Holds a secret. What is marked in it reaches neither the clipboard nor X11's PRIMARY selection, nor can it be
    dragged out, not even while it is shown: Qt copies nothing out of a field of dots, so dots are what it sees while it
    handles whatever could mark or copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(_Echo.Password)
        self.setDragEnabled(False)
        hints = Qt.InputMethodHint
        self.setInputMethodHints(hints.ImhHiddenText | hints.ImhSensitiveData | hints.ImhNoPredictiveText)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        with self._dots():
            super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        with self._dots():
            super().contextMenuEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):  # in a field of dots, it would take everything away
            super().keyPressEvent(event)
            return
        with self._dots():
            super().keyPressEvent(event)

    @contextmanager
    def _dots(self) -> Iterator[None]:
        shown = self.echoMode()
        if shown is _Echo.Password:
            yield
            return
        self.setEchoMode(_Echo.Password)
        try:
            yield
        finally:
            self.setEchoMode(shown)


class RevealButton(QToolButton):
    """The eye beside a field. Checked: its text is shown. `label` names what it shows.

    While the program is locked it asks to unlock first, but for `own_text`: what was typed to unlock it.
    """

    def __init__(self, editor: QLineEdit, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._window: QWidget | None = None
        self.own_text = False
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.hide_again)
        self.setCheckable(True)
        self.setAccessibleName(_("Show {label}").format(label=label))
        self.setToolTip(_("Show what you typed"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bind_icon(self, "eye", "soft")
        self.toggled.connect(self._reveal)

    def hide_again(self) -> None:
        """Turn the text into dots."""
        self.setChecked(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        if event.type() is QEvent.Type.WindowDeactivate:
            self.hide_again()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page of a wizard is in front, or the window is closed."""
        self.hide_again()
        super().hideEvent(event)

    def _reveal(self, shown: bool) -> None:
        if shown and not self.own_text and (lock := _lock()) is not None and lock.locked:
            self.setChecked(False)
            lock.unlocked(self.click)
            return
        self._editor.setEchoMode(_Echo.Normal if shown else _Echo.Password)
        bind_icon(self, "eye-off" if shown else "eye", "soft")
        if self._window is not None:
            self._window.removeEventFilter(self)
            hide_from_capture(self._window, any(eye.isChecked() for eye in self._window.findChildren(RevealButton)))
        self._window = self.window() if shown else None
        if self._window is not None:
            self._window.installEventFilter(self)
            hide_from_capture(self._window, True)
            self.timer.start(_seconds() * 1000)
        else:
            self.timer.stop()


def set_reveal_seconds(seconds: int) -> None:
    """How long secrets are shown from now on."""
    app = QApplication.instance()
    if app is not None:
        app.setProperty(SECONDS, seconds)


def hide_revealed() -> None:
    """Hide every secret that is shown, in all windows."""
    for widget in QApplication.allWidgets():
        if isinstance(widget, RevealButton):
            widget.hide_again()


class _Lock(Protocol):
    @property
    def locked(self) -> bool: ...

    def unlocked(self, then: Callable[[], object]) -> bool: ...


def _lock() -> _Lock | None:
    app = QApplication.instance()
    lock: _Lock | None = app.property(LOCK) if app is not None else None
    return lock


def _seconds() -> int:
    app = QApplication.instance()
    return int((app.property(SECONDS) if app is not None else None) or USUAL_S)
