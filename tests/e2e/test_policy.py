"""Commands of the whole program obey the policy of the computer's IT."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.cloud import WELL_KNOWN
from desktop_app.core.profile import Method
from desktop_app.infra import paths
from desktop_app.infra.profile_file import ProfileFile
from tests.fakes.profiles import a_profile

pytestmark = pytest.mark.e2e

LIMIT_S = 60
ELSEWHERE = """
import sys
from pathlib import Path
from desktop_app.infra import policy_file
policy_file.machine_policy_path = lambda: Path(sys.argv[1])
from desktop_app.main import main
sys.exit(main(sys.argv[2:]))
"""
"""The program, with its policy in another place: the real one is the computer's own."""


@pytest.fixture
def policy(home: Path, tmp_path: Path) -> Path:
    """Where the policy is looked for; a connection with a token is saved."""
    ProfileFile(paths.config_folder(practice=False), WELL_KNOWN).save(
        a_profile(1, name="Nightly sync", method=Method.PAT, tenant="", client_id="", redirect_uri="", ca_file="")
    )
    return tmp_path / "policy.json"


def run(policy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ELSEWHERE, str(policy), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)


@pytest.mark.parametrize(
    ("content", "code", "title"),
    [
        ({"version": 1, "methods": ["oauth"]}, "policy-forbids-method", "does not allow this way to connect"),
        ({"version": 1, "hosts": ["china"]}, "policy-forbids-host", "does not allow these servers"),
        ({"version": 1, "metods": []}, "policy-unreadable", "rules of your organization can not be read"),
    ],
)
def test_a_forbidden_connection_is_listed_and_not_used(policy: Path, content: Any, code: str, title: str) -> None:
    policy.write_text(json.dumps(content))

    listed = run(policy, "list", "--json")
    checked = run(policy, "check", "Nightly sync")

    assert listed.returncode == 0
    assert [(entry["name"], entry["words"]) for entry in json.loads(listed.stdout)] == [("Nightly sync", "Not allowed")]
    assert (checked.returncode, checked.stdout) == (1, "")
    assert f"problem: {code}" in checked.stderr
    assert title in " ".join(checked.stderr.split())


def test_without_a_policy_the_same_connection_is_tried(policy: Path) -> None:
    listed = run(policy, "list", "--json")
    assert [entry["words"] for entry in json.loads(listed.stdout)] != ["Not allowed"]
    assert "problem: policy" not in run(policy, "check", "Nightly sync").stderr
