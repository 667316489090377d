"""Fixtures for the adapters' own tests: a server under the test's control and a session that trusts it."""

from collections.abc import Iterator

import pytest

from desktop_app.infra.http import RequestsSession
from tests.fakes.tls_server import TlsServer, tls_server

PROXY_SETTINGS = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxy_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_SETTINGS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def server() -> Iterator[TlsServer]:
    with tls_server() as running:
        yield running


@pytest.fixture
def session(server: TlsServer) -> Iterator[RequestsSession]:
    """A session that trusts `server`."""
    session = RequestsSession()
    session.trust(server.ca_pem, [server.url])
    yield session
    session.close()
