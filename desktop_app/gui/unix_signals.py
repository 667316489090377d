"""SIGTERM, SIGINT and SIGHUP end the program as closing its window does: tasks are stopped and the clipboard is
cleared.

Python runs a signal handler only when its interpreter gets a turn, which Qt's event loop does not give by itself: the
signal is written to a socket that Qt watches.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class SignalWatch(QObject):
    """Calls `quit_program` in the GUI thread. Make one in the main thread; `close()` gives the signals back."""

    def __init__(self, quit_program: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._quit = quit_program
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._arrived)
        self._former_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        names = ("SIGTERM", "SIGINT", "SIGHUP")
        numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]  # Windows has no SIGHUP
        # A handler has to be set, or the system would end the process before the socket is read.
        self._former = {number: signal.signal(number, lambda *_: None) for number in numbers}

    def close(self) -> None:
        """Give the signals back."""
        signal.set_wakeup_fd(self._former_fd)
        for number, handler in self._former.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _arrived(self) -> None:
        try:
            self._reader.recv(64)
        except BlockingIOError:
            return
        self._quit()
