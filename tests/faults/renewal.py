"""Every request that reads, makes and ends credentials, and a good answer to each."""

import json
from datetime import timedelta
from typing import Any

from desktop_app.auth.client_secret import ClientSecretSignIn
from desktop_app.core.credential import Secret
from desktop_app.core.lifecycle import GraphToken, PatWish
from desktop_app.infra.azure_pats import AzurePats
from desktop_app.infra.graph import GraphAppSecrets
from tests.fakes.clock import NOON, FakeClock
from tests.faults.conditions import Good
from tests.faults.misbehaving import Asked
from tests.faults.questions import CLIENT_ID, PERSON, PROJECT, SIGN_IN, TOKEN_PATH, Question, Wire

GRAPH = GraphToken(Secret("graph-" + "g" * 60))
END = NOON + timedelta(days=30)
_O = "contoso"


def _pats(wire: Wire) -> AzurePats:
    return AzurePats(wire.http, wire.timeout)


def _secrets(wire: Wire) -> GraphAppSecrets:
    return GraphAppSecrets(wire.http, wire.timeout)


_PATS = f"/{_O}/_apis/tokens/pats"
_APPLICATION = f"/v1.0/applications(appId='{CLIENT_ID}')"
_WISH = PatWish("ADO Connect", frozenset({"vso.project"}), END)
RENEWAL = (
    Question("tokens", "tokens", _PATS, lambda wire: _pats(wire).list(wire.cloud, _O, SIGN_IN)),
    Question("new token", "tokens", _PATS, lambda wire: _pats(wire).create(wire.cloud, _O, SIGN_IN, _WISH), "POST"),
    Question(
        "revoked token", "tokens", _PATS, lambda wire: _pats(wire).revoke(wire.cloud, _O, SIGN_IN, PROJECT.id), "DELETE"
    ),
    Question(
        "token for Graph",
        "entra",
        TOKEN_PATH,
        lambda wire: ClientSecretSignIn(wire.http, FakeClock()).graph_token(wire.app(Secret("s" * 40))),
        "POST",
    ),
    Question("client secrets", "graph", _APPLICATION, lambda wire: _secrets(wire).list(wire.cloud, CLIENT_ID, GRAPH)),
    Question(
        "new client secret",
        "graph",
        f"{_APPLICATION}/addPassword",
        lambda wire: _secrets(wire).add(wire.cloud, CLIENT_ID, GRAPH, "ADO Connect", END),
        "POST",
    ),
    Question(
        "removed client secret",
        "graph without a body",
        f"{_APPLICATION}/removePassword",
        lambda wire: _secrets(wire).remove(wire.cloud, CLIENT_ID, GRAPH, PROJECT.id),
        "POST",
    ),
)


def renewal_answer(asked: Asked) -> Good | None:
    """The answer of a host that is well; None where the request is of another kind."""
    match asked.path.rsplit("/", 1)[-1]:
        case "removePassword":
            return Good(b"", 204)
        case "addPassword":
            answer: dict[str, Any] = SECRET | {"secretText": "s" * 40}  # JSON has no static type
        case "pats":
            answer = _tokens_of_a_person(asked.method)
        case ends if ends.startswith("applications("):
            answer = {"id": PROJECT.id, "passwordCredentials": [SECRET]}
        case _:
            return None
    return Good(json.dumps(answer).encode())


SECRET = {
    "displayName": "ADO Connect",
    "endDateTime": "2027-05-01T10:00:00Z",
    "hint": "sss",
    "keyId": PERSON,
    "startDateTime": "2026-11-02T12:00:00Z",
}


def _tokens_of_a_person(method: str) -> dict[str, Any]:
    token = {
        "displayName": "ADO Connect",
        "validFrom": "2026-11-02T12:00:00Z",
        "validTo": "2026-12-02T12:00:00Z",
        "scope": "vso.project",
        "targetAccounts": [PROJECT.id],
        "authorizationId": PERSON,
        "token": "t" * 84 if method == "POST" else None,
    }
    if method == "GET":
        return {"continuationToken": "", "patTokens": [token]}
    return {"patToken": token if method == "POST" else None, "patTokenError": "none"}
