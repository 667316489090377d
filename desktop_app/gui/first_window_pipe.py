"""The first window's ear where there are named pipes: Windows (see `first_window`)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop_app.gui.first_window import AT_ONCE
from desktop_app.infra.one_window import SHOW, SHOWN

log = logging.getLogger(__name__)


class PipeListener(QObject):
    """A `Listener` at a pipe's name; elsewhere, for the tests, at a socket's path."""

    def __init__(self, come_to_front: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._come_to_front = come_to_front
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(AT_ONCE)
        self._server.newConnection.connect(self._connected)

    def listen(self, address: str) -> bool:
        if not address:
            return False
        QLocalServer.removeServer(address)
        listening = self._server.listen(address)
        if not listening:
            log.warning("a second start will not find this window reason=%s", self._server.serverError())
        return listening

    def close(self) -> None:
        self._server.close()

    def _connected(self) -> None:
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
