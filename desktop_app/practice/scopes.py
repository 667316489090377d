"""Azure DevOps' delegated scopes: the catalogue, what each includes, and how a scope parameter is read.

Source: Microsoft Learn, "OAuth scopes" of Azure DevOps (2025-07-16). Kept apart from the table that the application
itself judges by, so that a mistake in one of the two is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop_app.core.cloud import AZURE_DEVOPS_RESOURCE

AZURE_DEVOPS_URI = "https://app.vssps.visualstudio.com"
GRAPH_RESOURCE = "https://graph.microsoft.com"
OIDC_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
EVERYTHING = frozenset({"user_impersonation", "app_token"})

# scope: the scopes it includes. All are prefixed "vso.".
_INCLUDED = """
advsec, advsec_write: advsec, advsec_manage: advsec_write, agentpools, agentpools_manage: agentpools,
environment_manage: agentpools_manage, machinegroup_manage: agentpools_manage, analytics, auditlog,
auditstreams_manage: auditlog, build: hooks_write, build_execute: build, code: hooks_write, code_write: code,
code_manage: code_write, code_full: code_manage, code_status, connected_server, entitlements,
memberentitlementmanagement, memberentitlementmanagement_write: memberentitlementmanagement, extension: profile,
extension_manage: extension, extension.data: profile, extension.data_write: extension.data, githubconnections,
githubconnections_manage: githubconnections, graph, graph_manage: graph, identity, identity_manage: identity,
gallery: profile, gallery_acquire: gallery, gallery_publish: gallery, gallery_manage: gallery_publish,
notification: profile, notification_write: notification, notification_manage: notification_write,
notification_diagnostics: notification,
packaging: profile, packaging_write: packaging, packaging_manage: packaging_write, pipelineresources_use,
pipelineresources_manage: pipelineresources_use, project, project_write: project, project_manage: project_write,
release: profile, release_execute: release, release_manage: release_execute, securefiles_read,
securefiles_write: securefiles_read, securefiles_manage: securefiles_write, security_manage, serviceendpoint: profile,
serviceendpoint_query: serviceendpoint, serviceendpoint_manage: serviceendpoint_query, hooks, hooks_write: hooks,
hooks_interact, settings, settings_write: settings, symbols: profile, symbols_write: symbols,
symbols_manage: symbols_write, taskgroups_read, taskgroups_write: taskgroups_read, taskgroups_manage: taskgroups_write,
dashboards, dashboards_manage: dashboards, test: profile, test_write: test, threads_full, tokens, tokenadministration,
profile, profile_write: profile, variablegroups_read, variablegroups_write: variablegroups_read,
variablegroups_manage: variablegroups_write, wiki, wiki_write: wiki, work: hooks_write, work_write: work,
work_full: work_write, pats, pats_manage: pats
"""
INCLUDED: dict[str, str | None] = {
    f"vso.{name.strip()}": f"vso.{parent.strip()}" if parent else None
    for name, _, parent in (entry.strip().partition(":") for entry in _INCLUDED.split(","))
}
DELEGATED_SCOPES = frozenset(INCLUDED) | {"user_impersonation"}
PAT_SCOPES = frozenset(INCLUDED) - {"vso.pats", "vso.pats_manage"} | {"app_token"}

CONSENT_WORDS = {
    "user_impersonation": "Have full access to Azure DevOps as you: everything you may do there",
    "vso.profile": "Read your Azure DevOps profile and the names of your organizations",
    "vso.project": "Read projects and teams",
    "vso.project_write": "Read and change projects and teams",
    "vso.project_manage": "Create, read, change and delete projects and teams",
    "vso.variablegroups_read": "Read variable groups",
    "vso.variablegroups_write": "Read and create variable groups",
    "vso.variablegroups_manage": "Read, create and manage variable groups",
    "vso.release": "Read releases and release definitions",
    "vso.release_execute": "Read, change and run releases",
    "vso.release_manage": "Read, change, run and delete releases",
    "vso.serviceendpoint": "Read service connections",
    "vso.serviceendpoint_query": "Read and query service connections",
    "vso.serviceendpoint_manage": "Read, query and manage service connections",
    "vso.pats": "Read the names and dates of your personal access tokens",
    "vso.pats_manage": "Create, change and revoke your personal access tokens",
    "openid": "Sign you in",
    "profile": "Read your name",
    "email": "Read your e-mail address",
    "offline_access": "Keep the access you have given it, also while you are away",
}


def expanded(scopes: Iterable[str]) -> frozenset[str]:
    """`scopes` and everything they include."""
    reached: set[str] = set()
    for scope in scopes:
        name: str | None = scope
        while name is not None and name not in reached:
            reached.add(name)
            name = INCLUDED.get(name)
    return frozenset(reached)


def allows(granted: Iterable[str], wanted: frozenset[str]) -> bool:
    """True if any of `wanted` is among `granted` or included in it."""
    reached = expanded(granted)
    return bool(reached & EVERYTHING) or bool(reached & wanted)


class ScopeFault(Exception):
    """A scope parameter that Entra refuses. `code` is the AADSTS number."""

    def __init__(self, code: int, error: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.error = error
        self.text = text


@dataclass(frozen=True, slots=True)
class RequestedScopes:
    """A scope parameter, read. `names` are short and never contain ".default"; `resource` is as it was written."""

    resource: str
    names: frozenset[str]
    default: bool
    oidc: frozenset[str]

    @property
    def is_azure_devops(self) -> bool:
        return self.resource in (AZURE_DEVOPS_RESOURCE, AZURE_DEVOPS_URI)

    def written(self, granted: Iterable[str]) -> str:
        """The `scope` field of a token answer: granted scopes with the resource, and ".default" if it was asked for.

        msal looks tokens up by the scopes of the answer, so without the echo every silent request would miss its cache.
        """
        names = sorted(granted) + ([".default"] if self.default else [])
        prefixed = [f"{self.resource}/{name}" for name in names]
        if self.resource == GRAPH_RESOURCE:
            prefixed += sorted(self.oidc - {"offline_access"})
        return " ".join(prefixed)


def read_scopes(parameter: str, graph: str = GRAPH_RESOURCE) -> RequestedScopes:
    """Reads a `scope` parameter; `graph` is where this cloud's Microsoft Graph is, and stands for it.

    ScopeFault: 70011, 28000, 28002 or 500011 as Entra numbers them.
    """
    words = parameter.split()
    oidc = frozenset(words) & OIDC_SCOPES
    resources: dict[str, set[str]] = {}
    for word in words:
        if word in OIDC_SCOPES:
            continue
        resource, slash, name = word.rpartition("/")
        if not slash:  # a bare name is a scope of Microsoft Graph
            resource, name = GRAPH_RESOURCE, word
        elif resource == graph:
            resource = GRAPH_RESOURCE
        resources.setdefault(resource.rstrip("/"), set()).add(name)
    if len(resources) > 1:
        raise ScopeFault(
            28000,
            "invalid_scope",
            "Provided value for the input parameter scope is not valid because it contains more than one resource.",
        )
    resource, names = next(iter(resources.items()), (GRAPH_RESOURCE, set()))
    _refuse_unknown(resource, names, parameter)
    if ".default" in names and len(names) > 1:
        raise ScopeFault(
            70011,
            "invalid_scope",
            f"The provided value for the input parameter 'scope' is not valid. The scope {parameter} is not valid: "
            ".default scope can't be combined with resource-specific scopes.",
        )
    return RequestedScopes(resource, frozenset(names) - {".default"}, ".default" in names, oidc)


def _refuse_unknown(resource: str, names: set[str], parameter: str) -> None:
    if resource == GRAPH_RESOURCE:
        if names - {"User.Read", ".default"}:
            raise ScopeFault(
                28002,
                "invalid_scope",
                f"Provided value for the input parameter scope '{parameter}' is not valid when requesting an access "
                "token. A scope without a resource is a scope of Microsoft Graph, which has no such scope.",
            )
    elif resource not in (AZURE_DEVOPS_RESOURCE, AZURE_DEVOPS_URI):
        raise ScopeFault(
            500011,
            "invalid_resource",
            f"The resource principal named {resource} was not found in the tenant. This can happen if the application "
            "has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
        )
    elif names - DELEGATED_SCOPES - {".default"}:
        raise ScopeFault(
            70011,
            "invalid_scope",
            "The provided value for the input parameter 'scope' is not valid. One or more scopes in "
            f"'{parameter}' do not exist on the resource.",
        )
