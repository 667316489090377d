"""The ends of a connection in words: what ends, when, how that is known, and how an unknown end is made known."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import assert_never

from desktop_app.app.guidance import Action, ActionKind, Place
from desktop_app.app.i18n import _, ngettext
from desktop_app.core.ends import OVER, End, EndKind, EndSource
from desktop_app.core.profile import Profile


def end_title(kind: EndKind) -> str:
    """What ends, as a label."""
    match kind:
        case EndKind.ACCESS_TOKEN:
            return _("Access token")
        case EndKind.REFRESH_TOKEN:
            return _("Sign-in")
        case EndKind.CLIENT_SECRET:
            return _("Client secret")
        case EndKind.PAT:
            return _("Personal access token")
        case EndKind.ALL_ORGANIZATIONS:
            return _("Tokens for all organizations")
        case _:
            assert_never(kind)


def end_date(end: End, zone: tzinfo | None = None) -> str:
    """The day of a known end, with the time where a moment was told; empty where it is unknown."""
    if end.at is None or end.day is None:
        return ""
    if end.source is EndSource.TOLD:
        return end.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return end.day.isoformat()


def end_when(end: End, now: datetime, zone: tzinfo | None = None) -> str:
    """The end with how far away it is."""
    when = end_date(end, zone)
    if not when:
        return _nothing_known(end)
    left = end.days_left(now, zone)
    if end.is_over(now) or left is None:
        return _("{date} (over)").format(date=when)
    if end.kind is EndKind.ACCESS_TOKEN and end.at is not None:
        minutes = int((end.at - now).total_seconds() // 60)
        return ngettext("{date} (in {n} minute)", "{date} (in {n} minutes)", minutes).format(date=when, n=minutes)
    if left == 0:
        return _("{date} (today)").format(date=when)
    return ngettext("{date} (in {n} day)", "{date} (in {n} days)", left).format(date=when, n=left)


def end_source(end: End) -> str:
    """How the end is known, or how it can be made known: one sentence."""
    match end.kind:
        case EndKind.ACCESS_TOKEN:
            return _("A new one is fetched whenever it is needed.")
        case EndKind.REFRESH_TOKEN if end.source is EndSource.UNKNOWN:
            return _("It ends 90 days after it was last used. Press “Check again” to use it now.")
        case EndKind.REFRESH_TOKEN:
            return _("Computed: 90 days after it was last used. Every check puts it off.")
        case EndKind.ALL_ORGANIZATIONS:
            return _("Announced by Microsoft, whatever the token's own end is.")
        case EndKind.CLIENT_SECRET | EndKind.PAT:
            pass
        case _:
            assert_never(end.kind)
    match end.source:
        case EndSource.TOLD:
            return _("Told by Azure.")
        case EndSource.ENTERED | EndSource.COMPUTED:
            return _("Entered by hand.")
        case EndSource.UNKNOWN:
            return _("Ask Azure, or look it up and enter the date.")
        case _:
            assert_never(end.source)


def end_sentence(end: End, now: datetime, zone: tzinfo | None = None) -> str:
    """All of it in one sentence, for whoever does not see the time line."""
    return f"{end_title(end.kind)}: {end_when(end, now, zone)}."


def ends_in(end: End, now: datetime, zone: tzinfo | None = None) -> str:
    """How near a known end is, for the middle of a sentence: "ends in 7 days"."""
    left = end.days_left(now, zone)
    if end.step(now, zone) == OVER or left is None:
        return _("has ended")
    if left == 0:
        return _("ends today")
    return ngettext("ends in {n} day", "ends in {n} days", left).format(n=left)


def end_advice(profile: Profile, end: End, now: datetime, zone: tzinfo | None = None) -> str:
    """What follows from an end that is near or over, and what to do now."""
    over, date, where = end.is_over(now), end_date(end, zone), profile.organization
    match end.kind:
        case EndKind.PAT if over:
            words = _(
                "Its personal access token worked until {date}. Make another in {where}, then enter it under Edit."
            )
        case EndKind.PAT:
            words = _(
                "Its personal access token works until {date}. Make another in {where}, then enter it under Edit."
            )
        case EndKind.CLIENT_SECRET if over:
            words = _("Its client secret worked until {date}. Make another in the portal, then enter it under Edit.")
        case EndKind.CLIENT_SECRET:
            words = _("Its client secret works until {date}. Make another in the portal, then enter it under Edit.")
        case EndKind.REFRESH_TOKEN if over:
            words = _("Its sign-in was not used for 90 days, so Microsoft ended it. Sign in again.")
        case EndKind.REFRESH_TOKEN:
            words = _("Its sign-in ends on {date}, because it is not used. One check is enough to keep it.")
        case EndKind.ALL_ORGANIZATIONS if over:
            words = _(
                "Its token was made for “All accessible organizations”, which Azure DevOps no longer accepts. Make one "
                "for {where} alone, then enter it under Edit."
            )
        case EndKind.ALL_ORGANIZATIONS:
            words = _(
                "Its token is for “All accessible organizations”, which Azure DevOps will accept until {date} only. "
                "Make one for {where} alone, then enter it under Edit."
            )
        case EndKind.ACCESS_TOKEN:
            words = _("Its access token is renewed when it is needed.")
        case _:
            assert_never(end.kind)
    return words.format(date=date, where=where)


def lookup_page(profile: Profile, kind: EndKind) -> Action | None:
    """Where Azure shows this end and a new credential is made; None for what has no such page."""
    match kind:
        case EndKind.PAT | EndKind.ALL_ORGANIZATIONS:
            url = profile.cloud.token_page_url(profile.organization)
            return Action(_("Open the token page"), ActionKind.OPEN_URL, url)
        case EndKind.CLIENT_SECRET:
            place = Place(profile.cloud, profile.organization, profile.tenant, profile.client_id)
            return Action(_("Open Certificates & secrets"), ActionKind.OPEN_URL, place.app_page("Credentials"))
        case EndKind.ACCESS_TOKEN | EndKind.REFRESH_TOKEN:
            return None
        case _:
            assert_never(kind)


def utc_words(moment: datetime) -> str:
    """A moment for readers in any time zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _nothing_known(end: End) -> str:
    if end.kind is EndKind.ACCESS_TOKEN:
        return _("None in use")
    return _("Not known")
