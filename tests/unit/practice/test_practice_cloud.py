"""The server itself: faults, idle connections, stopping, restarting, other host names, and what it remembers."""

import gc
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography import x509

from desktop_app.core.credential import Secret
from desktop_app.practice import (
    REAL_HOSTS,
    CardLabel,
    CardTitle,
    Fault,
    FaultKind,
    PracticeCloud,
    Service,
    make_certificate,
    throttled,
)
from tests.fakes.clock import FakeClock
from tests.unit.practice.visitor import Visitor

PROJECTS = "/contoso/_apis/projects"


_elsewhere: set[threading.Thread] = set()


@pytest.fixture(autouse=True)
def _only_this_test() -> None:
    """Other tests share a practice cloud of their own, which runs on."""
    _elsewhere.clear()
    _elsewhere.update(threading.enumerate())


def practice_threads() -> list[str]:
    return [
        thread.name
        for thread in threading.enumerate()
        if thread.name.startswith("practice-") and thread not in _elsewhere
    ]


def test_a_dropped_request_gets_no_answer(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.faults.add(Fault(FaultKind.DROP, path_contains="/projects"))

    with pytest.raises(requests.ConnectionError):
        visitor.api(PROJECTS)
    assert visitor.api(PROJECTS).status_code == 200
    assert [one.status for one in cloud.requests.of(Service.DEVOPS)] == [0, 200]


def test_a_truncated_answer_ends_early(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.faults.add(Fault(FaultKind.TRUNCATE))

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        visitor.api(PROJECTS)


def test_garbage_is_no_json_and_a_byte_order_mark_is_before_it(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.faults.add(Fault(FaultKind.GARBAGE))
    cloud.faults.add(Fault(FaultKind.BOM))

    garbage, marked = visitor.api(PROJECTS), visitor.api(PROJECTS)

    assert garbage.headers["Content-Type"].startswith("application/json")
    with pytest.raises(requests.JSONDecodeError):
        garbage.json()
    assert marked.content.startswith(b"\xef\xbb\xbf{")


def test_throttling_tells_when_to_come_back(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.faults.add(throttled(7, service=Service.DEVOPS, times=None))

    answer = visitor.api(PROJECTS)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert "TF400733" in answer.json()["message"]
    assert visitor.api(PROJECTS).status_code == 429
    cloud.faults.clear()
    assert visitor.api(PROJECTS).status_code == 200


def test_a_fault_meets_only_what_it_names(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.faults.add(Fault(FaultKind.STATUS, service=Service.RELEASE, status=503))
    cloud.faults.add(Fault(FaultKind.STATUS, method="POST", status=502))

    assert visitor.api(PROJECTS).status_code == 200
    assert visitor.api("/contoso/Shop/_apis/release/definitions", base=cloud.cloud.release).status_code == 503


def test_a_delay_ends_when_the_cloud_stops(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.faults.add(Fault(FaultKind.DELAY, seconds=3600))
    failed = threading.Event()

    def ask() -> None:
        try:
            visitor.api(PROJECTS)
        except requests.ConnectionError:
            failed.set()

    asking = threading.Thread(target=ask)
    asking.start()
    while not practice_threads().count("practice-connection"):
        asking.join(0.01)
    cloud.stop()
    asking.join(10)

    assert failed.is_set()
    assert practice_threads() == []


def connect(cloud: PracticeCloud) -> socket.socket:
    host, port = cloud.cloud.devops.removeprefix("https://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def test_idle_connections_hold_up_nobody(cloud: PracticeCloud, visitor: Visitor) -> None:
    with connect(cloud), connect(cloud), connect(cloud):
        assert visitor.api(PROJECTS).status_code == 200


def test_what_is_no_tls_is_hung_up_on_in_silence(
    cloud: PracticeCloud, visitor: Visitor, capfd: pytest.CaptureFixture[str]
) -> None:
    with connect(cloud) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        while plain.recv(4096):
            pass
    visitor.api(PROJECTS)

    assert capfd.readouterr() == ("", "")


def test_a_connection_is_kept_for_the_next_request(cloud: PracticeCloud, visitor: Visitor) -> None:
    for _ in range(5):
        visitor.api(PROJECTS)
        visitor.api("/contoso/_apis/teams", method="HEAD", version="7.1-preview.3")

    assert practice_threads().count("practice-connection") == 1


@pytest.mark.parametrize("headers", [{"Content-Length": "99999999"}, {"Transfer-Encoding": "chunked"}])
def test_bodies_that_are_too_much_are_refused(cloud: PracticeCloud, visitor: Visitor, headers: dict[str, str]) -> None:
    answer = visitor.get(cloud.cloud.devops + PROJECTS, headers=headers)

    assert answer.status_code in (411, 413)


def test_stopping_leaves_neither_thread_nor_socket(clock: FakeClock, tmp_path: Path) -> None:
    cloud = PracticeCloud(now=clock.now).start()
    with Visitor(cloud, tmp_path) as visitor, connect(cloud):
        visitor.api(PROJECTS)
        cloud.stop()

        assert practice_threads() == []
        with pytest.raises(ConnectionRefusedError):
            connect(cloud)
    cloud.stop()
    gc.collect()  # an unclosed socket would warn, and a warning fails the test


def test_it_starts_once_but_again_after_a_stop(cloud: PracticeCloud) -> None:
    with pytest.raises(RuntimeError):
        cloud.start()
    cloud.stop()
    cloud.start()

    assert cloud.ca_pem.startswith(b"-----BEGIN CERTIFICATE-----")


def test_nothing_is_known_before_the_start() -> None:
    cloud = PracticeCloud()

    with pytest.raises(RuntimeError):
        cloud.card()
    with pytest.raises(RuntimeError):
        _ = cloud.ca_pem


def test_the_certificate_is_the_one_that_is_shown(cloud: PracticeCloud) -> None:
    context = ssl.create_default_context(cadata=cloud.ca_pem.decode())
    with connect(cloud) as plain, context.wrap_socket(plain, server_hostname="localhost") as tls:
        assert tls.getpeercert(binary_form=True) == cloud.certificate_der


@pytest.fixture
def second_run(clock: FakeClock, tmp_path: Path) -> Iterator[Visitor]:
    folder = tmp_path / "second"
    folder.mkdir()
    with PracticeCloud(now=clock.now) as cloud, Visitor(cloud, folder) as visitor:
        yield visitor


def test_tokens_of_one_run_are_good_in_the_next(cloud: PracticeCloud, visitor: Visitor, second_run: Visitor) -> None:
    first = visitor.user_token()
    pat = cloud.directory.pat("four-scopes").value
    app_token = visitor.app_token()
    cloud.stop()

    refreshed = second_run.token(
        client_id=cloud.directory.app("desktop").client_id,
        grant_type="refresh_token",
        refresh_token=first["refresh_token"],
    )

    assert second_run.cloud.directory.pat("four-scopes").value == pat
    assert second_run.api(PROJECTS).status_code == 200
    assert second_run.api(PROJECTS, bearer=first["access_token"]).status_code == 200
    assert second_run.api(PROJECTS, bearer=app_token).status_code == 200
    assert refreshed.status_code == 200
    assert second_run.api(PROJECTS, bearer=refreshed.json()["access_token"]).status_code == 200


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_one_listener_can_stand_in_for_the_real_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = make_certificate(REAL_HOSTS.values())
    with PracticeCloud(hosts=REAL_HOSTS, port=free_port(), certificate=certificate) as cloud:
        port = cloud.cloud.login.rpartition(":")[2]
        resolve = socket.getaddrinfo

        def to_this_computer(host: str, *more: object, **named: object) -> object:
            name = "127.0.0.1" if host in REAL_HOSTS.values() else host
            return resolve(name, *more, **named)  # type: ignore[arg-type]  # passed on as they came

        monkeypatch.setattr(socket, "getaddrinfo", to_this_computer)
        with Visitor(cloud, tmp_path) as visitor:
            token = visitor.app_token()
            projects = visitor.api(PROJECTS, bearer=token)
            wrong_service = visitor.api(PROJECTS, base=cloud.cloud.release, bearer=token)
            unknown = visitor.get(f"https://127.0.0.1:{port}/contoso")

        assert cloud.cloud.login == f"https://login.microsoftonline.com:{port}"
        assert cloud.cloud.devops == f"https://dev.azure.com:{port}"
        assert cloud.ca_pem == certificate.ca_pem
        assert (projects.status_code, wrong_service.status_code, unknown.status_code) == (200, 404, 404)


def test_a_taken_port_is_an_error_for_one_listener_and_replaced_for_seven() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        with pytest.raises(OSError, match=r"in use|only one usage"):
            PracticeCloud(hosts=REAL_HOSTS, port=port).start()
        with PracticeCloud(port=port) as cloud:
            assert not cloud.cloud.login.endswith(f":{port}")
    assert practice_threads() == []


def test_the_record_holds_no_secret(cloud: PracticeCloud, visitor: Visitor) -> None:
    parameters = visitor.sign_in(visitor.authorize("web"))
    answer = visitor.redeem("web", parameters).json()
    visitor.api(PROJECTS)
    visitor.api(PROJECTS, bearer=answer["access_token"], headers={"X-TFS-Session": "session-1"})
    visitor.get(f"{cloud.cloud.native_redirect_uri}?code={parameters['code']}&state=state-1")

    written = repr(cloud.requests.all())
    used = [
        parameters["code"],
        "state-1",
        "nonce-1",
        answer["access_token"],
        answer["refresh_token"],
        cloud.directory.app("web").secrets[0].value.reveal(),
        cloud.directory.pat("four-scopes").value.reveal(),
    ]
    assert [number for number, secret in enumerate(used) if secret in written] == []
    received = cloud.requests.of(Service.DEVOPS)
    assert [one.authorization for one in received] == ["Basic", "Bearer"]
    assert received[1].headers["x-tfs-fedauthredirect"] == "Suppress"
    assert received[1].headers["x-tfs-session"] == "session-1"
    assert "authorization" in received[1].header_names
    assert received[1].query == {"api-version": "7.1"}


def test_a_defect_is_a_500_and_its_message_stays_out_of_the_log(
    cloud: PracticeCloud, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("-".join(["sent", "by", "client"]))

    monkeypatch.setattr(type(cloud.directory), "find_pat", fail)

    assert visitor.api(PROJECTS).status_code == 500
    assert "LookupError" in caplog.text
    assert "sent-by-client" not in caplog.text


def test_the_card_has_what_the_three_wizards_ask_for(cloud: PracticeCloud) -> None:
    card = cloud.card()
    web = card.section(CardTitle.WEB_APP).rows
    by_label = {row.label: row.value for row in web}

    assert by_label[CardLabel.CLIENT_ID] == cloud.directory.app("web").client_id
    assert by_label[CardLabel.TENANT_ID] == cloud.directory.tenant("contoso").id
    assert isinstance(by_label[CardLabel.CLIENT_SECRET], Secret)
    desktop = [row.value for row in card.section(CardTitle.DESKTOP_APP).rows if row.label is CardLabel.REDIRECT_URI]
    assert cloud.cloud.native_redirect_uri in desktop
    tokens = [row for row in card.section(CardTitle.TOKENS).rows if row.label is CardLabel.TOKEN]
    assert len(tokens) == len({row.note for row in tokens}) == 5
    assert {row.value for row in card.section(CardTitle.ACCOUNTS).rows} == set(cloud.directory.accounts)


def test_secrets_on_the_card_and_in_the_directory_do_not_print(cloud: PracticeCloud) -> None:
    written = repr(cloud.card()) + repr(vars(cloud.directory))
    secrets = [pat.value.reveal() for pat in cloud.directory.pats.values()]
    secrets += [secret.value.reveal() for app in cloud.directory.apps.values() for secret in app.secrets]

    assert [number for number, secret in enumerate(secrets) if secret in written] == []


def test_the_certificate_covers_the_loopback_names(cloud: PracticeCloud) -> None:
    certificate = x509.load_der_x509_certificate(cloud.certificate_der)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
