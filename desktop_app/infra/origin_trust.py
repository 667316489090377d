"""Which certificate authorities are trusted for which server, by the network layer and by the sign-in view alike.

Both must agree: a page that signs in while the token call fails on TLS is the commonest complaint about such
programs. The system's own authorities always count; an extra one counts for the origins it was given for, and nothing
else ever does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from desktop_app.core.cloud import Cloud, origin_of
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem, Problem


class TrustingSession(Protocol):
    """The network layer, as far as this file needs it."""

    def trust(self, ca_pem: bytes, urls: Iterable[str]) -> None: ...


class OriginTrust:
    """Extra authorities and pinned certificates, by origin. Safe from any thread."""

    def __init__(self, http: TrustingSession, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._lock = threading.Lock()
        self._authorities: dict[tuple[str, int], bytes] = {}
        self._pinned: dict[tuple[str, int], bytes] = {}

    def add(self, ca_pem: bytes, urls: Iterable[str]) -> None:
        """Trust the authorities in `ca_pem` for these URLs' origins. Raises CA_FILE_UNREADABLE if there are none."""
        origins = {origin_of(url) for url in urls}
        with self._lock:
            fresh = [origin for origin in origins if ca_pem not in self._authorities.get(origin, b"")]
            if not fresh:
                return
            self._http.trust(ca_pem, [f"https://{_netloc(origin)}" for origin in fresh])
            for origin in fresh:
                self._authorities[origin] = self._authorities.get(origin, b"") + b"\n" + ca_pem

    def add_file(self, path: str, cloud: Cloud) -> None:
        """Trust a PEM file for one cloud's hosts. Raises CA_FILE_UNREADABLE (facts: file)."""
        try:
            pem = Path(path).read_bytes()
        except OSError as error:
            raise ConnectionProblem(Problem.CA_FILE_UNREADABLE, {"file": path}) from error
        try:
            self.add(pem, cloud.bases)
        except ConnectionProblem as failure:
            raise failure.with_facts(file=path) from failure

    def pin(self, certificate_der: bytes, urls: Iterable[str]) -> None:
        """Let the sign-in view accept exactly this certificate from these URLs' origins: the practice cloud's."""
        with self._lock:
            self._pinned.update({origin_of(url): certificate_der for url in urls})

    def trusts(self, host: str, port: int, chain_der: Sequence[bytes]) -> bool:
        """True if the chain (leaf first), which Chromium does not know, is trusted for this host and port."""
        origin = (host.lower(), port)
        with self._lock:
            pinned, authorities = self._pinned.get(origin), self._authorities.get(origin)
        if pinned is not None:
            return bool(chain_der) and chain_der[0] == pinned
        from desktop_app.infra.trust import verify_chain  # loads cryptography's X.509 part

        return verify_chain(chain_der, host, self._clock.now(), authorities, use_system=True)


def _netloc(origin: tuple[str, int]) -> str:
    host, port = origin
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
