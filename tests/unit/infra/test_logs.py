"""The log file: what is written, what is taken out, who can read it."""

import logging
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.core.credential import Secret
from desktop_app.core.redact import MASK
from desktop_app.infra import logs

log = logging.getLogger("desktop_app.test")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "practice"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    level, complains = logging.getLogger().level, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in logs.TALKATIVE}
    yield
    logs.stop_logging()
    logging.getLogger().setLevel(level)
    logging.raiseExceptions = complains
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_record_is_one_line_with_utc_time(folder: Path) -> None:
    path = logs.configure_logging(folder)

    log.info("token refreshed profile=%s", "abc")

    [line] = path.read_text().splitlines()
    assert line.endswith("INFO MainThread desktop_app.test: token refreshed profile=abc")
    assert line.split()[0].endswith("Z")


def test_secret_shapes_are_removed_from_message_arguments_and_traceback(folder: Path) -> None:
    path = logs.configure_logging(folder)
    jwt = "ey" + "J" + "a" * 30 + "." + "b" * 30 + "." + "c" * 10
    pat = "d" * 52 + "JQQJ" + "99" + "e" * 26

    log.info("got %s and %r", jwt, {"Authorization": f"Bearer {'f' * 40}"})
    try:
        raise ValueError(f"client_secret={'g' * 40}")
    except ValueError:
        log.exception("failed with %s", pat)

    text = path.read_text()
    assert not any(letter * 10 in text for letter in "abcdefg")
    assert text.count(MASK) >= 4
    assert "Traceback" in text


def test_secrets_known_at_that_moment_are_removed(folder: Path) -> None:
    known: list[Secret] = []
    path = logs.configure_logging(folder, secrets=lambda: known)

    known.append(Secret("plain word"))
    log.info("it is plain word")

    assert "plain word" not in path.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_only_the_owner_can_read_any_of_the_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 200)
    logs.configure_logging(folder)
    for number in range(20):
        log.info("line %d, long enough to fill a file soon", number)

    files = list(folder.iterdir())
    assert len(files) == 1 + logs.OLD_FILES
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_second_call_replaces_the_first(folder: Path, tmp_path: Path) -> None:
    first = logs.configure_logging(folder)
    second = logs.configure_logging(tmp_path / "other")

    log.info("once")

    assert first.read_text() == ""
    assert second.read_text().count("once") == 1


def test_libraries_that_log_whole_requests_stay_quiet_at_debug(folder: Path) -> None:
    path = logs.configure_logging(folder, level=logging.DEBUG)

    logging.getLogger("urllib3.connectionpool").debug("GET /authorize?code=x")
    log.debug("own")

    assert "authorize" not in path.read_text()
    assert "own" in path.read_text()


def run_logging(code: str, folder: Path) -> str:
    """What a program prints that logs by `code`; both of its streams."""
    whole = f"""
import logging
import subprocess
import sys
from pathlib import Path
from desktop_app.core.credential import Secret
from desktop_app.infra.logs import configure_logging

secret = Secret("~".join(["neither", "shaped", "like", "a", "token"]))
try:
    configure_logging(Path({str(folder)!r}))
except OSError as error:
    print(type(error).__name__)
{code}
"""
    ended = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=True)
    assert "neither~shaped" not in ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def test_record_that_can_not_be_written_is_not_printed(folder: Path) -> None:
    assert run_logging("logging.error('%d seconds', secret.reveal())", folder) == ""


def test_without_a_file_what_is_printed_in_its_place_is_redacted_too(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    printed = run_logging("logging.getLogger('x').error('refused: %s', secret.reveal())", tmp_path / "file" / "logs")
    assert "refused: [removed]" in printed
