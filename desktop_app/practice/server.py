"""The TLS listeners of the practice cloud and the life of their connections.

Every connection has a thread of its own from the first byte, TLS handshake included, so an idle one (browsers open such
in advance) never holds up another. `close()` ends them all and leaves neither thread nor socket.
"""

from __future__ import annotations

import contextlib
import io
import logging
import selectors
import socket
import socketserver
import ssl
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from desktop_app.practice.service import Service

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

HANDSHAKE_TIMEOUT_S = 10.0
IDLE_TIMEOUT_S = 60.0
LARGEST_BODY = 1_000_000
_JOIN_TIMEOUT_S = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer to send. `cut`: half of the body, then the end of the connection."""

    response: Response
    cut: bool = False


Exchange = Callable[[Service | None, "Request"], Delivery | None]
"""Works on one request. None as service: the Host header decides. None as answer: close without one."""


class Listener(socketserver.ThreadingTCPServer):
    """One listening socket on 127.0.0.1; `context` is asked at each connection. OSError if the port is taken."""

    request_queue_size = 128
    timeout = 0  # handle_request() is called when a connection waits, and must not wait for another
    # On Windows this option would let two servers share one port.
    allow_reuse_address = sys.platform != "win32"

    def __init__(
        self, service: Service | None, port: int, context: Callable[[], ssl.SSLContext], exchange: Exchange
    ) -> None:
        self.service = service
        self.exchange = exchange
        self._context = context
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread | None] = {}
        self._closing = False
        super().__init__(("127.0.0.1", port), _Connection)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, Any]:  # Any: typeshed's own type of an address
        plain, address = self.socket.accept()
        plain.settimeout(HANDSHAKE_TIMEOUT_S)
        return self._context().wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    def process_request(self, request: Any, client_address: Any) -> None:  # Any: as in typeshed
        thread = threading.Thread(
            target=self._converse, args=(request, client_address), name="practice-connection", daemon=True
        )
        with self._lock:
            if self._closing:
                request.close()
                return
            self._open[request] = thread
        thread.start()

    def _converse(self, request: socket.socket, client_address: Any) -> None:  # Any: as in typeshed
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.pop(request, None)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up whenever they like; anything else is logged by its kind and place, without its message."""
        error = sys.exc_info()[1]
        if error is None or isinstance(error, (OSError, ValueError)):
            return
        log_without_message(error)

    def close(self) -> None:
        """Stops listening, ends every connection and waits for their threads."""
        with self._lock:
            self._closing = True
            threads = list(self._open.values())
            for connection in self._open:
                with contextlib.suppress(OSError):
                    # Not SSLSocket.shutdown, which would take the TLS state from under the thread that reads.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        self.server_close()
        for thread in threads:
            if thread is not None and thread is not threading.current_thread():
                thread.join(_JOIN_TIMEOUT_S)


class _Connection(BaseHTTPRequestHandler):
    """One connection: a handshake, then requests until either side has had enough."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_TIMEOUT_S
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Listener
    connection: ssl.SSLSocket

    def setup(self) -> None:
        self.request.do_handshake()
        super().setup()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written about requests."""

    def do_GET(self) -> None:
        body = self._read_body()
        if body is None:
            return
        from werkzeug.test import EnvironBuilder

        builder = EnvironBuilder(
            path=self.path if self.path.startswith("/") else "/",
            base_url=f"https://{self.headers.get('Host') or '127.0.0.1'}",
            method=self.command,
            headers=list(self.headers.items()),
            input_stream=io.BytesIO(body),
            content_length=len(body),
        )
        with builder.get_request() as request:
            delivery = self.server.exchange(self.server.service, request)
        if delivery is None:
            self.close_connection = True
        else:
            self._send(delivery)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _read_body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.send_error(411)
        elif int(length) > LARGEST_BODY:
            self.send_error(413)
        else:
            return self.rfile.read(int(length))
        self.close_connection = True
        return None

    def _send(self, delivery: Delivery) -> None:
        response = delivery.response
        body = response.get_data()
        self.send_response_only(response.status_code)
        self.send_header("Date", self.date_time_string())
        for name, value in response.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        if response.status_code not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        if delivery.cut:
            self.close_connection = True
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if delivery.cut else body)


class Acceptor:
    """One thread that waits for connections on several listeners, without polling."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = listeners
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._accept, name="practice-acceptor", daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            for listener in self._listeners:
                selector.register(listener, selectors.EVENT_READ, listener)
            selector.register(self._woken, selectors.EVENT_READ, None)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    key.data.handle_request()

    def stop(self) -> None:
        """Ends the thread, then the listeners and their connections."""
        self._wake.send(b"x")
        self._thread.join(_JOIN_TIMEOUT_S)
        self._wake.close()
        self._woken.close()
        for listener in self._listeners:
            listener.close()


def log_without_message(error: BaseException) -> None:
    """Logs the kind of an unexpected error and where it happened; its message may hold what a client sent."""
    places = "".join(traceback.format_tb(error.__traceback__))
    _log.error("practice cloud: %s\n%s", type(error).__name__, places)
