"""What is known to be coming, or has come, for a connection: banners above it, the most urgent one first.

Each has one button that leads to the fix.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import IntEnum
from typing import Literal

from desktop_app.app.end_words import end_advice, ends_in, lookup_page
from desktop_app.app.guidance import Action, ActionKind
from desktop_app.app.guidance_pieces import sign_in_again
from desktop_app.app.i18n import _
from desktop_app.core.ends import ALL_ORGANIZATIONS_END, End, EndKind, at_service, ends_of, known_by_hand
from desktop_app.core.profile import Method, Profile

Tone = Literal["bad", "attention", "info"]


class Urgency(IntEnum):
    """The order of banners. What is over stands before what is coming."""

    OVER = 0
    ALL_ORGANIZATIONS = 1
    ENDS_SOON = 2
    SCOPES_NARROWED = 3
    WORTH_KNOWING = 4


@dataclass(frozen=True, slots=True)
class Notice:
    """One banner: whole sentences, and its button."""

    urgency: Urgency
    tone: Tone
    title: str
    text: str
    action: Action


def notices_of(profile: Profile, now: datetime, zone: tzinfo | None = None) -> tuple[Notice, ...]:
    """The banners of a connection at `now` (aware UTC), the most urgent one first."""
    found = [_ends(profile, end, now, zone) for end in known_by_hand(ends_of(profile, zone=zone))]
    found += [_for_one_organization(profile, now), _narrowed(profile)]
    return tuple(sorted((notice for notice in found if notice), key=lambda notice: notice.urgency))


def _ends(profile: Profile, end: End, now: datetime, zone: tzinfo | None) -> Notice | None:
    general = end.kind is EndKind.ALL_ORGANIZATIONS
    if end.step(now, zone) is None and not general:
        return None
    over = end.is_over(now)
    if general:
        title = (
            _("This token stopped working on 1 December 2026.")
            if over
            else _("This token stops working on 1 December 2026.")
        )
    else:
        title = _("This connection {ends}.").format(ends=ends_in(end, now, zone))
    if end.kind is EndKind.REFRESH_TOKEN:
        action = sign_in_again() if over else Action(_("Check again"), ActionKind.TRY_AGAIN)
    else:
        action = lookup_page(profile, end.kind) or Action(_("Edit"), ActionKind.EDIT_FIELD, "secret")
    urgency = Urgency.OVER if over else Urgency.ALL_ORGANIZATIONS if general else Urgency.ENDS_SOON
    return Notice(urgency, "bad" if over else "attention", title, end_advice(profile, end, now, zone), action)


def _for_one_organization(profile: Profile, now: datetime) -> Notice | None:
    """Where nobody knows whether a token is for all organizations: how to see it."""
    action = lookup_page(profile, EndKind.PAT)
    told = bool(profile.credential_id) or profile.all_organizations
    if profile.method is not Method.PAT or told or action is None or not at_service(profile.cloud):
        return None
    if now < ALL_ORGANIZATIONS_END:
        title = _("Is this token for one organization?")
        text = _(
            "Tokens for “All accessible organizations” stop working on 1 December 2026; choose the token on the token "
            "page to see which it is."
        )
        return Notice(Urgency.WORTH_KNOWING, "info", title, text, action)
    if not _fails_since(profile):
        return None
    title = _("Was this token made for “All accessible organizations”?")
    text = _("Such tokens stopped working on 1 December 2026. The token page shows it, and makes a new one.")
    return Notice(Urgency.ALL_ORGANIZATIONS, "attention", title, text, action)


def _fails_since(profile: Profile) -> bool:
    last = profile.last_check
    return last is not None and last.at >= ALL_ORGANIZATIONS_END and not last.identity_proved


def _narrowed(profile: Profile) -> Notice | None:
    if profile.method is not Method.OAUTH or not profile.scopes_lost:
        return None
    title = _("Microsoft grants less than when you signed in.")
    text = _("No longer granted: {scopes}. Sign in again to ask for them; an administrator may have to agree.")
    return Notice(
        Urgency.SCOPES_NARROWED, "attention", title, text.format(scopes=", ".join(profile.scopes_lost)), sign_in_again()
    )
