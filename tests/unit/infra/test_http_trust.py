"""Whose certificates RequestsSession accepts."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from desktop_app.core.ports import Request
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra import http, trust
from desktop_app.infra.http import RequestsSession
from tests.fakes.tls_server import TlsServer, tls_server
from tests.unit.infra.sending import SHORT, get, problem_of


def test_unknown_authority_is_untrusted(server: TlsServer) -> None:
    session = RequestsSession()

    failure = problem_of(session, Request("GET", server.url, SHORT, {"Authorization": "Bearer x"}))

    assert failure.problem is Problem.CERTIFICATE_UNTRUSTED
    assert failure.facts["host"] == server.url.removeprefix("https://")
    assert server.seen == []


def test_authority_of_one_origin_is_not_trusted_for_another(server: TlsServer, session: RequestsSession) -> None:
    authority = trustme.CA()
    with tls_server(authority) as other:
        assert problem_of(session, Request("GET", other.url, SHORT)).problem is Problem.CERTIFICATE_UNTRUSTED
        session.trust(other.ca_pem, [server.url])
        assert problem_of(session, Request("GET", other.url, SHORT)).problem is Problem.CERTIFICATE_UNTRUSTED
        session.trust(other.ca_pem, [f"{other.url}/some/path"])
        assert get(session, other.url).status == 200
    assert get(session, server.url).status == 200


def test_second_authority_for_an_origin_does_not_replace_the_first(server: TlsServer, session: RequestsSession) -> None:
    session.trust(trustme.CA().cert_pem.bytes(), [server.url])

    assert get(session, server.url).status == 200


def test_certificate_for_another_name_is_refused() -> None:
    with tls_server(names=("dev.azure.example",)) as server:
        session = RequestsSession()
        session.trust(server.ca_pem, [server.url])

        assert problem_of(session, Request("GET", server.url, SHORT)).problem is Problem.CERTIFICATE_WRONG_HOST


def test_bundle_of_other_programs_does_not_replace_the_trust(
    server: TlsServer, session: RequestsSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "other.pem"
    bundle.write_bytes(trustme.CA().cert_pem.bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert get(session, server.url).status == 200

    bundle.write_bytes(server.ca_pem)
    fresh = RequestsSession()
    assert problem_of(fresh, Request("GET", server.url, SHORT)).problem is Problem.CERTIFICATE_UNTRUSTED


def test_bundled_list_of_certifi_is_not_trusted(
    server: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "certifi.pem"
    bundle.write_bytes(server.ca_pem)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(bundle))

    assert problem_of(RequestsSession(), Request("GET", server.url, SHORT)).problem is Problem.CERTIFICATE_UNTRUSTED


@pytest.mark.skipif("sys.platform != 'linux'", reason="OpenSSL's setting; other systems have a store of their own")
def test_authority_of_the_system_is_trusted(server: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "system.pem"
    bundle.write_bytes(server.ca_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    session = RequestsSession()

    assert get(session, server.url).status == 200
    session.close()


def test_trust_file_adds_the_authorities_of_a_file(server: TlsServer, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(b"# our authority\n" + server.ca_pem)
    session = RequestsSession()

    session.trust_file(file, [server.url])

    assert get(session, server.url).status == 200
    session.close()


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_file_without_an_authority_is_unreadable(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ConnectionProblem) as caught:
        RequestsSession().trust_file(file, ["https://dev.azure.example"])

    assert caught.value.problem is Problem.CA_FILE_UNREADABLE
    assert caught.value.facts["file"] == str(file)


@pytest.mark.parametrize("context", [http.system_context, http._platform_context, http._openssl_context])
def test_context_checks_certificate_and_host_name(context: Callable[[], ssl.SSLContext]) -> None:
    assert context().verify_mode is ssl.CERT_REQUIRED
    assert context().check_hostname


@pytest.mark.parametrize("context", [http._platform_context, http._openssl_context])
def test_context_of_every_system_serves(
    server: TlsServer, monkeypatch: pytest.MonkeyPatch, context: Callable[[], ssl.SSLContext]
) -> None:
    monkeypatch.setattr(http, "_platform_context", context)
    monkeypatch.setattr(http, "_openssl_context", context)
    session = RequestsSession()

    assert problem_of(session, Request("GET", server.url, SHORT)).problem is Problem.CERTIFICATE_UNTRUSTED
    session.trust(server.ca_pem, [server.url])
    assert get(session, server.url).status == 200
    session.close()


def test_bundle_is_found_where_another_distribution_keeps_it(
    server: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(server.ca_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(trust, "_BUNDLES", (str(tmp_path / "missing.pem"), str(bundle)))
    monkeypatch.setattr(http, "_platform_context", http._openssl_context)
    session = RequestsSession()

    assert get(session, server.url).status == 200
    session.close()
