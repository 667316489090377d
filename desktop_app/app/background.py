"""Every connection is checked once a day while the program runs: when which one's turn is, and the check itself.

Each connection has its moment of the day, told from its id, so that many spread over the day and each keeps its time.
What was checked within twelve hours, by whomever, is left for the next day. What was missed (the program did not run,
the computer slept, the person was on battery) is made up for in small steps, never at once.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop_app.app.connections import Connections
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckReport
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId

log = logging.getLogger(__name__)

DAY_S = 86_400
RECENT_S = DAY_S / 2
"""Nothing that was checked within so many seconds is checked by itself."""
LOOK_S = 60.0
"""How often to look whose turn it is, at least."""
BETWEEN_S = 5.0
"""Between two checks, at least; where few are waiting, a minute."""
SETTLE_S = 120.0
"""After the start, a sleep or a pause nothing happens for so long: others want the computer and its network then."""
AWAY_S = 5 * LOOK_S
"""Looks that lie further apart mean that the computer slept or checking was paused."""
REST_S = 15 * 60.0
"""So long nothing is checked after a check failed for a reason that lies in this computer, and in all others too."""

OF_THIS_COMPUTER = frozenset(
    {
        Problem.NO_NETWORK,
        Problem.NAME_NOT_RESOLVED,
        Problem.PROXY_FAILED,
        Problem.PROXY_UNREACHABLE,
        Problem.PROXY_AUTHENTICATION,
        Problem.PROXY_BLOCKED,
        Problem.KEYRING_MISSING,
        Problem.KEYRING_LOCKED,
        Problem.KEYRING_REFUSED,
    }
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is now, if anybody's, and in how many seconds to look again."""

    key: ProfileId | None
    look_again_s: float


class Planner:
    """Decides whose turn it is. It knows no clock but the moments it is told (aware UTC)."""

    def __init__(self) -> None:
        self._moments: dict[ProfileId, int] = {}
        self._looked_at: datetime | None = None
        self._not_before: datetime | None = None
        self._begun_at: datetime | None = None

    def look(self, profiles: Iterable[Profile], now: datetime) -> Turn:
        """Whose turn it is at `now`; a turn that is given counts as taken."""
        if self._looked_at is None or not timedelta(0) <= now - self._looked_at <= timedelta(seconds=AWAY_S):
            self._not_before = now + timedelta(seconds=SETTLE_S)
            self._begun_at = None
        self._looked_at = now
        waiting, soonest, first = 0, math.inf, None
        at = now.timestamp()
        for profile in profiles:
            due = self.due(profile, at)
            waiting += due <= at
            if due < soonest:
                soonest, first = due, profile.id
        wait_s = max(soonest - at, self._pause_s(waiting, now))
        if first is not None and wait_s <= 0:
            self._begun_at = now
            return Turn(first, BETWEEN_S)
        return Turn(None, min(max(wait_s, 1.0), LOOK_S))

    def rest(self, now: datetime) -> None:
        """Nobody's turn comes for a while."""
        self._not_before = now + timedelta(seconds=REST_S)

    def due(self, profile: Profile, at: float) -> float:
        """When this connection's turn comes, or came, seconds since 1970; `at` is now.

        It is the connection's moment of the day, the first one that is not too soon after the newest check. A check in
        the future is the mistake of a clock: as if it had been a day ago.
        """
        last = profile.last_check
        checked = last.at.timestamp() if last else profile.created_at.timestamp() - RECENT_S
        since = (checked if checked <= at else at - DAY_S) + RECENT_S
        moment = self._moment(profile.id)
        return moment + math.ceil((since - moment) / DAY_S) * DAY_S

    def _moment(self, key: ProfileId) -> int:
        """Seconds of the day (UTC), as good as random, the same in every run."""
        known = self._moments.get(key)
        if known is None:
            digest = hashlib.sha256(key.encode()).digest()
            known = self._moments[key] = int.from_bytes(digest[:8], "big") % DAY_S
        return known

    def _pause_s(self, waiting: int, now: datetime) -> float:
        """How long nobody's turn can come, in seconds: the more are waiting, the shorter the steps."""
        ends = [] if self._not_before is None else [self._not_before]
        if self._begun_at is not None:
            ends.append(self._begun_at + timedelta(seconds=max(BETWEEN_S, 10 * LOOK_S / max(waiting, 10))))
        return max(((end - now).total_seconds() for end in ends), default=0.0)


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one look: a connection that was checked, or none, and in how many seconds to look again."""

    look_again_s: float
    checked: tuple[Profile, CheckReport] | None = None


class BackgroundChecks:
    """Looks, and checks whose turn it is; for one thread at a time, in which it may block."""

    def __init__(
        self,
        connections: Connections,
        clock: Clock,
        wanted: Callable[[], bool],
        learn: Callable[[Profile, Cancel], Profile] = lambda profile, cancel: profile,
    ) -> None:
        """`wanted` tells whether checks are wanted just now (switched on, not on battery); it may block. `learn` may
        ask Azure for more about a connection that was just checked; that it fails is no failure of the check."""
        self._learn = learn
        self._connections = connections
        self._clock = clock
        self._wanted = wanted
        self._planner = Planner()

    def step(self, cancel: Cancel) -> Step:
        """Raises Cancelled: what fails is told by the connection's state. What can not even be stored waits a while."""
        if not self._wanted():
            return Step(LOOK_S)
        try:
            allowed = [profile for profile in self._connections.load() if profile.refused is None]
            turn = self._planner.look(allowed, self._clock.now())
            if turn.key is None:
                return Step(turn.look_again_s)
            profile, report = self._connections.check(turn.key, lambda result: None, cancel)
        except ConnectionProblem as failure:
            log.info("background check not done problem=%s", failure.problem)
            self._planner.rest(self._clock.now())
            return Step(LOOK_S)
        if report.first_problem in OF_THIS_COMPUTER:
            self._planner.rest(self._clock.now())
        return Step(turn.look_again_s, (self._learned(profile, cancel), report))

    def _learned(self, profile: Profile, cancel: Cancel) -> Profile:
        try:
            return self._learn(profile, cancel)
        except ConnectionProblem as failure:
            log.info("nothing learned profile=%s problem=%s", profile.id, failure.problem)
            return profile
