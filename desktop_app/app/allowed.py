"""What the policy of the company's IT lets a connection do, asked each time before a credential is used.

Methods and hosts are judged without asking anybody. Which directory a connection belongs to may have to be asked for,
without a credential: the ID behind a domain's name, and the directory of an organization that a token is
for. An answer is kept for this run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from desktop_app.app.drafts import Draft
from desktop_app.core.cloud import Cloud
from desktop_app.core.policy import Policy, guid
from desktop_app.core.ports import OrganizationTenant
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Method, Profile

TenantId = Callable[[Cloud, str], str]
"""The GUID of a tenant given by its domain."""
Directory = Callable[[Cloud, str], OrganizationTenant]
"""The directory of an organization."""


class Allowed:
    """Everything but `mark` may block (network). Safe from any thread."""

    def __init__(self, policy: Policy, tenant_id: TenantId, directory: Directory) -> None:
        self.policy = policy
        self._tenant_id = tenant_id
        self._directory = directory
        self._known: dict[tuple[Cloud, Method, str], str] = {}

    def mark(self, profile: Profile) -> Profile:
        """The same profile, which says whether it may be used as far as that is known without asking anybody."""
        refused = self._refuses(profile, asking=False)
        problem = refused.problem if refused else None
        return profile if profile.refused is problem else replace(profile, refused=problem)

    def require_cloud(self, cloud: Cloud) -> None:
        """Raises POLICY_FORBIDS_HOST, POLICY_UNREADABLE."""
        if (refused := self.policy.refuses_cloud(cloud)) is not None:
            raise refused

    def require(self, subject: Profile | Draft, before_asking: Callable[[], object] = lambda: None) -> None:
        """Raises POLICY_FORBIDS_METHOD, POLICY_FORBIDS_HOST, POLICY_FORBIDS_TENANT, POLICY_UNREADABLE; and what asking
        for the directory raises: a connection whose directory is not known is not used.

        `before_asking` is called when all that can be told without asking was let through.
        """
        if (refused := self._refuses(subject, asking=False)) is not None:
            raise refused
        before_asking()
        if (refused := self._refuses(subject, asking=True)) is not None:
            raise refused

    def _refuses(self, subject: Profile | Draft, *, asking: bool) -> ConnectionProblem | None:
        policy, cloud = self.policy, subject.cloud
        refused = policy.refuses_method(subject.method) or policy.refuses_cloud(cloud)
        if refused is None and policy.restricts_tenants(cloud):
            tenant = self._tenant_of(subject, asking=asking)
            refused = None if tenant is None else policy.refuses_tenant(cloud, tenant)
        return refused

    def _tenant_of(self, subject: Profile | Draft, *, asking: bool) -> str | None:
        """Its directory's GUID, empty where it has none; None where it is not known, which is not with `asking`."""
        named = subject.organization if subject.method is Method.PAT else str(getattr(subject, "tenant", ""))
        if subject.method is not Method.PAT and (known := guid(named)):
            return known
        if not named:
            return ""
        place = subject.cloud, subject.method, named.casefold()
        if place not in self._known and asking:
            if subject.method is Method.PAT:
                self._known[place] = guid(self._directory(subject.cloud, named).tenant_id)
            else:
                self._known[place] = guid(self._tenant_id(subject.cloud, named))
        return self._known.get(place)


def allowed_clouds(policy: Policy, clouds: Iterable[Cloud]) -> tuple[Cloud, ...]:
    """Those that may be used; all where none may: then each use of them says why not."""
    known = tuple(clouds)
    return tuple(cloud for cloud in known if policy.refuses_cloud(cloud) is None) or known
