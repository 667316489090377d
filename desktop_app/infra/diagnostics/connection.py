"""A secure connection to one host, on the program's own trust; who vouches for the host; what time it is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from desktop_app.core.checks import CheckStatus
from desktop_app.core.diagnosis import Answer, DiagnosisName, Results, Skipped, host_of, of_name
from desktop_app.core.ports import Clock, HttpSession, Request, Timeout

TIMEOUT = Timeout(connect_s=8.0, read_s=10.0)


class Wire(HttpSession, Protocol):
    """The network layer, which knows the proxy on the way to an address."""

    def proxy_for(self, url: str) -> str:
        """The proxy's address; empty where there is none."""
        ...


def connection(
    base: str, http: Wire, clock: Clock, issuer_of: Callable[[str, str], str]
) -> Callable[[Results], Answer]:
    """Facts: host, status, issuer and skew_s (whole seconds by which this computer's clock is ahead) where known.

    Any answer will do: what is asked is whether the right server is there. `issuer_of(url, proxy)` reads who issued
    the certificate. Skipped where the host's name was not found. Raises as HttpSession does (host, issuer).
    """

    def run(results: Results) -> Answer:
        host = host_of(base)
        names = of_name(results, DiagnosisName.NAME)
        if any(result.status is CheckStatus.FAILED for result in names):
            return Skipped({"host": host})
        answer = http.send(Request("HEAD", f"{base}/", TIMEOUT))
        facts = {"host": host, "status": str(answer.status)}
        if skew := _skew_s(answer.headers.get("date", ""), clock.now()):
            facts["skew_s"] = skew
        if issuer := issuer_of(base, http.proxy_for(base)):
            facts["issuer"] = issuer
        return facts

    return run


def _skew_s(date: str, now: datetime) -> str:
    """How far `now` is ahead of an answer's Date (RFC 9110 section 6.6.1); empty if that cannot be read."""
    try:
        there = parsedate_to_datetime(date)
    except ValueError:
        return ""
    aware = there if there.tzinfo else there.replace(tzinfo=UTC)
    return f"{(now - aware).total_seconds():.0f}"
