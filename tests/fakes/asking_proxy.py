"""A proxy on this computer that wants a name and a password, and leads every tunnel to one port."""

import base64
import contextlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class AskingProxy(ThreadingHTTPServer):
    """`asked` counts what came without the right name and password, `let_through` the tunnels."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, target_port: int, name: str, password: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target_port = target_port
        self.wanted = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
        self.asked = 0
        self.let_through = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # as socketserver declares it
        """Clients that hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: AskingProxy

    def do_CONNECT(self) -> None:
        if self.headers.get("Proxy-Authorization") != self.server.wanted:
            self.server.asked += 1
            self.send_response(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.server.let_through += 1
        self.close_connection = True
        with socket.create_connection(("127.0.0.1", self.server.target_port)) as there:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_carry, args=(there, self.connection), daemon=True)
            back.start()
            _carry(self.connection, there)
            back.join(10)

    def log_message(self, format: str, *args: Any) -> None:  # as BaseHTTPRequestHandler declares it
        """Test output stays quiet."""


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(65536):
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def asking_proxy(target_port: int, name: str, password: str) -> Iterator[AskingProxy]:
    """A running proxy."""
    proxy = AskingProxy(target_port, name, password)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01}, name="ado-test-proxy")
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
