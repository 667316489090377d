"""The profile host: who signed in, and the organizations they belong to. For a person's Entra token only."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from desktop_app.practice.devops_call import Caller, Operation, listed
from desktop_app.practice.devops_errors import Challenge, VssFault, invalid_argument
from desktop_app.practice.directory import Account, Tenant
from desktop_app.practice.http import json_response
from desktop_app.practice.seed_organizations import identity_id
from desktop_app.practice.state import CloudState

_PROFILE = frozenset({"vso.profile"})


def profile(state: CloudState, request: Request, caller: Caller, profile_id: str) -> Response:
    """GET /_apis/profile/profiles/me (or the caller's own id)."""
    account, tenant = _person(state, caller)
    own = identity_id(account.object_id(tenant))
    if profile_id.lower() not in ("me", own):
        raise VssFault(404, "ProfileDoesNotExistException", f"VS800061: The profile '{profile_id}' does not exist.")
    return json_response(
        {
            "displayName": account.display_name,
            "publicAlias": own,
            "emailAddress": account.name,
            "coreRevision": 1,
            "timeStamp": "2026-01-15T09:30:00.000Z",
            "id": own,
            "revision": 1,
        }
    )


def accounts(state: CloudState, request: Request, caller: Caller) -> Response:
    """GET /_apis/accounts?memberId= (or ownerId=): organizations of the token's tenant with that member."""
    account, tenant = _person(state, caller)
    asked = request.args.get("memberId") or request.args.get("ownerId")
    if not asked:
        raise invalid_argument("One of memberId and ownerId must be given.", "VssPropertyValidationException")
    object_id = account.object_id(tenant)
    if asked.lower() != identity_id(object_id):
        return json_response(listed([]))
    found = [
        {
            "accountId": one.id,
            "accountUri": f"{state.cloud.identity}/{one.name}/",
            "accountName": one.name,
            "properties": {},
        }
        for one in state.directory.organizations.values()
        if one.tenant_id == tenant.id and object_id in one.members
    ]
    return json_response(listed(found))


def _person(state: CloudState, caller: Caller) -> tuple[Account, Tenant]:
    tenant = state.directory.find_tenant(caller.claims.tenant_id) if caller.claims else None
    if caller.account is None or tenant is None:
        raise Challenge
    return caller.account, tenant


OPERATIONS = (
    Operation("GET", "/_apis/profile/profiles/<profile_id>", profile, _PROFILE, entra_user_only=True),
    Operation("GET", "/_apis/accounts", accounts, _PROFILE, entra_user_only=True),
)
