"""A practice cloud of its own for every test, reached over real TLS, with every request on record."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop_app.auth.entra import AppRegistration
from desktop_app.core.credential import Secret
from desktop_app.core.ports import Request, Response
from desktop_app.infra.http import RequestsSession
from desktop_app.practice import PracticeCloud
from desktop_app.practice.certificates import ServerCertificate, make_certificate
from tests.fakes.clock import FakeClock
from tests.fakes.http import json_answer
from tests.fakes.scripted_sign_in import ScriptedSignIn

LOOPBACK = "http://localhost:53111"
ADMIN = "admin@contoso.example"


class RecordingHttp:
    """Implements HttpSession: passes everything on, keeps the requests, and lets a test change token answers."""

    def __init__(self, http: RequestsSession) -> None:
        self._http = http
        self.requests: list[Request] = []
        self.alter: Callable[[dict[str, Any]], dict[str, Any]] | None = None  # JSON has no type

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self._http.send(request)
        if self.alter is not None and request.url.endswith("/token"):
            return json_answer(self.alter(answer.json()), answer.status)
        return answer

    def sent(self, method: str) -> list[str]:
        """The URLs of the requests with this method."""
        return [request.url for request in self.requests if request.method == method]


class Site:
    """The practice cloud, and short ways to its values."""

    def __init__(self, practice: PracticeCloud, browser: RequestsSession) -> None:
        self.practice = practice
        self.directory = practice.directory
        self.cloud = practice.cloud
        self._browser = browser

    def app(self, key: str, *, tenant: str = "contoso.example", secret: str | None = "own") -> AppRegistration:
        """A seeded registration as an admin types it. `secret`: "own", a wrong one, or None."""
        seeded = self.directory.app(key)
        value = Secret(secret) if secret else None
        if secret == "own":
            value = seeded.secrets[0].value if seeded.secrets else None
        return AppRegistration(self.cloud, tenant, seeded.client_id, value)

    def person(self, account: str = ADMIN, **options: Any) -> ScriptedSignIn:  # ScriptedSignIn's own options
        return ScriptedSignIn(self._browser, account, **options)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def certificate() -> ServerCertificate:
    return make_certificate()


@pytest.fixture
def practice(clock: FakeClock, certificate: ServerCertificate) -> Iterator[PracticeCloud]:
    with PracticeCloud(now=clock.now, certificate=certificate) as cloud:
        yield cloud


@pytest.fixture
def session(practice: PracticeCloud) -> Iterator[RequestsSession]:
    session = RequestsSession()
    cloud = practice.cloud  # the hosts that are asked here; trusting more takes time
    session.trust(practice.ca_pem, (cloud.login, cloud.devops, cloud.release))
    yield session
    session.close()


@pytest.fixture
def http(session: RequestsSession) -> RecordingHttp:
    return RecordingHttp(session)


@pytest.fixture
def site(practice: PracticeCloud, session: RequestsSession) -> Site:
    return Site(practice, session)
