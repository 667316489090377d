"""What a token lets through, whatever its account may do.

A sign-in's scopes came with its token. Nothing tells those of a personal access token, so they are tried: a list that
is answered, or refused for want of a right, was let through; an empty 401 where the identity is known means that a
scope is missing. What goes beyond reading changes something, so only the empty request tells it, and only as likely.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from desktop_app.auth.inquiry import Counted, Inquiry, Subject
from desktop_app.core.permissions import FULL_ACCESS, Area, Need, Permission, expand, needed
from desktop_app.core.ports import EmptyAnswer, Project
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.report import Evidence, EvidenceKind, Finding, Layer, Verdict

ASKED_FOR = {Area.VARIABLE_GROUPS: Permission.MANAGE_VARIABLE_GROUPS, Area.RELEASES: Permission.RUN_RELEASES}
"""The permission whose scope an empty request needs (the published specification's POST of each area)."""


def scopes_of_sign_in(subject: Subject) -> Iterator[Finding]:
    """The SCOPE layer of a sign-in: from the scopes its token was given with."""
    granted = subject.token.scopes
    for need in needed(subject.method):
        if not granted:
            yield _finding(need, Verdict.UNTELLABLE, EvidenceKind.SCOPES_NOT_TOLD)
        elif by := _granted_by(need.scope, granted):
            yield _finding(need, Verdict.GRANTED, EvidenceKind.SCOPE_GRANTED, {"by": by})
        else:
            yield _finding(need, Verdict.MISSING, EvidenceKind.SCOPE_ABSENT)


def _granted_by(scope: str, granted: Iterable[str]) -> str:
    """The granted scope that gives `scope`: itself, else one that includes it; empty where there is none."""
    candidates = sorted(one for one in granted if one in FULL_ACCESS or scope in expand([one]))
    exact = [one for one in candidates if one == scope]
    narrow = [one for one in candidates if one not in FULL_ACCESS]
    return next(iter([*exact, *narrow, *candidates]), "")


class ScopesOfPat:
    """The SCOPE layer of a personal access token, found out by trying."""

    def __init__(self, inquiry: Inquiry, *, closely: bool) -> None:
        self._inquiry = inquiry
        self._closely = closely
        needs = needed(inquiry.subject.method)
        self._reads = {need.area: need for need in needs if need.is_read}
        self._beyond = {area: [need for need in needs if need.area is area and not need.is_read] for area in Area}
        self._listed: dict[Area, dict[Project, Finding]] = {}

    def begin(self) -> None:
        """Teams are listed for the whole organization; only vso.project lets that through."""
        subject, devops = self._inquiry.subject, self._inquiry.devops
        self._inquiry.ask(
            lambda: devops.count_teams(subject.cloud, subject.organization, subject.token),
            lambda counted: self._inquiry.tell(_by_list(self._reads[Area.PROJECTS], None, counted)),
        )

    def listed(self, area: Area, project: Project, counted: Counted) -> None:
        """A project's list was answered."""
        finding = _by_list(self._reads[area], project, counted)
        self._inquiry.tell(finding)
        known = self._listed.setdefault(area, {})
        known[project] = finding
        if len(known) == len(self._inquiry.subject.projects):
            self._judge_beyond(area, known)

    def _judge_beyond(self, area: Area, known: dict[Project, Finding]) -> None:
        """What goes beyond reading, once every project has been tried."""
        in_order = [known[project] for project in self._inquiry.subject.projects]
        let_through = [finding for finding in in_order if finding.verdict is Verdict.GRANTED]
        missing = [finding for finding in in_order if finding.verdict is Verdict.MISSING]
        if not let_through:  # a scope includes the read below it
            for need in self._beyond[area]:
                seen = (missing or in_order)[0]
                self._inquiry.tell(Finding(need.permission, Layer.SCOPE, seen.verdict, seen.evidence))
        elif area not in ASKED_FOR:
            for need in self._beyond[area]:
                self._inquiry.tell(_finding(need, Verdict.UNTELLABLE, EvidenceKind.NO_HARMLESS_REQUEST))
        elif not self._closely:
            for need in self._beyond[area]:
                self._inquiry.tell(_finding(need, Verdict.UNTELLABLE, EvidenceKind.NOT_ASKED_CLOSELY))
        else:
            project = let_through[0].project
            assert project is not None  # noqa: S101 - lists are asked for by project
            self._ask_closely(area, project)

    def _ask_closely(self, area: Area, project: Project) -> None:
        subject, devops = self._inquiry.subject, self._inquiry.devops

        def heard(answer: EmptyAnswer | ConnectionProblem) -> None:
            for need in self._beyond[area]:
                self._inquiry.tell(_by_empty_request(need, area, answer))

        self._inquiry.ask(
            lambda: devops.ask_with_empty_body(subject.cloud, subject.organization, project, area, subject.token), heard
        )


def _by_list(need: Need, project: Project | None, counted: Counted) -> Finding:
    facts = {"project": project.name if project else ""}
    if isinstance(counted, int):
        facts["count"] = str(counted)
        return _finding(need, Verdict.GRANTED, EvidenceKind.LISTED, facts, project)
    if counted.problem in {Problem.PERMISSION_DENIED, Problem.LICENCE_MISSING}:
        return _finding(need, Verdict.GRANTED, EvidenceKind.LIST_REFUSED_BY_RIGHT, facts, project)
    if counted.problem is Problem.SCOPE_MISSING:
        return _finding(need, Verdict.MISSING, EvidenceKind.LIST_REFUSED_BY_SCOPE, facts, project)
    facts["problem"] = counted.problem.value
    return _finding(need, Verdict.UNTELLABLE, EvidenceKind.LIST_FAILED, facts, project)


def _by_empty_request(need: Need, area: Area, answer: EmptyAnswer | ConnectionProblem) -> Finding:
    """Both LET_THROUGH and DENIED show that the scope was accepted, and with it those that it includes."""
    if isinstance(answer, ConnectionProblem):
        status = {"status": answer.facts["status"]} if "status" in answer.facts else {}
        facts = {"problem": answer.problem.value, **status}
        return _finding(need, Verdict.UNTELLABLE, EvidenceKind.EMPTY_REQUEST_UNCLEAR, facts)
    if answer is not EmptyAnswer.REFUSED:
        return replace(_finding(need, Verdict.GRANTED, EvidenceKind.EMPTY_REQUEST_LET_THROUGH), likely=True)
    if need.permission is ASKED_FOR[area]:
        return replace(_finding(need, Verdict.MISSING, EvidenceKind.EMPTY_REQUEST_REFUSED), likely=True)
    return _finding(need, Verdict.UNTELLABLE, EvidenceKind.NO_HARMLESS_REQUEST)  # a narrower scope may still be there


def _finding(
    need: Need,
    verdict: Verdict,
    kind: EvidenceKind,
    facts: Mapping[str, str] = MappingProxyType({}),
    project: Project | None = None,
) -> Finding:
    evidence = Evidence(kind, {"scope": need.scope, "area": need.area.value, **facts})
    return Finding(need.permission, Layer.SCOPE, verdict, evidence, project)
