"""The history of a connection as a file: CSV for a spreadsheet, JSON for programs. No event holds a secret.

The JSON is an object with `format` "ado-connect-history" and `version` 1, the connection, and `events`, oldest first:
{at, kind, problem, facts, words}. `kind` and `problem` are stable codes, `words` are for people and may change.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from desktop_app.app.history_words import event_words
from desktop_app.app.i18n import _
from desktop_app.app.saved_file import save_text
from desktop_app.core.history import Event
from desktop_app.core.profile import Profile
from desktop_app.core.redact import redact

FORMAT = "ado-connect-history"
VERSION = 1

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is calculated by spreadsheets (OWASP, CSV injection)."""


def history_csv(events: Sequence[Event]) -> str:
    """One row for each event, oldest first, under a row of titles; with the mark by which Excel knows UTF-8."""
    written = io.StringIO(newline="")
    rows = csv.writer(written, quoting=csv.QUOTE_ALL)
    rows.writerow([_("When (UTC)"), _("Event"), _("Problem"), _("What happened")])
    for event in events:
        problem = event.problem.value if event.problem else ""
        rows.writerow([_cell(text) for text in (_utc(event.at), event.kind.value, problem, event_words(event))])
    return "\ufeff" + written.getvalue()


def history_json(profile: Profile, events: Sequence[Event]) -> str:
    """The shape above, indented, ending in a line break."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "connection": {
            "name": redact(profile.name),
            "method": profile.method.value,
            "organization": redact(profile.organization),
            "account": redact(profile.account),
        },
        "events": [
            {
                "at": _utc(event.at),
                "kind": event.kind.value,
                "problem": event.problem.value if event.problem else None,
                "facts": {name: redact(value) for name, value in event.facts.items()},
                "words": redact(event_words(event)),
            }
            for event in events
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def save_history(file: Path, profile: Profile, events: Sequence[Event]) -> str:
    """Write `file`, as JSON if it ends in ".json", else as CSV; blocks. Returns an empty text, or why it could not be
    written."""
    as_json = file.suffix.lower() == ".json"
    return save_text(file, history_json(profile, events) if as_json else history_csv(events))


def history_stem(profile: Profile) -> str:
    """A name for the file, without a folder or an ending."""
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in profile.name)
    return f"history-{plain.strip('-') or 'connection'}"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    clean = redact(text)
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA) else clean
