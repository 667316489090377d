"""The five Azure DevOps hosts: which operation a request means, and the order in which it may be refused.

Each host knows its own operations only. An organization is looked up before the credential, as on the real service.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import NoReturn

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from desktop_app.practice import (
    devops_core,
    devops_entitlements,
    devops_other_reads,
    devops_pats,
    devops_profile,
    devops_release,
    devops_security,
    devops_variable_groups,
)
from desktop_app.practice.devops_call import (
    Call,
    Operation,
    check_reach,
    check_version,
    identify,
    membership,
)
from desktop_app.practice.devops_errors import (
    Challenge,
    EmptyRefusal,
    VssFault,
    anonymous_refused,
    challenge_response,
    licence_missing,
    organization_missing,
    sign_in_page,
    with_challenges,
)
from desktop_app.practice.http import empty_response, page
from desktop_app.practice.organization import Organization
from desktop_app.practice.service import Service
from desktop_app.practice.state import CloudState

_OPERATIONS: dict[Service, tuple[Operation, ...]] = {
    Service.DEVOPS: (
        *devops_core.OPERATIONS,
        *devops_variable_groups.OPERATIONS,
        *devops_release.CONNECTION_OPERATIONS,
        *devops_security.EVALUATION_OPERATIONS,
        *devops_other_reads.DEVOPS_OPERATIONS,
    ),
    Service.RELEASE: devops_release.RELEASE_OPERATIONS,
    Service.IDENTITY: (*devops_pats.OPERATIONS, *devops_other_reads.IDENTITY_OPERATIONS),
    Service.ENTITLEMENTS: devops_entitlements.OPERATIONS,
    Service.PROFILE: devops_profile.OPERATIONS,
}


def _routes(operations: Iterable[Operation]) -> Map:
    rules = [Rule(one.path, methods=[one.method], endpoint=one) for one in operations]
    return Map(rules, strict_slashes=False, merge_slashes=False)


_ROUTES = {service: _routes(operations) for service, operations in _OPERATIONS.items()}


def answer_devops(state: CloudState, service: Service, request: Request) -> Response:
    """Answers one request to one of the Azure DevOps hosts."""
    response = _answer(state, service, request)
    response.headers.setdefault("X-VSS-E2EID", str(uuid.uuid4()))
    response.headers.setdefault("ActivityId", str(uuid.uuid4()))
    response.headers.setdefault("X-TFS-ProcessId", str(uuid.uuid4()))
    if "X-TFS-Session" in request.headers:
        response.headers["X-TFS-Session"] = request.headers["X-TFS-Session"]
    return response


def _answer(state: CloudState, service: Service, request: Request) -> Response:
    if request.path == "/_signin" and service is Service.PROFILE:
        return sign_in_page()
    path = _normalized(request.path)
    organization: Organization | None = None
    if service is not Service.PROFILE:
        name = path.strip("/").partition("/")[0]
        organization = state.directory.find_organization(name)
        if organization is None:
            return organization_missing(name)
    try:
        if organization is not None and "/_apis" not in path:
            return _web_page(state, request, organization)
        operation, variables = _match(service, request, path)
        return _operate(state, request, organization, operation, variables)
    except Challenge:
        tenant_id = organization.tenant_id if organization else None
        if organization is not None and organization.allows_anonymous:
            return with_challenges(anonymous_refused().response(), request, state.cloud, tenant_id)
        return challenge_response(request, state.cloud, tenant_id)
    except EmptyRefusal:
        return empty_response(401)
    except VssFault as fault:
        return fault.response()


def _normalized(path: str) -> str:
    """Everything from "_apis" on in lower case: Azure DevOps does not mind the case there."""
    lowered = path.lower()
    at = lowered.find("/_apis")
    return path if at < 0 else path[:at] + lowered[at:]


def _match(service: Service, request: Request, path: str) -> tuple[Operation, dict[str, str]]:
    routes = _ROUTES[service].bind_to_environ(request.environ)
    try:
        operation, variables = routes.match(path_info=path)
    except HTTPException as refusal:
        _refuse_path(refusal, request)
    variables = dict(variables)
    variables.pop("organization", None)
    return operation, variables


def _refuse_path(refusal: HTTPException, request: Request) -> NoReturn:
    if isinstance(refusal, MethodNotAllowed):
        raise VssFault(
            405,
            "VssMethodNotAllowedException",
            f"The requested resource does not support http method '{request.method}'.",
        ) from None
    raise VssFault(
        404,
        "VssResourceNotFoundException",
        f"API resource location is not registered on this host: {request.path}",
    ) from None


def _operate(
    state: CloudState,
    request: Request,
    organization: Organization | None,
    operation: Operation,
    variables: dict[str, str],
) -> Response:
    try:
        caller = identify(state, request)
        member = membership(state, request, organization, caller) if organization else None
    except Challenge:
        if organization is not None and organization.allows_anonymous and operation.anonymous is not None:
            check_version(operation, request)
            return operation.anonymous(state, organization)
        raise
    check_reach(operation, caller)
    check_version(operation, request)
    if organization is None or member is None:
        return operation.answer(state, request, caller, **variables)
    if operation.feature and not member.is_licensed:
        raise licence_missing(operation.feature)
    return operation.answer(Call(state, request, organization, member, caller), **variables)


def _web_page(state: CloudState, request: Request, organization: Organization) -> Response:
    """Pages for people. Without a session each leads to sign-in; its headers tell the organization's tenant."""
    if request.method == "HEAD" or "text/html" not in request.headers.get("Accept", ""):
        return challenge_response(request, state.cloud, organization.tenant_id)
    body = (
        '<main><p class="service">Azure DevOps (practice cloud)</p>'
        "<h1>In practice mode there is nothing to do on this page</h1>"
        "<p>Tokens, members and permissions are prepared already. Their values are on the practice card in the "
        "program's "
        "window.</p></main>"
    )
    response = page("Azure DevOps", body)
    response.headers["X-VSS-ResourceTenant"] = organization.tenant_id
    return response
