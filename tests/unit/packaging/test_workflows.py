"""The workflows can be read, and every command, file and job that they name is there."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.test_house import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SHELLS = {"sh", "bash"}


def workflow(file: Path) -> dict[Any, Any]:  # YAML has no static type; "on" is read as True
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))


def jobs(file: Path) -> dict[str, Any]:
    return dict(workflow(file)["jobs"])


def commands(file: Path) -> list[str]:
    return [step["run"] for job in jobs(file).values() for step in job["steps"] if "run" in step]


def everything_run() -> list[str]:
    return [command for file in WORKFLOWS for command in commands(file)]


def shell_commands() -> list[str]:
    """Those of runners whose shell is not PowerShell."""
    found = []
    for file in WORKFLOWS:
        for job in jobs(file).values():
            if job.get("defaults", {}).get("run", {}).get("shell") != "pwsh":
                found += [step["run"] for step in job["steps"] if "run" in step]
    return found


def test_there_are_workflows() -> None:
    assert {file.name for file in WORKFLOWS} == {"ci.yml", "release.yml"}


def test_every_target_of_make_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) | {".venv/.installed"}
    wanted = {
        word
        for command in everything_run()
        for words in re.findall(r"^\s*make ([^\n]*)$", command, re.MULTILINE)
        for word in words.split()
        if "=" not in word
    }

    assert {"installer", "installed-test", "reproduced", "sbom"} <= wanted <= targets


def test_every_file_that_is_run_exists() -> None:
    named = {
        path for command in everything_run() for path in re.findall(r"(?:resources/packaging|\.ci)/[\w./-]+", command)
    }

    assert "resources/packaging/windows/try.ps1" in named
    assert {path for path in named if not (ROOT / path).is_file()} == set()


def test_every_module_that_is_run_exists() -> None:
    modules = {module for command in everything_run() for module in re.findall(r"-m ([\w.]+)", command)}

    assert "resources.packaging.installer" in modules
    assert {module for module in modules if find_spec(module) is None} == set()


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_jobs_wait_for_jobs_that_exist_and_end_in_time(file: Path) -> None:
    for job in jobs(file).values():
        needs = job.get("needs", [])
        assert {needs} if isinstance(needs, str) else set(needs) <= set(jobs(file))
    if file.name == "release.yml":
        assert all(job["timeout-minutes"] <= 40 for job in jobs(file).values())


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_nothing_may_write_but_the_draft_of_a_release(file: Path) -> None:
    assert workflow(file)["permissions"] == {"contents": "read"}
    writers = {name for name, job in jobs(file).items() if "permissions" in job}
    assert writers == ({"release"} if file.name == "release.yml" else set())


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_secrets_reach_commands_by_the_environment_only(file: Path) -> None:
    """What stands in a command line is seen by every process, and is read as a piece of a program."""
    assert [command for command in commands(file) if "${{" in command] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_every_action_has_a_version_and_checks_out_without_credentials(file: Path) -> None:
    steps = [step for job in jobs(file).values() for step in job["steps"] if "uses" in step]

    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]) for step in steps)
    checkouts = [step for step in steps if step["uses"].startswith("actions/checkout")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_everything_that_is_built_reaches_the_release() -> None:
    """Each of the three systems gives its packages, and the release waits for all."""
    release = jobs(ROOT / ".github/workflows/release.yml")
    given = {
        name: " ".join(step["with"]["path"] for step in job["steps"] if "upload-artifact" in step.get("uses", ""))
        for name, job in release.items()
    }

    assert set(release["release"]["needs"]) == {name for name, paths in given.items() if paths}
    assert [ending for ending in (".deb", ".rpm", "-setup.exe", ".dmg", ".cdx.json") if ending not in str(given)] == []
    assert {"actions/attest-build-provenance@v2", "actions/attest-sbom@v2"} <= {
        step.get("uses") for step in release["release"]["steps"]
    }


@pytest.mark.skipif(sys.platform == "win32", reason="there is no POSIX shell")
def test_every_command_is_read_by_its_shell() -> None:
    for command in shell_commands():
        subprocess.run(["bash" if shutil.which("bash") else "sh", "-n", "-c", command], check=True)
    for script in sorted((ROOT / "resources/packaging").rglob("*.sh")):
        subprocess.run(["sh", "-n", str(script)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="the release is put together on Linux")
def test_check_sums_cover_every_file(tmp_path: Path) -> None:
    (tmp_path / "a package.deb").write_bytes(b"one")
    (tmp_path / "b.rpm").write_bytes(b"two")
    (tmp_path / "SHA256SUMS").write_text("of another time")

    subprocess.run(["sh", "resources/packaging/sums.sh", str(tmp_path)], cwd=ROOT, check=True, capture_output=True)

    sums = (tmp_path / "SHA256SUMS").read_text()
    assert [line[66:] for line in sums.splitlines()] == ["a package.deb", "b.rpm"]
    subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True)
