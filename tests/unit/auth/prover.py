"""Runs a credential's checks against the practice cloud and puts the outcome into a dict."""

from collections.abc import Callable, Mapping
from typing import Any

from desktop_app.auth.client_secret import ClientSecretSignIn
from desktop_app.auth.entra import AppRegistration, discover
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.auth.pat import grant_for_pat
from desktop_app.auth.probes import Proof, Target
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckName, CheckReport, CheckStatus, run_checks
from desktop_app.core.credential import Grant, PatCredential, Secret
from desktop_app.core.problems import Problem
from desktop_app.infra.azure_devops import AzureDevOpsRest
from tests.fakes.clock import FakeClock
from tests.unit.auth.conftest import LOOPBACK, RecordingHttp, Site

PASSED, FAILED, UNKNOWN, SKIPPED = CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.UNKNOWN, CheckStatus.SKIPPED
REACH, TENANT, TOKEN, IDENTITY = CheckName.REACH, CheckName.TENANT, CheckName.TOKEN, CheckName.IDENTITY
PROJECTS, GROUPS = CheckName.PROJECTS, CheckName.VARIABLE_GROUPS
RELEASES, CONNECTIONS = CheckName.RELEASES, CheckName.SERVICE_CONNECTIONS
OF_A_TOKEN = tuple(name for name in CheckName if name not in {TENANT, TOKEN})
Outcome = dict[CheckName, CheckStatus | Problem]


class Prover:
    """Runs the checks of a credential against an organization of the practice cloud."""

    def __init__(self, http: RecordingHttp, clock: FakeClock, site: Site) -> None:
        self.http, self.clock, self.site = http, clock, site
        self.devops = AzureDevOpsRest(http)

    def pat(self, value: Secret, organization: str = "contoso") -> CheckReport:
        return self._run(organization, lambda: grant_for_pat(PatCredential(value), None), None)

    def seeded_pat(self, name: str, organization: str = "contoso") -> CheckReport:
        return self.pat(self.site.directory.pat(name).value, organization)

    def app(self, key: str, organization: str = "contoso", **options: Any) -> CheckReport:  # options of Site.app
        app = self.site.app(key, **options)
        return self._run(organization, lambda: ClientSecretSignIn(self.http, self.clock).sign_in(app), app)

    def person(
        self, account: str, organization: str = "contoso", *, tenant: str = "contoso.example", expected: str = ""
    ) -> CheckReport:
        app = self.site.app("desktop", tenant=tenant)
        grant = OAuthSignIn(self.http, self.clock).sign_in(app, LOOPBACK, self.site.person(account), Cancel())
        return self._run(organization, lambda: grant, app, expected)

    def _run(
        self, organization: str, obtain: Callable[[], Grant], app: AppRegistration | None, expected: str = ""
    ) -> CheckReport:
        def tenant_id() -> str:
            assert app is not None
            return discover(self.http, app.cloud, app.tenant).id

        self.http.requests.clear()
        target = Target(self.site.cloud, organization, expected)
        proof = Proof(target, self.devops, obtain, tenant_id if app else None)
        return run_checks(proof.checks(), clock=self.clock)


def outcome(report: CheckReport) -> Outcome:
    """Each check's problem where it failed, else its status."""
    return {result.name: result.problem or result.status for result in report.results}


def all_passed(*names: CheckName) -> Outcome:
    return dict.fromkeys(names, PASSED)


def from_identity_on(failure: Problem) -> Outcome:
    """The outcome when Azure DevOps does not take the credential at all."""
    return {IDENTITY: failure, PROJECTS: SKIPPED, GROUPS: SKIPPED, RELEASES: SKIPPED, CONNECTIONS: SKIPPED}


def facts(report: CheckReport, name: CheckName) -> Mapping[str, str]:
    result = report.result(name)
    assert result is not None
    return result.facts
