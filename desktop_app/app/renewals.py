"""*Renew this for me*: Azure makes a new credential, it is proved, takes the old one's place, the old one is revoked.

Each step is journaled before it is taken (core/changes.py), so that after a crash, or an answer that was lost, the
connection works and the rest is finished or undone by `recover`. The old credential is touched only after the new one
was proved. Everything may block (network, keyring) for as long as Azure takes.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from desktop_app.app.connections import Connections, OnResult
from desktop_app.app.grants import Candidate
from desktop_app.app.issuers import Made
from desktop_app.app.made_tokens import MadeTokens
from desktop_app.app.outcomes import first_failure, summary
from desktop_app.app.renewal_issuers import RenewalIssuers
from desktop_app.app.unfinished_renewals import UnfinishedRenewals
from desktop_app.auth.client_secret import once_known
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change, ChangeJournal, Renewal, Step, renewal_turn
from desktop_app.core.checks import CheckReport
from desktop_app.core.credential import Grant, Secret
from desktop_app.core.lifecycle import AppSecrets, PatLifecycle
from desktop_app.core.ports import Clock, SecretStore, Turns
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId

log = logging.getLogger(__name__)


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
    `knows_old` tells whether the old one can be revoked, since Azure's id of it is known; `lasted` is how long the old
    one was made to last, if Azure tells."""

    through: Profile | None
    knows_old: bool
    lasted: timedelta | None = None


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
        self._turns = turns
        self._clock = clock
        self._wait = wait
        self._issuers = RenewalIssuers(connections, pats, app_secrets, clock)
        self._unfinished = UnfinishedRenewals(
            connections, self._issuers, secrets=secrets, journal=journal, turns=turns, clock=clock
        )
        self._made_tokens = MadeTokens(connections, self._issuers, self._unfinished, turns=turns, clock=clock)

    # -- asking -------------------------------------------------------------------------------------------------------

    def offer(self, key: ProfileId, cancel: Cancel) -> Offer:
        """What a renewal would do. Raises RENEWAL_NEEDS_SIGN_IN where nobody could ask for it (facts: account), and as
        the issuer does."""
        profile = self._connections.profile(key)
        issuer, through = self._issuers.of(profile, cancel)
        old_id = issuer.old_id()
        return Offer(through, bool(old_id), issuer.life(old_id))

    def through(self, profile: Profile) -> Profile | None:
        """The OAuth connection by which the owner of a PAT could ask; None for any other connection."""
        return self._issuers.through(profile)

    # -- renewing -----------------------------------------------------------------------------------------------------

    def renew(self, key: ProfileId, wish: Wish, on_stage: OnStage, on_result: OnResult, cancel: Cancel) -> Renewed:
        """Renew a PAT or a client secret. Cancelled before the swap, it undoes what was done.

        Raises Cancelled, OLD_SECRET_KEPT, RENEWAL_UNFINISHED, RENEWAL_NEEDS_SIGN_IN, what the issuer raises, and the
        problem that the new credential has: then the old one is still in its place.
        """
        with self._turns.if_free(renewal_turn(key)) as alone:
            if not alone:
                raise ConnectionProblem(Problem.RENEWAL_UNFINISHED)
            cancel.raise_if_cancelled()
            self._connections.changes.require_writable()
            self._unfinished.settle(key, cancel)
            profile = self._connections.profile(key)
            issuer, through = self._issuers.of(profile, cancel)
            on_stage(Stage.MAKING)
            renewal = Renewal(
                unique_name(profile.name), "", issuer.old_id(), through.id if through else None, wish.revoke_old
            )
            make = issuer.prepared(renewal.name, wish.ends_at)
            cancel.raise_if_cancelled()
            change = Change(key, Step.CREATING, self._clock.now(), before=profile, renewal=renewal)
            change, made = self._unfinished.made(change, make)
            try:
                report, grant = self._proved(profile, made, on_stage, on_result, cancel)
                on_stage(Stage.SWAPPING)
                renewed, kept = self._swapped(change, made, grant, report, cancel)
            except BaseException:
                self._unfinished.undo(change)
                raise
            return Renewed(renewed, report, self._left(kept, on_stage))

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

    def _swapped(
        self, change: Change, made: Made, grant: Grant, report: CheckReport, cancel: Cancel
    ) -> tuple[Profile, Change | None]:
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
        kept = self._connections.changes.replace(
            before, after, grant.credential, renewal=change.renewal, proceed=cancel.raise_if_cancelled
        )
        self._connections.renewed(after, grant.token)
        return self._connections.profile(change.key), kept

    def _left(self, kept: Change | None, on_stage: OnStage) -> ConnectionProblem | None:
        """Revoke the old one, if that was wished and its id is known. What hinders it is returned: the connection works
        anyhow, and `recover` tries again. A request to stop comes too late for this."""
        if kept is None or kept.step is not Step.REVOKING:
            return None
        on_stage(Stage.REVOKING)
        try:
            self._unfinished.revoke_old(kept, Cancel())
        except ConnectionProblem as failure:
            log.warning("old credential not revoked yet profile=%s problem=%s", kept.key, failure.problem)
            return failure
        return None

    # -- afterwards ---------------------------------------------------------------------------------------------------

    def unfinished(self) -> tuple[Change, ...]:
        """What `recover` would work on; nothing beside connections of a later version, which finishes its own."""
        if self._connections.read_only is not None:
            return ()
        held = self._made_tokens.held
        return tuple(change for change in self._unfinished.entries() if change.key not in held)

    def recover(self, cancel: Cancel) -> None:
        """Finish or undo at Azure what a crash or a lost answer left, but for what is going on somewhere. Raises the
        first failure after all others were tried; what failed stays for the next time."""
        if self._connections.read_only is not None:
            return
        self._unfinished.recover(cancel)

    # -- a token for a connection that is not there yet ---------------------------------------------------------------

    def make_pat(
        self, through: ProfileId, organization: str, ends_at: datetime, cancel: Cancel
    ) -> tuple[ProfileId, Secret, Made]:
        """A token with exactly the scopes a connection needs, for the wizard. One of `keep_made` and `discard_made` is
        called with the first value in the end; until then nobody else undoes it, and should this program die before,
        the next start finds out whether a saved connection uses it. Raises Cancelled, and as PatLifecycle.create
        does, and PROFILE_FILE_NEWER."""
        self._connections.changes.require_writable()
        return self._made_tokens.make(through, organization, unique_name(organization), ends_at, cancel)

    def keep_made(self, key: ProfileId) -> None:
        """The connection that a token was made for is saved. Does not fail: what can not be tidied up now, `recover`
        does."""
        self._made_tokens.keep(key)

    def discard_made(self, key: ProfileId, cancel: Cancel) -> None:
        """The wizard was left without saving: revoke the token. Raises as `recover` does."""
        self._made_tokens.discard(key, cancel)


def unique_name(name: str) -> str:
    """What a new credential is called at Azure: telling to a person, and like no other."""
    return f"{name[:60]} (ADO Connect {uuid.uuid4().hex[:8]})"
