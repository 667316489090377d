"""What is asked for a permission report: the requests, and what is read from their answers."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from desktop_app.core.cloud import PUBLIC
from desktop_app.core.permissions import READABLE_SCOPES, Area, Namespace
from desktop_app.core.ports import EmptyAnswer, Exchange, Project, Response, Right
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.azure_permissions import MAX_URL
from tests.fakes.http import ScriptedHttp, empty_answer, html_answer, json_answer
from tests.unit.infra.azure import APP, EVERYTHING, PAT, PROJECT, SIGN_IN, error

ORG = "https://dev.azure.com/contoso/_apis"
IN_PROJECT = f"https://dev.azure.com/contoso/{PROJECT.id}/_apis"
UNKNOWN = error(404, "The security namespace does not exist.", "InvalidSecurityNamespaceException")


def problem_of(ask: Callable[[], object]) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as caught:
        ask()
    return caught.value


def namespace(*actions: object) -> Response:
    return json_answer({"count": 1, "value": [{"namespaceId": "x", "actions": list(actions)}]})


def verdicts(*values: object) -> Response:
    return json_answer({"count": len(values), "value": list(values)})


# --- what is sent


@pytest.mark.parametrize(
    ("scope", "url"),
    [
        ("vso.code", f"{IN_PROJECT}/git/repositories?api-version=7.1"),
        ("vso.build", f"{IN_PROJECT}/build/definitions?api-version=7.1&$top=1"),
        ("vso.work", f"{IN_PROJECT}/wit/workitemtypes?api-version=7.1"),
        ("vso.wiki", f"{IN_PROJECT}/wiki/wikis?api-version=7.1"),
        ("vso.agentpools", f"{ORG}/distributedtask/pools?api-version=7.1"),
        ("vso.taskgroups_read", f"{IN_PROJECT}/distributedtask/taskgroups?api-version=7.1&$top=1"),
        ("vso.securefiles_read", f"{IN_PROJECT}/distributedtask/securefiles?api-version=7.1-preview.1"),
        ("vso.graph", "https://vssps.dev.azure.com/contoso/_apis/graph/users?api-version=7.1-preview.1"),
    ],
)
def test_each_scope_is_tried_by_one_read(scope: str, url: str) -> None:
    http = ScriptedHttp(json_answer({"count": 0, "value": []}))

    AzureDevOpsRest(http).probe_scope(PUBLIC, "contoso", PROJECT, scope, PAT)

    assert [(request.method, request.url) for request in http.requests] == [("GET", url)]


@pytest.mark.parametrize("scope", READABLE_SCOPES)
def test_a_scope_that_is_not_there_is_told_by_its_name(scope: str) -> None:
    devops = AzureDevOpsRest(ScriptedHttp(empty_answer(401)))

    failure = problem_of(lambda: devops.probe_scope(PUBLIC, "contoso", PROJECT, scope, PAT))

    assert (failure.problem, failure.facts["scope"]) == (Problem.SCOPE_MISSING, scope)


def test_teams_namespaces_and_rights_are_asked_by_the_published_specification() -> None:
    http = ScriptedHttp(verdicts(), namespace({"bit": 4, "name": "Create"}), verdicts(True))
    devops = AzureDevOpsRest(http)

    devops.count_teams(PUBLIC, "contoso", PAT)
    devops.security_bits(PUBLIC, "contoso", Namespace.LIBRARY, PAT)
    devops.may(PUBLIC, "contoso", Right(Namespace.LIBRARY, 4), (PROJECT,), PAT)

    assert [(request.method, request.url) for request in http.requests] == [
        ("GET", f"{ORG}/teams?api-version=7.1-preview.3&$top=1"),
        ("GET", f"{ORG}/securitynamespaces/{Namespace.LIBRARY}?api-version=7.1"),
        (
            "GET",
            f"{ORG}/permissions/{Namespace.LIBRARY}/4?tokens=Library/{PROJECT.id}"
            "&alwaysAllowAdministrators=false&delimiter=,&api-version=7.1",
        ),
    ]


@pytest.mark.parametrize("of", Namespace)
def test_many_projects_are_asked_about_in_urls_that_are_short_enough(of: Namespace) -> None:
    projects = [Project(str(UUID(int=number)), f"Project {number}") for number in range(50)]

    class Evaluating(ScriptedHttp):
        def send(self, request: object) -> Response:
            self.requests.append(request)  # type: ignore[arg-type]
            tokens = parse_qs(urlsplit(self.requests[-1].url).query)["tokens"][0].split(",")
            return verdicts(*(token.endswith(("0", "3")) for token in tokens))

    http = Evaluating()
    allowed = AzureDevOpsRest(http).may(PUBLIC, "contoso", Right(of, 4), projects, PAT)

    asked = [parse_qs(urlsplit(request.url).query)["tokens"][0] for request in http.requests]
    assert ",".join(asked).split(",") == [of.token(project.id) for project in projects]
    assert max(len(request.url) for request in http.requests) < MAX_URL
    assert len(http.requests) <= 3
    assert list(allowed) == [project.id.endswith(("0", "3")) for project in projects]


def test_no_project_needs_no_request() -> None:
    http = ScriptedHttp()

    assert AzureDevOpsRest(http).may(PUBLIC, "contoso", Right(Namespace.LIBRARY, 1), (), PAT) == ()
    assert http.requests == []


# --- bits and rights


def test_bits_are_read_by_the_names_of_the_actions() -> None:
    answer = namespace({"bit": 1, "name": "View"}, {"bit": 4, "name": "Create", "displayName": None})

    bits = AzureDevOpsRest(ScriptedHttp(answer)).security_bits(PUBLIC, "contoso", Namespace.LIBRARY, PAT)

    assert bits == {"View": 1, "Create": 4}


@pytest.mark.parametrize(
    "action",
    [
        *(None, "View", [], {}, {"name": "View"}, {"bit": 1}, {"bit": 1, "name": ""}),
        *({"bit": bit, "name": "View"} for bit in (None, "1", True, 0, -1, 1.0)),
    ],
)
def test_an_action_without_name_or_bit_is_left_out(action: object) -> None:
    answer = namespace(action, {"bit": 2, "name": "Administer"})

    bits = AzureDevOpsRest(ScriptedHttp(answer)).security_bits(PUBLIC, "contoso", Namespace.LIBRARY, PAT)

    assert bits == {"Administer": 2}


@pytest.mark.parametrize("value", [None, {}, [None], ["x"], [{}], [{"actions": None}], [{"actions": "View"}]])
def test_a_namespace_of_another_shape_is_a_problem(value: object) -> None:
    devops = AzureDevOpsRest(ScriptedHttp(json_answer({"value": value})))

    failure = problem_of(lambda: devops.security_bits(PUBLIC, "contoso", Namespace.LIBRARY, PAT))

    assert failure.problem is Problem.ANSWER_NOT_UNDERSTOOD


@pytest.mark.parametrize("values", [[], [True, True], [None], ["true"], [1], [{"value": True}]])
def test_rights_of_another_shape_are_a_problem(values: list[object]) -> None:
    devops = AzureDevOpsRest(ScriptedHttp(verdicts(*values)))

    failure = problem_of(lambda: devops.may(PUBLIC, "contoso", Right(Namespace.LIBRARY, 1), (PROJECT,), PAT))

    assert failure.problem is Problem.ANSWER_NOT_UNDERSTOOD


@pytest.mark.parametrize("unknown", [UNKNOWN, verdicts()], ids=["404", "empty list"])
def test_the_namespace_of_releases_is_looked_for_at_their_own_host_once(unknown: Response) -> None:
    http = ScriptedHttp(unknown, namespace({"bit": 1, "name": "ViewReleases"}))

    bits = AzureDevOpsRest(http).security_bits(PUBLIC, "contoso", Namespace.RELEASE_MANAGEMENT, PAT)

    assert bits == {"ViewReleases": 1}
    hosts = [urlsplit(request.url).hostname for request in http.requests]
    assert hosts == ["dev.azure.com", "vsrm.dev.azure.com"]


def test_rights_on_releases_are_looked_for_there_too() -> None:
    http = ScriptedHttp(UNKNOWN, verdicts(True))

    right = Right(Namespace.RELEASE_MANAGEMENT, 64)

    assert AzureDevOpsRest(http).may(PUBLIC, "contoso", right, (PROJECT,), PAT) == (True,)


@pytest.mark.parametrize(("of", "requests"), [(Namespace.RELEASE_MANAGEMENT, 2), (Namespace.LIBRARY, 1)])
def test_a_namespace_that_nobody_knows_is_a_problem_of_its_own(of: Namespace, requests: int) -> None:
    http = ScriptedHttp(*[UNKNOWN] * requests)
    devops = AzureDevOpsRest(http)

    failure = problem_of(lambda: devops.security_bits(PUBLIC, "contoso", of, PAT))

    assert failure.problem is Problem.API_NOT_OFFERED
    assert len(http.requests) == requests


def test_another_failure_is_not_asked_elsewhere() -> None:
    http = ScriptedHttp(empty_answer(503))

    failure = problem_of(
        lambda: AzureDevOpsRest(http).security_bits(PUBLIC, "contoso", Namespace.RELEASE_MANAGEMENT, PAT)
    )

    assert failure.problem is Problem.SERVICE_UNAVAILABLE


# --- the empty request


def empty_request(answer: Response | ConnectionProblem, area: Area = Area.VARIABLE_GROUPS) -> EmptyAnswer:
    return AzureDevOpsRest(ScriptedHttp(answer)).ask_with_empty_body(PUBLIC, "contoso", PROJECT, area, PAT)


@pytest.mark.parametrize(
    ("area", "url"),
    [
        (Area.VARIABLE_GROUPS, f"{ORG}/distributedtask/variablegroups?api-version=7.1"),
        (Area.RELEASES, f"https://vsrm.dev.azure.com/contoso/{PROJECT.id}/_apis/release/definitions?api-version=7.1"),
    ],
)
def test_an_empty_object_is_posted_where_something_would_be_made(area: Area, url: str) -> None:
    http = ScriptedHttp(error(400, "A name is missing.", "InvalidRequestException"))

    AzureDevOpsRest(http).ask_with_empty_body(PUBLIC, "contoso", PROJECT, area, PAT)

    [request] = http.requests
    assert (request.method, request.url, request.body) == ("POST", url, b"{}")
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("area", [Area.PROJECTS, Area.SERVICE_CONNECTIONS])
def test_nothing_is_posted_anywhere_else(area: Area) -> None:
    http = ScriptedHttp()

    with pytest.raises(ValueError, match="nothing is made"):
        AzureDevOpsRest(http).ask_with_empty_body(PUBLIC, "contoso", PROJECT, area, PAT)

    assert http.requests == []


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (error(400, "A name is missing."), EmptyAnswer.LET_THROUGH),
        (error(403, "Access Denied: needs Create.", "AccessCheckException"), EmptyAnswer.DENIED),
        (empty_answer(401), EmptyAnswer.REFUSED),
    ],
)
def test_the_refusal_tells_what_was_let_through(answer: Response, meaning: EmptyAnswer) -> None:
    assert empty_request(answer) is meaning


@pytest.mark.parametrize("token", [SIGN_IN, EVERYTHING, APP])
def test_an_empty_401_is_a_refusal_whatever_the_token(token: object) -> None:
    devops = AzureDevOpsRest(ScriptedHttp(empty_answer(401)))

    answer = devops.ask_with_empty_body(PUBLIC, "contoso", PROJECT, Area.RELEASES, token)  # type: ignore[arg-type]

    assert answer is EmptyAnswer.REFUSED


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (json_answer({"id": 7}), Problem.EMPTY_REQUEST_ACCEPTED),
        (json_answer({"id": 7}, 201), Problem.EMPTY_REQUEST_ACCEPTED),
        (empty_answer(204), Problem.EMPTY_REQUEST_ACCEPTED),
        (html_answer("<title>Bad request</title>", 400), Problem.DEVOPS_UNEXPECTED),
        (error(409, "There is one already."), Problem.CONFLICT),
        (error(401, "The Personal Access Token used has expired.", "AccessCheckException"), Problem.PAT_EXPIRED),
        (error(429, "TF400733: blocked"), Problem.THROTTLED),
        (error(500, "Oh"), Problem.SERVICE_UNAVAILABLE),
        (ConnectionProblem(Problem.TIMED_OUT), Problem.TIMED_OUT),
    ],
)
def test_every_other_answer_decides_nothing(answer: Response | ConnectionProblem, problem: Problem) -> None:
    assert problem_of(lambda: empty_request(answer)).problem is problem


# --- a person's organizations


PROFILE = json_answer({"displayName": "Contoso User", "id": "d6245f20-2af8-44f4-9451-8107cb2767db"})


def organizations(*accounts: object) -> tuple[str, ...]:
    return AzureDevOpsRest(ScriptedHttp(PROFILE, verdicts(*accounts))).organizations(PUBLIC, SIGN_IN)


def test_organizations_are_those_of_the_persons_own_id() -> None:
    http = ScriptedHttp(PROFILE, verdicts({"accountName": "Fabrikam"}, {"accountName": "contoso"}))

    assert AzureDevOpsRest(http).organizations(PUBLIC, SIGN_IN) == ("contoso", "Fabrikam")
    base = "https://app.vssps.visualstudio.com/_apis"
    assert [request.url for request in http.requests] == [
        f"{base}/profile/profiles/me?api-version=7.1",
        f"{base}/accounts?memberId=d6245f20-2af8-44f4-9451-8107cb2767db&api-version=7.1",
    ]


def test_a_name_is_read_from_the_address_where_it_is_not_told() -> None:
    address = "https://vssps.dev.azure.com/Fabrikam%20Inc/"

    assert organizations({"accountName": None, "accountUri": address}) == ("Fabrikam Inc",)


def test_the_address_of_an_organization_is_never_asked_for() -> None:
    http = ScriptedHttp(PROFILE, verdicts({"accountUri": "https://elsewhere.example/contoso/"}))

    assert AzureDevOpsRest(http).organizations(PUBLIC, SIGN_IN) == ("contoso",)
    assert {urlsplit(request.url).hostname for request in http.requests} == {"app.vssps.visualstudio.com"}


@pytest.mark.parametrize("account", [None, 7, "contoso", [], {}, {"accountUri": "https://[x"}, {"accountName": "  "}])
def test_an_organization_without_a_name_is_left_out(account: object) -> None:
    assert organizations(account, {"accountName": "contoso"}) == ("contoso",)


@pytest.mark.parametrize("profile", [{}, {"id": None}, {"id": "me"}, {"id": 7}])
def test_a_profile_without_an_id_is_a_problem(profile: dict[str, object]) -> None:
    devops = AzureDevOpsRest(ScriptedHttp(json_answer(profile)))

    assert problem_of(lambda: devops.organizations(PUBLIC, SIGN_IN)).problem is Problem.ANSWER_NOT_UNDERSTOOD


def test_the_profile_host_gets_no_credential_of_another_cloud() -> None:
    elsewhere = replace(PUBLIC, profile="http://app.vssps.visualstudio.com")

    with pytest.raises(ValueError, match="its own cloud"):
        AzureDevOpsRest(ScriptedHttp()).organizations(elsewhere, SIGN_IN)


# --- on record


def test_every_request_is_told_with_its_outcome() -> None:
    seen: list[Exchange] = []
    answers = (verdicts(), empty_answer(401), ConnectionProblem(Problem.TIMED_OUT), error(400, "A name is missing."))
    plain = AzureDevOpsRest(ScriptedHttp(*answers))
    devops = plain.watched(seen.append)

    devops.count_teams(PUBLIC, "contoso", PAT)
    problem_of(lambda: devops.count_teams(PUBLIC, "contoso", PAT))
    problem_of(lambda: devops.count_teams(PUBLIC, "contoso", PAT))
    devops.ask_with_empty_body(PUBLIC, "contoso", PROJECT, Area.RELEASES, PAT)

    told = [(one.method, urlsplit(one.url).path, one.status, one.outcome) for one in seen]
    assert told == [
        ("GET", "/contoso/_apis/teams", 200, "ok"),
        ("GET", "/contoso/_apis/teams", 401, "scope-missing"),
        ("GET", "/contoso/_apis/teams", 0, "timed-out"),
        ("POST", f"/contoso/{PROJECT.id}/_apis/release/definitions", 400, "ok"),
    ]
    assert PAT.value.reveal() not in repr(seen)


def test_both_watchers_hear_of_a_request_and_the_unwatched_goes_unheard() -> None:
    first: list[Exchange] = []
    second: list[Exchange] = []
    plain = AzureDevOpsRest(ScriptedHttp(verdicts(), verdicts()))
    both = plain.watched(first.append).watched(second.append)

    both.count_teams(PUBLIC, "contoso", PAT)
    plain.count_teams(PUBLIC, "contoso", PAT)

    assert len(first) == 1
    assert first == second
