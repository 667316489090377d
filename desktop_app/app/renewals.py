"""*Renew this for me*: Azure makes a new credential, it is proved, takes the old one's place, the old one is revoked.

Each step is journaled before it is taken (core/changes.py), so that after a crash, or an answer that was lost, the
connection works and the rest is finished or undone by `recover`. The old credential is touched only after the new one
was proved. Everything may block (network, keyring) for as long as Azure takes.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from desktop_app.app.connections import Connections, OnResult
from desktop_app.app.grants import Candidate
from desktop_app.app.issuers import AppSecretIssuer, Issuer, Made, PatIssuer, person_behind
from desktop_app.app.outcomes import first_failure, summary
from desktop_app.app.secret_slots import new_slot
from desktop_app.auth.client_secret import once_known
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change, ChangeJournal, Renewal, Step
from desktop_app.core.checks import CheckReport
from desktop_app.core.credential import Grant, Secret
from desktop_app.core.history import EventKind
from desktop_app.core.lifecycle import AppSecrets, PatLifecycle, may_have_been_made
from desktop_app.core.ports import Clock, SecretStore, Turns
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.credential_json import encode_credential

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(minutes=10)
"""How long something whose answer was lost may take to show in Azure's lists."""


class Stage(StrEnum):
    """What a renewal is about to do; told as it goes."""

    MAKING = "making"
    CHECKING = "checking"
    SWAPPING = "swapping"
    REVOKING = "revoking"


@dataclass(frozen=True, slots=True)
class Wish:
    """`ends_at` is aware UTC; with `revoke_old` the old one is revoked as soon as the new one is in its place."""

    ends_at: datetime
    revoke_old: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """What a renewal would do. `through` is the connection whose person asks for it, None for an app itself;
    `knows_old` tells whether the old one can be revoked, since Azure's id of it is known."""

    through: Profile | None
    knows_old: bool


@dataclass(frozen=True, slots=True)
class Renewed:
    """How it ended. `left` says why the old one is not revoked yet, though it was wished."""

    profile: Profile
    report: CheckReport
    left: ConnectionProblem | None = None


OnStage = Callable[[Stage], object]


class Renewals:
    """One renewal of a connection at a time, over all processes. `wait` pauses, so that tests need not."""

    def __init__(
        self,
        connections: Connections,
        pats: PatLifecycle,
        app_secrets: AppSecrets,
        *,
        secrets: Callable[[], SecretStore],
        journal: ChangeJournal,
        turns: Turns,
        clock: Clock,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._connections = connections
        self._pats = pats
        self._app_secrets = app_secrets
        self._secrets = secrets
        self._journal = journal
        self._turns = turns
        self._clock = clock
        self._wait = wait

    # -- asking -------------------------------------------------------------------------------------------------------

    def offer(self, key: ProfileId, cancel: Cancel) -> Offer:
        """What a renewal would do. Raises RENEWAL_NEEDS_SIGN_IN where nobody could ask for it (facts: account), and as
        the issuer does."""
        profile = self._connections.profile(key)
        issuer, through = self._issuer(profile, cancel)
        return Offer(through, bool(issuer.old_id()))

    def through(self, profile: Profile) -> Profile | None:
        """The OAuth connection by which the owner of a PAT could ask; None for any other connection."""
        return person_behind(profile, self._connections.load()) if profile.method is Method.PAT else None

    # -- renewing -----------------------------------------------------------------------------------------------------

    def renew(self, key: ProfileId, wish: Wish, on_stage: OnStage, on_result: OnResult, cancel: Cancel) -> Renewed:
        """Renew a PAT or a client secret. Cancelled before the swap, it undoes what was done.

        Raises Cancelled, OLD_SECRET_KEPT, RENEWAL_UNFINISHED, RENEWAL_NEEDS_SIGN_IN, what the issuer raises, and the
        problem that the new credential has: then the old one is still in its place.
        """
        with self._alone(key) as alone:
            if not alone:
                raise ConnectionProblem(Problem.RENEWAL_UNFINISHED)
            self._settle(key, cancel)
            profile = self._connections.profile(key)
            issuer, through = self._issuer(profile, cancel)
            old_id = issuer.old_id()
            renewal = Renewal(_name(profile), "", old_id, through.id if through else None, wish.revoke_old)
            change = Change(key, Step.CREATING, self._clock.now(), before=profile, renewal=renewal)
            change, made = self._made(change, issuer, wish, on_stage)
            try:
                report, grant = self._proved(profile, made, on_stage, on_result, cancel)
                on_stage(Stage.SWAPPING)
                renewed, kept = self._swapped(change, made, grant, report)
            except BaseException:
                self._undo(change)
                raise
            left = self._revoked(kept, issuer, on_stage) if kept else None
            return Renewed(renewed, report, left)

    def _made(self, change: Change, issuer: Issuer, wish: Wish, on_stage: OnStage) -> tuple[Change, Made]:
        """Have it made; it lies in the keyring when this returns."""
        renewal = change.renewal
        if renewal is None:
            raise ValueError("a change without a renewal")
        on_stage(Stage.MAKING)
        self._journal.put(change)
        try:
            made = issuer.make(renewal.name, wish.ends_at)
            change = replace(change, step=Step.CREATED, renewal=replace(renewal, made_id=made.id))
            self._journal.put(change)
            self._secrets().set(new_slot(change.key), encode_credential(made.credential))
        except ConnectionProblem as failure:
            if change.step is Step.CREATING and not may_have_been_made(failure.problem):
                self._journal.drop(change.key)
            else:
                self._undo(change)
            raise
        return change, made

    def _proved(
        self, profile: Profile, made: Made, on_stage: OnStage, on_result: OnResult, cancel: Cancel
    ) -> tuple[CheckReport, Grant]:
        """The whole check with the new one; it must do whatever the old one did when it was last checked."""
        on_stage(Stage.CHECKING)

        def attempt(sign_in: Callable[[], Grant]) -> Grant:
            return once_known(sign_in, self._clock, cancel, wait=self._wait)

        candidate = Candidate(profile, made.credential, made.ends_at, attempt)
        report, grant = self._connections.try_candidate(candidate, on_result, cancel)
        cancel.raise_if_cancelled()
        worked = profile.last_check is not None and profile.last_check.problem is None
        if grant is None or not report.identity_proved or (worked and report.first_problem is not None):
            raise first_failure(report)
        return report, grant

    def _swapped(self, change: Change, made: Made, grant: Grant, report: CheckReport) -> tuple[Profile, Change | None]:
        before = self._connections.profile(change.key)  # renamed meanwhile?
        after = replace(
            before,
            credential_ends=made.ends_at.date(),
            credential_ends_at=made.ends_at,
            credential_id=made.id,
            all_organizations=False,
            scopes=made.scopes or before.scopes,
            last_check=summary(report, report.first_problem),
        )
        kept = self._connections.changes.replace(before, after, grant.credential, renewal=change.renewal)
        self._connections.renewed(after, grant.token)
        return after, kept

    def _revoked(self, kept: Change, issuer: Issuer, on_stage: OnStage) -> ConnectionProblem | None:
        """Revoke the old one, if that was wished and its id is known. What hinders it is returned: the connection works
        anyhow, and `recover` tries again."""
        if kept.step is not Step.REVOKING or kept.renewal is None:
            return None
        on_stage(Stage.REVOKING)
        try:
            issuer.revoke(kept.renewal.old_id)
            self._connections.forget_old(kept.key)
        except ConnectionProblem as failure:
            log.warning("old credential not revoked yet profile=%s problem=%s", kept.key, failure.problem)
            return failure
        return None

    # -- undoing and recovering ---------------------------------------------------------------------------------------

    def unfinished(self) -> tuple[Change, ...]:
        """What `recover` would work on."""
        return tuple(change for change in self._journal.load() if change.step.at_azure)

    def recover(self, cancel: Cancel) -> None:
        """Finish or undo at Azure what a crash or a lost answer left. Raises the first failure after all others were
        tried; what failed stays for the next time."""
        failures: list[ConnectionProblem] = []
        for found in self.unfinished():
            cancel.raise_if_cancelled()
            with self._alone(found.key) as alone:
                change = self._entry(found.key) if alone else None
                if change is None or not change.step.at_azure:
                    continue
                try:
                    self._recover(change, cancel)
                except ConnectionProblem as failure:
                    failures.append(failure)
        if failures:
            raise failures[0]

    def _settle(self, key: ProfileId, cancel: Cancel) -> None:
        """Before a new renewal begins, an earlier one is brought to its end."""
        self._connections.changes.recover()
        change = self._entry(key)
        if change is not None and change.step.at_azure:
            self._recover(change, cancel, look_again=False)
            change = self._entry(key)
        if change is not None:
            raise ConnectionProblem(Problem.OLD_SECRET_KEPT)

    def _recover(self, change: Change, cancel: Cancel, *, look_again: bool = True) -> None:
        issuer = self._issuer_of(change, cancel)
        if issuer is None and change.step is Step.REVOKING:  # nobody is left who could ask Azure: the person revokes it
            self._journal.put(change.at(Step.KEPT))
        elif issuer is None:
            self._secrets().delete(new_slot(change.key))
            self._journal.drop(change.key)
        elif change.step is Step.REVOKING and change.renewal is not None:
            issuer.revoke(change.renewal.old_id)
            self._connections.forget_old(change.key)
        else:
            young = self._clock.now() - change.began_at < LOOK_AGAIN
            self._undone(change, issuer, look_again=look_again and young)

    def _undo(self, change: Change) -> None:
        """What led to it is what the person must hear: nothing is raised here, and what fails stays for `recover`. A
        request to stop does not stop this."""
        try:
            entry = self._entry(change.key)
            issuer = self._issuer_of(change, Cancel())
            if entry is not None and entry.step in {Step.CREATING, Step.CREATED, Step.UNDOING} and issuer is not None:
                self._undone(change, issuer, look_again=True)
        except ConnectionProblem as failure:
            log.warning("renewal not undone yet profile=%s problem=%s", change.key, failure.problem)

    def _undone(self, change: Change, issuer: Issuer, *, look_again: bool) -> None:
        """Revoke what was made. What is not in Azure's list yet may still appear there: with `look_again` the entry
        stays in the journal."""
        renewal = change.renewal
        if renewal is None:
            self._journal.drop(change.key)
            return
        self._journal.put(change.at(Step.UNDOING))
        ids = (renewal.made_id,) if renewal.made_id else issuer.find(renewal.name)
        for id in ids:
            issuer.revoke(id)
        self._secrets().delete(new_slot(change.key))
        if ids or not look_again:
            self._journal.drop(change.key)
            if change.before is not None:
                self._connections.note(change.key, EventKind.ROTATION_UNDONE)

    # -- who asks -----------------------------------------------------------------------------------------------------

    def _issuer(self, profile: Profile, cancel: Cancel) -> tuple[Issuer, Profile | None]:
        match profile.method:
            case Method.CLIENT_SECRET:
                return self._app_issuer(profile), None
            case Method.PAT:
                through = self.through(profile)
                if through is None:
                    raise ConnectionProblem(Problem.RENEWAL_NEEDS_SIGN_IN, {"account": profile.account})
                return self._pat_issuer(profile, through.id, cancel), through
            case Method.OAUTH:
                raise ValueError("a sign-in is renewed by its person")

    def _issuer_of(self, change: Change, cancel: Cancel) -> Issuer | None:
        """Who began it; None if that connection, or this one, is gone."""
        known = {profile.id: profile for profile in self._connections.load()}
        through = change.renewal.through if change.renewal else None
        if through is None:
            profile = known.get(change.key)
            return self._app_issuer(profile) if profile else None
        asking = known.get(through)
        profile = known.get(change.key) or change.before or asking
        return self._pat_issuer(profile, asking.id, cancel) if asking and profile else None

    def _app_issuer(self, profile: Profile) -> Issuer:
        def current() -> Profile:
            return self._connections.profile(profile.id)

        return AppSecretIssuer(
            self._app_secrets,
            profile,
            lambda: self._connections.graph_token(current()),
            lambda: self._connections.credential(current()),
        )

    def _pat_issuer(self, profile: Profile, through: ProfileId, cancel: Cancel) -> PatIssuer:
        return PatIssuer(self._pats, profile, lambda: self._connections.fresh_token(through, cancel))

    # -- a token for a connection that is not there yet ---------------------------------------------------------------

    def make_pat(
        self, through: ProfileId, organization: str, ends_at: datetime, cancel: Cancel
    ) -> tuple[ProfileId, Secret, Made]:
        """A token with exactly the scopes a connection needs, for the wizard. Until `keep_made` or `discard_made` is
        called with the first value, it is undone at the next start. Raises as PatLifecycle.create does."""
        asking = self._connections.profile(through)
        key = ProfileId(f"wizard-{uuid.uuid4().hex}")
        profile = replace(asking, id=key, method=Method.PAT, organization=organization, scopes=(), credential_id="")
        issuer = self._pat_issuer(profile, through, cancel)
        renewal = Renewal(_name(replace(profile, name=organization)), through=through)
        change = Change(key, Step.CREATING, self._clock.now(), renewal=renewal)
        with self._alone(key):
            _change, made = self._made(change, issuer, Wish(ends_at), lambda stage: None)
        self._secrets().delete(new_slot(key))  # the wizard holds it
        return key, made.credential.token, made  # type: ignore[union-attr]  # a PatIssuer makes nothing else

    def keep_made(self, key: ProfileId) -> None:
        """The connection that a token was made for is saved."""
        self._journal.drop(key)

    def discard_made(self, key: ProfileId, cancel: Cancel) -> None:
        """The wizard was left without saving: revoke the token. Raises as `recover` does."""
        change = self._entry(key)
        if change is not None:
            self._recover(change, cancel, look_again=False)

    # -- small things -------------------------------------------------------------------------------------------------

    def _alone(self, key: ProfileId) -> AbstractContextManager[bool]:
        return self._turns.if_free(ProfileId(f"{key}.renewal"))

    def _entry(self, key: ProfileId) -> Change | None:
        return self._connections.changes.entry(key)


def _name(profile: Profile) -> str:
    """What the new credential is called at Azure: telling to a person, and like no other."""
    return f"{profile.name[:60]} (ADO Connect {uuid.uuid4().hex[:8]})"
