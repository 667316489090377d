"""How a connection gets its token: from what a draft holds, or from what is saved.

One thread of one process at a time fetches a connection's token; whoever waited for it takes what was fetched. A
rotated refresh token is stored before anything else happens, and a saved secret never goes to another cloud's hosts.
Everything may block (network, keyring, another process).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from desktop_app.app.drafts import ClientSecretDraft, Draft, OAuthDraft, PatDraft
from desktop_app.app.token_shelf import TokenShelf
from desktop_app.auth import probes
from desktop_app.auth.client_secret import ClientSecretSignIn
from desktop_app.auth.device_code import DeviceCode, DeviceCodeSignIn
from desktop_app.auth.entra import AppRegistration, discover
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.auth.pat import grant_for_pat
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import (
    AccessToken,
    ClientSecretCredential,
    Credential,
    Grant,
    OAuthCredential,
    PatCredential,
)
from desktop_app.core.lifecycle import GraphToken
from desktop_app.core.ports import AzureDevOps, Clock, HttpSession, SecretStore, SignInSurface, Turns
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.credential_json import decode_credential, encode_credential


@dataclass(frozen=True, slots=True)
class Means:
    """All it takes to prove a connection. `tenant_id` gives the GUID of the typed tenant; None for a PAT."""

    target: probes.Target
    method: Method
    obtain: Callable[[], Grant]
    tenant_id: Callable[[], str] | None

    def proof(self, devops: AzureDevOps) -> probes.Proof:
        """The checks of one run."""
        return probes.Proof(self.target, devops, self.obtain, self.tenant_id)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A credential that may take the place of the one that a connection has. `ends_at` (aware) is when it ends, if that
    is known; `attempt` may repeat an app's sign-in while its new secret is not known yet."""

    profile: Profile
    credential: Credential = field(repr=False)
    ends_at: datetime | None = None
    attempt: Callable[[Callable[[], Grant]], Grant] = lambda sign_in: sign_in()


class ProvedTokens:
    """The newest token of each connection that was proved, and when; in memory only, safe from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._proved: dict[ProfileId, tuple[float, AccessToken]] = {}

    def remember(self, key: ProfileId, token: AccessToken) -> None:
        """`token` was proved just now."""
        with self._lock:
            self._proved[key] = (self._clock.monotonic(), token)

    def forget(self, key: ProfileId) -> None:
        with self._lock:
            self._proved.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._proved.clear()

    def token(self, key: ProfileId, within_s: float | None = None) -> AccessToken | None:
        """A token that need not be renewed yet, proved within the last `within_s` seconds (None: ever)."""
        with self._lock:
            proved = self._proved.get(key)
        if proved is None or not proved[1].is_fresh(self._clock.now()):
            return None
        recent = within_s is None or self._clock.monotonic() - proved[0] <= within_s
        return proved[1] if recent else None


class Grants:
    """Gets grants. `secrets` may be replaced while the program runs."""

    def __init__(
        self,
        http: HttpSession,
        secrets: SecretStore,
        clock: Clock,
        turns: Turns,
        on_obtained: Callable[[Profile, AccessToken], object],
    ) -> None:
        """`on_obtained` hears of each token that was fetched for a saved connection, in the thread that fetched it."""
        self.proved = ProvedTokens(clock)
        self.turns = turns
        self._shelf = TokenShelf(secrets)
        self._clock = clock
        self._on_obtained = on_obtained
        self._http = http
        self._oauth = OAuthSignIn(http, clock)
        self._device_code = DeviceCodeSignIn(http, clock)
        self._client_secret = ClientSecretSignIn(http, clock)

    def forget(self, key: ProfileId) -> None:
        """A connection was removed."""
        self.proved.forget(key)
        self._shelf.forget(key)

    @property
    def secrets(self) -> SecretStore:
        return self._shelf.secrets

    @secrets.setter
    def secrets(self, secrets: SecretStore) -> None:
        self._shelf.secrets = secrets

    # -- signing in ---------------------------------------------------------------------------------------------------

    def sign_in(self, draft: OAuthDraft, surface: SignInSurface, redirect_uri: str, cancel: Cancel) -> Grant:
        """Show Entra's pages and wait for what they give."""
        hint = draft.editing.account if draft.editing else ""
        return self._oauth.sign_in(
            self._registration(draft), redirect_uri, surface, cancel, login_hint=hint if "@" in hint else ""
        )

    def sign_in_elsewhere(self, draft: OAuthDraft, on_code: Callable[[DeviceCode], object], cancel: Cancel) -> Grant:
        """Wait until the person has entered a code on another device."""
        app = AppRegistration(draft.cloud, draft.tenant, draft.client_id)  # as a public client: without its secret
        return self._device_code.sign_in(app, on_code, cancel)

    # -- from a draft -------------------------------------------------------------------------------------------------

    def of_draft(self, draft: Draft) -> Means:
        """Raises SIGN_IN_EXPIRED where a sign-in is needed first, SECRET_GONE where a kept secret is not there."""
        target = probes.Target(draft.cloud, draft.organization)
        match draft:
            case PatDraft():
                pat = PatCredential(draft.token) if draft.token else self._saved_pat(draft)
                return Means(target, draft.method, lambda: grant_for_pat(pat, draft.ends), None)
            case ClientSecretDraft():
                app = self._registration(draft)
                tenant_id = self._tenant_of(draft.cloud, draft.tenant)
                return Means(target, draft.method, lambda: self._client_secret.sign_in(app), tenant_id)
            case OAuthDraft():
                grant = draft.grant
                if grant is None:
                    raise ConnectionProblem(Problem.SIGN_IN_EXPIRED)
                return Means(target, draft.method, lambda: grant, self._tenant_of(draft.cloud, draft.tenant))
            case _:
                raise TypeError(type(draft))

    def tenant_id(self, cloud: Cloud, tenant: str) -> str:
        """The GUID of a tenant given by GUID or domain. Raises as `discover` does."""
        return discover(self._http, cloud, tenant).id

    def _tenant_of(self, cloud: Cloud, tenant: str) -> Callable[[], str]:
        return lambda: discover(self._http, cloud, tenant).id

    def _registration(self, draft: ClientSecretDraft | OAuthDraft) -> AppRegistration:
        """The app as typed, with the saved secret where the field was left empty while editing."""
        secret = draft.client_secret or None
        if secret is None and draft.editing is not None and draft.keeps_secret:
            saved = self.credential(draft.editing)
            if isinstance(saved, ClientSecretCredential | OAuthCredential):
                secret = saved.client_secret
        return AppRegistration(draft.cloud, draft.tenant, draft.client_id, secret)

    def _saved_pat(self, draft: Draft) -> PatCredential:
        if draft.editing is not None and draft.keeps_secret:
            saved = self.credential(draft.editing)
            if isinstance(saved, PatCredential):
                return saved
        raise ConnectionProblem(Problem.SECRET_GONE)

    # -- from what is saved -------------------------------------------------------------------------------------------

    def of_profile(self, profile: Profile) -> Means:
        """Means of a saved connection; its secret is read when the grant is asked for."""
        tenant_id = None if profile.method is Method.PAT else self._tenant_of(profile.cloud, profile.tenant)
        expected = profile.account if profile.method is Method.OAUTH else ""
        target = probes.Target(profile.cloud, profile.organization, expected)
        return Means(target, profile.method, lambda: self._renewed(profile), tenant_id)

    def _renewed(self, profile: Profile) -> Grant:
        asked_at = self._clock.now()
        with self.turns.turn(profile.id):
            credential = self.credential(profile)
            if isinstance(credential, PatCredential):
                return grant_for_pat(credential, profile.credential_ends, profile.credential_ends_at)
            if (token := self._there_already(profile, credential, asked_at)) is not None:
                return Grant(credential, token)
            return self._obtained(profile, credential)

    def _there_already(self, profile: Profile, credential: Credential, asked_at: datetime) -> AccessToken | None:
        """A token that need not be fetched: the one of a sign-in while it is fresh, an app's only if another thread or
        process fetched it while this one waited, because signing in is how an app's secret is proved."""
        signs_in = isinstance(credential, OAuthCredential)
        if signs_in and (token := self.proved.token(profile.id)) is not None:
            return token
        found = self._shelf.find(profile.id, credential)
        if found is None or not found.token.is_fresh(self._clock.now()):
            return None
        return found.token if signs_in or found.obtained_at > asked_at else None

    def _obtained(self, profile: Profile, credential: OAuthCredential | ClientSecretCredential) -> Grant:
        app = AppRegistration(profile.cloud, profile.tenant, profile.client_id, credential.client_secret)
        if isinstance(credential, ClientSecretCredential):
            grant = self._client_secret.sign_in(app)
        else:
            grant = self._oauth.renew(app, credential)
            if grant.credential != credential:  # before anything else: the old one may be worth nothing any more
                self.secrets.set(profile.id, encode_credential(grant.credential))
        self._shelf.put(profile.id, grant.credential, grant.token, self._clock.now())
        self._on_obtained(profile, grant.token)
        return grant

    def of_candidate(self, candidate: Candidate) -> Means:
        """Means of a saved connection with another credential than the one that is saved; nothing is stored."""
        profile, credential = candidate.profile, candidate.credential
        tenant_id = None if profile.method is Method.PAT else self._tenant_of(profile.cloud, profile.tenant)

        def obtain() -> Grant:
            if isinstance(credential, PatCredential):
                return grant_for_pat(credential, profile.credential_ends, candidate.ends_at)
            app = AppRegistration(profile.cloud, profile.tenant, profile.client_id, credential.client_secret)
            if isinstance(credential, OAuthCredential):
                return self._oauth.renew(app, credential)
            return candidate.attempt(lambda: self._client_secret.sign_in(app))

        return Means(probes.Target(profile.cloud, profile.organization), profile.method, obtain, tenant_id)

    def graph_token(self, profile: Profile) -> GraphToken:
        """An app's own token for Microsoft Graph, by its saved secret. Raises GRAPH_NOT_OFFERED, SECRET_REQUIRED, and
        as a sign-in does."""
        credential = self.credential(profile)
        secret = None if isinstance(credential, PatCredential) else credential.client_secret
        return self._client_secret.graph_token(
            AppRegistration(profile.cloud, profile.tenant, profile.client_id, secret)
        )

    def credential(self, profile: Profile) -> Credential:
        """What is saved. Raises SECRET_GONE, and as the SecretStore does."""
        secret = self.secrets.get(profile.id)
        if secret is None:
            raise ConnectionProblem(Problem.SECRET_GONE, {"name": profile.name})
        return decode_credential(secret)
