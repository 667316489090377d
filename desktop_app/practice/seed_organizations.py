"""The two seeded organizations: projects, variable groups, release definitions, service connections and members.

Rights are chosen so that each verdict of a permission check occurs: all, some and none.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop_app.practice.derivation import guid
from desktop_app.practice.directory import Account, AppRegistration, Tenant
from desktop_app.practice.organization import (
    CONTRIBUTOR,
    PROJECT_ADMINISTRATOR,
    READER,
    IdentityKind,
    Member,
    Namespace,
    Organization,
    Project,
    ReleaseDefinition,
    ServiceConnection,
    Variable,
    VariableGroup,
)

_CONTOSO_PROJECTS = (
    ("Billing", "Invoices and payments"),
    ("Data Platform", "Pipelines, lake and reports"),
    ("Documentation", "Manuals for customers"),
    ("Identity", "Sign-in and accounts"),
    ("Infrastructure", "Networks, machines, certificates"),
    ("Intranet", "Pages for colleagues"),
    ("Mobile App", "Apps for phones and tablets"),
    ("Payments Gateway", "Card and bank payments"),
    ("Reporting", "Monthly figures"),
    ("Search", "Search in the shop"),
    ("Shop", "The web shop"),
    ("Support Tools", "What the help desk uses"),
    ("Warehouse", "Stock and deliveries"),
    ("Website", "The public website"),
)
_CONTOSO_GROUPS = (
    (
        "Billing",
        "billing-production",
        {"API_URL": ("https://billing.contoso.example", False), "API_KEY": ("k-1", True)},
    ),
    ("Billing", "billing-test", {"API_URL": ("https://billing-test.contoso.example", False)}),
    ("Shop", "shop-production", {"DB_HOST": ("db.contoso.example", False), "DB_PASSWORD": ("p-1", True)}),
    ("Shop", "shop-test", {"DB_HOST": ("db-test.contoso.example", False)}),
    ("Website", "website-settings", {"THEME": ("summer", False), "CDN_KEY": ("c-1", True)}),
    ("Infrastructure", "shared-certificates", {"PFX_PASSWORD": ("q-1", True)}),
)
_CONTOSO_RELEASES = (("Shop", "Shop to production"), ("Shop", "Shop to test"), ("Website", "Publish website"))
_CONTOSO_CONNECTIONS = (
    ("Shop", "contoso-subscription", "azurerm", "https://management.azure.com/", "ServicePrincipal"),
    ("Shop", "container-registry", "dockerregistry", "https://registry.contoso.example/", "UsernamePassword"),
    ("Website", "website-host", "generic", "https://www.contoso.example/", "UsernamePassword"),
    ("Infrastructure", "contoso-subscription-infra", "azurerm", "https://management.azure.com/", "ServicePrincipal"),
)
_READER_SEES = ("Documentation", "Shop", "Website")


def contoso_organization(
    tenant: Tenant,
    people: tuple[Account, Account, Account, Account],
    automation: AppRegistration,
    nightly_sync: AppRegistration,
    now: datetime,
) -> Organization:
    """Organization "contoso". `people`: its administrator, who may only look, a guest, who has no licence."""
    administrator, reader, guest, stakeholder = people
    organization = Organization(
        guid("organization/contoso"),
        "contoso",
        tenant.id,
        projects=[_project("contoso", name, description) for name, description in _CONTOSO_PROJECTS],
        members={},
    )
    every_project = tuple(name for name, _ in _CONTOSO_PROJECTS)
    for member in (
        user_member(administrator, tenant, is_administrator=True),
        _with_rights(organization, user_member(reader, tenant), _READER_SEES, READER),
        _with_rights(organization, user_member(guest, tenant), ("Website",), CONTRIBUTOR),
        _with_rights(
            organization, user_member(stakeholder, tenant, is_licensed=False), ("Shop", "Website"), CONTRIBUTOR
        ),
        _with_rights(organization, app_member(automation, tenant), every_project, PROJECT_ADMINISTRATOR),
        _with_rights(organization, app_member(nightly_sync, tenant), ("Shop",), CONTRIBUTOR),
    ):
        organization.members[member.object_id] = member
    _fill(organization, author=administrator.display_name, now=now)
    return organization


def fabrikam_organization(tenant: Tenant, administrator: Account, now: datetime) -> Organization:
    """Organization "fabrikam", in the other tenant."""
    projects = [_project("fabrikam", "Factory", "Machines and schedules"), _project("fabrikam", "Fleet", "Vehicles")]
    organization = Organization(guid("organization/fabrikam"), "fabrikam", tenant.id, projects, members={})
    member = user_member(administrator, tenant, is_administrator=True)
    organization.members[member.object_id] = member
    _add_group(
        organization, "Factory", "factory-settings", {"LINE": ("7", False)}, author=administrator.display_name, now=now
    )
    return organization


def user_member(
    account: Account, tenant: Tenant, *, is_administrator: bool = False, is_licensed: bool = True
) -> Member:
    """The member that `account` is in an organization of `tenant`; no rights yet."""
    object_id = account.object_id(tenant)
    return Member(
        identity_id(object_id),
        object_id,
        IdentityKind.USER,
        account.name,
        account.display_name,
        is_administrator=is_administrator,
        is_licensed=is_licensed,
    )


def app_member(app: AppRegistration, tenant: Tenant) -> Member:
    """The member that the service principal of `app` is; no rights yet."""
    object_id = app.service_principal_id(tenant)
    return Member(identity_id(object_id), object_id, IdentityKind.SERVICE_PRINCIPAL, app.name, app.name)


def identity_id(object_id: str) -> str:
    """The id inside Azure DevOps of an Entra object."""
    return guid(f"identity/{object_id}")


def _project(organization: str, name: str, description: str) -> Project:
    return Project(guid(f"project/{organization}/{name}"), name, description, teams=(f"{name} Team",))


def _with_rights(
    organization: Organization, member: Member, projects: tuple[str, ...], rights: dict[Namespace, int]
) -> Member:
    for name in projects:
        project = organization.project(name)
        if project is not None:
            member.rights[project.id] = dict(rights)
    return member


def _fill(organization: Organization, author: str, now: datetime) -> None:
    ids = {project.name: project.id for project in organization.projects}
    for project, name, variables in _CONTOSO_GROUPS:
        _add_group(organization, project, name, variables, author=author, now=now)
    for number, (project, name) in enumerate(_CONTOSO_RELEASES, start=1):
        created_on = now - timedelta(days=200 - number)
        organization.releases.append(ReleaseDefinition(number, ids[project], name, "\\", author, created_on))
    for project, name, kind, url, scheme in _CONTOSO_CONNECTIONS:
        connection_id = guid(f"connection/{project}/{name}")
        organization.connections.append(ServiceConnection(connection_id, ids[project], name, kind, url, scheme, author))


def _add_group(
    organization: Organization,
    project_name: str,
    name: str,
    variables: dict[str, tuple[str, bool]],
    *,
    author: str,
    now: datetime,
) -> None:
    number = len(organization.groups) + 1
    project = organization.project(project_name)
    created_on = now - timedelta(days=100 - number)
    organization.groups[number] = VariableGroup(
        id=number,
        name=name,
        description="",
        kind="Vsts",
        variables={key: Variable(value, secret) for key, (value, secret) in variables.items()},
        projects={project.id: name} if project else {},
        created_by=author,
        created_on=created_on,
        modified_by=author,
        modified_on=created_on,
    )
