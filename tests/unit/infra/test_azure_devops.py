"""AzureDevOpsRest: the requests it makes and what it reads from good answers."""

import base64
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from desktop_app.core.cloud import PUBLIC
from desktop_app.core.ports import OrganizationTenant, Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_devops import MAX_PROJECT_PAGES, AzureDevOpsRest
from tests.fakes.http import ScriptedHttp, empty_answer, json_answer
from tests.unit.infra.azure import (
    APP,
    CHALLENGE,
    NOBODY,
    OBJECT_ID,
    PAT,
    PROJECT,
    SIGN_IN,
    TENANT,
    USER,
    connection_data,
    identity_from,
    identity_problem,
)

# --- what is sent


def test_every_request_asks_for_json_and_a_real_401() -> None:
    http = ScriptedHttp(empty_answer(401), connection_data(), json_answer({"value": []}))
    devops = AzureDevOpsRest(http)

    devops.organization_tenant(PUBLIC, "contoso")
    devops.identity(PUBLIC, "contoso", PAT)
    devops.projects(PUBLIC, "contoso", PAT)

    for request in http.requests:
        assert request.headers["Accept"] == "application/json"
        assert request.headers["X-TFS-FedAuthRedirect"] == "Suppress"


def test_pat_goes_as_basic_with_an_empty_user_name_and_a_token_as_bearer() -> None:
    http = ScriptedHttp(connection_data(), connection_data())
    devops = AzureDevOpsRest(http)

    devops.identity(PUBLIC, "contoso", PAT)
    devops.identity(PUBLIC, "contoso", SIGN_IN)

    basic = base64.b64encode(f":{PAT.value.reveal()}".encode()).decode()
    sent = [request.headers["Authorization"] for request in http.requests]
    assert sent == [f"Basic {basic}", f"Bearer {SIGN_IN.value.reveal()}"]


def test_requests_follow_the_published_specification() -> None:
    http = ScriptedHttp(connection_data(), *[json_answer({"count": 0, "value": []})] * 4)
    devops = AzureDevOpsRest(http)

    devops.identity(PUBLIC, "contoso", PAT)
    devops.projects(PUBLIC, "contoso", PAT)
    devops.count_variable_groups(PUBLIC, "contoso", PROJECT, PAT)
    devops.count_release_definitions(PUBLIC, "contoso", PROJECT, PAT)
    devops.count_service_connections(PUBLIC, "contoso", PROJECT, PAT)

    assert [(request.method, request.url) for request in http.requests] == [
        ("GET", "https://dev.azure.com/contoso/_apis/connectionData?api-version=7.1-preview.1"),
        ("GET", "https://dev.azure.com/contoso/_apis/projects?api-version=7.1&stateFilter=wellFormed&$top=100"),
        (
            "GET",
            f"https://dev.azure.com/contoso/{PROJECT.id}/_apis/distributedtask/variablegroups?api-version=7.1&$top=1",
        ),
        ("GET", f"https://vsrm.dev.azure.com/contoso/{PROJECT.id}/_apis/release/definitions?api-version=7.1&$top=1"),
        ("GET", f"https://dev.azure.com/contoso/{PROJECT.id}/_apis/serviceendpoint/endpoints?api-version=7.1"),
    ]


def test_names_are_encoded_in_paths() -> None:
    http = ScriptedHttp(connection_data())

    AzureDevOpsRest(http).identity(PUBLIC, "a/../b?c#d e@f", PAT)

    parts = urlsplit(http.requests[0].url)
    assert parts.hostname == "dev.azure.com"
    assert parts.path == "/a%2F..%2Fb%3Fc%23d%20e%40f/_apis/connectionData"


@pytest.mark.parametrize("base", ["http://dev.azure.com", "ftp://dev.azure.com", "//dev.azure.com"])
def test_credential_never_leaves_for_a_host_that_is_not_the_clouds(base: str) -> None:
    http = ScriptedHttp(connection_data())

    with pytest.raises(ValueError, match="its own cloud"):
        AzureDevOpsRest(http).identity(replace(PUBLIC, devops=base), "contoso", PAT)

    assert http.requests == []


# --- the organization's tenant


def tenant_from(answer: Response) -> OrganizationTenant:
    return AzureDevOpsRest(ScriptedHttp(answer)).organization_tenant(PUBLIC, "contoso")


def test_tenant_is_asked_for_without_a_credential() -> None:
    http = ScriptedHttp(empty_answer(401))

    AzureDevOpsRest(http).organization_tenant(PUBLIC, "contoso")

    [request] = http.requests
    assert (request.method, request.url) == ("HEAD", "https://dev.azure.com/contoso")
    assert "Authorization" not in request.headers


@pytest.mark.parametrize("status", [200, 302, 401, 403])
@pytest.mark.parametrize("headers", [{"WWW-Authenticate": CHALLENGE}, {"X-VSS-ResourceTenant": TENANT.upper()}])
def test_tenant_is_told_by_either_header_whatever_the_status(status: int, headers: dict[str, str]) -> None:
    assert tenant_from(empty_answer(status, headers)) == OrganizationTenant(TENANT)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-VSS-ResourceTenant": "00000000-0000-0000-0000-000000000000"},
        {"WWW-Authenticate": CHALLENGE.replace(TENANT, "00000000-0000-0000-0000-000000000000")},
    ],
)
def test_all_zero_tenant_means_personal_accounts(headers: dict[str, str]) -> None:
    assert tenant_from(empty_answer(401, headers)) == OrganizationTenant("", personal=True)


@pytest.mark.parametrize(
    "headers", [{}, {"WWW-Authenticate": 'Basic realm="https://x/"'}, {"X-VSS-ResourceTenant": "x"}]
)
def test_organization_that_does_not_tell_its_tenant(headers: dict[str, str]) -> None:
    assert tenant_from(empty_answer(401, headers)) == OrganizationTenant("")


@pytest.mark.parametrize(
    ("status", "problem"),
    [(404, Problem.ORGANIZATION_NOT_FOUND), (429, Problem.THROTTLED), (503, Problem.SERVICE_UNAVAILABLE)],
)
def test_tenant_of_no_organization(status: int, problem: Problem) -> None:
    with pytest.raises(ConnectionProblem) as caught:
        tenant_from(empty_answer(status))

    assert caught.value.problem is problem


# --- the identity


def test_identity_of_a_person() -> None:
    identity = identity_from(connection_data())

    assert identity.id == USER["id"]
    assert (identity.display_name, identity.username) == ("Contoso User", "user@contoso.example")
    assert not identity.is_service_principal


def test_user_name_comes_from_the_descriptor_where_no_account_is_told() -> None:
    assert identity_from(connection_data(properties={})).username == "user@contoso.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"descriptor": f"Microsoft.VisualStudio.Services.Claims.AadServicePrincipal;{TENANT}\\{OBJECT_ID}"},
        {"subjectDescriptor": "aadsp.YjM0"},
    ],
)
def test_identity_of_an_app(changes: dict[str, str]) -> None:
    assert identity_from(connection_data(**changes), APP).is_service_principal


@pytest.mark.parametrize(
    "changes",
    [
        {"id": NOBODY},
        {"id": "00000000-0000-0000-0000-000000000000"},
        {"id": ""},
        {"descriptor": "System:PublicAccess;aaaa"},
        {"providerDisplayName": "Anonymous"},
    ],
)
def test_answer_for_nobody_is_not_a_success(changes: dict[str, str]) -> None:
    assert identity_problem(connection_data(**changes)).problem is Problem.CREDENTIAL_ANONYMOUS


def test_answer_for_two_different_users_is_not_a_success() -> None:
    answer = json_answer({"authenticatedUser": USER, "authorizedUser": {"id": NOBODY}})

    assert identity_problem(answer).problem is Problem.CREDENTIAL_ANONYMOUS


@pytest.mark.parametrize("content", [{}, {"authenticatedUser": None}, {"authenticatedUser": []}])
def test_answer_without_a_user_is_unexpected(content: object) -> None:
    assert identity_problem(json_answer(content)).problem is Problem.ANSWER_NOT_UNDERSTOOD


# --- projects and counts


def page(names: list[str], following: str = "") -> Response:
    rows = [{"id": PROJECT.id, "name": name, "state": "wellFormed"} for name in names]
    return json_answer(
        {"count": len(rows), "value": rows}, 200, {"x-ms-continuationtoken": following} if following else {}
    )


def test_projects_are_read_page_by_page() -> None:
    http = ScriptedHttp(page(["A", "B"], "2"), page(["C"], "3"), page(["D"]))

    projects = AzureDevOpsRest(http).projects(PUBLIC, "contoso", PAT)

    assert [project.name for project in projects] == ["A", "B", "C", "D"]
    asked = [parse_qs(urlsplit(request.url).query).get("continuationToken") for request in http.requests]
    assert asked == [None, ["2"], ["3"]]


@pytest.mark.parametrize("tokens", [["2"] * 5, [str(number) for number in range(MAX_PROJECT_PAGES + 5)]])
def test_project_list_without_an_end_is_given_up(tokens: list[str]) -> None:
    http = ScriptedHttp(*(page(["A"], token) for token in tokens))

    with pytest.raises(ConnectionProblem) as caught:
        AzureDevOpsRest(http).projects(PUBLIC, "contoso", PAT)

    assert caught.value.problem is Problem.ANSWER_NOT_UNDERSTOOD
    assert len(http.requests) <= MAX_PROJECT_PAGES


@pytest.mark.parametrize("content", [{}, {"value": None}, {"value": [None]}, {"value": [{"id": "..", "name": "A"}]}])
def test_project_list_of_another_shape_is_unexpected(content: object) -> None:
    with pytest.raises(ConnectionProblem) as caught:
        AzureDevOpsRest(ScriptedHttp(json_answer(content))).projects(PUBLIC, "contoso", PAT)

    assert caught.value.problem is Problem.ANSWER_NOT_UNDERSTOOD


def test_counts_count_what_is_listed() -> None:
    http = ScriptedHttp(*[json_answer({"count": 2, "value": [{}, {}]})] * 3)
    devops = AzureDevOpsRest(http)

    assert devops.count_variable_groups(PUBLIC, "contoso", PROJECT, PAT) == 2
    assert devops.count_release_definitions(PUBLIC, "contoso", PROJECT, PAT) == 2
    assert devops.count_service_connections(PUBLIC, "contoso", PROJECT, PAT) == 2
