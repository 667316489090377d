"""`ado-connect check NAME`: does a connection work, and is every permission it needs granted?"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.app.report_evidence import evidence_words
from desktop_app.app.report_excess import excess_words, way_to_less
from desktop_app.app.report_export import report_json
from desktop_app.app.report_wish import ReportWish
from desktop_app.app.report_words import headline, permission_title, rows_of, summary_of, verdict_words
from desktop_app.app.words import check_outcome, check_title, method_name
from desktop_app.cli.choosing import connection_named, projects_named
from desktop_app.cli.layout import columns, paragraph
from desktop_app.cli.progress import Progress
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckResult, CheckStatus
from desktop_app.core.permissions import Permission
from desktop_app.core.ports import Project
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Profile
from desktop_app.core.redact import redact
from desktop_app.core.report import Finding, Joint, PermissionReport, Verdict

if TYPE_CHECKING:
    from desktop_app.app.workspace import Workspace

_IN_ORDER = frozenset({Verdict.GRANTED, Verdict.UNTELLABLE})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed; `projects` are names or ids, empty for those chosen last."""

    name: str
    projects: tuple[str, ...] = ()
    closely: bool = False
    as_json: bool = False


def check(workspace: Workspace, wanted: Wanted, progress: Progress, cancel: Cancel) -> int:
    """0 if every permission is granted or can not be told, 1 if one is missing or something failed."""
    connections = workspace.connections
    profile = connection_named(connections, wanted.name)
    progress.say(_("Checking {name}…").format(name=profile.name))
    projects = projects_named(connections, profile, wanted.projects, cancel)

    def told(event: CheckResult | Finding | tuple[Project, ...]) -> None:
        if isinstance(event, CheckResult):
            progress.say(check_title(event.name))
        elif isinstance(event, Finding):
            progress.say(permission_title(event.permission, profile.method))

    wish = ReportWish(projects or None, wanted.closely, remember=False)
    profile, report = connections.report(profile.id, wish, told, cancel)
    progress.clear()
    sys.stdout.write(report_json(profile, report) if wanted.as_json else _as_table(profile, report))
    return 0 if _all_in_order(report) else 1


def _all_in_order(report: PermissionReport) -> bool:
    verdicts = {summary_of(report, permission).verdict for permission in report.permissions}
    return report.checks.identity_proved and verdicts <= _IN_ORDER


def _as_table(profile: Profile, report: PermissionReport) -> str:
    place = Place(profile.cloud, profile.organization, profile.tenant, profile.client_id)
    head = _("{name}: {method}, organization {organization}").format(
        name=profile.name, method=method_name(profile.method), organization=profile.organization
    )
    checks = [(check_title(one.name), _status(one), check_outcome(one, place)) for one in report.checks.results]
    text = [head, "", columns(checks)]
    for failed in report.checks.failures:
        if failed.problem is not None:
            guidance = guidance_of(ConnectionProblem(failed.problem, failed.facts), place)
            text += ["", f"{guidance.title}."]
            text += [paragraph(words, "  ") for words in (guidance.happened, guidance.likely, guidance.now)]
            text.append(f"  problem: {failed.problem.value}")
    for permission in report.permissions:
        text += ["", *_permission(report, permission)]
    text += ["", headline(report)]
    if report.excess:
        text += ["", _("This connection can do more than it needs:")]
        text += [paragraph(excess_words(excess), "  ") for excess in report.excess]
        way = way_to_less(profile)
        text.append(paragraph(f"{way.words} {way.url}", "  "))
    return redact("\n".join(text) + "\n")


def _status(result: CheckResult) -> str:
    match result.status:
        case CheckStatus.PASSED:
            return _("Passed")
        case CheckStatus.FAILED:
            return _("Failed")
        case CheckStatus.UNKNOWN:
            return _("Cannot be told")
        case CheckStatus.SKIPPED:
            return _("Not checked")


def _permission(report: PermissionReport, permission: Permission) -> list[str]:
    """A permission over all projects; then, for what is not granted, what that rests on, alike projects together."""
    text = [f"{permission_title(permission, report.method)}: {summary_of(report, permission).words}"]
    rows = rows_of(report, permission)
    alike: dict[tuple[str, str], list[str]] = {}
    for project in rows:
        joint = report.joint(permission, project)
        if joint.verdict is not Verdict.GRANTED:
            key = verdict_words(joint.verdict, joint.likely), _evidence(joint)
            alike.setdefault(key, []).append(project.name if project else report.organization)
    for (verdict, evidence), names in alike.items():
        where = "" if len(names) == len(rows) else f"{', '.join(names)}: {verdict}. "
        text.append(paragraph(f"{where}{evidence}", "  "))
    return text


def _evidence(joint: Joint) -> str:
    """What the layers that decide saw."""
    deciding = [finding for finding in joint.findings if finding.verdict is joint.verdict]
    return " ".join(dict.fromkeys(evidence_words(finding.evidence) for finding in deciding))
