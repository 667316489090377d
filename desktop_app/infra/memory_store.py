"""Secrets kept for this run only, for a computer without a keyring when the person chose so.

Nothing is ever written anywhere: what is here is gone when the program ends.
"""

from __future__ import annotations

import threading

from desktop_app.core.credential import Secret
from desktop_app.core.profile import ProfileId


class MemorySecretStore:
    """Implements the port SecretStore; safe from any thread."""

    def __init__(self) -> None:
        self._secrets: dict[ProfileId, Secret] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"MemorySecretStore({len(self._secrets)} secrets)"

    def get(self, key: ProfileId) -> Secret | None:
        with self._lock:
            return self._secrets.get(key)

    def set(self, key: ProfileId, secret: Secret) -> None:
        with self._lock:
            self._secrets[key] = secret

    def delete(self, key: ProfileId) -> bool:
        with self._lock:
            return self._secrets.pop(key, None) is not None

    def tidy(self, key: ProfileId) -> None:
        """A write here is never interrupted."""
