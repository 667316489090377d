"""Security namespaces and permission evaluation: what the calling identity may do, whatever its token's scopes.

Read-only; bits and token shapes: Learn, "Security namespace and permission reference".
"""

from __future__ import annotations

import re

from werkzeug.wrappers import Response

from desktop_app.practice.devops_call import Call, Operation, listed
from desktop_app.practice.devops_errors import VssFault, invalid_argument
from desktop_app.practice.http import json_response
from desktop_app.practice.organization import ACTIONS, ALL_BITS, Namespace

_NAMES = {
    Namespace.LIBRARY: "Library",
    Namespace.SERVICE_ENDPOINTS: "ServiceEndpoints",
    Namespace.PROJECT: "Project",
    Namespace.RELEASE_MANAGEMENT: "ReleaseManagement",
    Namespace.COLLECTION: "Collection",
}
_GUID = r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
_TOKENS = {
    Namespace.LIBRARY: re.compile(rf"Library/{_GUID}(?:/(?:VariableGroup|SecureFile)/[^/]+)?"),
    Namespace.SERVICE_ENDPOINTS: re.compile(rf"endpoints/{_GUID}(?:/[^/]+)?"),
    Namespace.PROJECT: re.compile(rf"\$PROJECT:vstfs:///Classification/TeamProject/{_GUID}:?"),
    Namespace.RELEASE_MANAGEMENT: re.compile(rf"{_GUID}(?:/.+)?"),
    Namespace.COLLECTION: re.compile(r"NAMESPACE:?()"),
}
_LIBRARY_OF_COLLECTION = re.compile(r"Library/Collection(?:/.+)?")


def list_namespaces(call: Call) -> Response:
    """GET /{org}/_apis/securitynamespaces."""
    return json_response(listed([_namespace_json(one) for one in Namespace]))


def get_namespace(call: Call, namespace_id: str) -> Response:
    """GET /{org}/_apis/securitynamespaces/{id}: the bits and their names; empty for an unknown id."""
    known = [one for one in Namespace if one.value == namespace_id.lower()]
    return json_response(listed([_namespace_json(one) for one in known]))


def _namespace_json(namespace: Namespace) -> dict[str, object]:
    return {
        "namespaceId": namespace.value,
        "name": _NAMES[namespace],
        "displayName": _NAMES[namespace],
        "separatorValue": "/",
        "writePermission": ACTIONS[namespace][1][0],
        "readPermission": 1,
        "actions": [
            {"bit": bit, "name": name, "displayName": label, "namespaceId": namespace.value}
            for bit, name, label in ACTIONS[namespace]
        ],
    }


def evaluate_batch(call: Call) -> Response:
    """POST /{org}/_apis/security/permissionevaluationbatch."""
    body = call.body_object()
    evaluations = body.get("evaluations")
    if not isinstance(evaluations, list) or not evaluations:
        raise invalid_argument("Value cannot be null. Parameter name: evaluations", "ArgumentNullException")
    administrators = bool(body.get("alwaysAllowAdministrators"))
    answered = []
    for asked in evaluations:
        if not isinstance(asked, dict):
            raise invalid_argument("The evaluation is not an object.", "VssPropertyValidationException")
        namespace = _known(str(asked.get("securityNamespaceId", "")))
        permissions = asked.get("permissions")
        if not isinstance(permissions, int) or isinstance(permissions, bool):
            raise invalid_argument("permissions must be a number.", "VssPropertyValidationException")
        allowed = _allowed(call, namespace, str(asked.get("token", "")), permissions, administrators)
        answered.append({**asked, "value": allowed})
    return json_response({"alwaysAllowAdministrators": administrators, "evaluations": answered})


def has_permissions(call: Call, namespace_id: str, bits: str) -> Response:
    """GET /{org}/_apis/permissions/{namespace}/{bits}?tokens=."""
    namespace = _known(namespace_id)
    if not bits.isdecimal():
        raise invalid_argument("permissions must be a number.", "VssPropertyValidationException")
    arguments = call.request.args
    tokens = arguments.get("tokens", "")
    if not tokens:
        raise invalid_argument("Value cannot be null. Parameter name: tokens", "ArgumentNullException")
    administrators = arguments.get("alwaysAllowAdministrators", "").lower() == "true"
    each = tokens.split(arguments.get("delimiter") or ",")
    return json_response(listed([_allowed(call, namespace, token, int(bits), administrators) for token in each]))


def _known(namespace_id: str) -> Namespace:
    for namespace in Namespace:
        if namespace.value == namespace_id.lower():
            return namespace
    raise VssFault(
        404,
        "InvalidSecurityNamespaceException",
        f"The security namespace with id '{namespace_id}' does not exist.",
    )


def _allowed(call: Call, namespace: Namespace, token: str, wanted: int, administrators: bool) -> bool:
    if administrators and call.member.is_administrator:
        return True
    if wanted & ~ALL_BITS[namespace]:
        return False
    if namespace is Namespace.LIBRARY and _LIBRARY_OF_COLLECTION.fullmatch(token):
        return call.member.is_administrator
    match = _TOKENS[namespace].fullmatch(token)
    if match is None:
        return False
    project = call.organization.project(match[1]) if match[1] else None
    if match[1] and project is None:
        return False
    return call.organization.may(call.member, namespace, project.id if project else "", wanted)


EVALUATION_OPERATIONS = (
    Operation("GET", "/<organization>/_apis/securitynamespaces", list_namespaces),
    Operation("GET", "/<organization>/_apis/securitynamespaces/<namespace_id>", get_namespace),
    Operation("POST", "/<organization>/_apis/security/permissionevaluationbatch", evaluate_batch),
    Operation("GET", "/<organization>/_apis/permissions/<namespace_id>/<bits>", has_permissions),
)
