"""A world in which Azure makes and revokes credentials: connections over powered stores, and the lifecycles in memory.

Azure takes a personal access token only while it lives, and a client secret once its sign-in knows it. The power can
fail at every write of a store and at every act of Azure (tests/fakes/power.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from desktop_app.app.connections import Connections
from desktop_app.app.drafts import Draft, PatDraft
from desktop_app.app.renewals import Renewals, Renewed, Stage, Wish
from desktop_app.app.unfinished_renewals import LOOK_AGAIN
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change, Renewal, Step
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, ClientSecretCredential, PatCredential, Secret
from desktop_app.core.history import EventKind
from desktop_app.core.lifecycle import AppSecretRecord, GraphToken, PatRecord, PatWish
from desktop_app.core.permissions import PAT_SCOPES
from desktop_app.core.ports import Turns
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.credential_json import decode_credential
from desktop_app.infra.turns import ThreadTurns
from tests.fakes.entra import entra_error
from tests.fakes.lifecycle import Failures, FakeAppSecrets, FakePatLifecycle
from tests.fakes.power import Power, PoweredJournal, PoweredProfiles, PoweredSecrets
from tests.fakes.profiles import a_profile
from tests.unit.app.world import CLIENT_SECRET, PAT, World, unheard

OLD_PAT, OLD_KEY = "old-pat", "old-key"
OLD_SCOPES = frozenset({"vso.project", "vso.variablegroups_manage", "vso.code"})
R1_SCOPES = frozenset(scope.scope for scope in PAT_SCOPES)
HALF_A_YEAR = timedelta(days=180)
RENEWABLE = (Method.PAT, Method.CLIENT_SECRET)


class PoweredPats(FakePatLifecycle):
    """`power` is set after it is made."""

    power: Power

    def create(self, cloud: Cloud, organization: str, token: AccessToken, wish: PatWish) -> tuple[PatRecord, Secret]:
        made: list[tuple[PatRecord, Secret]] = []
        create = super().create
        self.power.write("azure.make", lambda: made.append(create(cloud, organization, token, wish)))
        return made[0]

    def revoke(self, cloud: Cloud, organization: str, token: AccessToken, authorization_id: str) -> None:
        revoke = super().revoke
        self.power.write("azure.revoke", lambda: revoke(cloud, organization, token, authorization_id))


class PoweredAppSecrets(FakeAppSecrets):
    """`power` is set after it is made."""

    power: Power

    def add(
        self, cloud: Cloud, client_id: str, token: GraphToken, name: str, ends_at: datetime
    ) -> tuple[AppSecretRecord, Secret]:
        made: list[tuple[AppSecretRecord, Secret]] = []
        add = super().add
        self.power.write("azure.make", lambda: made.append(add(cloud, client_id, token, name, ends_at)))
        return made[0]

    def remove(self, cloud: Cloud, client_id: str, token: GraphToken, key_id: str) -> None:
        remove = super().remove
        self.power.write("azure.revoke", lambda: remove(cloud, client_id, token, key_id))


@dataclass
class RenewalWorld(World):
    """`waits` are the pauses that were asked for, in seconds; the clock moves on by them."""

    power: Power = field(default_factory=Power)
    waits: list[float] = field(default_factory=list)
    pat_of_connection: str = PAT

    def __post_init__(self) -> None:
        super().__post_init__()
        self.store, self.file = PoweredSecrets(self.power), PoweredProfiles(self.power)
        self.entries = PoweredJournal(self.power)
        self.pats, self.app_secrets = PoweredPats(self.clock), PoweredAppSecrets(self.clock)
        self.pats.power = self.app_secrets.power = self.power
        self.devops.judge = self._judge
        self.entra.keeps_old_refresh_tokens = True
        self.entra.on_token = self._sign_in
        self.start()

    def start(self, turns: Turns | None = None) -> None:
        """The program starts: all that it had in memory is gone."""
        self.power.back()
        self.turns = turns or ThreadTurns()  # type: ignore[assignment]  # any kind will do
        self.connections = Connections(
            http=self.entra,
            devops=self.devops,
            profiles=self.file,
            secrets=self.store,
            clock=self.clock,
            trust_ca=lambda ca_file, cloud: None,
            history=self.history,
            turns=self.turns,
            journal=self.entries,
        )
        self.renewals = self.renewals_of(self.connections, self.turns)

    def renewals_of(self, connections: Connections, turns: Turns) -> Renewals:
        return Renewals(
            connections,
            self.pats,
            self.app_secrets,
            secrets=lambda: connections.secrets,
            journal=self.entries,
            turns=turns,
            clock=self.clock,
            wait=self._wait,
        )

    def recover(self) -> None:
        """What the program does after its start, and the second look at what was not found at the first."""
        self.connections.changes.recover()
        self.renewals.recover(Cancel())
        self.clock.advance(LOOK_AGAIN.total_seconds() + 1)
        self.renewals.recover(Cancel())

    # -- what is there ------------------------------------------------------------------------------------------------

    def with_old(self, method: Method, *, known: bool = True) -> Profile:
        """A connection that can be renewed; Azure's id of its credential is known, or not."""
        if method is Method.PAT:
            self.saved(Method.OAUTH, "Sign-in")
        profile = self.saved(method)
        ends_at = self.clock.now() + timedelta(days=30)
        starts_at = self.clock.now() - timedelta(days=60)
        if method is Method.PAT:
            self.pats.put(PatRecord(OLD_PAT, "Old", OLD_SCOPES, starts_at, ends_at), Secret(PAT))
            profile = replace(profile, credential_id=OLD_PAT if known else "", credential_ends=ends_at.date())
        else:
            hint = CLIENT_SECRET[:3] if known else ""
            self.app_secrets.put(AppSecretRecord(OLD_KEY, "Old", hint, starts_at, ends_at), Secret(CLIENT_SECRET))
        self.file.save(profile)
        self.power.back()
        return profile

    def draft(self, method: Method) -> Draft:
        draft = super().draft(method)
        if isinstance(draft, PatDraft):
            draft.token = Secret(self.pat_of_connection)
        return draft

    def sign_in_connection(self) -> Profile:
        return next(profile for profile in self.file.load() if profile.method is Method.OAUTH)

    def current(self, profile: Profile) -> Profile:
        return self.connections.profile(profile.id)

    def secret_in_use(self, profile: Profile) -> Secret:
        stored = self.store.get(profile.id)
        assert stored is not None
        credential = decode_credential(stored)
        assert isinstance(credential, PatCredential | ClientSecretCredential)
        return credential.token if isinstance(credential, PatCredential) else credential.client_secret

    def at_azure(self, profile: Profile) -> dict[str, Secret]:
        """The live credentials of the person or the app, by Azure's ids."""
        if profile.method is Method.PAT:
            return {id: value for id, (_record, value) in self.pats.tokens.items()}
        return {id: value for id, (_record, value) in self.app_secrets.secrets.items()}

    def revoked(self, profile: Profile) -> list[str]:
        return self.pats.revoked if profile.method is Method.PAT else self.app_secrets.removed

    def works(self, profile: Profile) -> bool:
        """A token is handed out, after a whole check."""
        self.connections._proved.clear()
        return bool(self.connections.fresh_token(profile.id, Cancel()))

    def journal_of(self, profile: Profile) -> Change | None:
        return next((change for change in self.entries.load() if change.key == profile.id), None)

    # -- what is done -------------------------------------------------------------------------------------------------

    def wish(self, *, revoke_old: bool = True) -> Wish:
        return Wish(self.clock.now() + HALF_A_YEAR, revoke_old)

    def renew(
        self,
        profile: Profile,
        on_stage: Callable[[Stage], object] = lambda stage: None,
        *,
        revoke_old: bool = True,
        cancel: Cancel | None = None,
    ) -> Renewed:
        return self.renewals.renew(profile.id, self.wish(revoke_old=revoke_old), on_stage, unheard, cancel or Cancel())

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.advance(seconds)

    def _judge(self, what: str, token: str) -> None:
        """Azure DevOps: tokens of Entra are good here, personal access tokens while they live."""
        live = {value.reveal() for _record, value in self.pats.tokens.values()}
        if token and not token.startswith("access-token") and self.pats.tokens and token not in live:
            raise ConnectionProblem(Problem.CREDENTIAL_REJECTED, {"status": "401"})

    def _sign_in(self, form: dict[str, str]) -> None:
        """Entra's token endpoint: an app's secret is taken once it is known."""
        app_signs_in = form["grant_type"] == "client_credentials" and bool(self.app_secrets.secrets)
        if app_signs_in and not self.app_secrets.knows(Secret(form["client_secret"])):
            self.entra.answer = entra_error(7000215, "invalid_client")
        else:
            self.entra.answer = None

    # -- others that are stuck ----------------------------------------------------------------------------------------

    def with_another_unfinished(self) -> ProfileId:
        """Another connection of an app, whose new secret could not be undone: its sign-in is refused."""
        gone = a_profile(7, method=Method.CLIENT_SECRET, account="")
        self.file.save(gone)
        renewal = Renewal("Stuck (ADO Connect 1)", made_id="stuck")
        self.entries.put(Change(gone.id, Step.UNDOING, self.clock.now(), gone, renewal=renewal))
        return gone.id

    def with_another_half_added(self) -> ProfileId:
        """Another connection that a crash left half added."""
        half = a_profile(8)
        self.entries.put(Change(half.id, Step.ADDING, self.clock.now(), after=half))
        return half.id


# -- what tests say of it ---------------------------------------------------------------------------------------------

MAKE = {Method.PAT: "create", Method.CLIENT_SECRET: "add"}
REVOKE = {Method.PAT: "revoke", Method.CLIENT_SECRET: "remove"}
"""What the requests are called in the fakes' failures."""


def azure(world: RenewalWorld, method: Method) -> Failures:
    """What is to go wrong with its requests, and all of them so far."""
    return (world.pats if method is Method.PAT else world.app_secrets).failures


def old_value(method: Method) -> Secret:
    return Secret(PAT if method is Method.PAT else CLIENT_SECRET)


def old_id(method: Method) -> str:
    return OLD_PAT if method is Method.PAT else OLD_KEY


def problem_of(action: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value.problem


def kinds(world: RenewalWorld, profile: Profile) -> list[EventKind]:
    """What its history tells, in order."""
    return [event.kind for event in world.history.load(profile.id)]


def assert_untouched(world: RenewalWorld, before: Profile) -> None:
    """The old one is in use and works; nothing of a new one is left, here or at Azure."""
    assert world.current(before) == before
    assert world.secret_in_use(before) == old_value(before.method)
    assert set(world.at_azure(before)) == {old_id(before.method)}
    assert_whole(world, before)


def assert_whole(world: RenewalWorld, profile: Profile) -> None:
    """It works with the one credential that Azure has of it; nothing is under way, and nothing lies about."""
    assert world.works(profile)
    [value] = world.at_azure(profile).values()
    assert world.secret_in_use(profile) == value
    assert world.entries.load() == ()
    assert world.store.slots() <= {"", ".token"}
