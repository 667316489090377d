"""A request has one limit for everything, and its end harms no other request."""

import threading
from collections.abc import Iterator

import pytest
import trustme

from desktop_app.core.ports import Request, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.time_limit import TimeLimit, TimeLimitPassed
from tests.fakes.tls_server import Answer, Seen, TlsServer, tls_server

BRIEF = Timeout(connect_s=10, read_s=10, total_s=0.2)
AMPLE = Timeout(connect_s=10, read_s=10, total_s=30)


@pytest.fixture
def server() -> Iterator[TlsServer]:
    with tls_server(trustme.CA()) as running:
        yield running


@pytest.fixture
def session(server: TlsServer) -> Iterator[RequestsSession]:
    http = RequestsSession()
    http.trust(server.ca_pem, [server.url])
    yield http
    http.close()


def test_a_silent_server_is_left_when_the_whole_time_is_over_and_not_asked_again(
    server: TlsServer, session: RequestsSession
) -> None:
    go_on = threading.Event()

    def wait(seen: Seen) -> Answer:
        go_on.wait(20)
        return Answer()

    server.script = wait
    try:
        with pytest.raises(ConnectionProblem) as caught:
            session.send(Request("GET", server.url, BRIEF))
    finally:
        go_on.set()

    assert caught.value.problem is Problem.ANSWER_TOO_SLOW
    assert caught.value.facts["limit_s"] == "0.2"
    assert len(server.seen) == 1


def test_a_connection_that_was_used_before_is_limited_too(server: TlsServer, session: RequestsSession) -> None:
    go_on = threading.Event()

    def wait(seen: Seen) -> Answer:
        if seen.path == "/slow":
            go_on.wait(20)
        return Answer(body=b"ok")

    server.script = wait
    session.send(Request("GET", server.url, AMPLE))
    try:
        with pytest.raises(ConnectionProblem) as caught:
            session.send(Request("GET", f"{server.url}/slow", BRIEF))
    finally:
        go_on.set()

    assert caught.value.problem is Problem.ANSWER_TOO_SLOW
    assert server.connections == 1


def keep_limits(monkeypatch: pytest.MonkeyPatch) -> list[TimeLimit]:
    """The limits of all requests from now on; they do not let go of their connection at the end."""
    made: list[TimeLimit] = []

    class Kept(TimeLimit):
        def __init__(self, seconds: float) -> None:
            super().__init__(seconds)
            made.append(self)

        def __exit__(self, *_: object) -> None:
            self._timer.cancel()

    monkeypatch.setattr("desktop_app.infra.http.TimeLimit", Kept)
    return made


def test_the_end_of_one_request_s_time_leaves_the_next_one_alone(
    server: TlsServer, session: RequestsSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is back in the pool a moment before the first request ends; it must not be cut for the second."""
    began, go_on = threading.Event(), threading.Event()

    def answer(seen: Seen) -> Answer:
        if seen.path == "/second":
            began.set()
            go_on.wait(20)
        return Answer(body=seen.path.encode())

    server.script = answer
    answered: list[bytes] = []
    limits = keep_limits(monkeypatch)
    session.send(Request("GET", f"{server.url}/first", AMPLE))
    (first,) = limits
    second = threading.Thread(
        target=lambda: answered.append(session.send(Request("GET", f"{server.url}/second", AMPLE)).body)
    )
    second.start()
    assert began.wait(20)
    first._end()  # as its timer would, had it gone off in the last moment
    go_on.set()
    second.join()

    assert answered == [b"/second"]
    assert server.connections == 1


def test_nothing_begins_once_the_time_is_over() -> None:
    limit = TimeLimit(30)
    with limit:
        limit._end()

        assert limit.passed
        with pytest.raises(TimeLimitPassed):
            limit.watch(None)
