"""The hosts that make up one Azure cloud, or one server or test cloud given by hand.

A credential only ever goes to the hosts of its own connection's Cloud; nothing else in the program names a host.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

AZURE_DEVOPS_RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"
"""Application id of Azure DevOps in every Entra tenant (learn.microsoft.com, Azure DevOps OAuth scopes)."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud. Every host is an https origin or base URL without a trailing slash.

    `key` is stable and stored in profiles: "public", "usgov", "china", "practice", or "custom".
    """

    key: str
    login: str
    devops: str
    release: str
    identity: str
    entitlements: str
    profile: str
    portal: str
    graph: str = ""
    """Microsoft Graph; empty where a custom cloud has none."""

    @property
    def native_redirect_uri(self) -> str:
        """Microsoft's recommended redirect URI for a desktop app with an embedded browser (Entra docs, redirect
        URIs)."""
        return f"{self.login}/common/oauth2/nativeclient"

    @property
    def default_scope(self) -> str:
        """Everything granted to the app on Azure DevOps; it can not be mixed with named scopes (Entra docs,
        `.default`)."""
        return f"{AZURE_DEVOPS_RESOURCE}/.default"

    @property
    def graph_scope(self) -> str:
        """Everything granted to the app on Microsoft Graph; empty where there is none."""
        return f"{self.graph}/.default" if self.graph else ""

    def authority(self, tenant: str) -> str:
        """The msal authority of a tenant given by GUID or verified domain."""
        return f"{self.login}/{tenant}"

    def organization_url(self, organization: str) -> str:
        """The organization's address as seen in a browser."""
        return f"{self.devops}/{organization}"

    def feeds_url(self, organization: str) -> str:
        """What the addresses of an organization's package feeds begin with (Azure Artifacts docs)."""
        if self.devops == "https://dev.azure.com":
            return f"https://pkgs.dev.azure.com/{organization}"
        return self.organization_url(organization)  # a server keeps packages at its own address

    def token_page_url(self, organization: str) -> str:
        """Where a person makes a personal access token."""
        return f"{self.devops}/{organization}/_usersSettings/tokens"

    def users_page_url(self, organization: str) -> str:
        """Organization settings, Users: where people and service principals are added."""
        return f"{self.devops}/{organization}/_settings/users"

    @property
    def api_bases(self) -> tuple[str, ...]:
        """Every base URL that may receive an Azure DevOps credential."""
        return (self.devops, self.release, self.identity, self.entitlements, self.profile)

    @property
    def bases(self) -> tuple[str, ...]:
        """Every base URL of this cloud that may receive a secret of any kind."""
        return (self.login, *self.api_bases, *self._graph_bases)

    @property
    def _graph_bases(self) -> tuple[str, ...]:
        return (self.graph,) if self.graph else ()

    def owns(self, url: str) -> bool:
        """True if `url` is https, names no user, and its host and port belong to this cloud."""
        return _is_at(url, self.bases)

    def takes_devops_token(self, url: str) -> bool:
        """As `owns`, for the hosts that may receive an Azure DevOps credential."""
        return _is_at(url, self.api_bases)

    def takes_graph_token(self, url: str) -> bool:
        """As `owns`, for Microsoft Graph alone: its tokens are nobody else's, nor are others' its."""
        return _is_at(url, self._graph_bases)


def _is_at(url: str, bases: tuple[str, ...]) -> bool:
    try:
        parts, origin = urlsplit(url), origin_of(url)
    except ValueError:  # no URL at all
        return False
    # Where the host ends is read differently by browsers and by urlsplit once a backslash or a user name is there.
    plain = parts.scheme == "https" and "@" not in parts.netloc and "\\" not in url
    return plain and origin in {origin_of(base) for base in bases}


def origin_of(url: str) -> tuple[str, int]:
    """(lower-case host, port) of an http(s) URL; the port is the scheme's own when none is written.

    Raises ValueError for what is no URL.
    """
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


PUBLIC = Cloud(
    key="public",
    login="https://login.microsoftonline.com",
    devops="https://dev.azure.com",
    release="https://vsrm.dev.azure.com",
    identity="https://vssps.dev.azure.com",
    entitlements="https://vsaex.dev.azure.com",
    profile="https://app.vssps.visualstudio.com",
    portal="https://portal.azure.com",
    graph="https://graph.microsoft.com",
)

# Hosts of Microsoft Graph: Microsoft Graph docs, national cloud deployments.
# Azure DevOps Services itself runs in the public cloud only; what differs is where people and apps sign in.
US_GOVERNMENT = Cloud(
    key="usgov",
    login="https://login.microsoftonline.us",
    devops=PUBLIC.devops,
    release=PUBLIC.release,
    identity=PUBLIC.identity,
    entitlements=PUBLIC.entitlements,
    profile=PUBLIC.profile,
    portal="https://portal.azure.us",
    graph="https://graph.microsoft.us",
)

CHINA = Cloud(
    key="china",
    login="https://login.partner.microsoftonline.cn",
    devops=PUBLIC.devops,
    release=PUBLIC.release,
    identity=PUBLIC.identity,
    entitlements=PUBLIC.entitlements,
    profile=PUBLIC.profile,
    portal="https://portal.azure.cn",
    graph="https://microsoftgraph.chinacloudapi.cn",
)

WELL_KNOWN: dict[str, Cloud] = {cloud.key: cloud for cloud in (PUBLIC, US_GOVERNMENT, CHINA)}
