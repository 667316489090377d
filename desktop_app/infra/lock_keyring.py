"""The lock's record in the keyring, under a name of its own, and the hash of its passphrase.

The record is one line of JSON: {"verifier": PHC string, "failures": number, "failed_at": UTC or null}. The verifier is
Argon2id (RFC 9106) in the PHC string format; whoever has it can only try passphrases against it, slowly.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec

from desktop_app.core.credential import Secret
from desktop_app.core.lock import LockRecord
from desktop_app.core.ports import SecretStore
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import ProfileId

KEY = ProfileId("lock")
"""In the keyring it stands as "ado-connect:lock"; a connection's id has 32 hexadecimal digits."""

MEMORY_KIB, ITERATIONS, LANES = 64 * 1024, 3, 4
"""RFC 9106, section 4, second recommended choice."""


class _Record(msgspec.Struct):
    verifier: str
    failures: Annotated[int, msgspec.Meta(ge=0)] = 0
    failed_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class LockKeyring:
    """Implements the port LockStore. `secrets` gives where secrets are kept now."""

    def __init__(self, secrets: Callable[[], SecretStore]) -> None:
        self._secrets = secrets

    def load(self) -> LockRecord | None:
        """Raises KEYRING_DAMAGED too, where what lies there is no record."""
        found = self._secrets().get(KEY)
        if found is None:
            return None
        try:
            record = msgspec.json.decode(found.reveal(), type=_Record)
        except (msgspec.DecodeError, UnicodeError):  # the error's text may quote it
            raise ConnectionProblem(Problem.KEYRING_DAMAGED) from None
        return LockRecord(Secret(record.verifier), record.failures, record.failed_at)

    def save(self, record: LockRecord) -> None:
        row = _Record(record.verifier.reveal(), record.failures, record.failed_at)
        self._secrets().set(KEY, Secret(msgspec.json.encode(row).decode()))

    def delete(self) -> None:
        self._secrets().delete(KEY)


class Argon2Hash:
    """Implements the port PassphraseHash. The same passphrase typed on another system has the same form (Unicode
    NFC). The costs are for tests that can not wait."""

    def __init__(self, memory_kib: int = MEMORY_KIB, iterations: int = ITERATIONS) -> None:
        self._memory_kib = memory_kib
        self._iterations = iterations

    def make(self, passphrase: Secret) -> Secret:
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        slow = Argon2id(
            salt=os.urandom(16), length=32, iterations=self._iterations, lanes=LANES, memory_cost=self._memory_kib
        )
        return Secret(slow.derive_phc_encoded(_octets(passphrase)))

    def matches(self, passphrase: Secret, verifier: Secret) -> bool:
        from cryptography.exceptions import InvalidKey
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        try:
            Argon2id.verify_phc_encoded(_octets(passphrase), verifier.reveal())
        except (InvalidKey, ValueError):  # ValueError: no PHC string
            return False
        return True


def _octets(passphrase: Secret) -> bytes:
    return unicodedata.normalize("NFC", passphrase.reveal()).encode("utf-8", "surrogatepass")
