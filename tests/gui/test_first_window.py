"""The first window hears of a second start, and of nothing else."""

import os
import socket
import stat
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop_app.gui.first_window import FirstWindow
from desktop_app.infra.one_window import SHOW, SHOWN

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a socket's path")


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("w") / "s")


@pytest.fixture
def shown() -> list[bool]:
    return []


@pytest.fixture
def first(qtbot: QtBot, address: str, shown: list[bool]) -> Iterator[FirstWindow]:
    window = FirstWindow(lambda: shown.append(True))
    assert window.listen(address)
    yield window
    window.close()
    window.deleteLater()


def arrived(first: FirstWindow, length: int) -> bool:
    """True while so many bytes wait there to be read."""
    return any(asking.bytesAvailable() == length for asking in first.findChildren(QLocalSocket))


def ask(qtbot: QtBot, first: FirstWindow, address: str, *parts: bytes) -> bytes:
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


def test_a_second_start_brings_it_to_the_front(
    qtbot: QtBot, first: FirstWindow, address: str, shown: list[bool]
) -> None:
    assert ask(qtbot, first, address, SHOW) == SHOWN
    assert ask(qtbot, first, address, b"sh", b"ow\n") == SHOWN
    assert shown == [True, True]


@pytest.mark.parametrize("said", [b"quit\n", b"show me\n", b"SHOW\n", b"shows\n", b"\0" * 5, b"x" * 100_000])
def test_anything_else_is_answered_by_nothing(
    qtbot: QtBot, first: FirstWindow, address: str, shown: list[bool], said: bytes
) -> None:
    assert ask(qtbot, first, address, said) == b""
    assert shown == []


def test_only_the_user_may_connect(first: FirstWindow, address: str) -> None:
    assert stat.S_IMODE(os.stat(address).st_mode) & 0o077 == 0


def test_what_a_crash_left_is_taken_over(qtbot: QtBot, address: str, shown: list[bool]) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(address)  # nobody listens there any more
    window = FirstWindow(lambda: shown.append(True))
    assert window.listen(address)
    assert ask(qtbot, window, address, SHOW) == SHOWN
    window.close()
    window.deleteLater()
    assert not Path(address).exists()


def test_without_an_address_nothing_listens(qtbot: QtBot) -> None:
    window = FirstWindow(lambda: None)
    assert not window.listen("")
    window.deleteLater()
