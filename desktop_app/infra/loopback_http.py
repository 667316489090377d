"""The few words of HTTP/1.1 that the loopback listener speaks: which request is the redirect, and what is answered.

Anything that is not exactly the redirect gets an answer without content; nothing of a request is ever echoed.
"""

from __future__ import annotations

import hmac
import html
import io
from dataclasses import dataclass
from email.errors import MessageError
from enum import Enum
from http import HTTPStatus
from http.client import HTTPException, parse_headers
from urllib.parse import parse_qs

HEAD_LIMIT = 32 * 1024
"""Bytes of request line and headers; a code is about 1 to 2 KiB, and browsers send cookies for localhost along."""


@dataclass(frozen=True, slots=True)
class LoopbackPage:
    """What the person reads in their browser when the answer has arrived: plain texts, and their language."""

    title: str
    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Target:
    """The request that is waited for."""

    port: int
    path: str
    state: str


class Answer(Enum):
    """What a client is told."""

    WELCOME = HTTPStatus.OK
    BAD_REQUEST = HTTPStatus.BAD_REQUEST
    NOT_FOUND = HTTPStatus.NOT_FOUND
    METHOD_NOT_ALLOWED = HTTPStatus.METHOD_NOT_ALLOWED
    MISDIRECTED = HTTPStatus.MISDIRECTED_REQUEST


def read_target(head: bytes, expected: Target) -> str | Answer:
    """The query of the redirect, or what to tell a client that brought something else. `head` ends in an empty line."""
    line, _, rest = head.partition(b"\r\n")
    try:
        method, address, version = line.decode("ascii").split(" ")
        headers = parse_headers(io.BytesIO(rest))
    except (ValueError, HTTPException, MessageError):
        return Answer.BAD_REQUEST
    if not version.startswith("HTTP/1.") or not address.startswith("/"):
        return Answer.BAD_REQUEST
    # A page elsewhere could give this computer a name of its own (DNS rebinding).
    names = {f"{host}:{expected.port}" for host in ("localhost", "127.0.0.1", "[::1]")}
    hosts = headers.get_all("Host", [])
    if len(hosts) != 1 or hosts[0].strip().lower() not in names:
        return Answer.MISDIRECTED
    if method != "GET":
        return Answer.METHOD_NOT_ALLOWED
    path, _, query = address.partition("?")
    if path != expected.path or not _is_answer(query, expected.state):
        return Answer.NOT_FOUND
    return query


def _is_answer(query: str, state: str) -> bool:
    """True if `query` has our state and either a code or an error, each once (RFC 6749, 3.1 and 4.1.2)."""
    try:
        fields = parse_qs(query, max_num_fields=32)
    except ValueError:
        return False
    states = fields.get("state", [])
    results = fields.get("code", []) + fields.get("error", [])
    return len(states) == 1 and len(results) == 1 and hmac.compare_digest(states[0].encode(), state.encode())


def answer_to(answer: Answer, page: LoopbackPage) -> bytes:
    """A whole response; the connection ends after it."""
    status: HTTPStatus = answer.value
    body = _html(page) if answer is Answer.WELCOME else b""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Connection": "close",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if answer is Answer.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET"
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _html(page: LoopbackPage) -> bytes:
    title, text, language = (html.escape(part) for part in (page.title, page.text, page.language))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{text}</p></body></html>"
    ).encode()
