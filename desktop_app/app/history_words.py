"""What happened to a connection, one sentence for each event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.i18n import _
from desktop_app.core.history import Event, EventKind


def event_words(event: Event) -> str:
    """Whole sentences; a failure names what went wrong."""
    facts = event.facts
    words = _happened(event.kind, facts)
    if event.problem is None:
        return words
    title = guidance_for(event.problem, Place(facts=facts)).title.rstrip(".")
    return f"{_failed(event.kind, words)} {title}."


def _failed(kind: EventKind, words: str) -> str:
    return _("The check found a problem.") if kind is EventKind.CHECKED else words


def _happened(kind: EventKind, facts: Mapping[str, str]) -> str:  # noqa: PLR0912 - one branch per code
    match kind:
        case EventKind.CREATED:
            return _("The connection was created.")
        case EventKind.IMPORTED:
            return _("The connection came from a file.")
        case EventKind.EDITED:
            return _("The connection was changed.")
        case EventKind.RENAMED:
            return _renamed(facts)
        case EventKind.CHECKED:
            return _("It was checked, and everything worked.")
        case EventKind.REFRESHED:
            return _("A new access token was fetched.")
        case EventKind.SCOPES_NARROWED:
            return _narrowed(facts)
        case EventKind.SIGNED_IN_AGAIN:
            return _("Somebody signed in again.")
        case EventKind.COPIED:
            return _copied(facts)
        case EventKind.WARNED:
            return _warned(facts)
        case EventKind.END_LEARNED:
            return _learned(facts)
        case EventKind.REPLACED:
            return _("The secret was replaced by another one.")
        case EventKind.RENEWED:
            return _renewed(facts)
        case EventKind.PUT_BACK:
            return _("The old secret was put back.")
        case EventKind.OLD_REVOKED:
            return _("The old secret was revoked in Azure.")
        case EventKind.ROTATION_UNDONE:
            return _("A replacement that was not finished was undone; the secret used before is in use.")
        case _:
            assert_never(kind)


def _renamed(facts: Mapping[str, str]) -> str:
    if facts.get("before") and facts.get("name"):
        return _("It was renamed from “{before}” to “{name}”.").format(before=facts["before"], name=facts["name"])
    return _("It was renamed.")


def _narrowed(facts: Mapping[str, str]) -> str:
    if facts.get("scopes"):
        return _("Microsoft no longer grants these scopes: {scopes}.").format(scopes=facts["scopes"])
    return _("Microsoft no longer grants all the scopes of the sign-in.")


def _copied(facts: Mapping[str, str]) -> str:
    if facts.get("form"):
        return _("A token was copied ({form}).").format(form=facts["form"])
    return _("A token was copied.")


def _warned(facts: Mapping[str, str]) -> str:
    ends = facts.get("ends", "")
    if facts.get("days") == "0":
        return _("You were told that it has ended ({date}).").format(date=ends)
    return _("You were told that it ends on {date}.").format(date=ends)


def _learned(facts: Mapping[str, str]) -> str:
    ends = facts.get("ends", "")
    if facts.get("source") == "entered":
        return _("Its end was entered by hand: {date}.").format(date=ends)
    return _("Azure told its end: {date}.").format(date=ends)


def _renewed(facts: Mapping[str, str]) -> str:
    if facts.get("ends"):
        return _("It was renewed through Azure until {date}.").format(date=facts["ends"])
    return _("It was renewed through Azure.")
