"""Every operation against every scope: reached with the right one or one that includes it, empty 401 otherwise."""

from typing import NamedTuple

import pytest

from desktop_app.practice import PracticeCloud
from desktop_app.practice.scopes import INCLUDED, expanded
from tests.unit.practice.visitor import Visitor


class Operation(NamedTuple):
    """One call, and the scopes of which any will do."""

    service: str
    method: str
    path: str
    scopes: frozenset[str]
    version: str = "7.1"


def scopes(*names: str) -> frozenset[str]:
    return frozenset(f"vso.{name}" for name in names)


GROUPS = "_apis/distributedtask/variablegroups"
OPERATIONS = [
    Operation("devops", "GET", "_apis/projects", scopes("profile", "project")),
    Operation("devops", "GET", "_apis/projects/Shop", scopes("profile", "project")),
    Operation("devops", "GET", "_apis/projects/Shop/teams", scopes("profile", "project")),
    Operation("devops", "GET", "_apis/teams", scopes("project"), "7.1-preview.3"),
    Operation("devops", "GET", f"Shop/{GROUPS}", scopes("variablegroups_read")),
    Operation("devops", "GET", f"Shop/{GROUPS}/3", scopes("variablegroups_read")),
    Operation("devops", "POST", GROUPS, scopes("variablegroups_manage")),
    Operation("devops", "PUT", f"{GROUPS}/3", scopes("variablegroups_manage")),
    Operation("devops", "PATCH", GROUPS, scopes("variablegroups_manage")),
    Operation("devops", "DELETE", f"{GROUPS}/3", scopes("variablegroups_manage")),
    Operation("devops", "GET", "Shop/_apis/serviceendpoint/endpoints", scopes("serviceendpoint")),
    Operation("release", "GET", "Shop/_apis/release/definitions", scopes("release")),
    Operation("release", "GET", "Shop/_apis/release/definitions/1", scopes("release")),
    Operation("release", "POST", "Shop/_apis/release/definitions", scopes("release_execute")),
    Operation("devops", "GET", "Shop/_apis/git/repositories", scopes("code")),
    Operation("devops", "GET", "Shop/_apis/build/definitions", scopes("build")),
    Operation("devops", "GET", "Shop/_apis/wit/workitemtypes", scopes("work")),
    Operation("devops", "GET", "Shop/_apis/wiki/wikis", scopes("wiki")),
    Operation("devops", "GET", "Shop/_apis/distributedtask/taskgroups", scopes("taskgroups_read")),
    Operation("devops", "GET", "Shop/_apis/distributedtask/securefiles", scopes("securefiles_read"), "7.1-preview.1"),
    Operation("devops", "GET", "_apis/distributedtask/pools", scopes("agentpools")),
    Operation("identity", "GET", "_apis/graph/users", scopes("graph"), "7.1-preview.1"),
    Operation("entitlements", "GET", "_apis/userentitlements", scopes("memberentitlementmanagement")),
    Operation("entitlements", "POST", "_apis/userentitlements", scopes("memberentitlementmanagement_write")),
]
BASE_OPERATIONS = [
    Operation("devops", "GET", "_apis/connectionData", frozenset(), "7.1-preview.1"),
    Operation("devops", "GET", "_apis/securitynamespaces", frozenset()),
    Operation("devops", "POST", "_apis/security/permissionevaluationbatch", frozenset()),
    Operation("devops", "GET", "_apis/permissions/52d39943-cb85-4d7f-8fa8-c6baac873819/1", frozenset()),
]
TRIED = sorted(
    {
        *("vso.profile", "vso.project", "vso.project_manage", "vso.variablegroups_read", "vso.variablegroups_write"),
        *("vso.variablegroups_manage", "vso.release", "vso.release_execute", "vso.release_manage", "vso.build"),
        *("vso.serviceendpoint", "vso.serviceendpoint_query", "vso.memberentitlementmanagement_write", "vso.code_full"),
        "app_token",
    }
)


def call(cloud: PracticeCloud, visitor: Visitor, operation: Operation, scope: str) -> tuple[int, bytes]:
    cloud.directory.pat("four-scopes").scope = scope
    answer = visitor.api(
        f"/contoso/{operation.path}",
        method=operation.method,
        base=getattr(cloud.cloud, operation.service),
        version=operation.version,
        json=None if operation.method in ("GET", "DELETE") else {},
    )
    return answer.status_code, answer.content


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_an_operation_is_reached_by_its_scopes_only(
    cloud: PracticeCloud, visitor: Visitor, operation: Operation
) -> None:
    for scope in TRIED:
        status, content = call(cloud, visitor, operation, scope)
        reaches = scope == "app_token" or bool(operation.scopes & expanded([scope]))
        # Empty bodies are not sent by accident: what is reached answers something, if only "bad request".
        assert ((status, content) != (401, b"")) is reaches, scope
        assert status < 500


@pytest.mark.parametrize("operation", BASE_OPERATIONS, ids=lambda one: one.path)
def test_what_every_scope_includes_is_reached_with_any(
    cloud: PracticeCloud, visitor: Visitor, operation: Operation
) -> None:
    assert call(cloud, visitor, operation, "vso.wiki")[0] in (200, 400)


def test_the_scopes_of_a_delegated_token_are_enforced(visitor: Visitor) -> None:
    resource = "499b84ac-1321-427f-aa17-267ca6975798"
    token = visitor.user_token(scope=f"{resource}/vso.variablegroups_read")["access_token"]

    assert visitor.api("/contoso/_apis/projects", bearer=token).content == b""
    assert visitor.api(f"/contoso/Shop/{GROUPS}", bearer=token).status_code == 200


def test_no_scope_narrows_an_app_s_own_token(visitor: Visitor) -> None:
    assert visitor.api(f"/contoso/Shop/{GROUPS}", bearer=visitor.app_token()).status_code == 200


def test_scope_comes_before_the_api_version(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.directory.pat("four-scopes").scope = "vso.wiki"

    assert visitor.api("/contoso/_apis/projects", version=None).content == b""


@pytest.mark.parametrize(
    ("scope", "included"),
    [
        ("vso.variablegroups_manage", "vso.variablegroups_read"),
        ("vso.release_manage", "vso.profile"),
        ("vso.serviceendpoint_query", "vso.serviceendpoint"),
        ("vso.project_manage", "vso.project"),
    ],
)
def test_scopes_include_each_other(scope: str, included: str) -> None:
    assert included in expanded([scope])


def test_every_included_scope_exists() -> None:
    assert {parent for parent in INCLUDED.values() if parent is not None} <= INCLUDED.keys()
