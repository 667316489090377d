"""Inspects a credential at the practice cloud and puts what was found into short words."""

from collections.abc import Sequence

from desktop_app.auth.client_secret import ClientSecretSignIn
from desktop_app.auth.inspection import Inspection, Obstacle, Subject
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckName
from desktop_app.core.credential import AccessToken, Scheme
from desktop_app.core.permissions import Permission
from desktop_app.core.ports import AzureDevOps, Exchange, Project
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method
from desktop_app.core.report import EvidenceKind, Excess, Finding, Layer, Verdict
from desktop_app.infra.azure_devops import AzureDevOpsRest
from tests.fakes.clock import FakeClock
from tests.unit.auth.conftest import LOOPBACK, RecordingHttp, Site

NO_PROJECTS = Obstacle(CheckName.PROJECTS, Problem.NO_PROJECTS)
Row = tuple[Verdict, EvidenceKind]


class Found:
    """The outcome of one inspection. `told` are the findings in the order they were told."""

    def __init__(self, findings: Sequence[Finding], excess: Sequence[Excess], told: Sequence[Finding]) -> None:
        self.findings, self.excess, self.told = findings, excess, told

    def of(self, layer: Layer, project: str = "") -> dict[Permission, Row]:
        """One layer in one project: verdict and evidence; what holds everywhere counts in each project."""
        return {
            finding.permission: (finding.verdict, finding.evidence.kind)
            for finding in self.findings
            if finding.layer is layer and (finding.project is None or finding.project.name == project)
        }

    def one(self, permission: Permission, layer: Layer, project: str = "") -> Finding:
        [found] = [
            finding
            for finding in self.findings
            if (finding.permission, finding.layer) == (permission, layer)
            and (finding.project.name if finding.project else "") == project
        ]
        return found


class Inspector:
    """Runs inspections at the organization "contoso" of the practice cloud."""

    def __init__(self, http: RecordingHttp, clock: FakeClock, site: Site) -> None:
        self.http, self.clock, self.site = http, clock, site
        self.exchanges: list[Exchange] = []
        self.devops: AzureDevOps = AzureDevOpsRest(http).watched(self.exchanges.append)

    def pat(self, name: str, *projects: str, closely: bool = False) -> Found:
        token = AccessToken(self.site.directory.pat(name).value, Scheme.BASIC)
        return self.inspect(Method.PAT, token, projects, closely=closely)

    def app(self, key: str, *projects: str) -> Found:
        token = ClientSecretSignIn(self.http, self.clock).sign_in(self.site.app(key)).token
        return self.inspect(Method.CLIENT_SECRET, token, projects)

    def person(self, account: str, *projects: str) -> Found:
        person = self.site.person(account)
        grant = OAuthSignIn(self.http, self.clock).sign_in(self.site.app("desktop"), LOOPBACK, person, Cancel())
        return self.inspect(Method.OAUTH, grant.token, projects)

    def inspect(self, method: Method, token: AccessToken, projects: Sequence[str], *, closely: bool = False) -> Found:
        """`projects` by name; those that the account cannot see are left out."""
        cloud = self.site.cloud
        identity = self.devops.identity(cloud, "contoso", token)
        visible = self.devops.projects(cloud, "contoso", token)
        chosen = tuple(project for project in visible if project.name in projects)
        self.http.requests.clear()
        self.exchanges.clear()
        return run(self.devops, Subject(cloud, "contoso", method, token, identity, chosen), closely=closely)


def run(devops: AzureDevOps, subject: Subject, *, closely: bool = False) -> Found:
    told: list[Finding] = []
    inspection = Inspection(devops, subject, closely=closely, no_projects=NO_PROJECTS)
    findings, excess = inspection.run(told.append, Cancel())
    return Found(findings, excess, told)


def project(number: int) -> Project:
    return Project(f"00000000-0000-0000-0000-{number:012}", f"Project {number}")
