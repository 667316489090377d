"""The file of settings: whole, kept by what it does not know, never overwritten where it makes no sense."""

import json
from pathlib import Path

import filelock
import pytest

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.settings import Settings
from desktop_app.infra.settings_file import FILE_NAME, SettingsFile

CHOSEN = Settings(clipboard_seconds=10)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


def problem_of(file: Path) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as failure:
        SettingsFile(file.parent, lock_timeout_s=0.0).save(CHOSEN)
    return failure.value


def test_what_a_later_version_wrote_beside_is_kept(file: Path) -> None:
    file.write_text('{"version": 1, "clipboard_seconds": 20, "colour": {"name": "red"}}')
    store = SettingsFile(file.parent)
    assert store.load() == Settings(clipboard_seconds=20)

    store.save(CHOSEN)
    written = json.loads(file.read_text())
    assert written["colour"] == {"name": "red"}
    assert written["clipboard_seconds"] == 10
    assert SettingsFile(file.parent).load() == CHOSEN


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"clipboard_seconds": 20}',
        b'{"version": 2, "clipboard_seconds": 20}',
        b'{"version": true}',
        b'{"version": 1, "clipboard_seconds": 4}',
        b'{"version": 1, "clipboard_seconds": "20"}',
        b'{"version": 1, "tray_icon": 1}',
    ],
)
def test_a_file_that_makes_no_sense_gives_the_defaults_and_is_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    assert SettingsFile(file.parent).load() == Settings()
    failure = problem_of(file)
    assert failure.problem is Problem.SETTINGS_FILE_UNREADABLE
    assert failure.facts["file"] == str(file)
    assert file.read_bytes() == content


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")

    assert problem_of(tmp_path / "taken" / FILE_NAME).problem is Problem.SETTINGS_FILE_UNWRITABLE
    assert SettingsFile(tmp_path / "taken").load() == Settings()


def test_another_process_that_is_writing_is_waited_for(file: Path) -> None:
    with filelock.FileLock(file.with_suffix(".lock")):
        assert problem_of(file).problem is Problem.SETTINGS_FILE_UNWRITABLE
    assert not file.exists()


def test_a_crash_while_writing_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SettingsFile(file.parent).save(CHOSEN)
    before = file.read_bytes()

    def full(*arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(ConnectionProblem):
        SettingsFile(file.parent).save(Settings())
    assert file.read_bytes() == before
    assert {path.name for path in file.parent.iterdir()} <= {file.name, "settings.lock"}
