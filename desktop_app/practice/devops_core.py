"""Azure DevOps' core: who am I (connectionData), projects and teams."""

from __future__ import annotations

import base64

from werkzeug.wrappers import Response

from desktop_app.practice.derivation import guid
from desktop_app.practice.devops_call import Call, Operation, listed
from desktop_app.practice.devops_errors import ANONYMOUS_ID, invalid_argument
from desktop_app.practice.http import json_response
from desktop_app.practice.organization import IdentityKind, Member, Organization, Project
from desktop_app.practice.state import CloudState

PROJECT_READ = frozenset({"vso.profile", "vso.project"})
_LAST_UPDATE = "2026-01-15T09:30:00.000Z"
_STATES = ("all", "createPending", "deleted", "deleting", "new", "unchanged", "wellFormed")


def descriptor(member: Member, tenant_id: str) -> str:
    """The legacy identity descriptor: its type tells a person from an app."""
    if member.kind is IdentityKind.SERVICE_PRINCIPAL:
        return f"Microsoft.VisualStudio.Services.Claims.AadServicePrincipal;{tenant_id}\\{member.object_id}"
    return f"Microsoft.IdentityModel.Claims.ClaimsIdentity;{tenant_id}\\{member.name}"


def subject_descriptor(member: Member) -> str:
    kind = "aadsp" if member.kind is IdentityKind.SERVICE_PRINCIPAL else "aad"
    return f"{kind}.{base64.urlsafe_b64encode(member.id.encode()).rstrip(b'=').decode()}"


def connection_data(call: Call) -> Response:
    """GET /{org}/_apis/connectionData (7.1-preview.1)."""
    member = call.member
    identity: dict[str, object] = {
        "id": member.id,
        "descriptor": descriptor(member, call.organization.tenant_id),
        "subjectDescriptor": subject_descriptor(member),
        "providerDisplayName": member.display_name,
        "customDisplayName": None,
        "isActive": True,
        "properties": {"Account": {"$type": "System.String", "$value": member.name}},
        "resourceVersion": 2,
        "metaTypeId": 0,
    }
    return json_response(_connection(call.organization, identity))


def anonymous_connection_data(state: CloudState, organization: Organization) -> Response:
    """The same for nobody: 200, and the identity is the anonymous one (organizations with public projects)."""
    identity: dict[str, object] = {
        "id": ANONYMOUS_ID,
        "descriptor": f"System:PublicAccess;{ANONYMOUS_ID}",
        "subjectDescriptor": "sys.UHVibGljQWNjZXNz",
        "providerDisplayName": "Anonymous",
        "customDisplayName": None,
        "isActive": True,
        "properties": {},
        "resourceVersion": 2,
        "metaTypeId": 0,
    }
    return json_response(_connection(organization, identity))


def _connection(organization: Organization, identity: dict[str, object]) -> dict[str, object]:
    return {
        "authenticatedUser": identity,
        "authorizedUser": identity,
        "instanceId": organization.id,
        "deploymentId": guid("deployment"),
        "deploymentType": "hosted",
        "locationServiceData": {
            "serviceOwner": "00025394-6065-48ca-87d9-7f5672854ef7",
            "defaultAccessMappingMoniker": "PublicAccessMapping",
            "lastChangeId": 1,
            "lastChangeId64": 1,
        },
    }


def list_projects(call: Call) -> Response:
    """GET /{org}/_apis/projects: pages of `$top` (100), the next one's number in x-ms-continuationtoken."""
    wanted = call.request.args.get("stateFilter", "wellFormed")
    if wanted not in _STATES:
        raise invalid_argument(f"The value '{wanted}' is not valid for stateFilter.", "VssPropertyValidationException")
    visible = [one for one in call.organization.visible_projects(call.member) if wanted in ("all", one.state)]
    start = call.number("continuationToken", call.number("$skip", 0))
    end = start + (call.number("$top", 100) or 100)
    headers = {"x-ms-continuationtoken": str(end)} if end < len(visible) else {}
    return json_response(listed([project_json(call, one) for one in visible[start:end]]), headers=headers)


def project_json(call: Call, project: Project) -> dict[str, object]:
    return {
        "id": project.id,
        "name": project.name,
        "description": project.description,
        "url": f"{call.state.cloud.devops}/{call.organization.name}/_apis/projects/{project.id}",
        "state": project.state,
        "revision": 11,
        "visibility": project.visibility,
        "lastUpdateTime": _LAST_UPDATE,
    }


def get_project(call: Call, project: str) -> Response:
    """GET /{org}/_apis/projects/{id or name}."""
    found = call.project(project)
    answer = project_json(call, found)
    if call.request.args.get("includeCapabilities", "").lower() == "true":
        answer["capabilities"] = {
            "versioncontrol": {"sourceControlType": "Git", "gitEnabled": "True", "tfvcEnabled": "False"},
            "processTemplate": {"templateName": "Agile", "templateTypeId": guid("process/agile")},
        }
    if found.teams:
        answer["defaultTeam"] = {"id": guid(f"team/{found.id}/{found.teams[0]}"), "name": found.teams[0]}
    return json_response(answer)


def list_project_teams(call: Call, project: str) -> Response:
    """GET /{org}/_apis/projects/{id}/teams."""
    return _teams(call, [call.project(project)])


def list_teams(call: Call) -> Response:
    """GET /{org}/_apis/teams (7.1-preview.3)."""
    return _teams(call, call.organization.visible_projects(call.member))


def _teams(call: Call, projects: list[Project]) -> Response:
    teams = [_team_json(call, project, name) for project in projects for name in project.teams]
    start = call.number("$skip", 0)
    return json_response(listed(teams[start : start + (call.number("$top", 100) or 100)]))


def _team_json(call: Call, project: Project, name: str) -> dict[str, object]:
    team_id = guid(f"team/{project.id}/{name}")
    base = call.state.cloud
    organization = call.organization.name
    return {
        "id": team_id,
        "name": name,
        "description": "The default project team.",
        "url": f"{base.devops}/{organization}/_apis/projects/{project.id}/teams/{team_id}",
        "identityUrl": f"{base.identity}/{organization}/_apis/Identities/{team_id}",
        "projectId": project.id,
        "projectName": project.name,
    }


CONNECTION_DATA = Operation(
    "GET",
    "/<organization>/_apis/connectiondata",
    connection_data,
    preview=True,
    anonymous=anonymous_connection_data,
)

OPERATIONS = (
    CONNECTION_DATA,
    Operation("GET", "/<organization>/_apis/projects", list_projects, PROJECT_READ),
    Operation("GET", "/<organization>/_apis/projects/<project>", get_project, PROJECT_READ),
    Operation("GET", "/<organization>/_apis/projects/<project>/teams", list_project_teams, PROJECT_READ),
    Operation("GET", "/<organization>/_apis/teams", list_teams, frozenset({"vso.project"}), preview=True),
)
