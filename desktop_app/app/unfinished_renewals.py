"""Renewals at Azure as their journal has them: begun, undone, finished, also after a crash or a lost answer.

What Azure made is revoked again unless it took its place; what it replaced is revoked if that was wished. An answer
that was lost is looked for by the name that was asked for, at once and once more after a while. Everything may block.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from desktop_app.app.connections import Connections
from desktop_app.app.issuers import Issuer, Made
from desktop_app.app.renewal_issuers import RenewalIssuers
from desktop_app.app.secret_slots import all_slots, new_slot
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change, ChangeJournal, Step, renewal_turn
from desktop_app.core.history import EventKind
from desktop_app.core.lifecycle import may_have_been_made
from desktop_app.core.ports import Clock, SecretStore, Turns
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.credential_json import encode_credential

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(minutes=10)
"""How long something whose answer was lost may take to show in Azure's lists."""

GIVE_UP_AFTER = timedelta(days=1)
"""What Azure still refuses then is left to the person: else the connection could never be removed or changed again."""

_FOR_GOOD = frozenset(
    {
        Problem.PAT_LIFECYCLE_REFUSED,
        Problem.PAT_REVOCATION_REFUSED,
        Problem.GRAPH_NOT_OFFERED,
        Problem.GRAPH_PERMISSION_MISSING,
        Problem.GRAPH_SIGN_IN_REFUSED,
        Problem.APP_NOT_FOUND,
        Problem.APP_DISABLED,
        Problem.TENANT_NOT_FOUND,
        Problem.ORGANIZATION_NOT_FOUND,
        Problem.NOT_IN_ORGANIZATION,
        Problem.POLICY_BLOCKED,
        Problem.SIGN_IN_EXPIRED,
        Problem.SIGN_IN_REVOKED,
        Problem.SIGN_IN_TOO_OLD,
        Problem.ACCOUNT_DISABLED,
        Problem.ACCOUNT_NOT_FOUND,
        Problem.SECRET_WRONG,
        Problem.SECRET_EXPIRED,
        Problem.SECRET_GONE,
    }
)
_MAKING = frozenset({Step.CREATING, Step.CREATED, Step.UNDOING})


class UnfinishedRenewals:
    """Whoever calls `settle`, `made`, `undo` and `revoke_old` holds the renewal's turn (core/changes.py)."""

    def __init__(
        self,
        connections: Connections,
        issuers: RenewalIssuers,
        *,
        secrets: Callable[[], SecretStore],
        journal: ChangeJournal,
        turns: Turns,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self._issuers = issuers
        self._secrets = secrets
        self._journal = journal
        self._turns = turns
        self._clock = clock

    def entries(self) -> tuple[Change, ...]:
        """What `recover` would work on."""
        return tuple(change for change in self._journal.load() if change.step.at_azure)

    # -- going on -----------------------------------------------------------------------------------------------------

    def settle(self, key: ProfileId, cancel: Cancel) -> None:
        """Before a renewal begins, an earlier change is brought to its end. Raises OLD_SECRET_KEPT,
        RENEWAL_UNFINISHED."""
        self._connections.changes.recover(key)
        change = self.entry(key)
        if change is not None and change.step.at_azure:
            self.recover_one(change, cancel, look_again=False)
            change = self.entry(key)
        if change is not None:
            raise _in_the_way(change)

    def made(self, change: Change, make: Callable[[], Made]) -> tuple[Change, Made]:
        """Have it made; it lies in the keyring when this returns. Raises PROFILE_GONE, OLD_SECRET_KEPT and
        RENEWAL_UNFINISHED before anything is made, ANSWER_NOT_UNDERSTOOD where Azure made another one than was asked
        for, and what `make` and the stores raise; after any failure it is undone, or left to `recover`."""
        self._begin(change)
        try:
            made = make()
            change = _with_id(change, made.id)
            self._journal.put(change)
            self._secrets().set(new_slot(change.key), encode_credential(made.credential))
            if not made.as_wished:
                detail = "a token with other rights than were asked for"
                raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"detail": detail})
        except BaseException as failure:
            refused = isinstance(failure, ConnectionProblem) and not may_have_been_made(failure.problem)
            if change.step is Step.CREATING and refused:
                self._journal.drop(change.key)
            else:
                self.undo(change)
            raise
        return change, made

    def _begin(self, change: Change) -> None:
        """The first entry. Nobody removes or replaces the connection at the same moment."""
        with self._turns.turn(change.key):
            if (earlier := self.entry(change.key)) is not None:
                raise _in_the_way(earlier)
            if change.before is not None:
                self._connections.profile(change.key)
            self._journal.put(change)

    def undo(self, change: Change) -> None:
        """What led to it is what the person must hear: nothing is raised here, and what fails stays for `recover`. A
        request to stop does not stop this."""
        try:
            entry = self.entry(change.key)
            issuer = self._issuers.of_change(change, Cancel())
            if entry is not None and entry.step in _MAKING and issuer is not None:
                self._undone(change, issuer, look_again=True)
        except ConnectionProblem as failure:
            log.warning("renewal not undone yet profile=%s problem=%s", change.key, failure.problem)

    def revoke_old(self, change: Change, cancel: Cancel) -> None:
        """Raises RENEWAL_NEEDS_SIGN_IN where nobody is left who could ask Azure; the person then revokes it."""
        issuer = self._issuers.of_change(change, cancel)
        if issuer is None:
            self._journal.put(change.at(Step.KEPT))
            account = change.before.account if change.before else ""
            raise ConnectionProblem(Problem.RENEWAL_NEEDS_SIGN_IN, {"account": account})
        if change.renewal is not None:
            issuer.revoke(change.renewal.old_id)
        self._connections.forget_old(change.key)

    # -- after a crash ------------------------------------------------------------------------------------------------

    def recover(self, cancel: Cancel) -> None:
        """Finish or undo all that nobody works on. Raises Cancelled, and the first failure after all others were
        tried."""
        failures: list[ConnectionProblem] = []
        for found in self.entries():
            cancel.raise_if_cancelled()
            with self._turns.if_free(renewal_turn(found.key)) as alone:
                change = self.entry(found.key) if alone else None
                if change is None or not change.step.at_azure:
                    continue
                try:
                    self.recover_one(change, cancel)
                except ConnectionProblem as failure:
                    failures.append(failure)
        if failures:
            raise failures[0]

    def recover_one(self, change: Change, cancel: Cancel, *, look_again: bool = True) -> None:
        """With `look_again`, what Azure does not list yet is looked for once more, some time after it was asked for."""
        try:
            if change.step is Step.REVOKING:
                self.revoke_old(change, cancel)
            elif self._is_in_use(change):
                self.keep(change)
            elif (issuer := self._issuers.of_change(change, cancel)) is None:
                raise ConnectionProblem(Problem.RENEWAL_NEEDS_SIGN_IN)
            else:
                young = self._clock.now() - change.began_at < LOOK_AGAIN
                self._undone(change, issuer, look_again=look_again and young)
        except ConnectionProblem as failure:
            if not self._is_hopeless(change, failure.problem):
                raise
            self._give_up(change, failure.problem)

    def _is_hopeless(self, change: Change, problem: Problem) -> bool:
        """Nobody is left who could ask Azure, or Azure has refused for long."""
        if problem is Problem.RENEWAL_NEEDS_SIGN_IN:
            return True
        if problem is Problem.SECRET_GONE and self._saved(change.key) is None:
            return True  # the connection is gone, and its own secret with it
        return problem in _FOR_GOOD and self._clock.now() - change.began_at >= GIVE_UP_AFTER

    def keep(self, change: Change) -> None:
        """A token that was made for the wizard belongs to a saved connection now."""
        self._journal.put(change.at(Step.FORGETTING))
        self._secrets().delete(new_slot(change.key))
        self._journal.drop(change.key)

    def _is_in_use(self, change: Change) -> bool:
        """Whether a saved connection uses a token that was made for the wizard: it was saved, and the program died
        before that was noted."""
        meant = change.after
        if change.before is not None or meant is None:
            return False
        made = self._secrets().get(new_slot(change.key))
        return made is not None and any(
            self._secrets().get(profile.id) == made
            for profile in self._connections.load()
            if profile.method is Method.PAT
            and profile.cloud == meant.cloud
            and profile.organization.casefold() == meant.organization.casefold()
        )

    def _undone(self, change: Change, issuer: Issuer, *, look_again: bool) -> None:
        """Revoke what was made. What is not in Azure's list yet may still appear there: with `look_again` the entry
        stays in the journal."""
        renewal = change.renewal
        self._journal.put(change.at(Step.UNDOING))
        ids: tuple[str, ...] = ()
        if renewal is not None:
            ids = (renewal.made_id,) if renewal.made_id else issuer.find(renewal.name)
        for id in ids:
            issuer.revoke(id)
        if ids or not look_again:
            self._drop(change)
            self._note(change, None)

    def _give_up(self, change: Change, problem: Problem) -> None:
        """The person revokes it: an old credential is kept for that, a new one is named in the history."""
        log.warning("renewal is left to its person profile=%s problem=%s", change.key, problem)
        if change.step is Step.REVOKING:
            self._journal.put(change.at(Step.KEPT))
            return
        self._drop(change)
        self._note(change, problem)

    def _drop(self, change: Change) -> None:
        slots: tuple[ProfileId, ...] = (new_slot(change.key),)
        if change.before is not None and self._saved(change.key) is None:  # the file no longer has it
            slots = all_slots(change.key)
        for slot in slots:
            self._secrets().delete(slot)
        self._journal.drop(change.key)

    def _note(self, change: Change, problem: Problem | None) -> None:
        if change.before is not None and self._saved(change.key) is not None:
            facts = {"name": change.renewal.name} if problem and change.renewal else {}
            self._connections.note(change.key, EventKind.ROTATION_UNDONE, problem, **facts)

    # -- small things -------------------------------------------------------------------------------------------------

    def entry(self, key: ProfileId) -> Change | None:
        """What is under way there."""
        return self._connections.changes.entry(key)

    def _saved(self, key: ProfileId) -> Profile | None:
        return next((profile for profile in self._connections.load() if profile.id == key), None)


def _in_the_way(change: Change) -> ConnectionProblem:
    kept = change.step in {Step.KEPT, Step.REVOKING}
    return ConnectionProblem(Problem.OLD_SECRET_KEPT if kept else Problem.RENEWAL_UNFINISHED)


def _with_id(change: Change, made_id: str) -> Change:
    renewal = replace(change.renewal, made_id=made_id) if change.renewal else None
    return replace(change, step=Step.CREATED, renewal=renewal)
