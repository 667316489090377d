"""The lock in use: closed when the program starts, opened by the passphrase, closed again by the window.

A wrong attempt is written down before it is known to be wrong, so ending the program in the middle wins nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from desktop_app.core.credential import Secret
from desktop_app.core.lock import Attempt, LockRecord, LockState, LockStore, PassphraseHash, wait_s
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem, Problem

log = logging.getLogger(__name__)


class Lock:
    """Safe from any thread; everything but `state` and `lock` may block (keyring, and the slow hash).

    `store` gives where the record lies now: the keyring may be replaced while the program runs.
    """

    def __init__(self, store: Callable[[], LockStore], hashing: PassphraseHash, clock: Clock) -> None:
        self._store = store
        self._hashing = hashing
        self.clock = clock
        self._turn = threading.Lock()  # one attempt at a time
        self._state = LockState.OFF

    @property
    def state(self) -> LockState:
        return self._state

    def load(self) -> None:
        """At the start: locked if there is a passphrase, or if the keyring does not tell. Never raises."""
        try:
            there = self._store().load() is not None
        except ConnectionProblem as failure:
            log.warning("whether there is a lock is not known problem=%s", failure.problem)
            there = failure.problem is not Problem.KEYRING_MISSING  # then there is no secret either
        self._state = LockState.LOCKED if there else LockState.OFF

    def lock(self) -> bool:
        """Lock, if a passphrase was chosen; True if it is locked now."""
        if self._state is LockState.OPEN:
            self._state = LockState.LOCKED
        return self._state is LockState.LOCKED

    def unlock(self, passphrase: Secret) -> Attempt:
        """Open it if the passphrase is right, or if there is none any more. Raises as the keyring does: then it stays
        as it is."""
        with self._turn:
            attempt = self._attempt(passphrase)
            if attempt.right:
                self._state = LockState.OFF if self._store().load() is None else LockState.OPEN
            return attempt

    def wait_s(self) -> int:
        """Whole seconds until an attempt is looked at. Raises as the keyring does."""
        record = self._store().load()
        return wait_s(record, self.clock.now()) if record else 0

    def choose(self, passphrase: Secret, old: Secret | None = None) -> Attempt:
        """Turn the lock on, or change its passphrase, for which the `old` one must be right. It is open afterwards.

        Raises as the keyring does: then what was there still counts.
        """
        with self._turn:
            attempt = self._attempt(old or Secret(""))
            if attempt.right:
                self._store().save(LockRecord(self._hashing.make(passphrase)))
                self._state = LockState.OPEN
                log.info("a passphrase for the lock was chosen")
            return attempt

    def turn_off(self, passphrase: Secret) -> Attempt:
        """Forget the passphrase, if this is it. Raises as the keyring does."""
        with self._turn:
            attempt = self._attempt(passphrase)
            if attempt.right:
                self._store().delete()
                self._state = LockState.OFF
                log.info("the lock was turned off")
            return attempt

    def _attempt(self, passphrase: Secret) -> Attempt:
        store, now = self._store(), self.clock.now()
        record = store.load()
        if record is None:
            return Attempt(right=True)
        if left := wait_s(record, now):
            return Attempt(right=False, wait_s=left, tried=False)
        tried = replace(record, failures=record.failures + 1, failed_at=now.replace(microsecond=0))
        store.save(tried)
        if not self._hashing.matches(passphrase, record.verifier):
            log.warning("wrong passphrase for the lock failures=%s", tried.failures)
            return Attempt(right=False, wait_s=wait_s(tried, self.clock.now()))
        store.save(replace(record, failures=0, failed_at=None))
        return Attempt(right=True)
