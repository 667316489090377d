"""What is shipped is listed whole, and the audit never calls good what it could not ask about."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_house import ROOT, pinned_requirements


def bill(file: Path) -> dict[str, Any]:  # JSON has no static type
    subprocess.run([sys.executable, str(ROOT / "resources/packaging/sbom.py"), str(file)], check=True)
    return dict(json.loads(file.read_bytes()))


def test_everything_that_the_lock_pins_is_listed_with_its_hashes(tmp_path: Path) -> None:
    document = bill(tmp_path / "sbom.json")
    pinned = {}
    for line in pinned_requirements("requirements.lock"):
        name, version = re.split(r"==|\s", line)[:2]
        pinned[name.lower(), version] = set(re.findall(r"sha256:([0-9a-f]{64})", line))
    listed = {
        (part["name"], part["version"]): {one["content"] for one in part["hashes"]} for part in document["components"]
    }

    assert listed == pinned
    assert len(listed) > 20
    assert {part["purl"] for part in document["components"]} == {f"pkg:pypi/{n}@{v}" for n, v in pinned}
    assert set(document["dependencies"][0]["dependsOn"]) == {part["bom-ref"] for part in document["components"]}
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")


def test_what_is_for_some_systems_only_says_so(tmp_path: Path) -> None:
    parts = {part["name"]: part for part in bill(tmp_path / "sbom.json")["components"]}

    assert parts["secretstorage"]["properties"][0]["value"] == "sys_platform == 'linux'"
    assert "properties" not in parts["requests"]


def test_the_same_lock_gives_the_same_bill(tmp_path: Path) -> None:
    assert bill(tmp_path / "one.json") == bill(tmp_path / "two.json")


@pytest.mark.parametrize(
    ("says", "code", "ends"),
    [
        ("No known vulnerabilities found", 0, 0),
        ("Found 1 known vulnerability in 1 package\nrequests 2.0 PYSEC-1", 1, 1),
        ("No known vulnerabilities found\nrequests could not be audited: not found", 0, 2),
        ("pip_audit._service.interface.ConnectionError: Could not connect", 1, 2),
        ("OSError: [Errno 101] Network is unreachable", 1, 2),
    ],
    ids=["good", "bad", "nothing asked", "no network", "another failure"],
)
def test_the_audit_tells_a_service_that_is_not_there_from_a_good_answer(
    tmp_path: Path, says: str, code: int, ends: int
) -> None:
    if sys.platform == "win32":
        pytest.skip("a shell script")
    auditor = tmp_path / "pip-audit"
    auditor.write_text(f"#!/bin/sh\ncat <<'EOF'\n{says}\nEOF\nexit {code}\n")
    auditor.chmod(0o755)
    answer = subprocess.run(
        ["sh", "resources/packaging/audit.sh", auditor], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert answer.returncode == ends
    assert ("could not be reached" in answer.stdout) is (ends == 2)


def test_ci_lists_what_is_shipped_and_asks_for_what_is_known_about_it() -> None:
    steps = (ROOT / ".ci/run").read_text()

    assert "\nmake sbom\n" in steps
    assert "sh resources/packaging/audit.sh .venv/audit/bin/pip-audit" in steps
    assert 'test "$code" -ne 1\n' in steps
