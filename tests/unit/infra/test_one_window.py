"""Who is the first window, and whom it trusts."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.infra import one_window
from desktop_app.infra.one_window import SHOW, SHOWN, OneWindow

posix = pytest.mark.skipif(sys.platform == "win32", reason="sockets and modes of POSIX")
HOLD = """
import sys
from desktop_app.infra.one_window import OneWindow
window = OneWindow(practice=False, folder=sys.argv[1])
print(window.take(), window.is_first, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = tmp_path_factory.mktemp("w")
    made.chmod(0o700)
    return str(made)


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_window, "ANSWER_S", 0.3)


@pytest.fixture
def first(folder: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that is the first."""
    command = [sys.executable, "-c", HOLD, folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True True\n"
        yield process
        process.kill()


def test_the_first_is_the_first(folder: str) -> None:
    window = OneWindow(practice=False, folder=folder)
    assert not window.yields()
    assert window.is_first


def test_another_process_is_noticed_and_its_end_too(folder: str, first: "subprocess.Popen[str]") -> None:
    window = OneWindow(practice=False, folder=folder)
    assert not window.take()
    first.kill()
    first.wait()
    assert window.take()
    assert window.is_first


def test_practice_and_another_configuration_are_programs_of_their_own(
    folder: str, first: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    assert OneWindow(practice=True, folder=folder).take()
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere/else")
    assert OneWindow(practice=False, folder=folder).take()


def test_a_first_one_that_does_not_answer_leaves_a_second_window(folder: str, first: "subprocess.Popen[str]") -> None:
    window = OneWindow(practice=False, folder=folder)
    assert not window.yields()
    assert not window.is_first


def test_given_back_it_is_free(folder: str) -> None:
    one, other = OneWindow(practice=False, folder=folder), OneWindow(practice=False, folder=folder)
    assert one.take()
    one.give_back()
    assert other.take()
    assert other.is_first


@posix
def test_a_folder_that_can_not_be_written_to_is_no_reason_not_to_start(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    window = OneWindow(practice=False, folder=str(blocked))
    assert not window.yields()
    assert not window.is_first


# -- whom it asks -----------------------------------------------------------------------------------------------------


class Listener:
    """Somebody who answers at an address, and what they were told."""

    def __init__(self, address: str, answer: bytes = SHOWN) -> None:
        self.heard: list[bytes] = []
        self._answer = answer
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(address)
        os.chmod(address, 0o600)
        self._server.listen(1)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        try:
            asking, _address = self._server.accept()
        except OSError:
            return
        with asking:
            self.heard.append(asking.recv(1000))
            asking.sendall(self._answer)

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()


@posix
def test_the_first_is_told_one_word(folder: str, first: "subprocess.Popen[str]") -> None:
    window = OneWindow(practice=False, folder=folder)
    listener = Listener(window.address)
    assert window.yields()
    listener.close()
    assert listener.heard == [SHOW]
    assert SHOW == b"show\n"


@posix
def test_another_answer_is_none(folder: str, first: "subprocess.Popen[str]") -> None:
    window = OneWindow(practice=False, folder=folder)
    listener = Listener(window.address, b"hello\n")
    assert not window.yields()
    listener.close()


@posix
@pytest.mark.parametrize("wrong", ["open folder", "open socket", "no socket", "link"])
def test_a_place_that_others_can_write_to_is_not_asked(folder: str, first: "subprocess.Popen[str]", wrong: str) -> None:
    window = OneWindow(practice=False, folder=folder)
    elsewhere = f"{folder}/other"
    listener = Listener(elsewhere if wrong in {"link", "no socket"} else window.address)
    match wrong:
        case "open folder":
            os.chmod(folder, 0o777)
        case "open socket":
            os.chmod(window.address, 0o666)
        case "no socket":
            Path(window.address).write_bytes(SHOWN)
        case "link":
            os.symlink(elsewhere, window.address)
    assert not window.yields()
    listener.close()
    assert listener.heard == []


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_socket_of_another_user_is_not_asked(folder: str, first: "subprocess.Popen[str]") -> None:
    window = OneWindow(practice=False, folder=folder)
    listener = Listener(window.address)
    os.chown(window.address, 65534, 65534)
    assert not window.yields()
    listener.close()
    assert listener.heard == []


@posix
def test_a_path_too_long_for_a_socket_is_none(tmp_path: Path) -> None:
    window = OneWindow(practice=False, folder=str(tmp_path / ("x" * 100)))
    assert window.address == ""
    assert window.take()


@posix
def test_the_place_is_the_session_s_own_and_nobody_else_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    session = tmp_path / "run"
    session.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(session))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    if sys.platform.startswith("linux"):
        assert OneWindow(practice=False).folder == str(session / "ado-connect")
        session.chmod(0o777)
        assert OneWindow(practice=False).folder == str(tmp_path / "config" / "ado-connect")
