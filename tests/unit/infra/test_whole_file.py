"""A small file is whole at any moment, and what a killed process left beside it does not pile up."""

import os
from pathlib import Path

import pytest

from desktop_app.infra.whole_file import LEFT_AFTER_S, remove_file, replace_file


def put_beside(path: Path, name: str, older_s: float) -> Path:
    """A file that is so many seconds older than one made now."""
    beside = path.parent / name
    beside.write_text("half a file")
    then = beside.stat().st_mtime - older_s
    os.utime(beside, (then, then))
    return beside


def test_content_is_replaced_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "connections.json"
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_beside_the_file_goes_with_the_next_change(tmp_path: Path) -> None:
    path = tmp_path / "connections.json"
    left = [put_beside(path, f".connections.json.abcdefg{number}", LEFT_AFTER_S + 60) for number in range(3)]
    replace_file(path, b"content")
    assert not any(beside.exists() for beside in left)
    assert path.read_bytes() == b"content"


@pytest.mark.parametrize(
    ("name", "older_s"),
    [
        (".connections.json.abcdefgh", 0),
        (".connections.json.backup-of-mine", LEFT_AFTER_S + 60),
        (".connections.json", LEFT_AFTER_S + 60),
        (".changes.json.abcdefgh", LEFT_AFTER_S + 60),
        ("connections.json.abcdefgh", LEFT_AFTER_S + 60),
    ],
    ids=["another process writes it now", "a longer name", "a shorter name", "of another file", "not hidden"],
)
def test_what_may_be_somebody_elses_stays(tmp_path: Path, name: str, older_s: float) -> None:
    beside = put_beside(tmp_path / "connections.json", name, older_s)
    replace_file(tmp_path / "connections.json", b"content")
    assert beside.exists()


def test_folder_among_the_leftovers_does_not_stop_a_change(tmp_path: Path) -> None:
    odd = tmp_path / ".connections.json.abcdefgh"
    odd.mkdir()
    os.utime(odd, (0, 0))
    replace_file(tmp_path / "connections.json", b"content")
    assert (tmp_path / "connections.json").read_bytes() == b"content"


def test_file_that_is_gone_is_removed_without_complaint(tmp_path: Path) -> None:
    remove_file(tmp_path / "changes.json")
    replace_file(tmp_path / "changes.json", b"{}")
    remove_file(tmp_path / "changes.json")
    assert list(tmp_path.iterdir()) == []
