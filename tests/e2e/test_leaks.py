"""The hunt: the real program on a real X display goes through everything it can do and everything that can go wrong,
with secrets that are nowhere else; then every place where one could have been left is searched for each of them.

tests/e2e/test_sweep.py shows that the search finds what it is there to find.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desktop_app.app.handover.table import Takes, forms_for
from desktop_app.core.credential import Secret
from desktop_app.core.profile import Method
from desktop_app.infra.keyring_store import PRACTICE_PREFIX
from desktop_app.practice.derivation import personal_access_token
from desktop_app.practice.faults import Fault, FaultKind, conflict, throttled
from desktop_app.practice.service import Service
from tests.e2e.hunted import EVERYTHING
from tests.e2e.hunting import EchoingCloud, Hunted, Onlooker, canary, keyring_dump, onlooker, plant
from tests.e2e.sweep import Needles, ProcessWatch, Sweep
from tests.e2e.witness import Witness
from tests.virtual_screen import virtual_screen

if TYPE_CHECKING:  # the D-Bus libraries are there on Linux only
    from tests.e2e.keyring_session import KeyringSession

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not shutil.which("Xvfb"), reason="selections are X11's, and there is no X server to try"),
]

NAMES = {Method.PAT: "By token", Method.CLIENT_SECRET: "By app", Method.OAUTH: "By sign-in"}

STATUS = {
    "401 empty": (401, b"", ""),
    "403": (403, b'{"message":"Access Denied","typeKey":"AccessCheckException"}', "application/json"),
    "404": (404, b"", ""),
    "500": (500, b"<html>No</html>", "text/html"),
    "503": (503, b"", ""),
    "203 HTML": (203, b"<title>Sign In</title>", "text/html"),
    "302 to sign-in": (302, b"", ""),
    "JSON of another shape": (200, b'{"greeting":["hello",null,1.5]}', "application/json"),
    "truncated JSON": (200, b'{"value":[{"na', "application/json"),
}
FAULTS: dict[str, Fault] = {
    **{
        name: Fault(
            FaultKind.STATUS, Service.DEVOPS, times=None, status=status, body=body, headers={"Content-Type": kind}
        )
        for name, (status, body, kind) in STATUS.items()
    },
    "closed without an answer": Fault(FaultKind.DROP, Service.DEVOPS, times=None),
    "truncated answer": Fault(FaultKind.TRUNCATE, Service.DEVOPS, times=None),
    "garbage": Fault(FaultKind.GARBAGE, Service.DEVOPS, times=None),
    "BOM": Fault(FaultKind.BOM, Service.DEVOPS, times=None),
    "409": conflict(service=Service.DEVOPS, times=None),
    "429 with Retry-After": throttled(0, service=Service.DEVOPS, times=None),
}
WELL = {"BOM"}


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """Where the program may leave something: all of it its own."""
    names = ("home", "tmp", "run", "saved", "printed")
    made = {name: tmp_path / name for name in names}
    for folder in made.values():
        folder.mkdir(mode=0o700)
    return made


@pytest.fixture
def environment(
    places: dict[str, Path], own_keyring: KeyringSession, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """A display, a session bus with a keyring, and folders of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "WAYLAND_", "AT_SPI_"))}
    with virtual_screen() as display:
        yield kept | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(places["home"]),
            "TMPDIR": str(places["tmp"]),
            "XDG_RUNTIME_DIR": str(places["run"]),
        }


@pytest.fixture
def seen() -> Iterator[Witness]:
    """What the cloud of the hunt sees."""
    watching = Witness()

    class Cloud(EchoingCloud):
        witness = watching

    with Cloud(secret_delay_s=0):
        yield watching


@pytest.fixture
def gathered(places: dict[str, Path]) -> Iterator[Sweep]:
    """Searches when the test is over; what was put into /tmp itself and into shared memory is searched too."""
    before = {entry for folder in _SHARED for entry in _entries(folder)}
    sweep = Sweep(places.values())
    with ProcessWatch(sweep, every_s=0.05):
        yield sweep
    assert {entry for folder in _SHARED for entry in _entries(folder)} - before == set()


_SHARED = (Path("/tmp"), Path("/dev/shm"))
_OURS = ("org.chromium.", ".org.chromium.", "QtWebEngine", "ado-connect", "qt-", "qipc")


def _entries(folder: Path) -> set[Path]:
    """Of this program, or of what it uses; the machine is not the test's alone."""
    return {entry for entry in folder.iterdir() if entry.name.startswith(_OURS)} if folder.exists() else set()


@pytest.fixture
def hunted(seen: Witness, environment: dict[str, str], places: dict[str, Path], gathered: Sweep) -> Iterator[Hunted]:
    program = Hunted(seen.clouds[-1], plant(seen), environment, places["printed"], gathered)
    yield program
    program.kill()


def copy_everything(hunted: Hunted, looks: Onlooker, method: Method, secrets: dict[Secret, str]) -> None:
    """Each form: it is on the clipboard while it is meant to be, and never among what was marked."""
    for form in forms_for(method):
        told = hunted.do("copy", form=form.key)
        found = looks.selections()
        assert told["holding"] == bool(found["CLIPBOARD"]), f"{form.key}: {told['said']}"
        assert Needles(secrets).within(found["CLIPBOARD"].encode()) or not told["holding"], form.key
        hunted.sweep.add("PRIMARY", found["PRIMARY"].encode())
        assert told["holding"] or form.takes is Takes.CLIENT_SECRET or told["said"]
    assert hunted.do("copy", form="token")["holding"]
    assert hunted.do("pass_time", seconds=29.0)["holding"]
    assert looks.selections()["CLIPBOARD"]
    assert not hunted.do("pass_time", seconds=2.0)["holding"]
    assert looks.selections() == {"CLIPBOARD": "", "PRIMARY": ""}


def meet_every_fault(hunted: Hunted, cloud: EchoingCloud) -> list[str]:
    """The connection on screen is checked in vain; returns what was not told."""
    silent = []
    for name, fault in FAULTS.items():
        cloud.faults.add(fault)
        told = hunted.do("check")
        cloud.faults.clear()
        silent += [name] if bool(told["said"]) is (name in WELL) else []
    return silent


def meet_echoes(hunted: Hunted, cloud: EchoingCloud) -> list[str]:
    """The same with servers that repeat the credential in all their answers; it is copied in vain, too."""
    silent = []
    for status in (200, 401, 500):
        cloud.echo = status
        told = hunted.do("check")
        silent += [] if told["said"] else [f"echo with {status}"]
        hunted.do("copy_fails")
    cloud.echo = 0
    return silent


def found_in_keyring(seen: Witness) -> set[str]:
    """Kinds of the secrets that are in the keyring; asserts that they are where they belong."""
    needles, kinds = Needles(seen.secrets), set()
    for service, beside, secret in keyring_dump():
        assert needles.within(beside.encode()) == set()
        found = needles.within(secret)
        assert not found or service.startswith(PRACTICE_PREFIX)
        kinds |= {name.rpartition(",")[0] for name in found}
    return kinds


def assert_nothing_leaked(hunted: Hunted, seen: Witness, places: dict[str, Path]) -> None:
    sweep = hunted.sweep
    found = sweep.findings(seen.secrets)
    assert found == [], "\n".join(found)
    # The search had something to search.
    assert {"cmdline of QtWebEngineProc", "environ of QtWebEngineProc"} <= sweep.watched
    assert {"cmdline of python", "environ of python"} <= {place.rstrip("3.12") for place in sweep.watched}
    words = {place.partition(":")[0] for place in sweep.findings({Secret("ADO Connect"): "title"})}
    assert {"titles of windows", "words in a window"} <= words
    log = next(places["home"].rglob("ado-connect.log")).read_text()
    assert "connection saved" in log
    assert EVERYTHING in log
    kinds = set(seen.secrets.values())
    assert {"code", "code_verifier", "cookie", "access_token", "refresh_token", "id_token"} <= kinds


def test_no_secret_is_left_anywhere(
    hunted: Hunted, seen: Witness, places: dict[str, Path], environment: dict[str, str]
) -> None:
    cloud = seen.clouds[-1]
    assert isinstance(cloud, EchoingCloud)
    passphrase, wrong = canary(seen, "passphrase"), canary(seen, "wrong passphrase")
    with ExitStack() as stack:
        looks = stack.enter_context(onlooker(environment))
        hunted.start()
        for method, name in NAMES.items():
            hunted.do("connect", method=str(method), name=name, app="web")
            copy_everything(hunted, looks, method, seen.secrets)
        kept = found_in_keyring(seen)
        assert {"canary: token four-scopes", "canary: secret of automation", "canary: secret of web"} <= kept

        revealed = canary(seen, "revealed", personal_access_token)
        assert hunted.do("reveal", text=revealed) == {"shown": True, "marked": True}
        assert looks.selections() == {"CLIPBOARD": "", "PRIMARY": ""}
        hunted.do("leave_wizard")

        hunted.do("choose", name=NAMES[Method.PAT])
        hunted.do("replace", text=hunted.values["pats"]["wide"])
        hunted.do("forget_old")
        hunted.do("renew", words="Renew this token for me…")
        hunted.do("choose", name=NAMES[Method.CLIENT_SECRET])
        hunted.do("renew", words="Renew this secret for me…")
        assert hunted.do("background")["checked"]

        for method, name in NAMES.items():
            hunted.do("choose", name=name)
            assert not hunted.do("check")["said"]
            folder = places["saved"] / method.value
            folder.mkdir()
            files = hunted.do("export", folder=str(folder))["files"]
            assert {"report.html", "report.json", "history.csv", "history.json"} <= set(files)
            hunted.sweep.add("identifiers", looks.selections()["CLIPBOARD"].encode())
            assert meet_echoes(hunted, cloud) == []
        assert meet_every_fault(hunted, cloud) == []
        back_up = str(places["saved"] / "all.ado-backup")
        hunted.do("back_up", file=back_up, passphrase=passphrase)
        hunted.do("remove")
        assert len(hunted.do("restore", file=back_up, passphrase=passphrase, wrong=wrong)["names"]) == len(NAMES)
        assert hunted.do("doctor", support=str(places["saved"] / "support.zip"))["failure"] == ""
        hunted.command("list", "--json")
        hunted.command("check", NAMES[Method.OAUTH], "--json")
        hunted.command("doctor")
        cloud.stop()  # nobody answers any more
        assert hunted.do("check")["said"]
        for _connection in NAMES:
            hunted.do("remove")
        assert found_in_keyring(seen) == set()
        hunted.close()
    assert_nothing_leaked(hunted, seen, places)


def test_no_secret_is_told_by_a_defect(hunted: Hunted, seen: Witness, places: dict[str, Path]) -> None:
    """Wherever it happens, with a secret in its message and in local variables."""
    hunted.start()
    for where in ("slot", "thread", "task", "destructor", "log"):
        told = hunted.do("crash", where=where, text=canary(seen, f"in the hands of a {where}"))
        assert where in {"destructor", "log"} or "RuntimeError" in told["words"], where
    hunted.close()
    assert hunted.sweep.findings(seen.secrets) == []
    log = next(places["home"].rglob("ado-connect.log")).read_text()
    assert log.count("RuntimeError: could not handle '[removed]'") == 4
    assert (places["printed"] / "stderr").read_text().count("Traceback") == 0


def test_no_secret_is_left_by_a_program_that_was_killed(
    hunted: Hunted, seen: Witness, places: dict[str, Path], environment: dict[str, str]
) -> None:
    """In the middle of a sign-in, of a renewal, and with a token on the clipboard."""
    hunted.start()
    hunted.do("connect", method="oauth", name="By sign-in", app="web")
    hunted.do("connect", method="pat", name="By token")
    hunted.do("copy", form="token")
    delay = Fault(FaultKind.DELAY, Service.IDENTITY, "_apis/tokens/pats", "POST", seconds=2.0)
    seen.cloud.faults.add(delay)
    hunted.do("begin_renewal", words="Renew this token for me…")
    wait_for(lambda: not seen.cloud.faults._waiting)
    hunted.kill()
    hunted.start()
    hunted.do("check")
    hunted.close()
    assert_nothing_leaked(hunted, seen, places)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30.0
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
