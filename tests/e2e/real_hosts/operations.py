"""The operations that Microsoft publishes and a client of ours may ask for: where they are and what they take.

Azure DevOps: MicrosoftDocs/vsts-rest-api-specs, version 7.1 (paths, query parameters, required ones, api-version).
Microsoft Graph v1.0: "Get application", "application: addPassword", "application: removePassword". Entra as in
published.py. Shares nothing with the program and its practice cloud. Standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

GUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_ORGANIZATION = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?"
_TENANT = r"[A-Za-z0-9.-]+"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came: header names in lower case, `target` the path with its query."""

    host: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode("ascii", "replace"), keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """One published operation. `query` are the parameters it has, `versions` what api-version may be (empty: none)."""

    name: str
    host: str
    path: re.Pattern[str]
    methods: frozenset[str] = frozenset({"GET"})
    query: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()
    signed: bool = True
    """True if it is asked with a credential, False if without one."""
    bearer_only: bool = False
    """True where a personal access token is not taken."""
    needed: frozenset[str] = frozenset()
    """Parameters of the query that must be there."""
    body: Mapping[str, type] | None = None
    """The fields that a JSON body must have, each with the kind of its value; None where there is no body."""


def _versions(version: str) -> frozenset[str]:
    released = {version} if "preview" in version else {version, f"{version}-preview"}
    return frozenset(released | {f"{one}.{number}" for one in released if "preview" in one for number in range(1, 5)})


def _rest(name: str, host: str, path: str, query: str, version: str = "7.1") -> Operation:
    return Operation(name, host, re.compile(path), query=frozenset(query.split()), versions=_versions(version))


def _pats(name: str, method: str, query: str, body: Mapping[str, type] | None = None, needed: str = "") -> Operation:
    return Operation(
        name,
        "vssps.dev.azure.com",
        re.compile(f"/{_ORGANIZATION}/_apis/tokens/pats"),
        frozenset({method}),
        frozenset(query.split()),
        frozenset({"7.1-preview", "7.1-preview.1"}),
        bearer_only=True,
        needed=frozenset(needed.split()),
        body=body,
    )


_APPLICATION = rf"/v1\.0/applications(?:\(appId='{GUID}'\)|/{GUID})"


def _graph(name: str, method: str, action: str, query: str = "", body: Mapping[str, type] | None = None) -> Operation:
    return Operation(
        name,
        "graph.microsoft.com",
        re.compile(_APPLICATION + action),
        frozenset({method}),
        frozenset(query.split()),
        bearer_only=True,
        body=body,
    )


_AUTHORIZE_PARAMETERS = frozenset(
    {
        *("client_id", "response_type", "redirect_uri", "scope", "response_mode", "state", "nonce", "prompt"),
        *("login_hint", "domain_hint", "code_challenge", "code_challenge_method", "claims"),
        "client_info",  # not documented; every one of Microsoft's own libraries (MSAL) sends it
    }
)

_TEAMS = "$mine $top $skip $expandIdentity"
_READS = (
    _rest(
        "Repositories - List",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/git/repositories",
        "includeLinks includeAllUrls includeHidden",
    ),
    _rest(
        "Build Definitions - List",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/build/definitions",
        "name repositoryId repositoryType queryOrder $top continuationToken minMetricsTime definitionIds path "
        "builtAfter notBuiltAfter includeAllProperties includeLatestBuilds taskIdFilter processType yamlFilename",
    ),
    _rest("Work Item Types - List", "dev.azure.com", f"/{_ORGANIZATION}/[^/]+/_apis/wit/workitemtypes", ""),
    _rest("Wikis - List", "dev.azure.com", f"/{_ORGANIZATION}/[^/]+/_apis/wiki/wikis", ""),
    _rest(
        "Taskgroups - List",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/distributedtask/taskgroups",
        "expanded taskIdFilter deleted $top continuationToken queryOrder",
    ),
    # Not on Learn; the client libraries that Microsoft publishes ask with a preview version.
    _rest(
        "Securefiles - Get Secure Files",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/distributedtask/securefiles",
        "namePattern includeDownloadTickets actionFilter",
        "7.1-preview",
    ),
    _rest(
        "Pools - Get Agent Pools",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/distributedtask/pools",
        "poolName properties poolType actionFilter",
    ),
    _rest(
        "Users - List",
        "vssps.dev.azure.com",
        f"/{_ORGANIZATION}/_apis/graph/users",
        "subjectTypes continuationToken scopeDescriptor",
        "7.1-preview",
    ),
)

OPERATIONS = (
    Operation(
        "tenant of the organization",
        "dev.azure.com",
        re.compile(f"/{_ORGANIZATION}/?"),
        frozenset({"HEAD"}),
        signed=False,
    ),
    # Not in the specification; the client libraries that Microsoft publishes ask with a preview version.
    _rest(
        "connection data",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/connectionData",
        "connectOptions lastChangeId lastChangeId64",
        "7.1-preview",
    ),
    _rest(
        "Projects - List",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/projects",
        "stateFilter $top $skip continuationToken getDefaultTeamImageUrl",
    ),
    _rest("Teams - Get All Teams", "dev.azure.com", f"/{_ORGANIZATION}/_apis/teams", _TEAMS, "7.1-preview"),
    _rest(
        "Security Namespaces - Query",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/securitynamespaces/{GUID}",
        "localOnly",
    ),
    _rest(
        "Permissions - Has Permissions",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/permissions/{GUID}/[0-9]+",
        "tokens alwaysAllowAdministrators delimiter",
    ),
    *_READS,
    _rest(
        "Variablegroups - Get Variable Groups",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/distributedtask/variablegroups",
        "groupName actionFilter $top continuationToken queryOrder",
    ),
    _rest(
        "Endpoints - Get Service Endpoints",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/serviceendpoint/endpoints",
        "type authSchemes endpointIds owner includeFailed includeDetails actionFilter",
    ),
    _rest(
        "Definitions - List",
        "vsrm.dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/release/definitions",
        "searchText $expand artifactType artifactSourceId $top continuationToken queryOrder path isExactNameMatch "
        "tagFilter propertyFilters definitionIdFilter isDeleted searchTextContainsFolderName",
    ),
    _rest(
        "Profiles - Get",
        "app.vssps.visualstudio.com",
        f"/_apis/profile/profiles/(?:me|{GUID})",
        "details withAttributes partition coreAttributes forceRefresh",
    ),
    _rest("Accounts - List", "app.vssps.visualstudio.com", "/_apis/accounts", "ownerId memberId properties"),
    _pats("Pats - List", "GET", "displayFilterOption sortByOption isSortAscending continuationToken $top"),
    _pats("Pats - Create", "POST", "", {"displayName": str, "scope": str, "validTo": str, "allOrgs": bool}),
    _pats("Pats - Revoke", "DELETE", "authorizationId", needed="authorizationId"),
    _graph("Get application", "GET", "", "$select"),
    _graph("application: addPassword", "POST", "/addPassword", body={"passwordCredential": dict}),
    _graph("application: removePassword", "POST", "/removePassword", body={"keyId": str}),
    Operation(
        "OpenID configuration",
        "login.microsoftonline.com",
        re.compile(rf"/{_TENANT}/v2\.0/\.well-known/openid-configuration"),
        signed=False,
    ),
    Operation(
        "authorize",
        "login.microsoftonline.com",
        re.compile(rf"/{_TENANT}/oauth2/v2\.0/authorize"),
        query=_AUTHORIZE_PARAMETERS,
        signed=False,
    ),
    Operation(
        "token",
        "login.microsoftonline.com",
        re.compile(rf"/{_TENANT}/oauth2/v2\.0/token"),
        frozenset({"POST"}),
        signed=False,
    ),
)
