"""Azure DevOps' REST API 7.1, as far as proving a connection and reporting on it need it.

A credential is only ever sent to a host of the connection's own cloud. Requests follow Microsoft's published
specification (MicrosoftDocs/vsts-rest-api-specs, 7.1); answers are judged in azure_answers.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import Cloud, origin_of
from desktop_app.core.credential import AccessToken
from desktop_app.core.permissions import Area, Namespace
from desktop_app.core.ports import (
    Clock,
    EmptyAnswer,
    Exchange,
    HttpSession,
    Identity,
    OrganizationTenant,
    Project,
    Response,
    Right,
    Timeout,
)
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.redact import quotable
from desktop_app.infra.azure_answers import (
    ANONYMOUS_IDS,
    Question,
    facts_of,
    json_object,
    name_in,
    problem_of,
    secrets_of,
)
from desktop_app.infra.azure_permissions import PermissionRequests
from desktop_app.infra.azure_requests import API_VERSION, AzureRequests, unexpected, url_of, values_of
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.pace import Pace

CONNECTION_DATA_VERSION = "7.1-preview.1"  # the resource never left preview; plain 7.1 answers 400
TEAMS_VERSION = "7.1-preview.3"

PROJECTS_PER_PAGE = 100
MAX_PROJECT_PAGES = 100
"""Ten times the number of projects that an organization may have (Azure DevOps docs, work tracking limits)."""
MAX_ORGANIZATIONS = 1_000
MAX_LIST_S = 300.0
"""For all pages of a list together: each page alone may take as long as any request."""

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_AUTHORIZATION_URI = re.compile(rf"authorization_uri=\"?https://[^\s,\"]+/({_GUID.pattern})")
_NO_TENANT = "00000000-0000-0000-0000-000000000000"


class AzureDevOpsRest:
    """Implements the port AzureDevOps; safe from any thread."""

    def __init__(
        self,
        http: HttpSession,
        timeout: Timeout | None = None,
        *,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._requests = AzureRequests(http, timeout or Timeout(), clock or SystemClock(), pace or Pace())

    def watched(self, on_exchange: Callable[[Exchange], None]) -> AzureDevOpsRest:
        """The same way out, at the same pace."""
        return self._by(self._requests.watched(on_exchange))

    def until(self, cancel: Cancel) -> AzureDevOpsRest:
        """As above."""
        return self._by(self._requests.until(cancel))

    @staticmethod
    def _by(requests: AzureRequests) -> AzureDevOpsRest:
        copy = AzureDevOpsRest.__new__(AzureDevOpsRest)
        copy._requests = requests
        return copy

    def organization_tenant(self, cloud: Cloud, organization: str) -> OrganizationTenant:
        """Asked without a credential: whatever the status below 500, the headers tell the tenant.

        `WWW-Authenticate: Bearer authorization_uri=…/{tenant}`, else `X-VSS-ResourceTenant`, all zero for an
        organization on personal accounts (as Git Credential Manager reads them).
        """
        question = Question(cloud, organization, url_of(cloud.devops, organization))
        return self._requests.ask(question, _tenant, "HEAD")

    def identity(self, cloud: Cloud, organization: str, token: AccessToken) -> Identity:
        """Who Azure DevOps sees behind `token`; works with any scope."""
        url = url_of(cloud.devops, organization, "_apis", "connectionData", **{"api-version": CONNECTION_DATA_VERSION})
        question = Question(cloud, organization, url, token)
        return self._requests.ask(question, _identity)

    def projects(self, cloud: Cloud, organization: str, token: AccessToken) -> tuple[Project, ...]:
        """All projects the identity can see, page by page."""
        found: list[Project] = []
        seen: set[str] = set()
        following, ends = "", self._requests.clock.monotonic() + MAX_LIST_S
        while True:
            query = {"api-version": API_VERSION, "stateFilter": "wellFormed", "$top": str(PROJECTS_PER_PAGE)}
            if following:
                query["continuationToken"] = following
            url = url_of(cloud.devops, organization, "_apis", "projects", **query)
            question = Question(cloud, organization, url, token, ("vso.project", "vso.profile"))
            page, following = self._requests.ask(question, lambda response, asked: _page(response, asked, seen))
            found += page
            if not following:
                return tuple(found)
            seen.add(following)
            if self._requests.clock.monotonic() > ends:
                raise ConnectionProblem(
                    Problem.ANSWER_TOO_SLOW, {"host": origin_of(url)[0], "limit_s": f"{MAX_LIST_S:g}"}
                )

    def count_variable_groups(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        url = url_of(
            *(cloud.devops, organization, project.id, "_apis", "distributedtask", "variablegroups"),
            **{"api-version": API_VERSION, "$top": "1"},
        )
        return self._count(Question(cloud, organization, url, token, ("vso.variablegroups_read",), in_project=True))

    def count_release_definitions(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        url = url_of(
            *(cloud.release, organization, project.id, "_apis", "release", "definitions"),
            **{"api-version": API_VERSION, "$top": "1"},
        )
        return self._count(Question(cloud, organization, url, token, ("vso.release",), in_project=True))

    def count_service_connections(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        url = url_of(
            *(cloud.devops, organization, project.id, "_apis", "serviceendpoint", "endpoints"),
            **{"api-version": API_VERSION},
        )
        return self._count(Question(cloud, organization, url, token, ("vso.serviceendpoint",), in_project=True))

    def count_teams(self, cloud: Cloud, organization: str, token: AccessToken) -> int:
        query = {"api-version": TEAMS_VERSION, "$top": "1"}
        url = url_of(cloud.devops, organization, "_apis", "teams", **query)
        return self._count(Question(cloud, organization, url, token, ("vso.project",)))

    def _count(self, question: Question) -> int:
        return len(self._requests.ask(question, values_of))

    # -- for a permission report --------------------------------------------------------------------------------------

    def probe_scope(self, cloud: Cloud, organization: str, project: Project, scope: str, token: AccessToken) -> None:
        PermissionRequests(self._requests, cloud, organization, token).probe_scope(project, scope)

    def security_bits(
        self, cloud: Cloud, organization: str, namespace: Namespace, token: AccessToken
    ) -> Mapping[str, int]:
        return PermissionRequests(self._requests, cloud, organization, token).security_bits(namespace)

    def may(
        self, cloud: Cloud, organization: str, right: Right, projects: Sequence[Project], token: AccessToken
    ) -> tuple[bool, ...]:
        return PermissionRequests(self._requests, cloud, organization, token).may(right, projects)

    def ask_with_empty_body(
        self, cloud: Cloud, organization: str, project: Project, area: Area, token: AccessToken
    ) -> EmptyAnswer:
        return PermissionRequests(self._requests, cloud, organization, token).ask_with_empty_body(project, area)

    # -- for a person -------------------------------------------------------------------------------------------------

    def organizations(self, cloud: Cloud, token: AccessToken) -> tuple[str, ...]:
        """First the person's id, then the organizations of that id; the addresses these are told with are only read."""
        version = {"api-version": API_VERSION}
        profile_url = url_of(cloud.profile, "_apis", "profile", "profiles", "me", **version)
        member = self._requests.ask(Question(cloud, "", profile_url, token, ("vso.profile",)), _member_id)
        accounts_url = url_of(cloud.profile, "_apis", "accounts", memberId=member, **version)
        names = set(self._requests.ask(Question(cloud, "", accounts_url, token, ("vso.profile",)), _names)) - {""}
        return tuple(sorted(names, key=lambda name: (name.casefold(), name))[:MAX_ORGANIZATIONS])


def _tenant(response: Response, question: Question) -> OrganizationTenant:
    if response.status in {404, 429} or response.status >= 500:
        raise problem_of(response, question)
    resource_tenant = response.headers.get("x-vss-resourcetenant", "").strip()
    challenged = _AUTHORIZATION_URI.search(response.headers.get("www-authenticate", ""))
    if challenged and challenged[1] != _NO_TENANT:
        return OrganizationTenant(challenged[1].lower())
    if resource_tenant == _NO_TENANT or challenged:
        return OrganizationTenant("", personal=True)
    return OrganizationTenant(resource_tenant.lower() if _GUID.fullmatch(resource_tenant) else "")


def _page(response: Response, question: Question, seen: set[str]) -> tuple[list[Project], str]:
    """The projects of one page, and the token of the next one; `seen` are the tokens of those before."""
    items = values_of(response, question)
    if len(items) > MAX_PROJECT_PAGES * PROJECTS_PER_PAGE:
        raise unexpected(response, question, "far more projects than were asked for")
    projects = [_project(item, response, question) for item in items]
    following = response.headers.get("x-ms-continuationtoken", "")
    if following and (following in seen or len(seen) + 1 >= MAX_PROJECT_PAGES):
        raise unexpected(response, question, "the pages of the project list do not end")
    return projects, following


def _project(item: Any, response: Response, question: Question) -> Project:  # JSON has no static type
    if isinstance(item, dict):
        id, name = item.get("id"), name_in(item, "name", question)
        if isinstance(id, str) and _GUID.fullmatch(id) and name:
            return Project(id, name)
    raise unexpected(response, question, "a project without id and name")


def _identity(response: Response, question: Question) -> Identity:
    """Azure DevOps answers 200 for nobody too, where an organization has public projects."""
    answer = json_object(response, question)
    user, authorized = answer.get("authenticatedUser"), answer.get("authorizedUser")
    if not isinstance(user, dict):
        raise unexpected(response, question, "connectionData without a user")
    user_id = _text(user, "id")
    descriptor = name_in(user, "descriptor", question) or name_in(user, "subjectDescriptor", question)
    name = name_in(user, "customDisplayName", question) or name_in(user, "providerDisplayName", question)
    someone_else = isinstance(authorized, dict) and _text(authorized, "id").lower() != user_id.lower()
    if (
        not user_id
        or user_id.lower() in ANONYMOUS_IDS
        or descriptor.startswith("System:PublicAccess;")
        or name == "Anonymous"
        or someone_else
    ):
        raise ConnectionProblem(Problem.CREDENTIAL_ANONYMOUS, facts_of(response, question))
    principal = "AadServicePrincipal" in descriptor.split(";")[0]
    return Identity(
        id=name_in(user, "id", question),
        display_name=name,
        username=_account(user, question) or re.split(r"[;\\]", descriptor)[-1],
        descriptor=descriptor,
        is_service_principal=principal or _text(user, "subjectDescriptor").startswith("aadsp."),
    )


def _account(user: dict[str, Any], question: Question) -> str:
    properties = user.get("properties")
    account = properties.get("Account") if isinstance(properties, dict) else None
    return name_in(account, "$value", question) if isinstance(account, dict) else ""


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _member_id(response: Response, question: Question) -> str:
    id = _text(json_object(response, question), "id")
    if not _GUID.fullmatch(id):
        raise unexpected(response, question, "a profile without an id")
    return id


def _names(response: Response, question: Question) -> list[str]:
    return [
        quotable(_organization_name(account), secrets=secrets_of(question)) for account in values_of(response, question)
    ]


def _organization_name(account: Any) -> str:  # JSON has no static type
    """Its name, else the first step of its address ("https://vssps.dev.azure.com/Fabrikam/"); empty if neither is
    told."""
    if not isinstance(account, dict):
        return ""
    if name := _text(account, "accountName").strip():
        return name
    try:
        steps = [step for step in urlsplit(_text(account, "accountUri")).path.split("/") if step]
    except ValueError:
        return ""
    return unquote(steps[0]) if steps else ""
