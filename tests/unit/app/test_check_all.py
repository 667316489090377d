"""Checking many connections: bounded, told one by one, stopped at once, and no failure spoils the others."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from desktop_app.app.check_all import (
    BETWEEN_S,
    CONNECTIONS_AT_ONCE,
    Checked,
    Share,
    Tally,
    check_all,
    in_turns,
    summary_words,
)
from desktop_app.app.connections import Connections
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.checks import CheckReport
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import PatCredential, Secret
from desktop_app.core.ports import ORGANIZATION_AT_ONCE, REQUESTS_AT_ONCE
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import LastCheck, Method, Profile, ProfileId
from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.credential_json import encode_credential
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.memory_history import MemoryHistory
from desktop_app.infra.memory_store import MemorySecretStore
from desktop_app.infra.turns import ThreadTurns
from tests.fakes.change_journal import MemoryJournal
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.http import json_answer
from tests.fakes.profile_store import MemoryProfileStore
from tests.fakes.profiles import a_profile
from tests.fakes.tls_server import Answer, Seen, TlsServer, tls_server
from tests.unit.app.world import PAT, World, unheard
from tests.unit.infra.azure import PROJECT, TENANT, connection_data

WORKS = LastCheck(NOON, identity_proved=True)
REPORT = CheckReport((), NOON)
Step = tuple[Checked, Tally]


def a_row(number: int, **changes: object) -> Profile:
    """A connection that works, but for the changes."""
    return a_profile(number, **{"credential_ends": None, "last_check": WORKS, **changes})


def run(
    profiles: list[Profile],
    check: Callable[[ProfileId, Cancel], tuple[Profile, CheckReport]],
    cancel: Cancel | None = None,
) -> tuple[Tally, list[Step]]:
    steps: list[Step] = []
    tally = check_all(profiles, check, now=NOON, on_progress=steps.append, cancel=cancel or Cancel())
    return tally, steps


def test_each_is_told_once_with_how_far_it_has_come_and_the_worst_so_far() -> None:
    rows = {
        row.id: row
        for row in (
            a_row(1),
            a_row(2, last_check=LastCheck(NOON, True, Problem.SCOPE_MISSING)),
            a_row(3, last_check=LastCheck(NOON, False, Problem.CREDENTIAL_REJECTED)),
            a_row(4, credential_ends=date(2026, 11, 1)),
        )
    }

    tally, steps = run(list(rows.values()), lambda key, cancel: (rows[key], REPORT))

    assert {checked.key for checked, _tally in steps} == rows.keys()
    assert [step.done for _checked, step in steps] == [1, 2, 3, 4]
    assert all(checked.profile is rows[checked.key] for checked, _tally in steps)
    assert tally == steps[-1][1] == Tally(4, done=4, needs_you=2, in_part=1, worst="bad")
    assert tally.working == 2


def test_no_failure_stops_the_others() -> None:
    def check(key: ProfileId, cancel: Cancel) -> tuple[Profile, CheckReport]:
        number = int(key, 16)
        if number % 3 == 0:
            raise ConnectionProblem(Problem.PROFILE_GONE)
        if number % 3 == 1:
            raise RuntimeError("a defect, with " + PAT + " in its words")
        return a_row(number), REPORT

    tally, steps = run([a_row(number) for number in range(30)], check)

    assert (tally.done, tally.unknown, tally.working) == (30, 20, 10)
    failures = [checked.failure.problem for checked, _tally in steps if checked.failure is not None]
    assert (failures.count(Problem.PROFILE_GONE), failures.count(Problem.INTERNAL)) == (10, 10)


def test_defect_is_logged_without_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    def check(key: ProfileId, cancel: Cancel) -> tuple[Profile, CheckReport]:
        raise RuntimeError("a defect, with " + PAT + " in its words")

    run([a_row(1)], check)

    assert a_row(1).id in caplog.text
    assert PAT not in caplog.text


def test_some_are_checked_at_the_same_time_and_never_more() -> None:
    together = threading.Barrier(CONNECTIONS_AT_ONCE, timeout=20)
    lock = threading.Lock()
    running, most = [0], [0]

    def check(key: ProfileId, cancel: Cancel) -> tuple[Profile, CheckReport]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait()  # raises unless so many get here together
        with lock:
            running[0] -= 1
        return a_row(1), REPORT

    tally, _steps = run([a_row(number) for number in range(3 * CONNECTIONS_AT_ONCE)], check)

    assert (most[0], tally.unknown) == (CONNECTIONS_AT_ONCE, 0)


def test_cancel_is_answered_while_every_check_hangs_and_starts_no_other() -> None:
    started, go_on = threading.Semaphore(0), threading.Event()
    keys: list[ProfileId] = []
    cancel = Cancel()

    def check(key: ProfileId, cancel: Cancel) -> tuple[Profile, CheckReport]:
        keys.append(key)
        started.release()
        assert go_on.wait(30)
        return a_row(1), REPORT

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, [a_row(number) for number in range(100)], check, cancel)
        for _number in range(CONNECTIONS_AT_ONCE):
            assert started.acquire(timeout=30)
        cancel.request()
        assert isinstance(running.exception(timeout=30), Cancelled)  # while they still hang
    go_on.set()
    wait_for_the_end_of("ado-check")

    assert len(keys) == CONNECTIONS_AT_ONCE


def test_cancel_before_the_start_checks_nothing() -> None:
    cancel = Cancel()
    cancel.request()

    with pytest.raises(Cancelled):
        run([a_row(1)], lambda key, cancel: pytest.fail("it was checked"), cancel)
    wait_for_the_end_of("ado-check")


def wait_for_the_end_of(name: str) -> None:
    """Of all threads whose names begin so."""
    for thread in threading.enumerate():
        if thread.name.startswith(name):
            thread.join(30)


def test_organizations_take_turns() -> None:
    places = ["a", "A", "a", "b", "c", "b"]
    profiles = [a_row(number, organization=place) for number, place in enumerate(places)]

    assert [profile.organization for profile in in_turns(profiles)] == ["a", "b", "c", "A", "b", "a"]


def test_nothing_to_check_is_no_trouble() -> None:
    assert run([], lambda key, cancel: pytest.fail("there is nothing")) == (Tally(0), [])


def test_connections_are_begun_one_after_another_and_not_while_the_program_is_busy() -> None:
    now, busy = [100.0], [7.0]
    share = Share(lambda: now[0], lambda: busy[0])

    assert share.wait_s() == 0
    share.begin()
    assert share.wait_s() == pytest.approx(BETWEEN_S)
    now[0] += BETWEEN_S / 4
    assert share.wait_s() == pytest.approx(BETWEEN_S * 3 / 4)
    now[0] += BETWEEN_S
    assert share.wait_s() == 0  # it waits for an answer, as all do over a network

    busy[0] += BETWEEN_S
    assert share.wait_s() > 0
    now[0] += 10 * BETWEEN_S
    assert share.wait_s() == 0


# -- with real connections --------------------------------------------------------------------------------------------


def test_results_are_kept_and_a_broken_one_spoils_no_other(world: World) -> None:
    profiles = [world.saved(Method.PAT, f"number {number}") for number in range(20)]
    world.secrets.delete(profiles[7].id)
    world.clock.advance(3600)

    tally, _steps = run(list(world.connections.load()), checking(world.connections))

    assert (tally.working, tally.needs_you) == (19, 1)
    checked = {profile.id: profile.last_check for profile in world.connections.load()}
    assert {check.at for check in checked.values() if check is not None} == {world.clock.now()}
    assert [key for key, check in checked.items() if check and not check.identity_proved] == [profiles[7].id]


class Crowd:
    """Answers for Azure DevOps once `enough` requests have come together; keeps how many there were at most."""

    def __init__(self, enough: int) -> None:
        self._enough = enough
        self._lock = threading.Lock()
        self._in_flight: Counter[str] = Counter()
        self.full, self.more, self.open = threading.Event(), threading.Event(), threading.Event()
        self.most = self.most_at_one = 0

    def __call__(self, seen: Seen) -> Answer:
        place = seen.path.split("/")[1]
        with self._lock:
            self._in_flight[place] += 1
            self.most = max(self.most, self._in_flight.total())
            self.most_at_one = max(self.most_at_one, self._in_flight[place])
            if self._in_flight.total() >= self._enough:
                (self.full if self._in_flight.total() == self._enough else self.more).set()
        assert self.open.wait(30)
        with self._lock:
            self._in_flight[place] -= 1
        return _answer(seen)


def _answer(seen: Seen) -> Answer:
    if seen.method == "HEAD":
        return Answer(401, {"X-VSS-ResourceTenant": TENANT})
    if "connectionData" in seen.path:
        found = connection_data()
    elif "_apis/projects" in seen.path:
        found = json_answer({"count": 1, "value": [{"id": PROJECT.id, "name": PROJECT.name, "state": "wellFormed"}]})
    else:
        found = json_answer({"count": 0, "value": []})
    return Answer(found.status, found.headers, found.body)


@pytest.fixture
def server() -> Iterator[TlsServer]:
    with tls_server() as running:
        yield running


@pytest.fixture
def session(server: TlsServer) -> Iterator[RequestsSession]:
    session = RequestsSession()
    session.trust(server.ca_pem, [server.url])
    yield session
    session.close()


def real_connections(session: RequestsSession, url: str, *profiles: Profile) -> Connections:
    """Over the real network layer; every connection is a token."""
    secrets = MemorySecretStore()
    cloud = Cloud("custom", url, url, url, url, url, url, url)
    for profile in profiles:
        secrets.set(profile.id, encode_credential(PatCredential(Secret(PAT))))
    return Connections(
        http=session,
        devops=AzureDevOpsRest(session),
        profiles=MemoryProfileStore(*(replace(profile, cloud=cloud, ca_file="") for profile in profiles)),
        secrets=secrets,
        clock=FakeClock(),
        trust_ca=lambda ca_file, cloud: None,
        history=MemoryHistory(),
        turns=ThreadTurns(),
        journal=MemoryJournal(),
    )


def test_thirty_two_requests_are_in_flight_in_all_and_eight_at_one_organization(
    server: TlsServer, session: RequestsSession
) -> None:
    server.script = crowd = Crowd(REQUESTS_AT_ONCE)
    rows = [a_row(number, method=Method.PAT, organization=f"contoso-{number % 16}") for number in range(80)]
    rows += [a_row(number, method=Method.PAT, organization="crowded") for number in range(100, 140)]
    connections = real_connections(session, server.url, *rows)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, list(connections.load()), checking(connections))
        assert crowd.full.wait(30)
        crowd.more.wait(1.0)  # there is no sign of those that do not come: time for them to show themselves
        crowd.open.set()
        tally, _steps = running.result(60)

    assert (tally.working, tally.done) == (120, 120)
    assert crowd.most == REQUESTS_AT_ONCE
    assert crowd.most_at_one <= ORGANIZATION_AT_ONCE


def test_after_cancel_nothing_more_is_sent(server: TlsServer, session: RequestsSession) -> None:
    server.script = crowd = Crowd(REQUESTS_AT_ONCE)
    rows = [a_row(number, method=Method.PAT, organization=f"contoso-{number % 16}") for number in range(80)]
    connections = real_connections(session, server.url, *rows)
    cancel = Cancel()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, list(connections.load()), checking(connections), cancel)
        assert crowd.full.wait(30)
        cancel.request()
        assert isinstance(running.exception(30), Cancelled)  # while all of them still wait for their answers
        crowd.open.set()
        wait_for_the_end_of("ado-check")

    assert len(server.seen) == REQUESTS_AT_ONCE
    assert all(profile.last_check == WORKS for profile in connections.load())  # as before: no check was completed


def checking(connections: Connections) -> Callable[[ProfileId, Cancel], tuple[Profile, CheckReport]]:
    return lambda key, cancel: connections.check(key, unheard, cancel)


# -- in words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (Tally(1000, 1000, needs_you=2), "998 of 1,000 work. 2 need you."),
        (Tally(1000, 1000), "All 1,000 work."),
        (Tally(1, 1), "It works."),
        (Tally(3, 3, needs_you=2), "1 of 3 works. 2 need you."),
        (Tally(3, 3, needs_you=3), "0 of 3 work. 3 need you."),
        (
            Tally(9, 9, needs_you=1, in_part=2, unknown=1),
            "7 of 9 work. 2 of them work in part. 1 needs you. 1 could not be checked.",
        ),
        (Tally(1000, 312, in_part=1), "Stopped after 312 of 1,000. All 312 work. 1 of them works in part."),
        (Tally(1000), "Stopped after 0 of 1,000."),
    ],
)
def test_summary_is_a_few_plain_sentences(tally: Tally, words: str) -> None:
    assert summary_words(tally) == words
