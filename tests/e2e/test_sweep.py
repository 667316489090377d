"""The sweep finds what it is there to find: planted secrets, in every form and place."""

import base64
import gzip
import io
import json
import logging
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from desktop_app.core.credential import Secret
from tests.e2e import ways
from tests.e2e.program import Program
from tests.e2e.sweep import LogWitness, ProcessWatch, Sweep
from tests.e2e.witness import Witness

CANARY = "~".join(["a canary+of", "ordinary/length", "with=signs", "é"])
LONG = "".join(f"{number:04}-" for number in range(300))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "planted"
    place.mkdir()
    return place


def found_in(folder: Path, secret: str = CANARY) -> list[str]:
    return Sweep([folder]).findings({Secret(secret): "canary"})


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(CANARY.encode(), id="plain"),
        pytest.param(b"?code=" + quote(CANARY, safe="").encode() + b"&x=1", id="URL"),
        pytest.param(quote(quote(CANARY, safe=""), safe="").encode(), id="URL within a URL"),
        pytest.param(quote(CANARY, safe="").lower().encode(), id="URL in small letters"),
        pytest.param(json.dumps({"error": CANARY}).encode(), id="JSON"),
        pytest.param(CANARY.encode().hex().encode(), id="hexadecimal"),
        pytest.param(CANARY.encode().hex().upper().encode(), id="hexadecimal in capitals"),
        pytest.param(b"before" + gzip.compress(b"words " * 50 + CANARY.encode()) + b"after", id="gzip"),
        pytest.param(CANARY.encode("utf-16"), id="UTF-16"),
        pytest.param(CANARY.encode("utf-16-be"), id="UTF-16 with the big end first"),
        *(
            pytest.param(
                base64.b64encode(b"before" + b"x" * offset + CANARY.encode() + b"after"), id=f"base64 at {offset}"
            )
            for offset in range(3)
        ),
        *(
            pytest.param(
                base64.urlsafe_b64encode(b"x" * offset + CANARY.encode()).rstrip(b"="), id=f"base64url at {offset}"
            )
            for offset in range(3)
        ),
    ],
)
def test_secret_in_a_file_is_found_in_any_form(folder: Path, written: bytes) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "file").write_bytes(b"\0before " + written + b" after\xff")
    assert found_in(folder)
    assert "deep/file" in found_in(folder)[0]


def test_secret_in_an_archive_is_found(folder: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.txt", f"words {CANARY} words")
    (folder / "support.zip").write_bytes(content.getvalue())
    assert found_in(folder)


def test_secret_in_a_database_is_found(folder: Path) -> None:
    with sqlite3.connect(folder / "Cookies") as database:
        database.execute("CREATE TABLE cookies (name TEXT, value TEXT)")
        database.execute("INSERT INTO cookies VALUES ('session', ?)", [CANARY])
    database.close()
    assert found_in(folder)


@pytest.mark.parametrize("cut", [slice(None, 1000), slice(-1000, None)], ids=["beginning", "end"])
def test_part_of_a_long_secret_is_found(folder: Path, cut: slice) -> None:
    (folder / "chunk").write_text(LONG[cut])
    assert found_in(folder, LONG)


def test_secret_in_a_file_name_is_found(folder: Path) -> None:
    (folder / quote(CANARY, safe="")).touch()
    assert found_in(folder)


def test_finding_does_not_repeat_the_secret(folder: Path) -> None:
    (folder / "file").write_text(CANARY)
    assert CANARY not in "".join(found_in(folder))


def test_folder_without_the_secret_has_no_findings(folder: Path) -> None:
    (folder / "file").write_text(CANARY[:-2])
    assert found_in(folder) == []


@pytest.mark.parametrize("place", ["cmdline", "environ"])
def test_secret_in_a_child_process_is_found(folder: Path, place: str) -> None:
    waits = "import sys; print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", waits, *([CANARY] if place == "cmdline" else [])]
    environment = {"PYTHONIOENCODING": "utf-8", **({"CANARY": CANARY} if place == "environ" else {})}
    sweep = Sweep([folder])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        child.stdout.readline()
        sweep.look_at_processes()
        child.communicate()
    (finding,) = {line.split(":")[0].split(" of ")[0] for line in sweep.findings({Secret(CANARY): "canary"})}
    assert finding == place


def test_process_that_lives_for_a_moment_is_seen(folder: Path) -> None:
    sweep = Sweep([folder])
    with ProcessWatch(sweep, every_s=0.001):
        while not any("sleep" in place for place in sweep.watched):
            subprocess.run(["sleep", "0.05", "--", "0"], env={"CANARY": CANARY}, check=True)
    places = {finding.partition(":")[0] for finding in sweep.findings({Secret(CANARY): "canary"})}
    assert "environ of sleep" in places


def test_secret_in_a_log_record_is_found_before_it_is_redacted(folder: Path) -> None:
    sweep = Sweep([folder])
    handler, log = LogWitness(sweep), logging.getLogger("desktop_app.canary")
    log.addHandler(handler)
    log.error("refused: %s", CANARY)
    log.removeHandler(handler)
    assert sweep.findings({Secret(CANARY): "canary"}) == ["log records: canary, plain"]


@pytest.mark.e2e
@pytest.mark.keyring
def test_what_the_program_wrote_is_part_of_the_sweep(
    start: Callable[[], Program], witness: Witness, sweep: Sweep
) -> None:
    program = start()
    ways.enter_pat(program, witness)
    program.go_through_checks_and_save("A name to look for")
    program.close()
    places = "\n".join(sweep.findings({Secret("A name to look for"): "name", Secret("connection saved"): "words"}))
    assert "connections.json: name" in places
    assert "ado-connect.log: words" in places
    assert "log records: words" in places
    assert "personal access token" in witness.secrets.values()
