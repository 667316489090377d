"""RequestsSession over real TLS on this computer: what it sends, how it fails, what it keeps to itself."""

import base64
import contextlib
import logging
import socket
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app import __version__
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.ports import REQUESTS_AT_ONCE, Request, Timeout
from desktop_app.core.problems import Problem
from desktop_app.infra.http import RequestsSession
from tests.fakes.tls_server import Answer, HangUp, Seen, TlsServer
from tests.unit.infra.sending import SHORT, get, in_order, problem_of


def test_answer_is_whole_with_lower_case_header_names(server: TlsServer, session: RequestsSession) -> None:
    server.script = lambda seen: Answer(404, {"X-VSS-E2EID": "e2e", "Content-Type": "application/json"}, b"{}")

    answer = get(session, f"{server.url}/contoso")

    assert (answer.status, answer.body, answer.headers["x-vss-e2eid"]) == (404, b"{}", "e2e")
    assert answer.is_json


def test_method_headers_and_body_arrive_as_given(server: TlsServer, session: RequestsSession) -> None:
    session.send(Request("POST", f"{server.url}/token?a=1", SHORT, {"X-Custom": "yes"}, b"grant_type=x"))

    [seen] = server.seen
    assert (seen.method, seen.path, seen.body) == ("POST", "/token?a=1", b"grant_type=x")
    assert seen.headers["x-custom"] == "yes"
    assert seen.headers["user-agent"] == f"ado-connect/{__version__}"


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "ftp://127.0.0.1/", "/relative", "https://name:word@127.0.0.1/"])
def test_only_https_without_a_user_name_is_sent(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        get(RequestsSession(), url)


def test_redirect_is_an_answer_and_never_followed(server: TlsServer, session: RequestsSession) -> None:
    server.script = lambda seen: Answer(302, {"Location": "/elsewhere"})

    assert get(session, server.url).headers["location"] == "/elsewhere"
    assert len(server.seen) == 1


def test_cookie_of_one_answer_is_not_sent_with_the_next_request(server: TlsServer, session: RequestsSession) -> None:
    server.script = lambda seen: Answer(headers={"Set-Cookie": "session=someone; Path=/"})

    get(session, server.url)
    get(session, server.url)

    assert ["cookie" in seen.headers for seen in server.seen] == [False, False]


def test_netrc_neither_replaces_nor_adds_a_credential(
    server: TlsServer, session: RequestsSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password word\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    get(session, server.url, Authorization="Bearer mine")
    get(session, server.url)

    assert [seen.headers.get("authorization") for seen in server.seen] == ["Bearer mine", None]


def test_connection_is_used_again(server: TlsServer, session: RequestsSession) -> None:
    for _ in range(3):
        get(session, server.url)

    assert server.connections == 1


def test_many_threads_get_their_own_answers(server: TlsServer, session: RequestsSession) -> None:
    server.script = lambda seen: Answer(body=seen.path.encode())
    paths = [f"/{number}" for number in range(40)]

    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda path: get(session, server.url + path).body.decode(), paths))

    assert bodies == paths


# --- failures


def test_unknown_name_without_any_network_is_no_network() -> None:
    session = RequestsSession(way_out=lambda: False)
    failure = problem_of(session, Request("GET", "https://no-such-host.invalid/", SHORT))

    assert failure.problem is Problem.NO_NETWORK
    assert failure.facts["host"] == "no-such-host.invalid"


def hang_up(listener: socket.socket) -> None:
    """Take connections and close them, until nobody listens any more: a request that was cut off is tried again."""
    with contextlib.suppress(OSError):
        while True:
            listener.accept()[0].close()


def test_this_computer_itself_needs_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closer = threading.Thread(target=hang_up, args=[listener])
        closer.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        failure = problem_of(RequestsSession(way_out=lambda: False), Request("GET", url, SHORT))
        listener.shutdown(socket.SHUT_RDWR)
        closer.join(5)

    assert failure.problem is Problem.CONNECTION_LOST


@pytest.fixture
def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"https://127.0.0.1:{listener.getsockname()[1]}"


def test_closed_port_is_refused(closed_port: str) -> None:
    assert problem_of(RequestsSession(), Request("GET", closed_port, SHORT)).problem is Problem.CONNECTION_REFUSED


def test_unknown_name_is_not_resolved() -> None:
    session = RequestsSession(way_out=lambda: True)
    failure = problem_of(session, Request("GET", "https://no-such-host.invalid/a?secret=b", SHORT))

    assert failure.problem is Problem.NAME_NOT_RESOLVED
    assert failure.facts["host"] == "no-such-host.invalid"
    assert "secret" not in repr(dict(failure.facts))


def test_server_that_always_hangs_up_is_a_lost_connection(server: TlsServer, session: RequestsSession) -> None:
    server.script = in_order(HangUp)

    assert problem_of(session, Request("GET", server.url, SHORT)).problem is Problem.CONNECTION_LOST


def test_half_an_answer_is_cut_off(server: TlsServer, session: RequestsSession) -> None:
    server.script = lambda seen: Answer(body=b'{"value":', announced=500)

    assert problem_of(session, Request("GET", server.url, SHORT)).problem is Problem.ANSWER_CUT_OFF


def test_broken_compression_is_no_answer(server: TlsServer, session: RequestsSession) -> None:
    server.script = lambda seen: Answer(headers={"Content-Encoding": "gzip"}, body=b"not gzip")

    assert problem_of(session, Request("GET", server.url, SHORT)).problem is Problem.NOT_JSON


def test_answer_above_the_limit_is_not_read_to_its_end(server: TlsServer) -> None:
    session = RequestsSession(max_body_bytes=1_000)
    session.trust(server.ca_pem, [server.url])
    server.script = lambda seen: Answer(body=b"x" * 1_001)

    failure = problem_of(session, Request("GET", server.url, SHORT))

    assert failure.problem is Problem.ANSWER_TOO_LARGE
    assert failure.facts["limit_bytes"] == "1000"
    session.close()


def test_silent_server_runs_into_the_time_limit_once(server: TlsServer, session: RequestsSession) -> None:
    go_on = threading.Event()

    def wait(seen: Seen) -> Answer:
        go_on.wait(30)
        return Answer()

    server.script = wait
    try:
        failure = problem_of(session, Request("GET", server.url, Timeout(connect_s=5, read_s=0.05)))
    finally:
        go_on.set()

    assert failure.problem is Problem.TIMED_OUT
    assert len(server.seen) == 1


def test_server_that_does_not_speak_tls_is_a_tls_failure() -> None:
    def speak_plainly() -> None:
        visitor, _ = listener.accept()
        with visitor:
            visitor.recv(1_000)
            visitor.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=speak_plainly)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        failure = problem_of(RequestsSession(), Request("GET", url, SHORT))
        thread.join()

    assert failure.problem is Problem.TLS_FAILED


# --- proxies


def test_proxy_of_the_system_is_used_and_its_failure_told(closed_port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", closed_port.replace("https://", "http://"))

    failure = problem_of(RequestsSession(), Request("GET", "https://dev.azure.example/", SHORT))

    assert failure.problem is Problem.PROXY_UNREACHABLE


def test_this_computer_is_reached_without_the_proxy(
    server: TlsServer, session: RequestsSession, closed_port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", closed_port.replace("https://", "http://"))

    assert get(session, server.url).status == 200


# --- secrets


def test_no_secret_in_problem_log_or_traceback(
    server: TlsServer, caplog: pytest.LogCaptureFixture, session: RequestsSession
) -> None:
    value = "s3cr3t" + "q" * 40
    headers = {"Authorization": "Basic " + base64.b64encode(f":{value}".encode()).decode()}
    request = Request("POST", f"{server.url}/token", SHORT, headers, f"client_secret={value}".encode())
    server.script = in_order(HangUp)
    caplog.set_level(logging.DEBUG)

    failure = problem_of(session, request)

    seen = "".join([*traceback.format_exception(failure), caplog.text, repr(request), repr(dict(failure.facts))])
    seen += repr(session) + repr(replace(request, method="GET"))
    assert value not in seen
    assert headers["Authorization"].removeprefix("Basic ") not in seen


class Crowd:
    """A script that answers nobody before `open` is set, and keeps how many waited at most."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.arrived = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._waiting = 0
        self.most = 0

    def __call__(self, seen: Seen) -> Answer:
        with self._lock:
            self._waiting += 1
            self.most = max(self.most, self._waiting)
        self.arrived.release()
        assert self.open.wait(30)
        with self._lock:
            self._waiting -= 1
        return Answer()


def test_thirty_two_requests_are_in_flight_at_most(server: TlsServer, session: RequestsSession) -> None:
    server.script = crowd = Crowd()
    with ThreadPoolExecutor(3 * REQUESTS_AT_ONCE) as pool:
        sent = [pool.submit(get, session, server.url) for _number in range(3 * REQUESTS_AT_ONCE)]
        for _number in range(REQUESTS_AT_ONCE):
            assert crowd.arrived.acquire(timeout=30)
        crowd.open.set()
        assert {request.result().status for request in sent} == {200}

    assert crowd.most == REQUESTS_AT_ONCE
    assert len(server.seen) == 3 * REQUESTS_AT_ONCE


def test_request_that_waits_for_its_turn_is_not_sent_after_cancel(server: TlsServer, session: RequestsSession) -> None:
    server.script = crowd = Crowd()
    cancel = Cancel()
    request = Request("GET", server.url, SHORT, cancel=cancel)
    with ThreadPoolExecutor(2 * REQUESTS_AT_ONCE) as pool:
        sent = [pool.submit(session.send, request) for _number in range(2 * REQUESTS_AT_ONCE)]
        for _number in range(REQUESTS_AT_ONCE):
            assert crowd.arrived.acquire(timeout=30)
        cancel.request()
        crowd.open.set()
        failures = [type(request.exception()) for request in sent]

    assert (failures.count(type(None)), failures.count(Cancelled)) == (REQUESTS_AT_ONCE, REQUESTS_AT_ONCE)
    assert len(server.seen) == REQUESTS_AT_ONCE
