"""`ado-connect doctor`, `check` and `list` as a shell runs them: no display, a real keyring, real exit codes."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.app.drafts import PatDraft
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.profile import Method, Profile, new_profile_id
from desktop_app.infra import paths
from desktop_app.infra.logs import stop_logging
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.main import build_workspace
from desktop_app.practice import PracticeCloud
from tests.fakes.clock import NOON

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
COMMAND = str(Path(sysconfig.get_path("scripts"), "ado-connect"))
LIMIT_S = 100
NAME = "Contoso build"
Items = Callable[[], list[str]]

WATCHED = """
import sys
def watch(event, arguments):
    if event == "import" and str(arguments[0]).split(".")[0] in ("PySide6", "shiboken6"):
        print("loaded", arguments[0], file=sys.stderr)
sys.addaudithook(watch)
from desktop_app.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def shell(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shell without a display."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def saved(shell: Path, keyring_items: Items) -> None:
    """A practice connection, saved as the window does it."""
    workspace = build_workspace(practice=True)
    try:
        token = PracticeCloud().directory.pat("four-scopes").value
        draft = PatDraft(organization="contoso", token=token)
        draft.cloud = workspace.clouds[0]
        draft.last_proof = workspace.connections.prove(draft, lambda result: None, Cancel())
        workspace.connections.save(draft, NAME)
    finally:
        workspace.close()
        stop_logging()


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [COMMAND, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def test_doctor_finds_nothing_and_leaves_nothing_in_the_keyring(shell: Path, keyring_items: Items) -> None:
    ended = run("doctor", "--practice", "--json")

    document = json.loads(ended.stdout)
    assert [entry for entry in document["checks"] if entry["status"] == "failed"] == []
    assert (ended.returncode, ended.stderr, document["all_well"]) == (0, "", True)
    assert {entry["status"] for entry in document["checks"] if entry["check"] == "keyring"} == {"passed"}
    assert keyring_items() == []


@pytest.mark.parametrize("arguments", [["--practice", "doctor"], ["doctor", "--practice"]])
def test_practice_may_stand_before_or_after_the_command(
    shell: Path, keyring_items: Items, arguments: list[str]
) -> None:
    ended = run(*arguments)

    assert ended.returncode == 0, ended.stdout
    assert "Nothing on this computer stands in the way." in ended.stdout
    assert "127.0.0.1" in ended.stdout


def test_locked_keyring_is_explained_and_ends_with_one(shell: Path, own_keyring: object) -> None:
    own_keyring.lock()  # type: ignore[attr-defined]

    ended = run("doctor", "--practice")

    assert ended.returncode == 1
    assert "problem: keyring-locked" in ended.stdout
    assert "1 thing on this computer needs you." in ended.stdout


@pytest.mark.parametrize("arguments", [["doctor"], ["check", NAME], ["list"], ["check", NAME, "--json"]])
def test_no_command_loads_qt(saved: None, arguments: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments, "--practice"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert NAME in ended.stdout or arguments == ["doctor"]


def commands_of_the_readme() -> list[str]:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if re.match(r"    ado-connect ", line)]


@pytest.mark.parametrize("command", commands_of_the_readme())
def test_every_command_of_the_readme_works(saved: None, command: str) -> None:
    _program, *arguments = shlex.split(command)

    ended = run(*arguments, "--practice")

    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    if "--json" in arguments:
        assert json.loads(ended.stdout)


def test_readme_names_every_command() -> None:
    assert {shlex.split(command)[1] for command in commands_of_the_readme()} == {"doctor", "list", "check"}


def test_check_holds_no_secret_and_ends_well(saved: None) -> None:
    token = PracticeCloud().directory.pat("four-scopes").value.reveal()

    ended = run("check", NAME, "--project", "Website", "--practice", "--json")

    document = json.loads(ended.stdout)
    assert ended.returncode == 0
    assert document["connection"]["name"] == NAME
    assert token not in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "Nobody"], "There is no connection called “Nobody”. There is: Contoso build."),
        (["check", NAME, "--project", "Nowhere"], "no project called “Nowhere”"),
        (["doctor", "Nobody"], "There is no connection called “Nobody”"),
    ],
)
def test_name_that_is_not_there_ends_with_two(saved: None, arguments: list[str], said: str) -> None:
    ended = run(*arguments, "--practice")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in " ".join(ended.stderr.split())


@pytest.mark.parametrize("arguments", [["check"], ["doctor", "--nonsense"], ["list", "two", "three"]])
def test_mistakes_end_with_two_and_the_usage(shell: Path, arguments: list[str]) -> None:
    ended = run(*arguments)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "usage: ado-connect" in ended.stderr


@pytest.mark.parametrize("command", ["doctor", "check", "list"])
def test_help_of_a_command_tells_its_options(shell: Path, command: str) -> None:
    ended = run(command, "--help")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "--json" in ended.stdout
    assert "--practice" in ended.stdout


def test_secret_that_is_gone_is_told_in_words_without_a_traceback(saved: None) -> None:
    from tests.e2e.keyring_session import remove_items

    remove_items()
    ended = run("check", NAME, "--practice")

    told = ended.stdout + ended.stderr
    assert ended.returncode == 1
    assert "The saved secret is not there any more" in told
    assert "Traceback" not in told


def test_damaged_file_is_told_on_standard_error(saved: None) -> None:
    before = run("list", "--practice").stdout
    ProfileFile(paths.config_folder(True), {}).path.write_text("{")

    ended = run("list", "--practice")

    assert (ended.returncode, ended.stdout) == (0, before)
    assert "problem: profile-file-restored" in ended.stderr
    assert run("list", "--practice").stderr == ""
    assert "Traceback" not in ended.stderr


def test_nobody_who_reads_the_answer_is_no_complaint(saved: None) -> None:
    with subprocess.Popen([COMMAND, "list", "--practice"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        complained = program.stderr.read()
        program.wait(LIMIT_S)
    assert (program.returncode, complained) == (141, b"")


# -- a network that does not answer -----------------------------------------------------------------------------------


@pytest.fixture
def silent_proxy() -> Iterator[socket.socket]:
    """Takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(LIMIT_S)
        yield listener


@pytest.fixture
def far_away(shell: Path, keyring_items: Items) -> None:
    """A saved connection whose hosts are addresses that nobody has (RFC 5737)."""
    hosts = dict.fromkeys(("login", "devops", "release", "identity", "entitlements", "profile"), "https://192.0.2.1")
    cloud = replace(PUBLIC, key="custom", portal="https://192.0.2.1", **hosts)
    profile = Profile(new_profile_id(), NAME, "contoso", Method.PAT, cloud, NOON)
    ProfileFile(paths.config_folder(False), {}).save(profile)


@pytest.fixture
def heeds_interrupts() -> Iterator[None]:
    """A job that a shell started in the background ignores Ctrl+C, and so would every program it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_interrupts")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_doctor_ends_at_once_and_leaves_nothing(
    far_away: None, silent_proxy: socket.socket, keyring_items: Items, number: int, code: int
) -> None:
    environment = {**os.environ, "HTTPS_PROXY": f"http://127.0.0.1:{silent_proxy.getsockname()[1]}"}
    with subprocess.Popen(
        [COMMAND, "doctor", NAME], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        talking, _address = silent_proxy.accept()
        with talking:
            program.send_signal(number)
            printed, complained = program.communicate(timeout=LIMIT_S)
    assert (program.returncode, printed, complained) == (code, "", "")
    assert keyring_items() == []


def test_proxy_that_is_not_there_is_told_without_its_password(far_away: None, silent_proxy: socket.socket) -> None:
    port = silent_proxy.getsockname()[1]
    silent_proxy.close()

    ended = run("doctor", NAME, HTTPS_PROXY=f"http://anna:{'hu' + 'sh'}@127.0.0.1:{port}")

    assert ended.returncode == 1
    assert "problem: proxy-unreachable" in ended.stdout
    assert f"127.0.0.1:{port}" in ended.stdout
    assert "hush" not in ended.stdout + ended.stderr
