"""What a window of the tests works with: real stores in a folder of their own, the real network, the practice cloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_app.app.backups import Backups
from desktop_app.app.connections import Connections
from desktop_app.app.doctor import Doctor
from desktop_app.app.drafts import ClientSecretDraft, Draft, OAuthDraft, PatDraft
from desktop_app.app.learning import Learning
from desktop_app.app.practice_card import practice_values
from desktop_app.app.renewals import Renewals
from desktop_app.app.settings import SettingsInMemory, SettingsInUse
from desktop_app.app.support import SupportFiles
from desktop_app.app.warnings import EndWarnings
from desktop_app.app.workspace import BrowserSurface, Notes, Workspace
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import Secret
from desktop_app.core.ports import ProfileStore, SecretStore
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Profile
from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.azure_pats import AzurePats
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.diagnostics.computer import Computer
from desktop_app.infra.graph import GraphAppSecrets
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.memory_history import MemoryHistory
from desktop_app.infra.memory_store import MemorySecretStore
from desktop_app.infra.origin_trust import OriginTrust
from desktop_app.infra.policy_file import FoundPolicy
from desktop_app.infra.profile_file import FILE_NAME, ProfileFile
from desktop_app.infra.turns import ThreadTurns
from desktop_app.infra.warnings_file import WarningsFile
from desktop_app.practice import PracticeCloud
from tests.fakes.change_journal import MemoryJournal
from tests.fakes.clock import FakeClock
from tests.fakes.keyring import NamedMemoryStore
from tests.fakes.lock import quick_lock
from tests.fakes.scripted_sign_in import ScriptedSignIn

Surface = Callable[[Callable[[str], bool]], AbstractContextManager[BrowserSurface]]


class Network:
    """A session and whom it trusts. Loading the system's authorities takes time, so tests may share one."""

    def __init__(self) -> None:
        self.http = RequestsSession()
        self.trust = OriginTrust(self.http, SystemClock())


@dataclass
class World:
    """What a window works with. Build it first; what is changed afterwards changes nothing."""

    practice_cloud: PracticeCloud
    network: Network
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    clouds: tuple[Cloud, ...] = ()
    keyring_problem: ConnectionProblem | None = None
    secrets: SecretStore = field(default_factory=MemorySecretStore)
    profiles: ProfileStore | None = None
    browser_surface: Surface | None = None
    settings: SettingsInUse = field(default_factory=lambda: SettingsInUse(SettingsInMemory()))
    warns: bool = False
    """Whether ends that come near are looked for; `notes` then shows the notifications."""
    notes: Notes | None = None
    lock_clock: FakeClock = field(default_factory=FakeClock)
    logs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.http = self.network.http
        self.clock = SystemClock()
        self.history = MemoryHistory()
        cloud = self.practice_cloud.cloud
        if not self.clouds:
            self.clouds = (cloud,)
            self.network.trust.add(self.practice_cloud.ca_pem, cloud.bases)
        turns = ThreadTurns()
        self.journal = journal = MemoryJournal()
        self.profile_store = self.profiles or ProfileFile(self.folder, {cloud.key: cloud for cloud in self.clouds})
        self.connections = Connections(
            http=self.http,
            devops=AzureDevOpsRest(self.http),
            profiles=self.profile_store,
            secrets=self.secrets,
            clock=self.clock,
            trust_ca=self.network.trust.add_file,
            history=self.history,
            turns=turns,
            journal=journal,
            policy=self.settings.policy,
        )
        self.found_policy = FoundPolicy(self.folder / "policy.json")
        self.lock = quick_lock(self.secrets, self.lock_clock)
        self.renewals = Renewals(
            self.connections,
            AzurePats(self.http),
            GraphAppSecrets(self.http),
            secrets=lambda: self.connections.secrets,
            journal=journal,
            turns=turns,
            clock=self.clock,
        )

    @property
    def warnings(self) -> EndWarnings:
        """Built anew, as after a restart."""
        return EndWarnings(
            profiles=self.profile_store, store=WarningsFile(self.folder), history=self.history, clock=self.clock
        )

    def workspace(self) -> Workspace:
        """What main.py builds, over this world's stores and network."""
        return Workspace(
            connections=self.connections,
            renewals=self.renewals,
            backups=Backups(self.connections, {cloud.key: cloud for cloud in self.clouds}, self.clock, practice=False),
            clouds=self.clouds,
            clock=self.clock,
            environment=self.environment,
            trusts=self.network.trust.trusts,
            browser_surface=self.browser_surface or _no_browser,
            keep_in_memory=lambda: self.connections.use_secret_store(MemorySecretStore()),
            close=lambda: None,  # whoever made the network closes it
            keyring_problem=self.keyring_problem,
            practice_values=practice_values(self.practice_cloud.card()),
            doctor=self.doctor,
            settings=self.settings,
            warnings=self.warnings if self.warns else None,
            notes=self.notes,
            learning=Learning(
                connections=self.connections,
                pats=AzurePats(self.http),
                app_secrets=GraphAppSecrets(self.http),
                clock=self.clock,
            ),
            lock=self.lock,
            support=SupportFiles(self.connections.load, lambda: self.settings.now, lambda: self.logs, self.clock),
        )

    def doctor(self) -> Doctor:
        """Looks at the real network and files, at this world's secrets, and for no web engine, which takes time."""
        computer = Computer(
            http=self.http,
            clock=self.clock,
            keyring=NamedMemoryStore(),
            folders=(self.folder,),
            environment=self.environment,
            trust_ca=self.network.trust.add_file,
            engine_missing=lambda: "",
            policy=lambda: self.found_policy,
        )
        return Doctor(computer.diagnoses, self.clock)

    @property
    def file(self) -> Path:
        return self.folder / FILE_NAME

    def pat(self, name: str = "four-scopes") -> str:
        """A seeded personal access token."""
        return self.practice_cloud.directory.pat(name).value.reveal()

    def app(self, key: str) -> tuple[str, str, str]:
        """(tenant ID, client ID, client secret or nothing) of a seeded app registration."""
        app = self.practice_cloud.directory.app(key)
        return app.tenant.id, app.client_id, app.secrets[0].value.reveal() if app.secrets else ""

    def save_pat(self, name: str, token: str = "four-scopes", **values: Any) -> Profile:  # any field of the draft
        """Make a connection without any window."""
        return self._save(PatDraft(organization="contoso", token=Secret(self.pat(token)), **values), name)

    def save_oauth(self, name: str, account: str = "admin@contoso.example", key: str = "desktop") -> Profile:
        """Somebody signs in; no window is needed for that either."""
        tenant, client_id, secret = self.app(key)
        draft = OAuthDraft(
            cloud=self.practice_cloud.cloud,
            organization="contoso",
            tenant=tenant,
            client_id=client_id,
            client_secret=Secret(secret),
            redirect_uri="http://localhost",
        )
        grant = self.connections.sign_in(draft, ScriptedSignIn(self.http, account), draft.redirect_uri, Cancel())
        draft.last_sign_in = (draft.sign_in_key, grant)
        return self._save(draft, name)

    def save_client_secret(self, name: str, key: str = "automation") -> Profile:
        tenant, client_id, secret = self.app(key)
        draft = ClientSecretDraft(
            organization="contoso", tenant=tenant, client_id=client_id, client_secret=Secret(secret)
        )
        return self._save(draft, name)

    def _save(self, draft: Draft, name: str) -> Profile:
        draft.cloud = self.practice_cloud.cloud
        draft.last_proof = self.connections.prove(draft, lambda result: None, Cancel())
        return self.connections.save(draft, name)


def _no_browser(open_browser: Callable[[str], bool]) -> AbstractContextManager[BrowserSurface]:
    del open_browser
    raise AssertionError("this test signs in nowhere")
