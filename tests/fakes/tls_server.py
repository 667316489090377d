"""A small HTTPS server on this computer whose every answer a test decides."""

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived. Header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """`announced` is the Content-Length that is told; the body's own by default. The body is written `times` over."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    announced: int | None = None
    times: int = 1


class HangUp(Exception):
    """Raised by a script: the connection closes without an answer."""


Script = Callable[[Seen], Answer]


@dataclass(slots=True)
class TlsServer:
    """A running server. `seen` grows with every request; `script` may be replaced at any time."""

    url: str
    ca_pem: bytes
    script: Script = lambda seen: Answer(body=b"ok")
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    shown: list[bytes] = field(default_factory=list)
    """Certificates that clients showed, as DER; for those who had none, empty."""


@contextlib.contextmanager
def tls_server(
    authority: trustme.CA | None = None,
    names: tuple[str, ...] = ("127.0.0.1", "localhost"),
    identity_pem: bytes = b"",
    asks_clients: bool = False,
) -> Iterator[TlsServer]:
    """A server on a free port of 127.0.0.1 with a certificate for `names`.

    `identity_pem` is another private key and chain for it to show. `asks_clients`: for a certificate of the same
    authority; those who have none are let in as well.
    """
    authority = authority or trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if identity_pem:
        _show(identity_pem, context)
    else:
        authority.issue_cert(*names).configure_cert(context)
    if asks_clients:
        context.verify_mode = ssl.CERT_OPTIONAL
        authority.configure_trust(context)
    listener = _Listener(("127.0.0.1", 0), _Handler)
    server = TlsServer(f"https://127.0.0.1:{listener.server_address[1]}", authority.cert_pem.bytes())
    listener.context, listener.server = context, server
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, name="ado-test-server")
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def _show(identity_pem: bytes, context: ssl.SSLContext) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "identity.pem")
        file.write_bytes(identity_pem)
        context.load_cert_chain(file)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True  # a client that keeps its connection must not hold up the end of a test
    block_on_close = False
    context: ssl.SSLContext
    server: TlsServer

    def handle_error(self, request: Any, client_address: Any) -> None:  # as socketserver declares it
        """Clients that refuse the certificate or hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def setup(self) -> None:
        plain: socket.socket = self.request
        try:
            self.request = self.server.context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()
            raise
        self.server.server.connections += 1
        self.server.server.shown.append(self.request.getpeercert(binary_form=True) or b"")
        super().setup()

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.request.close()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(length))
        self.server.server.seen.append(seen)
        try:
            answer = self.server.server.script(seen)
        except HangUp:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        length = len(answer.body) * answer.times
        announced = length if answer.announced is None else answer.announced
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        if self.command != "HEAD":
            for _ in range(answer.times):
                self.wfile.write(answer.body)
        if announced != length:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = _answer

    def log_message(self, format: str, *args: Any) -> None:  # as BaseHTTPRequestHandler declares it
        """Test output stays quiet."""
