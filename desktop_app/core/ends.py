"""When the credentials of a connection end: every end at a given moment, how it is known, and how near it is.

Days are those of the admin's own calendar: what was entered by hand is a day there, what Azure told is a moment. `zone`
is the zone of that calendar everywhere; None is this computer's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from desktop_app.core.cloud import WELL_KNOWN, Cloud
from desktop_app.core.profile import Method, Profile

SIGN_IN_LASTS = timedelta(days=90)
"""A refresh token that is not used ends after this (Entra docs, refresh token lifetime). The 24 hours of single-page
apps do not concern a desktop app."""
STEPS = (30, 14, 7, 1)
"""So many days before an end a warning is due."""
OVER = 0
"""The step of what has ended."""
WARNING_ZONE = timedelta(days=STEPS[0])
ALL_ORGANIZATIONS_END = datetime(2026, 12, 1, tzinfo=UTC)
"""From then on Azure DevOps refuses tokens for "All accessible organizations" (Learn, "Use personal access tokens")."""

_FIRST_DAY, _LAST_DAY = date(1971, 1, 2), date(2999, 12, 30)  # beyond these, some systems know no local time
_INSTANT = timedelta(microseconds=1)
_FAR = WARNING_ZONE + timedelta(days=2)  # no zone is further from UTC than a day


class EndKind(StrEnum):
    """What ends. Stable codes: they are written to files."""

    ACCESS_TOKEN = "access-token"
    REFRESH_TOKEN = "refresh-token"
    CLIENT_SECRET = "client-secret"
    PAT = "pat"
    ALL_ORGANIZATIONS = "all-organizations"
    """Tokens for all organizations, whatever their own end is."""


class EndSource(StrEnum):
    """How an end is known."""

    TOLD = "told"
    ENTERED = "entered"
    COMPUTED = "computed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class End:
    """One end. `at` is the first moment (aware UTC) at which the credential no longer works, `day` its last day; both
    are None where the end is unknown."""

    kind: EndKind
    source: EndSource
    at: datetime | None = None
    day: date | None = None

    @property
    def renewed_by_hand(self) -> bool:
        """False for an access token, which the program fetches by itself."""
        return self.kind is not EndKind.ACCESS_TOKEN

    def is_over(self, now: datetime) -> bool:
        """True if it is known to have ended at `now` (aware UTC)."""
        return self.at is not None and now >= self.at

    def days_left(self, now: datetime, zone: tzinfo | None = None) -> int | None:
        """Days from today to its last day, 0 on that day, negative afterwards; None where it is unknown."""
        return None if self.day is None else (self.day - today(now, zone)).days

    def step(self, now: datetime, zone: tzinfo | None = None) -> int | None:
        """The most urgent warning that is due: one of STEPS, or OVER. None where none is."""
        if self.is_over(now):
            return OVER
        left = self.days_left(now, zone)
        return None if left is None else min((step for step in STEPS if left <= step), default=None)


def today(now: datetime, zone: tzinfo | None = None) -> date:
    """The day it is at `now` (aware UTC) on the admin's calendar."""
    return now.astimezone(zone).date()


def after_day(day: date, zone: tzinfo | None = None) -> datetime:
    """The moment (aware UTC) at which a day of the admin's calendar is over."""
    within = min(max(day, _FIRST_DAY), _LAST_DAY)
    midnight = datetime.combine(within + timedelta(days=1), time(), zone)
    return midnight.astimezone(UTC)  # without a zone it is read as this computer's own time


def last_day(at: datetime, zone: tzinfo | None = None) -> date:
    """The last day of the admin's calendar on which what ends at `at` works for a while."""
    if not _FIRST_DAY < at.date() < _LAST_DAY:
        return at.date()
    return (at - _INSTANT).astimezone(zone).date()


def ends_of(profile: Profile, *, token_ends_at: datetime | None = None, zone: tzinfo | None = None) -> tuple[End, ...]:
    """Every end of a connection, the shortest-lived kind first. `token_ends_at` is that of the access token in memory;
    None where there is none. A personal access token is its own access token."""
    access = _moment(EndKind.ACCESS_TOKEN, EndSource.TOLD, token_ends_at, zone)
    match profile.method:
        case Method.PAT:
            token = _credential(profile, EndKind.PAT, zone)
            general = _moment(EndKind.ALL_ORGANIZATIONS, EndSource.COMPUTED, ALL_ORGANIZATIONS_END, zone)
            outlives = token.at is None or token.at > ALL_ORGANIZATIONS_END
            return (general, token) if outlives and stops_with_all_organizations(profile) else (token,)
        case Method.CLIENT_SECRET:
            return (access, _credential(profile, EndKind.CLIENT_SECRET, zone))
        case Method.OAUTH:
            unused = profile.renewed_at + SIGN_IN_LASTS if profile.renewed_at else None
            sign_in = _moment(EndKind.REFRESH_TOKEN, EndSource.COMPUTED, unused, zone)
            secret = _credential(profile, EndKind.CLIENT_SECRET, zone)
            proves_itself = profile.app_has_secret or secret.source is not EndSource.UNKNOWN
            return (access, sign_in, secret) if proves_itself else (access, sign_in)


def may_be_due(profile: Profile, now: datetime) -> bool:
    """False where no warning can be due in any time zone: quick, for lists of thousands of connections."""
    horizon = now + _FAR
    day, at, used = profile.credential_ends, profile.credential_ends_at, profile.renewed_at
    return (
        profile.all_organizations
        or (day is not None and day <= horizon.date())
        or (at is not None and at <= horizon)
        or (used is not None and used + SIGN_IN_LASTS <= horizon)
    )


def stops_with_all_organizations(profile: Profile) -> bool:
    """Whether a token is known to be for all organizations, and was not seen to work after the end of such tokens."""
    last = profile.last_check
    works_still = last is not None and last.identity_proved and last.at >= ALL_ORGANIZATIONS_END
    return profile.method is Method.PAT and profile.all_organizations and not works_still and at_service(profile.cloud)


def at_service(cloud: Cloud) -> bool:
    """Whether Microsoft's rules for Azure DevOps Services hold there; a server of one's own has its own."""
    return cloud.key != "custom" or cloud.devops in {known.devops for known in WELL_KNOWN.values()}


def end_of_connection(ends: Iterable[End]) -> End | None:
    """The first end that somebody must do something about: then the connection no longer works. None if none is
    known."""
    return next(iter(known_by_hand(ends)), None)


def known_by_hand(ends: Iterable[End]) -> tuple[End, ...]:
    """The ends that are known and that the program can not put off by itself, the first one first."""
    return tuple(sorted((end for end in ends if end.renewed_by_hand and end.at is not None), key=_when))


def _when(end: End) -> datetime:
    return end.at or datetime.max.replace(tzinfo=UTC)


def _credential(profile: Profile, kind: EndKind, zone: tzinfo | None) -> End:
    """What Azure told goes before what was entered."""
    if profile.credential_ends_at is not None:
        return _moment(kind, EndSource.TOLD, profile.credential_ends_at, zone)
    if profile.credential_ends is not None:
        return End(kind, EndSource.ENTERED, after_day(profile.credential_ends, zone), profile.credential_ends)
    return End(kind, EndSource.UNKNOWN)


def _moment(kind: EndKind, source: EndSource, at: datetime | None, zone: tzinfo | None) -> End:
    return End(kind, source, at, last_day(at, zone)) if at is not None else End(kind, EndSource.UNKNOWN)
