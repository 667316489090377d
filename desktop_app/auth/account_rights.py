"""What the account itself may do, project by project, whatever its token lets through.

Azure DevOps evaluates the rights itself. Their bits are read from each security namespace while the report runs, by the
names of the actions: a namespace without such a name gives no verdict rather than a guess.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop_app.auth.inquiry import Counted, Inquiry
from desktop_app.core.permissions import Area, Namespace, Need, Permission, needed
from desktop_app.core.ports import Project, Right
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.report import Evidence, EvidenceKind, Finding, Layer, Verdict

Bits = Mapping[str, int]
Allowed = Mapping[Project, bool]


class AccountRights:
    """The ACCOUNT layer of one inspection."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry
        self._needs = [(need.namespace, need) for need in needed(inquiry.subject.method) if need.namespace is not None]
        self._bits: dict[Namespace, Bits | ConnectionProblem] = {}
        self._allowed: dict[Right, Allowed | ConnectionProblem] = {}
        self._listed: dict[tuple[Area, Project], Counted] = {}

    def begin(self) -> None:
        """Tell what is known already, and ask for the bits of each namespace."""
        subject = self._inquiry.subject
        for need in needed(subject.method):
            if need.permission is Permission.ACT_AS_ACCOUNT:
                account = subject.identity.username or subject.identity.display_name
                facts = {"organization": subject.organization, "account": account}
                evidence = Evidence(EvidenceKind.MEMBER, facts)
                self._inquiry.tell(Finding(need.permission, Layer.ACCOUNT, Verdict.GRANTED, evidence))
        if not subject.projects:
            return
        for project in subject.projects:  # they were listed before
            self._listed[Area.PROJECTS, project] = len(subject.projects)
        for namespace in dict.fromkeys(namespace for namespace, _need in self._needs):
            self._ask_for_bits(namespace)

    def listed(self, area: Area, project: Project, counted: Counted) -> None:
        """A project's list was answered."""
        self._listed[area, project] = counted
        self._settle()

    def _ask_for_bits(self, namespace: Namespace) -> None:
        subject, devops = self._inquiry.subject, self._inquiry.devops

        def heard(bits: Bits | ConnectionProblem) -> None:
            self._bits[namespace] = bits
            if not isinstance(bits, ConnectionProblem):
                actions = [action for of, need in self._needs if of is namespace for action in need.actions]
                for bit in dict.fromkeys(bits[action] for action in actions if action in bits):
                    self._ask_about(Right(namespace, bit))
            self._settle()

        self._inquiry.ask(
            lambda: devops.security_bits(subject.cloud, subject.organization, namespace, subject.token), heard
        )

    def _ask_about(self, right: Right) -> None:
        def heard(allowed: Allowed | ConnectionProblem) -> None:
            self._allowed[right] = allowed
            self._settle()

        self._inquiry.ask(lambda: may_in_each(self._inquiry, right), heard)

    def _settle(self) -> None:
        """Tell every finding that has become known."""
        for namespace, need in self._needs:
            for project in self._inquiry.subject.projects:
                if not self._inquiry.knows(need.permission, Layer.ACCOUNT, project):
                    finding = self._finding(namespace, need, project)
                    if finding is not None:
                        self._inquiry.tell(finding)

    def _finding(self, namespace: Namespace, need: Need, project: Project) -> Finding | None:
        """None while something is still asked."""
        listed = self._listed.get((need.area, project))
        if need.is_read and listed is None:
            return None
        if need.is_read and isinstance(listed, ConnectionProblem) and listed.problem is Problem.PERMISSION_DENIED:
            return _finding(need, project, Verdict.MISSING, EvidenceKind.LIST_REFUSED_BY_RIGHT)
        bits = self._bits.get(namespace)
        if bits is None:
            return None
        if isinstance(bits, ConnectionProblem):
            return _untold(need, project, listed, problem=bits.problem.value)
        unknown = [action for action in need.actions if action not in bits]
        answers = {
            action: self._allowed.get(Right(namespace, bits[action])) for action in need.actions if action in bits
        }
        if any(answer is None for answer in answers.values()):
            return None
        failures = [answer for answer in answers.values() if isinstance(answer, ConnectionProblem)]
        denied = [action for action, answer in answers.items() if isinstance(answer, Mapping) and not answer[project]]
        if denied:
            return _finding(need, project, Verdict.MISSING, EvidenceKind.DENIED, actions=", ".join(denied))
        if failures:
            return _untold(need, project, listed, problem=failures[0].problem.value)
        if unknown:
            return _untold(need, project, listed, actions=", ".join(unknown))
        return _finding(need, project, Verdict.GRANTED, EvidenceKind.ALLOWED, actions=", ".join(need.actions))


def may_in_each(inquiry: Inquiry, right: Right) -> Allowed:
    """Whether the account has a right, by project. Raises as AzureDevOps.may does."""
    subject = inquiry.subject
    allowed = inquiry.devops.may(subject.cloud, subject.organization, right, subject.projects, subject.token)
    return dict(zip(subject.projects, allowed, strict=True))


def _untold(need: Need, project: Project, listed: Counted | None, **facts: str) -> Finding:
    """Without an evaluation, something that a list showed still proves that it can be read."""
    if need.is_read and isinstance(listed, int) and listed >= 1:
        return _finding(need, project, Verdict.GRANTED, EvidenceKind.LISTED, count=str(listed))
    return _finding(need, project, Verdict.UNTELLABLE, EvidenceKind.RIGHTS_NOT_TOLD, **facts)


def _finding(need: Need, project: Project, verdict: Verdict, kind: EvidenceKind, **facts: str) -> Finding:
    evidence = Evidence(kind, {"area": need.area.value, "project": project.name, **facts})
    return Finding(need.permission, Layer.ACCOUNT, verdict, evidence, project)
