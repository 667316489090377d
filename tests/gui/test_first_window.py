"""The first window hears of a second start, and of nothing else."""

import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop_app.gui.first_window import AT_ONCE, Asking, SocketListener, listener
from desktop_app.gui.first_window_pipe import PipeListener
from desktop_app.infra.one_window import SHOW, SHOWN

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a socket's path")

Listening = SocketListener | PipeListener


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("w") / "s")


@pytest.fixture
def shown() -> list[bool]:
    return []


@pytest.fixture(params=[SocketListener, PipeListener])
def kind(request: pytest.FixtureRequest) -> Callable[[Callable[[], object]], Listening]:
    """QLocalServer, which listens to a pipe on Windows, listens to a socket here."""
    made: Callable[[Callable[[], object]], Listening] = request.param
    return made


@pytest.fixture
def first(
    qtbot: QtBot, address: str, shown: list[bool], kind: Callable[[Callable[[], object]], Listening]
) -> Iterator[Listening]:
    window = kind(lambda: shown.append(True))
    assert window.listen(address)
    yield window
    window.close()
    window.deleteLater()


def arrived(first: Listening, length: int) -> bool:
    """True while so many bytes of a word that is not whole have come."""
    if isinstance(first, SocketListener):
        return any(len(asking.said) == length for asking in first.asking)
    return any(asking.bytesAvailable() == length for asking in first.findChildren(QLocalSocket))


def ask(qtbot: QtBot, first: Listening, address: str, *parts: bytes) -> bytes:
    """Send these and read until the other side hangs up."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(address)
        asking.setblocking(False)
        for part in parts[:-1]:
            asking.sendall(part)
            qtbot.waitUntil(partial(arrived, first, len(part)), timeout=10_000)
        asking.sendall(parts[-1])
        answer: list[bytes] = []

        def ended() -> bool:
            try:
                answer.append(asking.recv(100))
            except BlockingIOError:
                return False
            except ConnectionResetError:
                return True
            return answer[-1] == b""

        qtbot.waitUntil(ended, timeout=10_000)
        return b"".join(answer)


def test_a_second_start_brings_it_to_the_front(qtbot: QtBot, first: Listening, address: str, shown: list[bool]) -> None:
    assert ask(qtbot, first, address, SHOW) == SHOWN
    assert ask(qtbot, first, address, b"sh", b"ow\n") == SHOWN
    assert shown == [True, True]


@pytest.mark.parametrize("said", [b"quit\n", b"show me\n", b"SHOW\n", b"shows\n", b"\0" * 5, b"x" * 100_000])
def test_anything_else_is_answered_by_nothing(
    qtbot: QtBot, first: Listening, address: str, shown: list[bool], said: bytes
) -> None:
    assert ask(qtbot, first, address, said) == b""
    assert shown == []


def test_only_the_user_may_connect(first: Listening, address: str) -> None:
    assert stat.S_IMODE(os.stat(address).st_mode) & 0o077 == 0


def test_what_a_crash_left_is_taken_over(
    qtbot: QtBot, address: str, shown: list[bool], kind: Callable[[Callable[[], object]], Listening]
) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(address)  # nobody listens there any more
    window = kind(lambda: shown.append(True))
    assert window.listen(address)
    assert ask(qtbot, window, address, SHOW) == SHOWN
    window.close()
    window.deleteLater()
    assert not Path(address).exists()


def test_without_an_address_nothing_listens(
    qtbot: QtBot, kind: Callable[[Callable[[], object]], Listening], tmp_path: Path
) -> None:
    window = kind(lambda: None)
    assert not window.listen("")
    assert not window.listen(str(tmp_path / "no-such-folder" / "socket"))
    window.close()
    window.deleteLater()


def test_nobody_is_heard_after_the_end(qtbot: QtBot, first: Listening, address: str, shown: list[bool]) -> None:
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(address)
        asking.sendall(SHOW)
        first.close()
        qtbot.wait(50)
    assert shown == []


def test_who_connects_and_says_nothing_does_not_keep_others_out(qtbot: QtBot, address: str, shown: list[bool]) -> None:
    window = SocketListener(lambda: shown.append(True))
    assert window.listen(address)
    with ExitStack() as silent:
        for _one in range(3 * AT_ONCE):
            before = window.asking[-1:]
            silent.enter_context(socket.socket(socket.AF_UNIX)).connect(address)
            qtbot.waitUntil(partial(heard_of_another, window, before), timeout=10_000)
        assert len(window.asking) == AT_ONCE
        assert ask(qtbot, window, address, SHOW) == SHOWN
    qtbot.waitUntil(lambda: window.asking == [], timeout=10_000)
    window.close()
    qtbot.waitUntil(lambda: window.findChildren(Asking) == [], timeout=10_000)
    window.deleteLater()


def heard_of_another(window: SocketListener, before: list[Asking]) -> bool:
    return window.asking[-1:] != before


def test_this_system_listens_to_a_socket(qapp: object) -> None:
    parent = QObject()
    assert isinstance(listener(lambda: None, parent), SocketListener)
    parent.deleteLater()
