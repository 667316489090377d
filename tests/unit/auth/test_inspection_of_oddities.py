"""What an inspection makes of answers that the practice cloud never gives."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from desktop_app.auth.inspection import Inspection, Subject
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.cloud import PUBLIC, Cloud
from desktop_app.core.credential import AccessToken, Scheme, Secret
from desktop_app.core.permissions import NEEDS, Area, Namespace, Permission
from desktop_app.core.ports import EmptyAnswer, Exchange, Identity, OrganizationTenant, Project, Right
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.core.report import EvidenceKind, Excess, Finding, Layer, Verdict
from tests.unit.auth.inspecting import NO_PROJECTS, Found, Row, project, run

SCOPE, ACCOUNT = Layer.SCOPE, Layer.ACCOUNT
GRANTED, MISSING, UNTELLABLE = Verdict.GRANTED, Verdict.MISSING, Verdict.UNTELLABLE
Kind, P = EvidenceKind, Permission
FIRST, SECOND = project(1), project(2)
DENIED = ConnectionProblem(Problem.PERMISSION_DENIED)
NO_SCOPE = ConnectionProblem(Problem.SCOPE_MISSING)
LATE = ConnectionProblem(Problem.TIMED_OUT)
Answer = Any  # of whatever type the method returns, or the ConnectionProblem it raises


class ScriptedDevOps:
    """Implements the port AzureDevOps: everything is there and allowed, but for what a test changes."""

    def __init__(self) -> None:
        self.lists: dict[Area, Callable[[Project], Answer]] = {}
        self.teams: Answer = 1
        self.bits: dict[Namespace, Answer] = {
            namespace: {
                action: 1 << number
                for number, action in enumerate(
                    action for need in NEEDS.values() if need.namespace is namespace for action in need.actions
                )
            }
            for namespace in Namespace
        }
        self.rights: Callable[[Right, Sequence[Project]], Answer] = lambda right, projects: (True,) * len(projects)
        self.scopes: Callable[[str], Answer] = lambda scope: NO_SCOPE
        self.empty: Answer = EmptyAnswer.LET_THROUGH
        self.posted: list[tuple[Project, Area]] = []
        self.begun: list[str] = []

    def organization_tenant(self, cloud: Cloud, organization: str) -> OrganizationTenant:
        raise NotImplementedError

    def identity(self, cloud: Cloud, organization: str, token: AccessToken) -> Identity:
        raise NotImplementedError

    def projects(self, cloud: Cloud, organization: str, token: AccessToken) -> tuple[Project, ...]:
        raise NotImplementedError

    def organizations(self, cloud: Cloud, token: AccessToken) -> tuple[str, ...]:
        raise NotImplementedError

    def watched(self, on_exchange: Callable[[Exchange], None]) -> "ScriptedDevOps":
        return self

    def until(self, cancel: Cancel) -> "ScriptedDevOps":
        """The same: its answers come at once."""
        return self

    def count_variable_groups(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        return self._count(Area.VARIABLE_GROUPS, project)

    def count_release_definitions(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        return self._count(Area.RELEASES, project)

    def count_service_connections(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        return self._count(Area.SERVICE_CONNECTIONS, project)

    def _count(self, area: Area, project: Project) -> int:
        counted: int = answered(self.lists[area](project)) if area in self.lists else 1
        return counted

    def count_teams(self, cloud: Cloud, organization: str, token: AccessToken) -> int:
        counted: int = answered(self.teams)
        return counted

    def probe_scope(self, cloud: Cloud, organization: str, project: Project, scope: str, token: AccessToken) -> None:
        self.begun.append("scope")
        answered(self.scopes(scope))

    def security_bits(
        self, cloud: Cloud, organization: str, namespace: Namespace, token: AccessToken
    ) -> Mapping[str, int]:
        bits: Mapping[str, int] = answered(self.bits[namespace])
        return bits

    def may(
        self, cloud: Cloud, organization: str, right: Right, projects: Sequence[Project], token: AccessToken
    ) -> tuple[bool, ...]:
        self.begun.append("right")
        allowed: tuple[bool, ...] = answered(self.rights(right, projects))
        return allowed

    def ask_with_empty_body(
        self, cloud: Cloud, organization: str, project: Project, area: Area, token: AccessToken
    ) -> EmptyAnswer:
        self.posted.append((project, area))
        answer: EmptyAnswer = answered(self.empty)
        return answer


def answered(answer: Answer) -> Any:  # as the answer
    if isinstance(answer, ConnectionProblem):
        raise answer
    return answer


def subject(method: Method = Method.PAT, *scopes: str, projects: tuple[Project, ...] = (FIRST, SECOND)) -> Subject:
    scheme = Scheme.BASIC if method is Method.PAT else Scheme.BEARER
    token = AccessToken(Secret("opaque"), scheme, frozenset(scopes))
    return Subject(PUBLIC, "contoso", method, token, Identity("id", "Contoso User"), projects)


@pytest.fixture
def devops() -> ScriptedDevOps:
    return ScriptedDevOps()


def row(found: Found, permission: Permission, layer: Layer, of: Project = FIRST) -> Row:
    return found.of(layer, of.name)[permission]


# --- the account's rights


def test_a_list_that_a_right_refuses_outweighs_the_evaluation(devops: ScriptedDevOps) -> None:
    devops.lists[Area.RELEASES] = lambda project: DENIED if project == FIRST else 0

    found = run(devops, subject())

    assert row(found, P.READ_RELEASES, ACCOUNT) == (MISSING, Kind.LIST_REFUSED_BY_RIGHT)
    assert row(found, P.READ_RELEASES, SCOPE) == (GRANTED, Kind.LIST_REFUSED_BY_RIGHT)
    assert row(found, P.READ_RELEASES, ACCOUNT, SECOND) == (GRANTED, Kind.ALLOWED)
    assert row(found, P.RUN_RELEASES, ACCOUNT) == (GRANTED, Kind.ALLOWED)


def test_the_actions_that_are_denied_are_named(devops: ScriptedDevOps) -> None:
    edit = Right(Namespace.RELEASE_MANAGEMENT, devops.bits[Namespace.RELEASE_MANAGEMENT]["CreateReleases"])
    devops.rights = lambda right, projects: tuple(right != edit or one == SECOND for one in projects)

    found = run(devops, subject())

    assert row(found, P.RUN_RELEASES, ACCOUNT) == (MISSING, Kind.DENIED)
    assert found.one(P.RUN_RELEASES, ACCOUNT, FIRST.name).evidence.facts["actions"] == "CreateReleases"
    assert row(found, P.RUN_RELEASES, ACCOUNT, SECOND) == (GRANTED, Kind.ALLOWED)


@pytest.mark.parametrize("what", ["bits", "rights"])
def test_without_an_evaluation_what_was_listed_can_be_read_and_the_rest_is_not_told(
    devops: ScriptedDevOps, what: str
) -> None:
    devops.lists[Area.VARIABLE_GROUPS] = lambda project: 1 if project == FIRST else 0
    if what == "bits":
        devops.bits = dict.fromkeys(Namespace, LATE)
    else:
        devops.rights = lambda right, projects: LATE

    found = run(devops, subject())

    assert row(found, P.READ_VARIABLE_GROUPS, ACCOUNT) == (GRANTED, Kind.LISTED)
    assert row(found, P.READ_VARIABLE_GROUPS, ACCOUNT, SECOND) == (UNTELLABLE, Kind.RIGHTS_NOT_TOLD)
    assert row(found, P.READ_PROJECTS, ACCOUNT) == (GRANTED, Kind.LISTED)
    assert row(found, P.MANAGE_VARIABLE_GROUPS, ACCOUNT) == (UNTELLABLE, Kind.RIGHTS_NOT_TOLD)
    facts = found.one(P.MANAGE_VARIABLE_GROUPS, ACCOUNT, FIRST.name).evidence.facts
    assert facts["problem"] == "timed-out"


def test_an_action_that_the_namespace_does_not_know_is_named(devops: ScriptedDevOps) -> None:
    devops.bits[Namespace.RELEASE_MANAGEMENT] = {"EditReleaseDefinition": 2}
    devops.lists[Area.RELEASES] = lambda project: 0

    found = run(devops, subject())

    assert row(found, P.RUN_RELEASES, ACCOUNT) == (UNTELLABLE, Kind.RIGHTS_NOT_TOLD)
    assert found.one(P.RUN_RELEASES, ACCOUNT, FIRST.name).evidence.facts["actions"] == "CreateReleases"
    unknown = found.one(P.READ_RELEASES, ACCOUNT, FIRST.name).evidence.facts["actions"]
    assert unknown == "ViewReleaseDefinition, ViewReleases"


def test_a_denied_action_decides_even_if_another_is_not_known(devops: ScriptedDevOps) -> None:
    devops.bits[Namespace.RELEASE_MANAGEMENT] = {"EditReleaseDefinition": 2}
    devops.rights = lambda right, projects: (False,) * len(projects)

    assert row(run(devops, subject()), P.RUN_RELEASES, ACCOUNT) == (MISSING, Kind.DENIED)


# --- scopes of a token


@pytest.mark.parametrize(
    ("teams", "seen"),
    [
        (0, (GRANTED, Kind.LISTED)),
        (DENIED, (GRANTED, Kind.LIST_REFUSED_BY_RIGHT)),
        (NO_SCOPE, (MISSING, Kind.LIST_REFUSED_BY_SCOPE)),
        (LATE, (UNTELLABLE, Kind.LIST_FAILED)),
    ],
)
def test_teams_tell_whether_projects_may_be_read(devops: ScriptedDevOps, teams: Answer, seen: Row) -> None:
    devops.teams = teams

    assert row(run(devops, subject()), P.READ_PROJECTS, SCOPE) == seen


def test_a_read_in_one_project_is_enough_to_ask_further(devops: ScriptedDevOps) -> None:
    devops.lists[Area.VARIABLE_GROUPS] = lambda project: LATE if project == FIRST else 3

    found = run(devops, subject(), closely=True)

    assert row(found, P.READ_VARIABLE_GROUPS, SCOPE) == (UNTELLABLE, Kind.LIST_FAILED)
    assert row(found, P.MANAGE_VARIABLE_GROUPS, SCOPE) == (GRANTED, Kind.EMPTY_REQUEST_LET_THROUGH)
    assert (SECOND, Area.VARIABLE_GROUPS) in devops.posted
    assert len(devops.posted) == 2  # one for each area


def test_a_denied_empty_request_was_let_through_by_the_scope(devops: ScriptedDevOps) -> None:
    devops.empty = EmptyAnswer.DENIED

    finding = run(devops, subject(), closely=True).one(P.RUN_RELEASES, SCOPE)

    assert (finding.verdict, finding.likely) == (GRANTED, True)
    assert finding.evidence.kind is Kind.EMPTY_REQUEST_LET_THROUGH


def test_an_unclear_answer_to_an_empty_request_decides_nothing(devops: ScriptedDevOps) -> None:
    devops.empty = ConnectionProblem(Problem.DEVOPS_UNEXPECTED, {"status": "418", "host": "dev.azure.com"})

    finding = run(devops, subject(), closely=True).one(P.RUN_RELEASES, SCOPE)

    assert (finding.verdict, finding.likely) == (UNTELLABLE, False)
    assert finding.evidence.kind is Kind.EMPTY_REQUEST_UNCLEAR
    assert finding.evidence.facts["status"] == "418"
    assert finding.evidence.facts["problem"] == "devops-unexpected"


@pytest.mark.parametrize(("answer", "kind"), [(None, Kind.LISTED), (DENIED, Kind.LIST_REFUSED_BY_RIGHT)])
def test_a_scope_that_is_let_through_is_there_even_if_a_right_is_not(
    devops: ScriptedDevOps, answer: Answer, kind: EvidenceKind
) -> None:
    devops.scopes = lambda scope: answer if scope == "vso.wiki" else LATE

    assert run(devops, subject()).excess == (Excess(kind, scope="vso.wiki"),)


# --- scopes of a sign-in


def test_a_sign_in_whose_scopes_nobody_told(devops: ScriptedDevOps) -> None:
    found = run(devops, subject(Method.OAUTH))

    assert set(found.of(SCOPE).values()) == {(UNTELLABLE, Kind.SCOPES_NOT_TOLD)}


def test_a_scope_is_granted_by_what_includes_it(devops: ScriptedDevOps) -> None:
    found = run(devops, subject(Method.OAUTH, "vso.variablegroups_manage", "vso.project_manage", "vso.project"))

    def by(permission: Permission) -> str:
        return found.one(permission, SCOPE).evidence.facts["by"]

    assert by(P.READ_VARIABLE_GROUPS) == "vso.variablegroups_manage"
    assert by(P.READ_PROJECTS) == "vso.project"  # the narrowest
    assert by(P.EDIT_PROJECTS) == "vso.project_manage"
    assert row(found, P.ACT_AS_ACCOUNT, SCOPE) == (MISSING, Kind.SCOPE_ABSENT)


def test_full_access_grants_everything(devops: ScriptedDevOps) -> None:
    found = run(devops, subject(Method.OAUTH, "user_impersonation"))

    assert set(found.of(SCOPE).values()) == {(GRANTED, Kind.SCOPE_GRANTED)}
    assert {one.evidence.facts["by"] for one in found.findings if one.layer is SCOPE} == {"user_impersonation"}


def test_scopes_beyond_the_needs_are_named(devops: ScriptedDevOps) -> None:
    granted = (
        "user_impersonation",
        "vso.variablegroups_read",
        "openid",
        "offline_access",
        "vso.code_full",
        "vso.build",
    )

    found = run(devops, subject(Method.OAUTH, *granted))

    assert [excess.scope for excess in found.excess] == ["vso.build", "vso.code_full"]


# --- the run


def test_fifty_projects_are_all_judged(devops: ScriptedDevOps) -> None:
    projects = tuple(project(number) for number in range(50))

    found = run(devops, subject(projects=projects))

    assert all(len(found.of(ACCOUNT, one.name)) == 8 for one in projects)
    assert all(len(found.of(SCOPE, one.name)) == 8 for one in projects)


def test_what_exceeds_the_needs_is_asked_after_all_else(devops: ScriptedDevOps) -> None:
    run(devops, subject(projects=tuple(project(number) for number in range(50))))

    assert devops.begun == ["right"] * 10 + ["scope"] * 8


def test_two_projects_of_one_name_are_told_apart(devops: ScriptedDevOps) -> None:
    twin = Project(SECOND.id, FIRST.name)
    devops.rights = lambda right, projects: tuple(one == FIRST for one in projects)

    found = run(devops, subject(projects=(FIRST, twin)))

    verdicts = {one.project: one.verdict for one in found.findings if one.permission is P.RUN_RELEASES and one.project}
    assert verdicts == {FIRST: GRANTED, twin: MISSING}


def test_a_cancelled_inspection_tells_nothing_more(devops: ScriptedDevOps) -> None:
    cancel, told = Cancel(), list[Finding]()

    def stop(finding: Finding) -> None:
        told.append(finding)
        cancel.request()

    inspection = Inspection(devops, subject(), closely=False, no_projects=NO_PROJECTS)
    with pytest.raises(Cancelled):
        inspection.run(stop, cancel)

    assert len(told) == 1
