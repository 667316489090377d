"""Asks Azure DevOps everything a permission report needs, and tells each finding as soon as it is known.

Two layers that never mix: what the token's scopes let through (auth/token_scopes.py) and what the account itself may do
(auth/account_rights.py). What exceeds the needs is asked for last. Nothing but reads is sent, unless `closely`.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.auth.account_rights import AccountRights
from desktop_app.auth.excess import Surplus
from desktop_app.auth.inquiry import Inquiry, Listed, Obstacle, Subject, not_checked
from desktop_app.auth.questions import Questions
from desktop_app.auth.token_scopes import ScopesOfPat, scopes_of_sign_in
from desktop_app.core.cancel import Cancel
from desktop_app.core.permissions import Area, needed
from desktop_app.core.ports import ORGANIZATION_AT_ONCE, AzureDevOps
from desktop_app.core.profile import Method
from desktop_app.core.report import Excess, Finding, Layer

__all__ = ["Inspection", "Obstacle", "Subject", "not_checked"]


class Inspection:
    """One run over one subject, whose identity is proved.

    `no_projects` says why, where the subject has no projects. `closely`: empty requests may be sent too. `at_once`: so
    many questions are in flight at most.
    """

    def __init__(
        self,
        devops: AzureDevOps,
        subject: Subject,
        *,
        closely: bool,
        no_projects: Obstacle,
        at_once: int = ORGANIZATION_AT_ONCE,
    ) -> None:
        self._devops = devops
        self._subject = subject
        self._closely = closely
        self._no_projects = no_projects
        self._at_once = at_once

    def run(
        self, on_finding: Callable[[Finding], None], cancel: Cancel
    ) -> tuple[tuple[Finding, ...], tuple[Excess, ...]]:
        """All findings in the order a report shows them, and what exceeds the needs.

        `on_finding` is called in this thread, as answers come in. Raises Cancelled.
        """
        questions = Questions(cancel, self._at_once)
        inquiry = Inquiry(self._devops, self._subject, questions, on_finding)
        rights = AccountRights(inquiry)
        scopes = ScopesOfPat(inquiry, closely=self._closely) if self._subject.method is Method.PAT else None
        surplus = Surplus(inquiry)
        if self._subject.method is Method.OAUTH:
            for finding in scopes_of_sign_in(self._subject):
                inquiry.tell(finding)
        rights.begin()
        if scopes is not None:
            scopes.begin()
        if self._subject.projects:
            self._list(inquiry, [rights.listed, *([scopes.listed] if scopes else [])])
        else:
            self._nothing_to_list(inquiry)
        surplus.begin()
        questions.run()
        return inquiry.findings, surplus.found

    def _list(self, inquiry: Inquiry, listeners: list[Listed]) -> None:
        """List what is in each project, project by project."""
        needs = needed(self._subject.method)
        areas = [area for area in dict.fromkeys(need.area for need in needs) if area is not Area.PROJECTS]
        for project in self._subject.projects:
            for area in areas:
                inquiry.list_area(area, project, listeners)

    def _nothing_to_list(self, inquiry: Inquiry) -> None:
        """Rows that are judged project by project: nothing was asked for them."""
        by_project = [need for need in needed(self._subject.method) if need.namespace is not None]
        for need in by_project:
            inquiry.tell(self._no_projects.finding(need.permission, Layer.ACCOUNT))
            if self._subject.method is Method.PAT and need.area is not Area.PROJECTS:
                inquiry.tell(self._no_projects.finding(need.permission, Layer.SCOPE))
