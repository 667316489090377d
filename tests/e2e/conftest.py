"""A home of its own for each run of the program, and a sweep through it when the run is over."""

import contextlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import secretstorage
from PySide6.QtWidgets import QApplication

from desktop_app.gui.sign_in_engine import prepare_web_engine
from desktop_app.gui.style import apply_style
from tests.e2e.keyring_session import KeyringSession, own_bus
from tests.e2e.people import OwnBrowser
from tests.e2e.program import Program
from tests.e2e.sweep import LogWitness, Sweep
from tests.e2e.witness import WatchedCloud, Witness
from tests.unit.practice.visitor import Visitor

prepare_web_engine()  # before the first test makes the application object

SERVICE_PREFIX = "ado-connect"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
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
def sweep(home: Path, witness: Witness, capfd: pytest.CaptureFixture[str]) -> Iterator[Sweep]:
    """Fails a test whose secrets are found anywhere but in the keyring."""
    folders = (home, home.parent / "tmp", Path(os.environ["XDG_RUNTIME_DIR"]))
    gathered = Sweep(folders)
    handler = LogWitness(gathered)
    root = logging.getLogger()
    root.addHandler(handler)
    yield gathered
    root.removeHandler(handler)
    gathered.look_at_processes()
    printed = capfd.readouterr()
    gathered.add("standard output", printed.out.encode())
    gathered.add("standard error", printed.err.encode())
    assert gathered.findings(witness.secrets) == []


@pytest.fixture
def keyring_items(secret_service: None) -> Iterator[Callable[[], list[str]]]:
    """The services of all items of this program in the keyring; it begins without any."""

    def services() -> list[str]:
        with contextlib.closing(secretstorage.dbus_init()) as connection:
            items = list(secretstorage.get_default_collection(connection).get_all_items())
            found = [item.get_attributes().get("service", "") for item in items]
            return sorted(service for service in found if service.startswith(SERVICE_PREFIX))

    def clear() -> None:
        with contextlib.closing(secretstorage.dbus_init()) as connection:
            for item in list(secretstorage.get_default_collection(connection).get_all_items()):
                if item.get_attributes().get("service", "").startswith(SERVICE_PREFIX):
                    item.delete()

    clear()
    yield services
    clear()


@pytest.fixture
def own_keyring(tmp_path: Path, secret_service: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringSession]:
    """A keyring that the test may lock and stop, in the place of the one for all tests."""
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
    qapp: QApplication, sweep: Sweep, own_browser: OwnBrowser, secret_service: None
) -> Iterator[Callable[[], Program]]:
    """Starts the program; what still runs at the end is closed, and then the sweep begins."""
    apply_style(qapp)
    running: list[Program] = []

    def begin() -> Program:
        running.append(Program(own_browser.open))
        return running[-1]

    yield begin
    for program in running:
        program.close()
