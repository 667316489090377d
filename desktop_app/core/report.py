"""The permission report: a verdict for each permission and project, in two layers, with what each verdict rests on.

The layers are never mixed: SCOPE is what the token lets through, ACCOUNT what the account itself may do. Azure DevOps
asks for both; `PermissionReport.verdict` is the only place that puts them together. Evidence is a code with facts that
are safe to show; its words are in app/report_words.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop_app.core.checks import CheckReport
from desktop_app.core.permissions import Permission
from desktop_app.core.ports import Exchange, Identity, Project
from desktop_app.core.profile import Method

MAX_PROJECTS = 50
"""So many projects at most are reported on in one run."""


class Layer(StrEnum):
    """Which of the two locks was tried."""

    SCOPE = "scope"
    ACCOUNT = "account"


class Verdict(StrEnum):
    """UNTELLABLE: cannot be told without changing something. NOT_CHECKED: something it needs failed."""

    GRANTED = "granted"
    MISSING = "missing"
    UNTELLABLE = "cannot-be-told"
    NOT_CHECKED = "not-checked"


class EvidenceKind(StrEnum):
    """What was seen. Each names the facts it comes with.

    Facts: area (a value of Area), project (its name), count, scope (what is needed), by (the granted scope that
    includes it), actions (names, separated by ", "), problem (a value of Problem), organization, account, check.
    """

    # the token's scopes
    SCOPE_GRANTED = "scope-granted"  # scope, by
    SCOPE_ABSENT = "scope-absent"  # scope
    SCOPES_NOT_TOLD = "scopes-not-told"  # scope: the answer with the token had no scopes
    LISTED = "listed"  # area, project, count
    LIST_REFUSED_BY_SCOPE = "list-refused-by-scope"  # area, project, scope
    LIST_REFUSED_BY_RIGHT = "list-refused-by-right"  # area, project: so the scope was let through
    LIST_FAILED = "list-failed"  # area, project, problem
    NO_HARMLESS_REQUEST = "no-harmless-request"  # scope: nothing that changes nothing would show it
    NOT_ASKED_CLOSELY = "not-asked-closely"  # scope: the empty request would show it, but was not wanted
    EMPTY_REQUEST_LET_THROUGH = "empty-request-let-through"  # scope, area
    EMPTY_REQUEST_REFUSED = "empty-request-refused"  # scope, area
    EMPTY_REQUEST_UNCLEAR = "empty-request-unclear"  # scope, area, problem or status
    # the account's own rights
    MEMBER = "member"  # organization, account
    ALLOWED = "allowed"  # actions, area, project
    DENIED = "denied"  # actions (those that are not allowed), area, project
    RIGHTS_NOT_TOLD = "rights-not-told"  # area, project, problem or actions (those the namespace does not know)
    # neither
    NEEDS_CHECK = "needs-check"  # check (a value of CheckName), problem: it failed, so nothing was asked


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was seen."""

    kind: EvidenceKind
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one layer says about one permission; `project` None where it holds for the whole organization.

    `likely`: the answer points this way but does not prove it.
    """

    permission: Permission
    layer: Layer
    verdict: Verdict
    evidence: Evidence
    project: Project | None = None
    likely: bool = False


@dataclass(frozen=True, slots=True)
class Joint:
    """Both layers together: the verdict an admin asks for, and the findings it rests on."""

    verdict: Verdict
    likely: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Excess:
    """Something this credential can do that the connection does not need.

    `scope` is set for a token's scope, `right` ("Project/DELETE") for what the account may do in `project`. `seen` is
    how it was found out.
    """

    seen: EvidenceKind
    scope: str = ""
    right: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True)
class PermissionReport:
    """A whole report; moments are aware UTC. `checks` is what came before: reach, tenant, token, identity, projects.

    `findings` holds for each needed permission at most one finding per layer and project, or one per layer with no
    project. `closely`: empty requests were sent too. `exchanges` is every request to Azure DevOps in order of answer.
    """

    method: Method
    organization: str
    started_at: datetime
    ended_at: datetime
    checks: CheckReport
    identity: Identity | None
    projects: tuple[Project, ...]
    permissions: tuple[Permission, ...]
    findings: tuple[Finding, ...]
    closely: bool = False
    excess: tuple[Excess, ...] = ()
    exchanges: tuple[Exchange, ...] = ()

    def joint(self, permission: Permission, project: Project | None) -> Joint:
        """Both layers for one permission in one project; None asks for what holds everywhere."""
        return join(
            finding
            for finding in self.findings
            if finding.permission is permission and (finding.project is None or finding.project == project)
        )


_WEIGHT = {Verdict.MISSING: 0, Verdict.NOT_CHECKED: 1, Verdict.UNTELLABLE: 2, Verdict.GRANTED: 3}


def join(findings: Iterable[Finding]) -> Joint:
    """Azure DevOps asks for both layers, so the worse one decides; without any finding nothing was checked.

    Likely only if what decides is: a certain refusal by one layer is certain, whatever the other one only suggests.
    """
    known = tuple(findings)
    if not known:
        return Joint(Verdict.NOT_CHECKED, False, ())
    verdict = min((finding.verdict for finding in known), key=_WEIGHT.__getitem__)
    deciding = [finding.likely for finding in known if finding.verdict is verdict]
    likely = all(deciding) if verdict is Verdict.MISSING else any(deciding)
    return Joint(verdict, likely, known)
