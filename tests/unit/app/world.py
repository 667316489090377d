"""Connections over memory and fakes, with a journal of everything that happens to the stores and to Azure DevOps."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from desktop_app.app.connections import Connections
from desktop_app.app.drafts import ClientSecretDraft, Draft, OAuthDraft, PatDraft
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckResult
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, Secret
from desktop_app.core.permissions import NEEDS, Area, Namespace
from desktop_app.core.policy import NO_POLICY, Policy
from desktop_app.core.ports import EmptyAnswer, Exchange, Identity, OrganizationTenant, Project, Right
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.memory_history import MemoryHistory
from desktop_app.infra.memory_store import MemorySecretStore
from desktop_app.infra.turns import ThreadTurns
from tests.fakes.change_journal import MemoryJournal
from tests.fakes.clock import FakeClock
from tests.fakes.entra import ACCOUNT, CLIENT_ID, TENANT_ID, FakeEntra, RedirectAtOnce
from tests.fakes.profile_store import MemoryProfileStore

PAT = "a1B2" * 13 + "JQQJ" + "99" + "BK" + "AC" + "A" * 10 + "AAAS" + "AZDO" + "x1y2"
CLIENT_SECRET = "xyz" + "8Q~" + "aB3.-_~" * 5
REDIRECT_URI = "http://localhost"

Journal = list[tuple[str, str]]


class JournaledSecrets(MemorySecretStore):
    """A secret store that notes what is written. `fail_with` is raised by every write while it is set."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal
        self.fail_with: Problem | None = None
        self.writes_left: int | None = None
        """How many more writes succeed before `fail_with`; None: not limited."""

    def set(self, key: ProfileId, secret: Secret) -> None:
        self._fail_if_told()
        self._journal.append(("secrets.set", key))
        super().set(key, secret)

    def delete(self, key: ProfileId) -> bool:
        self._fail_if_told()
        self._journal.append(("secrets.delete", key))
        return super().delete(key)

    def _fail_if_told(self) -> None:
        if self.fail_with is None:
            return
        if self.writes_left:
            self.writes_left -= 1
            return
        raise ConnectionProblem(self.fail_with)


class JournaledProfiles(MemoryProfileStore):
    """A profile store that notes what is written."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    def save(self, profile: Profile) -> None:
        super().save(profile)
        self._journal.append(("profiles.save", profile.id))

    def update(self, key: ProfileId, change: Callable[[Profile], Profile]) -> Profile:
        updated = super().update(key, change)
        self._journal.append(("profiles.save", key))
        return updated

    def remove(self, key: ProfileId) -> bool:
        found = super().remove(key)
        self._journal.append(("profiles.remove", key))
        return found


class FakeAzureDevOps:
    """Implements the port AzureDevOps: one organization. `problems` are raised by the method of that name."""

    PROJECT: ClassVar = Project("33334444-dddd-5555-eeee-6666ffff7777", "Shop")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self.problems: dict[str, ConnectionProblem] = {}
        self.before: dict[str, Callable[[], None]] = {}
        self.judge: Callable[[str, str], None] = lambda what, token: None
        """Hears of every request with its token, and may refuse it."""
        self.tenant = OrganizationTenant(TENANT_ID)
        self.seen = Identity("44445555-eeee-6666-ffff-7777aaaa8888", "Contoso Administrator", ACCOUNT)
        self.project_list: tuple[Project, ...] = (self.PROJECT,)

    def organization_tenant(self, cloud: Cloud, organization: str) -> OrganizationTenant:
        self._asked("organization_tenant", "")
        return self.tenant

    def identity(self, cloud: Cloud, organization: str, token: AccessToken) -> Identity:
        self._asked("identity", token.value.reveal())
        return self.seen

    def projects(self, cloud: Cloud, organization: str, token: AccessToken) -> tuple[Project, ...]:
        self._asked("projects", token.value.reveal())
        return self.project_list

    def count_variable_groups(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        return self._asked("count_variable_groups", token.value.reveal())

    def count_release_definitions(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        return self._asked("count_release_definitions", token.value.reveal())

    def count_service_connections(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        return self._asked("count_service_connections", token.value.reveal())

    def count_teams(self, cloud: Cloud, organization: str, token: AccessToken) -> int:
        return self._asked("count_teams", token.value.reveal())

    def probe_scope(self, cloud: Cloud, organization: str, project: Project, scope: str, token: AccessToken) -> None:
        self._asked("probe_scope", token.value.reveal())

    def security_bits(
        self, cloud: Cloud, organization: str, namespace: Namespace, token: AccessToken
    ) -> Mapping[str, int]:
        """Every action that a connection needs has a bit."""
        self._asked("security_bits", token.value.reveal())
        actions = [action for need in NEEDS.values() if need.namespace is namespace for action in need.actions]
        return {action: 1 << number for number, action in enumerate(actions)}

    def may(
        self, cloud: Cloud, organization: str, right: Right, projects: Sequence[Project], token: AccessToken
    ) -> tuple[bool, ...]:
        self._asked("may", token.value.reveal())
        return tuple(True for _project in projects)

    def ask_with_empty_body(
        self, cloud: Cloud, organization: str, project: Project, area: Area, token: AccessToken
    ) -> EmptyAnswer:
        self._asked("ask_with_empty_body", token.value.reveal())
        return EmptyAnswer.LET_THROUGH

    def organizations(self, cloud: Cloud, token: AccessToken) -> tuple[str, ...]:
        self._asked("organizations", token.value.reveal())
        return ("contoso", "fabrikam")

    def watched(self, on_exchange: Callable[[Exchange], None]) -> "FakeAzureDevOps":
        """The same: its requests are in the journal."""
        return self

    def until(self, cancel: Cancel) -> "FakeAzureDevOps":
        """The same: its answers come at once."""
        return self

    def _asked(self, what: str, token: str) -> int:
        with self._lock:
            self._journal.append((f"devops.{what}", token))
        if hook := self.before.get(what):
            hook()
        self.judge(what, token)
        if what in self.problems:
            raise self.problems[what]
        return 1


def unheard(result: CheckResult) -> None:
    """A listener that does not listen."""


@dataclass
class World:
    """Everything around a Connections, and short ways to use it."""

    journal: Journal = field(default_factory=list)
    clock: FakeClock = field(default_factory=FakeClock)
    entra: FakeEntra = field(default_factory=FakeEntra)
    trusted: list[tuple[str, Cloud]] = field(default_factory=list)
    policy: Policy = NO_POLICY

    def __post_init__(self) -> None:
        self.secrets = JournaledSecrets(self.journal)
        self.profiles = JournaledProfiles(self.journal)
        self.devops = FakeAzureDevOps(self.journal)
        self.history = MemoryHistory()
        self.turns = ThreadTurns()
        self.change_journal = MemoryJournal()
        self.connections = Connections(
            http=self.entra,
            devops=self.devops,
            profiles=self.profiles,
            secrets=self.secrets,
            clock=self.clock,
            trust_ca=lambda ca_file, cloud: self.trusted.append((ca_file, cloud)),
            history=self.history,
            turns=self.turns,
            journal=self.change_journal,
            policy=self.policy,
        )

    def draft(self, method: Method) -> Draft:
        """A complete draft; the OAuth one is signed in."""
        match method:
            case Method.PAT:
                return PatDraft(organization="contoso", token=Secret(PAT))
            case Method.CLIENT_SECRET:
                return ClientSecretDraft(
                    organization="contoso", tenant=TENANT_ID, client_id=CLIENT_ID, client_secret=Secret(CLIENT_SECRET)
                )
            case Method.OAUTH:
                draft = OAuthDraft(
                    organization="contoso",
                    tenant=TENANT_ID,
                    client_id=CLIENT_ID,
                    client_secret=Secret(CLIENT_SECRET),
                    redirect_uri=REDIRECT_URI,
                )
                self.sign_in(draft)
                return draft

    def sign_in(self, draft: OAuthDraft) -> None:
        grant = self.connections.sign_in(draft, RedirectAtOnce(self.entra), REDIRECT_URI, Cancel())
        draft.last_sign_in = (draft.sign_in_key, grant)

    def prove(self, draft: Draft) -> Draft:
        draft.last_proof = self.connections.prove(draft, unheard, Cancel())
        return draft

    def saved(self, method: Method, name: str = "Contoso") -> Profile:
        """A connection, proved and saved; the journal is empty again."""
        profile = self.connections.save(self.prove(self.draft(method)), name)
        self.forget()
        return profile

    def forget(self) -> None:
        self.journal.clear()
        self.entra.requests.clear()
        self.entra.forms.clear()

    def fresh_token(self, profile: Profile) -> str:
        return self.connections.fresh_token(profile.id, Cancel()).value.reveal()

    def happened(self, *kinds: str) -> list[str]:
        """The journal's entries of these kinds, in order."""
        return [what for what, _ in self.journal if what in kinds]
