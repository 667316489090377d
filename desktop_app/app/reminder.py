"""A calendar file (iCalendar, RFC 5545) that reminds of a connection's ends, for any calendar program.

One all-day event for each end, on its last day, with alarms at nine in the morning of the days on which the program
itself warns. The UID stays the same and SEQUENCE grows, so that a later file of the same connection moves the events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from urllib.parse import quote

from desktop_app.app.end_words import end_advice, end_title, lookup_page, utc_words
from desktop_app.app.i18n import _
from desktop_app.app.saved_file import save_text
from desktop_app.core.ends import STEPS, End, EndSource, known_by_hand
from desktop_app.core.profile import Profile
from desktop_app.core.redact import redact

ALARM_HOUR = 9
LINE_OCTETS = 75
"""Longer lines are folded (RFC 5545 section 3.1)."""


def reminder(profile: Profile, ends: Iterable[End], now: datetime, zone: tzinfo | None = None) -> str:
    """The calendar as text with CRLF; `now` is aware UTC. Events only for ends that are known and not over."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ADO Connect//Reminders//EN", "METHOD:PUBLISH"]
    for end in reminded(ends, now):
        lines += _event(profile, end, now, zone)
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def reminded(ends: Iterable[End], now: datetime) -> tuple[End, ...]:
    """The ends that a reminder can be made of."""
    return tuple(end for end in known_by_hand(ends) if not end.is_over(now))


def save_reminder(file: Path, profile: Profile, ends: Iterable[End], now: datetime) -> str:
    """Write the calendar to `file`; blocks. Returns an empty text, or why it could not be written."""
    return save_text(file, reminder(profile, ends, now))


def reminder_stem(profile: Profile) -> str:
    """A name for the file, without a folder or an ending."""
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in profile.name)
    return f"reminder-{plain.strip('-') or 'connection'}"


def _event(profile: Profile, end: End, now: datetime, zone: tzinfo | None) -> Iterator[str]:
    day = end.day
    if day is None:
        return
    summary = _("{what} of “{name}” ends").format(what=end_title(end.kind), name=profile.name)
    page = lookup_page(profile, end.kind)
    yield "BEGIN:VEVENT"
    yield f"UID:{profile.id}-{end.kind.value}@ado-connect"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{int(now.timestamp()) // 60}"
    yield f"DTSTART;VALUE=DATE:{_day(day)}"
    yield f"DTEND;VALUE=DATE:{_day(day + timedelta(days=1))}"
    yield f"SUMMARY:{_text(summary)}"
    yield f"DESCRIPTION:{_text(_description(profile, end, now, zone))}"
    if page is not None:
        yield f"URL:{_url(page.target)}"
    yield "TRANSP:TRANSPARENT"
    for days in (*STEPS, 0):
        yield from _alarm(summary, days)
    yield "END:VEVENT"


def _description(profile: Profile, end: End, now: datetime, zone: tzinfo | None) -> str:
    advice = end_advice(profile, end, now, zone)
    where = _("Organization: {organization}").format(organization=profile.organization)
    lines = [advice, where]
    if end.source is EndSource.TOLD and end.at is not None:
        lines.append(_("Exactly: {moment}").format(moment=utc_words(end.at)))
    return "\n".join(lines)


def _alarm(summary: str, days: int) -> Iterator[str]:
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_text(summary)}"
    yield f"TRIGGER:{_trigger(days)}"
    yield "END:VALARM"


def _trigger(days: int) -> str:
    """Nine o'clock, so many days before the midnight that the event begins with (RFC 5545 section 3.3.6)."""
    if days == 0:
        return f"PT{ALARM_HOUR}H"
    whole = f"{days - 1}D" if days > 1 else ""
    return f"-P{whole}T{24 - ALARM_HOUR}H"


def _day(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _text(text: str) -> str:
    """A TEXT value (RFC 5545 section 3.3.11): escaped, without control characters."""
    clean = redact(text).encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in clean if letter == "\n" or (letter >= " " and letter != "\x7f"))
    for special in ("\\", ";", ","):
        kept = kept.replace(special, f"\\{special}")
    return kept.replace("\n", "\\n")


def _url(url: str) -> str:
    """A URI value: what may not stand in one is percent-encoded (RFC 3986)."""
    return quote(redact(url).encode("utf-8", "replace"), safe=":/?#[]@!$&'()*+,;=~%")


def _folded(line: str) -> str:
    """Lines of at most LINE_OCTETS octets, never cut inside a character."""
    pieces, piece, room = [], "", LINE_OCTETS
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", LINE_OCTETS - 1  # the blank that a continued line begins with
        piece += letter
        room -= size
    return "\r\n ".join([*pieces, piece])
