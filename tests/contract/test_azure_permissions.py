"""What AzureDevOps promises for permission reports, kept by AzureDevOpsRest in front of the practice cloud."""

from collections.abc import Callable

import pytest

from desktop_app.auth.entra import AppRegistration
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import AccessToken, Scheme
from desktop_app.core.permissions import NEEDS, READABLE_SCOPES, SURPLUS_ACTIONS, Area, Namespace
from desktop_app.core.ports import AzureDevOps, EmptyAnswer, Exchange, HttpSession, Project, Right
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.pace import Pace
from desktop_app.practice import Fault, FaultKind, PracticeCloud
from desktop_app.practice.faults import slowed_down
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.scripted_sign_in import ScriptedSignIn


@pytest.fixture
def pat(practice_cloud: PracticeCloud) -> Callable[[str], AccessToken]:
    """A seeded personal access token by its name."""
    return lambda name: AccessToken(practice_cloud.directory.pat(name).value, Scheme.BASIC)


Pat = Callable[[str], AccessToken]


def problem_of(ask: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as caught:
        ask()
    return caught.value.problem


@pytest.fixture
def projects(practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat) -> tuple[Project, ...]:
    return devops.projects(practice_cloud.cloud, "contoso", pat("four-scopes"))


def test_teams_are_listed_one_at_most(practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat) -> None:
    assert devops.count_teams(practice_cloud.cloud, "contoso", pat("four-scopes")) == 1


@pytest.mark.parametrize("namespace", Namespace)
def test_every_action_that_is_asked_about_has_a_bit(
    practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat, namespace: Namespace
) -> None:
    bits = devops.security_bits(practice_cloud.cloud, "contoso", namespace, pat("read-only"))

    needed = {action for need in NEEDS.values() if need.namespace is namespace for action in need.actions}
    surplus = {action for of, action in SURPLUS_ACTIONS if of is namespace}
    assert needed | surplus <= bits.keys()
    assert len(set(bits.values())) == len(bits)


@pytest.mark.parametrize("namespace", Namespace)
def test_an_administrator_may_everything_everywhere(
    practice_cloud: PracticeCloud,
    devops: AzureDevOps,
    pat: Pat,
    projects: tuple[Project, ...],
    namespace: Namespace,
) -> None:
    token, cloud = pat("four-scopes"), practice_cloud.cloud
    for bit in devops.security_bits(cloud, "contoso", namespace, token).values():
        assert devops.may(cloud, "contoso", Right(namespace, bit), projects, token) == (True,) * len(projects)


def test_rights_are_told_project_by_project(
    practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat, projects: tuple[Project, ...]
) -> None:
    token, cloud = pat("four-scopes"), practice_cloud.cloud
    nowhere = Project("12345678-1234-1234-1234-123456789abc", "Nowhere")

    asked = (nowhere, *projects, nowhere)

    assert devops.may(cloud, "contoso", Right(Namespace.LIBRARY, 1), asked, token) == tuple(
        project is not nowhere for project in asked
    )


@pytest.mark.parametrize("scope", READABLE_SCOPES)
def test_a_scope_is_let_through_if_it_is_there(
    practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat, projects: tuple[Project, ...], scope: str
) -> None:
    where = (practice_cloud.cloud, "contoso", projects[0], scope)

    devops.probe_scope(*where, pat("full-access"))
    assert problem_of(lambda: devops.probe_scope(*where, pat("four-scopes"))) is Problem.SCOPE_MISSING


@pytest.mark.parametrize(
    ("name", "answer"), [("four-scopes", EmptyAnswer.LET_THROUGH), ("read-only", EmptyAnswer.REFUSED)]
)
def test_an_empty_request_tells_whether_the_scope_is_there(
    practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat, name: str, answer: EmptyAnswer
) -> None:
    cloud, token = practice_cloud.cloud, pat(name)
    project = devops.projects(cloud, "contoso", token)[0]

    for area in (Area.VARIABLE_GROUPS, Area.RELEASES):
        assert devops.ask_with_empty_body(cloud, "contoso", project, area, token) is answer


@pytest.mark.parametrize("fault", [Fault(FaultKind.DROP), Fault(FaultKind.STATUS, status=503)], ids=["drop", "503"])
def test_an_empty_request_is_never_sent_again(
    practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat, projects: tuple[Project, ...], fault: Fault
) -> None:
    practice_cloud.requests.clear()
    practice_cloud.faults.add(fault)

    problem = problem_of(
        lambda: devops.ask_with_empty_body(
            practice_cloud.cloud, "contoso", projects[0], Area.VARIABLE_GROUPS, pat("four-scopes")
        )
    )

    assert problem in {Problem.CONNECTION_LOST, Problem.SERVICE_UNAVAILABLE}
    assert len([one for one in practice_cloud.requests.all() if one.method == "POST"]) <= 1


def test_a_person_belongs_to_organizations(
    practice_cloud: PracticeCloud, devops: AzureDevOps, session: HttpSession
) -> None:
    cloud = practice_cloud.cloud
    app = AppRegistration(cloud, "contoso.example", practice_cloud.directory.app("desktop").client_id)
    person = ScriptedSignIn(session, "admin@contoso.example")
    token = OAuthSignIn(session, SystemClock()).sign_in(app, cloud.native_redirect_uri, person, Cancel()).token

    assert devops.organizations(cloud, token) == ("contoso",)


def test_organizations_are_not_told_to_a_personal_access_token(
    practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat
) -> None:
    refused = problem_of(lambda: devops.organizations(practice_cloud.cloud, pat("full-access")))

    assert refused in {Problem.SCOPE_MISSING, Problem.CREDENTIAL_REJECTED}


def test_what_is_asked_is_on_record_without_the_token(
    practice_cloud: PracticeCloud, devops: AzureDevOps, pat: Pat
) -> None:
    seen: list[Exchange] = []

    devops.watched(seen.append).identity(practice_cloud.cloud, "contoso", pat("four-scopes"))

    [exchange] = seen
    assert (exchange.method, exchange.status, exchange.outcome) == ("GET", 200, "ok")
    assert exchange.url.startswith(practice_cloud.cloud.devops)
    assert pat("four-scopes").value.reveal() not in repr(seen)


def test_a_good_answer_may_slow_down_what_is_asked_next(
    practice_cloud: PracticeCloud, session: HttpSession, pat: Pat
) -> None:
    clock = FakeClock()
    devops = AzureDevOpsRest(session, clock=clock, pace=Pace(clock.monotonic, clock.advance))
    practice_cloud.faults.add(slowed_down(5, path_contains="/teams"))
    seen: list[Exchange] = []

    for _time in range(3):
        devops.watched(seen.append).count_teams(practice_cloud.cloud, "contoso", pat("four-scopes"))

    assert [exchange.outcome for exchange in seen] == ["ok"] * 3
    assert [(exchange.at - NOON).total_seconds() for exchange in seen] == [0, 5, 5]
