"""Asks Azure when the secret of a connection ends, and keeps what it tells.

Of a personal access token its owner's sign-in tells (the PAT lifecycle API), of an app's client secret the app itself
(Microsoft Graph). Which of several tokens is the saved one is never guessed: where what is known fits more than one,
the person chooses. That Azure does not tell is an answer like any other: the end can be entered by hand.

Everything may block (network, keyring, files).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum

from desktop_app.app.connections import Connections
from desktop_app.app.issuers import sign_ins_of_owner
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import PatCredential
from desktop_app.core.ends import last_day
from desktop_app.core.history import EventKind
from desktop_app.core.lifecycle import (
    AppSecretRecord,
    AppSecrets,
    PatLifecycle,
    PatRecord,
    record_of_secret,
    records_of_token,
)
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId


class Untold(StrEnum):
    """Why an end is not known after asking."""

    NO_SIGN_IN = "no-sign-in"
    NOT_LISTED = "not-listed"
    SEVERAL = "several"
    ALIKE = "alike"
    REFUSED = "refused"
    NOTHING_TO_ASK = "nothing-to-ask"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking. `untold` is None where the end was told; it stands in the profile then.

    SEVERAL: `tokens` are those of the person, the likely ones first. REFUSED: `problem` and its `facts`.
    """

    profile: Profile
    untold: Untold | None = None
    tokens: tuple[PatRecord, ...] = ()
    problem: Problem | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def enter_end(connections: Connections, key: ProfileId, ends: date) -> Profile:
    """The person says on which day a PAT or client secret ends. Raises PROFILE_GONE, and those of ProfileStore."""
    changed = connections.change(
        key, credential_ends=ends, credential_ends_at=None, credential_id="", all_organizations=False
    )
    connections.note(key, EventKind.END_LEARNED, ends=ends.isoformat(), source="entered")
    return changed


class Learning:
    """`zone` is that of the admin's calendar; None is this computer's."""

    def __init__(
        self,
        *,
        connections: Connections,
        pats: PatLifecycle,
        app_secrets: AppSecrets,
        clock: Clock,
        zone: tzinfo | None = None,
    ) -> None:
        self._connections = connections
        self._pats = pats
        self._app_secrets = app_secrets
        self._clock = clock
        self._zone = zone
        self._lock = threading.Lock()
        self._in_vain: set[ProfileId] = set()
        connections.when_removed(self._forget)

    def ask(self, key: ProfileId, cancel: Cancel) -> Answer:
        """Ask now. Raises Cancelled, PROFILE_GONE, and those of ProfileStore; every other failure is an answer."""
        profile = self._connections.profile(key)
        try:
            answer = self._ask(profile, cancel)
        except ConnectionProblem as failure:
            answer = Answer(profile, Untold.REFUSED, problem=failure.problem, facts=failure.facts)
        with self._lock:
            if answer.untold is None:
                self._in_vain.discard(key)
            else:
                self._in_vain.add(key)
        return answer

    def ask_after_check(self, profile: Profile, cancel: Cancel) -> Answer | None:
        """Ask where a check has just proved a connection whose end Azure has not told yet; None where there is nothing
        to ask, or where asking was in vain in this run. Raises as `ask` does."""
        last = profile.last_check
        if profile.credential_ends_at is not None or last is None or not last.identity_proved:
            return None
        if profile.method is Method.OAUTH and not profile.app_has_secret:
            return None
        with self._lock:
            if profile.id in self._in_vain:
                return None
        return self.ask(profile.id, cancel)

    def _forget(self, key: ProfileId) -> None:
        with self._lock:
            self._in_vain.discard(key)

    def choose(self, key: ProfileId, token: PatRecord) -> Profile:
        """The person says which token of the list it is. Raises PROFILE_GONE, and those of ProfileStore."""
        return self._keep_token(self._connections.profile(key), token)

    def _ask(self, profile: Profile, cancel: Cancel) -> Answer:
        match profile.method:
            case Method.PAT:
                return self._ask_owner(profile, cancel)
            case Method.OAUTH if not profile.app_has_secret:
                return Answer(profile, Untold.NOTHING_TO_ASK)
            case Method.CLIENT_SECRET | Method.OAUTH:
                return self._ask_app(profile, cancel)

    # -- personal access tokens ---------------------------------------------------------------------------------------

    def _ask_owner(self, profile: Profile, cancel: Cancel) -> Answer:
        sign_ins = sign_ins_of_owner(profile, self._connections.load())
        if not sign_ins:
            return Answer(profile, Untold.NO_SIGN_IN)
        refusal: ConnectionProblem | None = None
        for sign_in in sign_ins:
            try:
                token = self._connections.fresh_token(sign_in.id, cancel)
                cancel.raise_if_cancelled()
                records = self._pats.list(profile.cloud, profile.organization, token)
            except ConnectionProblem as failure:
                refusal = refusal or failure
                continue
            return self._found_token(profile, records)
        assert refusal is not None  # noqa: S101 - there was a sign-in, and it failed
        raise refusal

    def _found_token(self, profile: Profile, records: Sequence[PatRecord]) -> Answer:
        found = tokens_that_fit(profile, records)
        if len(found) == 1 and not _must_be_chosen(profile, records):
            return Answer(self._keep_token(profile, found[0]))
        if profile.credential_id or not records:
            return Answer(profile, Untold.NOT_LISTED)
        rest = tuple(record for record in records if record not in found)
        return Answer(profile, Untold.SEVERAL, tokens=(*found, *rest))

    def _keep_token(self, profile: Profile, token: PatRecord) -> Profile:
        return self._keep(
            profile,
            token.valid_to,
            token.authorization_id,
            scopes=tuple(sorted(token.scopes)),
            all_organizations=token.all_organizations,
        )

    # -- client secrets -----------------------------------------------------------------------------------------------

    def _ask_app(self, profile: Profile, cancel: Cancel) -> Answer:
        token = self._connections.graph_token(profile)
        cancel.raise_if_cancelled()
        records = self._app_secrets.list(profile.cloud, profile.client_id, token)
        if profile.credential_id:
            found = next((record for record in records if record.key_id == profile.credential_id), None)
            return self._found_secret(profile, found, Untold.NOT_LISTED)
        live = [record for record in records if record.ends_at > self._clock.now()]  # it has just proved itself
        credential = self._connections.credential(profile)
        secret = None if isinstance(credential, PatCredential) else credential.client_secret
        found = record_of_secret(live, secret) if secret is not None else None
        return self._found_secret(profile, found, Untold.ALIKE if live else Untold.NOT_LISTED)

    def _found_secret(self, profile: Profile, found: AppSecretRecord | None, otherwise: Untold) -> Answer:
        if found is None:
            return Answer(profile, otherwise)
        return Answer(self._keep(profile, found.ends_at, found.key_id))

    def _keep(self, profile: Profile, ends_at: datetime, credential_id: str, **values: object) -> Profile:
        before = (profile.credential_ends_at, profile.credential_id)
        kept = self._connections.learned(
            profile,
            credential_ends_at=ends_at,
            credential_ends=last_day(ends_at, self._zone),
            credential_id=credential_id,
            **values,
        )
        if before != (ends_at, credential_id) and kept.credential_id == credential_id:
            self._connections.note(
                profile.id, EventKind.END_LEARNED, ends=last_day(ends_at, self._zone).isoformat(), source="told"
            )
        return kept


def tokens_that_fit(profile: Profile, records: Sequence[PatRecord]) -> tuple[PatRecord, ...]:
    """The tokens that the saved one may be, by Azure's id of it, or by its end as it was entered; of several with the
    same end the one that is called like the connection."""
    if profile.credential_id:
        return tuple(record for record in records if record.authorization_id == profile.credential_id)
    fitting = records_of_token(records, ends=profile.credential_ends)
    if profile.credential_ends is None or len(fitting) < 2:
        return fitting
    named = tuple(record for record in fitting if record.name == profile.name)
    return named if len(named) == 1 else fitting


def _must_be_chosen(profile: Profile, records: Sequence[PatRecord]) -> bool:
    """Whether one token that fits proves nothing: nobody knows whether the saved one still works, and so is listed."""
    if profile.credential_id:
        return False
    works = profile.last_check is not None and profile.last_check.identity_proved
    return not works or not records
