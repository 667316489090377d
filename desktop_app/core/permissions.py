"""The permissions a connection needs, in Microsoft's own names, and how Azure DevOps scopes include each other.

Scopes narrow what the account may do, they never widen it (Azure DevOps docs, OAuth scopes).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from desktop_app.core.profile import Method

API_PERMISSIONS = (
    "user_impersonation",
    "vso.project_write",
    "vso.variablegroups_manage",
    "vso.variablegroups_write",
)
"""Delegated permissions of the resource "Azure DevOps" to add to an app registration."""


@dataclass(frozen=True, slots=True)
class PatScope:
    """One line of the page where a token is made: what to tick, and the scope it stands for."""

    area: str
    choice: str
    scope: str


PAT_SCOPES = (
    PatScope("Variable Groups", "Read, create & manage", "vso.variablegroups_manage"),
    PatScope("Release", "Read, write & execute", "vso.release_execute"),
    PatScope("Project and Team", "Read", "vso.project"),
    PatScope("Service Connections", "Read & query", "vso.serviceendpoint_query"),
)

FULL_ACCESS = frozenset({"user_impersonation", "app_token"})
"""Scopes that stand for all others: everything the person may do."""

_INCLUDES = {
    "vso.project_manage": ("vso.project_write",),
    "vso.project_write": ("vso.project",),
    "vso.variablegroups_manage": ("vso.variablegroups_write",),
    "vso.variablegroups_write": ("vso.variablegroups_read",),
    "vso.release_manage": ("vso.release_execute",),
    "vso.release_execute": ("vso.release",),
    "vso.release": ("vso.profile",),
    "vso.serviceendpoint_manage": ("vso.serviceendpoint_query",),
    "vso.serviceendpoint_query": ("vso.serviceendpoint",),
    "vso.serviceendpoint": ("vso.profile",),
}


def expand(scopes: Iterable[str]) -> frozenset[str]:
    """`scopes` and all that they include."""
    reached: set[str] = set()
    waiting = list(scopes)
    while waiting:
        scope = waiting.pop()
        if scope not in reached:
            reached.add(scope)
            waiting.extend(_INCLUDES.get(scope, ()))
    return frozenset(reached)


def short_scope(scope: str) -> str:
    """A scope without its resource: "499b84ac-…/vso.project" gives "vso.project"."""
    return scope.rsplit("/", 1)[-1]


class Area(StrEnum):
    """What can be listed in a project, and so tried without changing anything."""

    PROJECTS = "projects"
    VARIABLE_GROUPS = "variable-groups"
    RELEASES = "releases"
    SERVICE_CONNECTIONS = "service-connections"


class Namespace(StrEnum):
    """Security namespaces by their ids (Azure DevOps docs, security namespaces); variable groups are in LIBRARY."""

    PROJECT = "52d39943-cb85-4d7f-8fa8-c6baac873819"
    LIBRARY = "b7e84409-6553-448a-bbb2-af228e07cbeb"
    RELEASE_MANAGEMENT = "c788c23e-1b46-4162-8f5e-d7585343b5de"
    SERVICE_ENDPOINTS = "49b48001-ca20-4adc-8111-5b60c903a50c"

    def token(self, project_id: str) -> str:
        """The namespace's security token for a whole project (as Microsoft's Terraform provider writes them)."""
        match self:
            case Namespace.PROJECT:
                return f"$PROJECT:vstfs:///Classification/TeamProject/{project_id}"
            case Namespace.LIBRARY:
                return f"Library/{project_id}"
            case Namespace.RELEASE_MANAGEMENT:
                return project_id
            case Namespace.SERVICE_ENDPOINTS:
                return f"endpoints/{project_id}"


class Permission(StrEnum):
    """One row of a permission report; the values are written into exports, so they never change."""

    ACT_AS_ACCOUNT = "act-as-account"
    READ_PROJECTS = "read-projects"
    EDIT_PROJECTS = "edit-projects"
    READ_VARIABLE_GROUPS = "read-variable-groups"
    CREATE_VARIABLE_GROUPS = "create-variable-groups"
    MANAGE_VARIABLE_GROUPS = "manage-variable-groups"
    READ_RELEASES = "read-releases"
    RUN_RELEASES = "run-releases"
    READ_SERVICE_CONNECTIONS = "read-service-connections"
    QUERY_SERVICE_CONNECTIONS = "query-service-connections"


@dataclass(frozen=True, slots=True)
class Need:
    """What a permission rests on.

    `scope` is the narrowest token scope that gives it. `namespace` and `actions` are what the account itself must be
    allowed: names of actions, whose bits the namespace tells at run time. `area` is what can be listed to try it;
    `is_read` is True where being allowed to list is the whole permission.
    """

    permission: Permission
    scope: str
    area: Area
    is_read: bool = False
    namespace: Namespace | None = None
    actions: tuple[str, ...] = ()


NEEDS: dict[Permission, Need] = {
    need.permission: need
    for need in (
        Need(Permission.ACT_AS_ACCOUNT, "user_impersonation", Area.PROJECTS),
        Need(Permission.READ_PROJECTS, "vso.project", Area.PROJECTS, True, Namespace.PROJECT, ("GENERIC_READ",)),
        Need(
            Permission.EDIT_PROJECTS, "vso.project_write", Area.PROJECTS, False, Namespace.PROJECT, ("GENERIC_WRITE",)
        ),
        Need(
            Permission.READ_VARIABLE_GROUPS,
            "vso.variablegroups_read",
            Area.VARIABLE_GROUPS,
            True,
            Namespace.LIBRARY,
            ("View",),
        ),
        Need(
            Permission.CREATE_VARIABLE_GROUPS,
            "vso.variablegroups_write",
            Area.VARIABLE_GROUPS,
            False,
            Namespace.LIBRARY,
            ("Create",),
        ),
        Need(
            Permission.MANAGE_VARIABLE_GROUPS,
            "vso.variablegroups_manage",
            Area.VARIABLE_GROUPS,
            False,
            Namespace.LIBRARY,
            ("Administer",),
        ),
        Need(
            Permission.READ_RELEASES,
            "vso.release",
            Area.RELEASES,
            True,
            Namespace.RELEASE_MANAGEMENT,
            ("ViewReleaseDefinition", "ViewReleases"),
        ),
        Need(
            Permission.RUN_RELEASES,
            "vso.release_execute",
            Area.RELEASES,
            False,
            Namespace.RELEASE_MANAGEMENT,
            ("EditReleaseDefinition", "CreateReleases"),
        ),
        Need(
            Permission.READ_SERVICE_CONNECTIONS,
            "vso.serviceendpoint",
            Area.SERVICE_CONNECTIONS,
            True,
            Namespace.SERVICE_ENDPOINTS,
            ("ViewEndpoint",),
        ),
        Need(
            Permission.QUERY_SERVICE_CONNECTIONS,
            "vso.serviceendpoint_query",
            Area.SERVICE_CONNECTIONS,
            False,
            Namespace.SERVICE_ENDPOINTS,
            ("Use",),
        ),
    )
}

_OF_AN_APP = (
    Permission.ACT_AS_ACCOUNT,
    Permission.READ_PROJECTS,
    Permission.EDIT_PROJECTS,
    Permission.READ_VARIABLE_GROUPS,
    Permission.CREATE_VARIABLE_GROUPS,
    Permission.MANAGE_VARIABLE_GROUPS,
)
_OF_A_TOKEN = (
    Permission.READ_PROJECTS,
    Permission.READ_VARIABLE_GROUPS,
    Permission.CREATE_VARIABLE_GROUPS,
    Permission.MANAGE_VARIABLE_GROUPS,
    Permission.READ_RELEASES,
    Permission.RUN_RELEASES,
    Permission.READ_SERVICE_CONNECTIONS,
    Permission.QUERY_SERVICE_CONNECTIONS,
)


def needed(method: Method) -> tuple[Need, ...]:
    """What a connection by this method needs, in the order it is shown: API_PERMISSIONS or PAT_SCOPES, and the reads
    that they include."""
    return tuple(NEEDS[permission] for permission in (_OF_A_TOKEN if method is Method.PAT else _OF_AN_APP))


READABLE_SCOPES = (
    "vso.code",
    "vso.build",
    "vso.work",
    "vso.wiki",
    "vso.agentpools",
    "vso.taskgroups_read",
    "vso.securefiles_read",
    "vso.graph",
)
"""Scopes that no connection needs and that one harmless read shows: how a too mighty personal access token is found
out, since nothing tells a token's own scopes."""

SURPLUS_ACTIONS: tuple[tuple[Namespace, str], ...] = (
    (Namespace.PROJECT, "DELETE"),
    (Namespace.RELEASE_MANAGEMENT, "DeleteReleaseDefinition"),
    (Namespace.SERVICE_ENDPOINTS, "Administer"),
)
"""Rights that no connection needs: an account that has them could be given less."""
