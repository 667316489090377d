"""The lives of credentials without a network: what Azure DevOps and Microsoft Graph keep, in memory.

Both fakes keep the promises of the contract (tests/contract/test_pat_lifecycle.py, test_app_secrets.py). What is to go
wrong next is put into `failures`; with `after_acting` the deed is done and its answer lost.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, Scheme, Secret
from desktop_app.core.lifecycle import FULL_ACCESS_SCOPE, AppSecretRecord, GraphToken, PatRecord, PatWish
from desktop_app.core.ports import Clock
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.practice.derivation import client_secret, personal_access_token


@dataclass(slots=True)
class Failure:
    """How the next calls of one method ("list", "create", "revoke", "add", "remove") end."""

    method: str
    problem: Problem
    after_acting: bool = False
    times: int = 1


@dataclass(slots=True)
class Failures:
    """Those to come, and all calls so far by method."""

    waiting: deque[Failure] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)

    def add(self, method: str, problem: Problem, *, after_acting: bool = False, times: int = 1) -> None:
        self.waiting.append(Failure(method, problem, after_acting, times))

    def before(self, method: str) -> None:
        """A call begins."""
        self.calls.append(method)
        self._fail(method, after_acting=False)

    def after(self, method: str) -> None:
        """What was asked for is done, and the answer is on its way."""
        self._fail(method, after_acting=True)

    def _fail(self, method: str, *, after_acting: bool) -> None:
        for failure in self.waiting:
            if failure.method == method and failure.after_acting is after_acting and failure.times > 0:
                failure.times -= 1
                raise ConnectionProblem(failure.problem, {"host": "fake.example"})


@dataclass(slots=True)
class FakePatLifecycle:
    """Implements the port PatLifecycle for one person and one organization.

    `tokens` are the live ones with their values by authorization id; `longest` is the company's limit, None for none.
    `allowed` is False where the sign-in may not manage tokens.
    """

    clock: Clock
    tokens: dict[str, tuple[PatRecord, Secret]] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    failures: Failures = field(default_factory=Failures)
    longest: timedelta | None = None
    full_access_allowed: bool = True
    allowed: bool = True

    def put(self, record: PatRecord, value: Secret) -> None:
        """A token that was there before."""
        self.tokens[record.authorization_id] = record, value

    def list(self, cloud: Cloud, organization: str, token: AccessToken) -> tuple[PatRecord, ...]:
        self._begin("list", token)
        now = self.clock.now()
        live = [record for record, _value in self.tokens.values() if record.valid_to > now]
        self.failures.after("list")
        return tuple(sorted(live, key=lambda record: record.name.lower()))

    def create(self, cloud: Cloud, organization: str, token: AccessToken, wish: PatWish) -> tuple[PatRecord, Secret]:
        self._begin("create", token)
        now = self.clock.now()
        if not wish.name or not wish.scopes:
            raise ConnectionProblem(
                Problem.PAT_SCOPES_REFUSED if wish.name else Problem.PAT_CREATION_REFUSED,
                {"pat_error": "invalidScope" if wish.name else "displayNameRequired"},
            )
        if FULL_ACCESS_SCOPE in wish.scopes and len(wish.scopes) > 1:
            raise ConnectionProblem(Problem.PAT_SCOPES_REFUSED, {"pat_error": "invalidScope"})
        if wish.ends_at <= now or wish.ends_at - now > timedelta(days=366):
            raise ConnectionProblem(Problem.PAT_END_REFUSED, {"pat_error": "invalidValidTo"})
        if self.longest is not None and wish.ends_at - now > self.longest:
            raise ConnectionProblem(Problem.PAT_POLICY_LIFESPAN, {"pat_error": "patLifespanPolicyViolation"})
        if FULL_ACCESS_SCOPE in wish.scopes and not self.full_access_allowed:
            raise ConnectionProblem(Problem.PAT_POLICY_FULL_ACCESS, {"pat_error": "fullScopePatPolicyViolation"})
        id = str(uuid4())
        made = PatRecord(id, wish.name, wish.scopes, now, wish.ends_at), Secret(personal_access_token(f"fake/{id}"))
        self.tokens[id] = made
        self.failures.after("create")
        return made

    def revoke(self, cloud: Cloud, organization: str, token: AccessToken, authorization_id: str) -> None:
        self._begin("revoke", token)
        if self.tokens.pop(authorization_id, None) is not None:
            self.revoked.append(authorization_id)
        self.failures.after("revoke")

    def _begin(self, method: str, token: AccessToken) -> None:
        self.failures.before(method)
        if not self.allowed or token.scheme is not Scheme.BEARER:
            raise ConnectionProblem(Problem.PAT_LIFECYCLE_REFUSED, {"status": "401"})


@dataclass(slots=True)
class FakeAppSecrets:
    """Implements the port AppSecrets for one app.

    `secrets` are those of the registration with their values by key id; a new one is known to the sign-in (`knows`)
    `known_after` later. `allowed` is False where the app may not look after itself.
    """

    clock: Clock
    secrets: dict[str, tuple[AppSecretRecord, Secret]] = field(default_factory=dict)
    known_after: timedelta = timedelta(seconds=3)
    removed: list[str] = field(default_factory=list)
    failures: Failures = field(default_factory=Failures)
    longest: timedelta | None = None
    allowed: bool = True

    def put(self, record: AppSecretRecord, value: Secret) -> None:
        """A secret that was there before, and is known."""
        self.secrets[record.key_id] = record, value

    def knows(self, value: Secret) -> bool:
        """Whether Entra's sign-in would take `value` now."""
        now = self.clock.now()
        return any(
            secret == value and record.starts_at + self.known_after <= now < record.ends_at
            for record, secret in self.secrets.values()
        )

    def sign_in(self, value: Secret) -> None:
        """Refuses what is not known yet, as Entra does. Raises ConnectionProblem SECRET_WRONG."""
        if not self.knows(value):
            raise ConnectionProblem(Problem.SECRET_WRONG, {"aadsts": "AADSTS7000215"})

    def list(self, cloud: Cloud, client_id: str, token: GraphToken) -> tuple[AppSecretRecord, ...]:
        self._begin("list", cloud)
        records = [record for record, _value in self.secrets.values()]
        self.failures.after("list")
        return tuple(sorted(records, key=lambda record: record.ends_at, reverse=True))

    def add(
        self, cloud: Cloud, client_id: str, token: GraphToken, name: str, ends_at: datetime
    ) -> tuple[AppSecretRecord, Secret]:
        self._begin("add", cloud)
        now = self.clock.now()
        if self.longest is not None and ends_at - now > self.longest:
            raise ConnectionProblem(Problem.APP_SECRET_LIFETIME, {"code": "CredentialInvalidLifetimeAsPerAppPolicy"})
        key_id = str(uuid4())
        value = client_secret(f"fake/{key_id}")
        made = AppSecretRecord(key_id, name, value[:3], now, ends_at), Secret(value)
        self.secrets[key_id] = made
        self.failures.after("add")
        return made

    def remove(self, cloud: Cloud, client_id: str, token: GraphToken, key_id: str) -> None:
        self._begin("remove", cloud)
        if self.secrets.pop(key_id, None) is not None:
            self.removed.append(key_id)
        self.failures.after("remove")

    def _begin(self, method: str, cloud: Cloud) -> None:
        if not cloud.graph:
            raise ConnectionProblem(Problem.GRAPH_NOT_OFFERED)
        self.failures.before(method)
        if not self.allowed:
            raise ConnectionProblem(Problem.GRAPH_PERMISSION_MISSING, {"status": "403"})
