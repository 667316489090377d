"""Who and what exists in the practice cloud's tenants: accounts, app registrations, tokens and what was consented to.

Tests reach every seeded value through a Directory, and change it (revoke, replace, allow) through its methods; the
Azure DevOps side of an organization is in organization.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from desktop_app.core.credential import Secret
from desktop_app.practice.derivation import guid
from desktop_app.practice.organization import Organization

NATIVE_CLIENT = "/common/oauth2/nativeclient"
"""Path, on the login host, of Microsoft's redirect URI for embedded browsers."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """One Entra directory."""

    id: str
    domain: str
    name: str


@dataclass(frozen=True, slots=True)
class Account:
    """A person. `name` is the user principal name; `guest_of` are the ids of other tenants that invited them."""

    name: str
    display_name: str
    home: Tenant
    guest_of: frozenset[str] = frozenset()
    is_administrator: bool = False
    """May consent for the whole home tenant."""

    def object_id(self, tenant: Tenant) -> str:
        """Their object id in `tenant`, which differs from tenant to tenant."""
        return guid(f"account/{self.name}/{tenant.id}")

    def belongs_to(self, tenant: Tenant) -> bool:
        return tenant.id == self.home.id or tenant.id in self.guest_of


class Platform(StrEnum):
    """Under which platform of an app registration a redirect URI is filed."""

    WEB = "web"
    DESKTOP = "desktop"


@dataclass(frozen=True, slots=True)
class RedirectUri:
    """`uri` is absolute, or NATIVE_CLIENT for that path on whatever host signs in."""

    uri: str
    platform: Platform

    def on(self, login: str) -> str:
        """The URI as registered, where the login service is at `login`."""
        return f"{login}{self.uri}" if self.uri.startswith("/") else self.uri


@dataclass(frozen=True, slots=True)
class AppSecret:
    """One client secret of an app registration. The sign-in knows it from `known_from` on, None: always."""

    value: Secret
    expires_at: datetime
    key_id: str = ""
    name: str = ""
    starts_at: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    known_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class AppRegistration:
    """An app registration and, through `service_principal_id`, its enterprise applications."""

    key: str
    name: str
    client_id: str
    tenant: Tenant
    redirects: tuple[RedirectUri, ...] = ()
    secrets: tuple[AppSecret, ...] = ()
    permissions: frozenset[str] = frozenset()
    """Delegated Azure DevOps permissions listed under API permissions (short names)."""
    graph_permissions: frozenset[str] = frozenset()
    """Application permissions of Microsoft Graph that an administrator agreed to."""
    owners: frozenset[str] = frozenset()
    """Client IDs of the apps whose service principals own this registration."""
    multi_tenant: bool = False
    allows_public_flows: bool = False
    """"Allow public client flows": device code."""
    admin_consent_required: bool = False
    assignment_required: bool = False
    enabled: bool = True

    def service_principal_id(self, tenant: Tenant) -> str:
        """Object id of the enterprise application in `tenant`: the id Azure DevOps knows it by."""
        return guid(f"service-principal/{self.client_id}/{tenant.id}")

    @property
    def object_id(self) -> str:
        """Object id of the registration itself, by which Microsoft Graph knows it too."""
        return guid(f"application/{self.client_id}")

    @property
    def is_public(self) -> bool:
        """True if every redirect URI is a desktop one: such an app must not send a secret."""
        return all(redirect.platform is Platform.DESKTOP for redirect in self.redirects) and not self.secrets


@dataclass(slots=True)
class PersonalAccessToken:
    """A personal access token. `organizations` are ids, or None for all that the owner can reach."""

    authorization_id: str
    display_name: str
    value: Secret
    scope: str
    owner: Account
    organizations: frozenset[str] | None
    valid_from: datetime
    valid_to: datetime
    revoked: bool = False

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope.split())


@dataclass(slots=True)
class SecretPolicy:
    """What the tenant's app management policy says about client secrets."""

    addition_allowed: bool = True
    longest_days: int | None = None


class Directory:
    """Everything seeded, by clear names, and what happened to it since."""

    def __init__(
        self,
        tenants: Iterable[Tenant],
        accounts: Iterable[Account],
        apps: Iterable[AppRegistration],
        organizations: Iterable[Organization],
        pats: Iterable[tuple[str, PersonalAccessToken]],
    ) -> None:
        self.tenants = {tenant.domain.partition(".")[0]: tenant for tenant in tenants}
        self.accounts = {account.name: account for account in accounts}
        self.apps = {app.key: app for app in apps}
        self.organizations = {organization.name.lower(): organization for organization in organizations}
        self.pats: dict[str, PersonalAccessToken] = dict(pats)
        """By seeded name ("four-scopes", ...), or by authorization id for those made later."""
        self.secret_delay = timedelta(0)
        """How much later than it is made a client secret is known at sign-in."""
        self.secret_policy = SecretPolicy()
        self._consents: dict[tuple[str, str, str], frozenset[str]] = {}
        self._sessions_valid_from: dict[str, datetime] = {}

    def tenant(self, name: str) -> Tenant:
        """The tenant named "contoso" or "fabrikam"; KeyError for others."""
        return self.tenants[name]

    def find_tenant(self, segment: str) -> Tenant | None:
        """The tenant with this id or verified domain, in any case."""
        wanted = segment.lower()
        return next((one for one in self.tenants.values() if wanted in (one.id, one.domain)), None)

    def account(self, name: str) -> Account:
        """The account with this user principal name; KeyError for others."""
        return self.accounts[name]

    def find_account(self, name: str) -> Account | None:
        return self.accounts.get(name.strip().lower())

    def find_account_by_object(self, object_id: str, tenant: Tenant) -> Account | None:
        return next((one for one in self.accounts.values() if one.object_id(tenant) == object_id), None)

    def app(self, key: str) -> AppRegistration:
        """The app registration with this seeded key ("web", "desktop", ...); KeyError for others."""
        return self.apps[key]

    def find_app(self, client_id: str) -> AppRegistration | None:
        wanted = client_id.lower()
        return next((one for one in self.apps.values() if one.client_id == wanted), None)

    def replace_app(self, app: AppRegistration) -> None:
        """Puts a changed registration (dataclasses.replace) in the place of the one with the same key."""
        self.apps[app.key] = app

    def organization(self, name: str) -> Organization:
        """The organization with this name; KeyError for others. It may be changed in place."""
        return self.organizations[name.lower()]

    def find_organization(self, name: str) -> Organization | None:
        return self.organizations.get(name.lower())

    def pat(self, name: str) -> PersonalAccessToken:
        """The personal access token with this seeded name; KeyError for others. It may be changed in place."""
        return self.pats[name]

    def find_pat(self, value: str) -> PersonalAccessToken | None:
        """The token with this value, unless it was revoked."""
        presented = Secret(value)
        return next((one for one in self.pats.values() if one.value == presented and not one.revoked), None)

    def consented(self, app: AppRegistration, account: Account, tenant: Tenant) -> frozenset[str]:
        """What this person, or an administrator for all, agreed that the app may do."""
        own = self._consents.get((app.client_id, tenant.id, account.name), frozenset())
        return own | self._consents.get((app.client_id, tenant.id, ""), frozenset())

    def consent(
        self, app: AppRegistration, tenant: Tenant, scopes: Iterable[str], account: Account | None = None
    ) -> None:
        """Remembers a consent: of one person, or of the whole tenant when `account` is None."""
        key = (app.client_id, tenant.id, account.name if account else "")
        self._consents[key] = self._consents.get(key, frozenset()) | frozenset(scopes)

    def forget_consents(self) -> None:
        self._consents.clear()

    def revoke_sessions(self, account: Account, now: datetime) -> None:
        """Makes every refresh token issued to `account` up to `now` worthless (AADSTS50173)."""
        self._sessions_valid_from[account.name] = now

    def sessions_valid_from(self, account: Account) -> datetime | None:
        return self._sessions_valid_from.get(account.name)
