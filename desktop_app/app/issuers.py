"""Who makes and revokes a connection's credential at Azure: the person's own sign-in for a PAT, the app for its secret.

Everything may block (network, keyring). Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desktop_app.core.credential import AccessToken, ClientSecretCredential, Credential, PatCredential
from desktop_app.core.lifecycle import (
    AppSecretRecord,
    AppSecrets,
    GraphToken,
    PatLifecycle,
    PatWish,
    called,
    record_of_secret,
)
from desktop_app.core.permissions import PAT_SCOPES
from desktop_app.core.profile import Method, Profile


@dataclass(frozen=True, slots=True)
class Made:
    """A credential that Azure just made. `id` is Azure's own, `ends_at` aware UTC; `scopes` are a PAT's."""

    id: str
    credential: Credential
    ends_at: datetime
    scopes: tuple[str, ...] = ()


class Issuer(Protocol):
    """Raises ConnectionProblem as the ports PatLifecycle and AppSecrets do, and as getting the token for them does."""

    def old_id(self) -> str:
        """Azure's id of the credential in use; empty where it can not be told for certain."""
        ...

    def make(self, name: str, ends_at: datetime) -> Made:
        """Once; when its answer is lost, `find` tells what came of it."""
        ...

    def find(self, name: str) -> tuple[str, ...]:
        """The ids of what is called exactly so."""
        ...

    def revoke(self, id: str) -> None:
        """Harmless when repeated."""
        ...


def sign_ins_of_owner(profile: Profile, all_of_them: Iterable[Profile]) -> tuple[Profile, ...]:
    """The saved sign-ins of the person behind a token, to the same organization; those that work come first."""
    if not profile.account:
        return ()
    found = [
        other
        for other in all_of_them
        if other.method is Method.OAUTH
        and other.cloud == profile.cloud
        and other.organization.casefold() == profile.organization.casefold()
        and other.account.casefold() == profile.account.casefold()
    ]
    return tuple(sorted(found, key=lambda other: not (other.last_check and other.last_check.identity_proved)))


def person_behind(profile: Profile, profiles: Iterable[Profile]) -> Profile | None:
    """The OAuth connection by which the owner of a PAT signs in to the same organization; None if there is none."""
    return next(iter(sign_ins_of_owner(profile, profiles)), None)


class PatIssuer:
    """Makes PATs for the person who signs in through `token`; the new one may what the old one may."""

    def __init__(self, pats: PatLifecycle, profile: Profile, token: Callable[[], AccessToken]) -> None:
        self._pats = pats
        self._profile = profile
        self._token = token

    def old_id(self) -> str:
        return self._profile.credential_id

    def scopes(self) -> frozenset[str]:
        """Those of the old one where Azure tells them, else those last known, else what a connection needs."""
        profile = self._profile
        if profile.credential_id:
            for record in self._pats.list(profile.cloud, profile.organization, self._token()):
                if record.authorization_id == profile.credential_id:
                    return record.scopes
        return frozenset(profile.scopes) or frozenset(scope.scope for scope in PAT_SCOPES)

    def make(self, name: str, ends_at: datetime) -> Made:
        profile = self._profile
        wish = PatWish(name, self.scopes(), ends_at)
        record, value = self._pats.create(profile.cloud, profile.organization, self._token(), wish)
        return Made(record.authorization_id, PatCredential(value), record.valid_to, tuple(sorted(record.scopes)))

    def find(self, name: str) -> tuple[str, ...]:
        profile = self._profile
        records = self._pats.list(profile.cloud, profile.organization, self._token())
        return tuple(record.authorization_id for record in called(records, name))

    def revoke(self, id: str) -> None:
        profile = self._profile
        self._pats.revoke(profile.cloud, profile.organization, self._token(), id)


class AppSecretIssuer:
    """Makes client secrets for an app, which asks for itself: `token` is its own for Graph, `credential` what is saved
    of it now."""

    def __init__(
        self,
        app_secrets: AppSecrets,
        profile: Profile,
        token: Callable[[], GraphToken],
        credential: Callable[[], Credential],
    ) -> None:
        self._app_secrets = app_secrets
        self._profile = profile
        self._token = token
        self._credential = credential

    def old_id(self) -> str:
        """By its first characters, if only one secret of the app begins so; else what Azure told before."""
        credential = self._credential()
        if isinstance(credential, ClientSecretCredential):
            record = record_of_secret(self._records(), credential.client_secret)
            if record is not None:
                return record.key_id
        return self._profile.credential_id

    def make(self, name: str, ends_at: datetime) -> Made:
        profile = self._profile
        record, value = self._app_secrets.add(profile.cloud, profile.client_id, self._token(), name, ends_at)
        return Made(record.key_id, ClientSecretCredential(value), record.ends_at)

    def find(self, name: str) -> tuple[str, ...]:
        return tuple(record.key_id for record in called(self._records(), name))

    def revoke(self, id: str) -> None:
        self._app_secrets.remove(self._profile.cloud, self._profile.client_id, self._token(), id)

    def _records(self) -> tuple[AppSecretRecord, ...]:
        return self._app_secrets.list(self._profile.cloud, self._profile.client_id, self._token())
