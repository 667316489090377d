"""A personal access token is its own access token: nothing is fetched, and nobody tells its scopes or its end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from desktop_app.core.credential import AccessToken, Grant, PatCredential, Scheme


def grant_for_pat(credential: PatCredential, ends: date | None, ends_at: datetime | None = None) -> Grant:
    """`ends_at` (aware) is when the token ends, where Azure told; else `ends` is the last day as the admin knows it,
    and the token is taken to work until that day is over in UTC."""
    expires_at = ends_at or (datetime.combine(ends + timedelta(days=1), time(), UTC) if ends else None)
    return Grant(credential, AccessToken(credential.token, Scheme.BASIC, frozenset(), expires_at))
