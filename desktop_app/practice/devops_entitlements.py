"""Who belongs to the organization (entitlements host): adding service principals and people, and finding them.

A refusal comes with status 200 and `isSuccess: false` (Learn, "Service Principal Entitlements - Add"); additions last
for this run.
"""

from __future__ import annotations

import re

from werkzeug.wrappers import Response

from desktop_app.practice.devops_call import Call, Operation
from desktop_app.practice.devops_core import CONNECTION_DATA
from desktop_app.practice.devops_errors import invalid_argument, permission_missing
from desktop_app.practice.http import json_response
from desktop_app.practice.organization import (
    CONTRIBUTOR,
    PROJECT_ADMINISTRATOR,
    READER,
    IdentityKind,
    Member,
    Namespace,
)
from desktop_app.practice.seed_organizations import app_member, user_member

_READ = frozenset({"vso.memberentitlementmanagement"})
_WRITE = frozenset({"vso.memberentitlementmanagement_write"})
_GROUPS: dict[str, dict[Namespace, int]] = {
    "projectreader": READER,
    "projectstakeholder": {Namespace.PROJECT: 1},
    "projectcontributor": CONTRIBUTOR,
    "projectadministrator": PROJECT_ADMINISTRATOR,
}


def list_users(call: Call) -> Response:
    """GET /{org}/_apis/userentitlements[?$filter=name eq '...']."""
    return _members(call, IdentityKind.USER)


def list_service_principals(call: Call) -> Response:
    """GET /{org}/_apis/serviceprincipalentitlements."""
    return _members(call, IdentityKind.SERVICE_PRINCIPAL)


def _members(call: Call, kind: IdentityKind) -> Response:
    found = [one for one in call.organization.members.values() if one.kind is kind]
    named = re.fullmatch(r"name eq '([^']*)'", call.request.args.get("$filter", ""))
    if named:
        wanted = named[1].lower()
        found = [one for one in found if wanted in one.name.lower() or wanted in one.display_name.lower()]
    members = [_member_json(call, one) for one in found]
    return json_response({"members": members, "continuationToken": None, "totalCount": len(members)})


def add_service_principal(call: Call) -> Response:
    """POST /{org}/_apis/serviceprincipalentitlements. `originId` is the enterprise application's object id."""
    body = call.body_object()
    asked = body.get("servicePrincipal")
    origin = str(asked.get("originId", "")).lower() if isinstance(asked, dict) else ""
    _require_administrator(call)
    tenant = call.state.directory.find_tenant(call.organization.tenant_id)
    apps = call.state.directory.apps.values()
    app = next((one for one in apps if tenant and one.service_principal_id(tenant) == origin), None)
    if app is None or tenant is None:
        return _outcome(call, None, f"Failed to create service principal with object ID '{origin}'")
    return _add(call, app_member(app, tenant), body)


def add_user(call: Call) -> Response:
    """POST /{org}/_apis/userentitlements."""
    body = call.body_object()
    asked = body.get("user")
    name = str(asked.get("principalName", "")) if isinstance(asked, dict) else ""
    _require_administrator(call)
    tenant = call.state.directory.find_tenant(call.organization.tenant_id)
    account = call.state.directory.find_account(name)
    if account is None or tenant is None or not account.belongs_to(tenant):
        return _outcome(call, None, f"The user '{name}' could not be found in the directory.")
    return _add(call, user_member(account, tenant), body)


def _require_administrator(call: Call) -> None:
    if not call.member.is_administrator:
        raise permission_missing(call.member.display_name, "Edit instance-level information", call.organization.name)


def _add(call: Call, member: Member, body: dict[str, object]) -> Response:
    member = call.organization.members.setdefault(member.object_id, member)
    wanted = body.get("projectEntitlements")
    for entitlement in wanted if isinstance(wanted, list) else []:
        try:
            group = str(entitlement["group"]["groupType"]).lower()
            project = call.project(str(entitlement["projectRef"]["id"]))
            rights = _GROUPS[group]
        except (KeyError, TypeError):
            raise invalid_argument("A project entitlement is not valid.", "VssPropertyValidationException") from None
        member.rights[project.id] = dict(rights)
    return _outcome(call, member, "")


def _outcome(call: Call, member: Member | None, error: str) -> Response:
    shown = _member_json(call, member) if member else None
    result = {
        "isSuccess": member is not None,
        "errors": [{"key": 5000, "value": error}] if error else [],
        "result": shown,
    }
    if member is None or member.kind is IdentityKind.SERVICE_PRINCIPAL:
        result["servicePrincipalId"] = member.id if member else None
    else:
        result["userId"] = member.id
    return json_response({"operationResult": result, **{key: result[key] for key in ("isSuccess", "errors")}})


def _member_json(call: Call, member: Member) -> dict[str, object]:
    identity = {
        "subjectKind": member.kind.value,
        "principalName": member.name,
        "displayName": member.display_name,
        "origin": "aad",
        "originId": member.object_id,
    }
    key = "servicePrincipal" if member.kind is IdentityKind.SERVICE_PRINCIPAL else "user"
    return {
        "id": member.id,
        key: identity,
        "accessLevel": {"licensingSource": "account", "accountLicenseType": "express", "status": "active"},
        "projectEntitlements": [
            {"projectRef": {"id": one.id, "name": one.name}} for one in call.organization.visible_projects(member)
        ],
    }


OPERATIONS = (
    CONNECTION_DATA,
    Operation("GET", "/<organization>/_apis/userentitlements", list_users, _READ),
    Operation("POST", "/<organization>/_apis/userentitlements", add_user, _WRITE),
    Operation(
        "GET", "/<organization>/_apis/serviceprincipalentitlements", list_service_principals, _READ, preview=True
    ),
    Operation(
        "POST", "/<organization>/_apis/serviceprincipalentitlements", add_service_principal, _WRITE, preview=True
    ),
)
