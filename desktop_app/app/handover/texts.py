"""Writes each form. Every value goes through the spelling of its reader, whether it is secret or not.

PROJECT, REPOSITORY and FEED stand in capitals where the admin puts in a name of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from desktop_app.app.handover import spelling
from desktop_app.core.credential import Scheme, Secret
from desktop_app.core.profile import Profile

HERE = "ADO_CONNECT"
"""Ends a here-document; no line of one is this word alone."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a form is made of: a connection, and the text of its token or of its client secret.

    `scheme` is how the token is presented; `tenant_id` is the GUID of the tenant, empty for a personal access token.
    """

    profile: Profile
    secret: Secret
    scheme: Scheme = Scheme.BEARER
    tenant_id: str = ""

    @property
    def text(self) -> str:
        return self.secret.reveal()

    @property
    def user_name(self) -> str:
        """Where a tool wants one beside the token. Azure DevOps takes any that is not empty; the addresses that it
        shows for cloning name the organization, and git looks for a password of that user."""
        return self.profile.organization

    @property
    def organization_url(self) -> str:
        return self.profile.cloud.organization_url(self.profile.organization)

    @property
    def feeds_url(self) -> str:
        return self.profile.cloud.feeds_url(self.profile.organization)

    @property
    def repository_url(self) -> str:
        return f"{self.organization_url}/PROJECT/_git/REPOSITORY"

    @property
    def authorization(self) -> str:
        """The value of the Authorization header: a personal access token is a password without a user name."""
        if self.scheme is Scheme.BASIC:
            return f"Basic {spelling.base64_of(':' + self.text)}"
        return f"Bearer {spelling.header(self.text)}"

    @property
    def header(self) -> str:
        return f"Authorization: {self.authorization}"


Variables = Mapping[str, str]
Named = Callable[[Material], Variables]


# -- environments -----------------------------------------------------------------------------------------------------


def in_shell(named: Named) -> Callable[[Material], str]:
    """Lines that set variables in sh and bash."""
    return lambda material: _lines(f"export {name}={spelling.shell(text)}" for name, text in named(material).items())


def in_powershell(named: Named) -> Callable[[Material], str]:
    """Lines that set variables in PowerShell."""
    return lambda material: _lines(
        f"$env:{name} = {spelling.powershell(text)}" for name, text in named(material).items()
    )


def in_env_file(named: Named) -> Callable[[Material], str]:
    """Lines of a file of variables."""
    return lambda material: _lines(f"{name}={spelling.env_file(text)}" for name, text in named(material).items())


def azure_cli(material: Material) -> Variables:
    return {"AZURE_DEVOPS_EXT_PAT": material.text}


def terraform_token(material: Material) -> Variables:
    return {"AZDO_ORG_SERVICE_URL": material.organization_url, "AZDO_PERSONAL_ACCESS_TOKEN": material.text}


def terraform_app(material: Material) -> Variables:
    return {
        "AZDO_ORG_SERVICE_URL": material.organization_url,
        "ARM_TENANT_ID": material.tenant_id,
        "ARM_CLIENT_ID": material.profile.client_id,
        "ARM_CLIENT_SECRET": material.text,
    }


def infisical(material: Material) -> Variables:
    return {
        "INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_ID": material.profile.client_id,
        "INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_SECRET": material.text,
    }


def git_header(material: Material) -> Variables:
    """Git reads these like its configuration (git-config, GIT_CONFIG_COUNT; since 2.31)."""
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{material.organization_url}/.extraheader",
        "GIT_CONFIG_VALUE_0": material.header,
    }


def nuget_endpoints(material: Material) -> Variables:
    """What the Azure Artifacts Credential Provider reads (its README, Environment Variables)."""
    endpoint = f"{material.feeds_url}/_packaging/FEED/nuget/v3/index.json"
    fields = {"endpoint": endpoint, "username": material.user_name, "password": material.text}
    inner = ", ".join(f'"{name}": {spelling.json_string(text)}' for name, text in fields.items())
    return {"VSS_NUGET_EXTERNAL_FEED_ENDPOINTS": f'{{"endpointCredentials": [{{{inner}}}]}}'}


def pip_index(material: Material) -> Variables:
    return {"PIP_INDEX_URL": _pip_url(material)}


def _pip_url(material: Material) -> str:
    scheme, _colon, rest = material.feeds_url.partition("://")
    user = f"{spelling.percent(material.user_name)}:{spelling.percent(material.text)}"
    return f"{scheme}://{user}@{rest}/_packaging/FEED/pypi/simple/"


# -- the web ----------------------------------------------------------------------------------------------------------


def token(material: Material) -> str:
    return spelling.whole(material.text)


def header(material: Material) -> str:
    return material.header


def curl(material: Material) -> str:
    """Its configuration comes by standard input, so the token stands on no command line."""
    return _lines(
        (
            f"curl --config - <<'{HERE}'",
            f"url = {spelling.curl(_projects_url(material))}",
            f"header = {spelling.curl(material.header)}",
            HERE,
        )
    )


def invoke_rest_method(material: Material) -> str:
    """A command of PowerShell itself: it starts no other program."""
    headers = f"@{{ Authorization = {spelling.powershell(material.authorization)} }}"
    return _lines((f"Invoke-RestMethod -Uri {spelling.powershell(_projects_url(material))} -Headers {headers}",))


def netrc(material: Material) -> str:
    host, user = _host(material.organization_url), spelling.netrc(material.user_name)
    return _lines((f"machine {host} login {user} password {spelling.netrc(material.text)}",))


def _projects_url(material: Material) -> str:
    return f"{material.organization_url}/_apis/projects?api-version=7.1"


# -- git --------------------------------------------------------------------------------------------------------------


def git_clone_in_shell(material: Material) -> str:
    setting = spelling.shell(f"http.{material.organization_url}/.extraheader={material.header}")
    return _lines((f"git -c {setting} clone {spelling.shell(material.repository_url)}",))


def git_clone_in_powershell(material: Material) -> str:
    setting = spelling.powershell_argument(f"http.{material.organization_url}/.extraheader={material.header}")
    return _lines((f"git -c {setting} clone {spelling.powershell_argument(material.repository_url)}",))


def git_approve_in_shell(material: Material) -> str:
    lines = _credential(material, spelling.git_credential(material.text))
    return _lines((f"git credential approve <<'{HERE}'", *lines, HERE))


def git_approve_in_powershell(material: Material) -> str:
    lines = _credential(material, spelling.powershell_pipe(material.text))
    return _lines(("@'", *lines, "'@ | git credential approve"))


def git_store(material: Material) -> str:
    """A line of the file that git's helper `store` reads (git-credential-store, STORAGE FORMAT)."""
    scheme = material.organization_url.partition("://")[0]
    user = f"{spelling.percent(material.user_name)}:{spelling.percent(material.text)}"
    return _lines((f"{scheme}://{user}@{_host(material.organization_url)}",))


def _credential(material: Material, password: str) -> tuple[str, ...]:
    scheme = material.organization_url.partition("://")[0]
    return (
        f"protocol={scheme}",
        f"host={_host(material.organization_url)}",
        f"username={spelling.git_credential(material.user_name)}",
        f"password={password}",
    )


# -- packages ---------------------------------------------------------------------------------------------------------


def pip_conf(material: Material) -> str:
    return _lines(("[global]", f"index-url = {_pip_url(material)}"))


def npmrc(material: Material) -> str:
    """The lines of Microsoft's docs, "Connect your npm project to Azure Artifacts"; the password in base64."""
    feed = f"//{material.feeds_url.partition('://')[2]}/_packaging/FEED/npm"
    password = spelling.base64_of(material.text)
    lines = ["; begin auth token"]
    for place in (f"{feed}/registry/", f"{feed}/"):
        lines += [
            f"{place}:username={spelling.env_file(material.user_name)}",
            f"{place}:_password={password}",
            f"{place}:email=npm requires email to be set but doesn't use the value",
        ]
    return _lines((*lines, "; end auth token"))


def nuget_config(material: Material) -> str:
    source = f"{material.feeds_url}/_packaging/FEED/nuget/v3/index.json"
    return _lines(
        (
            '<?xml version="1.0" encoding="utf-8"?>',
            "<configuration>",
            "  <packageSources>",
            f'    <add key="FEED" value="{spelling.nuget(source)}" />',
            "  </packageSources>",
            "  <packageSourceCredentials>",
            "    <FEED>",
            f'      <add key="Username" value="{spelling.nuget(material.user_name)}" />',
            f'      <add key="ClearTextPassword" value="{spelling.nuget(material.text)}" />',
            "    </FEED>",
            "  </packageSourceCredentials>",
            "</configuration>",
        )
    )


def maven_settings(material: Material) -> str:
    return _lines(
        (
            "<settings>",
            "  <servers>",
            "    <server>",
            "      <id>FEED</id>",
            f"      <username>{spelling.maven(material.user_name)}</username>",
            f"      <password>{spelling.maven(material.text)}</password>",
            "    </server>",
            "  </servers>",
            "</settings>",
        )
    )


# -- containers -------------------------------------------------------------------------------------------------------

_BUILD_SECRET = "id=azure-devops-token,env=AZURE_DEVOPS_EXT_PAT"  # docker's docs, Build secrets: by its name only


def docker_build_in_shell(material: Material) -> str:
    return f"{in_shell(azure_cli)(material)}\ndocker build --secret {_BUILD_SECRET} ."


def docker_build_in_powershell(material: Material) -> str:
    return f"{in_powershell(azure_cli)(material)}\ndocker build --secret '{_BUILD_SECRET}' ."


def kubernetes_token(material: Material) -> str:
    return _kubernetes({"organization-url": material.organization_url, "token": material.text})


def kubernetes_app(material: Material) -> str:
    return _kubernetes(
        {
            "organization-url": material.organization_url,
            "tenant-id": material.tenant_id,
            "client-id": material.profile.client_id,
            "client-secret": material.text,
        }
    )


def _kubernetes(entries: Mapping[str, str]) -> str:
    """Everything in base64 under `data` (Kubernetes docs, Secrets); in quotes, for YAML takes some base64 for a
    number."""
    return _lines(
        (
            "apiVersion: v1",
            "kind: Secret",
            "metadata:",
            "  name: azure-devops",
            "type: Opaque",
            "data:",
            *(f'  {name}: "{spelling.base64_of(text)}"' for name, text in entries.items()),
        )
    )


# -- pieces -----------------------------------------------------------------------------------------------------------


def _host(url: str) -> str:
    """Host and port."""
    return url.partition("://")[2].partition("/")[0]


def _lines(lines: Iterable[str]) -> str:
    """Without a line break at the end: pasted into a shell, the last line waits for Enter."""
    return "\n".join(lines)
