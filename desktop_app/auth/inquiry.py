"""What all parts of an inspection share: whom it is about, how to ask, and what has been found.

Findings are kept once for each permission, layer and project, and returned in the order a report shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from desktop_app.auth.questions import Questions
from desktop_app.core.checks import CheckName
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken
from desktop_app.core.permissions import Area, Permission, needed
from desktop_app.core.ports import AzureDevOps, Identity, Project
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.core.report import Evidence, EvidenceKind, Finding, Layer, Verdict

T = TypeVar("T")

Counted = int | ConnectionProblem
Listed = Callable[[Area, Project, Counted], None]
"""Hears how many things a project's list showed, or why it did not."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is inspected: a token whose identity is proved, and the projects that matter."""

    cloud: Cloud
    organization: str
    method: Method
    token: AccessToken
    identity: Identity
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A check that did not pass, so that something was not asked."""

    check: CheckName
    problem: Problem

    def finding(self, permission: Permission, layer: Layer) -> Finding:
        evidence = Evidence(EvidenceKind.NEEDS_CHECK, {"check": self.check.value, "problem": self.problem.value})
        return Finding(permission, layer, Verdict.NOT_CHECKED, evidence)


def layers(method: Method) -> tuple[Layer, ...]:
    """An app's own token has no scopes that could narrow it."""
    return (Layer.ACCOUNT,) if method is Method.CLIENT_SECRET else (Layer.SCOPE, Layer.ACCOUNT)


def not_checked(method: Method, obstacle: Obstacle) -> tuple[Finding, ...]:
    """The findings of a report that could not begin."""
    return tuple(obstacle.finding(need.permission, layer) for need in needed(method) for layer in layers(method))


class Inquiry:
    """One run. Everything but the questions themselves happens in the thread that runs them."""

    def __init__(
        self, devops: AzureDevOps, subject: Subject, questions: Questions, on_finding: Callable[[Finding], None]
    ) -> None:
        self.devops = devops
        self.subject = subject
        self._questions = questions
        self._on_finding = on_finding
        self._found: dict[tuple[Permission, Layer, Project | None], Finding] = {}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """By permission, layer and project, as they are shown."""
        permissions = [need.permission for need in needed(self.subject.method)]
        places = {project: number for number, project in enumerate(self.subject.projects)}
        order = list(Layer)
        return tuple(
            sorted(
                self._found.values(),
                key=lambda finding: (
                    permissions.index(finding.permission),
                    order.index(finding.layer),
                    -1 if finding.project is None else places[finding.project],
                ),
            )
        )

    def tell(self, finding: Finding) -> None:
        """Keep it, and pass it on. Raises Cancelled: nobody hears of what is found afterwards."""
        self._questions.raise_if_cancelled()
        self._found[finding.permission, finding.layer, finding.project] = finding
        self._on_finding(finding)

    def knows(self, permission: Permission, layer: Layer, project: Project | None) -> bool:
        return (permission, layer, project) in self._found

    def ask(
        self, question: Callable[[], T], hear: Callable[[T | ConnectionProblem], None], *, last: bool = False
    ) -> None:
        """As Questions.ask."""
        self._questions.ask(question, hear, last=last)

    def list_area(self, area: Area, project: Project, listeners: Sequence[Listed]) -> None:
        """Ask how many things are in one project."""
        subject, devops = self.subject, self.devops
        count = {
            Area.VARIABLE_GROUPS: devops.count_variable_groups,
            Area.RELEASES: devops.count_release_definitions,
            Area.SERVICE_CONNECTIONS: devops.count_service_connections,
        }[area]

        def heard(counted: Counted) -> None:
            for listener in listeners:
                listener(area, project, counted)

        self.ask(lambda: count(subject.cloud, subject.organization, project, subject.token), heard)
