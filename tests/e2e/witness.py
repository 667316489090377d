"""A practice cloud that notes every secret it meets, so that the sweep knows what to look for.

It answers exactly as the practice cloud does, but for one thing: its sign-in pages set a cookie.
"""

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from werkzeug.wrappers import Request, Response

from desktop_app.core.credential import Secret
from desktop_app.practice import PracticeCloud
from desktop_app.practice.service import Service

COOKIE = "practice-session"
_IN_FORMS = ("client_secret", "refresh_token", "code", "code_verifier")
_IN_ANSWERS = ("access_token", "refresh_token", "id_token", "secretText")


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """One request to the sign-in service: its path, and whether it brought the cookie of an earlier one."""

    path: str
    has_cookie: bool


@dataclass(slots=True)
class Witness:
    """Everything seen by all practice clouds of one test. Written by their threads, read when they are quiet."""

    clouds: list["WatchedCloud"] = field(default_factory=list)
    secrets: dict[Secret, str] = field(default_factory=dict)
    """What each of them is."""
    visits: list[SignInRequest] = field(default_factory=list)
    grants: list[str] = field(default_factory=list)
    """The grant types that the token endpoint was asked for, in order."""
    last_refresh_token: Secret | None = None

    @property
    def cloud(self) -> PracticeCloud:
        """The one that was started last."""
        return self.clouds[-1]

    def cookies_of(self, path_ends: str) -> list[bool]:
        return [visit.has_cookie for visit in self.visits if visit.path.endswith(path_ends)]

    def note(self, service: Service, request: Request, response: Response) -> None:
        for kind, value in _passing(request, response):
            self.secrets.setdefault(Secret(value), kind)
        if service is not Service.LOGIN:
            return
        self.visits.append(SignInRequest(request.path, COOKIE in request.cookies))
        if request.path.endswith("/token"):
            self.grants.append(request.form.get("grant_type", ""))
            answer = response.get_json(silent=True)
            if isinstance(answer, dict) and (rotated := answer.get("refresh_token")):
                self.last_refresh_token = Secret(rotated)
        elif response.mimetype == "text/html":
            cookie = secrets.token_urlsafe(24)
            self.secrets[Secret(cookie)] = "cookie"
            response.set_cookie(COOKIE, cookie, max_age=9999, secure=True, httponly=True)


def _passing(request: Request, response: Response) -> Iterator[tuple[str, str]]:
    """(kind, value) of every secret in a request and its answer."""
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        yield "personal access token", base64.b64decode(credential).decode().partition(":")[2]
    elif scheme == "Bearer":
        yield "access token", credential
    for name in _IN_FORMS:
        if value := request.form.get(name):
            yield name, value
    answer = response.get_json(silent=True)
    if isinstance(answer, dict):
        for name in _IN_ANSWERS:
            if value := answer.get(name):
                yield name, value
        made = answer.get("patToken")
        if isinstance(made, dict) and (value := made.get("token")):
            yield "personal access token", value
    for code in parse_qs(urlsplit(response.headers.get("Location", "")).query).get("code", []):
        yield "code", code


class WatchedCloud(PracticeCloud):
    """Set `witness` on a subclass; the program makes the instances itself."""

    witness: Witness

    def start(self) -> "WatchedCloud":
        self.witness.clouds.append(self)
        return super().start()

    def _answer(self, service: Service, request: Request) -> Response:
        response = super()._answer(service, request)
        self.witness.note(service, request, response)
        return response
