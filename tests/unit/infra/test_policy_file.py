"""The policy's file: where it is, what happens when it is broken, and who could change it."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop_app.core.policy import NO_POLICY
from desktop_app.core.profile import Method
from desktop_app.infra.policy_file import MAX_BYTES, machine_policy_path, read_policy

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and pipes of POSIX")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "ado-connect"
    folder.mkdir(mode=0o755)
    return folder / "policy.json"


def write(file: Path, content: str | bytes) -> Path:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    file.chmod(0o644)
    return file


def test_no_file_is_no_policy(file: Path) -> None:
    found = read_policy(file)
    assert (found.there, found.policy, found.changeable) == (False, NO_POLICY, False)


def test_no_folder_is_no_policy(tmp_path: Path) -> None:
    assert read_policy(tmp_path / "nowhere" / "policy.json").policy == NO_POLICY
    write(tmp_path / "file", "")
    assert read_policy(tmp_path / "file" / "policy.json").policy == NO_POLICY


def test_what_the_file_says_is_in_force(file: Path) -> None:
    found = read_policy(write(file, json.dumps({"version": 1, "methods": ["pat"]})))
    assert found.there
    assert found.policy.methods == frozenset({Method.PAT})


def test_a_byte_order_mark_of_a_windows_editor_does_no_harm(file: Path) -> None:
    assert read_policy(write(file, b"\xef\xbb\xbf" + b'{"version": 1}')).policy == NO_POLICY


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"\xff\xfe", "not-json"),
        (b"[" * 100_000, "not-json"),
        (b"null", "not-object"),
        (b'{"version": 1, "methods": ["oauth"], "methods": ["pat"]}', "twice methods"),
        (b'{"version": 1, "metods": []}', "unknown metods"),
        (b'{"version": 1, "clipboard_seconds": 1}', "value clipboard_seconds"),
        (b" " * (MAX_BYTES + 1), "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_file_lifts_nothing_and_is_logged(
    file: Path, content: bytes, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = read_policy(write(file, content))

    assert str(found.policy.fault) == fault
    assert found.there
    assert all(found.policy.refuses_method(method) is not None for method in Method)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@posix
def test_what_is_no_plain_file_is_broken_and_never_waited_for(file: Path) -> None:
    os.mkfifo(file)
    assert str(read_policy(file).policy.fault) == "unreadable"
    file.unlink()
    file.mkdir()
    assert str(read_policy(file).policy.fault) == "unreadable"


@posix
def test_a_link_to_nowhere_is_broken(file: Path) -> None:
    file.symlink_to("gone.json")
    assert str(read_policy(file).policy.fault) == "unreadable"


@contextmanager
def nobody() -> Iterator[None]:
    """Root reads everything, so for a while it is somebody else."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@posix
def test_a_file_that_can_not_be_read_is_broken(file: Path) -> None:
    write(file, '{"version": 1}').chmod(0)
    with nobody():
        found = read_policy(file)
    assert str(found.policy.fault) == "unreadable"


@posix
@pytest.mark.parametrize("mode", [0o666, 0o646])
def test_a_file_that_anybody_may_write_is_obeyed_and_told(
    file: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    write(file, '{"version": 1, "methods": ["pat"]}').chmod(mode)
    found = read_policy(file)

    assert found.changeable
    assert found.policy.methods == frozenset({Method.PAT})
    assert "can be changed" in caplog.text


@posix
def test_a_folder_that_anybody_may_write_to_counts_too(file: Path) -> None:
    write(file, '{"version": 1}')
    file.parent.chmod(0o777)
    assert read_policy(file).changeable


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_who_is_no_administrator_is_told(file: Path) -> None:
    os.chown(write(file, '{"version": 1}'), 65534, 65534)
    assert read_policy(file).changeable


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="others can not make a file of root's")
def test_a_file_that_only_root_writes_is_told_of_nobody(file: Path) -> None:
    assert not read_policy(write(file, '{"version": 1}')).changeable


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux' own place")
def test_no_environment_variable_moves_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_DIRS", "ProgramData"):
        monkeypatch.setenv(name, str(tmp_path))
    assert machine_policy_path() == Path("/etc/ado-connect/policy.json")
