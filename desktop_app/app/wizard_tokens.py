"""A token that is made for a wizard's draft through an OAuth connection, and what becomes of it afterwards.

Everything but `makers` may block (network, keyring, disk).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from desktop_app.app.connections import Connections
from desktop_app.app.drafts import Draft, MadePat, PatDraft
from desktop_app.app.renewals import Renewals
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.cloud import Cloud
from desktop_app.core.inputs import LONGEST_LIFE
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Method, Profile

log = logging.getLogger(__name__)


def end_of(day: date, now: datetime) -> datetime:
    """The last second of a day (UTC), but never more than a year from `now` (aware UTC)."""
    last = datetime.combine(day, time(23, 59, 59), UTC)
    return min(last, now.replace(microsecond=0) + LONGEST_LIFE - timedelta(minutes=1))


def makers(profiles: Iterable[Profile], cloud: Cloud, organization: str) -> tuple[Profile, ...]:
    """The OAuth connections to this organization: each can have Azure make a token for its person. One for each
    account, by account."""
    found: dict[str, Profile] = {}
    for profile in profiles:
        same = profile.cloud == cloud and profile.organization.casefold() == organization.casefold()
        if profile.method is Method.OAUTH and same and profile.account:
            found.setdefault(profile.account.casefold(), profile)
    return tuple(found[account] for account in sorted(found))


def make_pat(renewals: Renewals, through: Profile, organization: str, ends_at: datetime, cancel: Cancel) -> MadePat:
    """`through` is one of `makers`. Raises as Renewals.make_pat does."""
    key, token, made = renewals.make_pat(through.id, organization, ends_at, cancel)
    return MadePat(key, through.cloud, organization, token, made.id, made.ends_at, made.scopes)


def save_and_settle(connections: Connections, renewals: Renewals, draft: Draft, name: str, cancel: Cancel) -> Profile:
    """Save a draft. A token that was made for it is kept if it is the one that is saved, and revoked if another one is,
    or if this was cancelled. Raises as Connections.save does; then it may be tried again."""
    made = draft.made if isinstance(draft, PatDraft) else None
    try:
        profile = connections.save(draft, name, cancel)
    except Cancelled:
        if made is not None:
            discard(renewals, made)
        raise
    if made is not None and isinstance(draft, PatDraft):
        if draft.uses_made:
            renewals.keep_made(made.key)
        else:
            discard(renewals, made)
        draft.made = None
    return profile


def discard(renewals: Renewals, made: MadePat) -> None:
    """The token is not wanted: revoke it. Never raises; what fails is tried again by Renewals.recover."""
    try:
        renewals.discard_made(made.key, Cancel())
    except ConnectionProblem as failure:
        log.warning("made token not revoked yet problem=%s", failure.problem)
