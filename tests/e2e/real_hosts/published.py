"""What Microsoft publishes about the requests that a client may send, and what of one request departs from it.

Azure DevOps: MicrosoftDocs/vsts-rest-api-specs, version 7.1 (paths, query parameters, required ones, api-version), and
"Get started with the REST APIs" (authentication). Entra: "Microsoft identity platform and OAuth 2.0 authorization code
flow", "... client credentials flow"; RFC 6749, RFC 7636 and OpenID Connect Discovery 1.0. Shares nothing with the
program and its practice cloud. Standard library only.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

DEVOPS_RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"
_GUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_ORGANIZATION = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?"
_TENANT = r"[A-Za-z0-9.-]+"
_CODE_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")  # RFC 7636 section 4.1
_CODE_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}")  # section 4.2: base64url of a SHA-256, without padding
_FORM = "application/x-www-form-urlencoded"
_REST = "Accept"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came: header names in lower case, `target` the path with its query."""

    host: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode("ascii", "replace"), keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """One published operation. `query` are the parameters it has, `versions` what api-version may be (empty: none)."""

    name: str
    host: str
    path: re.Pattern[str]
    methods: frozenset[str] = frozenset({"GET"})
    query: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()
    signed: bool = True
    """True if it is asked with a credential, False if without one."""


def _rest(name: str, host: str, path: str, query: str, version: str = "7.1") -> Operation:
    released = {version} if "preview" in version else {version, f"{version}-preview"}
    versions = frozenset(
        released | {f"{one}.{number}" for one in released if "preview" in one for number in range(1, 5)}
    )
    return Operation(name, host, re.compile(path), query=frozenset(query.split()), versions=versions)


_AUTHORIZE_PARAMETERS = frozenset(
    {
        *("client_id", "response_type", "redirect_uri", "scope", "response_mode", "state", "nonce", "prompt"),
        *("login_hint", "domain_hint", "code_challenge", "code_challenge_method", "claims"),
        "client_info",  # not documented; every one of Microsoft's own libraries (MSAL) sends it
    }
)

_TEAMS = "$mine $top $skip $expandIdentity"
_READS = (
    _rest(
        "Repositories - List",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/git/repositories",
        "includeLinks includeAllUrls includeHidden",
    ),
    _rest(
        "Build Definitions - List",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/build/definitions",
        "name repositoryId repositoryType queryOrder $top continuationToken minMetricsTime definitionIds path "
        "builtAfter notBuiltAfter includeAllProperties includeLatestBuilds taskIdFilter processType yamlFilename",
    ),
    _rest("Work Item Types - List", "dev.azure.com", f"/{_ORGANIZATION}/[^/]+/_apis/wit/workitemtypes", ""),
    _rest("Wikis - List", "dev.azure.com", f"/{_ORGANIZATION}/[^/]+/_apis/wiki/wikis", ""),
    _rest(
        "Taskgroups - List",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/distributedtask/taskgroups",
        "expanded taskIdFilter deleted $top continuationToken queryOrder",
    ),
    # Not on Learn; the client libraries that Microsoft publishes ask with a preview version.
    _rest(
        "Securefiles - Get Secure Files",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/distributedtask/securefiles",
        "namePattern includeDownloadTickets actionFilter",
        "7.1-preview",
    ),
    _rest(
        "Pools - Get Agent Pools",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/distributedtask/pools",
        "poolName properties poolType actionFilter",
    ),
    _rest(
        "Users - List",
        "vssps.dev.azure.com",
        f"/{_ORGANIZATION}/_apis/graph/users",
        "subjectTypes continuationToken scopeDescriptor",
        "7.1-preview",
    ),
)

OPERATIONS = (
    Operation(
        "tenant of the organization",
        "dev.azure.com",
        re.compile(f"/{_ORGANIZATION}/?"),
        frozenset({"HEAD"}),
        signed=False,
    ),
    # Not in the specification; the client libraries that Microsoft publishes ask with a preview version.
    _rest(
        "connection data",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/connectionData",
        "connectOptions lastChangeId lastChangeId64",
        "7.1-preview",
    ),
    _rest(
        "Projects - List",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/projects",
        "stateFilter $top $skip continuationToken getDefaultTeamImageUrl",
    ),
    _rest("Teams - Get All Teams", "dev.azure.com", f"/{_ORGANIZATION}/_apis/teams", _TEAMS, "7.1-preview"),
    _rest(
        "Security Namespaces - Query",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/securitynamespaces/{_GUID}",
        "localOnly",
    ),
    _rest(
        "Permissions - Has Permissions",
        "dev.azure.com",
        f"/{_ORGANIZATION}/_apis/permissions/{_GUID}/[0-9]+",
        "tokens alwaysAllowAdministrators delimiter",
    ),
    *_READS,
    _rest(
        "Variablegroups - Get Variable Groups",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/distributedtask/variablegroups",
        "groupName actionFilter $top continuationToken queryOrder",
    ),
    _rest(
        "Endpoints - Get Service Endpoints",
        "dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/serviceendpoint/endpoints",
        "type authSchemes endpointIds owner includeFailed includeDetails actionFilter",
    ),
    _rest(
        "Definitions - List",
        "vsrm.dev.azure.com",
        f"/{_ORGANIZATION}/[^/]+/_apis/release/definitions",
        "searchText $expand artifactType artifactSourceId $top continuationToken queryOrder path isExactNameMatch "
        "tagFilter propertyFilters definitionIdFilter isDeleted searchTextContainsFolderName",
    ),
    _rest(
        "Profiles - Get",
        "app.vssps.visualstudio.com",
        f"/_apis/profile/profiles/(?:me|{_GUID})",
        "details withAttributes partition coreAttributes forceRefresh",
    ),
    _rest("Accounts - List", "app.vssps.visualstudio.com", "/_apis/accounts", "ownerId memberId properties"),
    Operation(
        "OpenID configuration",
        "login.microsoftonline.com",
        re.compile(rf"/{_TENANT}/v2\.0/\.well-known/openid-configuration"),
        signed=False,
    ),
    Operation(
        "authorize",
        "login.microsoftonline.com",
        re.compile(rf"/{_TENANT}/oauth2/v2\.0/authorize"),
        query=_AUTHORIZE_PARAMETERS,
        signed=False,
    ),
    Operation(
        "token",
        "login.microsoftonline.com",
        re.compile(rf"/{_TENANT}/oauth2/v2\.0/token"),
        frozenset({"POST"}),
        signed=False,
    ),
)


def operation_of(seen: Seen) -> Operation | None:
    """The published operation that a request is."""
    return next((one for one in OPERATIONS if one.host == seen.host and one.path.fullmatch(seen.path)), None)


def deviations_of(seen: Seen, redirect_uris: Iterable[str]) -> list[str]:
    """Whole sentences about everything that departs from what is published; `redirect_uris` are the registered ones."""
    operation = operation_of(seen)
    where = f"{seen.method} https://{seen.host}{seen.path}"
    if operation is None:
        return [f"{where}: there is no such operation"]
    faults = [*_common(seen, operation)]
    match operation.name:
        case "authorize":
            faults += _authorize(seen.query, set(redirect_uris))
        case "token":
            faults += _token(seen, set(redirect_uris))
        case "OpenID configuration":
            pass
        case _:
            faults += _devops(seen, operation)
    return [f"{where} ({operation.name}): {fault}" for fault in faults]


def _common(seen: Seen, operation: Operation) -> Iterable[str]:
    if seen.method not in operation.methods:
        yield f"the method is not {' or '.join(sorted(operation.methods))}"
    if not seen.headers.get("user-agent", "").strip():
        yield "there is no User-Agent (RFC 9110 section 10.1.5)"
    if "cookie" in seen.headers:
        yield "a cookie is sent"
    names = [name for name, _value in seen.query]
    allowed = operation.query | ({"api-version"} if operation.versions else set())
    yield from (f"the parameter {name} is not known" for name in names if name not in allowed)
    yield from (f"the parameter {name} is given twice" for name in set(names) if names.count(name) > 1)
    authorization = seen.headers.get("authorization", "")
    if operation.signed:
        yield from _credential(authorization)
    elif authorization:
        yield "a credential is sent where none is asked for"
    if seen.method in {"GET", "HEAD"} and seen.body:
        yield "it has a body"


def _credential(authorization: str) -> Iterable[str]:
    scheme, _space, value = authorization.partition(" ")
    if scheme == "Bearer":
        if not re.fullmatch(r"[A-Za-z0-9\-._~+/]+=*", value):  # RFC 6750 section 2.1
            yield "the bearer token is not in the form of RFC 6750"
    elif scheme == "Basic":
        try:
            user, colon, password = base64.b64decode(value, validate=True).decode("ascii").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            yield "the Basic credential is not base64 (RFC 7617)"
            return
        if not colon or not password or user:
            yield "the Basic credential is not an empty user name and a personal access token"
    else:
        yield "there is no Bearer or Basic credential"


def _devops(seen: Seen, operation: Operation) -> Iterable[str]:
    query = dict(seen.query)
    accept = seen.headers.get("accept", "")
    if operation.versions:
        version = query.get("api-version") or re.sub(r".*api-version=", "", accept)
        if version not in operation.versions:
            yield f"api-version is {version!r}"
        if "application/json" not in accept:
            yield "Accept does not ask for application/json"
    if seen.headers.get("x-tfs-fedauthredirect") != "Suppress":
        yield "X-TFS-FedAuthRedirect is not Suppress"
    if (top := query.get("$top")) is not None and not (top.isdecimal() and int(top) > 0):
        yield "$top is not a positive number"
    states = {"all", "createPending", "deleted", "deleting", "new", "unchanged", "wellFormed"}
    if query.get("stateFilter", "all") not in states:
        yield "stateFilter is none of the published values"


def _authorize(pairs: list[tuple[str, str]], redirect_uris: set[str]) -> Iterable[str]:
    query = dict(pairs)
    scopes = query.get("scope", "").split()
    yield from _wrong(
        query,
        {
            "client_id": re.compile(_GUID).fullmatch,
            "response_type": "code".__eq__,
            "redirect_uri": redirect_uris.__contains__,
            "response_mode": "query".__eq__,
            "state": bool,
            "nonce": bool,
            "code_challenge": _CODE_CHALLENGE.fullmatch,
            "code_challenge_method": "S256".__eq__,
        },
    )
    if query.get("prompt", "login") not in {"login", "none", "consent", "select_account"}:
        yield "prompt is none of the published values"
    yield from _scopes(scopes, signs_in=True)


def _token(seen: Seen, redirect_uris: set[str]) -> Iterable[str]:
    form = dict(seen.form)
    if len(form) != len(seen.form):
        yield "a form field is given twice (RFC 6749 section 3.2)"
    if seen.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        yield f"the content type is not {_FORM}"
    yield from _wrong(form, {"client_id": re.compile(_GUID).fullmatch})
    grant = form.get("grant_type")
    needed: dict[str, Callable[[str], object]]
    match grant:
        case "authorization_code":
            needed = {
                "code": bool,
                "redirect_uri": redirect_uris.__contains__,
                "code_verifier": _CODE_VERIFIER.fullmatch,
            }
        case "refresh_token":
            needed = {"refresh_token": bool}
        case "client_credentials":
            needed = {"client_secret": bool}
        case _:
            yield f"grant_type is {grant!r}"
            return
    yield from _wrong(form, needed)
    allowed = {"client_id", "client_secret", "grant_type", "scope", "client_info", "claims", *needed}
    yield from (f"the field {name} is not known" for name in form if name not in allowed)
    yield from _scopes(form.get("scope", "").split(), signs_in=grant != "client_credentials")


def _wrong(given: Mapping[str, str], rules: Mapping[str, Callable[[str], object]]) -> Iterable[str]:
    """The values themselves are left out: some are secret."""
    for name, rule in rules.items():
        if name not in given:
            yield f"{name} is missing"
        elif not rule(given[name]):
            yield f"{name} is not as published"


def _scopes(scopes: list[str], *, signs_in: bool) -> Iterable[str]:
    resource = [scope for scope in scopes if scope not in {"openid", "profile", "email", "offline_access"}]
    if not signs_in:
        if scopes != [f"{DEVOPS_RESOURCE}/.default"]:
            yield "the scope of an app is not Azure DevOps' /.default alone"
        return
    if not resource or any(not scope.startswith(f"{DEVOPS_RESOURCE}/") for scope in resource):
        yield "the scopes are not of Azure DevOps"
    if f"{DEVOPS_RESOURCE}/.default" in resource and len(resource) > 1:
        yield "/.default stands beside other scopes"
    if len(set(scopes)) != len(scopes):
        yield "a scope is given twice"
