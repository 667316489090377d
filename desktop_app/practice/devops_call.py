"""One call to Azure DevOps: which operation it is, who makes it, and whether the credential reaches that far.

Order, as on the real service: organization, identity, scope, api-version, and only then the operation itself.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from werkzeug.wrappers import Request, Response

from desktop_app.practice.devops_errors import (
    Challenge,
    EmptyRefusal,
    VssFault,
    invalid_argument,
    not_authorized,
    permission_missing,
    project_missing,
    service_principal_unknown,
    token_expired,
)
from desktop_app.practice.directory import Account
from desktop_app.practice.organization import Member, Namespace, Organization, Project, ProjectRight
from desktop_app.practice.scopes import allows
from desktop_app.practice.state import CloudState
from desktop_app.practice.tokens import AccessClaims, read_access_token

ANY_SCOPE: frozenset[str] = frozenset()
"""Part of what every scope includes (connectionData, permission evaluation), as the client libraries Microsoft
publishes rely on."""
_VERSION = re.compile(r"(\d+)\.(\d+)(-preview(?:\.\d+)?)?")
_NEWEST = (7, 2)


class CredentialKind(Enum):
    PAT = auto()
    USER_TOKEN = auto()
    APP_TOKEN = auto()
    ANONYMOUS = auto()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `scopes` is None where no scope narrows (an app's own token); `account` is None for an app."""

    kind: CredentialKind
    scopes: frozenset[str] | None
    account: Account | None = None
    claims: AccessClaims | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose caller is known. `member` is the caller in `organization` (never the anonymous one)."""

    state: CloudState
    request: Request
    organization: Organization
    member: Member
    caller: Caller

    def project(self, name_or_id: str) -> Project:
        """The project, if it exists and the caller can see it. VssFault 404 otherwise."""
        project = self.organization.project(name_or_id)
        if project is None or not self.may(Namespace.PROJECT, project, ProjectRight.READ):
            raise project_missing(name_or_id)
        return project

    def may(self, namespace: Namespace, project: Project, wanted: int) -> bool:
        return self.organization.may(self.member, namespace, project.id, wanted)

    def require(self, namespace: Namespace, project: Project, wanted: int, permission: str) -> None:
        """VssFault 403 unless the caller has the right in `project`."""
        if not self.may(namespace, project, wanted):
            raise permission_missing(self.member.display_name, permission, project.name)

    def body(self) -> object:
        """The JSON body. VssFault 400 if it is none."""
        try:
            return json.loads(self.request.get_data())
        except ValueError:
            raise invalid_argument("The request body is not valid JSON.", "VssPropertyValidationException") from None

    def body_object(self) -> dict[str, object]:
        content = self.body()
        if not isinstance(content, dict):
            raise invalid_argument("Value cannot be null. Parameter name: the request body", "ArgumentNullException")
        return content

    def number(self, name: str, default: int) -> int:
        """An integer query parameter. VssFault 400 if it is not one or negative."""
        text = self.request.args.get(name)
        if text is None:
            return default
        if not text.isdecimal():
            raise invalid_argument(f"The value '{text}' is not valid for {name}.", "VssPropertyValidationException")
        return int(text)


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation: `path` in werkzeug's syntax, the scopes of which any will do, who may call it."""

    method: str
    path: str
    answer: Callable[..., Response]
    """Called with the Call and the variables of the path."""
    scopes: frozenset[str] = ANY_SCOPE
    preview: bool = False
    """Wants a -preview api-version."""
    entra_user_only: bool = False
    feature: str = ""
    """What a licence is needed for; empty where none is."""
    anonymous: Callable[[CloudState, Organization], Response] | None = None


def identify(state: CloudState, request: Request) -> Caller:
    """Reads the Authorization header. Raises Challenge, or VssFault for an expired personal access token."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _from_pat(state, value.strip())
    if scheme.lower() == "bearer":
        return _from_access_token(state, value.strip())
    raise Challenge


def _from_pat(state: CloudState, encoded: str) -> Caller:
    try:
        _, _, value = base64.b64decode(encoded, validate=True).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Challenge from None
    pat = state.directory.find_pat(value)
    if pat is None:
        raise Challenge
    if pat.valid_to <= state.now():
        raise token_expired()
    return Caller(CredentialKind.PAT, pat.scopes, pat.owner)


def _from_access_token(state: CloudState, value: str) -> Caller:
    claims = read_access_token(value)
    if claims is None or not claims.for_azure_devops or claims.expires_at <= state.now().timestamp():
        raise Challenge
    if claims.is_app:
        return Caller(CredentialKind.APP_TOKEN, None, claims=claims)
    tenant = state.directory.find_tenant(claims.tenant_id)
    account = state.directory.find_account_by_object(claims.object_id, tenant) if tenant else None
    if account is None:
        raise Challenge
    return Caller(CredentialKind.USER_TOKEN, claims.scopes, account, claims)


def membership(state: CloudState, request: Request, organization: Organization, caller: Caller) -> Member:
    """The caller as a member of `organization`. Challenge (PAT of another one), TF400813 or TF401444."""
    claims = caller.claims
    if claims is not None and caller.kind is CredentialKind.APP_TOKEN:
        member = organization.members.get(claims.object_id)
        if claims.tenant_id != organization.tenant_id or member is None:
            raise service_principal_unknown(claims.tenant_id, claims.object_id)
        return member
    account = caller.account
    if account is None:
        raise Challenge
    if claims is not None and claims.tenant_id != organization.tenant_id:
        raise not_authorized(account.name)
    if caller.kind is CredentialKind.PAT and not _pat_reaches(state, request, organization):
        raise Challenge
    tenant = state.directory.find_tenant(organization.tenant_id)
    member = organization.members.get(account.object_id(tenant)) if tenant else None
    if member is None:
        raise not_authorized(account.name)
    return member


def _pat_reaches(state: CloudState, request: Request, organization: Organization) -> bool:
    authorization = request.authorization
    pat = state.directory.find_pat(authorization.password or "") if authorization else None
    return pat is not None and (pat.organizations is None or organization.id in pat.organizations)


def check_reach(operation: Operation, caller: Caller) -> None:
    """EmptyRefusal unless the credential's kind and scopes allow `operation`."""
    if operation.entra_user_only and caller.kind is not CredentialKind.USER_TOKEN:
        raise EmptyRefusal
    if operation.scopes == ANY_SCOPE or caller.scopes is None:
        return
    if not allows(caller.scopes, operation.scopes):
        raise EmptyRefusal


def check_version(operation: Operation, request: Request) -> None:
    """VssFault 400 if the api-version is missing, unknown, or not a preview one where it must be."""
    version = request.args.get("api-version") or _version_in_accept(request.headers.get("Accept", ""))
    if not version:
        raise VssFault(
            400,
            "VssVersionNotSpecifiedException",
            f'No api-version was supplied for the "{request.method}" request. The version must be supplied either as '
            "part "
            'of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. '
            '"?api-version=1.0").',
        )
    parsed = _VERSION.fullmatch(version)
    if parsed is None:
        raise VssFault(400, "VssInvalidApiVersionException", f"The api-version {version} is not valid.")
    if (int(parsed[1]), int(parsed[2])) > _NEWEST:
        raise VssFault(
            400,
            "VssVersionOutOfRangeException",
            f"The requested REST API version of {version} is out of range for this server. The latest REST API "
            "version this "
            "server supports is 7.2.",
        )
    if operation.preview and not parsed[3]:
        raise VssFault(
            400,
            "VssInvalidPreviewVersionException",
            f'The requested version "{version}" of the resource is under preview. The -preview flag must be supplied '
            "in "
            f'the api-version for such requests. For example: "{version}-preview"',
        )


def _version_in_accept(accept: str) -> str:
    found = re.search(r"api-version=([^;,\s]+)", accept)
    return found[1] if found else ""


def listed(values: Sequence[object]) -> dict[str, object]:
    """The envelope of every list."""
    return {"count": len(values), "value": list(values)}
