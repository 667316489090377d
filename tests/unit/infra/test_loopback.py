"""The listener for a sign-in in the person's own browser, with real sockets."""

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

import psutil
import pytest

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra import loopback
from desktop_app.infra.loopback import LoopbackSignIn
from desktop_app.infra.loopback_http import LoopbackPage, Target

PAGE = LoopbackPage("Signed in & done", "You can close this <window>.")
STATE = "the-state"
START = f"https://login.example/authorize?client_id=c&state={STATE}"
LIMIT_S = 30.0  # only reached by a test that fails


@dataclass
class Browser:
    """Plays the browser: sends `requests` (path and query) one after the other when it is opened."""

    requests: tuple[str, ...]
    method: str = "GET"
    host: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)
    port: int = 0
    answers: list[HTTPResponse] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    def open(self, start_url: str) -> bool:
        for path in self.requests:
            with closing(HTTPConnection(self.host, self.port, timeout=LIMIT_S)) as connection:
                connection.putrequest(self.method, path, skip_host=True)
                for name, value in ({"Host": f"localhost:{self.port}"} | self.headers).items():
                    connection.putheader(name, value)
                connection.endheaders()
                answer = connection.getresponse()
                self.answers.append(answer)
                self.bodies.append(answer.read().decode())
        return True

    @property
    def statuses(self) -> list[int]:
        return [answer.status for answer in self.answers]


GOOD = f"/?code=c%2Fd&state={STATE}"


def sign_in(*browsers: Browser, path: str = "", opener: Callable[[str], bool] | None = None) -> str:
    """One sign-in with `browsers` told the port; `opener` plays the browser, by default the first of them does."""
    done = threading.Event()

    def play(start_url: str) -> bool:
        try:
            return (opener or browsers[0].open)(start_url)
        finally:
            done.set()

    with LoopbackSignIn(play, PAGE, timeout_s=LIMIT_S, path=path) as surface:
        for browser in browsers:
            browser.port = urlsplit(surface.redirect_uri).port or 0
        answer = surface.show(START, surface.redirect_uri, Cancel())
        assert done.wait(LIMIT_S)
    return answer


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_answer_with_the_state_is_returned_whole() -> None:
    browser = Browser((GOOD,))
    assert sign_in(browser) == f"http://localhost:{browser.port}?code=c%2Fd&state={STATE}"
    assert browser.statuses == [200]
    assert port_is_free(browser.port)


def test_it_listens_on_this_computer_alone() -> None:
    listening: set[tuple[str, int]] = set()

    class Looking(Browser):
        def open(self, start_url: str) -> bool:
            sockets = psutil.Process().net_connections("tcp")
            addresses = [one.laddr for one in sockets if one.status == psutil.CONN_LISTEN]
            listening.update((ip, port) for ip, port in addresses if port == self.port)
            return super().open(start_url)

    browser = Looking((GOOD,))
    sign_in(browser)
    assert {ip for ip, _port in listening} in ({"127.0.0.1"}, {"127.0.0.1", "::1"})


def test_error_is_an_answer_too() -> None:
    browser = Browser((f"/?error=access_denied&state={STATE}",))
    assert sign_in(browser).endswith(f"?error=access_denied&state={STATE}")


def test_page_says_so_without_script_and_leaves_nothing_behind() -> None:
    browser = Browser((GOOD,))
    sign_in(browser)
    answer, body = browser.answers[0], browser.bodies[0]
    assert "You can close this &lt;window&gt;." in body
    assert "Signed in &amp; done" in body
    assert "c%2Fd" not in body
    assert "<script" not in body
    assert answer.getheader("Cache-Control") == "no-store"
    assert answer.getheader("Referrer-Policy") == "no-referrer"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert "default-src 'none'" in (answer.getheader("Content-Security-Policy") or "")
    assert answer.getheader("Server") is None


@pytest.mark.parametrize(
    "other",
    [
        "/",
        "/favicon.ico",
        "/?code=c",
        "/?code=c&state=wrong",
        "/?code=c&state=",
        f"/?code=c&state={STATE}&state={STATE}",
        f"/?code=c&code=d&state={STATE}",
        f"/?state={STATE}",
        f"/other?code=c&state={STATE}",
        "/?" + "&".join(f"a{number}=1" for number in range(40)) + f"&code=c&state={STATE}",
    ],
)
def test_anything_else_is_not_found_and_it_goes_on_listening(other: str) -> None:
    browser = Browser((other, GOOD))
    assert sign_in(browser).endswith(GOOD[1:])
    assert browser.statuses == [404, 200]
    assert browser.bodies[0] == ""


def test_path_of_the_redirect_uri_counts() -> None:
    browser = Browser((GOOD, f"/callback?code=c&state={STATE}"))
    assert sign_in(browser, path="/callback") == f"http://localhost:{browser.port}/callback?code=c&state={STATE}"
    assert browser.statuses == [404, 200]


def test_only_get_is_taken() -> None:
    posting, getting = Browser((GOOD,), method="POST"), Browser((GOOD,))
    sign_in(posting, getting, opener=lambda url: posting.open(url) and getting.open(url))
    assert posting.statuses == [405]
    assert getting.statuses == [200]


@pytest.mark.parametrize("name", ["evil.example", "localhost", "localhost:1", "localhost.evil.example:{port}", ""])
def test_other_host_names_are_turned_away(name: str) -> None:
    browser = Browser((GOOD,))

    def both(start_url: str) -> bool:
        misled = Browser((GOOD,), headers={"Host": name.format(port=browser.port)}, port=browser.port)
        misled.open(start_url)
        browser.answers += misled.answers
        return browser.open(start_url)

    sign_in(browser, opener=both)
    assert browser.statuses == [421, 200]


@pytest.mark.parametrize(
    ("head", "first_line"),
    [
        (b"\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"GET / HTTP/2.0\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"GET http://localhost/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"GET /\xff HTTP/1.1\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, b""),
    ],
)
def test_garbage_is_answered_shortly_and_disturbs_nobody(head: bytes, first_line: bytes) -> None:
    browser = Browser((GOOD,))
    received: list[bytes] = []

    def both(start_url: str) -> bool:
        with socket.create_connection(("127.0.0.1", browser.port), timeout=LIMIT_S) as client:
            try:
                client.sendall(head)
                received.append(client.recv(4096))
            except ConnectionError:  # it was cut off before it had said all
                received.append(b"")
        return browser.open(start_url)

    sign_in(browser, opener=both)
    assert received[0].split(b"\r\n")[0] == first_line


def test_silent_clients_do_not_hold_up_the_answer() -> None:
    browser = Browser((GOOD,))
    silent: list[socket.socket] = []

    def both(start_url: str) -> bool:
        for number in range(10):
            client = socket.create_connection(("127.0.0.1", browser.port), timeout=LIMIT_S)
            client.sendall(b"GET / HT"[:number])
            silent.append(client)
        return browser.open(start_url)

    assert sign_in(browser, opener=both).endswith(GOOD[1:])
    for client in silent:
        client.close()


def test_silent_client_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "CLIENT_LIMIT_S", 0.05)
    browser = Browser((GOOD,))

    def both(start_url: str) -> bool:
        with (
            socket.create_connection(("127.0.0.1", browser.port), timeout=LIMIT_S) as client,
            suppress(ConnectionResetError),
        ):
            assert client.recv(1) == b""
        return browser.open(start_url)

    sign_in(browser, opener=both)


def test_only_the_first_of_many_answers_counts() -> None:
    browsers = [Browser((f"/?code=c{number}&state={STATE}",)) for number in range(8)]

    def all_at_once(start_url: str) -> bool:
        def one(browser: Browser) -> None:
            with suppress(OSError):  # the listener is gone already
                browser.open(start_url)

        with ThreadPoolExecutor(len(browsers)) as pool:
            list(pool.map(one, browsers))
        return True

    answer = sign_in(*browsers, opener=all_at_once)
    welcome = [browser for browser in browsers if browser.statuses == [200]]
    assert [browser.requests[0][1:] for browser in welcome] == ["?" + urlsplit(answer).query]


def crowd(browsers: int) -> int:
    """How many browsers of a crowd that all bring the answer at once have gone again when the listener is gone."""
    crowd = [Browser((f"/?code=c{number}&state={STATE}",)) for number in range(browsers)]
    gone: list[Browser] = []
    all_gone = threading.Event()

    def visit(browser: Browser) -> None:
        with suppress(OSError, HTTPException):  # refused, or cut off
            browser.open(START)
        gone.append(browser)

    def knock(start_url: str) -> bool:
        with ThreadPoolExecutor(browsers) as pool:
            list(pool.map(visit, crowd))
        all_gone.set()
        return True

    with LoopbackSignIn(knock, PAGE, timeout_s=LIMIT_S) as surface:
        for browser in crowd:
            browser.port = urlsplit(surface.redirect_uri).port or 0
        surface.show(START, surface.redirect_uri, Cancel())
        all_gone.wait(LIMIT_S / 2)  # less than one of them waits
    return len(gone)


def test_clients_that_come_as_the_wait_ends_are_let_go() -> None:
    """Each is answered, refused or cut off; none is left to wait."""
    assert [crowd(8) for _ in range(60)] == [8] * 60


def test_client_that_comes_as_the_wait_ends_is_let_go() -> None:
    """A browser whose connection nobody closes would load for ever."""

    async def scenario() -> bytes:
        loop = asyncio.get_running_loop()
        clients = loopback._Clients(Target(1, "/", STATE), PAGE, loop.create_future())
        with socket.create_server(("127.0.0.1", 0)) as listening:
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            clients.take_from(listening)
            await clients.finish()  # before the client's own task has begun
            async with asyncio.timeout(LIMIT_S):
                rest = await reader.read()
            writer.close()
        return rest

    assert asyncio.run(scenario()) == b""


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
def test_ipv6_loopback_answers_on_the_same_port() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this computer has no IPv6 loopback address")
    browser = Browser((GOOD,), host="::1")
    sign_in(browser)
    assert browser.statuses == [200]


def test_port_taken_on_one_of_both_addresses_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., socket.socket] = loopback._listen
    refused: list[int] = []

    def listen(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
        if host == "::1" and port and not refused:
            refused.append(port)
            raise OSError("in use")
        return real(family, host, port)

    monkeypatch.setattr(loopback, "_listen", listen)
    monkeypatch.setattr(loopback, "_has_ipv6_loopback", lambda: True)
    with LoopbackSignIn(lambda url: True, PAGE) as surface:
        assert urlsplit(surface.redirect_uri).port not in refused
    assert port_is_free(refused[0])


def test_no_free_port_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def listen(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
        raise OSError("not here")

    monkeypatch.setattr(loopback, "_listen", listen)
    with pytest.raises(ConnectionProblem) as caught:
        LoopbackSignIn(lambda url: True, PAGE).bind()
    assert caught.value.problem is Problem.LOOPBACK_UNAVAILABLE


def test_cancel_ends_it_though_the_browser_is_still_starting() -> None:
    starting, started = threading.Event(), threading.Event()
    cancel = Cancel()

    def slow(start_url: str) -> bool:
        starting.set()
        return started.wait(LIMIT_S)

    with LoopbackSignIn(slow, PAGE, timeout_s=LIMIT_S) as surface, ThreadPoolExecutor(1) as pool:
        port = urlsplit(surface.redirect_uri).port or 0
        running = pool.submit(surface.show, START, surface.redirect_uri, cancel)
        assert starting.wait(LIMIT_S)
        cancel.request()
        assert isinstance(running.exception(LIMIT_S), Cancelled)
        assert port_is_free(port)
        started.set()


def test_cancelled_before_it_began_opens_no_browser() -> None:
    opened: list[str] = []
    cancel = Cancel()
    cancel.request()

    def open_browser(start_url: str) -> bool:
        opened.append(start_url)
        return True

    with LoopbackSignIn(open_browser, PAGE) as surface, pytest.raises(Cancelled):
        surface.show(START, surface.redirect_uri, cancel)
    assert opened == []


def test_time_limit_ends_it() -> None:
    with LoopbackSignIn(lambda url: True, PAGE, timeout_s=0.05) as surface:
        port = urlsplit(surface.redirect_uri).port or 0
        with pytest.raises(ConnectionProblem) as caught:
            surface.show(START, surface.redirect_uri, Cancel())
    assert caught.value.problem is Problem.SIGN_IN_TIMED_OUT
    assert port_is_free(port)


def refuses(start_url: str) -> bool:
    return False


def breaks(start_url: str) -> bool:
    raise OSError("no browser")


@pytest.mark.parametrize("opener", [refuses, breaks])
def test_browser_that_does_not_open_is_a_problem(opener: Callable[[str], bool]) -> None:
    with LoopbackSignIn(opener, PAGE, timeout_s=LIMIT_S) as surface, pytest.raises(ConnectionProblem) as caught:
        surface.show(START, surface.redirect_uri, Cancel())
    assert caught.value.problem is Problem.LOOPBACK_UNAVAILABLE
    assert caught.value.facts == {"reason": "browser-not-opened"}


def test_it_can_be_used_again() -> None:
    browser = Browser((GOOD,))
    surface = LoopbackSignIn(browser.open, PAGE, timeout_s=LIMIT_S)
    for _ in range(2):
        browser.port = urlsplit(surface.bind()).port or 0
        assert surface.show(START, surface.redirect_uri, Cancel()).endswith(GOOD[1:])


@pytest.mark.parametrize("start_url", ["https://login.example/authorize", f"{START}&state=two"])
def test_start_without_exactly_one_state_is_a_mistake(start_url: str) -> None:
    with LoopbackSignIn(lambda url: True, PAGE) as surface, pytest.raises(ValueError, match="not made for"):
        surface.show(start_url, surface.redirect_uri, Cancel())


def test_nothing_of_the_answer_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level("DEBUG")
    sign_in(Browser(("/?code=not-for-the-log&state=wrong", f"/?code=not-for-the-log&state={STATE}")))
    output = capfd.readouterr()
    assert "not-for-the-log" not in caplog.text + output.out + output.err
