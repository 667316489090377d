"""What AzureDevOps promises, kept by AzureDevOpsRest in front of the practice cloud."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from desktop_app.core.credential import AccessToken, Scheme, Secret
from desktop_app.core.ports import AzureDevOps, HttpSession, OrganizationTenant, Project, Request, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.practice import Fault, FaultKind, PracticeCloud, Service, throttled


@pytest.fixture
def pat(practice_cloud: PracticeCloud) -> Callable[[str], AccessToken]:
    """A seeded personal access token by its name."""
    return lambda name: AccessToken(practice_cloud.directory.pat(name).value, Scheme.BASIC)


@pytest.fixture
def app_token(practice_cloud: PracticeCloud, session: HttpSession) -> Callable[[str], AccessToken]:
    """A token that Entra gives to a seeded app for its client secret."""

    def issue(key: str) -> AccessToken:
        app = practice_cloud.directory.app(key)
        form = {
            "grant_type": "client_credentials",
            "client_id": app.client_id,
            "client_secret": app.secrets[0].value.reveal(),
            "scope": practice_cloud.cloud.default_scope,
        }
        url = f"{practice_cloud.cloud.login}/{app.tenant.id}/oauth2/v2.0/token"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = session.send(Request("POST", url, Timeout(), headers, urlencode(form).encode()))
        return AccessToken(Secret(answer.json()["access_token"]), Scheme.BEARER)

    return issue


def problem_of(ask: Callable[[], object]) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as caught:
        ask()
    return caught.value


Pat = Callable[[str], AccessToken]


def test_organization_tells_its_tenant_without_a_credential(practice_cloud: PracticeCloud, devops: AzureDevOps) -> None:
    tenant = devops.organization_tenant(practice_cloud.cloud, "contoso")

    assert tenant == OrganizationTenant(practice_cloud.directory.tenant("contoso").id)


def test_unknown_organization_is_not_found(practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat) -> None:
    for ask in (
        lambda: devops.organization_tenant(practice_cloud.cloud, "nowhere"),
        lambda: devops.identity(practice_cloud.cloud, "nowhere", pat("four-scopes")),
    ):
        assert problem_of(ask).problem in {Problem.ORGANIZATION_NOT_FOUND, Problem.CREDENTIAL_REJECTED}


def test_pat_is_its_owner(practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat) -> None:
    identity = devops.identity(practice_cloud.cloud, "contoso", pat("four-scopes"))

    assert identity.username == "admin@contoso.example"
    assert not identity.is_service_principal


def test_app_is_a_service_principal(
    practice_cloud: PracticeCloud, devops: AzureDevOps, app_token: Callable[[str], AccessToken]
) -> None:
    identity = devops.identity(practice_cloud.cloud, "contoso", app_token("automation"))

    assert identity.is_service_principal
    assert identity.display_name == practice_cloud.directory.app("automation").name


def test_app_outside_the_organization_is_told_with_its_object_id(
    practice_cloud: PracticeCloud, devops: AzureDevOps, app_token: Callable[[str], AccessToken]
) -> None:
    token = app_token("not-in-organization")

    failure = problem_of(lambda: devops.identity(practice_cloud.cloud, "contoso", token))

    assert failure.problem is Problem.APP_NOT_IN_ORGANIZATION
    assert len(failure.facts["object_id"]) == 36


def test_expired_pat_is_told_apart_from_a_wrong_one(
    practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat
) -> None:
    wrong = AccessToken(Secret("not-a-token"), Scheme.BASIC)

    def identity_of(token: AccessToken) -> Problem:
        return problem_of(lambda: devops.identity(practice_cloud.cloud, "contoso", token)).problem

    assert identity_of(pat("expired")) is Problem.PAT_EXPIRED
    assert identity_of(wrong) is Problem.CREDENTIAL_REJECTED
    assert identity_of(pat("other-organization")) in {Problem.CREDENTIAL_REJECTED, Problem.NOT_IN_ORGANIZATION}


def test_every_project_is_listed(practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat) -> None:
    projects = devops.projects(practice_cloud.cloud, "contoso", pat("four-scopes"))

    assert len({project.id for project in projects}) == 14
    assert "Shop" in {project.name for project in projects}


@pytest.mark.parametrize("name", ["four-scopes", "read-only"])
def test_probes_pass_with_their_scopes(practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat, name: str) -> None:
    cloud, token = practice_cloud.cloud, pat(name)
    [shop] = [project for project in devops.projects(cloud, "contoso", token) if project.name == "Shop"]

    assert devops.count_variable_groups(cloud, "contoso", shop, token) == 1
    assert devops.count_release_definitions(cloud, "contoso", shop, token) == 1
    assert devops.count_service_connections(cloud, "contoso", shop, token) == 2


def test_missing_scope_is_told(practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat) -> None:
    """An empty 401 where the identity is known: the shape of a personal access token that lacks a scope."""
    cloud, token = practice_cloud.cloud, pat("four-scopes")
    project = devops.projects(cloud, "contoso", token)[0]
    practice_cloud.faults.add(Fault(FaultKind.STATUS, path_contains="variablegroups", status=401))

    failure = problem_of(lambda: devops.count_variable_groups(cloud, "contoso", project, token))

    assert failure.problem is Problem.SCOPE_MISSING


def test_unknown_project_is_not_found(practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat) -> None:
    nowhere = Project("12345678-1234-1234-1234-123456789abc", "Nowhere")

    for count in (devops.count_variable_groups, devops.count_release_definitions, devops.count_service_connections):
        failure = problem_of(lambda: count(practice_cloud.cloud, "contoso", nowhere, pat("four-scopes")))  # noqa: B023
        assert failure.problem is Problem.PROJECT_NOT_FOUND


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (Fault(FaultKind.DROP, times=None), Problem.CONNECTION_LOST),
        (Fault(FaultKind.TRUNCATE, times=None), Problem.ANSWER_CUT_OFF),
        (Fault(FaultKind.GARBAGE), Problem.NOT_JSON),
        (Fault(FaultKind.STATUS, status=503, times=None), Problem.SERVICE_UNAVAILABLE),
        (throttled(3600), Problem.THROTTLED),
    ],
    ids=["drop", "truncate", "garbage", "503", "429"],
)
def test_fault_on_the_way_is_told(
    practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat, fault: Fault, problem: Problem
) -> None:
    practice_cloud.faults.add(fault)

    failure = problem_of(lambda: devops.identity(practice_cloud.cloud, "contoso", pat("four-scopes")))

    assert failure.problem is problem
    assert failure.facts["organization"] == "contoso"


def test_byte_order_mark_is_no_fault(practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat) -> None:
    practice_cloud.faults.add(Fault(FaultKind.BOM, service=Service.DEVOPS))

    assert devops.identity(practice_cloud.cloud, "contoso", pat("four-scopes")).id
