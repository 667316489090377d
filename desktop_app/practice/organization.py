"""An Azure DevOps organization: its projects, what is in them, its members and what each may do.

Rights are kept as the bits of Azure DevOps' own security namespaces; one rule (`Organization.bits`) answers both the
permission evaluation API and every other request, so the two can not disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Namespace(StrEnum):
    """Security namespaces (Learn, "Security namespace and permission reference")."""

    LIBRARY = "b7e84409-6553-448a-bbb2-af228e07cbeb"
    SERVICE_ENDPOINTS = "49b48001-ca20-4adc-8111-5b60c903a50c"
    PROJECT = "52d39943-cb85-4d7f-8fa8-c6baac873819"
    RELEASE_MANAGEMENT = "c788c23e-1b46-4162-8f5e-d7585343b5de"
    COLLECTION = "3e65f728-f8bc-4ecd-8764-7e378b19bfa7"


ACTIONS: dict[Namespace, tuple[tuple[int, str, str], ...]] = {
    Namespace.LIBRARY: (
        (1, "View", "View library item"),
        (2, "Administer", "Administer library item"),
        (4, "Create", "Create library item"),
        (8, "ViewSecrets", "View library item secrets"),
        (16, "Use", "Use library item"),
        (32, "Owner", "Owner library item"),
    ),
    Namespace.SERVICE_ENDPOINTS: (
        (1, "Use", "Use Endpoint"),
        (2, "Administer", "Administer Endpoint"),
        (4, "Create", "Create Endpoint"),
        (8, "ViewAuthorization", "View Authorization"),
        (16, "ViewEndpoint", "View Endpoint"),
    ),
    Namespace.PROJECT: (
        (1, "GENERIC_READ", "View project-level information"),
        (2, "GENERIC_WRITE", "Edit project-level information"),
        (4, "DELETE", "Delete team project"),
    ),
    Namespace.RELEASE_MANAGEMENT: (
        (1, "ViewReleaseDefinition", "View release pipeline"),
        (2, "EditReleaseDefinition", "Edit release pipeline"),
        (4, "DeleteReleaseDefinition", "Delete release pipeline"),
        (8, "ManageReleaseApprovers", "Manage release approvers"),
        (16, "ManageReleases", "Manage releases"),
        (32, "ViewReleases", "View releases"),
        (64, "CreateReleases", "Create releases"),
    ),
    Namespace.COLLECTION: (
        (1, "GENERIC_READ", "View instance-level information"),
        (2, "GENERIC_WRITE", "Edit instance-level information"),
        (4, "CREATE_PROJECTS", "Create new projects"),
    ),
}

ALL_BITS: dict[Namespace, int] = {
    namespace: sum(bit for bit, _, _ in actions) for namespace, actions in ACTIONS.items()
}


class LibraryRight:
    """Bits of Namespace.LIBRARY."""

    VIEW, ADMINISTER, CREATE, VIEW_SECRETS, USE, OWNER = 1, 2, 4, 8, 16, 32


class EndpointRight:
    """Bits of Namespace.SERVICE_ENDPOINTS."""

    USE, ADMINISTER, CREATE, VIEW_AUTHORIZATION, VIEW = 1, 2, 4, 8, 16


class ProjectRight:
    """Bits of Namespace.PROJECT."""

    READ, WRITE, DELETE = 1, 2, 4


class ReleaseRight:
    """Bits of Namespace.RELEASE_MANAGEMENT."""

    VIEW_DEFINITION, EDIT_DEFINITION, DELETE_DEFINITION = 1, 2, 4
    VIEW, CREATE = 32, 64


READER: dict[Namespace, int] = {
    Namespace.PROJECT: ProjectRight.READ,
    Namespace.LIBRARY: LibraryRight.VIEW,
    Namespace.RELEASE_MANAGEMENT: ReleaseRight.VIEW_DEFINITION | ReleaseRight.VIEW,
}
CONTRIBUTOR: dict[Namespace, int] = {
    Namespace.PROJECT: ProjectRight.READ,
    Namespace.LIBRARY: LibraryRight.VIEW | LibraryRight.CREATE | LibraryRight.USE,
    Namespace.RELEASE_MANAGEMENT: ALL_BITS[Namespace.RELEASE_MANAGEMENT] & ~ReleaseRight.DELETE_DEFINITION,
    Namespace.SERVICE_ENDPOINTS: EndpointRight.USE | EndpointRight.VIEW,
}
PROJECT_ADMINISTRATOR: dict[Namespace, int] = {
    namespace: bits for namespace, bits in ALL_BITS.items() if namespace is not Namespace.COLLECTION
}


class IdentityKind(StrEnum):
    USER = "user"
    SERVICE_PRINCIPAL = "servicePrincipal"


@dataclass(slots=True)
class Member:
    """Someone in Organization settings > Users. `rights` maps project id to the bits per namespace."""

    id: str
    """The identity's id inside Azure DevOps."""
    object_id: str
    """Its object id in the organization's tenant."""
    kind: IdentityKind
    name: str
    """User principal name, or the app's name."""
    display_name: str
    is_administrator: bool = False
    is_licensed: bool = True
    """False: access level Stakeholder, which leaves most of what is in a project closed."""
    rights: dict[str, dict[Namespace, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Project:
    id: str
    name: str
    description: str
    state: str = "wellFormed"
    visibility: str = "private"
    teams: tuple[str, ...] = ()


@dataclass(slots=True)
class Variable:
    value: str
    is_secret: bool = False
    is_read_only: bool = False


@dataclass(slots=True)
class VariableGroup:
    """A variable group. `projects` maps the ids of the projects it is shared with to its name there."""

    id: int
    name: str
    description: str
    kind: str
    variables: dict[str, Variable]
    projects: dict[str, str]
    created_by: str
    created_on: datetime
    modified_by: str
    modified_on: datetime
    provider: dict[str, object] | None = None


@dataclass(slots=True)
class ReleaseDefinition:
    id: int
    project_id: str
    name: str
    path: str
    created_by: str
    created_on: datetime
    revision: int = 1


@dataclass(slots=True)
class ServiceConnection:
    id: str
    project_id: str
    name: str
    kind: str
    url: str
    auth_scheme: str
    created_by: str


@dataclass(slots=True)
class PatPolicy:
    """What the tenant's administrators allow of personal access tokens."""

    global_allowed: bool = True
    full_scope_allowed: bool = True
    longest_days: int | None = None


@dataclass(slots=True)
class Organization:
    """One organization. `allows_anonymous`: it has public projects: connectionData answers 200 to a bad credential."""

    id: str
    name: str
    tenant_id: str
    projects: list[Project]
    members: dict[str, Member]
    """By object id."""
    groups: dict[int, VariableGroup] = field(default_factory=dict)
    releases: list[ReleaseDefinition] = field(default_factory=list)
    connections: list[ServiceConnection] = field(default_factory=list)
    allows_anonymous: bool = False
    pat_policy: PatPolicy = field(default_factory=PatPolicy)

    def project(self, name_or_id: str) -> Project | None:
        """The project with this id or name, in any case."""
        wanted = name_or_id.lower()
        return next((one for one in self.projects if wanted in (one.id, one.name.lower())), None)

    def member_by_name(self, name: str) -> Member:
        """The member with this user principal name or app name; KeyError for others."""
        found = next((one for one in self.members.values() if one.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def member_by_id(self, identity_id: str) -> Member | None:
        return next((one for one in self.members.values() if one.id == identity_id), None)

    def bits(self, member: Member, namespace: Namespace, project_id: str = "") -> int:
        """What `member` may do in one namespace, in one project or (COLLECTION) in the organization."""
        if member.is_administrator:
            return ALL_BITS[namespace]
        if namespace is Namespace.COLLECTION:
            return 1
        return member.rights.get(project_id, {}).get(namespace, 0)

    def may(self, member: Member, namespace: Namespace, project_id: str, wanted: int) -> bool:
        """True if `member` has all bits of `wanted`."""
        return self.bits(member, namespace, project_id) & wanted == wanted

    def visible_projects(self, member: Member) -> list[Project]:
        """The projects `member` can see, by name."""
        seen = [one for one in self.projects if self.may(member, Namespace.PROJECT, one.id, ProjectRight.READ)]
        return sorted(seen, key=lambda one: one.name.lower())
