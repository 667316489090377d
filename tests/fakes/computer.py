"""A computer whose network, keyring and files a test decides; everything is well unless it says otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import PUBLIC, Cloud
from desktop_app.core.diagnosis import DiagnosisName, DiagnosisResult, Line, Scope, host_of, run_diagnoses
from desktop_app.core.ports import Request, Response
from desktop_app.core.problems import ConnectionProblem
from desktop_app.infra.diagnostics.computer import Computer
from desktop_app.infra.diagnostics.keyring import NamedStore
from tests.fakes.clock import FakeClock
from tests.fakes.http import json_answer
from tests.fakes.keyring import NamedMemoryStore

ISSUERS = {"login.microsoftonline.com": "Public Authority A"}


@dataclass
class FakeComputer:
    """`answers` by host, a problem is raised; `behind_s` is how far this computer's clock is behind the servers'."""

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    answers: dict[str, Response | ConnectionProblem] = field(default_factory=dict)
    addresses: Callable[[str], str] = lambda host: "192.0.2.7"
    way_out: bool = True
    proxy: str = ""
    knock: Callable[[str, int], None] = lambda host, port: None
    environment: Mapping[str, str] = field(default_factory=dict)
    issuers: Mapping[str, str] | str = field(default_factory=lambda: ISSUERS)
    keyring: NamedStore = field(default_factory=NamedMemoryStore)
    engine_missing: str = ""
    behind_s: float = 0
    trust_ca: Callable[[str, Cloud], None] = lambda file, cloud: None
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        given = self.answers.get(host_of(request.url), json_answer({}))
        if isinstance(given, ConnectionProblem):
            raise given
        date = format_datetime(self.clock.now() + timedelta(seconds=self.behind_s), usegmt=True)
        return Response(given.status, {"date": date, **given.headers}, given.body)

    def proxy_for(self, url: str) -> str:
        return self.proxy

    def issuer_of(self, url: str, proxy: str) -> str:
        return self.issuers if isinstance(self.issuers, str) else self.issuers.get(host_of(url), "Public Authority B")

    def computer(self) -> Computer:
        return Computer(
            http=self,
            clock=self.clock,
            keyring=self.keyring,
            folders=(self.folder,),
            environment=self.environment,
            trust_ca=self.trust_ca,
            resolve=self.addresses,
            way_out=lambda: self.way_out,
            knock=self.knock,
            issuer_of=self.issuer_of,
            engine_missing=lambda: self.engine_missing,
        )

    def results(self, scope: Scope | None = None) -> dict[Line, DiagnosisResult]:
        """Look at everything."""
        diagnoses = self.computer().diagnoses(scope or Scope(PUBLIC))
        return {one.line: one for one in run_diagnoses(diagnoses, clock=self.clock, cancel=Cancel())}

    def result(self, name: DiagnosisName, host: str = "", scope: Scope | None = None) -> DiagnosisResult:
        """The result of one line."""
        return self.results(scope)[Line(name, host)]
