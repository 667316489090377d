"""The checks of personal access tokens of every kind an admin may bring, over the practice cloud."""

from dataclasses import replace

import pytest

from desktop_app.core.checks import CheckName
from desktop_app.core.credential import Secret
from desktop_app.core.problems import Problem
from desktop_app.practice.derivation import personal_access_token
from desktop_app.practice.directory import PersonalAccessToken
from desktop_app.practice.organization import Namespace
from tests.fakes.clock import FakeClock
from tests.unit.auth.conftest import ADMIN, RecordingHttp, Site
from tests.unit.auth.prover import (
    CONNECTIONS,
    GROUPS,
    IDENTITY,
    OF_A_TOKEN,
    PASSED,
    PROJECTS,
    REACH,
    RELEASES,
    SKIPPED,
    Outcome,
    Prover,
    all_passed,
    facts,
    from_identity_on,
    outcome,
)


@pytest.fixture
def prover(http: RecordingHttp, clock: FakeClock, site: Site) -> Prover:
    return Prover(http, clock, site)


def add_pat(site: Site, scope: str, owner: str = ADMIN) -> Secret:
    """A new personal access token in contoso."""
    seeded = site.directory.pat("four-scopes")
    value = Secret(personal_access_token(f"test/{scope}/{owner}"))
    token: PersonalAccessToken = replace(
        seeded, authorization_id="a-new-one", value=value, scope=scope, owner=site.directory.account(owner)
    )
    site.directory.pats["a-new-one"] = token
    return value


@pytest.mark.parametrize("name", ["four-scopes", "read-only"])
def test_a_good_token_passes_every_check(prover: Prover, name: str) -> None:
    report = prover.seeded_pat(name)

    assert outcome(report) == all_passed(*OF_A_TOKEN)
    assert report.identity_proved
    assert facts(report, REACH) == {"organization": "contoso"}
    assert facts(report, IDENTITY) == {"account": ADMIN, "name": "Contoso Administrator"}
    assert facts(report, PROJECTS) == {"count": "14"}
    assert facts(report, GROUPS)["project"] == "Billing"


@pytest.mark.parametrize(
    ("name", "organization", "problem"),
    [
        ("expired", "contoso", Problem.PAT_EXPIRED),
        ("other-organization", "contoso", Problem.CREDENTIAL_REJECTED),
        ("four-scopes", "fabrikam", Problem.CREDENTIAL_REJECTED),
    ],
)
def test_a_token_that_is_not_taken_fails_at_the_identity(
    prover: Prover, name: str, organization: str, problem: Problem
) -> None:
    report = prover.seeded_pat(name, organization)

    assert outcome(report) == {REACH: PASSED, **from_identity_on(problem)}
    assert not report.identity_proved
    assert report.first_problem is problem


def test_a_token_of_nobody_is_rejected(prover: Prover) -> None:
    report = prover.pat(Secret(personal_access_token("test/nobody")))

    assert outcome(report) == {REACH: PASSED, **from_identity_on(Problem.CREDENTIAL_REJECTED)}


def test_a_revoked_token_is_rejected(prover: Prover, site: Site) -> None:
    site.directory.pat("four-scopes").revoked = True

    assert prover.seeded_pat("four-scopes").first_problem is Problem.CREDENTIAL_REJECTED


def test_a_visitor_of_public_projects_is_not_taken_for_somebody(prover: Prover, site: Site) -> None:
    site.directory.organization("contoso").allows_anonymous = True
    report = prover.pat(Secret(personal_access_token("test/nobody")))

    assert outcome(report) == {REACH: PASSED, **from_identity_on(Problem.CREDENTIAL_ANONYMOUS)}


@pytest.mark.parametrize(
    ("scope", "missing"),
    [
        ("vso.project", {GROUPS, RELEASES, CONNECTIONS}),
        ("vso.project vso.variablegroups_read", {RELEASES, CONNECTIONS}),
        ("vso.project vso.release", {GROUPS, CONNECTIONS}),
        ("vso.project vso.serviceendpoint", {GROUPS, RELEASES}),
        ("vso.project_manage vso.variablegroups_manage vso.release_manage vso.serviceendpoint_manage", set()),
        ("app_token", set()),
    ],
)
def test_each_scope_that_is_missing_is_told_by_itself(
    prover: Prover, site: Site, scope: str, missing: set[CheckName]
) -> None:
    report = prover.pat(add_pat(site, scope))

    assert outcome(report) == {**all_passed(*OF_A_TOKEN), **dict.fromkeys(missing, Problem.SCOPE_MISSING)}
    assert report.identity_proved


def test_without_the_list_of_projects_the_rest_is_not_tried(prover: Prover, site: Site) -> None:
    report = prover.pat(add_pat(site, "vso.variablegroups_read"))

    assert outcome(report) == {
        REACH: PASSED,
        IDENTITY: PASSED,
        PROJECTS: Problem.SCOPE_MISSING,
        GROUPS: SKIPPED,
        RELEASES: SKIPPED,
        CONNECTIONS: SKIPPED,
    }
    assert report.identity_proved
    assert not any("variablegroups" in url for url in prover.http.sent("GET"))


def test_an_organization_that_is_none_is_told_first(prover: Prover) -> None:
    report = prover.seeded_pat("four-scopes", "tailspin")

    expected: Outcome = dict.fromkeys(OF_A_TOKEN, SKIPPED)
    assert outcome(report) == {**expected, REACH: Problem.ORGANIZATION_NOT_FOUND}
    assert facts(report, REACH)["organization"] == "tailspin"


def test_a_token_of_a_person_who_may_only_look(prover: Prover, site: Site) -> None:
    report = prover.pat(add_pat(site, "app_token", "reader@contoso.example"))

    assert outcome(report)[PROJECTS] is PASSED
    assert facts(report, PROJECTS) == {"count": "3"}
    assert report.identity_proved


def test_a_person_without_rights_in_a_project_is_told(prover: Prover, site: Site) -> None:
    contoso = site.directory.organization("contoso")
    reader = contoso.member_by_name("reader@contoso.example")
    for rights in reader.rights.values():
        rights.pop(Namespace.RELEASE_MANAGEMENT)

    report = prover.pat(add_pat(site, "app_token", "reader@contoso.example"))

    assert outcome(report)[RELEASES] is Problem.PERMISSION_DENIED
    assert outcome(report)[GROUPS] is PASSED
    assert report.identity_proved


def test_a_member_without_projects_is_told(prover: Prover, site: Site) -> None:
    site.directory.organization("contoso").member_by_name("reader@contoso.example").rights.clear()

    report = prover.pat(add_pat(site, "app_token", "reader@contoso.example"))

    assert outcome(report) == {
        REACH: PASSED,
        IDENTITY: PASSED,
        PROJECTS: Problem.NO_PROJECTS,
        GROUPS: SKIPPED,
        RELEASES: SKIPPED,
        CONNECTIONS: SKIPPED,
    }
    assert report.identity_proved
