"""The first window listens for a second start of the program, and comes to the front when there is one.

On Unix by a plain socket that Qt watches: QLocalServer would load Qt's whole network part, 3 MB of memory, for one
word that is hardly ever said. A named pipe of Windows can not be watched that way (`first_window_pipe`).
"""

from __future__ import annotations

import logging
import os
import socket
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from PySide6.QtCore import QObject, QSocketNotifier

from desktop_app.infra.one_window import SHOW, SHOWN

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Whoever asks while so many others still have not said their word takes the place of the one that waits longest."""


class Listener(Protocol):
    """Only the user may connect. Whatever is not that one word is answered by nothing."""

    def listen(self, address: str) -> bool:
        """Begin. Whoever calls this is the first, so what lies at that address was left by a program that crashed.

        False, with the reason in the log, where nothing can be listened to: then a second window opens, no more.
        """

    def close(self) -> None:
        """Nothing is heard from here on."""


def listener(come_to_front: Callable[[], object], parent: QObject) -> Listener:
    """What this system needs; it begins with `listen`."""
    if sys.platform == "win32":
        from desktop_app.gui.first_window_pipe import PipeListener

        return PipeListener(come_to_front, parent)
    return SocketListener(come_to_front, parent)


class SocketListener(QObject):
    """A `Listener` at a socket's path."""

    def __init__(self, come_to_front: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._come_to_front = come_to_front
        self._address = ""
        self._server: socket.socket | None = None
        self._watch: QSocketNotifier | None = None
        self.asking: list[Asking] = []
        """Who has connected and not yet said a whole word; the oldest first."""

    def listen(self, address: str) -> bool:
        if not address:
            return False
        server = socket.socket(socket.AF_UNIX)
        try:
            with suppress(FileNotFoundError):
                os.unlink(address)
            server.bind(address)
            os.chmod(address, stat.S_IRUSR | stat.S_IWUSR)  # before anybody can connect
            server.listen(AT_ONCE)
        except OSError as error:
            server.close()
            log.warning("a second start will not find this window reason=%s", error.strerror)
            return False
        server.setblocking(False)
        self._address, self._server = address, server
        self._watch = QSocketNotifier(server.fileno(), QSocketNotifier.Type.Read, self)
        self._watch.activated.connect(self._connected)
        return True

    def close(self) -> None:
        while self.asking:
            self.asking.pop().close()
        if self._server is None or self._watch is None:
            return
        self._watch.setEnabled(False)
        self._server.close()
        self._server = None
        with suppress(OSError):
            os.unlink(self._address)

    def _connected(self) -> None:
        if self._server is None:
            return
        try:
            connection, _address = self._server.accept()
        except OSError:  # gone again
            return
        if len(self.asking) >= AT_ONCE:
            self.asking.pop(0).close()
        self.asking.append(Asking(connection, self._heard, self))

    def _heard(self, asking: Asking) -> None:
        """The word is there, or the other side hung up."""
        self.asking.remove(asking)
        if asking.said == SHOW:
            self._come_to_front()
            asking.answer(SHOWN)
        asking.close()


class Asking(QObject):
    """One that has connected. `heard(self)` is called when there is nothing more to wait for."""

    def __init__(self, connection: socket.socket, heard: Callable[[Asking], None], parent: QObject) -> None:
        super().__init__(parent)
        self.said = b""
        self._heard = heard
        self._connection = connection
        connection.setblocking(False)
        self._watch = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read, self)
        self._watch.activated.connect(self._read)

    def answer(self, word: bytes) -> None:
        with suppress(OSError):  # who does not wait for the answer does not need it
            self._connection.send(word)

    def close(self) -> None:
        self._watch.setEnabled(False)
        self._connection.close()
        self.deleteLater()

    def _read(self) -> None:
        if not self._watch.isEnabled():
            return
        try:
            part = self._connection.recv(len(SHOW) + 1 - len(self.said))
        except BlockingIOError:
            return
        except OSError:
            part = b""
        self.said += part
        if len(self.said) >= len(SHOW) or not part:
            self._heard(self)
