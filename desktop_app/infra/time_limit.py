"""A limit on a whole request, whatever it is spent on.

The limits that sockets know begin anew with every byte, so a server that sends one byte a second is never too slow for
them. Here a timer ends the connection under whoever reads from it; which connection that is, the connection itself
says.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref
from types import TracebackType
from typing import Any, Self

from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_running = threading.local()
_lock = threading.Lock()
# A connection goes back to the pool a moment before its request ends, and may serve another one by then.
_owners: weakref.WeakKeyDictionary[socket.socket, TimeLimit] = weakref.WeakKeyDictionary()


class TimeLimitPassed(TimeoutError):
    """The time of the whole request is over; nothing more is sent for it."""


class TimeLimit:
    """A context manager around one request, in one thread: what is on its way after `seconds` ends with an error."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.name = "ado-time-limit"
        self._socket: socket.socket | None = None
        self._passed = False

    @property
    def passed(self) -> bool:
        return self._passed

    def watch(self, connection: socket.socket | None) -> None:
        """From now on `connection` is the one to end. Raises TimeLimitPassed if it is too late already."""
        with _lock:
            if self._passed:
                raise TimeLimitPassed
            self._socket = connection
            if connection is not None:
                _owners[connection] = self

    def __enter__(self) -> Self:
        _running.limit = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _running.limit = None
        with _lock:
            self._socket = None

    def _end(self) -> None:
        with _lock:
            self._passed = True
            if self._socket is not None and _owners.get(self._socket) is self:
                with contextlib.suppress(OSError):
                    # Not SSLSocket.shutdown, which would take the TLS state from under the thread that reads.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _watch(connection: socket.socket | None) -> None:
    limit: TimeLimit | None = getattr(_running, "limit", None)
    if limit is not None:
        limit.watch(connection)


class _LimitedConnection(HTTPSConnection):
    """Tells the limit of the running request which socket is in use."""

    def connect(self) -> None:
        _watch(None)
        super().connect()
        _watch(self.sock)

    def _new_conn(self) -> socket.socket:
        plain = super()._new_conn()
        _watch(plain)  # a proxy's answer is read before TLS begins
        return plain

    def putrequest(self, *request: Any, **how: Any) -> None:  # passed through
        # Before the first byte: it may have been connected long ago, and the request before this one still end it.
        _watch(self.sock)
        super().putrequest(*request, **how)

    def getresponse(self) -> Any:  # as urllib3 types it
        _watch(self.sock)
        return super().getresponse()


class _LimitedPool(HTTPSConnectionPool):
    ConnectionCls = _LimitedConnection


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": HTTPConnectionPool, "https": _LimitedPool}
"""For PoolManager.pool_classes_by_scheme."""
