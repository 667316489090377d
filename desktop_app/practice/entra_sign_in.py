"""What Entra remembers between the steps of a sign-in: the request, the code it ends in, a device waiting.

A context is good for ten minutes, a code once and for ten minutes, a device code for fifteen (Entra docs).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from desktop_app.practice.directory import Account, AppRegistration, Platform, Tenant
from desktop_app.practice.scopes import RequestedScopes
from desktop_app.practice.state import CloudState, opaque

SIGN_IN_LIFETIME = timedelta(minutes=10)
CODE_LIFETIME = timedelta(minutes=10)
DEVICE_CODE_LIFETIME = timedelta(minutes=15)


class Purpose(Enum):
    """What a sign-in is for."""

    CODE = auto()
    ADMIN_CONSENT = auto()
    DEVICE = auto()


@dataclass(slots=True)
class SignIn:
    """One sign-in under way. `tenant` is None for `organizations` and `common`: the account's home decides."""

    purpose: Purpose
    tenant: Tenant | None
    app: AppRegistration
    scopes: RequestedScopes
    scope: str
    """The scope parameter as it came."""
    started_at: datetime
    redirect_uri: str = ""
    platform: Platform = Platform.WEB
    response_mode: str = "query"
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: str = ""
    device_code: str = ""
    account: Account | None = None

    @property
    def leads_to(self) -> tuple[str, ...]:
        """Where a form of this sign-in may end up, for the page's policy."""
        return (self.redirect_uri,) if self.redirect_uri else ()

    def tenant_for(self, account: Account) -> Tenant:
        return self.tenant or account.home


@dataclass(slots=True)
class AuthorizationCode:
    """What a code stands for. `granted` are the short Azure DevOps scopes the app got."""

    account: Account
    tenant: Tenant
    client_id: str
    redirect_uri: str
    platform: Platform
    scope: str
    granted: frozenset[str]
    nonce: str | None
    code_challenge: str | None
    issued_at: datetime
    redeemed: bool = False


class DeviceStatus(Enum):
    PENDING = auto()
    APPROVED = auto()
    DECLINED = auto()


@dataclass(slots=True)
class DeviceGrant:
    """A device waiting for a person to type its user code."""

    user_code: str
    client_id: str
    tenant: Tenant | None
    scope: str
    expires_at: datetime
    status: DeviceStatus = DeviceStatus.PENDING
    account: Account | None = None
    granted: frozenset[str] = frozenset()


def remember(state: CloudState, sign_in: SignIn) -> str:
    """Keeps `sign_in` and gives its context word; forgets those that are too old."""
    now = state.now()
    for context, other in list(state.sign_ins.items()):
        if now - other.started_at > SIGN_IN_LIFETIME:
            del state.sign_ins[context]
    context = opaque()
    state.sign_ins[context] = sign_in
    return context


def recall(state: CloudState, context: str) -> SignIn | None:
    """The sign-in with this context word, unless it is too old."""
    sign_in = state.sign_ins.get(context)
    if sign_in is None or state.now() - sign_in.started_at > SIGN_IN_LIFETIME:
        return None
    return sign_in
