"""A proxy on the way: each way it can fail is told apart, with words."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.core.ports import Request, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.retries import CautiousRetry

PATIENT = Timeout(connect_s=10, read_s=10, total_s=30)
HASTY = Timeout(connect_s=10, read_s=10, total_s=0.3)
UNTIL_IT_LEAVES = 200
Deed = Callable[[socket.socket], None]


@contextlib.contextmanager
def a_proxy(deed: Deed) -> Iterator[str]:
    """Serves one connection after the other: reads what it is asked for, then does its deed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                visitor, _ = listener.accept()
                with visitor, contextlib.suppress(OSError):
                    visitor.settimeout(10)
                    visitor.recv(4_000)
                    deed(visitor)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            with contextlib.suppress(OSError), socket.create_connection(listener.getsockname()) as last:
                last.sendall(b"\r\n")
            thread.join()


def says(line: str) -> Deed:
    return lambda visitor: visitor.sendall(f"HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n".encode())


def trickles(visitor: socket.socket) -> None:
    for _ in range(UNTIL_IT_LEAVES):
        visitor.sendall(b"H")
        with contextlib.suppress(TimeoutError):
            visitor.settimeout(0.02)
            if visitor.recv(1) == b"":
                return


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CautiousRetry, "get_backoff_time", lambda self: 0.0)


def problem_behind(proxy: str, timeout: Timeout, monkeypatch: pytest.MonkeyPatch) -> ConnectionProblem:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    session = RequestsSession()
    try:
        with pytest.raises(ConnectionProblem) as caught:
            session.send(Request("GET", "https://dev.azure.example/contoso", timeout))
    finally:
        session.close()
    return caught.value


@pytest.mark.parametrize(
    ("deed", "timeout", "problem"),
    [
        (says("407 Proxy Authentication Required"), PATIENT, Problem.PROXY_AUTHENTICATION),
        (says("407 Anmeldung erforderlich"), PATIENT, Problem.PROXY_AUTHENTICATION),
        (says("403 Forbidden"), PATIENT, Problem.PROXY_BLOCKED),
        (says("502 Bad Gateway"), PATIENT, Problem.PROXY_FAILED),
        (lambda visitor: None, PATIENT, Problem.CONNECTION_LOST),  # as if it were the server
        (trickles, HASTY, Problem.ANSWER_TOO_SLOW),
    ],
    ids=["asks who we are", "in another language", "says no", "has trouble", "hangs up", "trickles"],
)
def test_a_proxy_that_does_not_let_through_is_told(
    deed: Deed, timeout: Timeout, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_proxy(deed) as proxy:
        failure = problem_behind(proxy, timeout, monkeypatch)

    assert failure.problem is problem
    assert failure.facts["host"] == "dev.azure.example"
    assert guidance_of(failure, Place()).now


@pytest.mark.parametrize("proxy", ["http://no-such-proxy.invalid:8080", "closed"])
def test_a_proxy_that_is_not_there_is_told(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
        failure = problem_behind(closed if proxy == "closed" else proxy, PATIENT, monkeypatch)

    assert failure.problem is Problem.PROXY_UNREACHABLE
