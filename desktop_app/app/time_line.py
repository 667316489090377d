"""Where the ends of a connection stand on a line from today on: fractions of its length, and words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from desktop_app.app.end_words import end_sentence, end_title
from desktop_app.app.i18n import _
from desktop_app.core.ends import OVER, WARNING_ZONE, End, end_of_connection

State = Literal["good", "attention", "bad"]

SHORTEST = timedelta(days=45)
"""The line is at least so long, so that the warning zone fits on it."""
LEAD = 0.06
"""Today stands so far from the beginning: what is over stands before it."""
TAIL = 0.08


@dataclass(frozen=True, slots=True)
class Mark:
    """One end: its place from 0 to 1, its name, its day, and how urgent it is."""

    place: float
    title: str
    day: str
    state: State


@dataclass(frozen=True, slots=True)
class TimeLine:
    """`today` and `zone` are places from 0 to 1; `zone` is where warnings are given before the connection's end, None
    if its end is not known. `words` say everything."""

    today: float
    zone: tuple[float, float] | None
    marks: tuple[Mark, ...]
    words: str


def time_line_of(ends: Iterable[End], now: datetime, zone: tzinfo | None = None) -> TimeLine | None:
    """The line of the known ends; None if not one that somebody must mind is known."""
    ends = tuple(ends)
    shown = [end for end in ends if end.renewed_by_hand and end.at is not None]
    end = end_of_connection(ends)
    if end is None or end.at is None:
        return None
    span = max([SHORTEST, *(other.at - now for other in shown if other.at)])

    def place(moment: datetime) -> float:
        if moment <= now:
            return LEAD / 3
        return LEAD + (moment - now) / span * (1 - LEAD - TAIL)

    marks = tuple(
        Mark(place(other.at), end_title(other.kind), other.day.isoformat(), _state(other, now, zone))
        for other in sorted(shown, key=lambda other: other.at or now)
        if other.at and other.day
    )
    band = None if end.is_over(now) else (place(max(now + timedelta(seconds=1), end.at - WARNING_ZONE)), place(end.at))
    said = " ".join(end_sentence(other, now, zone) for other in ends)
    return TimeLine(LEAD, band, marks, f"{_('Time line from today on.')} {said}")


def _state(end: End, now: datetime, zone: tzinfo | None) -> State:
    step = end.step(now, zone)
    if step == OVER:
        return "bad"
    return "good" if step is None else "attention"
