"""The first window listens for a second start of the program, and comes to the front when there is one."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop_app.infra.one_window import SHOW, SHOWN

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Who asks more often at the same time is not heard."""


class FirstWindow(QObject):
    """Only the user may connect. Whatever is not that one word is answered by nothing."""

    def __init__(self, come_to_front: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._come_to_front = come_to_front
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(AT_ONCE)
        self._server.newConnection.connect(self._heard)

    def listen(self, address: str) -> bool:
        """Begin. Whoever calls this is the first, so what lies at that address was left by a program that crashed."""
        if not address:
            return False
        QLocalServer.removeServer(address)
        listening = self._server.listen(address)
        if not listening:
            log.warning("a second start will not find this window reason=%s", self._server.serverError())
        return listening

    def close(self) -> None:
        self._server.close()

    def _heard(self) -> None:
        while (asking := self._server.nextPendingConnection()) is not None:
            asking.disconnected.connect(asking.deleteLater)
            asking.readyRead.connect(lambda asking=asking: self._answer(asking))
            self._answer(asking)

    def _answer(self, asking: QLocalSocket) -> None:
        if asking.bytesAvailable() < len(SHOW):
            return
        if bytes(asking.read(len(SHOW) + 1).data()) == SHOW:
            self._come_to_front()
            asking.write(SHOWN)
            asking.flush()
        asking.disconnectFromServer()
