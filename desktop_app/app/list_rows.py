"""What the list of connections says of each, and in which order they stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from desktop_app.app.words import URGENCY, StateKind, method_name, status_words
from desktop_app.core.profile import Profile


class Row(NamedTuple):
    """One connection: `kind` of pill and `state` in words, `spoken` for a screen reader, `sought` for the search."""

    order: tuple[int, str, str]
    profile: Profile
    kind: StateKind
    state: str
    spoken: str
    sought: str


def row_of(profile: Profile, now: datetime) -> Row:
    """At `now` (aware UTC)."""
    kind, state = status_words(profile, now)
    spoken = f"{profile.name}, {profile.organization}, {method_name(profile.method)}, {state}"
    order = (URGENCY[kind], profile.name.casefold(), profile.id)
    return Row(order, profile, kind, state, spoken, spoken.casefold())


def rows_of(profiles: Iterable[Profile], now: datetime) -> list[Row]:
    """In the order of the list: what needs attention stands first. For worker threads: thousands take a while."""
    return sorted((row_of(profile, now) for profile in profiles), key=lambda row: row.order)
