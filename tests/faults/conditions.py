"""The faults that a request can meet, from the name of the host to the last byte of the answer."""

import contextlib
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import trustme

from desktop_app.core.ports import Timeout
from tests.faults.misbehaving import Asked, Deed, MisbehavingServer, head, misbehaving_server, reset

TRICKLE_S = 0.02
"""Pause between two bytes of an answer that trickles: below the limit for one byte, so that only the total ends it."""
LONG = 12 * 1024 * 1024
HUGE = 50 * 1024 * 1024
OBJECT_ID = "99999999-8888-7777-6666-555555555555"
TENANT_ID = "11111111-2222-3333-4444-555555555555"
NOBODY = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sites:
    """Where requests go: a server that answers, and addresses at which nothing good is to be had."""

    good: MisbehavingServer
    untrusted: MisbehavingServer
    expired: MisbehavingServer
    refused: str
    unanswered: str
    unknown: str = "https://no-such-host.invalid"


@contextlib.contextmanager
def sites(authority: trustme.CA) -> Iterator[Sites]:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with (
        misbehaving_server(context_of(authority)) as good,
        misbehaving_server(context_of(trustme.CA())) as untrusted,
        misbehaving_server(context_of(authority, not_after=yesterday)) as expired,
        _refused() as refused,
        _unanswered() as unanswered,
    ):
        yield Sites(good, untrusted, expired, refused, unanswered)


def context_of(authority: trustme.CA, not_after: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", not_after=not_after).configure_cert(context)
    return context


@contextlib.contextmanager
def _refused() -> Iterator[str]:
    """A port that is taken, so that nobody else listens there, but not listening."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"https://127.0.0.1:{taken.getsockname()[1]}"


@contextlib.contextmanager
def _unanswered() -> Iterator[str]:
    """A listening socket whose queue is full: the system leaves further attempts to connect without an answer."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        while True:
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0.2)
            try:
                waiting.connect(listener.getsockname())
            except TimeoutError:
                break
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


@dataclass(frozen=True, slots=True)
class Good:
    """The answer of a service that is well."""

    body: bytes
    status: int = 200

    def cut(self) -> bytes:
        return self.body[: len(self.body) // 2]


Site = Callable[[Sites], str]
PATIENT = Timeout(connect_s=10, read_s=10, total_s=60)


@dataclass(frozen=True, slots=True)
class Fault:
    """`site` is where the request is sent; `deed` is done there, to a request for which the good answer is given.

    Time limits are the program's own, but short where the fault is to run into one.
    """

    name: str
    deed: Callable[[MisbehavingServer, Good], Deed] | None = None
    site: Site = lambda all_sites: all_sites.good.url
    timeout: Timeout = PATIENT


def _send(status: int, body: bytes, content_type: str = JSON, *more: str) -> Callable[[MisbehavingServer, Good], Deed]:
    def deed(server: MisbehavingServer, good: Good) -> Deed:
        return lambda connection: connection.sendall(head(status, len(body), content_type, *more) + body)

    return deed


def _says(status: int, message: str, type_key: str) -> Callable[[MisbehavingServer, Good], Deed]:
    body = {"$id": "1", "innerException": None, "message": message, "typeKey": type_key, "errorCode": 0}
    return _send(status, json.dumps(body).encode())


def answers(good: Good) -> Deed:
    return lambda connection: connection.sendall(head(good.status, len(good.body)) + good.body)


def _reset_in_mid_body(server: MisbehavingServer, good: Good) -> Deed:
    def deed(connection: ssl.SSLSocket) -> None:
        # More than fits between the two, so that the client has read the beginning when the reset comes: it would
        # throw away what is still on its way.
        connection.sendall(head(good.status, 2 * LONG) + good.body + b" " * LONG)
        reset(connection)

    return deed


def _silence(server: MisbehavingServer, good: Good) -> Deed:
    def deed(connection: ssl.SSLSocket) -> None:
        connection.settimeout(10)
        with contextlib.suppress(OSError):
            connection.recv(1)  # until the client has had enough

    return deed


def _cut(server: MisbehavingServer, good: Good) -> Deed:
    return lambda connection: connection.sendall(head(good.status, len(good.body)) + good.cut())


def _cut_json(server: MisbehavingServer, good: Good) -> Deed:
    half = good.cut()
    return lambda connection: connection.sendall(head(good.status, len(half)) + half)


def _with_mark(server: MisbehavingServer, good: Good) -> Deed:
    body = b"\xef\xbb\xbf" + good.body
    return lambda connection: connection.sendall(head(good.status, len(body)) + body)


def _huge(server: MisbehavingServer, good: Good) -> Deed:
    def deed(connection: ssl.SSLSocket) -> None:
        connection.sendall(head(good.status, HUGE))
        for _ in range(HUGE // 65536):
            connection.sendall(b" " * 65536)

    return deed


def _trickle(server: MisbehavingServer, good: Good) -> Deed:
    def deed(connection: ssl.SSLSocket) -> None:
        for byte in head(good.status, len(good.body) + 5000) + good.body + b" " * 5000:
            connection.sendall(bytes([byte]))
            if server.ended.wait(TRICKLE_S):
                return

    return deed


SIGN_IN_PAGE = b"<html><head><title>Azure DevOps Services | Sign In</title></head><body>Sign in</body></html>"
TO_SIGN_IN = "Location: https://spsprodweu1.vssps.visualstudio.com/_signin?realm=dev.azure.com"
ANONYMOUS = json.dumps(
    {
        "authenticatedUser": {"id": NOBODY, "descriptor": f"System:PublicAccess;{NOBODY}", "isActive": True},
        "authorizedUser": {"id": NOBODY},
    }
).encode()
APP = f"{TENANT_ID}\\{TENANT_ID}\\{OBJECT_ID}"

FAULTS = (
    Fault("name does not resolve", site=lambda sites: sites.unknown),
    Fault("refused", site=lambda sites: sites.refused),
    Fault("reset in mid-body", _reset_in_mid_body),
    Fault("closed without an answer", lambda server, good: lambda connection: None),
    Fault("untrusted certificate", _with_mark, lambda sites: sites.untrusted.url),
    Fault("expired certificate", _with_mark, lambda sites: sites.expired.url),
    Fault("connect timeout", site=lambda sites: sites.unanswered, timeout=replace(PATIENT, connect_s=0.1)),
    Fault("read timeout", _silence, timeout=replace(PATIENT, read_s=0.1)),
    Fault("203 HTML", _send(203, SIGN_IN_PAGE, "text/html; charset=utf-8")),
    Fault("302 to sign-in", _send(302, b"", "", TO_SIGN_IN)),
    Fault("200 anonymous", _send(200, ANONYMOUS)),
    Fault("401 empty", _send(401, b"", "")),
    Fault("401 TF400813", _says(401, "TF400813: The user '' is not authorized.", "UnauthorizedRequestException")),
    Fault("401 TF401444", _says(401, f"TF401444: Please sign-in as {APP}.", "UnauthorizedRequestException")),
    Fault("401 expired", _says(401, "The Personal Access Token used has expired.", "AccessCheckException")),
    Fault("403", _says(403, "Access Denied: needs the following permission(s): View", "AccessCheckException")),
    Fault("404", _send(404, b"", "")),
    Fault("409", _says(409, "Another change came in between.", "VssServiceResponseException")),
    Fault("429 with Retry-After", _send(429, b"", "", "Retry-After: 30")),
    Fault("500", _send(500, b"", "")),
    Fault("503", _send(503, b"", "")),
    Fault("truncated answer", _cut),
    Fault("truncated JSON", _cut_json),
    Fault("JSON of another shape", _send(200, b'{"greeting":["hello",null,1.5]}')),
    Fault("BOM", _with_mark),
    Fault("50 MB body", _huge),
    Fault("one byte at a time", _trickle, timeout=replace(PATIENT, total_s=0.3)),
)


def on(path: str, method: str, fault: Fault, server: MisbehavingServer, good: Callable[[Asked], Good]) -> None:
    """Have `server` commit `fault` for one path and method, and answer everything else as it should."""

    def answer(asked: Asked) -> Deed:
        if fault.deed is not None and asked.method == method and asked.path.endswith(path):
            return fault.deed(server, good(asked))
        return answers(good(asked))

    server.answer = answer
