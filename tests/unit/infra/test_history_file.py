"""The folder of histories: appended cheaply, shared, and never in the way."""

import multiprocessing
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.history import MAX_EVENTS, Event, EventKind
from desktop_app.core.problems import Problem
from desktop_app.core.profile import ProfileId
from desktop_app.infra import history_file
from desktop_app.infra.history_file import FACT_LENGTH, FOLDER, LINES_AT_MOST, HistoryFolder
from desktop_app.infra.whole_file import replace_file
from tests.fakes.clock import NOON
from tests.unit.app.world import CLIENT_SECRET, PAT

KEY = ProfileId("a" * 32)
CHECKED = Event(NOON, EventKind.CHECKED)


def file_of(folder: Path, key: str = KEY) -> Path:
    return folder / FOLDER / f"{key}.jsonl"


def add_many(folder: str) -> None:
    """In another process."""
    store = HistoryFolder(Path(folder))
    for _number in range(50):
        store.add(KEY, CHECKED)


def test_files_are_for_this_user_alone(tmp_path: Path) -> None:
    HistoryFolder(tmp_path).add(KEY, CHECKED)
    assert file_of(tmp_path).stat().st_mode & 0o077 == 0
    assert (tmp_path / FOLDER).stat().st_mode & 0o077 == 0


def test_history_outlives_the_program(tmp_path: Path) -> None:
    HistoryFolder(tmp_path).add(KEY, CHECKED)
    HistoryFolder(tmp_path).add(KEY, Event(NOON, EventKind.COPIED))
    assert [event.kind for event in HistoryFolder(tmp_path).load(KEY)] == [EventKind.CHECKED, EventKind.COPIED]


def test_an_event_is_one_line_and_the_file_is_seldom_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrites: list[int] = []

    def counted(path: Path, content: bytes) -> None:
        rewrites.append(1)
        replace_file(path, content)

    monkeypatch.setattr(history_file, "replace_file", counted)
    store = HistoryFolder(tmp_path)
    for _number in range(2 * MAX_EVENTS):
        store.add(KEY, CHECKED)
    assert file_of(tmp_path).read_bytes().count(b"\n") <= LINES_AT_MOST
    assert len(rewrites) == 4  # after 601, 702, 803 and 904 events


def test_threads_and_processes_lose_nothing(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        others = pool.map_async(add_many, [str(tmp_path)] * 2)
        threads = [threading.Thread(target=add_many, args=(str(tmp_path),)) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        others.get(timeout=60)
    assert HistoryFolder(tmp_path).load(KEY) == (CHECKED,) * 300


def test_a_file_that_another_process_filled_is_cut_back_too(tmp_path: Path) -> None:
    mine, other = HistoryFolder(tmp_path), HistoryFolder(tmp_path)
    for _number in range(LINES_AT_MOST):
        mine.add(KEY, CHECKED)
        other.add(KEY, CHECKED)
    assert file_of(tmp_path).read_bytes().count(b"\n") <= LINES_AT_MOST + 1


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_lines_that_make_no_sense_are_skipped(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    folder = tmp_path_factory.mktemp("history")
    store = HistoryFolder(folder)
    store.add(KEY, CHECKED)
    with file_of(folder).open("ab") as file:
        for line in lines:
            file.write(line + b"\n")
    store.add(KEY, CHECKED)
    assert HistoryFolder(folder).load(KEY) == (CHECKED, CHECKED)


def test_a_line_that_a_crash_cut_off_spoils_no_other(tmp_path: Path) -> None:
    store = HistoryFolder(tmp_path)
    store.add(KEY, CHECKED)
    with file_of(tmp_path).open("ab") as file:
        file.write(b'{"at": "2026-11-')
    store.add(KEY, CHECKED)
    assert store.load(KEY) == (CHECKED, CHECKED)


def test_events_and_problems_of_a_later_version_are_skipped_or_told_in_general(tmp_path: Path) -> None:
    store = HistoryFolder(tmp_path)
    store.add(KEY, CHECKED)
    with file_of(tmp_path).open("ab") as file:
        file.write(b'{"at": "2027-01-01T00:00:00Z", "kind": "beamed-up"}\n')
        file.write(b'{"at": "2027-01-01T00:00:00Z", "kind": "checked", "problem": "too-many-moons", "more": 1}\n')
    assert [event.problem for event in store.load(KEY)] == [None, Problem.INTERNAL]


@pytest.mark.parametrize("key", ["../../escaped", "a/b", "", ".", "C:\\x", "x" * 300, "\ud800"])
def test_no_id_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    store = HistoryFolder(tmp_path / "config")
    store.add(ProfileId(key), CHECKED)
    assert store.load(ProfileId(key)) == (CHECKED,)
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in made} == {tmp_path / "config" / FOLDER}


def test_nothing_is_raised_where_nothing_can_be_written_or_read(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file in its place")
    store = HistoryFolder(tmp_path / "config")
    store.add(KEY, CHECKED)
    store.forget(KEY)
    assert store.load(KEY) == ()


def test_a_secret_that_slipped_in_does_not_reach_the_disk(tmp_path: Path) -> None:
    store = HistoryFolder(tmp_path)
    store.add(
        KEY, Event(NOON, EventKind.COPIED, facts={"form": PAT, "name": f"x {CLIENT_SECRET} y", "long": "z " * 9999})
    )
    written = file_of(tmp_path).read_text()
    assert [number for number, secret in enumerate((PAT, CLIENT_SECRET)) if secret in written] == []
    assert len(written) < FACT_LENGTH + 500
