"""Release definitions (host of its own) and service connections (REST 7.1)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from desktop_app.practice.devops_call import Call, Operation, listed
from desktop_app.practice.devops_core import CONNECTION_DATA
from desktop_app.practice.devops_errors import VssFault, invalid_argument
from desktop_app.practice.devops_security import EVALUATION_OPERATIONS
from desktop_app.practice.http import json_response
from desktop_app.practice.organization import (
    EndpointRight,
    Namespace,
    Project,
    ReleaseDefinition,
    ReleaseRight,
    ServiceConnection,
)

_ENDPOINT_FILTERS = {
    "none": 0,
    "use": EndpointRight.USE,
    "manage": EndpointRight.ADMINISTER,
    "view": EndpointRight.VIEW,
}


def list_definitions(call: Call, project: str) -> Response:
    """GET vsrm .../release/definitions."""
    found = call.project(project)
    call.require(Namespace.RELEASE_MANAGEMENT, found, ReleaseRight.VIEW_DEFINITION, "View release pipeline")
    ascending = call.request.args.get("queryOrder", "idAscending").lower() != "iddescending"
    definitions = sorted(
        (one for one in call.organization.releases if one.project_id == found.id),
        key=lambda one: one.id,
        reverse=not ascending,
    )
    start = call.number("continuationToken", 0)
    end = start + (call.number("$top", 0) or len(definitions))
    headers = {"x-ms-continuationtoken": str(end)} if end < len(definitions) else {}
    return json_response(
        listed([_definition_json(call, one, found) for one in definitions[start:end]]), headers=headers
    )


def get_definition(call: Call, project: str, definition_id: str) -> Response:
    """GET vsrm .../release/definitions/{id}."""
    found = call.project(project)
    call.require(Namespace.RELEASE_MANAGEMENT, found, ReleaseRight.VIEW_DEFINITION, "View release pipeline")
    for definition in call.organization.releases:
        if str(definition.id) == definition_id and definition.project_id == found.id:
            return json_response(_definition_json(call, definition, found))
    raise VssFault(
        404,
        "ReleaseDefinitionNotFoundException",
        f"VS402881: Release pipeline with ID {definition_id} does not exist. Specify a valid ID and try again.",
    )


def add_definition(call: Call, project: str) -> Response:
    """POST vsrm .../release/definitions."""
    found = call.project(project)
    call.require(Namespace.RELEASE_MANAGEMENT, found, ReleaseRight.EDIT_DEFINITION, "Edit release pipeline")
    body = call.body_object()
    name = str(body.get("name") or "").strip()
    if not name:
        raise invalid_argument("VS402875: Release pipeline name cannot be empty.", "InvalidRequestException")
    if not isinstance(body.get("environments"), list) or not body["environments"]:
        raise invalid_argument("VS402963: A release pipeline needs at least one stage.", "InvalidRequestException")
    releases = call.organization.releases
    if any(one.name.lower() == name.lower() and one.project_id == found.id for one in releases):
        raise VssFault(
            400,
            "ReleaseDefinitionAlreadyExistsException",
            f"VS402887: Release pipeline '{name}' already exists. Give a different name and try again.",
        )
    number = max((one.id for one in releases), default=0) + 1
    path = str(body.get("path") or "\\")
    definition = ReleaseDefinition(number, found.id, name, path, call.member.display_name, call.state.now())
    releases.append(definition)
    return json_response(_definition_json(call, definition, found))


def _definition_json(call: Call, definition: ReleaseDefinition, project: Project) -> dict[str, object]:
    base = f"{call.state.cloud.release}/{call.organization.name}/{project.id}"
    return {
        "id": definition.id,
        "name": definition.name,
        "path": definition.path,
        "revision": definition.revision,
        "source": "userInterface",
        "createdBy": {"displayName": definition.created_by},
        "createdOn": definition.created_on.isoformat(),
        "isDeleted": False,
        "projectReference": {"id": project.id, "name": project.name},
        "url": f"{base}/_apis/Release/definitions/{definition.id}",
    }


def list_connections(call: Call, project: str) -> Response:
    """GET .../serviceendpoint/endpoints: those the caller may not see are left out."""
    found = call.project(project)
    arguments = call.request.args
    wanted = _ENDPOINT_FILTERS.get(arguments.get("actionFilter", "none").lower())
    if wanted is None:
        raise invalid_argument("The value is not valid for actionFilter.", "VssPropertyValidationException")
    connections = _visible(call, found)
    if not call.may(Namespace.SERVICE_ENDPOINTS, found, wanted):
        connections = []
    if "type" in arguments:
        connections = [one for one in connections if one.kind == arguments["type"].lower()]
    if "authSchemes" in arguments:
        schemes = arguments["authSchemes"].lower().split(",")
        connections = [one for one in connections if one.auth_scheme.lower() in schemes]
    if "endpointIds" in arguments:
        ids = arguments["endpointIds"].lower().split(",")
        connections = [one for one in connections if one.id in ids]
    return json_response(listed([_connection_json(one, found) for one in connections]))


def get_connection(call: Call, project: str, connection_id: str) -> Response:
    """GET .../serviceendpoint/endpoints/{id}: `null` for an unknown one."""
    found = call.project(project)
    wanted = connection_id.lower()
    connection = next((one for one in _visible(call, found) if one.id == wanted), None)
    return json_response(_connection_json(connection, found) if connection else None)


def _visible(call: Call, project: Project) -> list[ServiceConnection]:
    if not call.may(Namespace.SERVICE_ENDPOINTS, project, EndpointRight.VIEW):
        return []
    return [one for one in call.organization.connections if one.project_id == project.id]


def _connection_json(connection: ServiceConnection, project: Project) -> dict[str, object]:
    return {
        "id": connection.id,
        "name": connection.name,
        "type": connection.kind,
        "url": connection.url,
        "description": "",
        "createdBy": {"displayName": connection.created_by},
        "authorization": {"scheme": connection.auth_scheme, "parameters": {}},
        "data": {},
        "isShared": False,
        "isReady": True,
        "isOutdated": False,
        "owner": "Library",
        "serviceEndpointProjectReferences": [
            {"name": connection.name, "description": "", "projectReference": {"id": project.id, "name": project.name}}
        ],
    }


_DEFINITIONS = "/<organization>/<project>/_apis/release/definitions"
RELEASE_OPERATIONS = (
    CONNECTION_DATA,
    Operation("GET", _DEFINITIONS, list_definitions, frozenset({"vso.release"}), feature="Release"),
    Operation("GET", f"{_DEFINITIONS}/<definition_id>", get_definition, frozenset({"vso.release"}), feature="Release"),
    Operation("POST", _DEFINITIONS, add_definition, frozenset({"vso.release_execute"}), feature="Release"),
    *EVALUATION_OPERATIONS,
)

_ENDPOINTS = "/<organization>/<project>/_apis/serviceendpoint/endpoints"
CONNECTION_OPERATIONS = (
    Operation("GET", _ENDPOINTS, list_connections, frozenset({"vso.serviceendpoint"})),
    Operation("GET", f"{_ENDPOINTS}/<connection_id>", get_connection, frozenset({"vso.serviceendpoint"})),
)
