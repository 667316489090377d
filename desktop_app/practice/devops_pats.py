"""The lifecycle of personal access tokens (REST 7.1-preview.1): for a person signed in with Entra, and nobody else.

What is wrong with a request is told with status 200 in `patTokenError` (Learn, "Pats"). Tokens made here work at
once and end with this run of the practice cloud; the seeded ones are in every run.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from werkzeug.wrappers import Response

from desktop_app.core.credential import Secret
from desktop_app.practice.derivation import personal_access_token
from desktop_app.practice.devops_call import Call, Operation
from desktop_app.practice.devops_core import CONNECTION_DATA
from desktop_app.practice.devops_errors import Challenge, VssFault, invalid_argument
from desktop_app.practice.directory import Account, PersonalAccessToken
from desktop_app.practice.http import empty_response, json_response
from desktop_app.practice.scopes import PAT_SCOPES

_LIST = frozenset({"user_impersonation", "vso.pats"})
_MANAGE = frozenset({"user_impersonation", "vso.pats_manage"})
_LONGEST = timedelta(days=366)


def list_pats(call: Call) -> Response:
    """GET .../tokens/pats; one token where `authorizationId` is given."""
    wanted = call.request.args.get("authorizationId")
    if wanted is not None:
        found = _find(call, wanted)
        return _result(call, found) if found else _failure("authorizationNotFound")
    shown = call.request.args.get("displayFilterOption", "active").lower()
    if shown not in ("active", "revoked", "expired", "all"):
        raise invalid_argument("The value is not valid for displayFilterOption.", "VssPropertyValidationException")
    own = [one for one in _own(call) if shown in ("all", _status(call, one))]
    order = _ORDERS.get(call.request.args.get("sortByOption", "displayName").lower())
    if order is None:
        raise invalid_argument("The value is not valid for sortByOption.", "VssPropertyValidationException")
    own.sort(key=lambda one: order(call, one))
    if call.request.args.get("isSortAscending", "true").lower() == "false":
        own.reverse()
    start = call.number("continuationToken", 0) if call.request.args.get("continuationToken") else 0
    end = start + min(call.number("$top", 20) or 20, 100)
    following = str(end) if end < len(own) else ""
    return json_response({"continuationToken": following, "patTokens": [_json(call, one) for one in own[start:end]]})


def create_pat(call: Call) -> Response:
    """POST .../tokens/pats: the only answer that holds the token itself."""
    body = call.body_object()
    read = _read(call, body)
    if isinstance(read, str):
        return _failure(read)
    name, scope, valid_to, organizations = read
    authorization_id = str(uuid.uuid4())
    pat = PersonalAccessToken(
        authorization_id=authorization_id,
        display_name=name,
        value=Secret(personal_access_token(f"made/{authorization_id}")),
        scope=scope,
        owner=_owner(call),
        organizations=organizations,
        valid_from=call.state.now(),
        valid_to=valid_to,
    )
    call.state.directory.pats[authorization_id] = pat
    return _result(call, pat, show_token=True)


def update_pat(call: Call) -> Response:
    """PUT .../tokens/pats: name, scope and end of an existing token."""
    body = call.body_object()
    pat = _find(call, str(body.get("authorizationId") or ""))
    if pat is None or pat.revoked:
        return _failure("authorizationNotFound")
    unchanged = {
        "displayName": pat.display_name,
        "scope": pat.scope,
        "validTo": pat.valid_to.isoformat(),
        "allOrgs": pat.organizations is None,
    }
    read = _read(call, unchanged | {key: value for key, value in body.items() if value is not None})
    if isinstance(read, str):
        return _failure(read)
    pat.display_name, pat.scope, pat.valid_to, pat.organizations = read
    return _result(call, pat)


def revoke_pat(call: Call) -> Response:
    """DELETE .../tokens/pats?authorizationId=. A token that is not there is an exception of the service (as Microsoft's
    own azure-sdk-tools expects it), not a patTokenError."""
    pat = _find(call, call.request.args.get("authorizationId", ""))
    if pat is None:
        raise VssFault(404, "SessionTokenNotFoundException", "The session token was not found.")
    pat.revoked = True
    return empty_response(204)


def _owner(call: Call) -> Account:
    if call.caller.account is None:
        raise Challenge
    return call.caller.account


def _own(call: Call) -> list[PersonalAccessToken]:
    owner, here = _owner(call), call.organization.id
    return [
        one
        for one in call.state.directory.pats.values()
        if one.owner == owner and (one.organizations is None or here in one.organizations)
    ]


def _find(call: Call, authorization_id: str) -> PersonalAccessToken | None:
    return next((one for one in _own(call) if one.authorization_id == authorization_id.lower()), None)


def _status(call: Call, pat: PersonalAccessToken) -> str:
    if pat.revoked:
        return "revoked"
    return "expired" if pat.valid_to <= call.state.now() else "active"


def _read(call: Call, body: dict[str, object]) -> tuple[str, str, datetime, frozenset[str] | None] | str:
    """Name, scope, end and organizations of a request; or the patTokenError that refuses it."""
    name = str(body.get("displayName") or "").strip()
    scopes = str(body.get("scope") or "").split()
    valid_to = _moment(body.get("validTo"))
    now, policy = call.state.now(), call.organization.pat_policy
    error = ""
    if not name:
        error = "displayNameRequired"
    elif len(name) > 255:
        error = "invalidDisplayName"
    elif not scopes or set(scopes) - PAT_SCOPES or ("app_token" in scopes and len(scopes) > 1):
        error = "invalidScope"
    elif valid_to is None or valid_to <= now or valid_to - now > _LONGEST:
        error = "invalidValidTo"
    elif policy.longest_days is not None and valid_to - now > timedelta(days=policy.longest_days):
        error = "patLifespanPolicyViolation"
    elif "app_token" in scopes and not policy.full_scope_allowed:
        error = "fullScopePatPolicyViolation"
    elif body.get("allOrgs") and not policy.global_allowed:
        error = "globalPatPolicyViolation"
    if error or valid_to is None:
        return error
    organizations = None if body.get("allOrgs") else frozenset({call.organization.id})
    return name, " ".join(scopes), valid_to, organizations


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _json(call: Call, pat: PersonalAccessToken, *, show_token: bool = False) -> dict[str, object]:
    return {
        "displayName": pat.display_name,
        "validFrom": _written(pat.valid_from),
        "validTo": _written(pat.valid_to),
        "scope": pat.scope,
        "targetAccounts": None if pat.organizations is None else sorted(pat.organizations),
        "authorizationId": pat.authorization_id,
        "token": pat.value.reveal() if show_token else None,
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _result(call: Call, pat: PersonalAccessToken, *, show_token: bool = False) -> Response:
    return json_response({"patToken": _json(call, pat, show_token=show_token), "patTokenError": "none"})


def _failure(error: str) -> Response:
    return json_response({"patToken": None, "patTokenError": error})


_ORDERS: dict[str, Callable[[Call, PersonalAccessToken], str]] = {
    "displayname": lambda call, pat: pat.display_name.lower(),
    "displaydate": lambda call, pat: pat.valid_to.isoformat(),
    "status": _status,
}
_PATS = "/<organization>/_apis/tokens/pats"
OPERATIONS = (
    CONNECTION_DATA,
    Operation("GET", _PATS, list_pats, _LIST, preview=True, entra_user_only=True),
    Operation("POST", _PATS, create_pat, _MANAGE, preview=True, entra_user_only=True),
    Operation("PUT", _PATS, update_pat, _MANAGE, preview=True, entra_user_only=True),
    Operation("DELETE", _PATS, revoke_pat, _MANAGE, preview=True, entra_user_only=True),
)
