"""How fast Azure DevOps is asked: eight requests at a time for each organization, and slower where it asks for that.

`Retry-After` and `X-RateLimit-Delay` may come with any answer, also a good one (Azure DevOps docs, rate and usage
limits). Whoever waits for such a moment to pass holds no turn.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from desktop_app.core.ports import ORGANIZATION_AT_ONCE

MAX_WAIT_S = 30.0
"""Longer waits are cut: a person is watching, and an answer of 429 tells them what is going on."""


class Pace:
    """Turns to send; one for the whole program. Safe from any thread."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        at_once: int = ORGANIZATION_AT_ONCE,
    ) -> None:
        """`monotonic` and `sleep` in seconds."""
        self._monotonic = monotonic
        self._sleep = sleep
        self._at_once = at_once
        self._changed = threading.Condition()
        self._in_flight: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    @contextmanager
    def turn(self, organization: str) -> Iterator[None]:
        """Wait for a turn at `organization` (any text that stands for it), and give it back at the end."""
        self._begin(organization)
        try:
            yield
        finally:
            with self._changed:
                self._in_flight[organization] -= 1
                self._changed.notify_all()

    def heard(self, organization: str, headers: Mapping[str, str]) -> None:
        """An answer's headers (lower case): later requests wait as long as they ask for."""
        wait_s = min(_asked_for_s(headers), MAX_WAIT_S)
        if wait_s > 0:
            with self._changed:
                until = self._monotonic() + wait_s
                self._not_before[organization] = max(until, self._not_before.get(organization, until))

    def _begin(self, organization: str) -> None:
        while True:
            with self._changed:
                wait_s = self._not_before.get(organization, -math.inf) - self._monotonic()
                if wait_s <= 0:
                    if self._in_flight.get(organization, 0) < self._at_once:
                        self._in_flight[organization] = self._in_flight.get(organization, 0) + 1
                        return
                    self._changed.wait()
                    continue  # an answer may have asked to wait meanwhile
            self._sleep(wait_s)


def _asked_for_s(headers: Mapping[str, str]) -> float:
    """Seconds, 0 where nothing was asked for or what was said is no time.

    Retry-After is a number of seconds or a date (RFC 9110 section 10.2.3); a date is measured against the answer's own
    Date, since this computer's clock may be wrong. X-RateLimit-Delay counts where there is no Retry-After.
    """
    asked = headers.get("retry-after", "").strip()
    seconds = _seconds(asked)
    if seconds is None and asked:
        seconds = _until(asked, headers.get("date", ""))
    if seconds is None:
        seconds = _seconds(headers.get("x-ratelimit-delay", "").strip())
    return max(seconds or 0.0, 0.0)


def _until(then: str, now: str) -> float | None:
    """Seconds between two HTTP dates; None where one is no date."""
    from email.utils import parsedate_to_datetime  # rarely needed, and not free to load

    try:
        return (parsedate_to_datetime(then) - parsedate_to_datetime(now)).total_seconds()
    except (TypeError, ValueError, OverflowError):  # TypeError: one without a zone beside one with
        return None


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None
