"""A home of its own for each run of the program, and a sweep through it when the run is over."""

import builtins
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.gui.plain_imports import use_plain_imports
from desktop_app.gui.sign_in_engine import prepare_web_engine
from desktop_app.gui.style import apply_style
from tests.e2e.people import OwnBrowser
from tests.e2e.program import Program
from tests.e2e.sweep import LogWitness, ProcessWatch, Sweep
from tests.e2e.witness import WatchedCloud, Witness
from tests.unit.practice.visitor import Visitor

if TYPE_CHECKING:  # the D-Bus libraries are there on Linux only
    from tests.e2e.keyring_session import KeyringSession

# Elsewhere the real keyring is the person's own.
collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]

prepare_web_engine()  # before the first test makes the application object


@pytest.fixture
def former_home() -> Path:
    """The home of the whole test run, which the web engine may know from an earlier test."""
    return Path.home()


@pytest.fixture
def home(former_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home nobody has lived in; temporary files go beside it."""
    folder = tmp_path / "home"
    places = {
        "HOME": folder,
        "XDG_CONFIG_HOME": folder / ".config",
        "XDG_DATA_HOME": folder / ".local/share",
        "XDG_STATE_HOME": folder / ".local/state",
        "XDG_CACHE_HOME": folder / ".cache",
        "TMPDIR": tmp_path / "tmp",
    }
    for name, place in places.items():
        place.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)  # where Python looked before
    return folder


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    """What the practice clouds see that the program starts."""
    seen = Witness()

    class Cloud(WatchedCloud):
        witness = seen

    monkeypatch.setattr("desktop_app.practice.PracticeCloud", Cloud)
    return seen


@pytest.fixture
def sweep(home: Path, former_home: Path, witness: Witness, capfd: pytest.CaptureFixture[str]) -> Iterator[Sweep]:
    """Fails a test whose secrets are found anywhere but in the keyring."""
    folders = (home, Path(os.environ["TMPDIR"]), former_home, Path(os.environ["XDG_RUNTIME_DIR"]))
    gathered = Sweep(folders)
    handler = LogWitness(gathered)
    root = logging.getLogger()
    root.addHandler(handler)
    with ProcessWatch(gathered):
        yield gathered
    root.removeHandler(handler)
    gathered.look_at_processes()
    printed = capfd.readouterr()
    gathered.add("standard output", printed.out.encode())
    gathered.add("standard error", printed.err.encode())
    found = gathered.findings(witness.secrets)
    assert not found, "\n".join(found)


@pytest.fixture
def keyring_items(secret_service: None) -> Iterator[Callable[[], list[str]]]:
    """The services of all items of this program in the keyring; it begins without any."""
    from tests.e2e.keyring_session import remove_items, services

    remove_items()
    yield services
    remove_items()


@pytest.fixture
def own_keyring(tmp_path: Path, secret_service: None, monkeypatch: pytest.MonkeyPatch) -> "Iterator[KeyringSession]":
    """A keyring that the test may lock and stop, in the place of the one for all tests."""
    from tests.e2e.keyring_session import KeyringSession, own_bus

    folder = tmp_path / "keyring"
    folder.mkdir(mode=0o700)
    with own_bus(folder) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        keyring = KeyringSession(folder)
        keyring.start()
        yield keyring
        keyring.stop()


@pytest.fixture
def visitor(witness: Witness, tmp_path: Path) -> Callable[[], Visitor]:
    """Someone outside the program who trusts the practice cloud that runs now."""
    return lambda: Visitor(witness.cloud, tmp_path)


@pytest.fixture
def own_browser(visitor: Callable[[], Visitor]) -> Iterator[OwnBrowser]:
    browser = OwnBrowser(visitor)
    yield browser
    browser.close()


@pytest.fixture
def start(
    qapp: QApplication,
    sweep: Sweep,
    own_browser: OwnBrowser,
    secret_service: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[], Program]]:
    """Starts the program; what still runs at the end is closed, and then the sweep begins."""
    monkeypatch.setattr(builtins, "__import__", builtins.__import__)  # to be put back
    use_plain_imports()
    apply_style(qapp)
    running: list[Program] = []

    def begin() -> Program:
        program = Program(own_browser.open)
        running.append(program)
        program.wait_for_start()
        return program

    yield begin
    for program in running:
        program.close()
