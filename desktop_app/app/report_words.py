"""The words of a permission report: permissions, verdicts, layers, and what adds up over projects.

Whole plain sentences for an admin who never heard of scopes; what each verdict rests on is in report_evidence.py, and
what a credential can do beyond its needs in report_excess.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

from desktop_app.app.i18n import _, ngettext
from desktop_app.app.words import StateKind
from desktop_app.core.permissions import Permission
from desktop_app.core.ports import Project
from desktop_app.core.profile import Method
from desktop_app.core.report import Joint, Layer, PermissionReport, Verdict


def permission_title(permission: Permission, method: Method) -> str:
    """A row of the report, in a few words without a full stop."""
    match permission:
        case Permission.ACT_AS_ACCOUNT:
            if method is Method.CLIENT_SECRET:
                return _("Act as the app")
            return _("Act as the signed-in person")
        case Permission.READ_PROJECTS:
            return _("Read projects and teams")
        case Permission.EDIT_PROJECTS:
            return _("Edit projects and teams")
        case Permission.READ_VARIABLE_GROUPS:
            return _("Read variable groups")
        case Permission.CREATE_VARIABLE_GROUPS:
            return _("Create variable groups")
        case Permission.MANAGE_VARIABLE_GROUPS:
            return _("Manage variable groups")
        case Permission.READ_RELEASES:
            return _("Read releases")
        case Permission.RUN_RELEASES:
            return _("Edit and run releases")
        case Permission.READ_SERVICE_CONNECTIONS:
            return _("Read service connections")
        case Permission.QUERY_SERVICE_CONNECTIONS:
            return _("Query service connections")
        case _:
            assert_never(permission)


def verdict_words(verdict: Verdict, likely: bool = False) -> str:
    """The verdict in one to three words."""
    match verdict:
        case Verdict.GRANTED:
            return _("Likely granted") if likely else _("Granted")
        case Verdict.MISSING:
            return _("Likely missing") if likely else _("Missing")
        case Verdict.UNTELLABLE:
            return _("Cannot be told")
        case Verdict.NOT_CHECKED:
            return _("Not checked")
        case _:
            assert_never(verdict)


def verdict_kind(verdict: Verdict) -> StateKind:
    """Its colour, which never stands alone."""
    match verdict:
        case Verdict.GRANTED:
            return "good"
        case Verdict.MISSING:
            return "bad"
        case Verdict.UNTELLABLE | Verdict.NOT_CHECKED:
            return "neutral"
        case _:
            assert_never(verdict)


def verdict_note(verdict: Verdict) -> str:
    """What a verdict means, for whoever reads a report for the first time."""
    match verdict:
        case Verdict.GRANTED:
            return _("The connection can do this.")
        case Verdict.MISSING:
            return _("The connection cannot do this.")
        case Verdict.UNTELLABLE:
            return _("Nothing shows it without changing something in Azure DevOps.")
        case Verdict.NOT_CHECKED:
            return _("Something that comes first failed, so this was not tried.")
        case _:
            assert_never(verdict)


def layer_title(layer: Layer, method: Method) -> str:
    match layer:
        case Layer.SCOPE:
            return _("The token")
        case Layer.ACCOUNT:
            return _("The app") if method is Method.CLIENT_SECRET else _("The account")
        case _:
            assert_never(layer)


def layer_note(layer: Layer, method: Method) -> str:
    """What this layer is, in a sentence."""
    match layer:
        case Layer.SCOPE:
            if method is Method.CLIENT_SECRET:
                return _("A token that an app gets with its client secret has no limits of its own.")
            return _("What the token lets through. Azure DevOps calls this its scopes.")
        case Layer.ACCOUNT:
            if method is Method.CLIENT_SECRET:
                return _("What the app may do in the organization, whatever its token lets through.")
            return _("What the account itself may do in the organization, whatever the token lets through.")
        case _:
            assert_never(layer)


@dataclass(frozen=True, slots=True)
class Summary:
    """One permission over several projects: the worst verdict, and where it holds ("Missing in Website")."""

    verdict: Verdict
    likely: bool
    words: str


_WORST_FIRST = (Verdict.MISSING, Verdict.NOT_CHECKED, Verdict.UNTELLABLE, Verdict.GRANTED)


def summarize(joints: Sequence[tuple[Project, Joint]]) -> Summary:
    """What one permission comes to over all projects; nothing was checked where there is none."""
    if not joints:
        return Summary(Verdict.NOT_CHECKED, False, _("There was no project to try it with"))
    worst = next(verdict for verdict in _WORST_FIRST if any(joint.verdict is verdict for _project, joint in joints))
    hit = [(project, joint) for project, joint in joints if joint.verdict is worst]
    likely = any(joint.likely for _project, joint in hit)
    if worst is Verdict.MISSING:  # one certain refusal is certain
        likely = all(joint.likely for _project, joint in hit)
    words = verdict_words(worst, likely)
    if len(hit) == len(joints) > 1:
        said = ngettext("{verdict} in all {count} projects", "{verdict} in all {count} projects", len(joints))
        return Summary(worst, likely, said.format(verdict=words, count=len(joints)))
    said = _("{verdict} in {projects}")
    return Summary(worst, likely, said.format(verdict=words, projects=projects_words([p for p, _joint in hit])))


def summary_of(report: PermissionReport, permission: Permission) -> Summary:
    """One permission of a report over all its projects; one that holds everywhere names no project."""
    everywhere = report.joint(permission, None)
    own = [f for f in report.findings if f.permission is permission and f.project is not None]
    if not own and everywhere.findings:
        return Summary(everywhere.verdict, everywhere.likely, verdict_words(everywhere.verdict, everywhere.likely))
    return summarize([(project, report.joint(permission, project)) for project in report.projects])


def projects_words(projects: Sequence[Project]) -> str:
    """ "Website", "Website and Shop", "Website and 2 others"; for the middle of a sentence."""
    first, others = projects[0].name, len(projects) - 1
    if not others:
        return first
    if others == 1:
        return _("{project} and {other}").format(project=first, other=projects[1].name)
    return ngettext("{project} and {count} other", "{project} and {count} others", others).format(
        project=first, count=others
    )


def listed_words(told: Sequence[str]) -> str:
    """ "this", "this and that", "this, that and more"; for the middle of a sentence. At least one."""
    if len(told) == 1:
        return told[0]
    return _("{first} and {last}").format(first=", ".join(told[:-1]), last=told[-1])


def headline(report: PermissionReport) -> str:
    """The whole report in one sentence."""
    summaries = [summary_of(report, permission) for permission in report.permissions]
    verdicts = [summary.verdict for summary in summaries]
    missing, granted = verdicts.count(Verdict.MISSING), verdicts.count(Verdict.GRANTED)
    if verdicts and set(verdicts) == {Verdict.NOT_CHECKED}:
        return _("No permission was checked, because something before it failed.")
    if missing and all(summary.likely for summary in summaries if summary.verdict is Verdict.MISSING):
        return ngettext(
            "{count} of {all} permissions is likely missing in at least one project.",
            "{count} of {all} permissions are likely missing in at least one project.",
            missing,
        ).format(count=missing, all=len(verdicts))
    if missing:
        return ngettext(
            "{count} of {all} permissions is missing in at least one project.",
            "{count} of {all} permissions are missing in at least one project.",
            missing,
        ).format(count=missing, all=len(verdicts))
    if granted == len(verdicts):
        return _("Every permission that this connection needs is granted.")
    return _("No permission is missing, but {count} of {all} cannot be told for certain.").format(
        count=len(verdicts) - granted, all=len(verdicts)
    )


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rows_of(report: PermissionReport, permission: Permission) -> tuple[Project | None, ...]:
    """Where a permission has a verdict of its own: the report's projects, or None for one that holds everywhere."""
    own = any(finding.permission is permission and finding.project is not None for finding in report.findings)
    everywhere = any(finding.permission is permission and finding.project is None for finding in report.findings)
    return report.projects if own or (report.projects and not everywhere) else (None,)
