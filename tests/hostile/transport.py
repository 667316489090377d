"""What a hostile server does to whoever asks it, below the level of what it says."""

import contextlib
import gzip
import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.misbehaving import Deed, MisbehavingServer, head

OFFERED = 400 * 1024 * 1024
"""Bytes that a server is ready to send, one way or another: a client that takes them all is caught by it."""
JSON = "application/json; charset=utf-8"
BLOCK = 64 * 1024


@dataclass(slots=True)
class Sent:
    """Bytes that a client took; what was on the way when it left counts too."""

    count: int = 0


Attacker = Callable[[MisbehavingServer, Sent], Deed]


@dataclass(frozen=True, slots=True)
class Attack:
    """`slow`: it ends when the client's patience does."""

    name: str
    deed: Attacker
    slow: bool = False


def _raw(content: bytes) -> Attacker:
    return lambda server, sent: lambda connection: connection.sendall(content)


def _endless(begin: bytes, piece: bytes) -> Attacker:
    """Begins, and then says the same again and again until the client has had enough, or has taken far too much."""

    def deed(server: MisbehavingServer, sent: Sent) -> Deed:
        def serve(connection: ssl.SSLSocket) -> None:
            block = piece * max(1, BLOCK // len(piece))
            connection.settimeout(1)  # the system does not always tell that the client has left
            with contextlib.suppress(OSError):
                connection.sendall(begin)
                while sent.count < OFFERED and not server.ended.is_set():
                    connection.sendall(block)
                    sent.count += len(block)

        return serve

    return deed


def _drip(begin: bytes, piece: bytes) -> Attacker:
    """As above, a piece every 20 ms."""

    def deed(server: MisbehavingServer, sent: Sent) -> Deed:
        def serve(connection: ssl.SSLSocket) -> None:
            with contextlib.suppress(OSError):
                connection.sendall(begin)
                while not server.ended.wait(0.02):
                    connection.sendall(piece)
                    connection.settimeout(0.001)
                    with contextlib.suppress(TimeoutError, ssl.SSLWantReadError):
                        if connection.recv(1) == b"":
                            return
                    connection.settimeout(5)

        return serve

    return deed


def _says(body: bytes, status: int = 200, content_type: str = JSON, *more: str) -> Attacker:
    return _raw(head(status, len(body), content_type, *more) + body)


def bomb(size: int = OFFERED, times: int = 1) -> bytes:
    """`size` zero bytes, compressed `times` over."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(size // (1024 * 1024))) + packer.flush()
    for _ in range(times - 1):
        body = gzip.compress(body)
    return body


_BOMB = bomb()
_ELSEWHERE = "https://login.microsoftonline.com.evil.example/collect?x="
_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
_TO_ELSEWHERE = f"HTTP/1.1 302 Found\r\nLocation: {_ELSEWHERE}\r\n".encode()

ATTACKS = (
    Attack("gzip bomb", _says(_BOMB, 200, JSON, "Content-Encoding: gzip")),
    Attack("gzip bomb as an error", _says(_BOMB, 403, JSON, "Content-Encoding: gzip")),
    Attack("gzip bomb behind a redirect", _says(_BOMB, 302, JSON, "Content-Encoding: gzip", f"Location: {_ELSEWHERE}")),
    Attack("gzip in gzip in gzip", _says(bomb(times=3), 200, JSON, "Content-Encoding: gzip, gzip, gzip")),
    Attack("fifty encodings", _says(b"x", 200, JSON, "Content-Encoding: " + ", ".join(["gzip"] * 50))),
    Attack("deflate bomb", _says(zlib.compress(bytes(OFFERED // 4)), 200, JSON, "Content-Encoding: deflate")),
    Attack("brotli that is none", _says(b"\x00" * 100, 200, JSON, "Content-Encoding: br")),
    Attack("zstd that is none", _says(b"\x28\xb5\x2f\xfd" + b"\xff" * 100, 200, JSON, "Content-Encoding: zstd")),
    Attack("endless body", _endless(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", b"[" * 100)),
    Attack("endless body behind a redirect", _endless(_TO_ELSEWHERE + b"\r\n", b"x" * 100)),
    Attack("endless chunks", _endless(_CHUNKED, b"1000\r\n" + b" " * 4096 + b"\r\n")),
    Attack("endless length of a chunk", _endless(_CHUNKED, b"1")),
    Attack("endless words beside a chunk", _endless(_CHUNKED + b"10;", b"x=y;")),
    Attack("endless trailer", _endless(_CHUNKED + b"0\r\n", b"X-More: of it\r\n"), slow=True),
    Attack("endless header", _endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x")),
    Attack("endless headers", _endless(b"HTTP/1.1 200 OK\r\n", b"X-More: of it\r\n")),
    Attack("endless status line", _endless(b"HTTP/1.1 200 ", b"OK")),
    Attack("endless 100 Continue", _endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), slow=True),
    Attack("header a drop at a time", _drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), slow=True),
    Attack("body a drop at a time", _drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" "), slow=True),
    Attack("100 Continue a drop at a time", _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), slow=True),
    Attack("no HTTP", _raw(b"220 smtp.evil.example ESMTP\r\n")),
    Attack("HTTP of another version", _raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
    Attack("nothing but a body", _raw(b"<html><title>hello</title></html>")),
    Attack("a status that is none", _raw(b"HTTP/1.1 999999 Never\r\nContent-Length: 0\r\n\r\n")),
    Attack("a status below all", _raw(b"HTTP/1.1 000 Never\r\nContent-Length: 0\r\n\r\n")),
    Attack("switching protocols", _raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")),
    Attack("a length below zero", _raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}")),
    Attack("two lengths", _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 200\r\n\r\n{}")),
    Attack("a length beyond all", _raw(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n{}")),
    Attack("a chunk beyond all", _raw(_CHUNKED + b"F" * 40 + b"\r\n{}")),
    Attack("a chunk below zero", _raw(_CHUNKED + b"-5\r\n{}")),
    Attack(
        "header without a name", _raw(b"HTTP/1.1 200 OK\r\n: nothing\r\n\x00\xff: \x00\r\nContent-Length: 2\r\n\r\n{}")
    ),
    Attack("Location in no encoding", _says(b"", 302, JSON, "Location: https://\x80\xff[::1\x00/")),
    Attack("Location that is a script", _says(b"", 302, JSON, "Location: javascript:alert(1)")),
    Attack("Retry-After of a century", _says(b"{}", 429, JSON, "Retry-After: " + "9" * 4_000)),
    Attack("Retry-After that is no date", _says(b"{}", 503, JSON, "Retry-After: Mon, 99 Foo 99999 99:99:99 +9999999")),
    Attack("nested beyond depth", _says(b"[" * 200_000 + b"]" * 200_000)),
    Attack("objects beyond depth", _says(b'{"value":' * 100_000 + b"1" + b"}" * 100_000)),
    Attack("nested beyond depth as an error", _says(b'{"message":' * 100_000 + b"1" + b"}" * 100_000, 400)),
    Attack("not a number", _says(b'{"value": [NaN], "count": Infinity, "access_token": -Infinity}')),
    Attack("a number of many digits", _says(b'{"value": ' + b"7" * 100_000 + b"}")),
    Attack("equal names", _says(b'{"value": [], "value": 1, "value": {"value": []}}')),
    Attack("half a letter", _says(rb'{"value": [{"id": "\ud800", "name": "\udfff"}], "access_token": "\ud800"}')),
    Attack("UTF-16", _says('{"value": []}'.encode("utf-16"), 200, "application/json; charset=utf-16")),
    Attack("bytes of no encoding", _says(b'{"value": ["\xff\xfe\x80"]}')),
    Attack("a picture", _says(b"\x89PNG\r\n\x1a\n" + bytes(100), 200, "image/png")),
    Attack("XML", _says(b'<!DOCTYPE a [<!ENTITY b "&c;&c;">]><a>&b;</a>', 200, "application/xml")),
    Attack("a page called JSON", _says(b"<html><title>AADSTS50034</title></html>")),
    Attack("JSON called a page", _says(b'{"value": []}', 200, "text/html")),
    Attack("a page of unclosed titles", _says(b"<title>" * 100_000, 401, "text/html")),
    Attack("a content type without end", _says(b"{}", 200, "application/json;" + ";" * 30_000)),
)
