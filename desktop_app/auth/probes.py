"""The checks that prove a connection, for each method (azure-devops docs: "success" is more than a token).

Reaching the organization, finding the tenant and getting the token run side by side; so do the identity and the list of
projects, and after them one read of each kind. A whole validation takes at most four round trips one after another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from desktop_app.core.checks import Check, CheckName, Undecided
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, Grant
from desktop_app.core.ports import AzureDevOps, Identity, OrganizationTenant, Project
from desktop_app.core.problems import ConnectionProblem, Problem

T = TypeVar("T")
Count = Callable[[Cloud, str, Project, AccessToken], int]


class Once(Generic[T]):
    """A value computed by the first thread that asks and waited for by the others; a failure is remembered too."""

    def __init__(self, compute: Callable[[], T]) -> None:
        self._compute = compute
        self._lock = threading.Lock()
        self._value: list[T] = []
        self._failure: ConnectionProblem | None = None

    def __call__(self) -> T:
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if not self._value:
                try:
                    self._value.append(self._compute())
                except ConnectionProblem as failure:
                    self._failure = failure
                    raise
            return self._value[0]

    @property
    def value(self) -> T | None:
        """What was computed, or None if nothing was (yet)."""
        return self._value[0] if self._value else None


@dataclass(frozen=True, slots=True)
class Target:
    """The organization to prove a connection to. `expected_account` is a username a renewed sign-in must still be."""

    cloud: Cloud
    organization: str
    expected_account: str = ""


class Proof:
    """The checks of one run, and what they found once they ran."""

    def __init__(
        self,
        target: Target,
        devops: AzureDevOps,
        obtain: Callable[[], Grant],
        tenant_id: Callable[[], str] | None,
    ) -> None:
        """`obtain` gives the credential's token; `tenant_id` the GUID of the typed tenant, None for a PAT."""
        self._target = target
        self._devops = devops
        self._tenant_id = tenant_id
        where = (target.cloud, target.organization)
        self.organization_tenant: Once[OrganizationTenant] = Once(lambda: devops.organization_tenant(*where))
        self.grant: Once[Grant] = Once(obtain)
        self.identity: Once[Identity] = Once(lambda: devops.identity(*where, self.grant().token))
        self.projects: Once[tuple[Project, ...]] = Once(lambda: devops.projects(*where, self.grant().token))

    def checks(self) -> tuple[Check, ...]:
        """What to run, by `run_checks`."""
        signs_in = self._tenant_id is not None
        by_token = frozenset({CheckName.REACH, CheckName.TOKEN} if signs_in else {CheckName.REACH})
        started = frozenset({CheckName.TOKEN}) if signs_in else frozenset[CheckName]()
        known = by_token | {CheckName.IDENTITY}
        listed = known | {CheckName.PROJECTS}
        checks = [Check(CheckName.REACH, self._reach)]
        if signs_in:
            checks.append(Check(CheckName.TENANT, self._tenant, frozenset({CheckName.REACH}), frozenset()))
            checks.append(Check(CheckName.TOKEN, self._token, frozenset({CheckName.TENANT}), frozenset()))
        checks.append(Check(CheckName.IDENTITY, self._identity, by_token, started))
        checks.append(Check(CheckName.PROJECTS, self._projects, known, started))
        probes: dict[CheckName, Count] = {
            CheckName.VARIABLE_GROUPS: self._devops.count_variable_groups,
            CheckName.RELEASES: self._devops.count_release_definitions,
            CheckName.SERVICE_CONNECTIONS: self._devops.count_service_connections,
        }
        for name, count in probes.items():
            checks.append(Check(name, self._probe(count), listed, frozenset({CheckName.PROJECTS})))
        return tuple(checks)

    def _reach(self) -> Mapping[str, str]:
        found = self.organization_tenant()
        if found.personal and self._tenant_id is not None:
            raise ConnectionProblem(Problem.PERSONAL_ACCOUNT_ORGANIZATION, {"organization": self._target.organization})
        return {"organization": self._target.organization}

    def _tenant(self) -> Mapping[str, str]:
        if self._tenant_id is None:
            return {}
        typed = self._tenant_id()
        owner = self.organization_tenant().tenant_id
        if owner and owner.lower() != typed.lower():
            facts = {"organization": self._target.organization, "tenant": typed, "organization_tenant": owner}
            raise ConnectionProblem(Problem.TENANT_MISMATCH, facts)
        return {"tenant": typed}

    def _token(self) -> Mapping[str, str]:
        grant = self.grant()
        expected, account = self._target.expected_account, grant.account
        if expected and account and account.username and account.username.casefold() != expected.casefold():
            raise ConnectionProblem(Problem.ACCOUNT_CHANGED, {"expected": expected, "account": account.username})
        return {"account": account.username} if account else {}

    def _identity(self) -> Mapping[str, str]:
        seen = self.identity()
        return {"account": seen.username or seen.display_name, "name": seen.display_name}

    def _projects(self) -> Mapping[str, str]:
        projects = self.projects()
        if not projects:
            raise ConnectionProblem(Problem.NO_PROJECTS, {"organization": self._target.organization})
        return {"count": str(len(projects))}

    def _probe(self, count: Count) -> Callable[[], Mapping[str, str] | Undecided]:
        def run() -> Mapping[str, str] | Undecided:
            projects = self.projects()
            if not projects:
                return Undecided()
            project = projects[0]
            found = count(self._target.cloud, self._target.organization, project, self.grant().token)
            return {"project": project.name, "count": str(found)}

        return run
