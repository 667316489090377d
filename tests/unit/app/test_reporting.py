"""Connections.report and what goes with it: what is heard, what is stored, which projects are chosen."""

from dataclasses import replace

import pytest

from desktop_app.app.report_wish import ReportWish
from desktop_app.app.reports import Event
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.checks import CheckName, CheckResult
from desktop_app.core.ports import Project
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from desktop_app.core.report import MAX_PROJECTS, Finding, PermissionReport, Verdict
from tests.unit.app.world import FakeAzureDevOps, World

SHOP = FakeAzureDevOps.PROJECT
ALPHA = Project("00000000-0000-0000-0000-00000000000a", "alpha")
ZULU = Project("00000000-0000-0000-0000-00000000000b", "Zulu")
ASKED_FIRST = {
    Method.PAT: [CheckName.REACH, CheckName.IDENTITY, CheckName.PROJECTS],
    Method.OAUTH: [CheckName.REACH, CheckName.TENANT, CheckName.TOKEN, CheckName.IDENTITY, CheckName.PROJECTS],
}
ASKED_FIRST[Method.CLIENT_SECRET] = ASKED_FIRST[Method.OAUTH]


@pytest.fixture
def world() -> World:
    return World()


def unheard(event: Event) -> None:
    """A listener that does not listen."""


def report(world: World, profile: Profile, *projects: Project) -> tuple[Profile, PermissionReport]:
    wish = ReportWish(tuple(project.id for project in projects) or None)
    return world.connections.report(profile.id, wish, unheard, Cancel())


@pytest.mark.parametrize("method", Method)
def test_checks_are_heard_first_then_the_projects_then_the_findings(world: World, method: Method) -> None:
    profile, events = world.saved(method), list[Event]()

    _profile, found = world.connections.report(profile.id, ReportWish(), events.append, Cancel())

    checks = [event for event in events if isinstance(event, CheckResult)]
    findings = [event for event in events if isinstance(event, Finding)]
    assert sorted((check.name for check in checks), key=list(CheckName).index) == ASKED_FIRST[method]
    assert events[len(checks)] == (SHOP,)
    assert events[len(checks) + 1 :] == findings
    assert set(map(id, findings)) == set(map(id, found.findings))
    assert found.method is method
    assert found.projects == (SHOP,)
    assert found.identity == world.devops.seen


def test_a_report_remembers_how_the_check_ended(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.clock.advance(600)

    updated, _report = report(world, profile)

    assert updated.last_check is not None
    assert updated.last_check.at == world.clock.now()
    assert updated.last_check.identity_proved
    assert updated.last_check.problem is None
    assert world.connections.load() == (updated,)


@pytest.mark.parametrize("problem", [Problem.SCOPE_MISSING, Problem.PERMISSION_DENIED])
def test_a_read_that_is_missing_is_remembered_as_by_a_check(world: World, problem: Problem) -> None:
    profile = world.saved(Method.PAT)
    world.devops.problems["count_variable_groups"] = ConnectionProblem(problem)

    by_report, _report = report(world, profile)
    by_check, _checks = world.connections.check(profile.id, lambda result: None, Cancel())

    assert by_report.last_check is not None
    assert by_report.last_check.problem is problem
    assert by_report.last_check == by_check.last_check


def test_an_identity_that_is_not_proved_leaves_everything_unchecked(world: World) -> None:
    profile, events = world.saved(Method.PAT), list[Event]()
    world.devops.problems["identity"] = ConnectionProblem(Problem.PAT_EXPIRED)

    updated, found = world.connections.report(profile.id, ReportWish(), events.append, Cancel())

    assert {finding.verdict for finding in found.findings} == {Verdict.NOT_CHECKED}
    assert {tuple(finding.evidence.facts.values()) for finding in found.findings} == {("identity", "pat-expired")}
    assert len(found.findings) == 2 * len(found.permissions)
    assert (found.identity, found.projects) == (None, ())
    assert () in events
    assert [event for event in events if isinstance(event, Finding)] == list(found.findings)
    assert updated.last_check is not None
    assert not updated.last_check.identity_proved
    assert "devops.may" not in world.happened("devops.may", "devops.count_teams")


def test_without_projects_what_needs_one_is_not_checked(world: World) -> None:
    profile = world.saved(Method.CLIENT_SECRET)
    world.devops.project_list = ()

    updated, found = report(world, profile)

    unchecked = [finding for finding in found.findings if finding.verdict is Verdict.NOT_CHECKED]
    assert len(unchecked) == len(found.findings) - 1  # it is a member nevertheless
    assert {finding.evidence.facts["problem"] for finding in unchecked} == {"no-projects"}
    assert updated.last_check is not None
    assert updated.last_check.problem is Problem.NO_PROJECTS


# --- which projects


def test_projects_are_by_name_whatever_their_order(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.devops.project_list = (ZULU, SHOP, ALPHA)

    assert report(world, profile)[1].projects == (ALPHA, SHOP, ZULU)
    assert world.connections.projects(profile.id, Cancel()) == (ALPHA, SHOP, ZULU)


def test_all_means_fifty_at_most(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.devops.project_list = tuple(
        Project(f"00000000-0000-0000-0000-{number:012}", f"P{number:03}") for number in range(MAX_PROJECTS + 1)
    )

    assert [project.name for project in report(world, profile)[1].projects] == [f"P{n:03}" for n in range(50)]


def test_chosen_projects_are_remembered_for_the_next_report(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.devops.project_list = (ZULU, SHOP, ALPHA)

    updated, chosen = report(world, profile, ZULU, ALPHA)
    again = report(world, profile)[1]

    assert updated.report_projects == (ZULU.id, ALPHA.id)
    assert chosen.projects == again.projects == (ALPHA, ZULU)


def test_choosing_all_again_forgets_the_choice(world: World) -> None:
    profile = world.saved(Method.PAT)
    report(world, profile, SHOP)
    updated, _report = world.connections.report(profile.id, ReportWish(()), unheard, Cancel())

    assert updated.report_projects == ()


def test_a_choice_for_once_is_not_remembered(world: World) -> None:
    profile = world.saved(Method.PAT)
    updated, found = world.connections.report(profile.id, ReportWish((SHOP.id,), remember=False), unheard, Cancel())

    assert found.projects == (SHOP,)
    assert updated.report_projects == ()


def test_a_project_that_is_gone_is_left_out(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.devops.project_list = (SHOP, ALPHA)

    assert report(world, profile, ZULU, ALPHA, ALPHA)[1].projects == (ALPHA,)


def test_when_none_of_the_chosen_is_there_nothing_else_is_reported_on(world: World) -> None:
    profile = world.saved(Method.PAT)

    found = report(world, profile, ZULU)[1]

    assert found.projects == ()
    problems = {one.evidence.facts.get("problem") for one in found.findings if one.verdict is Verdict.NOT_CHECKED}
    assert problems == {"project-not-found"}


def test_when_all_that_were_remembered_are_gone_all_others_are_reported_on(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.profiles.save(replace(profile, report_projects=(ZULU.id,)))

    assert report(world, profile)[1].projects == (SHOP,)


def test_a_check_and_a_rename_keep_the_chosen_projects(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.profiles.save(replace(profile, report_projects=(SHOP.id,)))

    world.connections.check(profile.id, lambda result: None, Cancel())

    assert world.connections.rename(profile.id, "Another").report_projects == (SHOP.id,)


# --- only what was wished


def test_empty_requests_are_sent_on_request_only(world: World) -> None:
    profile = world.saved(Method.PAT)

    report(world, profile)
    assert world.happened("devops.ask_with_empty_body") == []

    closely = world.connections.report(profile.id, ReportWish(closely=True), unheard, Cancel())[1]
    assert len(world.happened("devops.ask_with_empty_body")) == 2
    assert closely.closely


def test_a_cancelled_report_stores_nothing(world: World) -> None:
    profile, cancel = world.saved(Method.PAT), Cancel()

    def stop(event: Event) -> None:
        if isinstance(event, Finding):
            cancel.request()

    with pytest.raises(Cancelled):
        world.connections.report(profile.id, ReportWish((SHOP.id,)), stop, cancel)

    assert world.happened("profiles.save") == []


# --- of a draft


@pytest.mark.parametrize("method", Method)
def test_a_proven_draft_is_reported_on_with_its_own_grant_and_nothing_is_stored(world: World, method: Method) -> None:
    draft = world.prove(world.draft(method))
    tokens = len(world.entra.forms)
    world.journal.clear()

    found = world.connections.report_on(draft, ReportWish(), unheard, Cancel())

    assert {finding.verdict for finding in found.findings} <= {Verdict.GRANTED, Verdict.UNTELLABLE}
    assert found.projects == (SHOP,)
    assert len(world.entra.forms) == tokens  # no other token was asked for
    assert world.happened("secrets.set", "profiles.save") == []


def test_a_draft_that_is_not_proven_is_not_reported_on(world: World) -> None:
    draft = world.prove(world.draft(Method.PAT))
    draft.organization = "another"

    with pytest.raises(ValueError, match="proved"):
        world.connections.report_on(draft, ReportWish(), unheard, Cancel())


# --- organizations and projects


def test_a_person_belongs_to_organizations_tokens_and_apps_tell_none(world: World) -> None:
    person, pat, app = (world.saved(method, method) for method in (Method.OAUTH, Method.PAT, Method.CLIENT_SECRET))

    assert world.connections.organizations(person.id, Cancel()) == ("contoso", "fabrikam")
    assert world.connections.organizations(pat.id, Cancel()) == ()
    assert world.connections.organizations(app.id, Cancel()) == ()
    assert len(world.happened("devops.organizations")) == 1


def test_projects_of_a_connection_that_does_not_work_are_its_problem(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.clock.advance(600)
    world.devops.problems["identity"] = ConnectionProblem(Problem.PAT_EXPIRED)

    with pytest.raises(ConnectionProblem) as caught:
        world.connections.projects(profile.id, Cancel())

    assert caught.value.problem is Problem.PAT_EXPIRED
