"""On a disk that really is full, read-only or another account's, a change is refused in its own words, and nothing
of it stays in the file or in the keyring."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.real_disk import TROUBLES
from tests.e2e.real_hosts.namespace import command_in_namespace

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
LIMIT_S = 60
WHY = {
    "full": "full",
    "read-only": "forbidden",
    "forbidden": "forbidden",
    "unreadable": "forbidden",
    "too large": "full",
    "too many files": "handles",
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_change_on_a_disk_that_refuses_changes_nothing(tmp_path: Path, trouble: str) -> None:
    needs_disk = TROUBLES[trouble][1]
    if os.geteuid() != 0 and trouble in {"forbidden", "unreadable"}:
        pytest.skip("takes another account")
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    for above in folder.parents:  # another account must find the way
        if above.stat().st_uid == os.geteuid() and tmp_path.parents[1] in (above, *above.parents):
            above.chmod(0o755)
    command = [sys.executable, "-m", "tests.e2e.real_disk", trouble, str(folder)]
    if needs_disk:
        command = command_in_namespace(*command)
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, cwd=ROOT)
    if needs_disk and ended.returncode != 0 and not os.environ.get("ADO_CONNECT_NEEDS_NAMESPACES"):
        pytest.skip("this computer offers no mount namespaces")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["as before"]
    problem = "profile-file-unreadable" if trouble == "unreadable" else "profile-file-unwritable"
    allowed = {problem, "profile-file-unreadable"} if trouble == "too many files" else {problem}
    assert set(told["refused"]) == {"add", "replace", "rename", "remove"}
    assert {found for found, _why in told["refused"].values()} <= allowed
    assert {why for _problem, why in told["refused"].values()} == {WHY[trouble]}
