"""Every request that the program sends to Microsoft, and a good answer to each."""

import base64
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from desktop_app.auth.client_secret import ClientSecretSignIn
from desktop_app.auth.device_code import DeviceCodeSignIn
from desktop_app.auth.entra import AppRegistration, discover
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, OAuthCredential, Scheme, Secret
from desktop_app.core.permissions import READABLE_SCOPES, Area, Namespace
from desktop_app.core.ports import HttpSession, Project, Right, Timeout
from desktop_app.infra.azure_devops import AzureDevOpsRest
from tests.fakes.clock import FakeClock
from tests.faults.conditions import TENANT_ID, Good
from tests.faults.misbehaving import Asked

CLIENT_ID = "11112222-bbbb-3333-cccc-4444dddd5555"
PROJECT = Project("eb6e4656-77fc-42a1-9181-4c6d8e9da5d1", "Fabrikam")
PERSON = "d6245f20-2af8-44f4-9451-8107cb2767db"
PAT = AccessToken(Secret("pat-" + "q" * 48), Scheme.BASIC)
SIGN_IN = AccessToken(Secret("opaque-" + "w" * 60), Scheme.BEARER, frozenset({"user_impersonation"}))


@dataclass(frozen=True, slots=True)
class Wire:
    """What a question is asked with: the program's own session, and the clouds whose hosts misbehave or do not."""

    http: HttpSession
    timeout: Timeout
    cloud: Cloud
    nonce: list[str] = field(default_factory=list)
    """Of the last authorization request; it comes back in the id_token."""

    @property
    def devops(self) -> AzureDevOpsRest:
        return AzureDevOpsRest(self.http, self.timeout)

    def app(self, client_secret: Secret | None = None) -> AppRegistration:
        return AppRegistration(self.cloud, TENANT_ID, CLIENT_ID, client_secret)


@dataclass(frozen=True, slots=True)
class Question:
    """One request: `path` is how its address ends. `kind` names the family that fails alike."""

    name: str
    kind: str
    path: str
    ask: Callable[[Wire], object]
    method: str = "GET"


class _AtOnce:
    """Stands for a person who signed in: the redirect comes back with a code."""

    def __init__(self, nonce: list[str]) -> None:
        self._nonce = nonce

    def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
        asked = dict(parse_qsl(urlsplit(start_url).query))
        self._nonce[:] = [asked["nonce"]]
        return f"{redirect_uri}?code=a-code&state={asked['state']}"


def _sign_in(wire: Wire) -> object:
    return OAuthSignIn(wire.http, FakeClock()).sign_in(wire.app(), "http://localhost", _AtOnce(wire.nonce), Cancel())


def _renew(wire: Wire) -> object:
    kept = OAuthCredential(Secret("a-refresh" + "-token"))
    return OAuthSignIn(wire.http, FakeClock()).renew(wire.app(), kept)


def _device_code(wire: Wire) -> object:
    """Only as far as the code: the person would wait from there."""
    cancel = Cancel()
    with contextlib.suppress(Cancelled):
        DeviceCodeSignIn(wire.http, FakeClock()).sign_in(wire.app(), lambda code: cancel.request(), cancel)
    return cancel.requested


def _devops(ask: Callable[[AzureDevOpsRest, Cloud], object]) -> Callable[[Wire], object]:
    return lambda wire: ask(wire.devops, wire.cloud)


_O = "contoso"
_IN = f"/{PROJECT.id}/_apis"
TOKEN_PATH = "/oauth2/v2.0/token"
_READS = {
    "vso.code": f"{_IN}/git/repositories",
    "vso.build": f"{_IN}/build/definitions",
    "vso.work": f"{_IN}/wit/workitemtypes",
    "vso.wiki": f"{_IN}/wiki/wikis",
    "vso.agentpools": f"/{_O}/_apis/distributedtask/pools",
    "vso.taskgroups_read": f"{_IN}/distributedtask/taskgroups",
    "vso.securefiles_read": f"{_IN}/distributedtask/securefiles",
    "vso.graph": f"/{_O}/_apis/graph/users",
}


def _reads_scope(scope: str) -> Callable[[Wire], object]:
    return _devops(lambda devops, cloud: devops.probe_scope(cloud, _O, PROJECT, scope, PAT))


def _empty_body(area: Area) -> Callable[[Wire], object]:
    return _devops(lambda devops, cloud: devops.ask_with_empty_body(cloud, _O, PROJECT, area, PAT))


QUESTIONS = (
    Question("discovery", "entra", "/openid-configuration", lambda wire: discover(wire.http, wire.cloud, TENANT_ID)),
    Question("token by code", "entra", TOKEN_PATH, _sign_in, "POST"),
    Question("token by refresh token", "entra", TOKEN_PATH, _renew, "POST"),
    Question(
        "token by client secret",
        "entra",
        TOKEN_PATH,
        lambda wire: ClientSecretSignIn(wire.http, FakeClock()).sign_in(wire.app(Secret("s" * 40))),
        "POST",
    ),
    Question("device code", "entra", "/oauth2/v2.0/devicecode", _device_code, "POST"),
    Question(
        "organization", "head", f"/{_O}", _devops(lambda devops, cloud: devops.organization_tenant(cloud, _O)), "HEAD"
    ),
    Question(
        "connection data",
        "identity",
        "/_apis/connectionData",
        _devops(lambda devops, cloud: devops.identity(cloud, _O, PAT)),
    ),
    Question(
        "projects", "list", f"/{_O}/_apis/projects", _devops(lambda devops, cloud: devops.projects(cloud, _O, PAT))
    ),
    Question("teams", "list", f"/{_O}/_apis/teams", _devops(lambda devops, cloud: devops.count_teams(cloud, _O, PAT))),
    Question(
        "variable groups",
        "in project",
        f"{_IN}/distributedtask/variablegroups",
        _devops(lambda devops, cloud: devops.count_variable_groups(cloud, _O, PROJECT, PAT)),
    ),
    Question(
        "releases",
        "in project",
        f"{_IN}/release/definitions",
        _devops(lambda devops, cloud: devops.count_release_definitions(cloud, _O, PROJECT, PAT)),
    ),
    Question(
        "service connections",
        "in project",
        f"{_IN}/serviceendpoint/endpoints",
        _devops(lambda devops, cloud: devops.count_service_connections(cloud, _O, PROJECT, PAT)),
    ),
    Question(
        "security namespace",
        "any scope",
        f"/securitynamespaces/{Namespace.LIBRARY}",
        _devops(lambda devops, cloud: devops.security_bits(cloud, _O, Namespace.LIBRARY, PAT)),
    ),
    Question(
        "permissions",
        "any scope",
        f"/permissions/{Namespace.LIBRARY}/1",
        _devops(lambda devops, cloud: devops.may(cloud, _O, Right(Namespace.LIBRARY, 1), (PROJECT,), PAT)),
    ),
    Question("profile", "person", "/profiles/me", _devops(lambda devops, cloud: devops.organizations(cloud, SIGN_IN))),
    Question(
        "accounts", "person", "/_apis/accounts", _devops(lambda devops, cloud: devops.organizations(cloud, SIGN_IN))
    ),
    *(
        Question(f"read with {scope}", "in project" if _IN in path else "list", path, _reads_scope(scope))
        for scope, path in _READS.items()
    ),
    Question(
        "empty variable group",
        "empty body",
        f"/{_O}/_apis/distributedtask/variablegroups",
        _empty_body(Area.VARIABLE_GROUPS),
        "POST",
    ),
    Question("empty release", "empty body", f"{_IN}/release/definitions", _empty_body(Area.RELEASES), "POST"),
)
assert set(_READS) == set(READABLE_SCOPES)


def good_answer(base: str, nonce: list[str]) -> Callable[[Asked], Good]:
    """The answers of a host at `base` that is well."""

    def answer(asked: Asked) -> Good:
        if asked.method == "POST" and "/_apis/" in asked.path:
            return Good(b'{"message":"The name is missing.","typeKey":"ArgumentNullException"}', 400)
        return Good(json.dumps(_good(asked, base, nonce)).encode())

    return answer


def _good(asked: Asked, base: str, nonce: list[str]) -> dict[str, Any]:  # JSON has no static type
    login = f"{base}/{TENANT_ID}"
    ends = asked.path.rsplit("/", 1)[-1]
    match ends:
        case "openid-configuration":
            return {
                "issuer": f"{login}/v2.0",
                "authorization_endpoint": f"{login}/oauth2/v2.0/authorize",
                "token_endpoint": f"{login}{TOKEN_PATH}",
                "device_authorization_endpoint": f"{login}/oauth2/v2.0/devicecode",
            }
        case "token":
            return _tokens(login, nonce)
        case "devicecode":
            return {
                "user_code": "ABCD-EFGH",
                "device_code": "d" * 40,
                "verification_uri": "https://microsoft.com/devicelogin",
                "expires_in": 900,
                "interval": 5,
            }
        case "connectionData":
            person = {"id": PERSON, "descriptor": f"Member;{TENANT_ID}\\a@b.example", "providerDisplayName": "A"}
            return {"authenticatedUser": person, "authorizedUser": person}
        case "me":
            return {"id": PERSON, "displayName": "A"}
        case "accounts":
            return {"count": 1, "value": [{"accountId": PROJECT.id, "accountName": "contoso"}]}
        case "1":
            return {"count": 1, "value": [True]}
        case Namespace.LIBRARY:
            return {"count": 1, "value": [{"actions": [{"bit": 1, "name": "View"}]}]}
        case _:
            return {"count": 1, "value": [{"id": PROJECT.id, "name": PROJECT.name}]}


def _tokens(login: str, nonce: list[str]) -> dict[str, Any]:
    claims = {"iss": f"{login}/v2.0", "aud": CLIENT_ID, "tid": TENANT_ID, "oid": PERSON, "sub": PERSON}
    claims["preferred_username"] = "a@b.example"
    claims |= {"nonce": nonce[0]} if nonce else {}
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in ({"alg": "x"}, claims)]
    return {
        "token_type": "Bearer",
        "expires_in": 3600,
        "access_token": "a" * 40,
        "refresh_token": "r" * 40,
        "id_token": ".".join([*parts, "c2ln"]),
    }
