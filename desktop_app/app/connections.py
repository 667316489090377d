"""What a person does with connections: prove, save, check, copy, rename, remove.

Secrets and profiles change together or not at all: the secret is written first, and put back when the profile can not
be written. Every method may block (network, keyring, disk) and is called from a worker thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from desktop_app.app.drafts import ClientSecretDraft, Draft, OAuthDraft, PatDraft, Proof
from desktop_app.auth import probes
from desktop_app.auth.client_secret import ClientSecretSignIn
from desktop_app.auth.entra import AppRegistration, discover
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.auth.pat import grant_for_pat
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckReport, CheckResult, run_checks
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import (
    AccessToken,
    ClientSecretCredential,
    Credential,
    Grant,
    OAuthCredential,
    PatCredential,
    Secret,
)
from desktop_app.core.ports import (
    AzureDevOps,
    Clock,
    HttpSession,
    OrganizationTenant,
    ProfileStore,
    SecretStore,
    SignInSurface,
)
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import LastCheck, Method, Profile, ProfileId, new_profile_id
from desktop_app.infra.credential_json import decode_credential, encode_credential

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
    ) -> None:
        """`trust_ca(ca_file, cloud)` makes the network layer trust a PEM file for that cloud's hosts."""
        self._http = http
        self._devops = devops
        self._profiles = profiles
        self._secrets = secrets
        self._clock = clock
        self._trust_ca = trust_ca
        self._oauth = OAuthSignIn(http, clock)
        self._client_secret = ClientSecretSignIn(http, clock)
        self._proved: dict[ProfileId, tuple[float, AccessToken]] = {}
        self._locks: dict[ProfileId, threading.Lock] = {}
        self._lock = threading.Lock()

    def load(self) -> tuple[Profile, ...]:
        """Every saved connection. Raises ConnectionProblem as ProfileStore does."""
        return self._profiles.load()

    def use_secret_store(self, secrets: SecretStore) -> None:
        """Keep secrets elsewhere from now on: in memory, when the computer has no keyring."""
        self._secrets = secrets

    # -- before saving ------------------------------------------------------------------------------------------------

    def find_tenant(self, cloud: Cloud, organization: str, ca_file: str = "") -> OrganizationTenant:
        """The tenant an organization belongs to, asked without a credential."""
        self._trust(cloud, ca_file)
        return self._devops.organization_tenant(cloud, organization)

    def sign_in(self, draft: OAuthDraft, surface: SignInSurface, redirect_uri: str, cancel: Cancel) -> Grant:
        """Show Entra's pages and keep what they gave in the draft's grant (the caller stores it there)."""
        self._trust(draft.cloud, draft.ca_file)
        hint = draft.editing.account if draft.editing else ""
        return self._oauth.sign_in(
            self._registration(draft), redirect_uri, surface, cancel, login_hint=hint if "@" in hint else ""
        )

    def prove(self, draft: Draft, on_result: OnResult, cancel: Cancel) -> Proof:
        """Validate a draft without storing anything."""
        key = draft.proof_key
        self._trust(draft.cloud, draft.ca_file)
        obtain, tenant_id = self._means(draft)
        target = probes.Target(draft.cloud, draft.organization)
        found = probes.Proof(target, self._devops, obtain, tenant_id)
        report = run_checks(found.checks(), clock=self._clock, on_result=on_result, cancel=cancel)
        return Proof(key, report, found.grant.value, _account_of(found))

    def _means(self, draft: Draft) -> tuple[Callable[[], Grant], Callable[[], str] | None]:
        """How to get a draft's token and the id of its tenant."""
        match draft:
            case PatDraft():
                pat = PatCredential(draft.token) if draft.token else self._saved(draft, PatCredential)
                return (lambda: grant_for_pat(pat, draft.ends)), None
            case ClientSecretDraft():
                app = self._registration(draft)
                return (lambda: self._client_secret.sign_in(app)), self._tenant_of(draft.cloud, draft.tenant)
            case OAuthDraft():
                grant = draft.grant
                if grant is None:
                    raise ConnectionProblem(Problem.SIGN_IN_EXPIRED)
                return (lambda: grant), self._tenant_of(draft.cloud, draft.tenant)
            case _:
                raise TypeError(type(draft))

    def _tenant_of(self, cloud: Cloud, tenant: str) -> Callable[[], str]:
        return lambda: discover(self._http, cloud, tenant).id

    def _registration(self, draft: ClientSecretDraft | OAuthDraft) -> AppRegistration:
        """The app as typed, with the saved secret where the field was left empty while editing."""
        secret = draft.client_secret or None
        if secret is None and draft.editing is not None and draft.keeps_secret:
            saved = self._credential(draft.editing)
            if isinstance(saved, ClientSecretCredential | OAuthCredential):
                secret = saved.client_secret
        return AppRegistration(draft.cloud, draft.tenant, draft.client_id, secret)

    def _saved(self, draft: Draft, kind: type[PatCredential]) -> PatCredential:
        if draft.editing is not None and draft.keeps_secret:
            saved = self._credential(draft.editing)
            if isinstance(saved, kind):
                return saved
        raise ConnectionProblem(Problem.SECRET_GONE)

    # -- saving -------------------------------------------------------------------------------------------------------

    def save(self, draft: Draft, name: str, cancel: Cancel | None = None) -> Profile:
        """Store a proven draft. Raises ValueError if it is not proven; NAME_TAKEN; those of both stores.

        Cancelled before the profile is written, it leaves nothing: a keyring may have asked for its password meanwhile.
        """
        proof = draft.proven
        if proof is None or proof.grant is None or not proof.report.identity_proved:
            raise ValueError("a connection is saved only after its identity was proved")
        profile = self._profile(draft, name, proof)
        if name.casefold() in {other.name.casefold() for other in self.load() if other.id != profile.id}:
            raise ConnectionProblem(Problem.NAME_TAKEN, {"name": name})
        with self._lock_of(profile.id):
            before = self._secrets.get(profile.id)
            self._secrets.set(profile.id, encode_credential(proof.grant.credential))
            try:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                self._profiles.save(profile)
            except BaseException:
                self._put_back(profile.id, before)
                raise
        self._remember(profile.id, proof.grant.token)
        log.info("connection saved profile=%s method=%s", profile.id, profile.method)
        return profile

    def _profile(self, draft: Draft, name: str, proof: Proof) -> Profile:
        before = draft.editing
        scopes = proof.grant.token.scopes if proof.grant else frozenset[str]()
        return Profile(
            id=before.id if before else new_profile_id(),
            name=name,
            organization=draft.organization,
            method=draft.method,
            cloud=draft.cloud,
            created_at=before.created_at if before else self._clock.now(),
            tenant=getattr(draft, "tenant", ""),
            client_id=getattr(draft, "client_id", ""),
            redirect_uri=getattr(draft, "redirect_uri", ""),
            account=proof.account,
            credential_ends=draft.ends,
            scopes=tuple(sorted(scopes)),
            ca_file=draft.ca_file,
            last_check=_summary(proof.report),
        )

    def _put_back(self, key: ProfileId, before: Secret | None) -> None:
        try:
            if before is None:
                self._secrets.delete(key)
            else:
                self._secrets.set(key, before)
        except ConnectionProblem as failure:  # what hindered the saving is what the person must hear
            log.warning("secret not put back profile=%s problem=%s", key, failure.problem)

    def rename(self, key: ProfileId, name: str) -> Profile:
        """Raises NAME_TAKEN, PROFILE_GONE."""
        profile = self._profile_of(key)
        if name.casefold() in {other.name.casefold() for other in self.load() if other.id != key}:
            raise ConnectionProblem(Problem.NAME_TAKEN, {"name": name})
        renamed = replace(profile, name=name)
        self._profiles.save(renamed)
        return renamed

    def remove(self, key: ProfileId) -> None:
        """Remove a connection and its secrets. The profile goes last, so that a failure leaves something to try
        again with."""
        with self._lock_of(key):
            self._secrets.delete(key)
            self._profiles.remove(key)
            self._forget(key)
        log.info("connection removed profile=%s", key)

    # -- afterwards ---------------------------------------------------------------------------------------------------

    def check(self, key: ProfileId, on_result: OnResult, cancel: Cancel) -> tuple[Profile, CheckReport]:
        """Validate a saved connection again and remember how it ended."""
        profile, report, _grant = self._check(key, on_result, cancel)
        return profile, report

    def _check(self, key: ProfileId, on_result: OnResult, cancel: Cancel) -> tuple[Profile, CheckReport, Grant | None]:
        profile = self._profile_of(key)
        self._trust(profile.cloud, profile.ca_file)
        tenant_id = None if profile.method is Method.PAT else self._tenant_of(profile.cloud, profile.tenant)
        expected = profile.account if profile.method is Method.OAUTH else ""
        target = probes.Target(profile.cloud, profile.organization, expected)
        found = probes.Proof(target, self._devops, lambda: self._renewed(profile), tenant_id)
        report = run_checks(found.checks(), clock=self._clock, on_result=on_result, cancel=cancel)
        current = self._profile_of(key)  # renamed, edited or removed meanwhile?
        grant = found.grant.value
        if report.identity_proved and grant is not None:
            self._remember(key, grant.token)
        else:
            self._forget(key)
        scopes = tuple(sorted(grant.token.scopes)) if grant and grant.token.scopes else current.scopes
        updated = replace(current, last_check=_summary(report), scopes=scopes)
        self._profiles.save(updated)
        return updated, report, grant

    def fresh_token(self, key: ProfileId, cancel: Cancel, on_result: OnResult = lambda result: None) -> AccessToken:
        """A token that was proved within the last minute, or is proved now; renewed when under five minutes are left.

        Raises the ConnectionProblem that stands in the way when the connection does not work.
        """
        with self._lock:
            proved = self._proved.get(key)
        if proved is not None:
            proved_at, token = proved
            if self._clock.monotonic() - proved_at <= PROOF_LASTS_S and token.is_fresh(self._clock.now()):
                return token
        _profile, report, grant = self._check(key, on_result, cancel)
        if not report.identity_proved or grant is None:
            failure = report.failures[0] if report.failures else None
            problem = failure.problem if failure and failure.problem else Problem.INTERNAL
            raise ConnectionProblem(problem, failure.facts if failure else {})
        return grant.token

    def _renewed(self, profile: Profile) -> Grant:
        """A grant for a saved connection; a rotated refresh token is stored before anything else happens."""
        with self._lock_of(profile.id):
            credential = self._credential(profile)
            match credential:
                case PatCredential():
                    return grant_for_pat(credential, profile.credential_ends)
                case ClientSecretCredential():
                    app = AppRegistration(profile.cloud, profile.tenant, profile.client_id, credential.client_secret)
                    return self._client_secret.sign_in(app)
                case OAuthCredential():
                    return self._renewed_sign_in(profile, credential)

    def _renewed_sign_in(self, profile: Profile, credential: OAuthCredential) -> Grant:
        with self._lock:
            proved = self._proved.get(profile.id)
        if proved is not None and proved[1].is_fresh(self._clock.now()):
            return Grant(credential, proved[1])
        app = AppRegistration(profile.cloud, profile.tenant, profile.client_id, credential.client_secret)
        grant = self._oauth.renew(app, credential)
        if grant.credential != credential:
            self._secrets.set(profile.id, encode_credential(grant.credential))
        return grant

    # -- small things -------------------------------------------------------------------------------------------------

    def _credential(self, profile: Profile) -> Credential:
        secret = self._secrets.get(profile.id)
        if secret is None:
            raise ConnectionProblem(Problem.SECRET_GONE, {"name": profile.name})
        return decode_credential(secret)

    def _profile_of(self, key: ProfileId) -> Profile:
        found = next((profile for profile in self.load() if profile.id == key), None)
        if found is None:
            raise ConnectionProblem(Problem.PROFILE_GONE)
        return found

    def _remember(self, key: ProfileId, token: AccessToken) -> None:
        with self._lock:
            self._proved[key] = (self._clock.monotonic(), token)

    def _forget(self, key: ProfileId) -> None:
        with self._lock:
            self._proved.pop(key, None)

    def _lock_of(self, key: ProfileId) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())

    def _trust(self, cloud: Cloud, ca_file: str) -> None:
        if ca_file:
            self._trust_ca(ca_file, cloud)


def _summary(report: CheckReport) -> LastCheck:
    return LastCheck(_whole_seconds(report.ended_at), report.identity_proved, report.first_problem)


def _whole_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _account_of(found: probes.Proof) -> str:
    """Who a connection acts as, in the words an admin recognises best."""
    identity, grant = found.identity.value, found.grant.value
    if grant and grant.account and grant.account.username and isinstance(grant.credential, OAuthCredential):
        return grant.account.username  # a renewal is compared with it
    if identity is None:
        return ""
    return identity.display_name if identity.is_service_principal else identity.username or identity.display_name
