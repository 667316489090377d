"""What a person does with connections: prove, save, check, report on, copy, rename, remove.

Secrets and profiles change together or not at all (app/safe_changes.py). Every method may block (network, keyring,
disk) and is called from a worker thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop_app.app.allowed import Allowed
from desktop_app.app.drafts import Aim, Draft, OAuthDraft, Proof
from desktop_app.app.grants import Candidate, Grants
from desktop_app.app.keyed_locks import KeyedLocks
from desktop_app.app.outcomes import account_of, app_has_secret, first_failure, profile_of, summary
from desktop_app.app.report_wish import ReportWish
from desktop_app.app.reports import OnEvent, make_report, worst_problem
from desktop_app.app.safe_changes import SafeChanges
from desktop_app.auth.device_code import DeviceCode
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change, ChangeJournal, Step, renewal_turn
from desktop_app.core.checks import CheckReport, CheckResult, run_checks
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, Credential, Grant, Secret, long_lived
from desktop_app.core.history import Event, EventKind, HistoryStore
from desktop_app.core.lifecycle import GraphToken
from desktop_app.core.policy import NO_POLICY, Policy
from desktop_app.core.ports import (
    AzureDevOps,
    Clock,
    HttpSession,
    OrganizationTenant,
    ProfileStore,
    Project,
    SecretStore,
    SignInSurface,
    Turns,
)
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.core.report import PermissionReport

log = logging.getLogger(__name__)

PROOF_LASTS_S = 60.0
"""A token is handed out without another check if it was proved within this many seconds."""

OnResult = Callable[[CheckResult], None]


class Connections:
    """All saved connections of one kind (real ones, or those of the practice cloud)."""

    def __init__(
        self,
        *,
        http: HttpSession,
        devops: AzureDevOps,
        profiles: ProfileStore,
        secrets: SecretStore,
        clock: Clock,
        trust_ca: Callable[[str, Cloud], None],
        history: HistoryStore,
        turns: Turns,
        journal: ChangeJournal,
        policy: Policy = NO_POLICY,
    ) -> None:
        """`trust_ca(ca_file, cloud)` makes the network layer trust a PEM file for that cloud's hosts. What `policy`
        refuses is never used: its problem is raised before any credential is read."""
        self.history = history
        self._devops = devops
        self._profiles = profiles
        self._clock = clock
        self._trust_ca = trust_ca
        self._grants = Grants(http, secrets, clock, turns, self._obtained)
        self._allowed = Allowed(policy, self._grants.tenant_id, devops.organization_tenant)
        self._proved = self._grants.proved
        self._proving = KeyedLocks()
        self.changes = SafeChanges(profiles, lambda: self._grants.secrets, journal, turns, clock)
        self._renewed_at: dict[ProfileId, datetime] = {}

    def load(self) -> tuple[Profile, ...]:
        """Every saved connection. Raises ConnectionProblem as ProfileStore does."""
        return tuple(map(self._allowed.mark, self._profiles.load()))

    @property
    def secrets(self) -> SecretStore:
        """Where secrets are kept now."""
        return self._grants.secrets

    def use_secret_store(self, secrets: SecretStore) -> None:
        """Keep secrets elsewhere from now on: in memory, when the computer has no keyring."""
        self._grants.secrets = secrets

    # -- before saving ------------------------------------------------------------------------------------------------

    def find_tenant(self, cloud: Cloud, organization: str, ca_file: str = "") -> OrganizationTenant:
        """The tenant an organization belongs to, asked without a credential."""
        self._allowed.require_cloud(cloud)
        self._trust(cloud, ca_file)
        return self._devops.organization_tenant(cloud, organization)

    def find_tenant_id(self, cloud: Cloud, tenant: str, ca_file: str = "") -> str:
        """The GUID of a tenant given by GUID or domain, asked without a credential."""
        self._allowed.require_cloud(cloud)
        self._trust(cloud, ca_file)
        return self._grants.tenant_id(cloud, tenant)

    def sign_in(self, draft: OAuthDraft, surface: SignInSurface, redirect_uri: str, cancel: Cancel) -> Grant:
        """Show Entra's pages and keep what they gave in the draft's grant (the caller stores it there)."""
        self._admit(draft)
        return self._grants.sign_in(draft, surface, redirect_uri, cancel)

    def sign_in_elsewhere(self, draft: OAuthDraft, on_code: Callable[[DeviceCode], object], cancel: Cancel) -> Grant:
        """Wait until the person has entered a code on another device; `on_code` is told it, in this thread."""
        self._admit(draft)
        return self._grants.sign_in_elsewhere(draft, on_code, cancel)

    def try_candidate(
        self, candidate: Candidate, on_result: OnResult, cancel: Cancel
    ) -> tuple[CheckReport, Grant | None]:
        """Validate a saved connection with another credential; nothing is stored."""
        self._admit(candidate.profile)
        found = self._grants.of_candidate(candidate).proof(self._devops)
        report = run_checks(found.checks(), clock=self._clock, on_result=on_result, cancel=cancel)
        return report, found.grant.value

    def credential(self, profile: Profile) -> Credential:
        """What is saved of it. Raises SECRET_GONE, and as the keyring does."""
        return self._grants.credential(profile)

    def long_lived_secret(self, key: ProfileId) -> Secret | None:
        """The part of a saved credential that a person must replace; None for a sign-in to an app without a secret.

        Raises PROFILE_GONE, SECRET_GONE, and as the keyring does."""
        return long_lived(self.credential(self.profile(key)))

    def copy_long_lived(self, key: ProfileId) -> Secret | None:
        """The same, to be handed out: noted as copied. Raises as the policy does, too."""
        self._admit(self.profile(key))
        secret = self.long_lived_secret(key)
        if secret is not None:
            pat = self.profile(key).method is Method.PAT
            self.note(key, EventKind.COPIED, form="token" if pat else "client-secret")  # as in app/handover/table.py
        return secret

    def graph_token(self, profile: Profile) -> GraphToken:
        """An app's own token for Microsoft Graph. Raises GRAPH_NOT_OFFERED, SECRET_REQUIRED, and as a sign-in does."""
        self._admit(profile)
        return self._grants.graph_token(profile)

    def prove(self, draft: Draft, on_result: OnResult, cancel: Cancel) -> Proof:
        """Validate a draft without storing anything."""
        key = draft.proof_key
        self._admit(draft)
        found = self._grants.of_draft(draft).proof(self._devops)
        report = run_checks(found.checks(), clock=self._clock, on_result=on_result, cancel=cancel)
        return Proof(key, report, found.grant.value, account_of(found))

    # -- saving -------------------------------------------------------------------------------------------------------

    def save(self, draft: Draft, name: str, cancel: Cancel | None = None) -> Profile:
        """Store a proven draft. Raises ValueError if it is not proven; NAME_TAKEN; those of both stores.

        Cancelled before the profile is written, it leaves nothing: a keyring may have asked for its password meanwhile.
        """
        proof = draft.proven
        if proof is None or proof.grant is None or not proof.report.identity_proved:
            raise ValueError("a connection is saved only after its identity was proved")
        self._allowed.require(draft)
        profile = profile_of(draft, name, proof, self._clock.now())
        if name.casefold() in {other.name.casefold() for other in self.load() if other.id != profile.id}:
            raise ConnectionProblem(Problem.NAME_TAKEN, {"name": name})
        proceed = cancel.raise_if_cancelled if cancel is not None else lambda: None
        credential = proof.grant.credential
        if draft.editing is None:
            self.changes.add(profile, credential, proceed)
            self.note(profile.id, EventKind.CREATED)
        else:
            kept = self.changes.replace(draft.editing, profile, credential, proceed=proceed)
            again = EventKind.SIGNED_IN_AGAIN if draft.aim is Aim.NEW_SIGN_IN else EventKind.EDITED
            self.note(profile.id, EventKind.REPLACED if kept else again)
        self._proved.remember(profile.id, proof.grant.token)
        log.info("connection saved profile=%s method=%s", profile.id, profile.method)
        return profile

    def rename(self, key: ProfileId, name: str) -> Profile:
        """Raises NAME_TAKEN, PROFILE_GONE."""
        profile = self.profile(key)
        if name.casefold() in {other.name.casefold() for other in self.load() if other.id != key}:
            raise ConnectionProblem(Problem.NAME_TAKEN, {"name": name})
        renamed = self.change(key, name=name)
        self.note(key, EventKind.RENAMED, before=profile.name, name=name)
        return renamed

    def remove(self, key: ProfileId) -> None:
        """Remove a connection and its secrets; after a failure it can be tried again."""
        self.changes.remove(key)
        self._proved.forget(key)
        self.history.forget(key)
        log.info("connection removed profile=%s", key)

    # -- the credential before this one -------------------------------------------------------------------------------

    def kept_old(self, key: ProfileId) -> Change | None:
        """The entry that says that the credential before this one is kept, if it is."""
        change = self.changes.entry(key)
        return change if change is not None and change.step in {Step.KEPT, Step.REVOKING} else None

    def put_back(self, key: ProfileId, on_result: OnResult, cancel: Cancel) -> Profile:
        """Use the old credential again, if it still works. Raises SECRET_GONE, PROFILE_GONE, as both stores do, and the
        problem that stands in the way when the old one does not work any more: then nothing has changed.
        RENEWAL_UNFINISHED while it may be being revoked."""
        with self._grants.turns.if_free(renewal_turn(key)) as free:
            if not free:
                raise ConnectionProblem(Problem.RENEWAL_UNFINISHED)
            return self._put_back(key, on_result, cancel)

    def _put_back(self, key: ProfileId, on_result: OnResult, cancel: Cancel) -> Profile:
        kept = self.kept_old(key)
        if kept is None or kept.before is None:
            raise ConnectionProblem(Problem.SECRET_GONE)
        candidate = Candidate(kept.before, self.changes.old_credential(key), kept.before.credential_ends_at)
        report, grant = self.try_candidate(candidate, on_result, cancel)
        if not report.identity_proved or grant is None:
            raise first_failure(report)
        cancel.raise_if_cancelled()
        profile = self.changes.put_back(key, grant.credential)
        self._proved.forget(key)
        self.note(key, EventKind.PUT_BACK)
        return profile

    def forget_old(self, key: ProfileId) -> None:
        """The new one works everywhere and the old one was revoked, says the person."""
        self.changes.forget_old(key)
        self.note(key, EventKind.OLD_REVOKED)

    def forget_proof(self, key: ProfileId) -> None:
        """What was proved was another credential than the one that is saved now."""
        self._proved.forget(key)

    def renewed(self, profile: Profile, token: AccessToken) -> None:
        """A credential that Azure made, and that was proved with this token, is in its place."""
        self._proved.remember(profile.id, token)
        ends = profile.credential_ends.isoformat() if profile.credential_ends else ""
        self.note(profile.id, EventKind.RENEWED, ends=ends)

    # -- afterwards ---------------------------------------------------------------------------------------------------

    def check(self, key: ProfileId, on_result: OnResult, cancel: Cancel) -> tuple[Profile, CheckReport]:
        """Validate a saved connection again and remember how it ended."""
        profile, report, _grant = self._check(key, on_result, cancel)
        return profile, report

    def _check(self, key: ProfileId, on_result: OnResult, cancel: Cancel) -> tuple[Profile, CheckReport, Grant | None]:
        profile = self.profile(key)
        self._admit(profile)
        found = self._grants.of_profile(profile).proof(self._devops.until(cancel))
        report = run_checks(found.checks(), clock=self._clock, on_result=on_result, cancel=cancel)
        grant = found.grant.value
        return self._remembered(profile, report, grant, report.first_problem), report, grant

    def _remembered(
        self,
        checked: Profile,
        report: CheckReport,
        grant: Grant | None,
        problem: Problem | None,
        report_projects: tuple[str, ...] | None = None,
    ) -> Profile:
        """Keep how a validation ended, and the projects that were reported on, if any were named. Of a credential that
        another one took the place of meanwhile, nothing is kept."""
        key = checked.id
        token = grant.token if report.identity_proved and grant is not None else None
        if token is None:
            self._proved.forget(key)
        scopes = tuple(sorted(grant.token.scopes)) if grant else ()
        renewed_at = self._renewed_at.pop(key, None)
        before: list[Profile] = []

        def remembered(current: Profile) -> Profile:  # as it is now: it may have been renamed or edited meanwhile
            before.append(current)
            if current.credential_id != checked.credential_id:
                return current
            return replace(
                current,
                last_check=summary(report, problem),
                scopes=scopes or current.scopes,
                # A connection of an earlier version does not know what its sign-in granted: what it has now.
                signed_in_scopes=current.signed_in_scopes or (scopes if current.method is Method.OAUTH else ()),
                app_has_secret=app_has_secret(grant) if grant else current.app_has_secret,
                renewed_at=renewed_at or current.renewed_at,
                report_projects=current.report_projects if report_projects is None else report_projects,
            )

        updated = self._profiles.update(key, remembered)
        if updated.credential_id != checked.credential_id:
            return updated
        if token is not None:  # not before it is known that the connection is still there
            self._proved.remember(key, token)
        if lost := set(updated.scopes_lost) - set(before[0].scopes_lost):
            self.note(key, EventKind.SCOPES_NARROWED, scopes=" ".join(sorted(lost)))
        self.note(key, EventKind.CHECKED, problem)
        return updated

    def fresh_token(self, key: ProfileId, cancel: Cancel, on_result: OnResult = lambda result: None) -> AccessToken:
        """A token that was proved within the last minute, or is proved now; renewed when under five minutes are left.

        Who asks while another thread proves the same connection waits for that and takes its token. Raises Cancelled,
        the ConnectionProblem that stands in the way when the connection does not work, and TOKEN_ENDING where the
        newest token has less than its margin left.
        """
        for _attempt in range(2):  # the checks themselves may have used up what was left of the margin
            with self._proving.hold(key, cancel):
                if (token := self._proved.token(key, PROOF_LASTS_S)) is not None:
                    return token
                _profile, report, grant = self._check(key, on_result, cancel)
            if not report.identity_proved or grant is None:
                raise first_failure(report)
            if grant.token.is_fresh(self._clock.now()):
                return grant.token
        raise ConnectionProblem(Problem.TOKEN_ENDING)

    def _obtained(self, profile: Profile, token: AccessToken) -> None:
        """A token was fetched for a saved connection."""
        now = self._clock.now().replace(microsecond=0)
        if profile.method is Method.OAUTH:
            self._renewed_at[profile.id] = now
        ends = token.expires_at.isoformat(timespec="seconds") if token.expires_at else ""
        self.note(profile.id, EventKind.REFRESHED, ends=ends)

    # -- what it may do -----------------------------------------------------------------------------------------------

    def projects(self, key: ProfileId, cancel: Cancel) -> tuple[Project, ...]:
        """All projects a saved connection can see, by name. Raises as `fresh_token` and AzureDevOps.projects do."""
        profile, token = self.profile(key), self.fresh_token(key, cancel)
        cancel.raise_if_cancelled()
        found = self._devops.projects(profile.cloud, profile.organization, token)
        return tuple(sorted(found, key=lambda project: (project.name.casefold(), project.id)))

    def organizations(self, key: ProfileId, cancel: Cancel) -> tuple[str, ...]:
        """The organizations of the person behind a saved sign-in; tokens and apps have none to tell.

        Raises as `fresh_token` and AzureDevOps.organizations do.
        """
        profile = self.profile(key)
        if profile.method is not Method.OAUTH:
            return ()
        token = self.fresh_token(key, cancel)
        cancel.raise_if_cancelled()
        return self._devops.organizations(profile.cloud, token)

    def report(
        self, key: ProfileId, wish: ReportWish, on_event: OnEvent, cancel: Cancel
    ) -> tuple[Profile, PermissionReport]:
        """Check a saved connection, then find out what it may do; remember how the check ended, and what the wish
        wants remembered.

        `on_event` hears, in this thread, each CheckResult, then the projects that are reported on, then each Finding.
        When the identity was not proved, every finding is NOT_CHECKED. Raises Cancelled, and as `check` does.
        """
        profile = self.profile(key)
        self._admit(profile)
        report, grant = make_report(
            self._devops,
            self._clock,
            self._grants.of_profile(profile),
            wish,
            remembered=profile.report_projects,
            on_event=on_event,
            cancel=cancel,
        )
        chosen = wish.projects if wish.remember else None
        updated = self._remembered(profile, report.checks, grant, worst_problem(report), chosen)
        return updated, report

    def report_on(self, draft: Draft, wish: ReportWish, on_event: OnEvent, cancel: Cancel) -> PermissionReport:
        """The same for a draft that was just proved; nothing is stored. Raises ValueError if it is not proven."""
        proof = draft.proven
        grant = proof.grant if proof else None
        if grant is None:
            raise ValueError("a report is made of a draft only after it was proved")
        self._admit(draft)
        means = replace(self._grants.of_draft(draft), obtain=lambda: grant)
        remembered = draft.editing.report_projects if draft.editing else ()
        report, _grant = make_report(
            self._devops, self._clock, means, wish, remembered=remembered, on_event=on_event, cancel=cancel
        )
        return report

    # -- small things -------------------------------------------------------------------------------------------------

    def note(self, key: ProfileId, kind: EventKind, problem: Problem | None = None, **facts: str) -> None:
        """Write into a connection's history what happened just now; `facts` never hold a secret."""
        self.history.add(key, Event(self._clock.now().replace(microsecond=0), kind, problem, facts))

    def profile(self, key: ProfileId) -> Profile:
        """Raises PROFILE_GONE, and as the ProfileStore does."""
        found = next((profile for profile in self.load() if profile.id == key), None)
        if found is None:
            raise ConnectionProblem(Problem.PROFILE_GONE)
        return found

    def change(self, key: ProfileId, **values: Any) -> Profile:  # any field of Profile
        """Keep what was learned of a connection. Raises PROFILE_GONE, and as the ProfileStore does."""
        return self._allowed.mark(self._profiles.update(key, lambda current: replace(current, **values)))

    def learned(self, seen: Profile, **values: Any) -> Profile:  # as above
        """As `change`, but nothing is kept if another credential took the place of the one in `seen` meanwhile."""

        def learned(current: Profile) -> Profile:
            return replace(current, **values) if current.credential_id == seen.credential_id else current

        return self._allowed.mark(self._profiles.update(seen.id, learned))

    def token_ends_at(self, key: ProfileId) -> datetime | None:
        """When the access token in memory ends (aware UTC); None if there is none. Does not block."""
        token = self._proved.token(key)
        return token.expires_at if token else None

    def _admit(self, subject: Profile | Draft) -> None:
        """Before anything is asked: what the policy refuses goes no further, and its certificate file is trusted."""
        self._allowed.require(subject, lambda: self._trust(subject.cloud, subject.ca_file))

    def _trust(self, cloud: Cloud, ca_file: str) -> None:
        if ca_file:
            self._trust_ca(ca_file, cloud)
