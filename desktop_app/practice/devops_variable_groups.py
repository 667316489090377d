"""Variable groups (distributedtask, REST 7.1): list, get, add, replace, share and delete.

The odd answers are the real ones: an unknown id is 200 with `null`, a secret's value always comes back null, a name
taken twice is 409 (operations: Learn, "Variablegroups").
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

from werkzeug.wrappers import Response

from desktop_app.practice.devops_call import Call, Operation, listed
from desktop_app.practice.devops_errors import VssFault, invalid_argument, permission_missing
from desktop_app.practice.http import empty_response, json_response
from desktop_app.practice.organization import LibraryRight, Namespace, Project, Variable, VariableGroup

_READ = frozenset({"vso.variablegroups_read"})
_MANAGE = frozenset({"vso.variablegroups_manage"})
_FILTER_RIGHTS = {"none": 0, "manage": LibraryRight.ADMINISTER, "use": LibraryRight.USE}


def list_groups(call: Call, project: str) -> Response:
    """GET .../variablegroups: groups that the caller may not view are left out, not refused."""
    found = call.project(project)
    arguments = call.request.args
    right = _FILTER_RIGHTS.get(arguments.get("actionFilter", "none").lower())
    if right is None:
        raise invalid_argument("The value is not valid for actionFilter.", "VssPropertyValidationException")
    groups = [one for one in _visible(call, found) if call.may(Namespace.LIBRARY, found, right)]
    name = arguments.get("groupName")
    if name:
        groups = [one for one in groups if fnmatch.fnmatch(one.name.lower(), name.lower())]
    if "groupIds" in arguments:
        ids = set(arguments["groupIds"].split(","))
        groups = [one for one in groups if str(one.id) in ids]
    ascending = arguments.get("queryOrder", "idDescending").lower() == "idascending"
    groups.sort(key=lambda one: one.id, reverse=not ascending)
    after = call.number("continuationToken", 0)
    if after:
        groups = [one for one in groups if (one.id > after) is ascending and one.id != after]
    top = call.number("$top", 0) or len(groups)
    headers = {"x-ms-continuationtoken": str(groups[top - 1].id)} if top < len(groups) else {}
    return json_response(listed([_group_json(call, one, found) for one in groups[:top]]), headers=headers)


def _visible(call: Call, project: Project) -> list[VariableGroup]:
    if not call.may(Namespace.LIBRARY, project, LibraryRight.VIEW):
        return []
    return [one for one in call.organization.groups.values() if project.id in one.projects]


def get_group(call: Call, project: str, group_id: str) -> Response:
    """GET .../variablegroups/{id}: `null` for an id that is unknown or belongs to another project."""
    found = call.project(project)
    group = next((one for one in _visible(call, found) if str(one.id) == group_id), None)
    return json_response(_group_json(call, group, found) if group else None)


def add_group(call: Call) -> Response:
    """POST /{org}/_apis/distributedtask/variablegroups. Who may create in no project is refused before the body is
    read."""
    if not any(call.may(Namespace.LIBRARY, one, LibraryRight.CREATE) for one in call.organization.projects):
        raise permission_missing(call.member.display_name, "Create library item", call.organization.name)
    body = call.body_object()
    name, projects, variables = _read_group(call, body, before={})
    for project in projects:
        call.require(Namespace.LIBRARY, project, LibraryRight.CREATE, "Create library item")
    _refuse_duplicate(call, name, projects)
    now, author = call.state.now(), call.member.display_name
    number = max(call.organization.groups, default=0) + 1
    group = VariableGroup(
        id=number,
        name=name,
        description=str(body.get("description") or ""),
        kind=str(body.get("type") or "Vsts"),
        variables=variables,
        projects={project.id: name for project in projects},
        created_by=author,
        created_on=now,
        modified_by=author,
        modified_on=now,
        provider=_object(body.get("providerData")) or None,
    )
    call.organization.groups[number] = group
    return json_response(_group_json(call, group, projects[0]))


def replace_group(call: Call, group_id: str) -> Response:
    """PUT .../variablegroups/{id}: a full replacement; a secret without a value keeps the old one."""
    group = _existing(call, group_id)
    body = call.body_object()
    name, projects, variables = _read_group(call, body, before=group.variables)
    _require_administer(call, group)
    _refuse_duplicate(call, name, projects, besides=group)
    group.name, group.variables = name, variables
    group.projects = {project.id: name for project in projects}
    group.description = str(body.get("description") or "")
    group.modified_by, group.modified_on = call.member.display_name, call.state.now()
    return json_response(_group_json(call, group, projects[0]))


def share_group(call: Call) -> Response:
    """PATCH .../variablegroups?variableGroupId=: the projects the group is shared with."""
    group = _existing(call, call.request.args.get("variableGroupId", ""))
    references = call.body()
    projects = _referenced_projects(call, references if isinstance(references, list) else [])
    _require_administer(call, group)
    group.projects |= {project.id: group.name for project in projects}
    return empty_response(204)


def delete_group(call: Call, group_id: str) -> Response:
    """DELETE .../variablegroups/{id}?projectIds=: from these projects; from all, the group is gone."""
    wanted = [one for one in call.request.args.get("projectIds", "").split(",") if one]
    if not wanted:
        raise invalid_argument("Value cannot be null. Parameter name: projectIds", "ArgumentNullException")
    projects = [call.project(one) for one in wanted]
    group = _existing(call, group_id)
    for project in projects:
        call.require(Namespace.LIBRARY, project, LibraryRight.ADMINISTER, "Administer library item")
        group.projects.pop(project.id, None)
    if not group.projects:
        del call.organization.groups[group.id]
    return empty_response(204)


def _existing(call: Call, group_id: str) -> VariableGroup:
    group = call.organization.groups.get(int(group_id)) if group_id.isdecimal() else None
    if group is None:
        raise VssFault(404, "VariableGroupNotFoundException", f"Variable group {group_id} could not be found.")
    return group


def _require_administer(call: Call, group: VariableGroup) -> None:
    may = any(
        call.organization.may(call.member, Namespace.LIBRARY, project_id, LibraryRight.ADMINISTER)
        for project_id in group.projects
    )
    if not may:
        raise permission_missing(call.member.display_name, "Administer library item", group.name)


def _read_group(
    call: Call, body: dict[str, object], before: dict[str, Variable]
) -> tuple[str, list[Project], dict[str, Variable]]:
    references = body.get("variableGroupProjectReferences")
    if not isinstance(references, list) or not references:
        raise invalid_argument("A variable group must have at least one project reference.")
    name = str(body.get("name") or "").strip()
    if not name:
        raise invalid_argument("Value cannot be null. Parameter name: group.Name", "ArgumentNullException")
    variables = _read_variables(_object(body.get("variables")), before)
    if not variables:
        raise invalid_argument("Variable group must have at least one variable defined.")
    return name, _referenced_projects(call, references), variables


def _referenced_projects(call: Call, references: Iterable[object]) -> list[Project]:
    projects = []
    for reference in references:
        named = _object(_object(reference).get("projectReference"))
        projects.append(call.project(str(named.get("id") or named.get("name") or "")))
    if not projects:
        raise invalid_argument("A variable group must have at least one project reference.")
    return projects


def _read_variables(written: dict[str, object], before: dict[str, Variable]) -> dict[str, Variable]:
    variables = {}
    for name, content in written.items():
        field = _object(content) if isinstance(content, dict) else {"value": content}
        secret, value = bool(field.get("isSecret")), field.get("value")
        if secret and not value and name in before:
            value = before[name].value
        variables[name] = Variable(str(value or ""), secret, bool(field.get("isReadOnly")))
    return variables


def _refuse_duplicate(call: Call, name: str, projects: list[Project], besides: VariableGroup | None = None) -> None:
    ids = {project.id for project in projects}
    for group in call.organization.groups.values():
        if group is not besides and group.name.lower() == name.lower() and ids & set(group.projects):
            raise VssFault(
                409, "VariableGroupExistsException", f"Variable group with name '{name}' already exists in the project."
            )


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _group_json(call: Call, group: VariableGroup, project: Project) -> dict[str, object]:
    variables: dict[str, dict[str, object]] = {}
    for name, variable in group.variables.items():
        shown: dict[str, object] = {"value": None if variable.is_secret else variable.value}
        if variable.is_secret:
            shown["isSecret"] = True
        if variable.is_read_only:
            shown["isReadOnly"] = True
        variables[name] = shown
    names = {one.id: one.name for one in call.organization.projects}
    answer: dict[str, object] = {
        "id": group.id,
        "type": group.kind,
        "name": group.projects.get(project.id, group.name),
        "description": group.description,
        "variables": variables,
        "createdBy": {"displayName": group.created_by},
        "createdOn": group.created_on.isoformat(),
        "modifiedBy": {"displayName": group.modified_by},
        "modifiedOn": group.modified_on.isoformat(),
        "isShared": len(group.projects) > 1,
        "variableGroupProjectReferences": [
            {"name": name, "description": group.description, "projectReference": {"id": one, "name": names[one]}}
            for one, name in group.projects.items()
        ],
    }
    if group.provider:
        answer["providerData"] = group.provider
    return answer


_IN_PROJECT = "/<organization>/<project>/_apis/distributedtask/variablegroups"
_IN_ORGANIZATION = "/<organization>/_apis/distributedtask/variablegroups"
OPERATIONS = (
    Operation("GET", _IN_PROJECT, list_groups, _READ, feature="Library"),
    Operation("GET", f"{_IN_PROJECT}/<group_id>", get_group, _READ, feature="Library"),
    Operation("POST", _IN_ORGANIZATION, add_group, _MANAGE, feature="Library"),
    Operation("PATCH", _IN_ORGANIZATION, share_group, _MANAGE, feature="Library"),
    Operation("PUT", f"{_IN_ORGANIZATION}/<group_id>", replace_group, _MANAGE, feature="Library"),
    Operation("DELETE", f"{_IN_ORGANIZATION}/<group_id>", delete_group, _MANAGE, feature="Library"),
)
