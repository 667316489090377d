"""Inspections of the practice cloud's people, tokens and apps: each verdict, and what it rests on."""

import logging

import pytest

from desktop_app.core.permissions import Permission, needed
from desktop_app.core.profile import Method
from desktop_app.core.report import EvidenceKind, Excess, Layer, Verdict
from desktop_app.practice import Fault, FaultKind
from tests.fakes.clock import FakeClock
from tests.unit.auth.conftest import ADMIN, RecordingHttp, Site
from tests.unit.auth.inspecting import Inspector, Row

SCOPE, ACCOUNT = Layer.SCOPE, Layer.ACCOUNT
GRANTED, MISSING = Verdict.GRANTED, Verdict.MISSING
UNTELLABLE, NOT_CHECKED = Verdict.UNTELLABLE, Verdict.NOT_CHECKED
Kind, P = EvidenceKind, Permission

OF_A_TOKEN = [need.permission for need in needed(Method.PAT)]
OF_AN_APP = [need.permission for need in needed(Method.OAUTH)]
READS: dict[Permission, Row] = {
    P.READ_PROJECTS: (GRANTED, Kind.LISTED),
    P.READ_VARIABLE_GROUPS: (GRANTED, Kind.LISTED),
    P.READ_RELEASES: (GRANTED, Kind.LISTED),
    P.READ_SERVICE_CONNECTIONS: (GRANTED, Kind.LISTED),
    P.QUERY_SERVICE_CONNECTIONS: (UNTELLABLE, Kind.NO_HARMLESS_REQUEST),
}


@pytest.fixture
def inspector(http: RecordingHttp, clock: FakeClock, site: Site) -> Inspector:
    cloud = site.cloud
    site.practice.requests.clear()
    http._http.trust(site.practice.ca_pem, (cloud.identity,))  # where the scope vso.graph is tried
    return Inspector(http, clock, site)


# --- a personal access token


def test_a_token_with_the_four_scopes_of_an_administrator(inspector: Inspector) -> None:
    found = inspector.pat("four-scopes", "Shop", "Website")

    for project in ("Shop", "Website"):
        assert found.of(SCOPE, project) == READS | {
            P.CREATE_VARIABLE_GROUPS: (UNTELLABLE, Kind.NOT_ASKED_CLOSELY),
            P.MANAGE_VARIABLE_GROUPS: (UNTELLABLE, Kind.NOT_ASKED_CLOSELY),
            P.RUN_RELEASES: (UNTELLABLE, Kind.NOT_ASKED_CLOSELY),
        }
        assert found.of(ACCOUNT, project) == dict.fromkeys(OF_A_TOKEN, (GRANTED, Kind.ALLOWED))
    assert found.excess == ()


def test_nothing_but_reads_is_sent(inspector: Inspector) -> None:
    inspector.pat("four-scopes", "Shop")

    assert {one.method for one in inspector.exchanges} == {"GET"}


def test_nothing_is_asked_twice(inspector: Inspector) -> None:
    inspector.pat("four-scopes", "Shop", "Website", closely=True)
    asked = [(one.method, one.url) for one in inspector.exchanges]

    assert len(asked) == len(set(asked))


def test_asked_closely_what_goes_beyond_reading_is_likely(inspector: Inspector) -> None:
    found = inspector.pat("four-scopes", "Shop", "Website", closely=True)

    for permission in (P.CREATE_VARIABLE_GROUPS, P.MANAGE_VARIABLE_GROUPS, P.RUN_RELEASES):
        finding = found.one(permission, SCOPE)
        assert (finding.verdict, finding.likely) == (GRANTED, True)
        assert finding.evidence.kind is Kind.EMPTY_REQUEST_LET_THROUGH
    assert found.one(P.QUERY_SERVICE_CONNECTIONS, SCOPE).verdict is UNTELLABLE
    assert len([one for one in inspector.exchanges if one.method == "POST"]) == 2


def test_asked_closely_nothing_is_made(inspector: Inspector, site: Site) -> None:
    organization = site.directory.organizations["contoso"]
    before = (len(organization.groups), len(organization.releases))

    inspector.pat("full-access", "Shop", closely=True)

    assert (len(organization.groups), len(organization.releases)) == before


def test_a_token_that_only_reads_asked_closely(inspector: Inspector) -> None:
    found = inspector.pat("read-only", "Shop", closely=True)

    assert found.of(SCOPE, "Shop") == READS | {
        P.CREATE_VARIABLE_GROUPS: (UNTELLABLE, Kind.NO_HARMLESS_REQUEST),  # its scope may be there without the other
        P.MANAGE_VARIABLE_GROUPS: (MISSING, Kind.EMPTY_REQUEST_REFUSED),
        P.RUN_RELEASES: (MISSING, Kind.EMPTY_REQUEST_REFUSED),
    }
    assert found.one(P.MANAGE_VARIABLE_GROUPS, SCOPE).likely
    assert not found.one(P.READ_RELEASES, SCOPE, "Shop").likely


def test_a_scope_that_is_missing_takes_with_it_what_includes_it(inspector: Inspector, site: Site) -> None:
    site.practice.faults.add(Fault(FaultKind.STATUS, path_contains="/variablegroups", status=401, times=None))

    found = inspector.pat("four-scopes", "Shop", closely=True)

    scopes = found.of(SCOPE, "Shop")
    for permission in (P.READ_VARIABLE_GROUPS, P.CREATE_VARIABLE_GROUPS, P.MANAGE_VARIABLE_GROUPS):
        assert scopes[permission] == (MISSING, Kind.LIST_REFUSED_BY_SCOPE)
    assert not found.one(P.MANAGE_VARIABLE_GROUPS, SCOPE).likely
    assert found.one(P.MANAGE_VARIABLE_GROUPS, SCOPE).evidence.facts["scope"] == "vso.variablegroups_read"
    assert found.of(ACCOUNT, "Shop")[P.READ_VARIABLE_GROUPS] == (GRANTED, Kind.ALLOWED)  # the layers are never mixed
    assert not [one for one in inspector.exchanges if one.method == "POST" and "variablegroups" in one.url]


def test_a_list_that_fails_decides_nothing(inspector: Inspector, site: Site) -> None:
    site.practice.faults.add(Fault(FaultKind.STATUS, path_contains="/release/definitions", status=500, times=None))

    found = inspector.pat("four-scopes", "Shop")

    for permission in (P.READ_RELEASES, P.RUN_RELEASES):
        assert found.of(SCOPE, "Shop")[permission] == (UNTELLABLE, Kind.LIST_FAILED)
    assert found.one(P.READ_RELEASES, SCOPE, "Shop").evidence.facts["problem"] == "service-unavailable"


def test_too_wide_a_token_is_found_out(inspector: Inspector) -> None:
    found = inspector.pat("wide", "Shop")

    assert found.excess == tuple(
        Excess(Kind.LISTED, scope=scope) for scope in ("vso.code", "vso.build", "vso.work", "vso.graph")
    )


# --- a person who signed in


def test_a_sign_in_of_an_administrator(inspector: Inspector) -> None:
    found = inspector.person(ADMIN, "Shop")

    assert found.of(SCOPE) == dict.fromkeys(OF_AN_APP, (GRANTED, Kind.SCOPE_GRANTED))
    account = found.of(ACCOUNT, "Shop")
    assert account.pop(P.ACT_AS_ACCOUNT) == (GRANTED, Kind.MEMBER)
    assert account == dict.fromkeys(OF_AN_APP[1:], (GRANTED, Kind.ALLOWED))
    assert found.one(P.ACT_AS_ACCOUNT, ACCOUNT).evidence.facts == {"organization": "contoso", "account": ADMIN}
    assert found.excess == ()


def test_a_sign_in_of_a_reader(inspector: Inspector) -> None:
    found = inspector.person("reader@contoso.example", "Shop", "Website", "Billing")

    assert found.of(SCOPE)[P.MANAGE_VARIABLE_GROUPS] == (GRANTED, Kind.SCOPE_GRANTED)
    for project in ("Shop", "Website"):
        assert found.of(ACCOUNT, project) == {
            P.ACT_AS_ACCOUNT: (GRANTED, Kind.MEMBER),
            P.READ_PROJECTS: (GRANTED, Kind.ALLOWED),
            P.EDIT_PROJECTS: (MISSING, Kind.DENIED),
            P.READ_VARIABLE_GROUPS: (GRANTED, Kind.ALLOWED),
            P.CREATE_VARIABLE_GROUPS: (MISSING, Kind.DENIED),
            P.MANAGE_VARIABLE_GROUPS: (MISSING, Kind.DENIED),
        }
    assert found.one(P.EDIT_PROJECTS, ACCOUNT, "Shop").evidence.facts["actions"] == "GENERIC_WRITE"


def test_what_is_known_without_asking_is_told_first(inspector: Inspector) -> None:
    found = inspector.person(ADMIN, "Shop")
    first = found.told[: len(OF_AN_APP) + 1]

    assert {finding.layer for finding in first[:-1]} == {SCOPE}
    assert first[-1].permission is P.ACT_AS_ACCOUNT


# --- an app


def test_an_app_has_no_scopes(inspector: Inspector) -> None:
    found = inspector.app("automation", "Shop")

    assert found.of(SCOPE, "Shop") == {}
    account = found.of(ACCOUNT, "Shop")
    assert account.pop(P.ACT_AS_ACCOUNT) == (GRANTED, Kind.MEMBER)
    assert account == dict.fromkeys(OF_AN_APP[1:], (GRANTED, Kind.ALLOWED))


def test_rights_that_an_app_does_not_need_are_told_by_project(inspector: Inspector) -> None:
    found = inspector.app("automation", "Shop", "Website")

    assert found.excess == tuple(
        Excess(Kind.ALLOWED, right=right, project=project)
        for right in ("Project/DELETE", "ReleaseManagement/DeleteReleaseDefinition", "ServiceEndpoints/Administer")
        for project in ("Shop", "Website")
    )


# --- whoever it is


def test_findings_are_in_the_order_of_a_report_and_each_is_told_once(inspector: Inspector) -> None:
    found = inspector.pat("four-scopes", "Website", "Shop")
    places = [
        (OF_A_TOKEN.index(one.permission), one.layer is ACCOUNT, one.project.name if one.project else "")
        for one in found.findings
    ]

    assert places == sorted(places)
    assert len(found.told) == len(found.findings)
    assert set(map(id, found.told)) == set(map(id, found.findings))


def test_without_projects_only_what_needs_none_is_judged(inspector: Inspector) -> None:
    found = inspector.pat("four-scopes")

    scopes, account = found.of(SCOPE), found.of(ACCOUNT)
    assert scopes.pop(P.READ_PROJECTS) == (GRANTED, Kind.LISTED)
    assert set(scopes.values()) == {(NOT_CHECKED, Kind.NEEDS_CHECK)}
    assert account == dict.fromkeys(OF_A_TOKEN, (NOT_CHECKED, Kind.NEEDS_CHECK))
    assert found.one(P.RUN_RELEASES, SCOPE).evidence.facts == {"check": "projects", "problem": "no-projects"}
    assert len(inspector.exchanges) == 1


def test_an_app_without_projects_is_still_a_member(inspector: Inspector) -> None:
    found = inspector.app("automation")

    account = found.of(ACCOUNT)
    assert account.pop(P.ACT_AS_ACCOUNT) == (GRANTED, Kind.MEMBER)
    assert account == dict.fromkeys(OF_AN_APP[1:], (NOT_CHECKED, Kind.NEEDS_CHECK))


@pytest.mark.parametrize("method", ["pat", "person", "app"])
def test_no_secret_is_in_what_is_found_recorded_or_logged(
    inspector: Inspector, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    caplog.set_level(logging.DEBUG)
    who = {"pat": "full-access", "person": ADMIN, "app": "automation"}[method]

    found = getattr(inspector, method)(who, "Shop", **({"closely": True} if method == "pat" else {}))

    sent = {request.headers["Authorization"].split()[-1] for request in inspector.http.requests}
    [secret] = sent
    seen = "".join(map(repr, (found.findings, found.excess, found.told, inspector.exchanges))) + caplog.text
    for hidden in (secret, inspector.site.directory.pat("full-access").value.reveal()):
        assert hidden not in seen
