"""Moments as Microsoft's services write them in JSON (ISO 8601, with up to seven digits of a second)."""

from __future__ import annotations

from datetime import UTC, datetime


def moment_of(text: object) -> datetime | None:
    """Aware UTC; None for what is no moment. One without a zone is UTC (Microsoft Graph docs, DateTimeOffset)."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def written(moment: datetime) -> str:
    """ "2026-12-01T23:46:23.319Z" of an aware moment."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
