"""One run of a permission report: the checks that come first, the projects it is about, and what was found.

The report holds every request that was sent; nothing of it is stored here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_app.app.grants import Means
from desktop_app.app.report_wish import ReportWish
from desktop_app.auth.inspection import Inspection, Obstacle, Subject, not_checked
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckName, CheckReport, CheckResult, run_checks
from desktop_app.core.credential import Grant
from desktop_app.core.permissions import NEEDS, needed
from desktop_app.core.ports import AzureDevOps, Clock, Exchange, Project
from desktop_app.core.problems import Problem
from desktop_app.core.report import MAX_PROJECTS, Excess, Finding, Layer, PermissionReport, Verdict

Event = CheckResult | Finding | tuple[Project, ...]
OnEvent = Callable[[Event], None]

FIRST = frozenset({CheckName.REACH, CheckName.TENANT, CheckName.TOKEN, CheckName.IDENTITY, CheckName.PROJECTS})
"""The checks a report begins with; what the others ask is asked by the inspection, for every project."""


def make_report(
    devops: AzureDevOps,
    clock: Clock,
    means: Means,
    wish: ReportWish,
    *,
    remembered: tuple[str, ...],
    on_event: OnEvent,
    cancel: Cancel,
) -> tuple[PermissionReport, Grant | None]:
    """Check, then inspect. `remembered`: ids of projects, for a wish that names none.

    `on_event` is called in this thread. The grant is None where there was no token. Raises Cancelled.
    """
    started_at = clock.now()
    exchanges: list[Exchange] = []
    watched = devops.watched(exchanges.append)
    found = means.proof(watched)
    first = [check for check in found.checks() if check.name in FIRST]
    checks = run_checks(first, clock=clock, on_result=on_event, cancel=cancel)
    grant, identity, method = found.grant.value, found.identity.value, means.method
    needs = needed(method)
    projects: tuple[Project, ...] = ()
    excess: tuple[Excess, ...] = ()
    if checks.identity_proved and grant is not None and identity is not None:
        projects, obstacle = _subjects(checks, found.projects.value or (), wish, remembered)
        on_event(projects)
        subject = Subject(means.target.cloud, means.target.organization, method, grant.token, identity, projects)
        inspection = Inspection(watched, subject, closely=wish.closely, no_projects=obstacle, at_once=wish.at_once)
        findings, excess = inspection.run(on_event, cancel)
    else:
        on_event(projects)
        findings = not_checked(method, _obstacle(checks))
        for finding in findings:
            on_event(finding)
    report = PermissionReport(
        method=method,
        organization=means.target.organization,
        started_at=started_at,
        ended_at=clock.now(),
        checks=checks,
        identity=identity if checks.identity_proved else None,
        projects=projects,
        permissions=tuple(need.permission for need in needs),
        findings=findings,
        closely=wish.closely,
        excess=excess,
        exchanges=tuple(exchanges),
    )
    return report, grant


def worst_problem(report: PermissionReport) -> Problem | None:
    """What a connection's list says after a report: as after a check, the first thing that failed, reads included."""
    if report.checks.first_problem is not None:
        return report.checks.first_problem
    refused = [
        finding
        for finding in report.findings
        if finding.verdict is Verdict.MISSING and NEEDS[finding.permission].is_read
    ]
    if any(finding.layer is Layer.SCOPE for finding in refused):
        return Problem.SCOPE_MISSING
    return Problem.PERMISSION_DENIED if refused else None


def _subjects(
    checks: CheckReport, visible: Sequence[Project], wish: ReportWish, remembered: tuple[str, ...]
) -> tuple[tuple[Project, ...], Obstacle]:
    """The projects to report on, and what to say where there is none."""
    listed = checks.result(CheckName.PROJECTS)
    if listed is not None and listed.problem is not None:
        return (), Obstacle(CheckName.PROJECTS, listed.problem)
    by_id = {project.id.lower(): project for project in visible}
    wanted = remembered if wish.projects is None else wish.projects
    named = [by_id[key.lower()] for key in dict.fromkeys(wanted) if key.lower() in by_id]
    if not named and not wish.projects:  # all that were remembered are gone: as if none had been
        named = list(by_id.values())
    chosen = sorted(named, key=lambda project: (project.name.casefold(), project.id))[:MAX_PROJECTS]
    return tuple(chosen), Obstacle(CheckName.PROJECTS, Problem.PROJECT_NOT_FOUND if visible else Problem.NO_PROJECTS)


def _obstacle(checks: CheckReport) -> Obstacle:
    """The first check that failed."""
    failures = checks.failures
    if not failures:
        return Obstacle(CheckName.IDENTITY, Problem.INTERNAL)
    return Obstacle(failures[0].name, failures[0].problem or Problem.INTERNAL)
