"""What happened to a connection, and when: for the admin, and without a secret.

An Event carries codes and short facts (names, dates, scopes), never a credential; words are made in app.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from desktop_app.core.problems import Problem
from desktop_app.core.profile import ProfileId

MAX_EVENTS = 500
"""So many are kept of each connection; older ones go first."""


class EventKind(StrEnum):
    """Stable codes; they are written to files, so they never change."""

    CREATED = "created"
    EDITED = "edited"
    RENAMED = "renamed"
    CHECKED = "checked"
    REFRESHED = "refreshed"
    SCOPES_NARROWED = "scopes-narrowed"
    SIGNED_IN_AGAIN = "signed-in-again"
    COPIED = "copied"
    WARNED = "warned"
    END_LEARNED = "end-learned"
    REPLACED = "replaced"
    RENEWED = "renewed"
    PUT_BACK = "put-back"
    OLD_REVOKED = "old-revoked"
    ROTATION_UNDONE = "rotation-undone"
    IMPORTED = "imported"


def _no_facts() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at `at` (aware UTC, whole seconds). `problem` says what failed, None if nothing did.

    Usual facts: name, before, form (what was copied), scopes, ends (ISO date), days.
    """

    at: datetime
    kind: EventKind
    problem: Problem | None = None
    facts: Mapping[str, str] = field(default_factory=_no_facts)


class HistoryStore(Protocol):
    """Events by connection, oldest first, at most MAX_EVENTS of each. Safe from any thread and process.

    Never raises: that something could not be noted must not undo what was done.
    """

    def add(self, key: ProfileId, event: Event) -> None: ...

    def load(self, key: ProfileId) -> tuple[Event, ...]: ...

    def forget(self, key: ProfileId) -> None:
        """The connection is gone."""
        ...
