"""What of a request departs from what Microsoft publishes.

Azure DevOps: "Get started with the REST APIs" (authentication). Entra: "Microsoft identity platform and OAuth 2.0
authorization code flow", "... client credentials flow"; RFC 6749, RFC 7636 and OpenID Connect Discovery 1.0. The
operations themselves are in operations.py. Shares nothing with the program and its practice cloud. Standard library
only.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping

from tests.e2e.real_hosts.operations import GUID, OPERATIONS, Operation, Seen

DEVOPS_RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"
_CODE_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")  # RFC 7636 section 4.1
_CODE_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}")  # section 4.2: base64url of a SHA-256, without padding
_FORM = "application/x-www-form-urlencoded"


def operation_of(seen: Seen) -> Operation | None:
    """The published operation that a request is: of those at its address the one with its method, else any."""
    there = [one for one in OPERATIONS if one.host == seen.host and one.path.fullmatch(seen.path)]
    return next((one for one in there if seen.method in one.methods), there[0] if there else None)


def deviations_of(seen: Seen, redirect_uris: Iterable[str]) -> list[str]:
    """Whole sentences about everything that departs from what is published; `redirect_uris` are the registered ones."""
    operation = operation_of(seen)
    where = f"{seen.method} https://{seen.host}{seen.path}"
    if operation is None:
        return [f"{where}: there is no such operation"]
    faults = [*_common(seen, operation)]
    match operation.name:
        case "authorize":
            faults += _authorize(seen.query, set(redirect_uris))
        case "token":
            faults += _token(seen, set(redirect_uris))
        case "OpenID configuration":
            pass
        case _ if operation.host == "graph.microsoft.com":
            faults += _graph_request(seen, operation)
        case _:
            faults += _devops(seen, operation)
    return [f"{where} ({operation.name}): {fault}" for fault in faults]


def _common(seen: Seen, operation: Operation) -> Iterable[str]:
    if seen.method not in operation.methods:
        yield f"the method is not {' or '.join(sorted(operation.methods))}"
    if not seen.headers.get("user-agent", "").strip():
        yield "there is no User-Agent (RFC 9110 section 10.1.5)"
    if "cookie" in seen.headers:
        yield "a cookie is sent"
    names = [name for name, _value in seen.query]
    allowed = operation.query | ({"api-version"} if operation.versions else set())
    yield from (f"the parameter {name} is not known" for name in names if name not in allowed)
    yield from (f"the parameter {name} is given twice" for name in set(names) if names.count(name) > 1)
    yield from (f"the parameter {name} is missing" for name in operation.needed - set(names))
    authorization = seen.headers.get("authorization", "")
    if operation.bearer_only and not authorization.startswith("Bearer "):
        yield "there is no Bearer credential"
    if operation.signed:
        yield from _credential(authorization)
    elif authorization:
        yield "a credential is sent where none is asked for"
    if seen.method in {"GET", "HEAD", "DELETE"} and seen.body:
        yield "it has a body"
    if operation.body is not None:
        yield from _json_body(seen, operation.body)


def _json_body(seen: Seen, fields: Mapping[str, type]) -> Iterable[str]:
    """Names only: a value may be secret."""
    if seen.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        yield "the content type is not application/json"
    try:
        body = json.loads(seen.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        yield "the body is no JSON object"
        return
    yield from (f"the field {name} is not known" for name in body if name not in fields)
    for name, kind in fields.items():
        if name not in body:
            yield f"the field {name} is missing"
        elif type(body[name]) is not kind:
            yield f"the field {name} is no {kind.__name__}"


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z")  # ISO 8601, always in UTC


def _graph_request(seen: Seen, operation: Operation) -> Iterable[str]:
    selected = dict(seen.query).get("$select", "id").split(",")
    properties = {"id", "appId", "displayName", "signInAudience", "passwordCredentials", "keyCredentials"}
    if not set(selected) <= properties:
        yield "$select names what an application does not have"
    if operation.name == "application: addPassword":
        try:
            credential = json.loads(seen.body)["passwordCredential"]
        except (KeyError, TypeError, ValueError):
            return  # told already
        if not isinstance(credential, dict) or not set(credential) <= {"displayName", "startDateTime", "endDateTime"}:
            yield "passwordCredential has a field that can not be given"
        elif not all(_MOMENT.fullmatch(value) for name, value in credential.items() if name.endswith("DateTime")):
            yield "a date is not in the form of ISO 8601 in UTC"


def _credential(authorization: str) -> Iterable[str]:
    scheme, _space, value = authorization.partition(" ")
    if scheme == "Bearer":
        if not re.fullmatch(r"[A-Za-z0-9\-._~+/]+=*", value):  # RFC 6750 section 2.1
            yield "the bearer token is not in the form of RFC 6750"
    elif scheme == "Basic":
        try:
            user, colon, password = base64.b64decode(value, validate=True).decode("ascii").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            yield "the Basic credential is not base64 (RFC 7617)"
            return
        if not colon or not password or user:
            yield "the Basic credential is not an empty user name and a personal access token"
    else:
        yield "there is no Bearer or Basic credential"


def _devops(seen: Seen, operation: Operation) -> Iterable[str]:
    query = dict(seen.query)
    accept = seen.headers.get("accept", "")
    if operation.versions:
        version = query.get("api-version") or re.sub(r".*api-version=", "", accept)
        if version not in operation.versions:
            yield f"api-version is {version!r}"
        if "application/json" not in accept:
            yield "Accept does not ask for application/json"
    if seen.headers.get("x-tfs-fedauthredirect") != "Suppress":
        yield "X-TFS-FedAuthRedirect is not Suppress"
    if (top := query.get("$top")) is not None and not (top.isdecimal() and int(top) > 0):
        yield "$top is not a positive number"
    states = {"all", "createPending", "deleted", "deleting", "new", "unchanged", "wellFormed"}
    if query.get("stateFilter", "all") not in states:
        yield "stateFilter is none of the published values"


def _authorize(pairs: list[tuple[str, str]], redirect_uris: set[str]) -> Iterable[str]:
    query = dict(pairs)
    scopes = query.get("scope", "").split()
    yield from _wrong(
        query,
        {
            "client_id": re.compile(GUID).fullmatch,
            "response_type": "code".__eq__,
            "redirect_uri": redirect_uris.__contains__,
            "response_mode": "query".__eq__,
            "state": bool,
            "nonce": bool,
            "code_challenge": _CODE_CHALLENGE.fullmatch,
            "code_challenge_method": "S256".__eq__,
        },
    )
    if query.get("prompt", "login") not in {"login", "none", "consent", "select_account"}:
        yield "prompt is none of the published values"
    yield from _scopes(scopes, signs_in=True)


def _token(seen: Seen, redirect_uris: set[str]) -> Iterable[str]:
    form = dict(seen.form)
    if len(form) != len(seen.form):
        yield "a form field is given twice (RFC 6749 section 3.2)"
    if seen.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        yield f"the content type is not {_FORM}"
    yield from _wrong(form, {"client_id": re.compile(GUID).fullmatch})
    grant = form.get("grant_type")
    needed: dict[str, Callable[[str], object]]
    match grant:
        case "authorization_code":
            needed = {
                "code": bool,
                "redirect_uri": redirect_uris.__contains__,
                "code_verifier": _CODE_VERIFIER.fullmatch,
            }
        case "refresh_token":
            needed = {"refresh_token": bool}
        case "client_credentials":
            needed = {"client_secret": bool}
        case _:
            yield f"grant_type is {grant!r}"
            return
    yield from _wrong(form, needed)
    allowed = {"client_id", "client_secret", "grant_type", "scope", "client_info", "claims", *needed}
    yield from (f"the field {name} is not known" for name in form if name not in allowed)
    yield from _scopes(form.get("scope", "").split(), signs_in=grant != "client_credentials")


def _wrong(given: Mapping[str, str], rules: Mapping[str, Callable[[str], object]]) -> Iterable[str]:
    """The values themselves are left out: some are secret."""
    for name, rule in rules.items():
        if name not in given:
            yield f"{name} is missing"
        elif not rule(given[name]):
            yield f"{name} is not as published"


def _scopes(scopes: list[str], *, signs_in: bool) -> Iterable[str]:
    resource = [scope for scope in scopes if scope not in {"openid", "profile", "email", "offline_access"}]
    if not signs_in:
        if scopes not in ([f"{DEVOPS_RESOURCE}/.default"], ["https://graph.microsoft.com/.default"]):
            yield "the scope of an app is not the /.default of Azure DevOps or of Microsoft Graph alone"
        return
    if not resource or any(not scope.startswith(f"{DEVOPS_RESOURCE}/") for scope in resource):
        yield "the scopes are not of Azure DevOps"
    if f"{DEVOPS_RESOURCE}/.default" in resource and len(resource) > 1:
        yield "/.default stands beside other scopes"
    if len(set(scopes)) != len(scopes):
        yield "a scope is given twice"
