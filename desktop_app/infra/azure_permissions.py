"""What Azure DevOps is asked for a permission report: namespaces, rights, scopes, and the empty request.

Paths and scopes follow Microsoft's published specification (MicrosoftDocs/vsts-rest-api-specs, 7.1). Everything here
reads, but for `ask_with_empty_body`, from which nothing can come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken
from desktop_app.core.permissions import Area, Namespace
from desktop_app.core.ports import EmptyAnswer, Project, Response, Right
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_answers import Question, facts_of, name_in, problem_of
from desktop_app.infra.azure_requests import API_VERSION, AzureRequests, unexpected, url_of, values_of

T = TypeVar("T")

MAX_URL = 2_000
"""Characters of a URL that every proxy and server on the way takes."""

_UNKNOWN_NAMESPACE = "InvalidSecurityNamespaceException"
_SAFE = "$:/,"  # RFC 3986 section 3.4 leaves them as they are in a query: more rights fit into one request

# A read that any token with the scope may make: (base, path inside the organization or project, version, in a project).
_READS: dict[str, tuple[str, tuple[str, ...], str, bool]] = {
    "vso.code": ("devops", ("git", "repositories"), API_VERSION, True),
    "vso.build": ("devops", ("build", "definitions"), API_VERSION, True),
    "vso.work": ("devops", ("wit", "workitemtypes"), API_VERSION, True),
    "vso.wiki": ("devops", ("wiki", "wikis"), API_VERSION, True),
    "vso.agentpools": ("devops", ("distributedtask", "pools"), API_VERSION, False),
    "vso.taskgroups_read": ("devops", ("distributedtask", "taskgroups"), API_VERSION, True),
    "vso.securefiles_read": ("devops", ("distributedtask", "securefiles"), "7.1-preview.1", True),
    "vso.graph": ("identity", ("graph", "users"), "7.1-preview.1", False),
}
_VERSION = {"api-version": API_VERSION}
_WITH_PAGE_SIZE = frozenset({"vso.build", "vso.taskgroups_read"})


@dataclass(frozen=True, slots=True)
class PermissionRequests:
    """What one token is asked about at one organization."""

    requests: AzureRequests
    cloud: Cloud
    organization: str
    token: AccessToken

    def probe_scope(self, project: Project, scope: str) -> None:
        """One read that `scope` lets through. Raises KeyError for a scope that is not in READABLE_SCOPES."""
        base, path, version, in_project = _READS[scope]
        query = {"api-version": version, **({"$top": "1"} if scope in _WITH_PAGE_SIZE else {})}
        steps = (self.organization, *((project.id,) if in_project else ()), "_apis", *path)
        url = url_of(getattr(self.cloud, base), *steps, **query)
        self.requests.ask(self._question(url, scope, in_project=in_project), values_of)

    def security_bits(self, namespace: Namespace) -> Mapping[str, int]:
        """The bit of each action of a namespace, by name; actions without name or bit are left out."""

        def ask(base: str) -> Mapping[str, int]:
            steps = (base, self.organization, "_apis", "securitynamespaces", namespace.value)
            return self.requests.ask(self._question(url_of(*steps, **_VERSION)), _bits)

        return self._where_known(namespace, ask)

    def may(self, right: Right, projects: Sequence[Project]) -> tuple[bool, ...]:
        """Whether the account has `right`, for each of `projects`; several requests where one URL would be too long."""

        def ask(base: str) -> tuple[bool, ...]:
            found: list[bool] = []
            for url, size in _permission_urls(base, self.organization, right, projects):
                found += self.requests.ask(self._question(url), _reads_verdicts(size))
            return tuple(found)

        return self._where_known(right.namespace, ask)

    def ask_with_empty_body(self, project: Project, area: Area) -> EmptyAnswer:
        """POST `{}`. What has no name, variables or stages is refused, so nothing is made; never sent again.

        Needs vso.variablegroups_manage or vso.release_execute. Raises ValueError for any other area.
        """
        match area:
            case Area.VARIABLE_GROUPS:
                scope, steps = "vso.variablegroups_manage", (self.cloud.devops, self.organization)
                path: tuple[str, ...] = ("_apis", "distributedtask", "variablegroups")
            case Area.RELEASES:
                scope, steps = "vso.release_execute", (self.cloud.release, self.organization)
                path = (project.id, "_apis", "release", "definitions")
            case _:
                raise ValueError(f"nothing is made in the area {area}")
        question = self._question(url_of(*steps, *path, **_VERSION), scope, in_project=area is Area.RELEASES)
        try:
            return self.requests.ask(question, _read_refusal, "POST", b"{}")
        except ConnectionProblem as failure:
            if failure.problem is Problem.SCOPE_MISSING:
                return EmptyAnswer.REFUSED
            if failure.problem in {Problem.PERMISSION_DENIED, Problem.LICENCE_MISSING}:
                return EmptyAnswer.DENIED
            raise

    def _question(self, url: str, *scopes: str, in_project: bool = False) -> Question:
        return Question(self.cloud, self.organization, url, self.token, scopes, in_project)

    def _where_known(self, namespace: Namespace, ask: Callable[[str], T]) -> T:
        """Ask at the main host; releases live at another one, which may be the only one to know their namespace."""
        hosts = [self.cloud.devops]
        if namespace is Namespace.RELEASE_MANAGEMENT:
            hosts.append(self.cloud.release)
        failure = ConnectionProblem(Problem.API_NOT_OFFERED)
        for host in hosts:
            try:
                return ask(host)
            except ConnectionProblem as refused:
                if refused.facts.get("type_key") != _UNKNOWN_NAMESPACE:
                    raise
                failure = ConnectionProblem(Problem.API_NOT_OFFERED, refused.facts)
        raise failure


def _bits(response: Response, question: Question) -> Mapping[str, int]:
    values = values_of(response, question)
    if not values:  # for an id that is not known
        failure = unexpected(response, question, "an unknown security namespace")
        raise failure.with_facts(type_key=_UNKNOWN_NAMESPACE)
    actions = values[0].get("actions") if isinstance(values[0], dict) else None
    if not isinstance(actions, list):
        raise unexpected(response, question, "a security namespace without actions")
    bits: dict[str, int] = {}
    for action in actions:
        if isinstance(action, dict):
            name, bit = name_in(action, "name", question), action.get("bit")
            if name and type(bit) is int and bit > 0:
                bits[name] = bit
    return bits


def _reads_verdicts(size: int) -> Callable[[Response, Question], list[bool]]:
    def read(response: Response, question: Question) -> list[bool]:
        values = values_of(response, question)
        if len(values) != size or not all(isinstance(value, bool) for value in values):
            raise unexpected(response, question, "not one verdict for each project")
        return values

    return read


def _read_refusal(response: Response, question: Question) -> EmptyAnswer:
    """The one good answer is a 400 of the service's own; a 401 means the scope, a 403 the right. Raises
    ConnectionProblem for all others."""
    if 200 <= response.status < 300 and response.status != 203:
        raise ConnectionProblem(Problem.EMPTY_REQUEST_ACCEPTED, facts_of(response, question))
    problem = problem_of(response, question)
    # What comes before the scope is looked at, such as a version that is not offered, has a problem of its own.
    if response.status == 400 and response.is_json and problem.problem is Problem.DEVOPS_UNEXPECTED:
        return EmptyAnswer.LET_THROUGH
    if response.status == 401 and problem.problem is Problem.PERMISSION_DENIED:
        raise ConnectionProblem(Problem.SCOPE_MISSING, problem.facts)  # a token that tells no scopes
    raise problem


def _permission_urls(
    base: str, organization: str, right: Right, projects: Sequence[Project]
) -> Iterator[tuple[str, int]]:
    """URLs short enough, each with the number of projects that it asks about."""
    steps = (base, organization, "_apis", "permissions", right.namespace.value, str(right.bit))
    query = {"alwaysAllowAdministrators": "false", "delimiter": ",", "api-version": API_VERSION}

    def url(tokens: list[str]) -> str:
        return url_of(*steps, safe=_SAFE, tokens=",".join(tokens), **query)

    waiting: list[str] = []
    for token in (right.namespace.token(project.id) for project in projects):
        if waiting and len(url([*waiting, token])) >= MAX_URL:
            yield url(waiting), len(waiting)
            waiting = []
        waiting.append(token)
    if waiting:
        yield url(waiting), len(waiting)
