"""What AppSecrets promises, kept by GraphAppSecrets in front of the practice cloud and by the fake."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from desktop_app.auth.client_secret import ClientSecretSignIn, once_known
from desktop_app.auth.entra import AppRegistration
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import PUBLIC, Cloud
from desktop_app.core.credential import Secret
from desktop_app.core.lifecycle import (
    AppSecretRecord,
    AppSecrets,
    GraphToken,
    called,
    may_have_been_made,
    record_of_secret,
)
from desktop_app.core.ports import HttpSession
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.graph import GraphAppSecrets
from desktop_app.infra.http import RequestsSession
from desktop_app.practice import Fault, FaultKind, PracticeCloud, Service, conflict
from desktop_app.practice.derivation import client_secret
from tests.fakes.clock import FakeClock
from tests.fakes.lifecycle import FakeAppSecrets

UNKNOWN = "12345678-1234-1234-1234-123456789abc"


@dataclass
class Desk:
    """The client secrets of one app, and what a test may do to the service behind them.

    `first` is the secret that was there before; `sign_in` raises SECRET_WRONG for a secret that is not known.
    """

    secrets: AppSecrets
    cloud: Cloud
    client_id: str
    token: GraphToken
    first: Secret
    now: datetime
    sign_in: Callable[[Secret], object]
    let_time_pass: Callable[[], None]
    limit_days: Callable[[int], None]
    forbid: Callable[[], None]
    lose_answer_of: Callable[[str], None]

    def list(self) -> tuple[AppSecretRecord, ...]:
        return self.secrets.list(self.cloud, self.client_id, self.token)

    def add(self, name: str, days: int = 30) -> tuple[AppSecretRecord, Secret]:
        return self.secrets.add(self.cloud, self.client_id, self.token, name, self.now + timedelta(days=days))

    def remove(self, key_id: str) -> None:
        self.secrets.remove(self.cloud, self.client_id, self.token, key_id)


def a_name() -> str:
    return f"ADO Connect {uuid4().hex[:8]}"


def problem_of(call: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as caught:
        call()
    return caught.value.problem


class AppSecretsContract:
    @pytest.fixture
    def desk(self) -> Desk:
        raise NotImplementedError

    def test_the_secret_in_use_is_found_among_the_records(self, desk: Desk) -> None:
        [record] = desk.list()

        assert record_of_secret(desk.list(), desk.first) == record
        assert record.ends_at > desk.now
        assert record.ends_at.tzinfo is UTC

    def test_a_secret_is_made_beside_the_one_in_use(self, desk: Desk) -> None:
        name = a_name()

        record, value = desk.add(name)

        assert value.begins_with(record.hint)
        assert len(record.hint) == 3
        assert record.name == name
        assert abs(record.ends_at - (desk.now + timedelta(days=30))) < timedelta(seconds=1)
        assert called(desk.list(), name) == (record,)
        assert record_of_secret(desk.list(), value) == record
        assert len(desk.list()) == 2

    def test_the_one_that_ends_last_comes_first(self, desk: Desk) -> None:
        names = [desk.add(f"{days} days", days)[0].name for days in (500, 10, 600)]

        ends = [record.ends_at for record in desk.list()]
        assert ends == sorted(ends, reverse=True)
        assert set(names) <= {record.name for record in desk.list()}

    def test_a_new_secret_is_known_only_later_and_the_old_one_all_along(self, desk: Desk) -> None:
        _record, value = desk.add(a_name())

        assert problem_of(lambda: desk.sign_in(value)) is Problem.SECRET_WRONG
        desk.sign_in(desk.first)
        desk.let_time_pass()
        desk.sign_in(value)
        desk.sign_in(desk.first)

    def test_a_removed_secret_is_refused_and_may_be_removed_again(self, desk: Desk) -> None:
        record, value = desk.add(a_name())
        desk.let_time_pass()

        for _time in range(2):
            desk.remove(record.key_id)

        assert record not in desk.list()
        assert problem_of(lambda: desk.sign_in(value)) is Problem.SECRET_WRONG
        desk.sign_in(desk.first)

    def test_a_secret_that_never_was_counts_as_removed(self, desk: Desk) -> None:
        desk.remove(UNKNOWN)

        assert len(desk.list()) == 1

    def test_a_company_may_limit_the_life_of_a_secret(self, desk: Desk) -> None:
        desk.limit_days(90)
        name = a_name()

        problem = problem_of(lambda: desk.add(name, days=91))

        assert problem is Problem.APP_SECRET_LIFETIME
        assert not may_have_been_made(problem)
        assert desk.add(name, days=90)[0] in called(desk.list(), name)

    def test_an_app_that_may_not_is_told(self, desk: Desk) -> None:
        desk.forbid()

        assert problem_of(desk.list) is Problem.GRAPH_PERMISSION_MISSING
        assert problem_of(lambda: desk.add(a_name())) is Problem.GRAPH_PERMISSION_MISSING
        assert problem_of(lambda: desk.remove(UNKNOWN)) is Problem.GRAPH_PERMISSION_MISSING

    def test_a_cloud_without_graph_is_told(self, desk: Desk) -> None:
        desk.cloud = replace(desk.cloud, key="custom", graph="")

        assert problem_of(desk.list) is Problem.GRAPH_NOT_OFFERED
        assert problem_of(lambda: desk.add(a_name())) is Problem.GRAPH_NOT_OFFERED
        assert problem_of(lambda: desk.remove(UNKNOWN)) is Problem.GRAPH_NOT_OFFERED

    def test_a_secret_whose_answer_was_lost_is_found_by_its_name(self, desk: Desk) -> None:
        name = a_name()
        desk.lose_answer_of("add")

        problem = problem_of(lambda: desk.add(name))

        assert may_have_been_made(problem)
        [made] = called(desk.list(), name)  # one: it was asked for once
        desk.remove(made.key_id)
        assert called(desk.list(), name) == ()

    def test_a_removal_whose_answer_was_lost_is_asked_for_again(self, desk: Desk) -> None:
        record, _value = desk.add(a_name())
        desk.lose_answer_of("remove")

        assert problem_of(lambda: desk.remove(record.key_id)) is Problem.CONNECTION_LOST
        desk.remove(record.key_id)

        assert record not in desk.list()


class TestFakeAppSecrets(AppSecretsContract):
    @pytest.fixture
    def desk(self) -> Desk:
        clock = FakeClock()
        fake, first = FakeAppSecrets(clock), Secret(client_secret("test/first"))
        yesterday, end = clock.now() - timedelta(days=1), clock.now() + timedelta(days=365)
        fake.put(AppSecretRecord("1", "First", first.reveal()[:3], yesterday, end), first)

        def limit(days: int) -> None:
            fake.longest = timedelta(days=days)

        def forbid() -> None:
            fake.allowed = False

        return Desk(
            secrets=fake,
            cloud=PUBLIC,
            client_id=UNKNOWN,
            token=GraphToken(Secret("graph")),
            first=first,
            now=clock.now(),
            sign_in=fake.sign_in,
            let_time_pass=lambda: clock.advance(3),
            limit_days=limit,
            forbid=forbid,
            lose_answer_of=lambda method: fake.failures.add(method, Problem.CONNECTION_LOST, after_acting=True),
        )


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def own_cloud(clock: FakeClock) -> Iterator[PracticeCloud]:
    """A practice cloud whose clock a test moves."""
    with PracticeCloud(now=clock.now) as cloud:
        yield cloud


@pytest.fixture
def own_session(own_cloud: PracticeCloud) -> Iterator[RequestsSession]:
    session = RequestsSession()
    session.trust(own_cloud.ca_pem, own_cloud.cloud.bases)
    yield session
    session.close()


class TestGraphAppSecrets(AppSecretsContract):
    @pytest.fixture
    def desk(self, own_cloud: PracticeCloud, own_session: HttpSession, clock: FakeClock) -> Desk:
        directory, sign_in = own_cloud.directory, ClientSecretSignIn(own_session, clock)
        seeded = directory.app("automation")
        app = AppRegistration(own_cloud.cloud, "contoso.example", seeded.client_id, seeded.secrets[0].value)
        desk = Desk(
            secrets=GraphAppSecrets(own_session),
            cloud=own_cloud.cloud,
            client_id=seeded.client_id,
            token=sign_in.graph_token(app),
            first=seeded.secrets[0].value,
            now=clock.now(),
            sign_in=lambda secret: sign_in.sign_in(replace(app, client_secret=secret)),
            let_time_pass=lambda: clock.advance(3),
            limit_days=lambda days: setattr(directory.secret_policy, "longest_days", days),
            forbid=lambda: None,
            lose_answer_of=lambda method: own_cloud.faults.add(
                Fault(FaultKind.LOSE, Service.GRAPH, f"{method}Password", "POST")
            ),
        )

        def forbid() -> None:
            other = directory.app("not-in-organization")
            desk.token = sign_in.graph_token(
                replace(app, client_id=other.client_id, client_secret=other.secrets[0].value)
            )
            desk.client_id = other.client_id

        desk.forbid = forbid
        return desk

    def test_the_whole_renewal_of_a_secret(self, desk: Desk, own_session: HttpSession, clock: FakeClock) -> None:
        """Add, wait until it is known, prove it with Azure DevOps' token, remove the old key only."""
        old = record_of_secret(desk.list(), desk.first)
        assert old is not None
        new, value = desk.add(a_name())
        asked_at: list[datetime] = []

        def attempt() -> object:
            asked_at.append(clock.now())
            return desk.sign_in(value)

        once_known(attempt, clock, Cancel(), wait=clock.advance)
        app = AppRegistration(desk.cloud, "contoso.example", desk.client_id, value)
        desk.token = ClientSecretSignIn(own_session, clock).graph_token(app)
        desk.remove(old.key_id)

        assert [(at - desk.now).total_seconds() for at in asked_at] == [0, 1, 3]
        assert desk.list() == (new,)
        assert problem_of(lambda: desk.sign_in(desk.first)) is Problem.SECRET_WRONG

    def test_a_token_for_azure_devops_is_refused(self, desk: Desk, own_session: HttpSession, clock: FakeClock) -> None:
        app = AppRegistration(desk.cloud, "contoso.example", desk.client_id, desk.first)
        desk.token = GraphToken(ClientSecretSignIn(own_session, clock).sign_in(app).token.value)

        assert problem_of(desk.list) is Problem.GRAPH_SIGN_IN_REFUSED

    def test_an_unknown_app_is_told(self, desk: Desk) -> None:
        desk.client_id = UNKNOWN

        assert problem_of(desk.list) is Problem.APP_NOT_FOUND

    def test_a_company_may_forbid_secrets(self, desk: Desk, own_cloud: PracticeCloud) -> None:
        own_cloud.directory.secret_policy.addition_allowed = False

        assert problem_of(lambda: desk.add(a_name())) is Problem.APP_SECRETS_FORBIDDEN

    @pytest.mark.parametrize("method", ["list", "add", "remove"])
    @pytest.mark.parametrize(
        ("fault", "problem"),
        [
            (Fault(FaultKind.DROP, Service.GRAPH, times=None), Problem.CONNECTION_LOST),
            (Fault(FaultKind.STATUS, Service.GRAPH, status=503, times=None), Problem.SERVICE_UNAVAILABLE),
            (Fault(FaultKind.STATUS, Service.GRAPH, status=429, headers={"Retry-After": "3600"}), Problem.THROTTLED),
            (conflict(service=Service.GRAPH), Problem.CONFLICT),
        ],
        ids=["drop", "503", "429", "409"],
    )
    def test_a_fault_on_the_way_is_told_and_what_changes_something_sent_once(
        self, desk: Desk, own_cloud: PracticeCloud, method: str, fault: Fault, problem: Problem
    ) -> None:
        calls = {"list": desk.list, "add": lambda: desk.add(a_name()), "remove": lambda: desk.remove(UNKNOWN)}
        own_cloud.faults.add(fault)

        assert problem_of(calls[method]) is problem
        assert method == "list" or len(own_cloud.requests.of(Service.GRAPH)) == 1

    @pytest.mark.parametrize("kind", [FaultKind.TRUNCATE, FaultKind.GARBAGE])
    def test_a_spoiled_answer_leaves_a_secret_to_be_found(
        self, desk: Desk, own_cloud: PracticeCloud, kind: FaultKind
    ) -> None:
        name = a_name()
        own_cloud.faults.add(Fault(kind, Service.GRAPH, "addPassword"))

        assert may_have_been_made(problem_of(lambda: desk.add(name)))
        assert len(called(desk.list(), name)) == 1

    def test_neither_the_new_secret_nor_the_token_is_logged(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)

        record, value = desk.add(a_name())
        desk.list()
        desk.remove(record.key_id)

        assert caplog.records  # urllib3 writes a line for each request
        assert value.reveal() not in caplog.text
        assert desk.token.value.reveal() not in caplog.text
