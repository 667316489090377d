"""From what requests, urllib3, ssl and the socket raise to the network's Problems.

Branches on types found by walking the chain of causes, on a message only where there is no type (a proxy's refusal);
facts name hosts and error types, no URL.
"""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
from collections.abc import Iterator

import requests.exceptions as failures
import urllib3.exceptions as pool_failures

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.certificate_faults import PROBLEM_OF_FAULT, fault_of

PROBLEM_OF_REQUESTS: dict[type[BaseException], Problem] = {
    failures.RequestException: Problem.CONNECTION_LOST,
    failures.ConnectionError: Problem.CONNECTION_LOST,
    failures.ProxyError: Problem.PROXY_FAILED,
    failures.InvalidProxyURL: Problem.PROXY_FAILED,
    failures.SSLError: Problem.TLS_FAILED,
    failures.Timeout: Problem.TIMED_OUT,
    failures.ConnectTimeout: Problem.TIMED_OUT,
    failures.ReadTimeout: Problem.TIMED_OUT,
    failures.ChunkedEncodingError: Problem.CONNECTION_LOST,
    failures.ContentDecodingError: Problem.NOT_JSON,
    failures.RetryError: Problem.SERVICE_UNAVAILABLE,
    # Only a mistake in this program brings one of these about.
    failures.InvalidJSONError: Problem.INTERNAL,
    failures.JSONDecodeError: Problem.INTERNAL,
    failures.HTTPError: Problem.INTERNAL,
    failures.URLRequired: Problem.INTERNAL,
    failures.TooManyRedirects: Problem.INTERNAL,
    failures.MissingSchema: Problem.INTERNAL,
    # A proxy with a scheme that is not supported (SOCKS) ends here; the program's own URLs are judged before.
    failures.InvalidSchema: Problem.PROXY_FAILED,
    failures.InvalidURL: Problem.INTERNAL,
    failures.InvalidHeader: Problem.INTERNAL,
    failures.StreamConsumedError: Problem.INTERNAL,
    failures.UnrewindableBodyError: Problem.INTERNAL,
}
"""Every exception of requests.exceptions, by its own class; used where the chain holds nothing more telling."""

# The most telling first: the first row with a type that is anywhere in the chain decides.
_TELLING: tuple[tuple[tuple[type[BaseException], ...], Problem], ...] = (
    ((failures.ProxyError, failures.InvalidProxyURL, pool_failures.ProxyError), Problem.PROXY_FAILED),
    ((ssl.SSLCertVerificationError,), Problem.CERTIFICATE_UNTRUSTED),  # more exactly: by its fault
    ((socket.gaierror, pool_failures.NameResolutionError), Problem.NAME_NOT_RESOLVED),
    ((ConnectionRefusedError,), Problem.CONNECTION_REFUSED),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), Problem.CONNECTION_LOST),
    ((ssl.SSLError, pool_failures.SSLError), Problem.TLS_FAILED),
    ((http.client.IncompleteRead,), Problem.ANSWER_CUT_OFF),
    ((pool_failures.InvalidHeader,), Problem.ANSWER_NOT_UNDERSTOOD),  # of the answer; requests' own is the program's
    ((ConnectionError, http.client.BadStatusLine), Problem.CONNECTION_LOST),
    ((TimeoutError, failures.Timeout, pool_failures.ReadTimeoutError), Problem.TIMED_OUT),
)


# http.client has no type for a proxy's refusal; its words are its own and never translated.
_TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: (?P<status>\d{3})")
_PROBLEM_OF_TUNNEL = {"407": Problem.PROXY_AUTHENTICATION, "403": Problem.PROXY_BLOCKED}


def network_problem(error: BaseException, host: str) -> ConnectionProblem:
    """The problem behind `error`, raised while talking to `host`."""
    chain = list(_causes(error))
    facts = {"host": host, "error": type(chain[-1]).__name__}
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            facts["verify_code"] = str(getattr(cause, "verify_code", ""))
            facts["description"] = str(getattr(cause, "verify_message", "") or "")
            facts["certificate_fault"] = fault_of(cause).value
        elif isinstance(cause, OSError) and cause.errno is not None and cause.errno in errno.errorcode:
            facts["errno"] = errno.errorcode[cause.errno]
    return ConnectionProblem(_problem(error, chain), facts)


def _problem(error: BaseException, chain: list[BaseException]) -> Problem:
    for types, problem in _TELLING:
        for cause in chain:
            if isinstance(cause, types):
                if problem is Problem.PROXY_FAILED:
                    return _problem_of_proxy(chain)
                return PROBLEM_OF_FAULT[fault_of(cause)] if isinstance(cause, ssl.SSLCertVerificationError) else problem
    for ancestor in type(error).__mro__:
        if ancestor in PROBLEM_OF_REQUESTS:
            return PROBLEM_OF_REQUESTS[ancestor]
    if isinstance(error, (OSError, pool_failures.HTTPError, http.client.HTTPException)):
        return Problem.CONNECTION_LOST
    return Problem.INTERNAL


def _problem_of_proxy(chain: list[BaseException]) -> Problem:
    """Whether a proxy is not there, wants to know who we are, or refuses."""
    for cause in chain:
        if found := _TUNNEL_REFUSED.match(str(cause)):
            return _PROBLEM_OF_TUNNEL.get(found["status"], Problem.PROXY_FAILED)
    unreachable = (socket.gaierror, pool_failures.NameResolutionError, ConnectionRefusedError, TimeoutError)
    if any(isinstance(cause, unreachable) for cause in chain):
        return Problem.PROXY_UNREACHABLE
    return Problem.PROXY_FAILED


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and everything it wraps, outermost first.

    requests puts urllib3's error into `args`, urllib3 puts the socket's into `reason`, `original_error` or `args`.
    """
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [getattr(cause, "reason", None), getattr(cause, "original_error", None), cause.__cause__]
        waiting += cause.args
        if not cause.__suppress_context__:
            waiting.append(cause.__context__)
