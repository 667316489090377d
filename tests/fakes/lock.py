"""A lock whose passphrase costs no time."""

from desktop_app.app.lock import Lock
from desktop_app.core.ports import Clock, SecretStore
from desktop_app.infra.lock_keyring import Argon2Hash, LockKeyring


def quick_lock(secrets: SecretStore, clock: Clock) -> Lock:
    """Over a real record in `secrets`, with the least memory that Argon2id takes; loaded."""
    lock = Lock(lambda: LockKeyring(lambda: secrets), Argon2Hash(memory_kib=32, iterations=1), clock)
    lock.load()
    return lock
