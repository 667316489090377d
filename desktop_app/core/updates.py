"""When to look for a newer version, and what counts as one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

EVERY = timedelta(days=7)
_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})")


class UpdatesOff(StrEnum):
    """Why nobody looks: this build has no publisher, or the person, or the policy of the computer, does not want it."""

    NO_PUBLISHER = "no-publisher"
    NOT_WANTED = "not-wanted"


@dataclass(frozen=True, slots=True)
class LastLook:
    """When the newest version was last asked for (aware UTC), and which it was; empty if none could be told."""

    at: datetime
    version: str = ""


class UpdateSource(Protocol):
    """Tells the newest version."""

    def newest(self) -> str:
        """Like "0.2.0". Raises ConnectionProblem: as HttpSession, and ANSWER_NOT_UNDERSTOOD for what is not signed."""
        ...


class UpdateRecord(Protocol):
    """The last look, from one run to the next. Never raises: what can not be kept is asked again."""

    def load(self) -> LastLook | None: ...

    def save(self, look: LastLook) -> None: ...


def is_due(last: LastLook | None, now: datetime) -> bool:
    """Once a week; also when the last look lies in the future, because the clock was wrong."""
    return last is None or not timedelta(0) <= now - last.at < EVERY


def is_newer(found: str, running: str) -> bool:
    """True if `found` is a later release than `running`; what is not three numbers is never newer."""
    numbers = [_VERSION.fullmatch(version) for version in (found, running)]
    if None in numbers:
        return False
    there, here = ([int(part) for part in match.groups()] for match in numbers if match)
    return there > here
