"""Reads that no connection needs: each is let through by a scope of its own, which is how a too mighty token shows.

Only lists, and only as much as a client that counts them reads (REST 7.1: Repositories, Definitions, Work Item Types,
Wikis, Taskgroups, Securefiles, Pools, Users).
"""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Response

from desktop_app.practice.derivation import guid
from desktop_app.practice.devops_call import Call, Operation, listed
from desktop_app.practice.devops_core import subject_descriptor
from desktop_app.practice.http import json_response
from desktop_app.practice.organization import IdentityKind, Member, Project

_Items = Callable[[Call, Project], list[dict[str, object]]]


def _in_project(items: _Items) -> Callable[..., Response]:
    def answer(call: Call, project: str) -> Response:
        found = items(call, call.project(project))
        return json_response(listed(found[: call.number("$top", 0) or len(found)]))

    return answer


def _reference(project: Project) -> dict[str, object]:
    return {"id": project.id, "name": project.name, "state": project.state, "visibility": project.visibility}


def _repositories(call: Call, project: Project) -> list[dict[str, object]]:
    base = f"{call.state.cloud.devops}/{call.organization.name}/{project.id}"
    repository_id = guid(f"repository/{project.id}")
    return [
        {
            "id": repository_id,
            "name": project.name,
            "url": f"{base}/_apis/git/repositories/{repository_id}",
            "project": _reference(project),
            "defaultBranch": "refs/heads/main",
            "size": 734_210,
            "remoteUrl": f"{call.state.cloud.devops}/{call.organization.name}/{project.name}/_git/{project.name}",
            "isDisabled": False,
        }
    ]


def _build_definitions(call: Call, project: Project) -> list[dict[str, object]]:
    return [
        {
            "id": 1,
            "name": f"{project.name} CI",
            "path": "\\",
            "type": "build",
            "queueStatus": "enabled",
            "revision": 3,
            "project": _reference(project),
        }
    ]


def _work_item_types(call: Call, project: Project) -> list[dict[str, object]]:
    return [
        {"name": name, "referenceName": f"Microsoft.VSTS.WorkItemTypes.{name}", "color": color, "isDisabled": False}
        for name, color in (("Bug", "CC293D"), ("Task", "F2CB1D"))
    ]


def _wikis(call: Call, project: Project) -> list[dict[str, object]]:
    return [
        {
            "id": guid(f"wiki/{project.id}"),
            "name": f"{project.name}.wiki",
            "type": "projectWiki",
            "mappedPath": "/",
            "projectId": project.id,
        }
    ]


def _task_groups(call: Call, project: Project) -> list[dict[str, object]]:
    return [{"id": guid(f"taskgroup/{project.id}"), "name": "Deploy and check", "revision": 2, "category": "Deploy"}]


def _secure_files(call: Call, project: Project) -> list[dict[str, object]]:
    return [{"id": guid(f"securefile/{project.id}"), "name": "signing.p12", "properties": {}}]


def list_pools(call: Call) -> Response:
    """GET /{org}/_apis/distributedtask/pools."""
    return json_response(
        listed([{"id": 9, "name": "Azure Pipelines", "isHosted": True, "poolType": "automation", "size": 1}])
    )


def list_users(call: Call) -> Response:
    """GET vssps /{org}/_apis/graph/users (7.1-preview.1)."""
    people = [one for one in call.organization.members.values() if one.kind is IdentityKind.USER]
    return json_response(listed([_user_json(one) for one in people]))


def _user_json(member: Member) -> dict[str, object]:
    return {
        "subjectKind": "user",
        "metaType": "member",
        "origin": "aad",
        "originId": member.object_id,
        "principalName": member.name,
        "mailAddress": member.name,
        "displayName": member.display_name,
        "descriptor": subject_descriptor(member),
    }


_PROJECT = "/<organization>/<project>/_apis"
DEVOPS_OPERATIONS = (
    Operation(
        "GET", f"{_PROJECT}/git/repositories", _in_project(_repositories), frozenset({"vso.code"}), feature="Code"
    ),
    Operation("GET", f"{_PROJECT}/build/definitions", _in_project(_build_definitions), frozenset({"vso.build"})),
    Operation("GET", f"{_PROJECT}/wit/workitemtypes", _in_project(_work_item_types), frozenset({"vso.work"})),
    Operation("GET", f"{_PROJECT}/wiki/wikis", _in_project(_wikis), frozenset({"vso.wiki"})),
    Operation(
        "GET", f"{_PROJECT}/distributedtask/taskgroups", _in_project(_task_groups), frozenset({"vso.taskgroups_read"})
    ),
    Operation(
        "GET",
        f"{_PROJECT}/distributedtask/securefiles",
        _in_project(_secure_files),
        frozenset({"vso.securefiles_read"}),
        preview=True,
    ),
    Operation("GET", "/<organization>/_apis/distributedtask/pools", list_pools, frozenset({"vso.agentpools"})),
)
IDENTITY_OPERATIONS = (
    Operation("GET", "/<organization>/_apis/graph/users", list_users, frozenset({"vso.graph"}), preview=True),
)
