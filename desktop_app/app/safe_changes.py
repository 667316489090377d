"""Adding, replacing, putting back and removing a connection so that keyring and file change together or not at all.

Each change is journaled before anything is written and dropped from the journal when all of it is there. What a crash,
a power cut or a refusing keyring leaves half done is finished or undone by `recover`, from the journal and what lies in
the keyring. Nothing here talks to Azure. Every method may block (keyring, disk) and raises as the stores do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from desktop_app.app.secret_slots import all_slots, new_slot, old_slot, token_slot
from desktop_app.core.changes import Change, ChangeJournal, Renewal, Step, renewal_turn
from desktop_app.core.credential import Credential, Secret, long_lived
from desktop_app.core.ports import Clock, ProfileStore, SecretStore, Turns
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.infra.credential_json import decode_credential, encode_credential

log = logging.getLogger(__name__)

_OLD_IS_KEPT = frozenset({Step.KEPT, Step.REVOKING})
_AT_AZURE_ALONE = frozenset({Step.CREATING, Step.CREATED, Step.UNDOING})


def _proceed() -> None:
    """Nobody cancels."""


class SafeChanges:
    """`secrets` gives the store in use, which may be another one later. Holds a connection's turn while it works."""

    def __init__(
        self,
        profiles: ProfileStore,
        secrets: Callable[[], SecretStore],
        journal: ChangeJournal,
        turns: Turns,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._secrets = secrets
        self._journal = journal
        self._turns = turns
        self._clock = clock

    def require_writable(self) -> None:
        """Raises PROFILE_FILE_NEWER where a later version of the program wrote the profiles, and as `load` does."""
        self._profiles.load()
        if (newer := self._profiles.read_only) is not None:
            raise newer

    # -- changes ------------------------------------------------------------------------------------------------------

    def add(self, profile: Profile, credential: Credential | None, proceed: Callable[[], None] = _proceed) -> None:
        """Write a new connection, without a secret where there is none yet. `proceed` is called before the profile is
        written; what it raises undoes all."""
        with self._turns.turn(profile.id):
            self.require_writable()
            change = Change(profile.id, Step.ADDING, self._clock.now(), after=profile)
            self._journal.put(change)
            try:
                if credential is not None:
                    self._secrets().set(profile.id, encode_credential(credential))
                proceed()
                self._profiles.save(profile)
            except BaseException:
                self._undo(change, lambda: self._secrets().delete(profile.id))
                raise
            self._drop(profile.id)

    def replace(
        self,
        before: Profile,
        after: Profile,
        credential: Credential,
        *,
        renewal: Renewal | None = None,
        proceed: Callable[[], None] = _proceed,
    ) -> Change | None:
        """Put a proved credential, and the profile that belongs to it, in the old one's place.

        Where the long-lived part of it is another one, the old one is kept until `forget_old` or `put_back`; the entry
        that says so is returned. `proceed` as in `add`. Raises OLD_SECRET_KEPT where an older one is kept still, and
        RENEWAL_UNFINISHED.
        """
        key = before.id
        with self._turns.turn(key):
            self.require_writable()
            under_way = self._settled(key, renewal)  # what this finishes may put another one in its place
            old = self._old(key)
            keeps = old is not None and not _same_secret(old, credential)
            if under_way is not None and keeps:
                raise ConnectionProblem(Problem.OLD_SECRET_KEPT)
            change = Change(key, Step.SWAPPING, self._clock.now(), before, after, old is not None, keeps, renewal)
            if under_way is None:
                self._journal.put(change)
            try:
                if old is not None and under_way is None:
                    self._secrets().set(old_slot(key), old)
                self._secrets().set(key, encode_credential(credential))
                proceed()
                self._save(before, after)
            except BaseException:
                self._undo(change, lambda: self._set_back(key, old, under_way), under_way)
                raise
            return under_way or self._finished(change)

    def _old(self, key: ProfileId) -> Secret | None:
        """The credential to be replaced; None where there is none, or none that could be put back."""
        try:
            return self._secrets().get(key)
        except ConnectionProblem as failure:
            if failure.problem is not Problem.KEYRING_DAMAGED:
                raise
            return None

    def _settled(self, key: ProfileId, renewal: Renewal | None = None) -> Change | None:
        """The entry that says that an old credential is kept, None where nothing is under way; what a crash left half
        done is settled first. Raises RENEWAL_UNFINISHED, unless that is the `renewal` that is asked about."""
        change = self._entry(key)
        if change is not None and not change.step.at_azure and change.step is not Step.KEPT:
            self._recover(change)
            change = self._entry(key)
        if change is None or change.step in _OLD_IS_KEPT:
            return change
        if renewal is not None and change.renewal is not None and change.renewal.name == renewal.name:
            return None
        raise ConnectionProblem(Problem.RENEWAL_UNFINISHED)

    def old_credential(self, key: ProfileId) -> Credential:
        """The one that is kept. Raises SECRET_GONE where none is."""
        stored = self._secrets().get(old_slot(key))
        if stored is None:
            raise ConnectionProblem(Problem.SECRET_GONE)
        return decode_credential(stored)

    def put_back(self, key: ProfileId, renewed: Credential | None = None) -> Profile:
        """Put the old credential in its place again, `renewed` if its proof gave another refresh token. Raises
        SECRET_GONE where none is kept, PROFILE_GONE."""
        with self._turns.turn(key):
            self.require_writable()
            change = self._entry(key)
            kept = change is not None and change.step in _OLD_IS_KEPT and change.before is not None
            if change is None or not kept or self._secrets().get(old_slot(key)) is None:
                raise ConnectionProblem(Problem.SECRET_GONE)
            if renewed is not None:
                self._secrets().set(old_slot(key), encode_credential(renewed))
            taken = self._taken(token_slot(key), key)
            self._journal.put(change.at(Step.PUTTING_BACK))
            try:
                profile = self._put_back(change)
            except ConnectionProblem as failure:
                if failure.problem is not Problem.PROFILE_GONE:
                    self._undo(change, lambda: self._give_back(taken), change)
                raise
            self._forget_put_back(key)
            return profile

    def forget_old(self, key: ProfileId) -> None:
        """The old credential is not needed any more. Harmless where none is kept."""
        with self._turns.turn(key):
            self.require_writable()
            change = self._entry(key)
            if change is not None and change.step in _OLD_IS_KEPT:
                self._journal.put(change.at(Step.FORGETTING))
                self._forget_old(key)

    def _forget_old(self, key: ProfileId) -> None:
        if self._profile(key) is None:  # the file no longer has it
            self._remove(key)
        else:
            self._secrets().delete(old_slot(key))
        self._drop(key)

    def remove(self, key: ProfileId, proceed: Callable[[], None] = _proceed) -> None:
        """Remove a connection and all its secrets, which come back where anything hinders that. `proceed` is called
        before anything goes; what it raises undoes all. Raises RENEWAL_UNFINISHED."""
        with self._turns.turn(key):
            self.require_writable()
            earlier = self._settled(key)
            change = Change(key, Step.REMOVING, self._clock.now())
            self._journal.put(change)
            taken: dict[ProfileId, Secret] = {}
            try:
                taken = self._taken(*all_slots(key))
                proceed()
                self._remove(key)
            except BaseException:
                self._undo(change, lambda: self._give_back(taken), earlier)
                raise
            self._drop(key)
        self._turns.forget(key)
        self._turns.forget(renewal_turn(key))

    def _remove(self, key: ProfileId) -> None:
        for slot in all_slots(key):
            self._secrets().delete(slot)
        self._profiles.remove(key)

    def _taken(self, *slots: ProfileId) -> dict[ProfileId, Secret]:
        """What lies there and can be read."""
        return {slot: secret for slot in slots if (secret := self._old(slot)) is not None}

    def _give_back(self, taken: dict[ProfileId, Secret]) -> None:
        for slot, secret in taken.items():
            if self._old(slot) != secret:
                self._secrets().set(slot, secret)

    def _put_back(self, change: Change) -> Profile:
        """From any point in the middle of it on."""
        key, before = change.key, change.before
        old = self._secrets().get(old_slot(key))
        if old is not None:
            self._secrets().set(key, old)
        self._secrets().delete(token_slot(key))
        current = self._profile(key)
        if current is None or before is None:
            self._remove(key)
            self._drop(key)
            raise ConnectionProblem(Problem.PROFILE_GONE)
        return self._profiles.update(key, lambda current: _with_credential_of(current, before))

    def _forget_put_back(self, key: ProfileId) -> None:
        """All of it is there: what can not be tidied up now, `recover` does."""
        try:
            self._secrets().delete(old_slot(key))
        except ConnectionProblem as failure:
            log.warning("put back, not tidied up yet profile=%s problem=%s", key, failure.problem)
        else:
            self._drop(key)

    def _save(self, before: Profile | None, after: Profile) -> None:
        """Write a profile that was changed from `before`, or again if the file lost it."""
        try:
            self._profiles.update(after.id, lambda current: _onto(current, before, after))
        except ConnectionProblem as failure:
            if failure.problem is not Problem.PROFILE_GONE:
                raise
            self._profiles.save(after)

    def _finished(self, change: Change) -> Change | None:
        """As `_swapped`, but what hinders that is left to `recover`: the new one is in its place."""
        try:
            return self._swapped(change)
        except ConnectionProblem as failure:
            log.warning("swap not tidied up yet profile=%s problem=%s", change.key, failure.problem)
            return self._kept(change)

    def _kept(self, change: Change) -> Change | None:
        if not change.keeps_old:
            return None
        revokes = change.renewal is not None and change.renewal.revoke_old and change.renewal.old_id
        return change.at(Step.REVOKING if revokes else Step.KEPT)

    def _swapped(self, change: Change) -> Change | None:
        """All of a swap is written: keep the old one, or let it go."""
        key = change.key
        self._secrets().delete(new_slot(key))
        if (kept := self._kept(change)) is not None:
            self._journal.put(kept)
            return kept
        self._secrets().delete(old_slot(key))
        self._drop(key)
        return None

    def _set_back(self, key: ProfileId, old: Secret | None, under_way: Change | None) -> None:
        if old is None:
            self._secrets().delete(key)
        else:
            self._secrets().set(key, old)
        if under_way is None:  # else an older one lies there
            self._secrets().delete(old_slot(key))

    def _undo(self, change: Change, undo: Callable[[], object], earlier: Change | None = None) -> None:
        """What hindered a change is what the person must hear, so nothing is raised here; what could not be undone
        stays in the journal for `recover`."""
        try:
            undo()
            if change.renewal is not None:  # what Azure made is still to be revoked
                self._journal.put(change.at(Step.UNDOING))
            elif earlier is not None:
                self._journal.put(earlier)
            else:
                self._journal.drop(change.key)
        except ConnectionProblem as failure:
            log.warning("change not undone yet profile=%s problem=%s", change.key, failure.problem)

    def _drop(self, key: ProfileId) -> None:
        """All of a change is there: if only its entry can not go, `recover` finds that nothing is left to do."""
        try:
            self._journal.drop(key)
        except ConnectionProblem as failure:
            log.warning("finished change stays in the journal profile=%s problem=%s", key, failure.problem)

    # -- after a crash ------------------------------------------------------------------------------------------------

    def entry(self, key: ProfileId) -> Change | None:
        """What is under way at a connection, or that its old credential is kept."""
        return self._entry(key)

    def entries(self) -> tuple[Change, ...]:
        return self._journal.load()

    def recover(self, only: ProfileId | None = None) -> None:
        """Finish or undo what was left half done on this computer, at all connections or at one. A change that another
        process is in the middle of is left to it. Raises the first failure, after all others were tried."""
        failures: list[ConnectionProblem] = []
        if self._profiles.read_only is not None:  # the later version's own
            return
        for change in self._journal.load():
            if change.key != (only or change.key) or change.step in _AT_AZURE_ALONE:
                continue
            with self._turns.if_free(change.key) as free:
                current = self._entry(change.key) if free else None
                if current is None:
                    continue
                try:
                    self._recover(current)
                    if current.step not in _OLD_IS_KEPT:
                        log.info("change recovered profile=%s step=%s", current.key, current.step)
                except ConnectionProblem as failure:
                    failures.append(failure)
        if failures:
            raise failures[0]

    def _recover(self, change: Change) -> None:
        key = change.key
        self._find_again(change)
        if change.step not in {Step.ADDING, Step.REVOKING} and self._profile(key) is None:  # the file no longer has it
            self._remove(key)
            self._journal.drop(key)
            return
        match change.step:
            case Step.ADDING:
                self._recover_adding(change)
            case Step.SWAPPING:
                self._recover_swapping(change)
            case Step.FORGETTING:
                self._forget_old(key)
            case Step.PUTTING_BACK:
                self._secrets().tidy(key)
                self._put_back(change)
                self._secrets().delete(old_slot(key))
                self._journal.drop(key)
            case Step.REMOVING:
                self._remove(key)
                self._journal.drop(key)
            case Step.KEPT | Step.REVOKING:  # a later change that was cut off may have left a part of a secret
                self._secrets().tidy(key)
                self._secrets().tidy(old_slot(key))
            case _:
                return

    def _find_again(self, change: Change) -> None:
        """Where profiles may be missing that nobody removed, the journal still knows this one."""
        profile = change.after or change.before
        if profile is None or self._profile(change.key) is not None or self._profiles.whole:
            return
        if change.step is not Step.ADDING or self._old(change.key) is not None:
            log.warning("profile put back from the journal profile=%s step=%s", change.key, change.step)
            self._profiles.save(profile)

    def _recover_adding(self, change: Change) -> None:
        if self._profile(change.key) is not None:
            self._secrets().tidy(change.key)
        else:
            self._secrets().delete(change.key)
        self._journal.drop(change.key)

    def _recover_swapping(self, change: Change) -> None:
        """The new credential was proved before the swap began, so once it is in its place the swap is finished; until
        then the old one still is."""
        key, after = change.key, change.after
        secrets = self._secrets()
        secrets.tidy(key)
        secrets.tidy(old_slot(key))
        old, now = secrets.get(old_slot(key)), secrets.get(key)
        current = self._profile(key)
        done = current is not None and after is not None and _onto(current, change.before, after) == current
        if old is not None:
            took_place = now is not None and now != old
        else:  # not yet copied, or, if it was not to be kept, let go; where there was none before, there is one now
            took_place = (done and not change.keeps_old) or (not change.had_secret and now is not None)
        if took_place and after is not None:
            if not done:
                self._save(change.before, after)
            self._swapped(change)
            return
        secrets.delete(old_slot(key))
        if change.renewal is not None:
            self._journal.put(change.at(Step.UNDOING))
        else:
            self._journal.drop(key)

    def _entry(self, key: ProfileId) -> Change | None:
        return next((change for change in self._journal.load() if change.key == key), None)

    def _profile(self, key: ProfileId) -> Profile | None:
        return next((profile for profile in self._profiles.load() if profile.id == key), None)


def _same_secret(stored: Secret, credential: Credential) -> bool:
    try:
        return long_lived(decode_credential(stored)) == long_lived(credential)
    except ConnectionProblem:  # what can not be read is not worth keeping
        return True


def _onto(current: Profile, before: Profile | None, after: Profile) -> Profile:
    """What is to be, with the name and the projects that somebody else gave it since `before`."""
    kept: dict[str, Any] = {}  # a field's own type
    for name in ("name", "report_projects"):
        if before is not None and getattr(after, name) == getattr(before, name):
            kept[name] = getattr(current, name)
    return replace(after, **kept)


def _with_credential_of(current: Profile, before: Profile) -> Profile:
    """A profile as it is now, with everything about its credential as it was before; it waits to be checked."""
    return replace(
        current,
        tenant=before.tenant,
        client_id=before.client_id,
        redirect_uri=before.redirect_uri,
        account=before.account,
        credential_ends=before.credential_ends,
        credential_ends_at=before.credential_ends_at,
        credential_id=before.credential_id,
        all_organizations=before.all_organizations,
        scopes=before.scopes,
        signed_in_scopes=before.signed_in_scopes,
        renewed_at=before.renewed_at,
        last_check=None,
    )
