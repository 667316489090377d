"""Checks many connections: some at a time, each result told and kept as it comes, no failure stopping the others.

How many requests are in flight is decided elsewhere: 32 in all (`infra/http.py`), eight at one organization
(`infra/pace.py`).
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from queue import Empty, SimpleQueue

from desktop_app.app.i18n import _, ngettext
from desktop_app.app.words import URGENCY, StateKind, status_words
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.checks import CheckReport
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.core.redact import redact

log = logging.getLogger(__name__)

CONNECTIONS_AT_ONCE = 12
"""Connections checked at the same time; one has two to three requests in flight, so more would wait for turns."""

BETWEEN_S = 0.02
"""Seconds between two beginnings, at least."""
BUSY_SHARE = 0.4
"""No connection is begun while this program has spent more than this part of a processor since the last beginning."""

CheckOne = Callable[[ProfileId, Cancel], tuple[Profile, CheckReport]]


@dataclass(frozen=True, slots=True)
class Checked:
    """How one connection's check ended. `failure` says why there is no result: it is gone, or could not be kept."""

    key: ProfileId
    profile: Profile | None = None
    report: CheckReport | None = None
    failure: ConnectionProblem | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far it has come. `needs_you` and `in_part` are among the checked ones, `unknown` have no result."""

    total: int
    done: int = 0
    needs_you: int = 0
    in_part: int = 0
    unknown: int = 0
    worst: StateKind = "good"

    @property
    def working(self) -> int:
        """Those that work, be it in part."""
        return self.done - self.needs_you - self.unknown

    def and_one(self, checked: Checked, now: datetime) -> Tally:
        """With one more, as it is at `now` (aware UTC)."""
        if checked.profile is None:
            return replace(self, done=self.done + 1, unknown=self.unknown + 1)
        kind, _words = status_words(checked.profile, now)
        last = checked.profile.last_check
        partly = kind != "bad" and last is not None and last.problem is not None
        return replace(
            self,
            done=self.done + 1,
            needs_you=self.needs_you + (kind == "bad"),
            in_part=self.in_part + partly,
            worst=min(self.worst, kind, key=URGENCY.__getitem__),
        )


def check_all(
    profiles: Iterable[Profile],
    check: CheckOne,
    *,
    now: datetime,
    on_progress: Callable[[tuple[Checked, Tally]], object],
    cancel: Cancel,
    share: Share | None = None,
) -> Tally:
    """Check every one of `profiles` by `check(key, cancel)`, which stores its result.

    `on_progress` hears, in this thread, of each that has ended. Raises Cancelled as soon as `cancel` is requested; what
    is on its way then ends with the request it waits for, and nobody hears of it.
    """
    waiting = deque(profile.id for profile in in_turns(profiles))
    tally, running, share = Tally(len(waiting)), 0, share or Share()
    ended: SimpleQueue[Checked | None] = SimpleQueue()
    cancel.on_cancel(lambda: ended.put(None))
    pool = ThreadPoolExecutor(max_workers=CONNECTIONS_AT_ONCE, thread_name_prefix="ado-check-all")
    try:
        while tally.done < tally.total:
            cancel.raise_if_cancelled()
            wait_s = None
            if waiting and running < CONNECTIONS_AT_ONCE and (wait_s := share.wait_s()) == 0:
                share.begin()
                pool.submit(_check, waiting.popleft(), check, cancel, ended)
                running += 1
                continue
            try:
                checked = ended.get(timeout=wait_s)
            except Empty:
                continue
            if checked is not None:
                running -= 1
                tally = tally.and_one(checked, now)
                on_progress((checked, tally))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return tally


class Share:
    """When the next connection may be begun: some time after the last one, and not while this program is busy.

    Python runs one thread at a time, the window's among them. Where answers come fast, checks that follow each other
    without a pause would leave it a small share; over a real network they mostly wait, and this is not felt.
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, busy: Callable[[], float] = time.process_time
    ) -> None:
        """`monotonic` and `busy` in seconds: of the day, and of the processor's time spent here."""
        self._monotonic = monotonic
        self._busy = busy
        self._since = (-math.inf, 0.0)

    def begin(self) -> None:
        """One is begun now."""
        self._since = (self._monotonic(), self._busy())

    def wait_s(self) -> float:
        """0 when another may be begun; else when to ask again."""
        at, busy_then = self._since
        passed_s = self._monotonic() - at
        if passed_s < BETWEEN_S:
            return BETWEEN_S - passed_s
        return 0.0 if self._busy() - busy_then <= passed_s * BUSY_SHARE else BETWEEN_S


def _check(key: ProfileId, check: CheckOne, cancel: Cancel, ended: SimpleQueue[Checked | None]) -> None:
    if cancel.requested:
        return
    try:
        profile, report = check(key, cancel)
        ended.put(Checked(key, profile, report))
    except Cancelled:
        return
    except ConnectionProblem as failure:
        ended.put(Checked(key, failure=failure))
    except Exception as error:  # a defect: this one can not be told, the others can
        log.error("check failed profile=%s error=%s", key, redact(repr(error)))
        ended.put(Checked(key, failure=ConnectionProblem(Problem.INTERNAL, {"error": type(error).__name__})))


def in_turns(profiles: Iterable[Profile]) -> Iterator[Profile]:
    """One of each organization in turn: an organization that is slow, or asks to wait, holds up its own only."""
    by_place: dict[tuple[str, str], deque[Profile]] = {}
    for profile in profiles:
        by_place.setdefault((profile.cloud.devops, profile.organization.casefold()), deque()).append(profile)
    while by_place:
        for place, waiting in list(by_place.items()):
            yield waiting.popleft()
            if not waiting:
                del by_place[place]


def summary_words(tally: Tally) -> str:
    """How it ended, or how far it came: "998 of 1,000 work. 2 need you." """
    return " ".join(_sentences(tally))


def _sentences(tally: Tally) -> Sequence[str]:
    done, total = f"{tally.done:,}", f"{tally.total:,}"
    said = []
    if tally.done < tally.total:
        said.append(_("Stopped after {done} of {total}.").format(done=done, total=total))
    if tally.done and tally.working == tally.done:
        words = ngettext("It works.", "All {n} work.", tally.done)
        said.append(words.format(n=done))
    elif tally.done:
        words = ngettext("{n} of {done} works.", "{n} of {done} work.", tally.working)
        said.append(words.format(n=f"{tally.working:,}", done=done))
    if tally.in_part:
        words = ngettext("{n} of them works in part.", "{n} of them work in part.", tally.in_part)
        said.append(words.format(n=f"{tally.in_part:,}"))
    if tally.needs_you:
        words = ngettext("{n} needs you.", "{n} need you.", tally.needs_you)
        said.append(words.format(n=f"{tally.needs_you:,}"))
    if tally.unknown:
        words = ngettext("{n} could not be checked.", "{n} could not be checked.", tally.unknown)
        said.append(words.format(n=f"{tally.unknown:,}"))
    return said
