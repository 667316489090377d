"""Names and passwords for proxies, typed in for this run of the program. They are never written down or logged."""

from __future__ import annotations

import threading

from desktop_app.core.credential import Secret


class ProxyLogins:
    """By the proxy's host; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logins: dict[str, tuple[str, Secret]] = {}

    def of(self, proxy: str) -> tuple[str, Secret] | None:
        """(name, password), if somebody gave them."""
        with self._lock:
            return self._logins.get(proxy.lower())

    def keep(self, proxy: str, name: str, password: Secret) -> None:
        with self._lock:
            self._logins[proxy.lower()] = (name, password)

    def forget(self, proxy: str) -> None:
        """The proxy did not accept them."""
        with self._lock:
            self._logins.pop(proxy.lower(), None)
