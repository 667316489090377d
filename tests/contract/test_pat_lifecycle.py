"""What PatLifecycle promises, kept by AzurePats in front of the practice cloud and by the fake."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from desktop_app.auth.client_secret import ClientSecretSignIn
from desktop_app.auth.entra import AppRegistration
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import PUBLIC, Cloud
from desktop_app.core.credential import AccessToken, Scheme, Secret
from desktop_app.core.lifecycle import (
    FULL_ACCESS_SCOPE,
    PatLifecycle,
    PatRecord,
    PatWish,
    called,
    may_have_been_made,
    records_of_token,
)
from desktop_app.core.ports import AzureDevOps, HttpSession
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_pats import PATS_PER_PAGE, AzurePats
from desktop_app.infra.clock import SystemClock
from desktop_app.practice import Fault, FaultKind, PracticeCloud, Service, conflict, throttled
from tests.fakes.clock import FakeClock
from tests.fakes.lifecycle import FakePatLifecycle
from tests.fakes.scripted_sign_in import ScriptedSignIn

SCOPES = frozenset({"vso.project", "vso.variablegroups_manage"})
UNKNOWN = "12345678-1234-1234-1234-123456789abc"
VERBS = {"list": "GET", "create": "POST", "revoke": "DELETE"}


@dataclass
class Desk:
    """One person's tokens at one organization, and what a test may do to the service behind them."""

    pats: PatLifecycle
    cloud: Cloud
    token: AccessToken
    now: datetime
    expired: str
    """The name of a token that has ended."""
    limit_days: Callable[[int], None]
    forbid_full_access: Callable[[], None]
    lose_answer_of: Callable[[str], None]

    def list(self) -> tuple[PatRecord, ...]:
        return self.pats.list(self.cloud, "contoso", self.token)

    def create(self, wish: PatWish) -> tuple[PatRecord, Secret]:
        return self.pats.create(self.cloud, "contoso", self.token, wish)

    def revoke(self, id: str) -> None:
        self.pats.revoke(self.cloud, "contoso", self.token, id)

    def wish(self, days: int = 30, scopes: frozenset[str] = SCOPES) -> PatWish:
        return PatWish(f"ADO Connect {uuid4().hex[:8]}", scopes, self.now + timedelta(days=days))


def problem_of(call: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as caught:
        call()
    return caught.value.problem


class PatLifecycleContract:
    @pytest.fixture
    def desk(self) -> Desk:
        raise NotImplementedError

    def test_a_token_is_made_as_wished_and_listed(self, desk: Desk) -> None:
        wish = desk.wish()

        record, value = desk.create(wish)

        assert wish.is_met_by(record)
        assert record.name == wish.name
        assert record.scopes == SCOPES
        assert abs(record.valid_to - wish.ends_at) < timedelta(seconds=1)
        assert record.valid_to.tzinfo is UTC
        assert len(value.reveal()) == 84
        assert record in desk.list()

    def test_a_token_with_full_access_has_that_for_its_scope(self, desk: Desk) -> None:
        record, _value = desk.create(desk.wish(scopes=frozenset({FULL_ACCESS_SCOPE})))

        assert record.scopes == {FULL_ACCESS_SCOPE}

    def test_each_token_has_a_value_and_an_id_of_its_own(self, desk: Desk) -> None:
        wish = desk.wish()

        (first, first_value), (second, second_value) = desk.create(wish), desk.create(wish)

        assert first.authorization_id != second.authorization_id
        assert first_value != second_value
        assert set(called(desk.list(), wish.name)) == {first, second}

    def test_a_record_is_found_by_what_is_known_of_its_token(self, desk: Desk) -> None:
        record, _value = desk.create(desk.wish(days=77))

        found = records_of_token(desk.list(), name=record.name, ends=record.valid_to.date(), scopes=SCOPES)

        assert found == (record,)

    def test_a_revoked_token_is_not_listed_and_may_be_revoked_again(self, desk: Desk) -> None:
        record, _value = desk.create(desk.wish())

        for _time in range(2):
            desk.revoke(record.authorization_id)

        assert record not in desk.list()

    def test_a_token_that_never_was_counts_as_revoked(self, desk: Desk) -> None:
        before = desk.list()

        desk.revoke(UNKNOWN)

        assert desk.list() == before

    def test_a_token_that_has_ended_is_not_listed(self, desk: Desk) -> None:
        assert called(desk.list(), desk.expired) == ()

    @pytest.mark.parametrize(
        ("days", "problem"),
        [(-1, Problem.PAT_END_REFUSED), (400, Problem.PAT_END_REFUSED), (60, Problem.PAT_POLICY_LIFESPAN)],
    )
    def test_an_end_that_is_not_allowed_is_told_and_nothing_made(self, desk: Desk, days: int, problem: Problem) -> None:
        desk.limit_days(45)
        wish = desk.wish(days)

        assert problem_of(lambda: desk.create(wish)) is problem
        assert not may_have_been_made(problem)
        assert called(desk.list(), wish.name) == ()

    def test_scopes_that_do_not_go_together_are_told(self, desk: Desk) -> None:
        mixed = desk.wish(scopes=frozenset({FULL_ACCESS_SCOPE, "vso.project"}))

        assert problem_of(lambda: desk.create(mixed)) is Problem.PAT_SCOPES_REFUSED

    def test_a_company_may_forbid_full_access(self, desk: Desk) -> None:
        desk.forbid_full_access()
        full = desk.wish(scopes=frozenset({FULL_ACCESS_SCOPE}))

        assert problem_of(lambda: desk.create(full)) is Problem.PAT_POLICY_FULL_ACCESS
        assert desk.create(desk.wish())

    def test_a_personal_access_token_manages_no_tokens(self, desk: Desk) -> None:
        own, value = desk.create(desk.wish())
        desk.token = AccessToken(value, Scheme.BASIC)

        assert problem_of(desk.list) is Problem.PAT_LIFECYCLE_REFUSED
        assert problem_of(lambda: desk.create(desk.wish())) is Problem.PAT_LIFECYCLE_REFUSED
        assert problem_of(lambda: desk.revoke(own.authorization_id)) is Problem.PAT_LIFECYCLE_REFUSED

    def test_a_token_whose_answer_was_lost_is_found_by_its_name(self, desk: Desk) -> None:
        wish = desk.wish()
        desk.lose_answer_of("create")

        problem = problem_of(lambda: desk.create(wish))

        assert may_have_been_made(problem)
        [made] = called(desk.list(), wish.name)  # one: it was asked for once
        desk.revoke(made.authorization_id)
        assert called(desk.list(), wish.name) == ()

    def test_a_revocation_whose_answer_was_lost_is_asked_for_again(self, desk: Desk) -> None:
        record, _value = desk.create(desk.wish())
        desk.lose_answer_of("revoke")

        assert problem_of(lambda: desk.revoke(record.authorization_id)) is Problem.CONNECTION_LOST
        desk.revoke(record.authorization_id)

        assert record not in desk.list()


class TestFakePatLifecycle(PatLifecycleContract):
    @pytest.fixture
    def desk(self) -> Desk:
        clock = FakeClock()
        fake = FakePatLifecycle(clock)
        ended = PatRecord("1", "Ended", SCOPES, clock.now() - timedelta(days=9), clock.now() - timedelta(days=2))
        fake.put(ended, Secret("ended"))

        def limit(days: int) -> None:
            fake.longest = timedelta(days=days)

        def forbid() -> None:
            fake.full_access_allowed = False

        return Desk(
            fake,
            PUBLIC,
            AccessToken(Secret("sign-in"), Scheme.BEARER),
            clock.now(),
            "Ended",
            limit,
            forbid,
            lambda method: fake.failures.add(method, Problem.CONNECTION_LOST, after_acting=True),
        )


@pytest.fixture
def person_token(practice_cloud: PracticeCloud, session: HttpSession) -> AccessToken:
    """A token of the administrator's sign-in."""
    cloud = practice_cloud.cloud
    app = AppRegistration(cloud, "contoso.example", practice_cloud.directory.app("desktop").client_id)
    person = ScriptedSignIn(session, "admin@contoso.example")
    return OAuthSignIn(session, SystemClock()).sign_in(app, cloud.native_redirect_uri, person, Cancel()).token


class TestAzurePats(PatLifecycleContract):
    @pytest.fixture
    def desk(self, practice_cloud: PracticeCloud, session: HttpSession, person_token: AccessToken) -> Iterator[Desk]:
        organization = practice_cloud.directory.organization("contoso")
        policy, before = organization.pat_policy, dict(practice_cloud.directory.pats)
        organization.pat_policy = replace(policy)
        practice_cloud.requests.clear()

        def limit(days: int) -> None:
            organization.pat_policy.longest_days = days

        def forbid() -> None:
            organization.pat_policy.full_scope_allowed = False

        def lose(method: str) -> None:
            practice_cloud.faults.add(Fault(FaultKind.LOSE, Service.IDENTITY, "pats", VERBS[method]))

        yield Desk(
            AzurePats(session),
            practice_cloud.cloud,
            person_token,
            datetime.now(UTC),
            "Practice expired",
            limit,
            forbid,
            lose,
        )
        organization.pat_policy = policy
        practice_cloud.directory.pats.clear()
        practice_cloud.directory.pats.update(before)

    def test_more_than_a_page_of_tokens_is_listed(self, desk: Desk, practice_cloud: PracticeCloud) -> None:
        pats = practice_cloud.directory.pats
        for number in range(2 * PATS_PER_PAGE):
            id = str(uuid4())
            pats[id] = replace(pats["four-scopes"], authorization_id=id, display_name=f"Page {number:03}")

        records = desk.list()

        names = [record.name for record in records if record.name.startswith("Page ")]
        assert names == [f"Page {number:03}" for number in range(2 * PATS_PER_PAGE)]
        assert len(practice_cloud.requests.of(Service.IDENTITY, "pats")) == 3

    def test_a_made_token_does_what_its_scopes_say_and_nothing_else(self, desk: Desk, devops: AzureDevOps) -> None:
        _record, value = desk.create(desk.wish())
        pat = AccessToken(value, Scheme.BASIC)
        project = devops.projects(desk.cloud, "contoso", pat)[0]

        assert devops.count_variable_groups(desk.cloud, "contoso", project, pat) <= 1
        releases = problem_of(lambda: devops.count_release_definitions(desk.cloud, "contoso", project, pat))
        assert releases is Problem.SCOPE_MISSING

    def test_a_revoked_token_is_refused(self, desk: Desk, devops: AzureDevOps) -> None:
        record, value = desk.create(desk.wish())
        pat = AccessToken(value, Scheme.BASIC)
        devops.identity(desk.cloud, "contoso", pat)

        desk.revoke(record.authorization_id)

        assert problem_of(lambda: devops.identity(desk.cloud, "contoso", pat)) is Problem.CREDENTIAL_REJECTED

    def test_a_seeded_token_for_all_organizations_is_told_apart(
        self, desk: Desk, practice_cloud: PracticeCloud
    ) -> None:
        pats = practice_cloud.directory.pats
        pats["everywhere"] = replace(pats["wide"], authorization_id=UNKNOWN, display_name="All", organizations=None)

        assert [record.name for record in desk.list() if record.all_organizations] == ["All"]

    @pytest.mark.parametrize("method", VERBS)
    @pytest.mark.parametrize(
        ("fault", "problem"),
        [
            (Fault(FaultKind.DROP, Service.IDENTITY, times=None), Problem.CONNECTION_LOST),
            (Fault(FaultKind.STATUS, Service.IDENTITY, status=503, times=None), Problem.SERVICE_UNAVAILABLE),
            (throttled(3600, service=Service.IDENTITY), Problem.THROTTLED),
            (conflict(service=Service.IDENTITY), Problem.CONFLICT),
        ],
        ids=["drop", "503", "429", "409"],
    )
    def test_a_fault_on_the_way_is_told_and_what_changes_something_sent_once(
        self, desk: Desk, practice_cloud: PracticeCloud, method: str, fault: Fault, problem: Problem
    ) -> None:
        calls = {
            "list": desk.list,
            "create": lambda: desk.create(desk.wish()),
            "revoke": lambda: desk.revoke(UNKNOWN),
        }
        practice_cloud.faults.add(fault)

        assert problem_of(calls[method]) is problem
        sent = practice_cloud.requests.of(Service.IDENTITY, "pats")
        assert method == "list" or len(sent) == 1

    @pytest.mark.parametrize("kind", [FaultKind.TRUNCATE, FaultKind.GARBAGE])
    def test_a_spoiled_answer_leaves_a_token_to_be_found(
        self, desk: Desk, practice_cloud: PracticeCloud, kind: FaultKind
    ) -> None:
        wish = desk.wish()
        practice_cloud.faults.add(Fault(kind, Service.IDENTITY, "pats", "POST"))

        assert may_have_been_made(problem_of(lambda: desk.create(wish)))
        assert len(called(desk.list(), wish.name)) == 1

    def test_neither_the_new_token_nor_the_sign_in_is_logged(
        self, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)

        record, value = desk.create(desk.wish())
        desk.list()
        desk.revoke(record.authorization_id)

        assert caplog.records  # urllib3 writes a line for each request
        assert value.reveal() not in caplog.text
        assert desk.token.value.reveal() not in caplog.text

    def test_an_app_manages_no_tokens(self, desk: Desk, practice_cloud: PracticeCloud, session: HttpSession) -> None:
        seeded = practice_cloud.directory.app("automation")
        app = AppRegistration(desk.cloud, "contoso.example", seeded.client_id, seeded.secrets[0].value)
        desk.token = ClientSecretSignIn(session, SystemClock()).sign_in(app).token

        assert problem_of(desk.list) is Problem.PAT_LIFECYCLE_REFUSED
