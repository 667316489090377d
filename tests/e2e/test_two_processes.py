"""The window and a command at work on the same files at the same time: nothing that either writes is ever lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.core.cloud import WELL_KNOWN
from desktop_app.core.profile import Method
from desktop_app.infra.profile_file import ProfileFile
from tests.e2e.two_writers import OWN, SHARED
from tests.fakes.profiles import a_profile

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ROUNDS = 1500
LIMIT_S = 250
ROOT = Path(__file__).parents[2]


def test_neither_loses_what_the_other_writes(tmp_path: Path) -> None:
    store = ProfileFile(tmp_path, WELL_KNOWN)
    for key in (*OWN.values(), SHARED):
        store.save(
            a_profile(1, id=key, name=f"{key[0]} new", method=Method.PAT, tenant="", client_id="", last_check=None)
        )
    untouched = a_profile(9, name="Untouched")
    store.save(untouched)

    writers = {
        role: subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.two_writers", role, str(tmp_path), str(ROUNDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for role in OWN
    }
    try:
        for writer in writers.values():
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        for writer in writers.values():
            assert writer.stdin is not None
            writer.stdin.write("\n")
            writer.stdin.flush()
        ended = {role: writer.communicate(timeout=LIMIT_S) for role, writer in writers.items()}
    finally:
        for writer in writers.values():
            writer.kill()

    assert ended == dict.fromkeys(OWN, ("0 lost\n", ""))
    found = {profile.id: profile for profile in store.load()}
    assert len(found) == len(OWN) + 2
    assert found[untouched.id] == untouched
    last_name = f" {ROUNDS - 1}"
    assert [found[key].name for key in (OWN["window"], SHARED, OWN["command"])] == [
        f"1{last_name}",
        f"3{last_name}",
        "2 new",
    ]
    checks = [found[key].last_check for key in (OWN["command"], SHARED)]
    assert checks[0] is not None
    assert checks[0] == checks[1]
    assert found[OWN["window"]].last_check is None
