"""The concrete world that the practice cloud starts with: two tenants, two organizations, and who may do what.

Every id and secret is derived from its name (derivation.py), so it is the same in every run; dates count from `now`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from desktop_app.core.credential import Secret
from desktop_app.practice.derivation import client_secret, guid, personal_access_token
from desktop_app.practice.directory import (
    NATIVE_CLIENT,
    Account,
    AppRegistration,
    AppSecret,
    Directory,
    PersonalAccessToken,
    Platform,
    RedirectUri,
    Tenant,
)
from desktop_app.practice.organization import Organization
from desktop_app.practice.seed_organizations import contoso_organization, fabrikam_organization

CONTOSO = Tenant(guid("tenant/contoso"), "contoso.example", "Contoso")
FABRIKAM = Tenant(guid("tenant/fabrikam"), "fabrikam.example", "Fabrikam")

ADMINISTRATOR = Account("admin@contoso.example", "Contoso Administrator", CONTOSO, is_administrator=True)
READER = Account("reader@contoso.example", "Contoso Reader", CONTOSO)
GUEST = Account(
    "guest@fabrikam.example",
    "Fabrikam Guest",
    FABRIKAM,
    guest_of=frozenset({CONTOSO.id}),
    is_administrator=True,
)
NEWCOMER = Account("newcomer@contoso.example", "Contoso Newcomer", CONTOSO)
STAKEHOLDER = Account("stakeholder@contoso.example", "Contoso Stakeholder", CONTOSO)

FOUR_SCOPES = "vso.variablegroups_manage vso.release_execute vso.project vso.serviceendpoint_query"
WIDE_SCOPES = f"{FOUR_SCOPES} vso.code_write vso.build_execute vso.work vso.graph"
FULL_ACCESS = "app_token"
READ_ONLY_SCOPES = "vso.variablegroups_read vso.release vso.project vso.serviceendpoint"
_PERMISSIONS = frozenset(
    {"user_impersonation", "vso.project_write", "vso.variablegroups_manage", "vso.variablegroups_write"}
)
WEB_CALLBACK = "https://secrets.example.com/organization/app-connections/azure/oauth/callback"
LOOPBACK = "http://localhost"


def seeded_directory(now: datetime) -> Directory:
    """The directory of a fresh practice cloud at `now` (aware UTC)."""
    apps = _apps(now)
    by_key = {app.key: app for app in apps}
    organizations = (
        contoso_organization(
            CONTOSO, (ADMINISTRATOR, READER, GUEST, STAKEHOLDER), by_key["automation"], by_key["expired-secret"], now
        ),
        fabrikam_organization(FABRIKAM, GUEST, now),
    )
    return Directory(
        tenants=(CONTOSO, FABRIKAM),
        accounts=(ADMINISTRATOR, READER, GUEST, NEWCOMER, STAKEHOLDER),
        apps=apps,
        organizations=organizations,
        pats=_pats(organizations, now),
    )


def _apps(now: datetime) -> tuple[AppRegistration, ...]:
    web_redirects = (RedirectUri(WEB_CALLBACK, Platform.WEB), RedirectUri(LOOPBACK, Platform.WEB))
    return (
        AppRegistration(
            "web",
            "Contoso Secrets Platform",
            guid("app/web"),
            CONTOSO,
            redirects=web_redirects,
            secrets=(_secret("web", now + timedelta(days=180)),),
            permissions=_PERMISSIONS,
        ),
        AppRegistration(
            "desktop",
            "Contoso Desktop Connector",
            guid("app/desktop"),
            CONTOSO,
            redirects=(RedirectUri(NATIVE_CLIENT, Platform.DESKTOP), RedirectUri(LOOPBACK, Platform.DESKTOP)),
            permissions=_PERMISSIONS,
            multi_tenant=True,
            allows_public_flows=True,
        ),
        AppRegistration(
            "expired-secret",
            "Contoso Nightly Sync",
            guid("app/expired-secret"),
            CONTOSO,
            redirects=(RedirectUri(LOOPBACK, Platform.WEB),),
            secrets=(_secret("expired-secret", now - timedelta(days=20)),),
            permissions=_PERMISSIONS,
        ),
        AppRegistration(
            "not-in-organization",
            "Contoso Reports",
            guid("app/not-in-organization"),
            CONTOSO,
            redirects=(RedirectUri(LOOPBACK, Platform.WEB),),
            secrets=(_secret("not-in-organization", now + timedelta(days=300)),),
        ),
        AppRegistration(
            "automation",
            "Contoso Automation",
            guid("app/automation"),
            CONTOSO,
            redirects=(RedirectUri(LOOPBACK, Platform.WEB),),
            secrets=(_secret("automation", now + timedelta(days=365)),),
            graph_permissions=frozenset({"Application.ReadWrite.OwnedBy"}),
            owners=frozenset({guid("app/automation")}),
        ),
    )


def _secret(key: str, expires_at: datetime) -> AppSecret:
    value = Secret(client_secret(f"app/{key}"))
    return AppSecret(value, expires_at, guid(f"secret/{key}"), "Practice secret", expires_at - timedelta(days=365))


def _pats(organizations: Iterable[Organization], now: datetime) -> tuple[tuple[str, PersonalAccessToken], ...]:
    contoso, fabrikam = organizations
    soon = now + timedelta(days=90)
    return (
        ("four-scopes", _pat("four-scopes", FOUR_SCOPES, ADMINISTRATOR, contoso, now=now, valid_to=soon)),
        ("read-only", _pat("read-only", READ_ONLY_SCOPES, ADMINISTRATOR, contoso, now=now, valid_to=soon)),
        ("wide", _pat("wide", WIDE_SCOPES, ADMINISTRATOR, contoso, now=now, valid_to=soon)),
        ("full-access", _pat("full-access", FULL_ACCESS, ADMINISTRATOR, contoso, now=now, valid_to=soon)),
        ("expired", _pat("expired", FOUR_SCOPES, ADMINISTRATOR, contoso, now=now, valid_to=now - timedelta(days=3))),
        ("other-organization", _pat("other-organization", FOUR_SCOPES, GUEST, fabrikam, now=now, valid_to=soon)),
    )


def _pat(
    name: str, scope: str, owner: Account, organization: Organization, *, now: datetime, valid_to: datetime
) -> PersonalAccessToken:
    return PersonalAccessToken(
        authorization_id=guid(f"pat/{name}"),
        display_name=f"Practice {name}",
        value=Secret(personal_access_token(f"pat/{name}")),
        scope=scope,
        owner=owner,
        organizations=frozenset({organization.id}),
        valid_from=now - timedelta(days=30),
        valid_to=valid_to,
    )
