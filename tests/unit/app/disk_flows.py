"""Every change of a connection over the real files and a keyring: what a failing disk or a power cut is tried on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from desktop_app.app.backups import Backups
from desktop_app.app.connections import Connections
from desktop_app.app.secret_slots import all_slots, new_slot, token_slot
from desktop_app.core.backup import BackupEntry, Decision, PreviewItem, Standing
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change, Renewal, Step
from desktop_app.core.cloud import PUBLIC, WELL_KNOWN
from desktop_app.core.credential import ClientSecretCredential, Credential, PatCredential, Secret
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.change_journal import ChangeFile
from desktop_app.infra.credential_json import encode_credential
from desktop_app.infra.keyring_store import Backend, KeyringSecretStore
from desktop_app.infra.memory_history import MemoryHistory
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.infra.turns import ThreadTurns
from tests.fakes.clock import FakeClock
from tests.fakes.entra import FakeEntra
from tests.fakes.keyring import ShortKeyring
from tests.fakes.profiles import a_profile
from tests.unit.app.world import FakeAzureDevOps

BEFORE = a_profile(1, method=Method.PAT, credential_ends=date(2026, 9, 1), credential_id="old-id")
AFTER = replace(BEFORE, credential_ends=date(2027, 9, 1), credential_id="new-id", last_check=None)
OTHER = a_profile(2, method=Method.CLIENT_SECRET)
THIRD = a_profile(3, method=Method.CLIENT_SECRET)
OLD, NEW = PatCredential(Secret("old-token")), PatCredential(Secret("new-token" * 150))
APP, APP_NEW = ClientSecretCredential(Secret("app-one")), ClientSecretCredential(Secret("app-two"))
RENEWAL = Renewal("ADO Connect 1", made_id="new-id", old_id="old-id")
State = Mapping[ProfileId, tuple[Profile | None, tuple[Secret | None, ...]]]


class NotedKeyring(ShortKeyring):
    """Tells of every change."""

    def __init__(self, items: Mapping[tuple[str, str], str] | None = None) -> None:
        super().__init__()
        self.items = dict(items or {})
        self.changed: Callable[[], object] = lambda: None

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        self.changed()

    def delete_password(self, service: str, username: str) -> None:
        super().delete_password(service, username)
        self.changed()


@dataclass
class Computer:
    """What is on the disk and in the keyring, and the program as it starts over that."""

    folder: Path
    keyring: NotedKeyring = field(default_factory=NotedKeyring)

    def __post_init__(self) -> None:
        self.backend: Backend = self.keyring
        self.start()

    def start(self) -> None:
        self.profiles = ProfileFile(self.folder, WELL_KNOWN, 0.05, settle_s=0)
        self.journal = ChangeFile(self.folder, WELL_KNOWN, 0.05)
        self.secrets = KeyringSecretStore(backend=self.backend)
        self.connections = Connections(
            http=FakeEntra(PUBLIC),
            devops=FakeAzureDevOps([]),
            profiles=self.profiles,
            secrets=self.secrets,
            clock=FakeClock(),
            trust_ca=lambda ca_file, cloud: None,
            history=MemoryHistory(),
            turns=ThreadTurns(),
            journal=self.journal,
        )

    def add(self, profile: Profile, credential: Credential) -> None:
        self.connections.changes.add(profile, credential)

    def replace(self, after: Profile, credential: Credential, renewal: Renewal | None = None) -> None:
        self.connections.changes.replace(self.connections.profile(after.id), after, credential, renewal=renewal)

    def state(self) -> State:
        """Each connection's profile and secrets, but for a secret that Azure is to be asked about."""
        profiles = {profile.id: profile for profile in self.profiles.load()}
        return {key: (profiles.get(key), secrets) for key, secrets in self.kept_secrets().items()}

    def kept_secrets(self) -> Mapping[ProfileId, tuple[Secret | None, ...]]:
        """Of each connection of the flows."""
        return {
            key: tuple(self.secrets.get(slot) for slot in all_slots(key) if slot != new_slot(key))
            for key in (BEFORE.id, OTHER.id, THIRD.id)
        }

    def wrong(self) -> list[str]:
        """What there should never be: something to be told, parts of secrets, or something half done that needs no
        Azure."""
        wrong = [f"told: {notice.problem}" for notice in self.profiles.noticed()]
        for service in {service for service, _name in self.keyring.items}:
            secret = self.secrets.get(ProfileId(service.partition(":")[2]))
            items = [name for other, name in self.keyring.items if other == service]
            if secret is None or len(items) != max(1, -(-len(secret.reveal()) // 1000)) + 1:
                wrong.append(f"parts in the keyring: {service[-6:]} {items}")
        settled = {Step.KEPT, Step.REVOKING, Step.UNDOING, Step.CREATED}
        return wrong + [f"half done: {change.step}" for change in self.journal.load() if change.step not in settled]


Deed = Callable[[Computer], object]


def nothing(computer: Computer) -> None:
    """A computer on which the program never ran."""


def saved(computer: Computer) -> None:
    """Two connections, and a token that other processes share."""
    computer.add(BEFORE, OLD)
    computer.add(OTHER, APP)
    computer.secrets.set(token_slot(BEFORE.id), Secret("access-token"))


def replaced(computer: Computer) -> None:
    saved(computer)
    computer.replace(AFTER, NEW)


def created(computer: Computer) -> None:
    """Azure has made a new token, which is not yet in its place."""
    saved(computer)
    computer.secrets.set(new_slot(BEFORE.id), encode_credential(NEW))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    computer.journal.put(Change(BEFORE.id, Step.CREATED, at, BEFORE, renewal=RENEWAL))


def restore(computer: Computer) -> None:
    """Out of a back-up: one connection is replaced, one added. Raises the first failure."""
    entries = (
        (
            PreviewItem(BackupEntry(replace(OTHER, account="from the back-up"), APP_NEW), Standing.CHANGED),
            Decision.REPLACE,
        ),
        (PreviewItem(BackupEntry(THIRD, APP), Standing.NEW), Decision.ADD),
    )
    backups = Backups(computer.connections, WELL_KNOWN, FakeClock(), practice=False)
    done = backups.apply(entries, Cancel())
    for failure in done.failed.values():
        raise failure


FLOWS: dict[str, tuple[Deed, Deed]] = {
    "add the first": (nothing, lambda computer: computer.add(BEFORE, NEW)),
    "add another": (saved, lambda computer: computer.add(THIRD, APP)),
    "replace": (saved, lambda computer: computer.replace(AFTER, NEW)),
    "edit": (saved, lambda computer: computer.replace(replace(BEFORE, account="edited"), OLD)),
    "rename": (saved, lambda computer: computer.connections.rename(BEFORE.id, "Renamed")),
    "put back": (replaced, lambda computer: computer.connections.changes.put_back(BEFORE.id)),
    "forget the old one": (replaced, lambda computer: computer.connections.changes.forget_old(BEFORE.id)),
    "remove": (replaced, lambda computer: computer.connections.remove(BEFORE.id)),
    "restore a back-up": (saved, restore),
    "swap in a renewed one": (created, lambda computer: computer.replace(AFTER, NEW, RENEWAL)),
}


def recover(computer: Computer) -> list[str]:
    """The program starts again; returns what it could not do."""
    computer.start()
    try:
        computer.connections.changes.recover()
    except ConnectionProblem as failure:
        return [f"recovering: {failure.problem} {dict(failure.facts)}"]
    return []


def mixed(found: State, before: State, after: State) -> list[str]:
    """The connections that are neither as before nor as after."""
    return [key[-1] for key in found if found[key] not in (before[key], after[key])]
