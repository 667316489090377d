"""How Azure DevOps is asked: never more than eight at a time, and slower where an answer asks for it."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.ports import ORGANIZATION_AT_ONCE, Exchange, Request, Response
from desktop_app.core.problems import ConnectionProblem
from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.pace import Pace
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.http import ScriptedHttp, json_answer
from tests.unit.infra.azure import PAT, PROJECT, connection_data, error

EMPTY = json_answer({"count": 0, "value": []})


class MeetingHttp:
    """Implements HttpSession: answers once eight requests are in flight, and keeps how many there were at most."""

    def __init__(self) -> None:
        self._full = threading.Barrier(ORGANIZATION_AT_ONCE, timeout=20)
        self._lock = threading.Lock()
        self._in_flight = 0
        self.most = 0

    def send(self, request: Request) -> Response:
        with self._lock:
            self._in_flight += 1
            self.most = max(self.most, self._in_flight)
        self._full.wait()  # raises unless eight get here together
        with self._lock:
            self._in_flight -= 1
        return EMPTY


def test_eight_requests_are_in_flight_whoever_asks_what() -> None:
    http = MeetingHttp()
    devops = AzureDevOpsRest(http)
    ways = (
        lambda: devops.projects(PUBLIC, "contoso", PAT),
        lambda: devops.watched(lambda exchange: None).count_teams(PUBLIC, "Contoso", PAT),
        lambda: devops.count_release_definitions(PUBLIC, "contoso", PROJECT, PAT),
    )

    with ThreadPoolExecutor(3 * ORGANIZATION_AT_ONCE) as pool:
        for running in [pool.submit(ways[number % 3]) for number in range(3 * ORGANIZATION_AT_ONCE)]:
            running.result()

    assert http.most == ORGANIZATION_AT_ONCE


@pytest.mark.parametrize(
    "answer", [json_answer({"value": []}, headers={"Retry-After": "4"}), error(429, "", **{"Retry-After": "4"})]
)
def test_a_wish_to_wait_is_heard_on_any_answer_and_by_every_copy(answer: Response) -> None:
    clock = FakeClock()
    http = ScriptedHttp(answer, EMPTY, EMPTY)
    devops = AzureDevOpsRest(http, clock=clock, pace=Pace(clock.monotonic, clock.advance))
    seen: list[Exchange] = []

    with contextlib.suppress(ConnectionProblem):
        devops.watched(seen.append).count_teams(PUBLIC, "contoso", PAT)
    devops.count_teams(PUBLIC, "fabrikam", PAT)
    assert clock.now() == NOON
    devops.watched(seen.append).count_teams(PUBLIC, "CONTOSO", PAT)

    assert (clock.now() - NOON).total_seconds() == 4.0
    assert [exchange.at for exchange in seen] == [NOON, clock.now()]  # when it was sent, not when it had to wait


def test_a_failure_that_is_none_of_the_known_is_on_record_too() -> None:
    seen: list[Exchange] = []

    class Broken:
        def send(self, request: Request) -> Response:
            raise RuntimeError("a mistake")

    with pytest.raises(RuntimeError):
        AzureDevOpsRest(Broken()).watched(seen.append).count_teams(PUBLIC, "contoso", PAT)

    assert [(exchange.status, exchange.outcome) for exchange in seen] == [(0, "internal")]


def test_reads_of_every_kind_are_on_record() -> None:
    seen: list[Exchange] = []
    devops = AzureDevOpsRest(ScriptedHttp(EMPTY, connection_data(), EMPTY)).watched(seen.append)

    devops.organization_tenant(PUBLIC, "contoso")
    devops.identity(PUBLIC, "contoso", PAT)
    devops.projects(PUBLIC, "contoso", PAT)

    assert [exchange.method for exchange in seen] == ["HEAD", "GET", "GET"]


def test_nothing_is_sent_after_cancel_by_any_copy() -> None:
    http = ScriptedHttp(EMPTY)
    cancel = Cancel()
    devops = AzureDevOpsRest(Obedient(http)).until(cancel).watched(lambda exchange: None)
    devops.organization_tenant(PUBLIC, "contoso")
    cancel.request()

    with pytest.raises(Cancelled):
        devops.projects(PUBLIC, "contoso", PAT)

    assert len(http.requests) == 1


class Obedient:
    """Implements HttpSession: sends nothing that is cancelled."""

    def __init__(self, http: ScriptedHttp) -> None:
        self._http = http

    def send(self, request: Request) -> Response:
        if request.cancel is not None:
            request.cancel.raise_if_cancelled()
        return self._http.send(request)
