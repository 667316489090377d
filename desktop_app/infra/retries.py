"""When a request that failed is sent again: reads only, twice at most, and never after a long wait.

Somebody watches the checks run: what already cost a whole time limit is told at once, and a server that asks for more
than ten seconds of patience gets its wish told to the person instead.
"""

from __future__ import annotations

from typing import Any, Self

from urllib3 import BaseHTTPResponse, Retry
from urllib3.exceptions import (
    ConnectTimeoutError,
    InvalidHeader,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    ResponseError,
)

from desktop_app.infra.time_limit import TimeLimitPassed

MAX_RETRY_AFTER_S = 10.0


class CautiousRetry(Retry):
    """urllib3's Retry for GET and HEAD, on connection errors, on 502, 503 and 504, and on 429 with a Retry-After.

    Retry-After is honoured up to ten seconds. When it gives up on a status, the answer itself is returned.
    """

    def __init__(self, **settings: Any) -> None:  # urllib3 builds its next state with the settings of this one
        defaults: dict[str, Any] = {
            "total": 2,
            "redirect": 0,
            "other": 0,
            "allowed_methods": frozenset({"GET", "HEAD"}),
            "status_forcelist": frozenset({502, 503, 504}),
            "backoff_factor": 0.2,
            "raise_on_status": False,
            "raise_on_redirect": False,
        }
        super().__init__(**{**defaults, **settings})

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: Any = None,  # private types of urllib3, passed through
        _stacktrace: Any = None,
    ) -> Self:
        given_up = (
            not self._is_method_retryable(method or "")
            or (error is not None and _is_final(error))
            or (response is not None and self._asks_for_too_long(response))
        )
        if given_up:
            reason = error or ResponseError(ResponseError.GENERIC_ERROR)
            raise MaxRetryError(_pool, url or "", reason) from reason
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def _asks_for_too_long(self, response: BaseHTTPResponse) -> bool:
        try:
            retry_after_s = self.get_retry_after(response)
        except InvalidHeader:
            return True
        return retry_after_s is not None and retry_after_s > MAX_RETRY_AFTER_S


def _is_final(error: Exception) -> bool:
    """True for a name that does not exist and for a time limit that has passed: trying again only doubles the wait."""
    if isinstance(error, NameResolutionError) or any(isinstance(cause, TimeLimitPassed) for cause in error.args):
        return True
    # A refused connection is a NewConnectionError and, by inheritance, a ConnectTimeoutError.
    return isinstance(error, (ConnectTimeoutError, ReadTimeoutError)) and not isinstance(error, NewConnectionError)
