"""What every test stands on: a throw-away home, no real keyring unless asked for, and nothing left behind.

Nothing here may reach the profile, keyring or desktop of the person who runs the tests.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import pytest
from hypothesis import settings
from keyring.core import load_keyring

from tests.leftovers import Presence
from tests.points import print_points

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop_app.practice import PracticeCloud

# Time limits depend on the machine, so no test has one; CI repeats the same examples on every run.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)

SECRET_SERVICE_START_S = 20.0
NO_KEYRING = "keyring.backends.fail.Keyring"
FAILED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("ci" if "CI" in os.environ else "here")
    home = Path(tempfile.mkdtemp(prefix="ado-test-"))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    _move_home(home)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium's sandbox refuses to run as root, which is who runs the tests in a container. The product never
        # sets this.
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    print_points(terminalreporter, config)


def _move_home(home: Path) -> None:
    """Points everything that finds a per-user folder, in this process and its children, into `home`."""
    folders = {
        "HOME": home,
        "USERPROFILE": home,
        "APPDATA": home / "roaming",
        "LOCALAPPDATA": home / "local",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_RUNTIME_DIR": home / "run",
    }
    for name, folder in folders.items():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.environ[name] = str(folder)


@pytest.fixture(scope="session")
def qapp(qapp: "QApplication") -> Iterator["QApplication"]:
    """pytest-qt's application, with garbage collected as in the program: in the GUI thread alone."""
    from PySide6.QtCore import QObject

    from desktop_app.gui.garbage import GarbageTimer

    garbage = GarbageTimer(qapp)
    yield qapp
    garbage.close()
    leaving = qapp.findChild(QObject, "leavingPages")
    if leaving is not None:  # as at the end of the program
        leaving.delete_now()  # type: ignore[attr-defined]  # its module would load the web engine


@pytest.fixture(autouse=True)
def _keyring_only_when_asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test, and no program that it starts, finds a keyring, except those that use `secret_service`."""
    asked = "secret_service" in request.fixturenames
    backend = "keyring.backends.SecretService.Keyring" if asked else NO_KEYRING
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    keyring.set_keyring(load_keyring(backend))
    yield
    keyring.set_keyring(load_keyring(NO_KEYRING))


@pytest.fixture(scope="session")
def secret_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A real Secret Service with an unlocked, empty keyring, on the private bus that `make test` provides."""
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        pytest.fail("This test needs a private D-Bus session with a keyring on it: run it with `make test`.")
    # Not at the top: the D-Bus library is there on Linux only.
    from tests.session_bus import SECRET_SERVICE, SessionBus

    with SessionBus() as bus:
        if bus.has_owner(SECRET_SERVICE):
            pytest.fail("This D-Bus session already has a keyring, perhaps your own: run the tests with `make test`.")
        daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # it complains about capabilities that a container lacks
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path_factory.mktemp("keyring"))},
        )
        with daemon:
            try:
                assert daemon.stdin is not None
                daemon.stdin.write(b"\n")  # the keyring's password
                daemon.stdin.close()
                bus.wait_for_owner(SECRET_SERVICE, timeout_s=SECRET_SERVICE_START_S)
                yield
            finally:
                daemon.terminate()


@pytest.fixture(scope="session")
def _running_practice_cloud() -> "Iterator[PracticeCloud]":
    from desktop_app.practice import PracticeCloud

    cloud = PracticeCloud()
    cloud.start()
    yield cloud
    cloud.stop()


@pytest.fixture
def practice_cloud(_running_practice_cloud: "PracticeCloud") -> "Iterator[PracticeCloud]":
    """The practice cloud, one for the whole run, without any fault that another test asked for."""
    _running_practice_cloud.faults.clear()
    yield _running_practice_cloud
    _running_practice_cloud.faults.clear()


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a thread or a top-level widget behind; a failing test is not blamed twice."""
    before = Presence.now()
    yield
    if not request.node.stash.get(FAILED, False) and (left := before.left_since()):
        pytest.fail(f"left behind: {', '.join(left)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
