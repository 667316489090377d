"""A stand-in for Microsoft's services that answers as little as a client needs and judges every request by the book.

Runs until its standard input is closed; then it writes what was asked and what departed from what is published.
Standard library only, so that it can not share a mistake with the program or its practice cloud.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import ssl
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.e2e.real_hosts.operations import Seen
from tests.e2e.real_hosts.published import deviations_of, operation_of

TENANT = "0a1b2c3d-0000-4000-8000-00000000abcd"
CLIENT = "1a2b3c4d-0000-4000-8000-00000000beef"
PROJECT = "2a3b4c5d-0000-4000-8000-00000000cafe"
PERSON = "3a4b5c6d-0000-4000-8000-00000000d00d"
ORGANIZATION = "example"
ACCOUNT = "admin@example.com"
REDIRECT_URIS = ("https://login.microsoftonline.com/common/oauth2/nativeclient", "http://localhost")
_ACTIONS = (
    *("GENERIC_READ", "GENERIC_WRITE", "DELETE", "View", "Administer", "Create", "Use", "ViewEndpoint"),
    *("ViewReleaseDefinition", "EditReleaseDefinition", "DeleteReleaseDefinition", "ViewReleases", "CreateReleases"),
)
_LOGIN = "https://login.microsoftonline.com"


@dataclass(slots=True)
class Book:
    """What the server knows and what it has seen. Secrets of the run come from the file the test wrote."""

    pat: str
    client_secret: str
    tokens: set[str] = field(default_factory=set)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """code -> (code challenge, nonce)"""
    refresh_tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    deviations: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write_down(self, seen: Seen) -> str:
        """Judge a request; returns the name of the operation, empty if there is none."""
        operation = operation_of(seen)
        with self.lock:
            self.asked.append(operation.name if operation else f"{seen.method} {seen.host}{seen.path}")
            self.deviations += deviations_of(seen, REDIRECT_URIS)
        return operation.name if operation else ""


class Service(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    book: Book

    def log_message(self, format: str, *args: object) -> None:
        """What is worth knowing stands in the book."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = (headers.get("host") or "").lower()
        if self.path == "/favicon.ico":  # asked for by the web view, as by any browser
            self._send(404, b"", {})
            return
        seen = Seen(host, self.command, self.path, headers, body)
        match self.book.write_down(seen):
            case "OpenID configuration":
                self._send_json(_discovery())
            case "authorize":
                self._authorize(dict(seen.query))
            case "token":
                self._token(dict(seen.form))
            case "tenant of the organization":
                self._send(401, b"", {"WWW-Authenticate": f"Bearer authorization_uri={_LOGIN}/{TENANT}"})
            case "":
                self._send(404, b"", {})
            case operation:
                self._devops(operation, seen.query, headers.get("authorization", ""))

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _authorize(self, query: Mapping[str, str]) -> None:
        code = secrets.token_urlsafe(24)
        self.book.codes[code] = query.get("code_challenge", ""), query.get("nonce", "")
        answer = {"code": code, "state": query.get("state", "")}
        fields = "".join(f'<input type="hidden" name="{name}" value="{html.escape(answer[name])}">' for name in answer)
        form = f'<form action="{html.escape(query.get("redirect_uri", ""))}">{fields}<button>{ACCOUNT}</button></form>'
        page = f"<!doctype html><html lang=en><title>Sign in</title>{form}"
        self._send(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def _token(self, form: Mapping[str, str]) -> None:
        book, nonce = self.book, ""
        match form.get("grant_type"):
            case "client_credentials":
                granted = secrets.compare_digest(form.get("client_secret", ""), book.client_secret)
            case "authorization_code":
                challenge, nonce = book.codes.pop(form.get("code", ""), ("", ""))
                digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
                granted = bool(challenge) and _base64url(digest) == challenge
            case _:
                granted = form.get("refresh_token", "") in book.refresh_tokens
        if not granted:
            book.deviations.append(f"token: the {form.get('grant_type')} grant does not match what was given before")
            self._send_json({"error": "invalid_grant", "error_description": "AADSTS70000: refused."}, 400)
            return
        answer: dict[str, object] = {
            "token_type": "Bearer",
            "expires_in": 3599,
            "access_token": secrets.token_urlsafe(60),
        }
        book.tokens.add(str(answer["access_token"]))
        if form.get("grant_type") != "client_credentials":
            answer |= {"scope": form.get("scope", ""), "refresh_token": secrets.token_urlsafe(60)}
            answer["id_token"] = _id_token(nonce)
            book.refresh_tokens.add(str(answer["refresh_token"]))
        self._send_json(answer)

    def _devops(self, operation: str, query: list[tuple[str, str]], authorization: str) -> None:
        scheme, _space, value = authorization.partition(" ")
        basic = base64.b64encode(f":{self.book.pat}".encode()).decode("ascii")
        if not (scheme == "Basic" and value == basic) and not (scheme == "Bearer" and value in self.book.tokens):
            self.book.deviations.append(f"{operation}: the credential was never given out")
            self._send(401, b"", {})
        elif operation == "connection data":
            person = {
                "id": PERSON,
                "descriptor": f"Member;{TENANT}\\{ACCOUNT}",
                "providerDisplayName": "Administrator",
                "properties": {"Account": {"$type": "System.String", "$value": ACCOUNT}},
            }
            self._send_json({"authenticatedUser": person, "authorizedUser": person, "deploymentType": "hosted"})
        elif operation == "Profiles - Get":
            self._send_json({"id": PERSON, "displayName": "Administrator", "publicAlias": PERSON})
        elif operation == "Accounts - List":
            self._send_json({"count": 1, "value": [{"accountId": PROJECT, "accountName": ORGANIZATION}]})
        elif operation == "Permissions - Has Permissions":
            tokens = dict(query).get("tokens", "").split(dict(query).get("delimiter") or ",")
            self._send_json({"count": len(tokens), "value": [True] * len(tokens)})
        elif operation == "Security Namespaces - Query":
            actions = [{"bit": 1 << bit, "name": name} for bit, name in enumerate(_ACTIONS)]
            self._send_json({"count": 1, "value": [{"name": "any", "actions": actions}]})
        else:
            one = {"id": PROJECT if operation == "Projects - List" else 1, "name": "First"}
            self._send_json({"count": 1, "value": [one]})

    def _send_json(self, answer: Mapping[str, object], status: int = 200) -> None:
        headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
        self._send(status, json.dumps(answer).encode(), headers)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response_only(status)
        # A client that keeps cookies would give itself away.
        for name, value in {**headers, "Set-Cookie": "trace=1; Secure", "Content-Length": str(len(body))}.items():
            if not (name == "Set-Cookie" and headers.get("Content-Type", "").startswith("text/html")):
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _discovery() -> dict[str, object]:
    """OpenID Connect Discovery 1.0 section 3, as far as a client reads it."""
    base = f"{_LOGIN}/{TENANT}"
    return {
        "issuer": f"{base}/v2.0",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def _id_token(nonce: str) -> str:
    """From the token endpoint over TLS, where a client need not check the signature (OpenID Connect 3.1.3.7)."""
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": f"{_LOGIN}/{TENANT}/v2.0",
        "aud": CLIENT,
        "tid": TENANT,
        "oid": PERSON,
        "sub": PERSON,
    }
    claims |= {"iat": now, "nbf": now, "exp": now + 3600, "preferred_username": ACCOUNT, "name": "Administrator"}
    if nonce:
        claims["nonce"] = nonce
    parts = ({"typ": "JWT", "alg": "RS256"}, claims)
    return ".".join([*(_base64url(json.dumps(part).encode()) for part in parts), _base64url(b"signature")])


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


class _Server(ThreadingHTTPServer):
    def __init__(self, context: ssl.SSLContext, book: Book) -> None:
        self._context = context
        self._service: type[Service] = type("BoundService", (Service,), {"book": book})
        super().__init__(("127.0.0.1", 443), self._service)

    def finish_request(self, request: object, client_address: object) -> None:
        """TLS begins in the thread of the connection: browsers open some that they never use."""
        assert not isinstance(request, tuple)
        with self._context.wrap_socket(request, server_side=True) as secured:  # type: ignore[arg-type]  # a socket
            self._service(secured, client_address, self)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up whenever they like; a fault of this server is told."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as above


def main(folder: Path) -> None:
    given = json.loads((folder / "given.json").read_text(encoding="utf-8"))
    book = Book(given["pat"], given["client_secret"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    server = _Server(context, book)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)  # noqa: T201 - the one who started it waits for this
    sys.stdin.read()
    server.shutdown()
    seen = {"asked": book.asked, "deviations": book.deviations}
    (folder / "seen.json").write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
