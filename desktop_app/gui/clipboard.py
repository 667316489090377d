"""Puts a secret on the clipboard for seconds, marked for clipboard managers, and takes it off again.

After `copy()` returns this object knows the text only by a salted digest. The clipboard is cleared only while it still
holds that text; X11's PRIMARY selection is never touched.

Wayland lets only a focused window see what others put on the clipboard, and a compositor may ignore an unfocused one
that gives it up. So what is ours is emptied before it is given up: whoever asks later gets nothing. And if something
else took our place while the window had no focus (a clipboard manager that keeps a copy), the guard looks once more
when the program is used again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QClipboard, QGuiApplication

if TYPE_CHECKING:
    from desktop_app.core.credential import Secret
    from desktop_app.core.ports import Clock

TICK_MS = 250
USUAL_S = 30
_NO = b"\0\0\0\0"  # a serialised DWORD 0, not the text "0"

# Qt on Windows registers a MIME name it does not know as a clipboard format of exactly that name; elsewhere these
# names mean nothing and do no harm.
MARKS = {
    # KDE's Klipper and the managers that follow it; the value must be exactly this (KDE frameworks, KSystemClipboard).
    "x-kde-passwordManagerHint": b"secret",
    # Microsoft docs, "Clipboard Formats", Cloud Clipboard and Clipboard History Formats. Any content of the first keeps
    # monitors away; the other two say "no" by a DWORD of 0.
    "ExcludeClipboardContentFromMonitorProcessing": _NO,
    "CanIncludeInClipboardHistory": _NO,
    "CanUploadToCloudClipboard": _NO,
    # Older Windows clipboard tools look for this one; its content does not matter.
    "Clipboard Viewer Ignore": _NO,
}


class ClipboardGuard(QObject):
    """The one way to the clipboard. Make one for the program.

    Signals:
        ticked(label, seconds_left): what was copied is still there; at once, then for every second.
        cleared: the countdown is over, because the text was taken off or something else took its place.
        refused: a secret was not copied, because nothing secret may be at present.

    `seconds` is how long a secret stays, where `copy` is not told. `may_copy` tells whether
    secrets may be copied now.
    """

    ticked = Signal(str, int)
    cleared = Signal()
    refused = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.seconds = USUAL_S
        self.may_copy: Callable[[], bool] = lambda: True
        self._clock = clock
        self._label = ""
        self._salt = b""
        self._digest = b""
        self._ends = 0.0  # on clock.monotonic()
        self._shown: int | None = None
        self._look_again = False  # holding, but over: the clipboard could not be seen
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        app = QCoreApplication.instance()
        if isinstance(app, QGuiApplication):
            app.aboutToQuit.connect(self.clear_now)
            app.applicationStateChanged.connect(self._used_again)

    @property
    def holding(self) -> bool:
        """True while a copied secret waits to be taken off."""
        return bool(self._digest) and not self._look_again

    def copy(self, secret: Secret, label: str, seconds: int | None = None) -> bool:
        """Copy `secret` for `seconds`; `label` names it in `ticked`. Copying again starts the countdown anew. False if
        it was refused."""
        if not self.may_copy():
            self.refused.emit()
            return False
        import secrets  # here and below: they load OpenSSL, and the window is to be on screen before that

        text = secret.reveal()
        content = QMimeData()
        content.setText(text)
        for name, value in MARKS.items():
            content.setData(name, QByteArray(value))
        self._salt = secrets.token_bytes(16)
        self._digest = self._digest_of(text)
        del text
        _clipboard().setMimeData(content, QClipboard.Mode.Clipboard)
        self._look_again = False
        self._label = label
        self._ends = self._clock.monotonic() + (self.seconds if seconds is None else seconds)
        self._shown = None
        self._timer.start()
        self.tick()
        return True

    def copy_plain(self, text: str) -> None:
        """Copy something that is no secret; it stays. A secret copied before is gone by this."""
        _clipboard().setText(text, QClipboard.Mode.Clipboard)
        self._stop()

    @Slot()
    def clear_now(self) -> None:
        """Take the secret off if the clipboard still holds it. Also called when the program quits."""
        if not self.holding:
            return
        if not self._take_off() and not _can_see():
            self._look_again = True
            self._timer.stop()
            self.cleared.emit()
            return
        self._stop()

    def _take_off(self) -> bool:
        """True if the clipboard held the secret."""
        import hmac

        clipboard = _clipboard()
        if not hmac.compare_digest(self._digest_of(clipboard.text(QClipboard.Mode.Clipboard)), self._digest):
            return False
        if clipboard.ownsClipboard():
            clipboard.mimeData(QClipboard.Mode.Clipboard).clear()
        clipboard.clear(QClipboard.Mode.Clipboard)
        return True

    def _used_again(self, state: Qt.ApplicationState) -> None:
        if self._look_again and state is Qt.ApplicationState.ApplicationActive:
            self._take_off()
            self._stop()

    @Slot()
    def tick(self) -> None:
        """Look at the clock: announce a new second, or clear when the time is up."""
        if not self.holding:
            return
        left = math.ceil(self._ends - self._clock.monotonic())
        if left <= 0:
            self.clear_now()
        elif left != self._shown:
            self._shown = left
            self.ticked.emit(self._label, left)

    def _stop(self) -> None:
        self._timer.stop()
        told, self._look_again = not self.holding, False
        self._digest = self._salt = b""
        if not told:
            self.cleared.emit()

    def _digest_of(self, text: str) -> bytes:
        import hashlib

        return hashlib.sha256(self._salt + text.encode("utf-8", "surrogatepass")).digest()


def _clipboard() -> QClipboard:
    return QGuiApplication.clipboard()


def _can_see() -> bool:
    """False where what others put on the clipboard is hidden from this program at present."""
    return not on_wayland() or QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive


def on_wayland() -> bool:
    return QGuiApplication.platformName().startswith("wayland")
