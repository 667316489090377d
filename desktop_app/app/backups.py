"""Back-ups: connections with their secrets into one encrypted file, and out of it again after a look at what it holds.

Nothing changes before the person has decided about each entry; then each is added or replaced for itself, so that one
that fails does not stop the others. Everything may block (disk, keyring, and a second for the passphrase).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.app.connections import Connections
from desktop_app.core.backup import BackupEntry, Decision, PreviewItem, Standing, free_name
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import Secret, long_lived
from desktop_app.core.history import EventKind
from desktop_app.core.inputs import MAX_NAME
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId, new_profile_id
from desktop_app.infra.backup_file import MAX_BYTES, seal, unseal
from desktop_app.infra.whole_file import replace_file


@dataclass(frozen=True, slots=True)
class Exported:
    """`without_secret` are the names of connections whose secret is not in the keyring."""

    path: Path
    count: int
    without_secret: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the entries; `failed` by name."""

    added: tuple[Profile, ...]
    replaced: tuple[Profile, ...]
    skipped: int
    failed: Mapping[str, ConnectionProblem]


class Backups:
    """`practice` tells the practice cloud's connections from real ones: a back-up of one kind is of no use to the
    other."""

    def __init__(self, connections: Connections, clouds: Mapping[str, Cloud], clock: Clock, *, practice: bool) -> None:
        self._connections = connections
        self._clouds = dict(clouds)
        self._clock = clock
        self._practice = practice

    def export(self, keys: Sequence[ProfileId], passphrase: Secret, path: Path, cancel: Cancel) -> Exported:
        """Write these connections to a file of the person's own (mode 0600), whole or not at all.

        Raises Cancelled, BACKUP_UNWRITABLE (facts: file), and as both stores do.
        """
        wanted, entries, without = set(keys), [], []
        for profile in self._connections.load():
            if profile.id not in wanted:
                continue
            cancel.raise_if_cancelled()
            entry = self._entry(profile)
            entries.append(entry)
            if entry.credential is None:
                without.append(profile.name)
        content = seal(entries, passphrase, self._clock.now(), practice=self._practice)
        cancel.raise_if_cancelled()
        try:
            replace_file(path, content)
        except OSError as error:
            facts = {"file": str(path), "error": type(error).__name__}
            raise ConnectionProblem(Problem.BACKUP_UNWRITABLE, facts) from error
        return Exported(path, len(entries), tuple(without))

    def preview(self, path: Path, passphrase: Secret) -> tuple[PreviewItem, ...]:
        """What a file holds, and how each entry stands to what is there; nothing changes.

        Raises BACKUP_UNREADABLE, and as `unseal` does (facts: file).
        """
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            facts = {"file": str(path), "error": type(error).__name__}
            raise ConnectionProblem(Problem.BACKUP_UNREADABLE, facts) from error
        try:
            entries = unseal(content, passphrase, self._clouds, practice=self._practice)
        except ConnectionProblem as failure:
            raise failure.with_facts(file=str(path)) from None
        here = {profile.id: profile for profile in self._connections.load()}
        names = {profile.name.casefold() for profile in here.values()}
        return tuple(PreviewItem(entry, self._standing(entry, here, names)) for entry in entries)

    def apply(
        self,
        decided: Sequence[tuple[PreviewItem, Decision]],
        cancel: Cancel,
        on_done: Callable[[int], object] = lambda count: None,
    ) -> Imported:
        """Do what was decided; `on_done` hears how many entries are through. Cancelled, what was done stays."""
        added, replaced, skipped = [], [], 0
        failed: dict[str, ConnectionProblem] = {}
        for count, (item, decision) in enumerate(decided, 1):
            cancel.raise_if_cancelled()
            try:
                match decision:
                    case Decision.SKIP:
                        skipped += 1
                    case Decision.REPLACE:
                        replaced.append(self._replace(item.entry))
                    case Decision.ADD | Decision.ADD_BESIDE:
                        added.append(self._add(item.entry, beside=decision is Decision.ADD_BESIDE))
            except ConnectionProblem as failure:
                failed[item.entry.profile.name] = failure
            on_done(count)
        return Imported(tuple(added), tuple(replaced), skipped, failed)

    def _entry(self, profile: Profile) -> BackupEntry:
        try:
            return BackupEntry(profile, self._connections.credential(profile))
        except ConnectionProblem as failure:
            if failure.problem not in {Problem.SECRET_GONE, Problem.KEYRING_DAMAGED}:
                raise
            return BackupEntry(profile, None)

    def _standing(self, entry: BackupEntry, here: Mapping[ProfileId, Profile], names: set[str]) -> Standing:
        there = here.get(entry.profile.id)
        if there is None:
            return Standing.NAME_TAKEN if entry.profile.name.casefold() in names else Standing.NEW
        same = _settings(there) == _settings(entry.profile) and _kept(self._entry(there)) == _kept(entry)
        return Standing.SAME if same else Standing.CHANGED

    def _add(self, entry: BackupEntry, *, beside: bool) -> Profile:
        """It waits to be checked on this computer."""
        here = self._connections.load()
        profile = replace(entry.profile, last_check=None)
        if beside or any(other.id == profile.id for other in here):
            profile = replace(profile, id=new_profile_id())
        profile = replace(profile, name=free_name(profile.name, [other.name for other in here], MAX_NAME))
        self._connections.changes.add(profile, entry.credential)
        self._connections.note(profile.id, EventKind.IMPORTED)
        return profile

    def _replace(self, entry: BackupEntry) -> Profile:
        before = self._connections.profile(entry.profile.id)
        others = [other.name for other in self._connections.load() if other.id != before.id]
        profile = replace(entry.profile, name=free_name(entry.profile.name, others, MAX_NAME), last_check=None)
        self._connections.changes.replace(before, profile, entry.credential or self._connections.credential(before))
        self._connections.forget_proof(profile.id)
        self._connections.note(profile.id, EventKind.IMPORTED)
        return profile


def _kept(entry: BackupEntry) -> Secret | None:
    """What of a credential does not change by itself."""
    return long_lived(entry.credential) if entry.credential else None


def _settings(profile: Profile) -> Profile:
    """A profile without what changes by itself."""
    return replace(profile, last_check=None, scopes=(), signed_in_scopes=(), renewed_at=None, refused=None)
