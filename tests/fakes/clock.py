"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class FakeClock:
    """Implements the port Clock."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass, on the wall and on the monotonic clock."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
