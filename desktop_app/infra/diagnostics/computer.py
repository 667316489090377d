"""The list of diagnoses for a cloud: which lines there are, what each looks at, and which wait for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.core.cloud import Cloud
from desktop_app.core.diagnosis import Answer, Diagnosis, DiagnosisName, Line, Results, Scope, host_of
from desktop_app.core.ports import Clock
from desktop_app.infra.diagnostics.captive_portal import captive_portal
from desktop_app.infra.diagnostics.clock import clock
from desktop_app.infra.diagnostics.connection import Wire, connection
from desktop_app.infra.diagnostics.folders import folders
from desktop_app.infra.diagnostics.inspection import inspection, root_names
from desktop_app.infra.diagnostics.keyring import NamedStore, keyring
from desktop_app.infra.diagnostics.names import Resolve, first_address, is_address, name
from desktop_app.infra.diagnostics.network import network
from desktop_app.infra.diagnostics.policy import policy
from desktop_app.infra.diagnostics.proxy import Knock, knock, proxy
from desktop_app.infra.diagnostics.web_engine import web_engine, web_engine_missing
from desktop_app.infra.policy_file import FoundPolicy, machine_policy_path, read_policy
from desktop_app.infra.way_out import has_way_out


def issuer_of(url: str, proxy: str) -> str:
    """certificate_faults.presented_issuer, loaded when it is needed."""
    from desktop_app.infra.certificate_faults import presented_issuer

    return presented_issuer(url, proxy)


@dataclass(frozen=True, slots=True)
class Computer:
    """What the diagnoses look at. `trust_ca(ca_file, cloud)` makes the network layer trust a PEM file."""

    http: Wire
    clock: Clock
    keyring: NamedStore
    folders: Sequence[Path]
    environment: Mapping[str, str]
    trust_ca: Callable[[str, Cloud], None]
    resolve: Resolve = first_address
    way_out: Callable[[], bool] = has_way_out
    knock: Knock = knock
    issuer_of: Callable[[str, str], str] = issuer_of
    engine_missing: Callable[[], str] = web_engine_missing
    policy: Callable[[], FoundPolicy] = lambda: read_policy(machine_policy_path())

    def diagnoses(self, scope: Scope) -> tuple[Diagnosis, ...]:
        """All lines for a scope, in the order they are shown."""
        of, http = DiagnosisName, self.http
        hosts = {host_of(base): base for base in scope.bases}
        named = {host: base for host, base in hosts.items() if not is_address(base)}
        names = {host: Line(of.NAME, host) for host in named}
        connections = frozenset(Line(of.CONNECTION, host) for host in hosts)
        ca_file = frozenset({Line(of.CA_FILE)} if scope.ca_file else ())
        return (
            Diagnosis(Line(of.NETWORK), network(self.way_out), frozenset(names.values())),
            Diagnosis(Line(of.PROXY), proxy(scope.bases, http.proxy_for, self.environment, self.knock)),
            *(Diagnosis(line, self._trusted(scope)) for line in ca_file),
            *(Diagnosis(line, name(named[host], http.proxy_for, self.resolve)) for host, line in names.items()),
            *(
                Diagnosis(
                    Line(of.CONNECTION, host),
                    connection(base, http, self.clock, self.issuer_of),
                    ca_file | ({names[host]} if host in names else set()),
                )
                for host, base in hosts.items()
            ),
            Diagnosis(Line(of.CAPTIVE_PORTAL), captive_portal(scope.cloud, http), connections),
            Diagnosis(Line(of.INSPECTION), inspection(lambda: root_names(scope.ca_file)), connections),
            Diagnosis(Line(of.CLOCK), clock(), connections),
            Diagnosis(Line(of.KEYRING), keyring(self.keyring), tidies=True),
            Diagnosis(Line(of.WEB_ENGINE), web_engine(self.engine_missing)),
            Diagnosis(Line(of.FOLDERS), folders(self.folders)),
            Diagnosis(Line(of.POLICY), policy(self.policy)),
        )

    def _trusted(self, scope: Scope) -> Callable[[Results], Answer]:
        def run(_results: Results) -> Answer:
            self.trust_ca(scope.ca_file, scope.cloud)
            return {"file": scope.ca_file}

        return run
