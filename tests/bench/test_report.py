"""How long a permission report takes where every answer comes 200 ms late and ten projects are chosen.

Wanted: the first finding within 0.7 s of the identity, the whole report within 3 s, and never more than eight requests
in flight at the organization. Connections are cold at the start of each report.
"""

import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.app.connections import Connections
from desktop_app.app.drafts import ClientSecretDraft, Draft, OAuthDraft, PatDraft
from desktop_app.app.report_wish import ReportWish
from desktop_app.app.reports import Event
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckName, CheckResult
from desktop_app.core.credential import Secret
from desktop_app.core.ports import HttpSession, Request, Response
from desktop_app.core.report import Finding, Verdict
from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.memory_history import MemoryHistory
from desktop_app.infra.memory_store import MemorySecretStore
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.infra.turns import ThreadTurns
from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import Fault, FaultKind
from tests.fakes.change_journal import MemoryJournal
from tests.fakes.scripted_sign_in import ScriptedSignIn
from tests.gui.world import Network, World

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

DELAY_S = 0.2
TIMES = 3
PROJECTS = 10


class Counting:
    """Implements HttpSession: passes everything on and counts what is in flight at Azure DevOps."""

    def __init__(self, http: HttpSession, login: str) -> None:
        self._http = http
        self._login = login
        self._lock = threading.Lock()
        self._in_flight = 0
        self.most = 0
        self.requests = 0

    def send(self, request: Request) -> Response:
        if request.url.startswith(self._login):
            return self._http.send(request)
        with self._lock:
            self._in_flight += 1
            self.requests += 1
            self.most = max(self.most, self._in_flight)
        try:
            return self._http.send(request)
        finally:
            with self._lock:
                self._in_flight -= 1


class Bench:
    """Connections over the practice cloud and a counting network."""

    def __init__(self, cloud: PracticeCloud, folder: Path) -> None:
        self.world = World(cloud, Network(), folder)
        self.cloud = cloud.cloud
        self.http = Counting(self.world.http, self.cloud.login)
        self.connections = Connections(
            http=self.http,
            devops=AzureDevOpsRest(self.http),
            profiles=ProfileFile(folder, {self.cloud.key: self.cloud}),
            secrets=MemorySecretStore(),
            clock=self.world.clock,
            trust_ca=self.world.network.trust.add_file,
            history=MemoryHistory(),
            turns=ThreadTurns(),
            journal=MemoryJournal(),
        )

    def pat(self) -> Draft:
        return PatDraft(token=Secret(self.world.pat()))

    def client_secret(self) -> Draft:
        tenant, client_id, secret = self.world.app("automation")
        return ClientSecretDraft(tenant=tenant, client_id=client_id, client_secret=Secret(secret))

    def oauth(self) -> Draft:
        tenant, client_id, _secret = self.world.app("desktop")
        redirect_uri = self.cloud.native_redirect_uri
        draft = OAuthDraft(cloud=self.cloud, tenant=tenant, client_id=client_id, redirect_uri=redirect_uri)
        person = ScriptedSignIn(self.world.http, "admin@contoso.example")
        draft.last_sign_in = (draft.sign_in_key, self.connections.sign_in(draft, person, redirect_uri, Cancel()))
        return draft

    def proved(self, draft: Draft) -> Draft:
        draft.cloud, draft.organization = self.cloud, "contoso"
        draft.last_proof = self.connections.prove(draft, lambda result: None, Cancel())
        return draft

    def wish(self, draft: Draft) -> ReportWish:
        """The first ten projects by name."""
        report = self.connections.report_on(draft, ReportWish(), lambda event: None, Cancel())
        return ReportWish(tuple(project.id for project in report.projects[:PROJECTS]))

    def seconds(self, draft: Draft, wish: ReportWish) -> tuple[float, float, float]:
        """From the identity to the first finding and to the end, and the whole run."""
        moments: dict[str, float] = {}

        def heard(event: Event) -> None:
            if isinstance(event, CheckResult) and event.name is CheckName.IDENTITY:
                moments["identity"] = time.perf_counter()
            if isinstance(event, Finding):
                moments.setdefault("first", time.perf_counter())
                if event.project is not None:
                    moments.setdefault("first in a project", time.perf_counter())

        self.world.http.close()
        began = time.perf_counter()
        report = self.connections.report_on(draft, wish, heard, Cancel())
        ended = time.perf_counter()
        assert len(report.projects) == PROJECTS
        assert not [finding for finding in report.findings if finding.verdict is Verdict.MISSING]
        # What is told without asking anybody does not count as the first.
        return moments["first in a project"] - moments["identity"], ended - moments["identity"], ended - began


def test_a_report_over_a_slow_line(practice_cloud: PracticeCloud, tmp_path: Path) -> None:
    practice_cloud.directory.forget_consents()
    bench = Bench(practice_cloud, tmp_path)
    methods: dict[str, Callable[[], Draft]] = {"OAuth": bench.oauth, "PAT": bench.pat, "app": bench.client_secret}
    drafts = {name: bench.proved(make()) for name, make in methods.items()}
    wishes = {name: bench.wish(draft) for name, draft in drafts.items()}
    practice_cloud.faults.add(Fault(FaultKind.DELAY, times=None, seconds=DELAY_S))

    print(f"\n\nA report on {PROJECTS} projects where each answer comes {DELAY_S * 1000:.0f} ms late")
    print("  seconds from the identity (wanted: first finding 0.7, all 3), requests, most in flight (wanted: 8)")
    for name, draft in drafts.items():
        bench.http.most = bench.http.requests = 0
        runs = [bench.seconds(draft, wishes[name]) for _time in range(TIMES)]
        first, whole, run = (statistics.median(values) for values in zip(*runs, strict=True))
        requests = bench.http.requests // TIMES
        print(
            f"  {name:8} first {first:5.2f}  all {whole:5.2f}  with checks {run:5.2f}  {requests:3}  {bench.http.most}"
        )
    bench.world.http.close()
