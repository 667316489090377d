"""What the program needs from outside, as small interfaces; adapters live in infra and gui, fakes in tests.

Every failure that leaves a port is a ConnectionProblem with the Problem its docstring names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, Secret
from desktop_app.core.foreign_text import decoded_json
from desktop_app.core.permissions import Area, Namespace
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Profile, ProfileId

_MOST_DIGITS = 6  # of a number of seconds that a person could wait


class Clock(Protocol):
    """Time, so that tests can hold it still."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        ...


@dataclass(frozen=True, slots=True)
class Timeout:
    """Limits in seconds: to connect, between two bytes of the answer, and for everything together."""

    connect_s: float = 10.0
    read_s: float = 30.0
    total_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. The URL is https; a time limit is always there. Headers and body may hold secrets: never
    printed. Once `cancel` is requested it is not sent any more; what is on its way by then is waited for."""

    method: str
    url: str
    timeout: Timeout
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    cancel: Cancel | None = field(default=None, repr=False, compare=False)


REQUESTS_AT_ONCE = 32
"""Requests in flight in all, over all hosts and threads."""


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer, whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text; a UTF-8 byte order mark is dropped (Azure DevOps sends one at times)."""
        return self.body.decode("utf-8-sig", errors="replace")

    def json(self) -> Any:  # JSON has no static type
        """The decoded body. Raises ValueError when it is not JSON, RecursionError when it nests too deeply."""
        return decoded_json(self.text)

    @property
    def is_cut_json(self) -> bool:
        """True if the body begins like JSON and ends in the middle."""
        text = self.text.strip()
        return text[:1] in {"{", "["} and text[-1:] not in {"}", "]"}

    @property
    def retry_after_s(self) -> str:
        """Digits: how many seconds to wait, where told as a number (RFC 9110 section 10.2.3); else empty."""
        told = self.headers.get("retry-after", "").strip()
        return told if told.isascii() and told.isdigit() and len(told) <= _MOST_DIGITS else ""

    @property
    def is_json(self) -> bool:
        """True if the answer calls itself JSON."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower() in {"application/json", "text/json"}


class HttpSession(Protocol):
    """The one way to the network. Redirects are never followed; certificates are always checked; REQUESTS_AT_ONCE are
    in flight at most, the others wait.

    Raises Cancelled for a request whose `cancel` is requested before it is sent, and ConnectionProblem:
    NAME_NOT_RESOLVED, CONNECTION_REFUSED, CONNECTION_LOST, TIMED_OUT, TLS_FAILED,
    PROXY_FAILED, PROXY_UNREACHABLE, PROXY_AUTHENTICATION, PROXY_BLOCKED, CERTIFICATE_UNTRUSTED, CERTIFICATE_EXPIRED,
    CERTIFICATE_NOT_YET_VALID, CERTIFICATE_WRONG_HOST, CERTIFICATE_STRICT (facts: host, and issuer where known),
    ANSWER_CUT_OFF, ANSWER_TOO_LARGE, ANSWER_TOO_SLOW, ANSWER_NOT_UNDERSTOOD.
    """

    def send(self, request: Request) -> Response: ...


class SecretStore(Protocol):
    """Secrets by ProfileId.

    Raises ConnectionProblem: KEYRING_MISSING (no keyring at all), KEYRING_LOCKED (the person did not unlock it),
    KEYRING_REFUSED (it said no), KEYRING_DAMAGED (a part is missing or mixed up).
    """

    def get(self, key: ProfileId) -> Secret | None: ...

    def set(self, key: ProfileId, secret: Secret) -> None:
        """Store or replace. When it raises, the old secret is still there."""
        ...

    def delete(self, key: ProfileId) -> bool:
        """True if there was one."""
        ...

    def tidy(self, key: ProfileId) -> None:
        """Remove what a write that was interrupted left behind; the secret itself, if there is one, stays."""
        ...


class Turns(Protocol):
    """One at a time works on a connection's credential, over all threads and all processes of this user."""

    def turn(self, key: ProfileId) -> AbstractContextManager[None]:
        """Wait for the turn and hold it. Whoever holds it must not ask for it again.

        Never raises: a turn that another process does not give back is taken after a while.
        """
        ...

    def if_free(self, key: ProfileId) -> AbstractContextManager[bool]:
        """Hold the turn if nobody else does; gives whether it is held. Never raises."""
        ...

    def forget(self, key: ProfileId) -> None:
        """The connection is gone."""
        ...


class ProfileStore(Protocol):
    """Profiles, in the order they were added.

    Raises ConnectionProblem: PROFILE_FILE_UNREADABLE, PROFILE_FILE_UNWRITABLE (facts: why, one of those in
    infra/file_faults.py), and PROFILE_FILE_NEWER where something is to be changed.
    """

    @property
    def read_only(self) -> ConnectionProblem | None:
        """PROFILE_FILE_NEWER if what was read the last time is of a later version: nothing is written then."""
        ...

    @property
    def whole(self) -> bool:
        """False once something was broken or gone since the start: profiles may be missing that nobody removed."""
        ...

    def noticed(self) -> tuple[ConnectionProblem, ...]:
        """What somebody is to be told since this was last asked; nothing of it stands in the way. Does not block.

        PROFILE_FILE_RESTORED, PROFILE_FILE_MISSING (facts: copied_at), PROFILE_FILE_PARTLY_READ (facts: unread, lost),
        PROFILE_FILE_BEGUN_ANEW, PROFILE_FILE_REMOVED, PROFILE_FILE_NEWER (facts: version, unread); `kept` is where
        what was broken lies now."""
        ...

    def load(self) -> tuple[Profile, ...]: ...

    def save(self, profile: Profile) -> None:
        """Add or replace by id, without losing what another process wrote meanwhile."""
        ...

    def update(self, key: ProfileId, change: Callable[[Profile], Profile]) -> Profile:
        """Replace a profile by what `change` makes of it as it stands now; returns that. Raises PROFILE_GONE too.

        Nobody else writes between reading and writing; `change` is quick and keeps the id. What threads ask for at the
        same time may be written together: this is the way to store many results.
        """
        ...

    def remove(self, key: ProfileId) -> bool:
        """True if there was one."""
        ...


class SignInSurface(Protocol):
    """Something that shows a sign-in page to a person."""

    def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
        """Show `start_url`; return the full URL the page was sent to once it begins with `redirect_uri`.

        Blocks the calling (worker) thread. Raises Cancelled, or ConnectionProblem: SIGN_IN_TIMED_OUT,
        SIGN_IN_PAGE_FAILED, SIGN_IN_HOST_REFUSED, CERTIFICATE_UNTRUSTED, PROXY_FAILED, VIEW_UNAVAILABLE,
        LOOPBACK_UNAVAILABLE, or the Entra problem read from an error page (facts: aadsts). The returned URL holds the
        authorization code: it is never logged.
        """
        ...


class RememberedHosts(Protocol):
    """Hosts that a person said belong to their organization's own sign-in. Never raises: what can not be kept is asked
    again.

    `place` names a tenant at a login host; hosts are in lower case, international names in their ASCII form.
    """

    def of(self, place: str) -> frozenset[str]: ...

    def remember(self, place: str, hosts: Iterable[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class OrganizationTenant:
    """What an organization tells without a credential. `tenant_id` is empty if it did not say.

    `personal` means that the organization lives on personal Microsoft accounts: Entra can not sign in to it.
    """

    tenant_id: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """The account Azure DevOps saw behind a token. Never the anonymous one."""

    id: str
    display_name: str
    username: str = ""
    descriptor: str = ""
    is_service_principal: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """A project as its list shows it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to Azure DevOps and how it was answered, for an auditor; no header and no body.

    `status` 0 where no answer came; `outcome` is "ok" or the value of a Problem. `at` is aware UTC.
    """

    at: datetime
    method: str
    url: str
    status: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Right:
    """One bit of a security namespace."""

    namespace: Namespace
    bit: int


ORGANIZATION_AT_ONCE = 8
"""Requests in flight at one organization, over all threads."""


class EmptyAnswer(StrEnum):
    """How Azure DevOps takes a request to make something out of nothing (`ask_with_empty_body`).

    LET_THROUGH: it found fault with the body, so the token's scope was accepted. DENIED: it was accepted, but the
    account may not. REFUSED: the scope is missing.
    """

    LET_THROUGH = "let-through"
    DENIED = "denied"
    REFUSED = "refused"


class AzureDevOps(Protocol):
    """Reads from Azure DevOps. Sends only GET and HEAD, but for `ask_with_empty_body`.

    Success is 200, JSON, and an identity that is not the anonymous one. Raises ConnectionProblem:
    ORGANIZATION_NOT_FOUND, CREDENTIAL_REJECTED, CREDENTIAL_ANONYMOUS, PAT_EXPIRED, NOT_IN_ORGANIZATION,
    APP_NOT_IN_ORGANIZATION (facts: object_id), SCOPE_MISSING, PERMISSION_DENIED, POLICY_BLOCKED, PROJECT_NOT_FOUND,
    LICENCE_MISSING, SIGN_IN_NOT_ACCEPTED, API_NOT_OFFERED, THROTTLED, SERVICE_UNAVAILABLE, REDIRECTED, NOT_JSON,
    ANSWER_CUT_OFF, ANSWER_NOT_UNDERSTOOD, CONFLICT, DEVOPS_UNEXPECTED, and those of HttpSession.
    """

    def organization_tenant(self, cloud: Cloud, organization: str) -> OrganizationTenant: ...

    def identity(self, cloud: Cloud, organization: str, token: AccessToken) -> Identity: ...

    def projects(self, cloud: Cloud, organization: str, token: AccessToken) -> tuple[Project, ...]:
        """All projects the identity can see, page by page."""
        ...

    def count_variable_groups(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        """How many the first page shows: a probe, so at most one."""
        ...

    def count_release_definitions(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        """As above."""
        ...

    def count_service_connections(self, cloud: Cloud, organization: str, project: Project, token: AccessToken) -> int:
        """As above, but Azure DevOps has no page size here: all of them."""
        ...

    def count_teams(self, cloud: Cloud, organization: str, token: AccessToken) -> int:
        """At most one. Other than the list of projects it is only let through with the scope vso.project."""
        ...

    def probe_scope(self, cloud: Cloud, organization: str, project: Project, scope: str, token: AccessToken) -> None:
        """One read that is let through with `scope` (one of READABLE_SCOPES) or what includes it; raises like the
        others, SCOPE_MISSING or PERMISSION_DENIED when it is not."""
        ...

    def security_bits(
        self, cloud: Cloud, organization: str, namespace: Namespace, token: AccessToken
    ) -> Mapping[str, int]:
        """The bit of each action of a security namespace, by the action's name."""
        ...

    def may(
        self,
        cloud: Cloud,
        organization: str,
        right: Right,
        projects: Sequence[Project],
        token: AccessToken,
    ) -> tuple[bool, ...]:
        """Whether the calling account has the right in each of `projects`: evaluated by Azure DevOps (a GET), whatever
        the token's scopes are."""
        ...

    def ask_with_empty_body(
        self, cloud: Cloud, organization: str, project: Project, area: Area, token: AccessToken
    ) -> EmptyAnswer:
        """POST `{}` where a variable group or a release definition would be made: nothing can come of it, but the
        refusal tells whether the scope was let through. For Area.VARIABLE_GROUPS and Area.RELEASES only.

        An answer that fits none of the three raises DEVOPS_UNEXPECTED; something may have been made:
        EMPTY_REQUEST_ACCEPTED.
        """
        ...

    def organizations(self, cloud: Cloud, token: AccessToken) -> tuple[str, ...]:
        """The names of all organizations a signed-in person belongs to, sorted. Entra sign-ins only: a personal access
        token or an app is refused, or gets none."""
        ...

    def watched(self, on_exchange: Callable[[Exchange], None]) -> AzureDevOps:
        """The same, with every request from now on reported to `on_exchange`, from whatever thread sent it."""
        ...

    def until(self, cancel: Cancel) -> AzureDevOps:
        """The same, but sending nothing more once `cancel` is requested: Cancelled is raised instead."""
        ...


Progress = Callable[[object], None]
"""How work tells its caller about a step: a value, from the worker's thread."""
