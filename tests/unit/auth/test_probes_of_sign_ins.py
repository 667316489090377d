"""The checks of apps and of people who signed in, over the practice cloud."""

import pytest

from desktop_app.core.checks import CheckName
from desktop_app.core.problems import Problem
from tests.fakes.clock import FakeClock
from tests.unit.auth.conftest import ADMIN, RecordingHttp, Site
from tests.unit.auth.prover import (
    GROUPS,
    IDENTITY,
    PASSED,
    PROJECTS,
    REACH,
    SKIPPED,
    TENANT,
    TOKEN,
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


def test_an_app_with_rights_passes_every_check(prover: Prover) -> None:
    report = prover.app("automation")

    assert outcome(report) == all_passed(*CheckName)
    assert facts(report, TENANT) == {"tenant": prover.site.directory.tenant("contoso").id}
    assert facts(report, PROJECTS) == {"count": "14"}


def test_an_app_that_is_not_in_the_organization_is_named_by_its_object_id(prover: Prover) -> None:
    report = prover.app("not-in-organization")
    contoso = prover.site.directory.tenant("contoso")
    principal = prover.site.directory.app("not-in-organization").service_principal_id(contoso)

    assert outcome(report) == {
        REACH: PASSED,
        TENANT: PASSED,
        TOKEN: PASSED,
        **from_identity_on(Problem.APP_NOT_IN_ORGANIZATION),
    }
    assert facts(report, IDENTITY)["object_id"] == principal


@pytest.mark.parametrize(
    ("key", "secret", "problem"),
    [
        ("automation", "not-the-right-one", Problem.SECRET_WRONG),
        ("automation", None, Problem.SECRET_REQUIRED),
        ("expired-secret", "own", Problem.SECRET_EXPIRED),
        ("desktop", "not-wanted-here", Problem.SECRET_NOT_ALLOWED),
    ],
)
def test_a_secret_that_is_refused_fails_at_the_token(
    prover: Prover, key: str, secret: str | None, problem: Problem
) -> None:
    report = prover.app(key, secret=secret)

    expected: Outcome = dict.fromkeys(CheckName, SKIPPED)
    assert outcome(report) == {**expected, REACH: PASSED, TENANT: PASSED, TOKEN: problem}
    assert not report.identity_proved
    assert not any("_apis" in url for url in prover.http.sent("GET"))


@pytest.mark.parametrize(
    ("tenant", "problem"),
    [("fabrikam.example", Problem.TENANT_MISMATCH), ("tailspin.example", Problem.TENANT_NOT_FOUND)],
)
def test_the_wrong_tenant_is_told_and_the_token_is_skipped(prover: Prover, tenant: str, problem: Problem) -> None:
    report = prover.app("automation", tenant=tenant)

    expected: Outcome = dict.fromkeys(CheckName, SKIPPED)
    assert outcome(report) == {**expected, REACH: PASSED, TENANT: problem}
    assert len(report.failures) == 1


def test_a_tenant_that_does_not_fit_is_named_with_the_right_one(prover: Prover) -> None:
    directory = prover.site.directory
    report = prover.app("automation", tenant="fabrikam.example")

    assert facts(report, TENANT) == {
        "organization": "contoso",
        "tenant": directory.tenant("fabrikam").id,
        "organization_tenant": directory.tenant("contoso").id,
    }


def test_an_unknown_organization_goes_before_all_else(prover: Prover) -> None:
    report = prover.app("automation", "tailspin", tenant="tailspin.example")

    expected: Outcome = dict.fromkeys(CheckName, SKIPPED)
    assert outcome(report) == {**expected, REACH: Problem.ORGANIZATION_NOT_FOUND}


# -- people -----------------------------------------------------------------------------------------------------------


def test_an_administrator_who_signed_in_passes_every_check(prover: Prover) -> None:
    assert outcome(prover.person(ADMIN)) == all_passed(*CheckName)


def test_a_newcomer_is_not_in_the_organization(prover: Prover) -> None:
    report = prover.person("newcomer@contoso.example")

    assert outcome(report) == {
        REACH: PASSED,
        TENANT: PASSED,
        TOKEN: PASSED,
        **from_identity_on(Problem.NOT_IN_ORGANIZATION),
    }


def test_a_guest_sees_what_they_were_given(prover: Prover) -> None:
    report = prover.person("guest@fabrikam.example")

    assert outcome(report) == all_passed(*CheckName)
    assert facts(report, PROJECTS) == {"count": "1"}
    assert facts(report, GROUPS)["project"] == "Website"


def test_a_sign_in_to_another_tenant_does_not_open_the_organization(prover: Prover) -> None:
    report = prover.person("guest@fabrikam.example", tenant="fabrikam.example")

    expected: Outcome = dict.fromkeys(CheckName, SKIPPED)
    assert outcome(report) == {**expected, REACH: PASSED, TENANT: Problem.TENANT_MISMATCH}


@pytest.mark.parametrize(
    ("expected", "changed"), [("", False), (ADMIN, False), (ADMIN.upper(), False), ("reader@contoso.example", True)]
)
def test_another_account_than_before_is_told(prover: Prover, expected: str, changed: bool) -> None:
    report = prover.person(ADMIN, expected=expected)

    assert outcome(report)[TOKEN] is (Problem.ACCOUNT_CHANGED if changed else PASSED)
    assert report.identity_proved is not changed
    if changed:
        assert facts(report, TOKEN) == {"expected": expected, "account": ADMIN}
