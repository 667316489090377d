"""An HTTPS server that answers byte by byte as a test wants it: cut, reset, trickled, endless, or not at all."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Deed = Callable[[ssl.SSLSocket], None]
"""What is done to a connection once its request has been read; it is closed afterwards."""


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str


def never(asked: Asked) -> Deed:
    raise AssertionError(f"nothing was prepared for {asked}")


@dataclass(slots=True)
class MisbehavingServer:
    """`answer` says what to do for each request and may be replaced at any time; `ended` is set when the server is
    taken down, for deeds that wait."""

    url: str
    answer: Callable[[Asked], Deed] = never
    ended: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def misbehaving_server(context: ssl.SSLContext) -> Iterator[MisbehavingServer]:
    """A server on a free port of 127.0.0.1, with a thread for each connection."""
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        server = MisbehavingServer(f"https://127.0.0.1:{listener.getsockname()[1]}")

        def accept() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                if server.ended.is_set():
                    plain.close()
                    return
                thread = threading.Thread(target=_converse, args=(plain, context, server), daemon=True)
                threads.append(thread)
                thread.start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield server
        finally:
            server.ended.set()
            with contextlib.suppress(OSError), socket.create_connection(listener.getsockname()):
                pass  # wakes the acceptor
            acceptor.join()
            for thread in threads:
                thread.join()


def _converse(plain: socket.socket, context: ssl.SSLContext, server: MisbehavingServer) -> None:
    with contextlib.suppress(OSError):  # clients that refuse the certificate or hang up are what the tests are about
        plain.settimeout(20)
        with plain, context.wrap_socket(plain, server_side=True) as connection:
            asked = _read_request(connection)
            if asked is not None:
                server.answer(asked)(connection)


def _read_request(connection: ssl.SSLSocket) -> Asked | None:
    """Reads one request, its body too; None if the client left before."""
    with connection.makefile("rb") as stream:
        first = stream.readline().decode("ascii").split(" ")
        if len(first) != 3:
            return None
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            if name.lower() == "content-length":
                length = int(value)
        stream.read(length)
    return Asked(first[0], first[1].partition("?")[0])


def head(status: int, length: int, content_type: str = "application/json; charset=utf-8", *more: str) -> bytes:
    """A status line and headers; every connection serves one request."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {length}", "Connection: close", *more]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def reset(connection: ssl.SSLSocket) -> None:
    """Ends the connection with a reset rather than an orderly close."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    plain = socket.socket(fileno=connection.detach())
    plain.close()
