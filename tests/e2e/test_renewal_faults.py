"""A renewal in the middle of which the network or Azure fails, over TLS: every one of its requests, every fault.

A renewal without any fault first tells its requests. After one with a fault the connection works, and once it is
recovered from, Azure has no credential that nobody uses, and the journal is empty.
"""

import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Request as Received

from desktop_app.app.guidance import Place as Where
from desktop_app.app.guidance_index import guidance_of
from desktop_app.core.cancel import Cancel
from desktop_app.core.ports import Clock, HttpSession, Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.keyring_store import PRACTICE_PREFIX, KeyringSecretStore
from desktop_app.infra.pace import Pace
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.infra.retries import CautiousRetry
from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import Fault, FaultKind, conflict, throttled
from desktop_app.practice.server import Delivery
from desktop_app.practice.service import Service
from tests.e2e.azure_directory import Azure, value_of
from tests.e2e.killed_flows import FLOWS, renewed
from tests.e2e.killing import Program, Steps, Surroundings, program, recover
from tests.fakes.clock import FakeClock
from tests.fakes.keyring import ShortKeyring
from tests.points import FAULTS as MET
from tests.points import note

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

RENEWALS = {Method.PAT: "renew a token", Method.CLIENT_SECRET: "renew a client secret"}
UNNAMED = {Problem.INTERNAL, Problem.DEVOPS_UNEXPECTED, Problem.GRAPH_UNEXPECTED, Problem.ENTRA_UNKNOWN}
LIMIT = Timeout(connect_s=10.0, read_s=0.2, total_s=10.0)
"""Of the request that is answered late; all others have the usual one."""
LATE_S = 0.6
MAKES = ("/tokens/pats", "/addPassword")
"""What makes a credential: whatever happens to this request, somebody hears of it."""
AGAIN = 3
"""A read that fails is sent twice more."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One request of a renewal: the so many-th of its kind."""

    service: Service
    method: str
    path: str
    number: int

    def __str__(self) -> str:
        return f"{self.method} {self.service}{self.path} #{self.number}"


def status(code: int, spot: Spot) -> Fault:
    """An answer in nobody's words: a proxy or a gateway says so."""
    return Fault(
        FaultKind.STATUS, spot.service, spot.path, spot.method, times=AGAIN, status=code, body=b"<html>No</html>"
    )


def kind(kind: FaultKind, spot: Spot) -> Fault:
    times = 1 if kind in {FaultKind.LOSE, FaultKind.DELAY} else AGAIN
    return Fault(kind, spot.service, spot.path, spot.method, times=times, seconds=LATE_S)


FAULTS = {
    "409": lambda spot: conflict(service=spot.service, path_contains=spot.path, method=spot.method, times=AGAIN),
    "429 with Retry-After": lambda spot: throttled(30, service=spot.service, path_contains=spot.path, times=AGAIN),
    "500": lambda spot: status(500, spot),
    "503": lambda spot: status(503, spot),
    "dropped before it acts": lambda spot: kind(FaultKind.DROP, spot),
    "dropped after it acted": lambda spot: kind(FaultKind.LOSE, spot),
    "later than the limit": lambda spot: kind(FaultKind.DELAY, spot),
    "truncated": lambda spot: kind(FaultKind.TRUNCATE, spot),
    "garbage": lambda spot: kind(FaultKind.GARBAGE, spot),
}


def unhurried() -> Pace:
    """Waits as long as it is asked to, in no time."""
    clock = FakeClock()
    return Pace(clock.monotonic, clock.advance)


class BusyCloud(PracticeCloud):
    """A practice cloud that can be waited for: what nobody waits for any more may still be acted on."""

    def __init__(self) -> None:
        super().__init__(secret_delay_s=0)
        self._under_way = 0
        self._changed = threading.Condition()

    def wait_until_idle(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._under_way == 0, timeout=30)

    def _exchange(self, service: Service | None, request: Received) -> Delivery | None:
        with self._changed:
            self._under_way += 1
        try:
            return super()._exchange(service, request)
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()


class Trap:
    """A network that puts a fault in the way of one request, right before it is sent; it notes all that are."""

    def __init__(self, http: HttpSession, cloud: PracticeCloud, spot: Spot | None = None, fault: str = "") -> None:
        self._http = http
        self._cloud = cloud
        self._spot = spot
        self._fault = fault
        self._lock = threading.Lock()
        self._sent: Counter[tuple[Service, str, str]] = Counter()
        self.spots: list[Spot] = []

    def send(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        service = next(one for one in Service if getattr(self._cloud.cloud, one).endswith(parts.netloc))
        with self._lock:
            what = (service, request.method, parts.path)
            spot = Spot(*what, self._sent[what])
            self._sent[what] += 1
            self.spots.append(spot)
        if spot == self._spot:
            self._cloud.faults.add(FAULTS[self._fault](spot))
            if self._fault == "later than the limit":
                request = replace(request, timeout=LIMIT)
        return self._http.send(request)


@dataclass
class Stage:
    """A connection to renew, put back to where it was before each renewal."""

    cloud: BusyCloud
    azure: Azure
    http: RequestsSession
    folder: Path
    keyring: ShortKeyring = field(default_factory=ShortKeyring)
    _items: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def _saved(self) -> Path:
        return self.folder.with_name("saved")

    def start(self, http: HttpSession | None = None) -> Program:
        return program(self._around(http or self.http))

    def start_at(self, clock: Clock) -> Program:
        return program(self._around(self.http), clock)

    def _around(self, http: HttpSession) -> Surroundings:
        return Surroundings(self.folder, self.cloud.cloud, http, self.keyring, Steps(), unhurried)

    def prepare(self, method: Method) -> None:
        self.azure.restore()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.keyring.items.clear()
        for deed in FLOWS[RENEWALS[method]].before:
            deed(self.start())
        shutil.copytree(self.folder, self._saved, dirs_exist_ok=True)
        self._items = dict(self.keyring.items)

    def restore(self) -> None:
        self.cloud.faults.clear()
        self.azure.restore()
        shutil.rmtree(self.folder)
        shutil.copytree(self._saved, self.folder)
        self.keyring.items = dict(self._items)

    def requests_of(self, method: Method) -> list[Spot]:
        self.restore()
        watched = Trap(self.http, self.cloud)
        assert renewed(self.start(watched), method).left is None
        return watched.spots

    def renew(self, method: Method, spot: Spot, fault: str) -> ConnectionProblem | None:
        """What a renewal told that met the fault, or what it left."""
        running = self.start(Trap(self.http, self.cloud, spot, fault))
        try:
            return renewed(running, method).left
        except ConnectionProblem as failure:
            return failure

    def wrong(self) -> list[str]:
        """What is not in order after a recovery."""
        cloud, store = self.cloud.cloud, KeyringSecretStore(PRACTICE_PREFIX, self.keyring)
        running = self.start()
        wrong = [f"unfinished: {change.step}" for change in running.connections.changes.entries()]
        profiles = ProfileFile(self.folder, {cloud.key: cloud}).load()
        in_use = {value_of(store, profile.id) for profile in profiles}
        live = self.azure.live()
        wrong += ["orphan" for id, value in live.items() if id not in self.azure.seeded and value not in in_use]
        slots = {service.rpartition(":")[2].partition(".")[2] for service, _name in self.keyring.items}
        wrong += [f"in the keyring: {slot}" for slot in slots - {"", "token"}]
        return wrong


@pytest.fixture(scope="module")
def cloud() -> Iterator[BusyCloud]:
    with BusyCloud() as running:
        yield running


@pytest.fixture(scope="module")
def azure(cloud: BusyCloud) -> Azure:
    return Azure(cloud)


@pytest.fixture
def stage(cloud: BusyCloud, azure: Azure, tmp_path: Path) -> Iterator[Stage]:
    http = RequestsSession()
    http.trust(cloud.ca_pem, cloud.cloud.bases)
    yield Stage(cloud, azure, http, tmp_path / "config")
    cloud.faults.clear()
    http.close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again as often as ever, but at once."""
    monkeypatch.setattr(CautiousRetry, "get_backoff_time", lambda self: 0.0)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", RENEWALS)
def test_fault_at_any_request_of_a_renewal_costs_nothing(
    stage: Stage, method: Method, fault: str, pytestconfig: pytest.Config
) -> None:
    began = time.monotonic()
    stage.prepare(method)
    wrong: list[str] = []
    told_at: set[Spot] = set()
    spots = stage.requests_of(method)
    for spot in spots:
        stage.restore()
        told = stage.renew(method, spot, fault)
        stage.cloud.faults.clear()
        stage.cloud.wait_until_idle()
        found = [*unusable(stage), *recover(stage.start_at), *stage.wrong()]
        if told is not None:
            told_at.add(spot)
            found += badly_told(stage, told)
        wrong += [f"{spot}: {what} (told: {told.problem if told else 'all well'})" for what in found]
    note(pytestconfig, MET, f"{method}, {fault}", len(spots), time.monotonic() - began)
    assert wrong == []
    assert {spot for spot in spots if spot.method == "POST" and spot.path.endswith(MAKES)} <= told_at


def unusable(stage: Stage) -> list[str]:
    """Connections that do not work before anything is recovered."""
    wrong, running = [], stage.start()
    for profile in running.profiles.load():
        try:
            running.connections.fresh_token(profile.id, Cancel())
        except ConnectionProblem as failure:
            wrong.append(f"before the recovery, {profile.method}: {failure.problem}")
    return wrong


def badly_told(stage: Stage, told: ConnectionProblem) -> list[str]:
    """A problem without a name or without words."""
    guidance = guidance_of(told, Where(stage.cloud.cloud, "contoso"))
    worded = all((guidance.title, guidance.happened, guidance.likely, guidance.now))
    return [f"told as {told.problem}"] * (told.problem in UNNAMED or not worded)


def test_requests_of_a_renewal_are_those_of_its_steps(stage: Stage) -> None:
    """So that a request that is missing from the table is seen."""
    stage.prepare(Method.CLIENT_SECRET)
    app = [spot for spot in stage.requests_of(Method.CLIENT_SECRET) if spot.service is Service.GRAPH]
    assert [spot.path.rpartition("/")[2].partition("(")[0] for spot in app] == [
        "applications",
        "addPassword",
        "removePassword",
    ]
    stage.prepare(Method.PAT)
    tokens = [spot for spot in stage.requests_of(Method.PAT) if spot.path.endswith("/tokens/pats")]
    assert [spot.method for spot in tokens] == ["GET", "POST", "DELETE"]
