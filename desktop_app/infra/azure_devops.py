"""Azure DevOps' REST API 7.1, as far as checking a connection needs it: reads only.

A credential is only ever sent to a host of the connection's own cloud. Requests follow Microsoft's published
specification (MicrosoftDocs/vsts-rest-api-specs, 7.1); answers are judged in azure_answers.py.
"""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import quote, urlencode

from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, Scheme
from desktop_app.core.ports import (
    HttpSession,
    Identity,
    OrganizationTenant,
    Project,
    Request,
    Response,
    Timeout,
)
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_answers import ANONYMOUS_IDS, Question, facts_of, json_object, problem_of

API_VERSION = "7.1"
CONNECTION_DATA_VERSION = "7.1-preview.1"  # the resource never left preview; plain 7.1 answers 400

PROJECTS_PER_PAGE = 100
MAX_PROJECT_PAGES = 100
"""Ten times the number of projects that an organization may have (Azure DevOps docs, work tracking limits)."""

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_AUTHORIZATION_URI = re.compile(rf"authorization_uri=\"?https://[^\s,\"]+/({_GUID.pattern})")
_NO_TENANT = "00000000-0000-0000-0000-000000000000"


class AzureDevOpsRest:
    """Implements the port AzureDevOps; safe from any thread."""

    def __init__(self, http: HttpSession, timeout: Timeout | None = None) -> None:
        self._http = http
        self._timeout = timeout or Timeout()

    def organization_tenant(self, cloud: Cloud, organization: str) -> OrganizationTenant:
        """Asked without a credential: whatever the status below 500, the headers tell the tenant.

        `WWW-Authenticate: Bearer authorization_uri=…/{tenant}`, else `X-VSS-ResourceTenant`, all zero for an
        organization on personal accounts (as Git Credential Manager reads them).
        """
        question = Question(cloud, organization, _url(cloud.devops, organization))
        response = self._send("HEAD", question)
        if response.status in {404, 429} or response.status >= 500:
            raise problem_of(response, question)
        resource_tenant = response.headers.get("x-vss-resourcetenant", "").strip()
        challenged = _AUTHORIZATION_URI.search(response.headers.get("www-authenticate", ""))
        if challenged and challenged[1] != _NO_TENANT:
            return OrganizationTenant(challenged[1].lower())
        if resource_tenant == _NO_TENANT or challenged:
            return OrganizationTenant("", personal=True)
        return OrganizationTenant(resource_tenant.lower() if _GUID.fullmatch(resource_tenant) else "")

    def identity(self, cloud: Cloud, organization: str, token: AccessToken) -> Identity:
        """Who Azure DevOps sees behind `token`; works with any scope."""
        url = _url(cloud.devops, organization, "_apis", "connectionData", **{"api-version": CONNECTION_DATA_VERSION})
        question = Question(cloud, organization, url, token)
        response = self._send("GET", question)
        return _identity(json_object(response, question), response, question)

    def projects(self, cloud: Cloud, organization: str, token: AccessToken) -> tuple[Project, ...]:
        """All projects the identity can see, page by page."""
        found: list[Project] = []
        seen: set[str] = set()
        following = ""
        while True:
            query = {"api-version": API_VERSION, "stateFilter": "wellFormed", "$top": str(PROJECTS_PER_PAGE)}
            if following:
                query["continuationToken"] = following
            url = _url(cloud.devops, organization, "_apis", "projects", **query)
            question = Question(cloud, organization, url, token, ("vso.project", "vso.profile"))
            response = self._send("GET", question)
            found += [_project(item, response, question) for item in _values(response, question)]
            following = response.headers.get("x-ms-continuationtoken", "")
            if not following:
                return tuple(found)
            if following in seen or len(seen) + 1 >= MAX_PROJECT_PAGES:
                raise _unexpected(response, question, "the pages of the project list do not end")
            seen.add(following)

    def count_variable_groups(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        url = _url(
            *(cloud.devops, organization, project.id, "_apis", "distributedtask", "variablegroups"),
            **{"api-version": API_VERSION, "$top": "1"},
        )
        return self._count(Question(cloud, organization, url, token, ("vso.variablegroups_read",), in_project=True))

    def count_release_definitions(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        url = _url(
            *(cloud.release, organization, project.id, "_apis", "release", "definitions"),
            **{"api-version": API_VERSION, "$top": "1"},
        )
        return self._count(Question(cloud, organization, url, token, ("vso.release",), in_project=True))

    def count_service_connections(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        url = _url(
            *(cloud.devops, organization, project.id, "_apis", "serviceendpoint", "endpoints"),
            **{"api-version": API_VERSION},
        )
        return self._count(Question(cloud, organization, url, token, ("vso.serviceendpoint",), in_project=True))

    def _count(self, question: Question) -> int:
        return len(_values(self._send("GET", question), question))

    def _send(self, method: str, question: Question) -> Response:
        """Raises ValueError rather than send a credential to a host that is not the cloud's."""
        headers = {"Accept": "application/json", "X-TFS-FedAuthRedirect": "Suppress"}
        if question.token is not None:
            if not question.cloud.owns(question.url):
                raise ValueError("a credential is sent to its own cloud only")
            headers["Authorization"] = authorization(question.token)
        try:
            return self._http.send(Request(method, question.url, self._timeout, headers))
        except ConnectionProblem as failure:
            raise failure.with_facts(organization=question.organization) from failure.__cause__


def authorization(token: AccessToken) -> str:
    """The Authorization header's value. It is a secret."""
    if token.scheme is Scheme.BASIC:  # any user name will do (Azure DevOps docs, use personal access tokens)
        return "Basic " + base64.b64encode(f":{token.value.reveal()}".encode()).decode("ascii")
    return f"{token.scheme} {token.value.reveal()}"


def _url(base: str, *steps: str, **query: str) -> str:
    path = "".join(f"/{quote(step, safe='')}" for step in steps)
    return base + path + (f"?{urlencode(query, safe='$')}" if query else "")


def _values(response: Response, question: Question) -> list[Any]:  # JSON has no static type
    values = json_object(response, question).get("value")
    if not isinstance(values, list):
        raise _unexpected(response, question, "a list without values")
    return values


def _project(item: Any, response: Response, question: Question) -> Project:  # JSON has no static type
    if isinstance(item, dict):
        match item.get("id"), item.get("name"):
            case str(id), str(name) if _GUID.fullmatch(id) and name:
                return Project(id, name)
    raise _unexpected(response, question, "a project without id and name")


def _identity(answer: dict[str, Any], response: Response, question: Question) -> Identity:
    """Azure DevOps answers 200 for nobody too, where an organization has public projects."""
    user, authorized = answer.get("authenticatedUser"), answer.get("authorizedUser")
    if not isinstance(user, dict):
        raise _unexpected(response, question, "connectionData without a user")
    user_id = _text(user, "id")
    descriptor = _text(user, "descriptor") or _text(user, "subjectDescriptor")
    name = _text(user, "customDisplayName") or _text(user, "providerDisplayName")
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
        id=user_id,
        display_name=name,
        username=_account(user) or re.split(r"[;\\]", descriptor)[-1],
        descriptor=descriptor,
        is_service_principal=principal or _text(user, "subjectDescriptor").startswith("aadsp."),
    )


def _account(user: dict[str, Any]) -> str:
    properties = user.get("properties")
    account = properties.get("Account") if isinstance(properties, dict) else None
    return _text(account, "$value") if isinstance(account, dict) else ""


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _unexpected(response: Response, question: Question, what: str) -> ConnectionProblem:
    return ConnectionProblem(Problem.DEVOPS_UNEXPECTED, {**facts_of(response, question), "detail": what})
