"""What is kept of a validation: the profile of a proven draft, how the check ended, and whom the connection acts as.

Nothing here holds a secret or stores anything.
"""

from __future__ import annotations

from datetime import date, datetime

from desktop_app.app.drafts import Draft, MadePat, OAuthDraft, PatDraft, Proof
from desktop_app.auth import probes
from desktop_app.core.checks import CheckReport
from desktop_app.core.credential import Grant, OAuthCredential
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import LastCheck, Profile, new_profile_id


def profile_of(draft: Draft, name: str, proof: Proof, now: datetime) -> Profile:
    """A proven draft as it is saved at `now` (aware UTC); what is being edited keeps its id."""
    before = draft.editing
    scopes = tuple(sorted(proof.grant.token.scopes)) if proof.grant else ()
    signs_in = isinstance(draft, OAuthDraft)
    # What Azure told of a credential holds while the credential stays and nobody gave it another end.
    told = before if before and not draft.gives_secret and draft.ends == before.credential_ends else None
    made = made_for(draft)
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
        credential_ends=_ends(draft),
        credential_ends_at=_told_end(draft, made, told),
        credential_id=made.id if made else told.credential_id if told else "",
        all_organizations=told.all_organizations if told else False,
        app_has_secret=app_has_secret(proof.grant) if proof.grant else False,
        scopes=scopes or (made.scopes if made else told.scopes if told else ()),
        signed_in_scopes=scopes if signs_in else (),
        renewed_at=now.replace(microsecond=0) if signs_in else None,
        ca_file=draft.ca_file,
        last_check=summary(proof.report, proof.report.first_problem),
        report_projects=before.report_projects if before and before.organization == draft.organization else (),
    )


def _ends(draft: Draft) -> date | None:
    """A sign-in's wizard does not ask for the end of the app's secret: that of an older one is not kept."""
    replaced = isinstance(draft, OAuthDraft) and draft.gives_secret and draft.editing is not None
    return None if replaced else draft.ends


def app_has_secret(grant: Grant) -> bool:
    """Whether a person signs in to an app that proves itself with a client secret."""
    credential = grant.credential
    return isinstance(credential, OAuthCredential) and credential.client_secret is not None


def made_for(draft: Draft) -> MadePat | None:
    """What Azure told of the draft's token when it was made for it; None for any other."""
    return draft.made if isinstance(draft, PatDraft) and draft.uses_made else None


def _told_end(draft: Draft, made: MadePat | None, told: Profile | None) -> datetime | None:
    """The moment that Azure told, unless another day was entered."""
    if made is not None:
        return made.ends_at if draft.ends == made.ends_at.date() else None
    return told.credential_ends_at if told else None


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


def first_failure(report: CheckReport) -> ConnectionProblem:
    """What stands in the way of a connection that does not work."""
    failure = report.failures[0] if report.failures else None
    problem = failure.problem if failure and failure.problem else Problem.INTERNAL
    return ConnectionProblem(problem, failure.facts if failure else {})
