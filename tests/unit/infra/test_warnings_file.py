"""The file of given warnings: whole, shared, and never in the way."""

import json
import multiprocessing
import threading
from pathlib import Path

import pytest

from desktop_app.core.ends import EndKind
from desktop_app.core.profile import ProfileId
from desktop_app.core.warnings import Given
from desktop_app.infra.warnings_file import FILE_NAME, WarningsFile
from tests.fakes.clock import NOON

KEY = ProfileId("a" * 32)
WEEK = Given(7, NOON, "one")


def claims(folder: str) -> int:
    """In another process."""
    return WarningsFile(Path(folder)).claim(KEY, EndKind.PAT, WEEK)


def test_a_restart_gives_no_warning_again(tmp_path: Path) -> None:
    assert WarningsFile(tmp_path).claim(KEY, EndKind.PAT, WEEK)
    assert not WarningsFile(tmp_path).claim(KEY, EndKind.PAT, WEEK)
    assert WarningsFile(tmp_path).claim(KEY, EndKind.PAT, Given(1, NOON, "one"))


def test_the_file_is_for_this_user_alone(tmp_path: Path) -> None:
    WarningsFile(tmp_path / "config").claim(KEY, EndKind.PAT, WEEK)
    assert (tmp_path / "config" / FILE_NAME).stat().st_mode & 0o077 == 0
    assert (tmp_path / "config").stat().st_mode & 0o077 == 0


def test_of_many_threads_one_is_told_that_it_is_new(tmp_path: Path) -> None:
    answers: list[bool] = []
    start = threading.Barrier(8)

    def claim() -> None:
        store = WarningsFile(tmp_path)
        start.wait()
        answers.append(store.claim(KEY, EndKind.PAT, WEEK))

    threads = [threading.Thread(target=claim) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 7 + [True]


def test_of_many_processes_one_is_told_that_it_is_new(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        answers = pool.map(claims, [str(tmp_path)] * 6)
    assert sorted(answers) == [False] * 5 + [True]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 1, "given": 5}', b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_makes_no_sense_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert WarningsFile(tmp_path).claim(KEY, EndKind.PAT, WEEK)
    assert not WarningsFile(tmp_path).claim(KEY, EndKind.PAT, WEEK)


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('{"version": 2, "given": "otherwise"}')
    store = WarningsFile(tmp_path)
    assert [store.claim(KEY, EndKind.PAT, WEEK) for _time in range(2)] == [True, False]  # in this run
    assert (tmp_path / FILE_NAME).read_text() == '{"version": 2, "given": "otherwise"}'


def test_what_else_stands_in_the_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('{"version": 1, "given": {}, "later": [1]}')
    WarningsFile(tmp_path).claim(KEY, EndKind.PAT, WEEK)
    assert json.loads((tmp_path / FILE_NAME).read_text())["later"] == [1]


def test_a_folder_that_can_not_be_written_still_warns_once_in_a_run(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file in its place")
    store = WarningsFile(tmp_path / "config")
    assert [store.claim(KEY, EndKind.PAT, WEEK) for _time in range(3)] == [True, False, False]
    store.keep_only(set())


def test_looking_leaves_no_file_where_nothing_was_ever_due(tmp_path: Path) -> None:
    WarningsFile(tmp_path / "config").keep_only({KEY})
    assert not (tmp_path / "config").exists()
