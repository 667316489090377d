"""The one way to the network: requests on the operating system's own trust in certificates.

Certificates are always checked, redirects never followed, every request has time limits, and nothing of one request
(cookies, credentials) reaches the next. An HTTP status is an answer, not an exception.

Who is trusted: the system's authorities (truststore on Windows and macOS; OpenSSL's on Linux, so SSL_CERT_FILE and
SSL_CERT_DIR count) and those given with `trust`. REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE are not read: they would replace
the system's trust for this program alone, while the sign-in view would not know them. The system's proxy settings are
used, .netrc is not.
"""

from __future__ import annotations

import ipaddress
import ssl
import sys
import threading
from collections.abc import Callable, Iterable
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import truststore
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.utils import select_proxy
from urllib3.exceptions import HTTPError as UrllibError

from desktop_app import __version__
from desktop_app.core.cloud import origin_of
from desktop_app.core.ports import REQUESTS_AT_ONCE, Request, Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.certificate_faults import PROBLEM_OF_FAULT, presented_issuer
from desktop_app.infra.network_problems import network_problem
from desktop_app.infra.retries import CautiousRetry
from desktop_app.infra.time_limit import POOLS, TimeLimit, TimeLimitPassed
from desktop_app.infra.trust import load_system_authorities
from desktop_app.infra.way_out import has_way_out

MAX_BODY_BYTES = 20 * 1024 * 1024
"""No answer this program asks for comes near it; more is a fault or an attack."""

_CHUNK_BYTES = 64 * 1024
_POOL_SIZE = REQUESTS_AT_ONCE  # connections kept per host: none is closed because too many came back at once

_CERTIFICATE_PROBLEMS = frozenset(PROBLEM_OF_FAULT.values())
_NO_NETWORK_LOOKS_LIKE = frozenset({Problem.NAME_NOT_RESOLVED, Problem.CONNECTION_LOST})

Origin = tuple[str, int]


class RequestsSession:
    """Implements the port HttpSession; safe from any thread.

    Connections are kept and used again, so that checks pay for one handshake per host.
    """

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES, way_out: Callable[[], bool] = has_way_out) -> None:
        """`way_out` tells whether this computer is connected to any network."""
        self._session = _Session()
        self._way_out = way_out
        self._max_body_bytes = max_body_bytes
        self._turns = threading.BoundedSemaphore(REQUESTS_AT_ONCE)

    def send(self, request: Request) -> Response:
        """Send and return the whole answer, whatever its status.

        Raises ConnectionProblem as the port says; ValueError for a URL that is not https or holds a user name: only
        this program's own mistake makes one.
        """
        host = _host_of(request.url)
        with self._turns:
            if request.cancel is not None:
                request.cancel.raise_if_cancelled()
            return self._answer(request, host)

    def _answer(self, request: Request, host: str) -> Response:
        limit = TimeLimit(request.timeout.total_s)
        begun = False
        try:
            with (
                limit,
                self._session.request(
                    request.method,
                    request.url,
                    headers=dict(request.headers),
                    data=request.body,
                    timeout=(request.timeout.connect_s, request.timeout.read_s),
                    allow_redirects=False,
                    stream=True,
                ) as answer,
            ):
                begun = True
                headers = {name.lower(): value for name, value in answer.headers.items()}
                whole = Response(answer.status_code, headers, self._body(answer, host))
            if limit.passed:  # an end in the middle of the headers looks like an answer without a body
                raise TimeLimitPassed
            return whole
        # requests' own exceptions are OSErrors; the others get through it at times.
        except (OSError, ValueError, UrllibError, HTTPException) as error:
            if limit.passed:
                facts = {"host": host, "limit_s": f"{request.timeout.total_s:g}"}
                raise ConnectionProblem(Problem.ANSWER_TOO_SLOW, facts) from error
            failure = network_problem(error, host)
            if begun and failure.problem is Problem.CONNECTION_LOST:
                failure = ConnectionProblem(Problem.ANSWER_CUT_OFF, failure.facts)
            if begun and failure.problem is Problem.INTERNAL:  # http.client takes a length below zero, and stumbles
                failure = ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, failure.facts)
            if failure.problem in _NO_NETWORK_LOOKS_LIKE and not self._can_reach(request.url):
                failure = ConnectionProblem(Problem.NO_NETWORK, failure.facts)
            if failure.problem in _CERTIFICATE_PROBLEMS:
                failure = self._with_issuer(failure, request.url)
            raise failure from error

    def trust(self, ca_pem: bytes, urls: Iterable[str]) -> None:
        """Trust the authorities in `ca_pem` for the origins of `urls` (https), besides the system's own.

        Adds to what was trusted there before. Raises ConnectionProblem CA_FILE_UNREADABLE if there is none in it.
        """
        self._session.trust(ca_pem, {origin_of(url) for url in urls})

    def trust_file(self, path: Path | str, urls: Iterable[str]) -> None:
        """As `trust`, with the authorities of a PEM file. Raises ConnectionProblem CA_FILE_UNREADABLE."""
        try:
            ca_pem = Path(path).read_bytes()
            self.trust(ca_pem, urls)
        except (OSError, ConnectionProblem) as error:
            raise ConnectionProblem(Problem.CA_FILE_UNREADABLE, {"file": str(path)}) from error

    def proxy_for(self, url: str) -> str:
        """The address of the proxy on the way to `url`, as set in the system or the environment; empty without one.

        It may hold a user name and a password: never shown as it is.
        """
        return self._session.proxy_for(url)

    def _can_reach(self, url: str) -> bool:
        return _is_loopback(urlsplit(url).hostname or "") or self._way_out()

    def close(self) -> None:
        """Give back all connections. The session can still be used; it then opens new ones."""
        self._session.close()

    def _with_issuer(self, failure: ConnectionProblem, url: str) -> ConnectionProblem:
        """With the fact `issuer`, if it can be read: a company that inspects traffic can so be told by name."""
        issuer = presented_issuer(url, self._session.proxy_for(url))
        return failure.with_facts(issuer=issuer) if issuer else failure

    def _body(self, answer: requests.Response, host: str) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._max_body_bytes:
                facts = {"host": host, "limit_bytes": str(self._max_body_bytes)}
                raise ConnectionProblem(Problem.ANSWER_TOO_LARGE, facts)
        return bytes(body)


def _host_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("only https URLs are sent")
    if parts.username is not None:
        raise ValueError("a URL holds no user name")
    return parts.hostname if parts.port in {None, 443} else f"{parts.hostname}:{parts.port}"


def system_context(extra_ca_pem: Iterable[bytes] = ()) -> ssl.SSLContext:
    """A client context that trusts the system's authorities, and `extra_ca_pem` too.

    Raises ConnectionProblem CA_FILE_UNREADABLE.
    """
    context = _openssl_context() if sys.platform == "linux" else _platform_context()
    for ca_pem in extra_ca_pem:
        try:
            context.load_verify_locations(cadata=ca_pem.decode("ascii"))
        except (ssl.SSLError, ValueError) as error:
            raise ConnectionProblem(Problem.CA_FILE_UNREADABLE) from error
    return context


def _platform_context() -> ssl.SSLContext:
    """Windows and macOS judge certificates themselves."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _openssl_context() -> ssl.SSLContext:
    """On Linux truststore would trust the same files, but read them for every connection and allow one handshake at a
    time: five at once over 200 ms took 1.2 s instead of 0.2."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    load_system_authorities(context)
    return context


_NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])


class _HeadersAsGiven(AuthBase):
    """Leaves the request alone; its presence keeps requests from looking for a password in .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Session(requests.Session):
    """requests' Session with one adapter per origin that has authorities of its own, and no memory of cookies."""

    def __init__(self) -> None:
        super().__init__()
        self.auth = _HeadersAsGiven()
        self.headers["User-Agent"] = f"ado-connect/{__version__}"
        # A session cookie of one account would answer for the next token sent to the same host.
        self.cookies.set_policy(_NO_COOKIES)
        self._lock = threading.Lock()
        self._adapters_of: dict[Origin, _Adapter] = {}
        self._trusted: dict[Origin, tuple[bytes, ...]] = {}
        self._default = _Adapter(system_context())

    def trust(self, ca_pem: bytes, origins: Iterable[Origin]) -> None:
        contexts: dict[tuple[bytes, ...], ssl.SSLContext] = {}  # one takes about 20 ms to fill with the system's roots
        with self._lock:
            for origin in origins:
                trusted = self._trusted.get(origin, ())
                if ca_pem in trusted:
                    continue
                wanted = (*trusted, ca_pem)
                if wanted not in contexts:
                    contexts[wanted] = system_context(wanted)
                self._adapters_of[origin] = _Adapter(contexts[wanted])
                self._trusted[origin] = wanted

    def get_adapter(self, url: str | bytes) -> HTTPAdapter:
        """By exact origin: requests' own look-up goes by prefix, where example.com would match example.com.evil."""
        text = url if isinstance(url, str) else url.decode()
        return self._adapters_of.get(origin_of(text), self._default)

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        # Typed as in requests' stubs, which leave it open. A proxy can not reach this computer's own loopback.
        settings = super().merge_environment_settings(url, proxies, stream, verify, cert)
        if _is_loopback(urlsplit(url).hostname or ""):
            settings["proxies"] = {}
        return settings

    def get_redirect_target(self, resp: requests.Response) -> None:
        """A redirect is an answer like any other. To find out where it leads, requests would read its whole body into
        memory first, however long that is."""

    def proxy_for(self, url: str) -> str:
        """The address of the proxy on the way to `url`; empty where there is none."""
        settings = self.merge_environment_settings(url, {}, None, None, None)
        return str(select_proxy(url, settings["proxies"]) or "")

    def close(self) -> None:
        super().close()
        with self._lock:
            for adapter in (self._default, *self._adapters_of.values()):
                adapter.close()


class _Adapter(HTTPAdapter):
    """requests' adapter around one TLS context; no setting can switch the check of certificates off."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_connections=_POOL_SIZE, pool_maxsize=_POOL_SIZE, max_retries=CautiousRetry())

    def init_poolmanager(self, *args: Any, **pool: Any) -> None:  # passed through to urllib3 as they are
        super().init_poolmanager(*args, ssl_context=self._context, **pool)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **pool: Any) -> Any:  # as above
        if not proxy.lower().startswith("socks"):
            pool["proxy_ssl_context"] = self._context
        through = super().proxy_manager_for(proxy, ssl_context=self._context, **pool)
        if not proxy.lower().startswith("socks"):
            through.pool_classes_by_scheme = POOLS
        return through

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """requests would add certifi's authorities, or those of REQUESTS_CA_BUNDLE; the context alone decides."""
        conn.cert_reqs = "CERT_REQUIRED"

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        return super().build_connection_pool_key_attributes(request, True, None)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
