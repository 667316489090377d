"""A permission report as a table that fills while it runs: rows with a verdict, words, and rows of their own below.

With one project chosen the two layers stand below each permission; over all projects the projects do, and the layers
below each of them. Until a permission is decided its row says that it is being checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.app.i18n import _, ngettext
from desktop_app.app.report_evidence import evidence_words
from desktop_app.app.report_words import layer_title, permission_title, summarize, verdict_words
from desktop_app.core.permissions import Permission
from desktop_app.core.ports import Project
from desktop_app.core.profile import Method
from desktop_app.core.report import EvidenceKind, Finding, Joint, Layer, PermissionReport, Verdict, join


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `verdict` None while it is being checked. `key` tells it apart from its sisters."""

    key: str
    title: str
    verdict: Verdict | None
    words: str
    how: str
    below: tuple[Row, ...] = ()

    @property
    def spoken(self) -> str:
        """The whole line as one statement: "Read releases: granted. Listing releases was allowed." """
        said = _("{title}: {verdict}.").format(title=self.title, verdict=self.words[:1].lower() + self.words[1:])
        return f"{said} {self.how}".strip()


class ReportTable:
    """Findings as they come, told as rows."""

    def __init__(self, method: Method, permissions: Sequence[Permission], projects: Sequence[Project] = ()) -> None:
        self.method = method
        self.permissions = tuple(permissions)
        self.projects = tuple(projects)
        self.ended = False
        self._told: dict[Permission, dict[object, Row]] = {}  # rows that did not change since they were asked for
        self._findings: dict[Permission, dict[str, dict[Layer, Finding]]] = {}

    @classmethod
    def of(cls, report: PermissionReport) -> ReportTable:
        """The table of a report that has ended."""
        table = cls(report.method, report.permissions, report.projects)
        for finding in report.findings:
            table.add(finding)
        table.ended = True
        return table

    def add(self, finding: Finding) -> None:
        """Take one more finding in; a newer one for the same layer and project replaces the older one."""
        where = finding.project.id if finding.project else ""
        self._told.pop(finding.permission, None)
        self._findings.setdefault(finding.permission, {}).setdefault(where, {})[finding.layer] = finding

    def row(self, permission: Permission, project: Project | None) -> Row:
        """One permission in `project`, or over all projects where it is None."""
        told = self._told.setdefault(permission, {})
        asked = (project, self.projects, self.ended)
        if asked not in told:
            told[asked] = self._row(permission, project)
        return told[asked]

    def _row(self, permission: Permission, project: Project | None) -> Row:
        title = permission_title(permission, self.method)
        if project is not None or not self.projects or self._holds_everywhere(permission):
            return self._single(permission.value, title, permission, project)
        if len(self.projects) == 1:
            return self._single(permission.value, title, permission, self.projects[0])
        return self._over_all(permission, title)

    def rows(self, project: Project | None) -> tuple[Row, ...]:
        return tuple(self.row(permission, project) for permission in self.permissions)

    @property
    def decided(self) -> tuple[int, int]:
        """(verdicts that are there, verdicts that are asked for)"""
        wanted = [
            (permission, project)
            for permission in self.permissions
            for project in ((None,) if self._holds_everywhere(permission) else self.projects or (None,))
        ]
        return sum(self._decided(permission, project) for permission, project in wanted), len(wanted)

    # -- one verdict --------------------------------------------------------------------------------------------------

    def _holds_everywhere(self, permission: Permission) -> bool:
        """True if nothing is known of a single project, and both layers spoke for all of them."""
        known = self._findings.get(permission, {})
        return set(known) == {""} and (self.ended or self._enough(known[""]))

    def _layers(self, permission: Permission, project: Project | None) -> dict[Layer, Finding]:
        known = self._findings.get(permission, {})
        return {**known.get("", {}), **(known.get(project.id, {}) if project else {})}

    def _enough(self, layers: dict[Layer, Finding]) -> bool:
        if any(finding.verdict in (Verdict.MISSING, Verdict.NOT_CHECKED) for finding in layers.values()):
            return True  # the worst there is: nothing that comes changes it
        return len(layers) == len(Layer) or (self.method is Method.CLIENT_SECRET and Layer.ACCOUNT in layers)

    def _decided(self, permission: Permission, project: Project | None) -> bool:
        return self.ended or self._enough(self._layers(permission, project))

    def _joint(self, permission: Permission, project: Project | None) -> Joint:
        found = self._layers(permission, project)
        return join(found[layer] for layer in Layer if layer in found)

    def _single(self, key: str, title: str, permission: Permission, project: Project | None) -> Row:
        layers = self._layers(permission, project)
        below = tuple(self._layer_row(layer, layers.get(layer)) for layer in self._shown_layers(layers))
        if not self._decided(permission, project):
            return Row(key, title, None, _("Checking …"), "", below)
        joint = self._joint(permission, project)
        return Row(key, title, joint.verdict, verdict_words(joint.verdict, joint.likely), how_words(joint), below)

    def _shown_layers(self, found: dict[Layer, Finding]) -> list[Layer]:
        """An app's token has no scopes, so that layer is shown only if something was found out about it."""
        return [layer for layer in Layer if layer in found or self.method is not Method.CLIENT_SECRET]

    def _layer_row(self, layer: Layer, finding: Finding | None) -> Row:
        title = layer_title(layer, self.method)
        if finding is None:
            words = _("Not asked") if self.ended else _("Checking …")
            return Row(layer.value, title, Verdict.NOT_CHECKED if self.ended else None, words, "")
        said = verdict_words(finding.verdict, finding.likely)
        return Row(layer.value, title, finding.verdict, said, evidence_words(finding.evidence))

    # -- over all projects --------------------------------------------------------------------------------------------

    def _over_all(self, permission: Permission, title: str) -> Row:
        below = tuple(self._single(project.id, project.name, permission, project) for project in self.projects)
        known = [
            (project, self._joint(permission, project))
            for project in self.projects
            if self._decided(permission, project)
        ]
        missing = any(joint.verdict is Verdict.MISSING for _project, joint in known)
        if len(known) < len(self.projects) and not missing:
            return Row(permission.value, title, None, _("Checking …"), self._so_far(len(known)), below)
        summary = summarize(known)
        how = _how_over_all(summary.words, [joint for _project, joint in known if joint.verdict is summary.verdict])
        if len(known) < len(self.projects):
            how = f"{how} {self._so_far(len(known))}"
        return Row(permission.value, title, summary.verdict, verdict_words(summary.verdict, summary.likely), how, below)

    def _so_far(self, count: int) -> str:
        said = ngettext("{count} of {all} projects is checked.", "{count} of {all} projects are checked.", count)
        return said.format(count=count, all=len(self.projects))


def how_words(joint: Joint) -> str:
    """What decided, in one sentence: what was really listed counts more than what Azure DevOps says is allowed."""
    deciding = [finding for finding in joint.findings if finding.verdict is joint.verdict]
    if not deciding:
        return ""
    best = max(
        deciding,
        key=lambda found: (
            found.likely and joint.likely,
            found.evidence.kind is EvidenceKind.LISTED,
            found.layer is Layer.ACCOUNT,
        ),
    )
    return evidence_words(best.evidence)


def _how_over_all(summary: str, hit: Sequence[Joint]) -> str:
    """Where it holds, and why if the reason is everywhere the same."""
    reasons = {how_words(joint) for joint in hit}
    reason = reasons.pop() if len(reasons) == 1 else ""
    return f"{summary}. {reason}".strip()
