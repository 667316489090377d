"""The permissions a connection needs, in Microsoft's own names, and how Azure DevOps scopes include each other.

Scopes narrow what the account may do, they never widen it (Azure DevOps docs, OAuth scopes).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
