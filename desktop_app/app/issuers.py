"""Who makes and revokes a connection's credential at Azure: the person's own sign-in for a PAT, the app for its secret.

Everything may block (network, keyring). Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from desktop_app.core.credential import AccessToken, ClientSecretCredential, Credential, PatCredential
from desktop_app.core.lifecycle import (
    AppSecretRecord,
    AppSecrets,
    GraphToken,
    PatLifecycle,
    PatRecord,
    PatWish,
    called,
    record_of_secret,
)
from desktop_app.core.permissions import PAT_SCOPES
from desktop_app.core.profile import Method, Profile


@dataclass(frozen=True, slots=True)
class Made:
    """A credential that Azure just made. `id` is Azure's own, `ends_at` aware UTC; `scopes` are a PAT's. `as_wished` is
    False for one that may more, or lasts longer, than was asked for."""

    id: str
    credential: Credential
    ends_at: datetime
    scopes: tuple[str, ...] = ()
    as_wished: bool = True


class Issuer(Protocol):
    """Raises ConnectionProblem as the ports PatLifecycle and AppSecrets do, and as getting the token for them does."""

    def old_id(self) -> str:
        """Azure's id of the credential in use; empty where it can not be told for certain."""
        ...

    def life(self, id: str) -> timedelta | None:
        """How long the credential of this id was made to last; None where Azure does not tell."""
        ...

    def prepared(self, name: str, ends_at: datetime) -> Callable[[], Made]:
        """Get ready all that it takes to make one (a token, scopes), without making it. What is returned sends that one
        request, so that its failure tells of nothing else; when the answer is lost, `find` tells what came of it."""
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

    def life(self, id: str) -> timedelta | None:
        record = self._record(id)
        return record.valid_to - record.valid_from if record else None

    def scopes(self) -> frozenset[str]:
        """Those of the old one where Azure tells them, else those last known, else what a connection needs."""
        profile = self._profile
        if profile.credential_id and (record := self._record(profile.credential_id)) is not None:
            return record.scopes
        return frozenset(profile.scopes) or frozenset(scope.scope for scope in PAT_SCOPES)

    def prepared(self, name: str, ends_at: datetime) -> Callable[[], Made]:
        profile, wish, token = self._profile, PatWish(name, self.scopes(), ends_at), self._token()

        def make() -> Made:
            record, value = self._pats.create(profile.cloud, profile.organization, token, wish)
            scopes = tuple(sorted(record.scopes))
            return Made(record.authorization_id, PatCredential(value), record.valid_to, scopes, wish.is_met_by(record))

        return make

    def find(self, name: str) -> tuple[str, ...]:
        profile = self._profile
        records = self._pats.list(profile.cloud, profile.organization, self._token())
        return tuple(record.authorization_id for record in called(records, name))

    def _record(self, id: str) -> PatRecord | None:
        profile = self._profile
        records = self._pats.list(profile.cloud, profile.organization, self._token())
        return next((record for record in records if record.authorization_id == id), None)

    def revoke(self, id: str) -> None:
        profile = self._profile
        self._pats.revoke(profile.cloud, profile.organization, self._token(), id)


class AppSecretIssuer:
    """Makes client secrets for an app, which asks for itself: `token` is its own for Graph, `credential` what is saved
    of it now. `now` gives aware UTC."""

    def __init__(
        self,
        app_secrets: AppSecrets,
        profile: Profile,
        token: Callable[[], GraphToken],
        credential: Callable[[], Credential],
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._app_secrets = app_secrets
        self._profile = profile
        self._token = token
        self._credential = credential
        self._now = now

    def old_id(self) -> str:
        """What Azure told before, if that one may be it by its first characters; else the only one that may be it, of
        those that have not ended."""
        credential, known = self._credential(), self._profile.credential_id
        if not isinstance(credential, ClientSecretCredential):
            return ""
        secret, records = credential.client_secret, self._records()
        if any(record.key_id == known and (not record.hint or secret.begins_with(record.hint)) for record in records):
            return known
        found = record_of_secret((record for record in records if record.ends_at > self._now()), secret)
        return found.key_id if found else ""

    def life(self, id: str) -> timedelta | None:
        record = next((record for record in self._records() if record.key_id == id), None)
        return record.ends_at - record.starts_at if record else None

    def prepared(self, name: str, ends_at: datetime) -> Callable[[], Made]:
        profile, token = self._profile, self._token()

        def make() -> Made:
            record, value = self._app_secrets.add(profile.cloud, profile.client_id, token, name, ends_at)
            return Made(record.key_id, ClientSecretCredential(value), record.ends_at)

        return make

    def find(self, name: str) -> tuple[str, ...]:
        return tuple(record.key_id for record in called(self._records(), name))

    def revoke(self, id: str) -> None:
        self._app_secrets.remove(self._profile.cloud, self._profile.client_id, self._token(), id)

    def _records(self) -> tuple[AppSecretRecord, ...]:
        return self._app_secrets.list(self._profile.cloud, self._profile.client_id, self._token())
