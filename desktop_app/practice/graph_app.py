"""Microsoft Graph v1.0, as far as client secrets go: one application, addPassword and removePassword.

As Learn describes them ("application: addPassword", "application: removePassword", "Get application", "Microsoft Graph
error responses", "Microsoft Graph permissions reference"). Secrets made here end with this run of the practice cloud.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from werkzeug.wrappers import Request, Response

from desktop_app.core.credential import Secret
from desktop_app.practice.derivation import client_secret
from desktop_app.practice.directory import AppRegistration, AppSecret
from desktop_app.practice.http import empty_response, json_response
from desktop_app.practice.scopes import GRAPH_RESOURCE
from desktop_app.practice.state import CloudState
from desktop_app.practice.tokens import AccessClaims, read_access_token

MOST_ITEMS = 1000
"""Over all collections of an app (Learn, "Validation differences by supported account types")."""

_READ = frozenset(
    {"Application.Read.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.Read.All"}
)
_PATH = re.compile(
    r"/v1\.0/applications(?:\(appId='(?P<client_id>[^']*)'\)|/(?P<object_id>[^/]+))(?:/(?P<action>[^/]+))?"
)
_PROPERTIES = ("id", "appId", "displayName", "signInAudience", "passwordCredentials", "keyCredentials")
_METHODS = {None: "GET", "addPassword": "POST", "removePassword": "POST"}
_GIVEN = frozenset({"displayName", "startDateTime", "endDateTime"})
_TWO_YEARS = timedelta(days=730)


class GraphFault(Exception):
    """A request that Microsoft Graph refuses. `code` is the stable name of the error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def answer_graph(state: CloudState, request: Request) -> Response:
    """Answers one request to the Graph host."""
    request_id = str(uuid.uuid4())
    asked_as = request.headers.get("client-request-id", request_id)
    try:
        response = _answer(state, request)
    except GraphFault as fault:
        ids = {"date": f"{state.now():%Y-%m-%dT%H:%M:%S}", "request-id": request_id, "client-request-id": asked_as}
        error = {"code": fault.code, "message": fault.message, "innerError": ids}
        response = json_response({"error": error}, fault.status)
        if fault.status == 401:
            response.headers["WWW-Authenticate"] = (
                f'Bearer realm="", authorization_uri="{state.cloud.login}/common/oauth2/authorize", '
                'client_id="00000003-0000-0000-c000-000000000000"'
            )
    response.headers["request-id"] = request_id
    response.headers["client-request-id"] = asked_as
    return response


def _answer(state: CloudState, request: Request) -> Response:
    claims = _caller(state, request)
    match = _PATH.fullmatch(request.path)
    if match is None or match["action"] not in _METHODS:
        segment = request.path.rstrip("/").rpartition("/")[2]
        raise GraphFault(400, "BadRequest", f"Resource not found for the segment '{segment}'.")
    if request.method != _METHODS[match["action"]]:
        raise GraphFault(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    app = _find(state, claims, match["client_id"], match["object_id"])
    if match["action"] is None:
        return _application(state, request, claims, app)
    if request.args:
        raise GraphFault(400, "BadRequest", "The request has query parameters that the action does not take.")
    _require_write(claims, app)
    if app is None:
        raise _missing(match["client_id"] or match["object_id"])
    act = _add_password if match["action"] == "addPassword" else _remove_password
    return act(state, request, app)


def _caller(state: CloudState, request: Request) -> AccessClaims:
    """Whose token it is. GraphFault 401 for none, one of another service, and one that has ended."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise GraphFault(401, "InvalidAuthenticationToken", "Access token is empty.")
    claims = read_access_token(value.strip())
    if claims is None:
        raise GraphFault(401, "InvalidAuthenticationToken", "Access token validation failure.")
    if claims.audience != GRAPH_RESOURCE:
        raise GraphFault(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.")
    if claims.expires_at <= state.now().timestamp():
        raise GraphFault(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
    return claims


def _find(
    state: CloudState, claims: AccessClaims, client_id: str | None, object_id: str | None
) -> AppRegistration | None:
    wanted = (client_id or object_id or "").lower()
    for app in state.directory.apps.values():
        known_as = app.client_id if client_id is not None else app.object_id
        if wanted == known_as and app.tenant.id == claims.tenant_id:
            return app
    return None


def _missing(name: str | None) -> GraphFault:
    return GraphFault(
        404,
        "Request_ResourceNotFound",
        f"Resource '{name}' does not exist or one of its queried reference-property objects are not present.",
    )


def _denied() -> GraphFault:
    return GraphFault(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def _require_write(claims: AccessClaims, app: AppRegistration | None) -> None:
    """GraphFault 403 unless the caller may change any app, or this one as its owner."""
    if "Application.ReadWrite.All" in claims.roles:
        return
    owned = app is not None and claims.client_id in app.owners
    if "Application.ReadWrite.OwnedBy" not in claims.roles or not owned:
        raise _denied()


def _application(state: CloudState, request: Request, claims: AccessClaims, app: AppRegistration | None) -> Response:
    """GET .../applications(appId='...'); `$select` chooses among the properties."""
    if not claims.roles & _READ:
        raise _denied()
    if app is None:
        raise _missing(request.path.rpartition("/")[2])
    unknown = [name for name in request.args if name != "$select"]
    if unknown:
        raise GraphFault(400, "BadRequest", f"The query parameter '{unknown[0]}' is not supported here.")
    chosen = [name.strip() for name in request.args.get("$select", ",".join(_PROPERTIES)).split(",")]
    for name in chosen:
        if name not in _PROPERTIES:
            raise GraphFault(
                400,
                "BadRequest",
                f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on type "
                "'microsoft.graph.application'.",
            )
    everything: dict[str, object] = {
        "id": app.object_id,
        "appId": app.client_id,
        "displayName": app.name,
        "signInAudience": "AzureADMultipleOrgs" if app.multi_tenant else "AzureADMyOrg",
        "passwordCredentials": [_json(secret) for secret in app.secrets],
        "keyCredentials": [],
    }
    context = f"{state.cloud.graph}/v1.0/$metadata#applications({','.join(chosen)})/$entity"
    return json_response({"@odata.context": context} | {name: everything[name] for name in chosen})


def _add_password(state: CloudState, request: Request, app: AppRegistration) -> Response:
    """POST .../addPassword: the only answer that holds the secret itself."""
    given = _body(request).get("passwordCredential") or {}
    if not isinstance(given, dict) or set(given) - _GIVEN:
        raise GraphFault(400, "Request_BadRequest", "A property of passwordCredential is read-only or not known.")
    now = state.now()
    starts_at = _moment(given, "startDateTime", now)
    ends_at = _moment(given, "endDateTime", starts_at + _TWO_YEARS)
    if ends_at <= max(now, starts_at):
        raise GraphFault(400, "Request_BadRequest", "Key credential end date is invalid.")
    _check_policy(state, app, ends_at - starts_at)
    key_id = str(uuid.uuid4())
    secret = AppSecret(
        Secret(client_secret(f"made/{key_id}")),
        ends_at,
        key_id,
        str(given.get("displayName") or ""),
        starts_at,
        known_from=max(now, starts_at) + state.directory.secret_delay,
    )
    state.directory.replace_app(replace(app, secrets=(*app.secrets, secret)))
    context = f"{state.cloud.graph}/v1.0/$metadata#microsoft.graph.passwordCredential"
    return json_response({"@odata.context": context} | _json(secret) | {"secretText": secret.value.reveal()})


def _check_policy(state: CloudState, app: AppRegistration, lifetime: timedelta) -> None:
    policy = state.directory.secret_policy
    if not policy.addition_allowed:
        raise GraphFault(
            400,
            "CredentialTypeNotAllowedAsPerAppPolicy",
            "Credential type not allowed as per assigned policy.",
        )
    if policy.longest_days is not None and lifetime > timedelta(days=policy.longest_days):
        raise GraphFault(
            400,
            "CredentialInvalidLifetimeAsPerAppPolicy",
            "Credential lifetime exceeds the max value allowed as per assigned policy.",
        )
    if len(app.secrets) + len(app.redirects) + len(app.permissions) >= MOST_ITEMS:
        raise GraphFault(
            403,
            "Directory_ResourceSizeExceeded",
            "The size of the object has exceeded its limit. Please reduce the number of values and retry your request.",
        )


def _remove_password(state: CloudState, request: Request, app: AppRegistration) -> Response:
    """POST .../removePassword."""
    body = _body(request)
    key_id = body.get("keyId")
    try:
        wanted = str(uuid.UUID(str(key_id)))
    except ValueError:
        raise GraphFault(400, "Request_BadRequest", "Invalid value specified for parameter 'keyId'.") from None
    kept = tuple(secret for secret in app.secrets if secret.key_id != wanted)
    if len(kept) == len(app.secrets):
        raise GraphFault(400, "Request_BadRequest", f"No password credential found with keyId '{wanted}'.")
    state.directory.replace_app(replace(app, secrets=kept))
    return empty_response(204)


def _body(request: Request) -> dict[str, object]:
    """The JSON object sent. GraphFault 400 if it is none."""
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict) or request.mimetype != "application/json":
        raise GraphFault(400, "BadRequest", "Unable to read JSON request payload.")
    return body


def _moment(given: Mapping[str, object], name: str, otherwise: datetime) -> datetime:
    text = given.get(name)
    if text is None:
        return otherwise
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise GraphFault(400, "BadRequest", f"Cannot convert the value of '{name}' to Edm.DateTimeOffset.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _json(secret: AppSecret) -> dict[str, object]:
    return {
        "customKeyIdentifier": None,
        "displayName": secret.name or None,
        "endDateTime": _written(secret.expires_at),
        "hint": secret.value.reveal()[:3],
        "keyId": secret.key_id,
        "secretText": None,
        "startDateTime": _written(secret.starts_at),
    }


def _written(moment: datetime) -> str:
    """With seven digits of a second, as Graph does."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"
