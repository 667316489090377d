"""What a credential can do that its connection does not need. Asked for last: it must not delay a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from desktop_app.auth.account_rights import Allowed, may_in_each
from desktop_app.auth.inquiry import Inquiry, Subject
from desktop_app.core.permissions import FULL_ACCESS, READABLE_SCOPES, SURPLUS_ACTIONS, Namespace, expand, needed
from desktop_app.core.ports import Right
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.core.report import EvidenceKind, Excess

_SIGN_IN_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
_NAMES = {
    Namespace.PROJECT: "Project",
    Namespace.LIBRARY: "Library",
    Namespace.RELEASE_MANAGEMENT: "ReleaseManagement",
    Namespace.SERVICE_ENDPOINTS: "ServiceEndpoints",
}


class Surplus:
    """The excess of one inspection: scopes of a sign-in or a token, rights of an app."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry
        self._found: dict[tuple[int, ...], Excess] = {}

    @property
    def found(self) -> tuple[Excess, ...]:
        """In the order of the tables in core/permissions.py."""
        return tuple(self._found[place] for place in sorted(self._found))

    def begin(self) -> None:
        subject = self._inquiry.subject
        if subject.method is Method.OAUTH:
            for number, scope in enumerate(_too_much(subject)):
                self._found[number,] = Excess(EvidenceKind.SCOPE_GRANTED, scope=scope)
        elif not subject.projects:
            return
        elif subject.method is Method.PAT:
            for number, scope in enumerate(READABLE_SCOPES):
                self._try_scope(number, scope)
        else:
            for namespace in dict.fromkeys(namespace for namespace, _action in SURPLUS_ACTIONS):
                self._ask_for_bits(namespace)

    def _try_scope(self, number: int, scope: str) -> None:
        subject, devops = self._inquiry.subject, self._inquiry.devops
        project = subject.projects[0]

        def heard(answer: ConnectionProblem | None) -> None:
            if answer is None:
                self._found[number,] = Excess(EvidenceKind.LISTED, scope=scope)
            elif answer.problem is Problem.PERMISSION_DENIED:
                self._found[number,] = Excess(EvidenceKind.LIST_REFUSED_BY_RIGHT, scope=scope)

        self._inquiry.ask(
            lambda: devops.probe_scope(subject.cloud, subject.organization, project, scope, subject.token),
            heard,
            last=True,
        )

    def _ask_for_bits(self, namespace: Namespace) -> None:
        subject, devops = self._inquiry.subject, self._inquiry.devops

        def heard(bits: Mapping[str, int] | ConnectionProblem) -> None:
            if isinstance(bits, ConnectionProblem):
                return
            for number, (of, action) in enumerate(SURPLUS_ACTIONS):
                if of is namespace and action in bits:
                    self._ask_about(number, Right(namespace, bits[action]), f"{_NAMES[namespace]}/{action}")

        self._inquiry.ask(
            lambda: devops.security_bits(subject.cloud, subject.organization, namespace, subject.token),
            heard,
            last=True,
        )

    def _ask_about(self, number: int, right: Right, name: str) -> None:
        def heard(allowed: Allowed | ConnectionProblem) -> None:
            if isinstance(allowed, ConnectionProblem):
                return
            for place, project in enumerate(self._inquiry.subject.projects):
                if allowed[project]:
                    excess = Excess(EvidenceKind.ALLOWED, right=name, project=project.name)
                    self._found[number, place] = excess

        self._inquiry.ask(lambda: may_in_each(self._inquiry, right), heard, last=True)


def _too_much(subject: Subject) -> Iterator[str]:
    """Granted scopes that no needed scope includes."""
    enough = expand(need.scope for need in needed(subject.method)) | _SIGN_IN_SCOPES | FULL_ACCESS
    return iter(sorted(subject.token.scopes - enough))
