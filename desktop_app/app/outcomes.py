"""What is kept of a validation: the profile of a proven draft, how the check ended, and whom the connection acts as.

Nothing here holds a secret or stores anything.
"""

from __future__ import annotations

from datetime import datetime

from desktop_app.app.drafts import Draft, Proof
from desktop_app.auth import probes
from desktop_app.core.checks import CheckReport
from desktop_app.core.credential import OAuthCredential
from desktop_app.core.problems import Problem
from desktop_app.core.profile import LastCheck, Profile, new_profile_id


def profile_of(draft: Draft, name: str, proof: Proof, now: datetime) -> Profile:
    """A proven draft as it is saved at `now` (aware UTC); what is being edited keeps its id."""
    before = draft.editing
    scopes = proof.grant.token.scopes if proof.grant else frozenset[str]()
    return Profile(
        id=before.id if before else new_profile_id(),
        name=name,
        organization=draft.organization,
        method=draft.method,
        cloud=draft.cloud,
        created_at=before.created_at if before else now,
        tenant=getattr(draft, "tenant", ""),
        client_id=getattr(draft, "client_id", ""),
        redirect_uri=getattr(draft, "redirect_uri", ""),
        account=proof.account,
        credential_ends=draft.ends,
        scopes=tuple(sorted(scopes)),
        ca_file=draft.ca_file,
        last_check=summary(proof.report, proof.report.first_problem),
        report_projects=before.report_projects if before and before.organization == draft.organization else (),
    )


def summary(report: CheckReport, problem: Problem | None) -> LastCheck:
    """How a check ended, to the second."""
    return LastCheck(report.ended_at.replace(microsecond=0), report.identity_proved, problem)


def account_of(found: probes.Proof) -> str:
    """Who a connection acts as, in the words an admin recognises best."""
    identity, grant = found.identity.value, found.grant.value
    if grant and grant.account and grant.account.username and isinstance(grant.credential, OAuthCredential):
        return grant.account.username  # a renewal is compared with it
    if identity is None:
        return ""
    return identity.display_name if identity.is_service_principal else identity.username or identity.display_name
