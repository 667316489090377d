"""What the practice cloud remembers of the requests it received, so that tests can see what was really sent.

Never kept: Authorization values, bodies, and the values of query parameters that a sign-in depends on.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.practice.service import Service

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_KEPT_REQUESTS = 2000
_SAFE_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "client-request-id",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-client-sku",
        "x-client-ver",
        "x-tfs-fedauthredirect",
        "x-tfs-session",
    }
)
_UNSAFE_QUERY = frozenset(
    {
        "assertion",
        "client_assertion",
        "client_secret",
        "code",
        "code_challenge",
        "code_verifier",
        "ctx",
        "device_code",
        "id_token",
        "id_token_hint",
        "nonce",
        "otc",
        "password",
        "refresh_token",
        "session_state",
        "state",
        "token",
        "access_token",
    }
)
_HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One request. `status` is 0 when the connection was closed without an answer."""

    service: Service
    method: str
    path: str
    query: Mapping[str, str]
    header_names: frozenset[str]
    """In lower case."""
    headers: Mapping[str, str]
    """Values of the harmless headers only, names in lower case."""
    authorization: str | None
    """The scheme of the Authorization header ("Basic", "Bearer"), never its value."""
    status: int


class RequestRecord:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received: deque[ReceivedRequest] = deque(maxlen=_KEPT_REQUESTS)

    def add(self, service: Service, request: Request, status: int) -> None:
        scheme = request.headers.get("Authorization", "").partition(" ")[0]
        received = ReceivedRequest(
            service=service,
            method=request.method,
            path=request.path,
            query={name: _HIDDEN if name.lower() in _UNSAFE_QUERY else value for name, value in request.args.items()},
            header_names=frozenset(name.lower() for name in request.headers.keys()),  # noqa: SIM118 - pairs otherwise
            headers={name.lower(): value for name, value in request.headers.items() if name.lower() in _SAFE_HEADERS},
            authorization=scheme if scheme in ("Basic", "Bearer") else (_HIDDEN if scheme else None),
            status=status,
        )
        with self._lock:
            self._received.append(received)

    def all(self) -> tuple[ReceivedRequest, ...]:
        with self._lock:
            return tuple(self._received)

    def of(self, service: Service, path_contains: str = "") -> tuple[ReceivedRequest, ...]:
        """The requests to one service whose path contains the given text (without regard to case)."""
        wanted = path_contains.lower()
        return tuple(one for one in self.all() if one.service is service and wanted in one.path.lower())

    def clear(self) -> None:
        with self._lock:
            self._received.clear()
