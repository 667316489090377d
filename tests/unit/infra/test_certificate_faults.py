"""What is said about a certificate that is refused: its fault, its issuer, and nothing sent to find them out."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import trustme

from desktop_app.core.ports import Request
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra import certificate_faults, http
from desktop_app.infra.certificate_faults import PROBLEM_OF_FAULT, CertificateFault, fault_of, presented_issuer
from desktop_app.infra.http import RequestsSession
from tests.fakes.tls_server import TlsServer, tls_server
from tests.unit.infra.certificates import HOST, NOW, issued, self_signed, without_key_identifiers
from tests.unit.infra.sending import SHORT, get, problem_of

pytestmark = pytest.mark.skipif("sys.platform != 'linux'", reason="OpenSSL's numbers; other systems judge themselves")
Refused = Callable[..., ConnectionProblem]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA(organization_name="Contoso Web Filter")


@pytest.fixture
def refused() -> Iterator[Refused]:
    """What is raised for a server with this identity, by someone who trusts `ca_pem`."""
    session = RequestsSession()

    def ask(identity_pem: bytes, ca_pem: bytes = b"") -> ConnectionProblem:
        with tls_server(identity_pem=identity_pem) as server:
            if ca_pem:
                session.trust(ca_pem, [server.url])
            failure = problem_of(session, Request("GET", server.url, SHORT, {"Authorization": "Bearer x"}))
            assert server.seen == []
            return failure

    yield ask
    session.close()


def fault_in(failure: ConnectionProblem) -> tuple[Problem, str]:
    return failure.problem, failure.facts["certificate_fault"]


def test_expired(refused: Refused, authority: trustme.CA) -> None:
    old = issued(authority, start=NOW - timedelta(days=9), end=NOW - timedelta(days=2))

    failure = refused(old, authority.cert_pem.bytes())

    assert fault_in(failure) == (Problem.CERTIFICATE_EXPIRED, "expired")
    assert failure.facts["issuer"] == "Contoso Web Filter"


def test_not_yet_valid(refused: Refused, authority: trustme.CA) -> None:
    early = issued(authority, start=NOW + timedelta(days=2), end=NOW + timedelta(days=9))

    failure = refused(early, authority.cert_pem.bytes())

    assert fault_in(failure) == (Problem.CERTIFICATE_NOT_YET_VALID, "not-yet-valid")
    assert failure.facts["issuer"] == "Contoso Web Filter"


@pytest.mark.parametrize("name", ["dev.azure.example", "127.0.0.2"])
def test_wrong_host(name: str, refused: Refused, authority: trustme.CA) -> None:
    failure = refused(issued(authority, name), authority.cert_pem.bytes())

    assert fault_in(failure) == (Problem.CERTIFICATE_WRONG_HOST, "wrong-host")
    assert failure.facts["issuer"] == "Contoso Web Filter"


def test_wrong_name_where_the_host_is_a_name(authority: trustme.CA) -> None:
    session = RequestsSession()
    with tls_server(authority, names=("dev.azure.example",)) as server:
        url = server.url.replace(HOST, "localhost")
        session.trust(server.ca_pem, [url])

        assert fault_in(problem_of(session, Request("GET", url, SHORT))) == (
            Problem.CERTIFICATE_WRONG_HOST,
            "wrong-host",
        )
    session.close()


def test_unknown_issuer(refused: Refused, authority: trustme.CA) -> None:
    failure = refused(issued(authority))

    assert fault_in(failure) == (Problem.CERTIFICATE_UNTRUSTED, "unknown-issuer")
    assert failure.facts["issuer"] == "Contoso Web Filter"


def test_chain_that_ends_in_an_unknown_root(refused: Refused, authority: trustme.CA) -> None:
    failure = refused(issued(authority, whole=True))

    assert fault_in(failure) == (Problem.CERTIFICATE_UNTRUSTED, "self-signed")
    assert failure.facts["issuer"] == "Contoso Web Filter"


def test_self_signed(refused: Refused) -> None:
    failure = refused(self_signed(common_name="appliance", organization_name="Contoso"))

    assert fault_in(failure) == (Problem.CERTIFICATE_UNTRUSTED, "self-signed")
    assert failure.facts["issuer"] == "appliance"


def test_strict_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a system's settings ask for them."""
    root, identity = without_key_identifiers()
    plain = http._openssl_context

    def strict() -> ssl.SSLContext:
        context = plain()
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    with tls_server(identity_pem=identity) as server:
        lenient = RequestsSession()
        lenient.trust(root, [server.url])
        assert get(lenient, server.url).status == 200
        lenient.close()
        monkeypatch.setattr(http, "_openssl_context", strict)
        session = RequestsSession()
        session.trust(root, [server.url])

        failure = problem_of(session, Request("GET", server.url, SHORT))

        session.close()
    assert fault_in(failure) == (Problem.CERTIFICATE_STRICT, "strict-rules")
    assert failure.facts["issuer"] == "Contoso Old Root"
    assert failure.facts["description"]


def test_every_fault_has_a_problem() -> None:
    assert set(PROBLEM_OF_FAULT) == set(CertificateFault)


def test_fault_without_a_number_known_here_is_another() -> None:
    unknown = ssl.SSLCertVerificationError(1, "words alone")

    assert fault_of(unknown) is CertificateFault.OTHER
    unknown.verify_code = 23  # revoked
    assert fault_of(unknown) is CertificateFault.OTHER


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"organization_name": "Contoso Ltd"}, "Contoso Ltd"),
        ({"common_name": "  two\n\tlines \u202egnirts "}, "two lines gnirts"),
        ({"common_name": "\u200b", "organization_name": "Contoso"}, "Contoso"),
        ({"common_name": "x" * 64}, "x" * 64),
        ({}, ""),
    ],
    ids=["organization", "controls", "blank", "long", "nameless"],
)
def test_issuer_is_one_readable_line(names: dict[str, str], shown: str) -> None:
    with tls_server(identity_pem=self_signed(**names)) as server:
        assert presented_issuer(server.url) == shown


def test_issuer_that_can_not_be_read_changes_nothing(refused: Refused, authority: trustme.CA) -> None:
    failure = refused(self_signed())

    assert fault_in(failure) == (Problem.CERTIFICATE_UNTRUSTED, "self-signed")
    assert "issuer" not in failure.facts


def test_server_that_is_gone_has_no_issuer(authority: trustme.CA) -> None:
    with tls_server(authority) as server:
        url = server.url
    assert presented_issuer(url) == ""


def test_server_that_says_nothing_has_no_issuer() -> None:
    with socket.create_server((HOST, 0)) as silent:
        assert presented_issuer(f"https://{HOST}:{silent.getsockname()[1]}", wait_s=0.05) == ""


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "https://127.0.0.1:1", "http://[half", "::"])
def test_proxy_of_another_kind_is_not_asked(proxy: str, authority: trustme.CA) -> None:
    with tls_server(authority) as server:
        assert presented_issuer(server.url, proxy) == ""
        assert server.connections == 0


@contextmanager
def tunnel(server: TlsServer, asked: list[bytes]) -> Iterator[str]:
    """A proxy that leads to `server`, once, whoever is asked for, and keeps the words it was asked with."""
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            near, _ = listener.accept()
            far = socket.create_connection((HOST, int(server.url.rpartition(":")[2])))
            with near, far:
                asked.append(near.recv(4096))
                near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_copy, args=(far, near))
                back.start()
                _copy(near, far)
                back.join()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://someone:hidden@{HOST}:{listener.getsockname()[1]}"
        thread.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_issuer_is_read_through_the_proxy_without_its_password(authority: trustme.CA) -> None:
    asked: list[bytes] = []
    with tls_server(authority) as server, tunnel(server, asked) as proxy:
        assert presented_issuer("https://dev.azure.example", proxy) == "Contoso Web Filter"

    assert asked[0].startswith(b"CONNECT dev.azure.example:443 ")
    assert b"uthorization" not in asked[0]
    assert server.seen == []


def test_proxy_of_the_system_is_the_way_to_the_issuer(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    ways: list[tuple[str, str]] = []

    def note(url: str, proxy: str = "", wait_s: float = 0) -> str:
        ways.append((url, proxy))
        return "Contoso Web Filter"

    monkeypatch.setattr(http, "presented_issuer", note)
    asked: list[bytes] = []
    session = RequestsSession()
    with tls_server(authority) as server, tunnel(server, asked) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        failure = problem_of(session, Request("GET", "https://dev.azure.example/x", SHORT))
    session.close()

    assert failure.facts["issuer"] == "Contoso Web Filter"
    assert ways == [("https://dev.azure.example/x", proxy)]


def test_nothing_else_asks_for_an_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate_faults, "_presented_leaf", lambda *given: pytest.fail("asked"))
    with tls_server() as server:
        url = server.url
    session = RequestsSession()

    assert problem_of(session, Request("GET", url, SHORT)).problem is Problem.CONNECTION_REFUSED
    session.close()
