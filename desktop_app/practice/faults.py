"""Faults that a test puts in the way of requests: late, lost, cut, refused or garbled answers.

A fault with `times` is used up by the requests that match it; one with `times=None` stays until `clear()`.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from desktop_app.practice.service import Service


class FaultKind(Enum):
    """What happens to the answer."""

    DELAY = auto()
    """`seconds` pass before the request is worked on."""
    DROP = auto()
    """The connection closes without an answer; the request is not worked on."""
    LOSE = auto()
    """The request is worked on, and all that it asks for done; then the connection closes without an answer."""
    TRUNCATE = auto()
    """Half of the body is sent, then the connection closes."""
    STATUS = auto()
    """`status`, `headers` and `body` are the answer; the request is not worked on."""
    GARBAGE = auto()
    """The answer's status and content type with bytes that mean nothing."""
    BOM = auto()
    """The body starts with a UTF-8 byte order mark, as some Azure DevOps answers do."""
    HEADERS = auto()
    """The answer is as it would be, with `headers` added."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. None matches every service or method; `path_contains` is compared without regard to case."""

    kind: FaultKind
    service: Service | None = None
    path_contains: str = ""
    method: str | None = None
    times: int | None = 1
    seconds: float = 0.0
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def matches(self, service: Service, method: str, path: str) -> bool:
        return (
            self.service in (None, service)
            and self.method in (None, method)
            and self.path_contains.lower() in path.lower()
        )


def throttled(
    retry_after_s: int,
    *,
    service: Service | None = None,
    path_contains: str = "",
    times: int | None = 1,
) -> Fault:
    """Azure DevOps' answer to too many requests: 429, Retry-After and TF400733 (Learn, Rate and usage limits)."""
    message = (
        "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource "
        "'Concurrency' in namespace 'User'."
    )
    return Fault(
        FaultKind.STATUS,
        service=service,
        path_contains=path_contains,
        times=times,
        status=429,
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Retry-After": str(retry_after_s),
            "X-RateLimit-Resource": "Concurrency",
            "X-RateLimit-Limit": "200",
            "X-RateLimit-Remaining": "0",
        },
        body=json.dumps(
            {
                "$id": "1",
                "innerException": None,
                "message": message,
                "typeName": "Microsoft.TeamFoundation.Framework.Server.RequestBlockedException",
                "typeKey": "RequestBlockedException",
                "errorCode": 0,
                "eventId": 3000,
            }
        ).encode(),
    )


def slowed_down(
    retry_after_s: int,
    *,
    service: Service | None = None,
    path_contains: str = "",
    times: int | None = 1,
) -> Fault:
    """A good answer that asks to wait before the next request: Retry-After on a 200 (Learn, Rate and usage limits)."""
    return Fault(
        FaultKind.HEADERS,
        service=service,
        path_contains=path_contains,
        times=times,
        headers={"Retry-After": str(retry_after_s), "X-RateLimit-Delay": f"{retry_after_s}.0"},
    )


def conflict(*, service: Service, path_contains: str = "", method: str | None = None, times: int | None = 1) -> Fault:
    """409 in the words of the service: something else changes the same thing."""
    message = "Another change came in between."
    body: dict[str, object] = {"$id": "1", "message": message, "typeKey": "VssServiceResponseException", "errorCode": 0}
    if service is Service.GRAPH:
        body = {"error": {"code": "Conflict", "message": message, "innerError": {"request-id": str(uuid.uuid4())}}}
    return Fault(
        FaultKind.STATUS,
        service=service,
        path_contains=path_contains,
        method=method,
        times=times,
        status=409,
        headers={"Content-Type": "application/json; charset=utf-8"},
        body=json.dumps(body).encode(),
    )


class Faults:
    """The faults in force, in the order they were added."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, int | None]] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append((fault, fault.times))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, service: Service, method: str, path: str) -> tuple[Fault, ...]:
        """The faults this request meets: every delay, and the first of the others. Uses them up."""
        taken: list[Fault] = []
        with self._lock:
            kept: list[tuple[Fault, int | None]] = []
            for fault, left in self._waiting:
                changes_answer = fault.kind is not FaultKind.DELAY
                blocked = changes_answer and any(met.kind is not FaultKind.DELAY for met in taken)
                if blocked or not fault.matches(service, method, path):
                    kept.append((fault, left))
                    continue
                taken.append(fault)
                if left is None or left > 1:
                    kept.append((fault, None if left is None else left - 1))
            self._waiting = kept
        return tuple(taken)
