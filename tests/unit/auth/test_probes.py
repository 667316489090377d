"""How the checks ask: only reading, nothing twice, side by side; and what they are built of."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from desktop_app.auth.pat import grant_for_pat
from desktop_app.auth.probes import Once, Proof, Target
from desktop_app.core.checks import run_checks
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import PatCredential, Secret
from desktop_app.core.ports import OrganizationTenant
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.practice.service import Service
from tests.fakes.clock import FakeClock
from tests.unit.auth.conftest import RecordingHttp, Site
from tests.unit.auth.prover import (
    PASSED,
    REACH,
    TENANT,
    Outcome,
    Prover,
    outcome,
)


@pytest.fixture
def prover(http: RecordingHttp, clock: FakeClock, site: Site) -> Prover:
    return Prover(http, clock, site)


def test_a_validation_only_reads(prover: Prover) -> None:
    prover.seeded_pat("four-scopes")

    assert {request.method for request in prover.http.requests} == {"GET", "HEAD"}


def test_the_tenant_is_asked_without_a_credential(prover: Prover) -> None:
    prover.seeded_pat("four-scopes")
    asked = prover.site.practice.requests.all()

    assert [one.authorization for one in asked if one.method == "HEAD"] == [None]
    assert {one.authorization for one in asked if one.method == "GET"} == {"Basic"}


@pytest.mark.parametrize("method", ["pat", "app"])
def test_nothing_is_asked_twice(prover: Prover, method: str) -> None:
    if method == "pat":
        prover.seeded_pat("four-scopes")
    else:
        prover.app("automation")
    asked = [(request.method, request.url) for request in prover.http.requests]
    discovery = [entry for entry in asked if "openid-configuration" in entry[1]]

    # The look-up of the tenant and the sign-in each read the discovery document: they run at the same time.
    assert len(asked) - len(discovery) == len({entry for entry in asked if entry not in discovery})
    assert len(discovery) == (0 if method == "pat" else 2)


def test_a_token_is_tried_while_the_organization_is_looked_up(prover: Prover, site: Site) -> None:
    all_three = threading.Barrier(3, timeout=20)
    plain = prover.http.send

    def meeting(request: Any) -> Any:  # as HttpSession.send
        path = request.url.split("?")[0]
        if request.method == "HEAD" or path.endswith(("/_apis/connectionData", "/_apis/projects")):
            all_three.wait()  # raises unless the others are under way too
        return plain(request)

    prover.http.send = meeting  # type: ignore[method-assign]  # a test's own eyes on the wire

    assert prover.seeded_pat("four-scopes").identity_proved


def test_releases_are_asked_of_their_own_host(prover: Prover, site: Site) -> None:
    prover.seeded_pat("four-scopes")

    assert len(site.practice.requests.of(Service.RELEASE, "/_apis/release/definitions")) == 1


# -- without a network ------------------------------------------------------------------------------------------------


class Unasked:
    """An AzureDevOps that tells a tenant and knows nothing else."""

    def __init__(self, tenant: OrganizationTenant) -> None:
        self._tenant = tenant

    def organization_tenant(self, *where: object) -> OrganizationTenant:
        return self._tenant

    def __getattr__(self, name: str) -> Callable[..., object]:
        def refuses(*_: object) -> object:
            raise ConnectionProblem(Problem.CREDENTIAL_REJECTED)

        return refuses


def run(tenant: OrganizationTenant, *, by_tenant: bool) -> Outcome:
    devops: Any = Unasked(tenant)
    grant = grant_for_pat(PatCredential(Secret("x")), None)
    proof = Proof(Target(PUBLIC, "contoso"), devops, lambda: grant, (lambda: "the-tenant") if by_tenant else None)
    return outcome(run_checks(proof.checks(), clock=FakeClock()))


def test_an_organization_on_personal_accounts_takes_tokens_only() -> None:
    personal = OrganizationTenant("", personal=True)

    assert run(personal, by_tenant=True)[REACH] is Problem.PERSONAL_ACCOUNT_ORGANIZATION
    assert run(personal, by_tenant=False)[REACH] is PASSED


@pytest.mark.parametrize("told", ["", "the-tenant", "THE-TENANT"])
def test_a_tenant_fits_when_nothing_speaks_against_it(told: str) -> None:
    assert run(OrganizationTenant(told), by_tenant=True)[TENANT] is PASSED


def test_a_value_is_computed_once_for_all_who_ask() -> None:
    calls: list[int] = []
    together = threading.Barrier(4, timeout=20)

    def compute() -> int:
        calls.append(1)
        return len(calls)

    once = Once(compute)

    def ask() -> None:
        together.wait()
        assert once() == 1

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert calls == [1]
    assert once.value == 1


def test_a_failure_is_remembered_too() -> None:
    calls: list[int] = []

    def fails() -> int:
        calls.append(1)
        raise ConnectionProblem(Problem.TIMED_OUT)

    once = Once(fails)
    for _ in range(3):
        with pytest.raises(ConnectionProblem):
            once()

    assert calls == [1]
    assert once.value is None


@pytest.mark.parametrize(
    ("ends", "expires"), [(None, None), (date(2026, 11, 2), "2026-11-03T00:00:00+00:00")], ids=["unknown", "today"]
)
def test_a_token_works_until_its_last_day_is_over(ends: date | None, expires: str | None) -> None:
    grant = grant_for_pat(PatCredential(Secret("x")), ends)

    assert (grant.token.expires_at.isoformat() if grant.token.expires_at else None) == expires
    assert grant.account is None
