"""Which requests are sent again, and after how long."""

import pytest

from desktop_app.core.ports import Request
from desktop_app.core.problems import Problem
from desktop_app.infra.http import RequestsSession
from tests.fakes.tls_server import Answer, HangUp, TlsServer
from tests.unit.infra.sending import SHORT, get, in_order, problem_of


@pytest.mark.parametrize("status", [502, 503, 504])
def test_read_is_sent_again_when_the_server_is_unwell(server: TlsServer, session: RequestsSession, status: int) -> None:
    server.script = in_order(Answer(status), Answer(200))

    assert get(session, server.url).status == 200


def test_last_answer_is_returned_when_it_stays_unwell(server: TlsServer, session: RequestsSession) -> None:
    server.script = in_order(Answer(503, body=b"down"))

    answer = get(session, server.url)

    assert (answer.status, answer.body, len(server.seen)) == (503, b"down", 3)


def test_lost_connection_is_tried_again(server: TlsServer, session: RequestsSession) -> None:
    server.script = in_order(HangUp, Answer(200))

    assert get(session, server.url).status == 200


@pytest.mark.parametrize("first", [Answer(503), Answer(429, {"Retry-After": "0"}), HangUp])
def test_write_is_never_sent_again(server: TlsServer, session: RequestsSession, first: Answer | type[HangUp]) -> None:
    server.script = in_order(first, Answer(200))
    request = Request("POST", server.url, SHORT, body=b"code=once")

    if first is HangUp:
        assert problem_of(session, request).problem is Problem.CONNECTION_LOST
    else:
        assert session.send(request).status in {429, 503}
    assert len(server.seen) == 1


def test_throttled_read_is_sent_again_after_the_time_asked_for(
    server: TlsServer, session: RequestsSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", slept.append)
    server.script = in_order(Answer(429, {"Retry-After": "7"}), Answer(200))

    assert get(session, server.url).status == 200
    assert slept == [7]


@pytest.mark.parametrize("header", ["11", "3600", "not a number"])
@pytest.mark.parametrize("status", [429, 503])
def test_long_wait_is_not_slept_but_told(
    server: TlsServer, session: RequestsSession, monkeypatch: pytest.MonkeyPatch, header: str, status: int
) -> None:
    monkeypatch.setattr("urllib3.util.retry.time.sleep", lambda seconds: pytest.fail(f"slept {seconds} s"))
    server.script = in_order(Answer(status, {"Retry-After": header}), Answer(200))

    answer = get(session, server.url)

    assert (answer.status, answer.headers["retry-after"]) == (status, header)
