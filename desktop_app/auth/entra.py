"""What sign-in and client secret share: tenant discovery, and msal on the program's own network layer.

A new msal application is built for every attempt: it remembers HTTP 400 answers for 60 seconds, and "Check again" must
see what was mended meanwhile. Requests that carry a secret go to the cloud's own login host only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from desktop_app.auth.aadsts import problem_from_error
from desktop_app.core.cloud import Cloud, origin_of
from desktop_app.core.credential import AccessToken, Scheme, Secret
from desktop_app.core.foreign_text import MAX_SCOPES, without_half_pairs
from desktop_app.core.inputs import is_guid
from desktop_app.core.permissions import short_scope
from desktop_app.core.ports import HttpSession, Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.redact import quotable

ENTRA_TIMEOUT = Timeout(connect_s=10, read_s=30)
_NO_JSON = object()
_TOKEN = re.compile(r"[!-~]+")
"""RFC 6749, appendix A.12, without blanks: it becomes part of a header."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant as its discovery document describes it; `id` is its GUID even when it was asked for by domain.

    `issuer` is how it calls itself; `names_itself`: it says that it does so in every answer (RFC 9207 section 3).
    """

    id: str
    discovery: Response
    issuer: str = ""
    names_itself: bool = False


@dataclass(frozen=True, slots=True)
class AppRegistration:
    """What the admin copied from the app's page in Entra. `client_secret` is None for a public client."""

    cloud: Cloud
    tenant: str
    client_id: str
    client_secret: Secret | None = None


def discovery_url(cloud: Cloud, tenant: str) -> str:
    """OpenID Connect Discovery 1.0, at the place msal asks too."""
    return f"{cloud.authority(quote(tenant, safe=''))}/v2.0/.well-known/openid-configuration"


def discover(http: HttpSession, cloud: Cloud, tenant: str) -> Tenant:
    """Look a tenant up by GUID or domain, without a credential.

    Raises ConnectionProblem: TENANT_NOT_FOUND, TENANT_IN_OTHER_CLOUD, ENTRA_BUSY, ENTRA_UNKNOWN, NOT_JSON,
    ANSWER_CUT_OFF, ANSWER_NOT_UNDERSTOOD, those of HttpSession.
    """
    url = discovery_url(cloud, tenant)
    answer = http.send(Request("GET", url, ENTRA_TIMEOUT, {"Accept": "application/json"}))
    document = _object(answer, cloud)
    if answer.status != 200:
        raise _refusal(document).with_facts(tenant=tenant)
    endpoints = [str(document.get(name) or "") for name in ("token_endpoint", "authorization_endpoint")]
    if not all(endpoints):
        facts = {"tenant": tenant, "host": origin_of(cloud.login)[0], "check": "token_endpoint"}
        raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, facts)
    for endpoint in endpoints:
        refuse_other_host(endpoint, cloud)
    below_login = urlsplit(endpoints[0]).path.removeprefix(urlsplit(cloud.login).path)
    return Tenant(
        below_login.strip("/").split("/", 1)[0].lower(),
        answer,
        issuer=str(document.get("issuer") or ""),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def at_login_host(url: str, cloud: Cloud) -> bool:
    """True if `url` is https and on the cloud's own login host. It may be any text."""
    return cloud.owns(url) and origin_of(url) == origin_of(cloud.login)


def refuse_other_host(url: str, cloud: Cloud) -> None:
    """Raises ConnectionProblem TENANT_IN_OTHER_CLOUD unless `url` is on the cloud's own login host."""
    if not at_login_host(url, cloud):
        try:
            host = origin_of(url)[0]
        except ValueError:
            host = ""
        raise ConnectionProblem(Problem.TENANT_IN_OTHER_CLOUD, {"host": host} if host else {})


def _object(answer: Response, cloud: Cloud) -> Mapping[str, Any]:
    """The answer's JSON object, or the problem of a server that does not speak JSON."""
    facts = {"host": origin_of(cloud.login)[0], "status": str(answer.status)}
    if answer.status == 429:
        seconds = {"retry_after_s": answer.retry_after_s} if answer.retry_after_s else {}
        raise ConnectionProblem(Problem.THROTTLED, {**facts, **seconds})
    if answer.status >= 500:
        raise ConnectionProblem(Problem.ENTRA_BUSY, facts)
    if 300 <= answer.status < 400:
        raise ConnectionProblem(Problem.REDIRECTED, facts)
    try:
        document = answer.json()
    except (ValueError, RecursionError):
        document = _NO_JSON  # the error carries the text, tokens included: it must not travel on as a cause
    if document is _NO_JSON:
        problem = Problem.ANSWER_CUT_OFF if answer.is_cut_json else Problem.NOT_JSON
        raise ConnectionProblem(problem, facts)
    if not isinstance(document, dict):
        raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, facts)
    return document


def _refusal(document: Mapping[str, Any]) -> ConnectionProblem:
    """The problem of an answer without what was asked for: what its error says, if it is one at all."""
    if not document.get("error") and not document.get("error_codes"):
        return ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"check": "error"})
    return problem_from_error(document)


def load() -> None:
    """Import what a sign-in needs, so that the first one does not wait for it."""
    import msal  # noqa: F401


def build_application(http: HttpSession, app: AppRegistration, tenant: Tenant) -> Any:  # msal has no types
    """A fresh msal application that talks through `http` and does not fetch the discovery document again."""
    import msal

    settings: dict[str, Any] = {
        "client_id": app.client_id,
        "authority": app.cloud.authority(app.tenant),
        "http_client": _MsalHttp(http, app, tenant),
        # Our clouds are named in core/cloud.py or given by the admin; asking login.microsoftonline.com about
        # a custom host would fail, and tell Microsoft about it.
        "instance_discovery": False,
    }
    if app.client_secret is None:
        return msal.PublicClientApplication(**settings)
    return msal.ConfidentialClientApplication(client_credential=app.client_secret.reveal(), **settings)


def asked(call: Callable[[], Any]) -> Mapping[str, Any]:  # msal has no types
    """The result of a call to msal. Raises ConnectionProblem ANSWER_NOT_UNDERSTOOD if the server's answer made no sense
    to it."""
    try:
        result: Mapping[str, Any] = call()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # The error quotes what the server sent, tokens included; it must not travel on as a cause.
        raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"check": type(error).__name__}) from None
    return result


def token_from(result: Mapping[str, Any], now: datetime, client_secret: Secret | None = None) -> AccessToken:
    """msal's result as an AccessToken. Raises the ConnectionProblem an error answer stands for, ANSWER_NOT_UNDERSTOOD.

    `client_secret` is what was sent: a refused one that is a GUID is the secret's ID.
    """
    if "access_token" not in result:
        failure = _refusal(result)
        if failure.problem is Problem.SECRET_WRONG and client_secret and is_guid(client_secret.reveal().strip()):
            failure = ConnectionProblem(Problem.SECRET_IS_ID, failure.facts)
        raise failure
    try:
        expires_at = now + timedelta(seconds=int(result.get("expires_in", 0)))
    except (ArithmeticError, TypeError, ValueError):
        raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"check": "expires_in"}) from None
    if not isinstance(result["access_token"], str) or not _TOKEN.fullmatch(result["access_token"]):
        raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"check": "access_token"})
    scopes = frozenset(short_scope(scope) for scope in quotable(result.get("scope"), MAX_SCOPES).split())
    return AccessToken(
        Secret(result["access_token"]),
        Scheme.BEARER,
        scopes - {"openid", "profile", "offline_access", "email", ".default"},
        expires_at,
    )


class Answered(Exception):
    """msal asks for `raise_for_status` to raise; the status says all there is to say."""


class _MsalResponse:
    """msal's HttpResponse: what its code reads of an answer."""

    def __init__(self, answer: Response) -> None:
        self.status_code = answer.status
        self.headers = dict(answer.headers)
        self.text = without_half_pairs(answer.text)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise Answered(f"HTTP {self.status_code}")


class _MsalHttp:
    """msal's HttpClient on an HttpSession (see msal.oauth2cli.http)."""

    def __init__(self, http: HttpSession, app: AppRegistration, tenant: Tenant) -> None:
        self._http = http
        self._cloud = app.cloud
        self._known = {discovery_url(app.cloud, app.tenant): tenant.discovery}

    def get(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, **_: object
    ) -> _MsalResponse:
        target = f"{url}?{urlencode(params)}" if params else url
        known = self._known.get(target)
        answer = known or self._http.send(Request("GET", target, ENTRA_TIMEOUT, dict(headers or {})))
        return _MsalResponse(answer)

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> _MsalResponse:
        refuse_other_host(url, self._cloud)
        target = f"{url}?{urlencode(params)}" if params else url
        body = data if isinstance(data, str) else urlencode(data or {})
        sent = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._http.send(Request("POST", target, ENTRA_TIMEOUT, sent, body.encode()))
        _object(answer, self._cloud)  # a page instead of JSON, or a busy server, is told apart here
        return _MsalResponse(answer)

    def close(self) -> None:
        """The session belongs to whoever built it."""
