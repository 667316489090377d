"""Entra's token endpoint behind the port HttpSession, for tests that need real msal but no server.

Refresh tokens work once: using one that was rotated away is refused, as an attacker's would be.
"""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import PUBLIC, Cloud
from desktop_app.core.ports import Request, Response
from desktop_app.core.problems import ConnectionProblem
from tests.fakes.http import json_answer

TENANT_ID = "aaaabbbb-0000-1111-2222-ccccddddeeee"
CLIENT_ID = "11112222-bbbb-3333-cccc-4444dddd5555"
ACCOUNT = "admin@contoso.example"
RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"


def entra_error(number: int, error: str) -> Response:
    """An error answer in Entra's shape."""
    content = {
        "error": error,
        "error_description": f"AADSTS{number}: Words that may change. Trace ID: 0 Correlation ID: 1",
        "error_codes": [number],
        "correlation_id": "aaaa0000-bb11-2222-33cc-444444dddddd",
    }
    return json_answer(content, 401 if error == "invalid_client" else 400)


def unsigned_jwt(claims: object) -> str:
    """A token whose signature is worth nothing; put together here so that no file holds one."""
    parts = [json.dumps({"alg": "none"}).encode(), json.dumps(claims).encode(), b"signature"]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


class FakeEntra:
    """Implements the port HttpSession: one tenant that answers to every name, and grants what it is asked for."""

    def __init__(self, cloud: Cloud = PUBLIC, account: str = ACCOUNT) -> None:
        self.cloud = cloud
        self.account = account
        self.requests: list[Request] = []
        self.forms: list[dict[str, str]] = []
        self.answer: Response | ConnectionProblem | None = None
        """Given instead of a token, while it is set."""
        self.alter: Callable[[dict[str, Any]], dict[str, Any]] = lambda content: content
        """Changes a good token answer before it is sent; `Any` because JSON has no type."""
        self.on_token: Callable[[dict[str, str]], None] = lambda form: None
        """Called with the form of every token request, in the thread that sends it."""
        self.expires_in_s = 3600
        self.keeps_old_refresh_tokens = False
        """As Microsoft's own does: using a refresh token does not end it (Entra docs, refresh tokens)."""
        self._valid_refresh_tokens = {self.refresh_token(0)}
        self._issued = 0
        self._lock = threading.Lock()

    @staticmethod
    def refresh_token(number: int) -> str:
        return f"refresh-token-number-{number}"

    @staticmethod
    def access_token(number: int) -> str:
        return f"access-token-number-{number}"

    @property
    def base(self) -> str:
        return f"{self.cloud.login}/{TENANT_ID}"

    def send(self, request: Request) -> Response:
        with self._lock:
            self.requests.append(request)
        if request.method == "GET":
            return self._discovery()
        form = dict(parse_qsl((request.body or b"").decode()))
        self.on_token(form)
        with self._lock:
            self.forms.append(form)
            if isinstance(self.answer, ConnectionProblem):
                raise self.answer
            return self.answer or self._token(form)

    def hosts(self) -> set[str]:
        """Every host that was talked to."""
        return {urlsplit(request.url).netloc for request in self.requests}

    def gets(self) -> list[str]:
        return [request.url for request in self.requests if request.method == "GET"]

    def _discovery(self) -> Response:
        return json_answer(
            {
                "token_endpoint": f"{self.base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{self.base}/oauth2/v2.0/authorize",
                "issuer": f"{self.base}/v2.0",
            }
        )

    def _token(self, form: dict[str, str]) -> Response:
        if form["grant_type"] == "refresh_token" and form["refresh_token"] not in self._valid_refresh_tokens:
            return entra_error(70000, "invalid_grant")
        self._issued += 1
        content: dict[str, Any] = {  # JSON has no type
            "token_type": "Bearer",
            "expires_in": self.expires_in_s,
            "access_token": self.access_token(self._issued),
        }
        if form["grant_type"] != "client_credentials":
            kept = self._valid_refresh_tokens if self.keeps_old_refresh_tokens else set()
            self._valid_refresh_tokens = kept | {self.refresh_token(self._issued)}
            content |= {
                "scope": f"{RESOURCE}/vso.project {RESOURCE}/user_impersonation",
                "refresh_token": self.refresh_token(self._issued),
                "id_token": unsigned_jwt(self.claims()),
            }
        return json_answer(self.alter(content))

    def claims(self, **changed: object) -> dict[str, object]:
        """The id_token's claims for the person who signs in."""
        return {
            "aud": CLIENT_ID,
            "iss": f"{self.base}/v2.0",
            "tid": TENANT_ID,
            "oid": "22223333-cccc-4444-dddd-5555eeee6666",
            "sub": "subject",
            "preferred_username": self.account,
            "name": "Contoso Administrator",
            **changed,
        }


class RedirectAtOnce:
    """A SignInSurface on which the person signs in without any page: the redirect comes with a code at once.

    `claims` change the id_token that the code will give, `answer` the redirect's query.
    """

    def __init__(
        self, entra: FakeEntra, claims: Mapping[str, object] | None = None, answer: Mapping[str, str] | None = None
    ) -> None:
        self._entra = entra
        self._claims = claims or {}
        self._answer = answer or {}
        self.asked: dict[str, str] = {}
        """The parameters of the authorization request."""

    def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
        self.asked = dict(parse_qsl(urlsplit(start_url).query))
        alter = self._entra.alter

        def with_nonce(content: dict[str, Any]) -> dict[str, Any]:  # JSON has no type
            self._entra.alter = alter
            claims = self._entra.claims(**{"nonce": self.asked["nonce"], **self._claims})
            return alter({**content, "id_token": unsigned_jwt(claims)})

        self._entra.alter = with_nonce
        query = {"code": "one-time-code", "state": self.asked["state"], **self._answer}
        return f"{redirect_uri}?{urlencode(query)}"
