"""The computer's own clock.

Wall time is always aware UTC; durations are measured with the monotonic clock only.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """Implements the port Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
