"""The lock that keeps secrets from passers-by: what is kept about its passphrase, and how long to wait after mistakes.

It protects what the window can hand out while nobody is at the computer. It is no protection from programs that run
under the same user: they can read the keyring themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from desktop_app.core.credential import Secret

LEAST_PASSPHRASE = 8
"""It can not be tried at leisure, so the least that NIST SP 800-63B (5.1.1.2) asks for is enough."""
FREE_ATTEMPTS = 3
"""So many mistakes in a row cost no pause."""
PAUSES_S = (5, 15, 60, 300, 900)
"""The pause after each mistake beyond those, in seconds; the last one for all that follow."""


@dataclass(frozen=True, slots=True)
class LockRecord:
    """What is kept of a passphrase: `verifier` tells whether a passphrase is the right one and nothing else.

    `failures` is how many attempts were wrong since the last right one, `failed_at` (aware UTC) when the newest began.
    """

    verifier: Secret = field(repr=False)
    failures: int = 0
    failed_at: datetime | None = None


class LockState(Enum):
    """OFF: no passphrase was chosen. LOCKED also stands for a keyring that did not tell whether there is one."""

    OFF = auto()
    OPEN = auto()
    LOCKED = auto()


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt to unlock ended. `wait_s` is the pause before the next one; with `tried` False, this one came
    within a pause and was not looked at."""

    right: bool
    wait_s: int = 0
    tried: bool = True


class LockStore(Protocol):
    """Where the record lies. Each may block, and raises ConnectionProblem as SecretStore does."""

    def load(self) -> LockRecord | None:
        """None if no passphrase was chosen, or its record was taken away."""
        ...

    def save(self, record: LockRecord) -> None: ...

    def delete(self) -> None: ...


class PassphraseHash(Protocol):
    """A slow hash of passphrases. Both block for a good part of a second."""

    def make(self, passphrase: Secret) -> Secret:
        """A verifier with a salt of its own."""
        ...

    def matches(self, passphrase: Secret, verifier: Secret) -> bool: ...


def pause_after(failures: int) -> timedelta:
    """How long nobody may try after so many mistakes in a row."""
    if failures < FREE_ATTEMPTS:
        return timedelta()
    return timedelta(seconds=PAUSES_S[min(failures - FREE_ATTEMPTS, len(PAUSES_S) - 1)])


def wait_s(record: LockRecord, now: datetime) -> int:
    """Whole seconds until the next attempt; `now` is aware UTC. A clock that was set back wins nothing: then the whole
    pause is still to come."""
    pause = pause_after(record.failures)
    if record.failed_at is None or not pause:
        return 0
    left = record.failed_at + pause - now
    seconds = min(left, pause).total_seconds()
    return max(0, -int(-seconds // 1))
