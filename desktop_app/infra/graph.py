"""The client secrets of an app registration through Microsoft Graph v1.0, as the app itself.

Requests as in Microsoft Graph docs, "application: addPassword", "application: removePassword" and "Get application";
errors as in "Microsoft Graph error responses": {"error": {"code", "message", "innerError": {"request-id"}}}. Branches
on status and code; messages are only shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import Secret
from desktop_app.core.foreign_text import MAX_NAME
from desktop_app.core.lifecycle import AppSecretRecord, GraphToken
from desktop_app.core.ports import HttpSession, Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.redact import quotable
from desktop_app.infra.moments import moment_of, written

MAX_DESCRIPTION = 500  # characters of a message that are kept
MAX_HINT = 20  # Entra has three
MAX_SECRETS = 10_000  # a directory object is full long before

_PROBLEM_BY_CODE = {
    "InvalidAuthenticationToken": Problem.GRAPH_SIGN_IN_REFUSED,
    "Authorization_RequestDenied": Problem.GRAPH_PERMISSION_MISSING,
    "Authorization_IdentityNotFound": Problem.APP_NOT_FOUND,
    "Request_ResourceNotFound": Problem.APP_NOT_FOUND,
    "ResourceNotFound": Problem.APP_NOT_FOUND,
    # app management policies (Microsoft Graph docs, appManagementPolicy; the codes as Microsoft's TeamsFx reads them)
    "CredentialInvalidLifetimeAsPerAppPolicy": Problem.APP_SECRET_LIFETIME,
    "CredentialTypeNotAllowedAsPerAppPolicy": Problem.APP_SECRETS_FORBIDDEN,
    "Directory_QuotaExceeded": Problem.APP_SECRETS_FULL,
    "Directory_ResourceSizeExceeded": Problem.APP_SECRETS_FULL,
    "Directory_ConcurrencyViolation": Problem.CONFLICT,
}
_PROBLEM_BY_STATUS = {
    401: Problem.GRAPH_SIGN_IN_REFUSED,
    403: Problem.GRAPH_PERMISSION_MISSING,
    409: Problem.CONFLICT,
    429: Problem.THROTTLED,
}
_NO_JSON = object()


class GraphAppSecrets:
    """Implements the port AppSecrets; safe from any thread."""

    def __init__(self, http: HttpSession, timeout: Timeout | None = None) -> None:
        self._http = http
        self._timeout = timeout or Timeout()

    def list(self, cloud: Cloud, client_id: str, token: GraphToken) -> tuple[AppSecretRecord, ...]:
        url = f"{_application(cloud, client_id)}?$select=id,displayName,passwordCredentials"
        response = self._send("GET", url, cloud, token)
        secrets = _object(response, url, token).get("passwordCredentials")
        if not isinstance(secrets, list):
            raise _not_understood(response, url, "an application without a list of secrets")
        if len(secrets) > MAX_SECRETS:
            raise _not_understood(response, url, "more secrets than an application can have")
        records = [_record(item, response, url) for item in secrets]
        return tuple(sorted(records, key=lambda record: record.ends_at, reverse=True))

    def add(
        self, cloud: Cloud, client_id: str, token: GraphToken, name: str, ends_at: datetime
    ) -> tuple[AppSecretRecord, Secret]:
        url = f"{_application(cloud, client_id)}/addPassword"
        body = {"passwordCredential": {"displayName": name, "endDateTime": written(ends_at)}}
        response = self._send("POST", url, cloud, token, body)
        answer = _object(response, url, token)
        value = answer.get("secretText")
        if not isinstance(value, str) or not value:
            raise _not_understood(response, url, "a new secret without its value")
        return _record(answer, response, url), Secret(value)

    def remove(self, cloud: Cloud, client_id: str, token: GraphToken, key_id: str) -> None:
        """A key that is not there is answered like other faults of a request, with 400 or 404: the list tells which it
        was. One still listed may not have reached the server that was asked (directory writes spread over seconds)."""
        url = f"{_application(cloud, client_id)}/removePassword"
        response = self._send("POST", url, cloud, token, {"keyId": key_id})
        if response.status == 204:
            return
        failure = _problem(response, url, token)
        if response.status not in {400, 404} or "code" not in failure.facts:
            raise failure
        if key_id.lower() in {record.key_id.lower() for record in self.list(cloud, client_id, token)}:
            raise ConnectionProblem(Problem.CONFLICT, failure.facts)

    def _send(
        self, method: str, url: str, cloud: Cloud, token: GraphToken, body: Mapping[str, object] | None = None
    ) -> Response:
        if not cloud.takes_graph_token(url):
            raise ValueError("a token for Microsoft Graph is sent to Microsoft Graph in its own cloud only")
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token.value.reveal()}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = None if body is None else json.dumps(body).encode()
        return self._http.send(Request(method, url, self._timeout, headers, content))


def _application(cloud: Cloud, client_id: str) -> str:
    """An application by its client ID, quoted as OData wants it. Raises ConnectionProblem GRAPH_NOT_OFFERED."""
    if not cloud.graph:
        raise ConnectionProblem(Problem.GRAPH_NOT_OFFERED)
    key = quote(client_id.replace("'", "''"), safe="'")
    return f"{cloud.graph}/v1.0/applications(appId='{key}')"


def _object(response: Response, url: str, token: GraphToken) -> dict[str, Any]:  # JSON has no static type
    """The answer of a success: 200 or 201, a JSON object. Raises the ConnectionProblem of anything else."""
    if response.status not in {200, 201}:
        raise _problem(response, url, token)
    answer = _decoded(response)
    if answer is _NO_JSON:
        raise _no_json(response, _facts(response, url))
    if not isinstance(answer, dict):
        raise _not_understood(response, url, "no object")
    return answer


def _decoded(response: Response) -> Any:  # JSON has no static type
    """_NO_JSON where it is none: the decoder's error would carry the text, and a secret with it."""
    if not response.is_json:
        return _NO_JSON
    try:
        return response.json()
    except (ValueError, RecursionError):
        return _NO_JSON


def _problem(response: Response, url: str, token: GraphToken) -> ConnectionProblem:
    """The problem behind an answer that is no success: by its code, then by its status."""
    facts, status = _facts(response, url), response.status
    if 300 <= status < 400:
        return ConnectionProblem(Problem.REDIRECTED, facts)
    answer = _decoded(response)
    error = answer.get("error") if isinstance(answer, dict) else None
    code = ""
    if isinstance(error, dict):
        code = _shown(error.get("code"), token)
        said = {"code": code, "description": _shown(error.get("message"), token), "request_id": _request_id(error)}
        facts |= {name: value for name, value in said.items() if value}
    if status == 429:
        facts |= _retry_after(response)
    if problem := _PROBLEM_BY_CODE.get(code) or _PROBLEM_BY_STATUS.get(status):
        return ConnectionProblem(problem, facts)
    if status >= 500:
        return ConnectionProblem(Problem.SERVICE_UNAVAILABLE, facts)
    if code:
        return ConnectionProblem(Problem.GRAPH_UNEXPECTED, facts)
    return _no_json(response, facts) if answer is _NO_JSON else ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, facts)


def _no_json(response: Response, facts: dict[str, str]) -> ConnectionProblem:
    cut = response.is_json and response.is_cut_json
    return ConnectionProblem(Problem.ANSWER_CUT_OFF if cut else Problem.NOT_JSON, facts)


def _facts(response: Response, url: str) -> dict[str, str]:
    """Where, which status, and Graph's own id of the request. No query, no body."""
    parts = urlsplit(url)
    facts = {
        "host": parts.netloc,
        "url_path": parts.path,
        "status": str(response.status),
        "request_id": quotable(response.headers.get("request-id"), 80),
    }
    return {name: value for name, value in facts.items() if value}


def _request_id(error: dict[str, Any]) -> str:  # JSON has no static type
    inner = error.get("innerError")
    return quotable(inner.get("request-id"), 80) if isinstance(inner, dict) else ""


def _shown(text: object, token: GraphToken) -> str:
    return quotable(text, MAX_DESCRIPTION, [token.value])


def _retry_after(response: Response) -> dict[str, str]:
    """Seconds, where told as a number (Microsoft Graph docs, throttling)."""
    return {"retry_after_s": response.retry_after_s} if response.retry_after_s else {}


def _not_understood(response: Response, url: str, what: str) -> ConnectionProblem:
    return ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {**_facts(response, url), "detail": what})


def _record(item: Any, response: Response, url: str) -> AppSecretRecord:  # JSON has no static type
    if isinstance(item, dict):
        key_id = item.get("keyId")
        starts_at, ends_at = moment_of(item.get("startDateTime")), moment_of(item.get("endDateTime"))
        if isinstance(key_id, str) and 0 < len(key_id) <= MAX_NAME and starts_at and ends_at:
            name, hint = quotable(item.get("displayName")), quotable(item.get("hint"), MAX_HINT)
            told = item.get("displayName")
            return AppSecretRecord(key_id, name, hint, starts_at, ends_at, told if isinstance(told, str) else "")
    raise _not_understood(response, url, "a secret without id or dates")
