"""The network layer, loaded when it is first needed.

requests, urllib3 and what they bring take a fifth of a second and a fifth of the memory of an open window; a person who
only looks at the list pays for neither.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from desktop_app.core.ports import Request, Response

if TYPE_CHECKING:
    from desktop_app.infra.http import RequestsSession


class LateSession:
    """A RequestsSession that is made at the first call; safe from any thread, and any call but `close` may load it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: RequestsSession | None = None
        self._when_made: list[Callable[[RequestsSession], None]] = []

    def load(self) -> RequestsSession:
        """Make it now, if it is not there yet."""
        with self._lock:
            if self._made is None:
                from desktop_app.infra.http import RequestsSession

                made = RequestsSession()
                for then in self._when_made:
                    then(made)
                self._made = made
            return self._made

    def send(self, request: Request) -> Response:
        """As RequestsSession.send."""
        return self.load().send(request)

    def trust(self, ca_pem: bytes, urls: Iterable[str]) -> None:
        """As RequestsSession.trust."""
        self.load().trust(ca_pem, urls)

    def when_made(self, then: Callable[[RequestsSession], None]) -> None:
        """Call `then` with the session before anybody else uses it; at once if it is there already.

        It must not call this object. What it raises, the call that needed the session raises.
        """
        with self._lock:
            if self._made is None:
                self._when_made.append(then)
            else:
                then(self._made)

    def proxy_for(self, url: str) -> str:
        """As RequestsSession.proxy_for."""
        return self.load().proxy_for(url)

    def close(self) -> None:
        """As RequestsSession.close."""
        if self._made is not None:
            self._made.close()
