"""Signing in with the person's own browser: a listener on this computer that waits for the redirect (RFC 8252, 7.3).

It takes one answer, the one with the state it sent out, and then is gone: no port, no thread. The answer's query holds
the authorization code: it is never logged and never part of a problem.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.loopback_http import HEAD_LIMIT, Answer, LoopbackPage, Target, answer_to, read_target

CLIENT_LIMIT_S = 5.0
"""A client that has not sent its request by then is dropped; browsers open spare connections and leave them silent."""
_CLIENTS_AT_ONCE = 32
_PORT_TRIES = 16


class LoopbackSignIn:
    """A SignInSurface. `bind()` (or `with`) first: the redirect URI holds the port.

    `open_browser` gets the start URL, in a thread of its own; False or an OSError means that the person never got it
    (one who shows the address to be copied returns True). `path` is that of the registered redirect URI: Entra ignores
    the port of `http://localhost`, but not the path (Entra docs, redirect URI restrictions).
    """

    def __init__(
        self, open_browser: Callable[[str], bool], page: LoopbackPage, *, timeout_s: float = 300.0, path: str = ""
    ) -> None:
        self._open_browser = open_browser
        self._page = page
        self._timeout_s = timeout_s
        self._path = path
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        self.bind()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def bind(self) -> str:
        """Take a free port and return the redirect URI. Raises ConnectionProblem: LOOPBACK_UNAVAILABLE."""
        if not self._sockets:
            try:
                self._sockets = _bound_sockets()
            except OSError as error:
                raise _unavailable("no-port") from error
        return self.redirect_uri

    @property
    def redirect_uri(self) -> str:
        """`http://localhost:<port><path>`; only while bound."""
        if not self._sockets:
            raise RuntimeError("bind() comes first")
        port: int = self._sockets[0].getsockname()[1]
        return f"http://localhost:{port}{self._path}"

    def close(self) -> None:
        """Give the port back; harmless when repeated."""
        while self._sockets:
            self._sockets.pop().close()

    def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
        """See SignInSurface. Gives the port back in any case: bind again for another sign-in.

        `start_url` must have one `state`. Raises Cancelled, or ConnectionProblem: SIGN_IN_TIMED_OUT,
        LOOPBACK_UNAVAILABLE (facts: reason).
        """
        states = parse_qs(urlsplit(start_url).query).get("state", [])
        if redirect_uri != self.redirect_uri or len(states) != 1:
            raise ValueError("the sign-in was not made for this listener")
        target = Target(urlsplit(redirect_uri).port or 0, self._path or "/", states[0])
        try:
            cancel.raise_if_cancelled()
            # Windows' own kind of loop can not be told to take no more connections from one moment on.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                query = runner.run(self._wait(start_url, target, cancel))
        finally:
            self.close()
        return f"{redirect_uri}?{query}"

    async def _wait(self, start_url: str, target: Target, cancel: Cancel) -> str:
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[str] = loop.create_future()

        def end(reason: BaseException) -> None:
            if not outcome.done():
                outcome.set_exception(reason)

        def end_from_any_thread(reason: BaseException) -> None:
            with suppress(RuntimeError):  # the sign-in has ended, and the loop with it
                loop.call_soon_threadsafe(end, reason)

        clients = _Clients(target, self._page, outcome)
        for listening in self._sockets:
            listening.setblocking(False)
            loop.add_reader(listening, clients.take_from, listening)
        cancel.on_cancel(lambda: end_from_any_thread(Cancelled()))
        # A browser that is slow to start must hold up neither Cancel nor the listener.
        opener = threading.Thread(
            target=self._open, args=(start_url, end_from_any_thread), name="loopback-browser", daemon=True
        )
        opener.start()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await outcome
        except TimeoutError:
            raise ConnectionProblem(Problem.SIGN_IN_TIMED_OUT, {"limit_s": f"{self._timeout_s:g}"}) from None
        finally:
            for listening in self._sockets:
                loop.remove_reader(listening)
            await clients.finish()

    def _open(self, start_url: str, end: Callable[[BaseException], None]) -> None:
        try:
            opened = self._open_browser(start_url)
        except OSError:
            opened = False
        if not opened:
            end(_unavailable("browser-not-opened"))


class _Clients:
    """The connections of one wait. Any number may come, none can hold up another."""

    def __init__(self, target: Target, page: LoopbackPage, outcome: asyncio.Future[str]) -> None:
        self._target = target
        self._page = page
        self._outcome = outcome
        self._serving: set[asyncio.Task[None]] = set()
        self._begun: set[socket.socket] = set()

    def take_from(self, listening: socket.socket) -> None:
        """A client has connected. It is known from here on, so that its end is seen to even if the wait ends before a
        word was read: a browser whose connection nobody closes would load for ever. (asyncio's own servers lose what
        they took in the moment they are closed: CPython 3.11, `_accept_connection2`.)"""
        try:
            connection, _address = listening.accept()
        except OSError:  # gone again
            return
        if len(self._serving) >= _CLIENTS_AT_ONCE:
            connection.close()
            return
        connection.setblocking(False)
        task = asyncio.get_running_loop().create_task(self._serve(connection))
        self._serving.add(task)
        task.add_done_callback(lambda done: self._ended(done, connection))

    def _ended(self, task: asyncio.Task[None], connection: socket.socket) -> None:
        self._serving.discard(task)
        if connection in self._begun:
            self._begun.discard(connection)  # its transport closes it
        else:
            connection.close()

    async def _serve(self, connection: socket.socket) -> None:
        self._begun.add(connection)
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(CLIENT_LIMIT_S):
                reader, writer = await asyncio.open_connection(sock=connection, limit=HEAD_LIMIT)
                await self._answer(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            if writer is not None:
                writer.transport.abort()
        finally:
            if writer is not None:
                writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        target = read_target(head, self._target)
        if isinstance(target, str) and not self._outcome.done():
            writer.write(answer_to(Answer.WELCOME, self._page))
            await writer.drain()
            writer.write_eof()
            if not self._outcome.done():
                self._outcome.set_result(target)
            return
        writer.write(answer_to(Answer.NOT_FOUND if isinstance(target, str) else target, self._page))
        await writer.drain()

    async def finish(self) -> None:
        """End every conversation; the one that brought the answer has been told already."""
        ending = list(self._serving)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await asyncio.sleep(0)  # for what the end of each has put off, the closing of its connection


def _bound_sockets() -> list[socket.socket]:
    """Listening sockets on one port: 127.0.0.1, and ::1 where the computer has it.

    A browser may take "localhost" for either (RFC 6761, 6.3); if another program held the port on ::1, it would get
    the code.
    """
    for _ in range(_PORT_TRIES):
        first = _listen(socket.AF_INET, "127.0.0.1", 0)
        try:
            second = _listen(socket.AF_INET6, "::1", first.getsockname()[1])
        except OSError:
            if not _has_ipv6_loopback():
                return [first]
            first.close()
        else:
            return [first, second]
    raise OSError("no port is free on both loopback addresses")


def _has_ipv6_loopback() -> bool:
    try:
        _listen(socket.AF_INET6, "::1", 0).close()
    except OSError:
        return False
    return True


def _listen(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # Without it another program could take the same port (Microsoft, "Using SO_EXCLUSIVEADDRUSE").
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _unavailable(reason: str) -> ConnectionProblem:
    return ConnectionProblem(Problem.LOOPBACK_UNAVAILABLE, {"reason": reason})
