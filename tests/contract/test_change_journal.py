"""What every ChangeJournal promises: the file and the one in memory that other tests use."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import filelock
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.changes import Change, ChangeJournal, Renewal, Step
from desktop_app.core.cloud import PUBLIC, WELL_KNOWN
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import ProfileId
from desktop_app.infra.change_journal import FILE_NAME, ChangeFile
from tests.fakes.change_journal import MemoryJournal
from tests.fakes.profiles import CUSTOM, a_profile, profiles

BEGAN = datetime(2026, 11, 25, 9, 30, 15, 250_000, tzinfo=UTC)
PATIENCE_S = 60.0
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).map(ProfileId)
_profiles = st.none() | profiles()
renewals = st.builds(
    Renewal, name=_text, made_id=_text, old_id=_text, through=st.none() | _ids, revoke_old=st.booleans()
)
changes = st.builds(
    Change,
    key=_ids,
    step=st.sampled_from(Step),
    began_at=st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  aware
    before=_profiles,
    after=_profiles,
    had_secret=st.booleans(),
    keeps_old=st.booleans(),
    renewal=st.none() | renewals,
)


def a_change(number: int = 1, step: Step = Step.SWAPPING) -> Change:
    profile = a_profile(number)
    renewal = Renewal(f"Contoso {number} (ADO Connect 1)", "new-id", "old-id", a_profile(9).id)
    return Change(profile.id, step, BEGAN, profile, replace(profile, name="After"), True, True, renewal)


class ChangeJournalContract:
    """Subclasses give the fixture `journal`, empty."""

    def test_new_journal_is_empty(self, journal: ChangeJournal) -> None:
        assert journal.load() == ()

    def test_changes_come_back_in_the_order_they_began(self, journal: ChangeJournal) -> None:
        for number in (3, 1, 2):
            journal.put(a_change(number))
        assert journal.load() == (a_change(3), a_change(1), a_change(2))

    def test_a_later_step_replaces_the_one_before_in_its_place(self, journal: ChangeJournal) -> None:
        for number in (1, 2, 3):
            journal.put(a_change(number))
        journal.put(a_change(2, Step.KEPT))
        assert journal.load() == (a_change(1), a_change(2, Step.KEPT), a_change(3))

    def test_dropped_change_is_gone_and_the_others_stay(self, journal: ChangeJournal) -> None:
        journal.put(a_change(1))
        journal.put(a_change(2))
        journal.drop(a_change(1).key)
        assert journal.load() == (a_change(2),)
        journal.drop(a_change(2).key)
        assert journal.load() == ()

    def test_dropping_what_is_not_there_is_harmless(self, journal: ChangeJournal) -> None:
        journal.drop(a_change(1).key)
        journal.put(a_change(2))
        journal.drop(a_change(1).key)
        assert journal.load() == (a_change(2),)

    @pytest.mark.parametrize("step", Step)
    def test_every_step_comes_back(self, journal: ChangeJournal, step: Step) -> None:
        journal.put(a_change(1, step))
        assert [change.step for change in journal.load()] == [step]

    def test_change_of_a_connection_with_nothing_more_to_tell_comes_back(self, journal: ChangeJournal) -> None:
        bare = Change(a_profile().id, Step.REMOVING, BEGAN)
        journal.put(bare)
        assert journal.load() == (bare,)

    def test_profile_of_a_custom_cloud_comes_back(self, journal: ChangeJournal) -> None:
        change = replace(a_change(), after=a_profile(cloud=CUSTOM))
        journal.put(change)
        assert journal.load() == (change,)

    def test_many_threads_lose_nothing(self, journal: ChangeJournal) -> None:
        def work(number: int) -> None:
            journal.put(a_change(number))
            journal.put(a_change(number, Step.KEPT))
            if number % 2:
                journal.drop(a_change(number).key)

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(18)))
        left = {change.key: change.step for change in journal.load()}
        assert left == {a_profile(number).id: Step.KEPT for number in range(0, 18, 2)}


class TestMemoryJournal(ChangeJournalContract):
    @pytest.fixture
    def journal(self) -> ChangeJournal:
        return MemoryJournal()


class TestChangeFile(ChangeJournalContract):
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "config" / "ado-connect"

    @pytest.fixture
    def journal(self, folder: Path) -> ChangeFile:
        return ChangeFile(folder, WELL_KNOWN, lock_timeout_s=PATIENCE_S)

    def test_another_process_reads_what_was_written(self, journal: ChangeFile, folder: Path) -> None:
        journal.put(a_change(1))
        assert ChangeFile(folder, WELL_KNOWN).load() == (a_change(1),)

    def test_file_is_there_only_while_something_is_under_way(self, journal: ChangeFile, folder: Path) -> None:
        journal.put(a_change(1))
        assert (folder / FILE_NAME).is_file()
        journal.drop(a_change(1).key)
        assert [path.name for path in folder.iterdir() if path.suffix != ".lock"] == []

    @posix_only
    def test_file_and_folder_are_the_persons_own(self, journal: ChangeFile, folder: Path) -> None:
        before = os.umask(0)
        try:
            journal.put(a_change(1))
        finally:
            os.umask(before)
        assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_cloud_of_a_key_is_the_one_of_this_run(self, folder: Path) -> None:
        then = replace(PUBLIC, key="practice", login="https://127.0.0.1:1000")
        now = replace(then, login="https://127.0.0.1:2000")
        change = Change(a_profile().id, Step.SWAPPING, BEGAN, a_profile(cloud=then))
        ChangeFile(folder, {"practice": then}).put(change)

        [found] = ChangeFile(folder, {"practice": now}).load()

        assert found.before is not None
        assert found.before.cloud == now

    def test_several_processes_lose_nothing(self, journal: ChangeFile, folder: Path) -> None:
        program = (
            "import sys; from pathlib import Path\n"
            "from desktop_app.core.cloud import WELL_KNOWN\n"
            "from desktop_app.infra.change_journal import ChangeFile\n"
            "from tests.contract.test_change_journal import a_change\n"
            "journal = ChangeFile(Path(sys.argv[1]), WELL_KNOWN, 60.0)\n"
            "for number in range(int(sys.argv[2]), int(sys.argv[2]) + 10): journal.put(a_change(number))\n"
        )
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", program, str(folder), str(first)],
                cwd=Path(__file__).parents[2],
                env={**os.environ, "PYTHONPATH": "."},
            )
            for first in (0, 100, 200)
        ]
        assert [process.wait(PATIENCE_S) for process in processes] == [0, 0, 0]
        keys = {change.key for change in journal.load()}
        assert keys == {a_profile(first + number).id for first in (0, 100, 200) for number in range(10)}

    def test_journal_that_another_process_holds_is_unwritable_after_the_time_limit(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        journal = ChangeFile(folder, WELL_KNOWN, lock_timeout_s=0.01)
        with filelock.FileLock(folder / "changes.lock"):
            assert problem_of(lambda: journal.put(a_change())) is Problem.PROFILE_FILE_UNWRITABLE
        assert journal.load() == ()

    def test_folder_that_can_not_be_made_is_unwritable(self, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("a file")
        journal = ChangeFile(tmp_path / "taken" / "inside", WELL_KNOWN)
        assert problem_of(lambda: journal.put(a_change())) is Problem.PROFILE_FILE_UNWRITABLE

    @pytest.mark.parametrize("step", ["os.fsync", "os.replace"])
    def test_write_that_fails_leaves_the_journal_as_it_was_and_nothing_beside_it(
        self, journal: ChangeFile, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        def full(*args: object) -> None:
            raise OSError(28, "No space left on device")

        journal.put(a_change(1))
        before = (folder / FILE_NAME).read_bytes()
        with monkeypatch.context() as broken:
            broken.setattr(step, full)
            assert problem_of(lambda: journal.put(a_change(2))) is Problem.PROFILE_FILE_UNWRITABLE
        assert (folder / FILE_NAME).read_bytes() == before
        assert {path.name for path in folder.iterdir()} == {FILE_NAME, "changes.lock"}


def problem_of(action: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value.problem


def put(folder: Path, content: str | bytes) -> bytes:
    written = content.encode() if isinstance(content, str) else content
    (folder / FILE_NAME).write_bytes(written)
    return written


def uses(folder: Path) -> tuple[Callable[[], object], ...]:
    journal = ChangeFile(folder, WELL_KNOWN)
    return journal.load, lambda: journal.put(a_change(1)), lambda: journal.drop(a_change(1).key)


BROKEN = {
    "empty": "",
    "not JSON": "{",
    "not UTF-8": b'{"version":1,"changes":[{"key":"\xff"}]}',
    "a list": "[]",
    "no version": '{"changes": []}',
    "version is text": '{"version": "1", "changes": []}',
    "version is true": '{"version": true, "changes": []}',
    "no changes": '{"version": 1}',
    "no key": '{"version": 1, "changes": [{"step": "adding", "began_at": "2026-01-01T00:00:00Z"}]}',
    "unknown step": '{"version": 1, "changes": [{"key": "1", "step": "x", "began_at": "2026-01-01T00:00:00Z"}]}',
    "no zone": '{"version": 1, "changes": [{"key": "1", "step": "adding", "began_at": "2026-01-01T00:00:00"}]}',
    "too deep": "[" * 100_000,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_journal_that_makes_no_sense_is_told_and_left_alone(tmp_path: Path, content: str | bytes) -> None:
    before = put(tmp_path, content)
    for use in uses(tmp_path):
        with pytest.raises(ConnectionProblem) as failure:
            use()
        assert failure.value.problem is Problem.PROFILE_FILE_UNREADABLE
        assert failure.value.facts["file"] == str(tmp_path / FILE_NAME)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_journal_of_a_later_version_is_told_and_left_alone(tmp_path: Path) -> None:
    before = put(tmp_path, '{"version": 2, "vaults": []}')
    for use in uses(tmp_path):
        assert problem_of(use) is Problem.PROFILE_FILE_NEWER
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_entry_whose_profile_makes_no_sense_is_told_and_kept(tmp_path: Path) -> None:
    journal = ChangeFile(tmp_path, WELL_KNOWN)
    journal.put(a_change(1))
    content = json.loads((tmp_path / FILE_NAME).read_text())
    content["changes"][0]["before"]["cloud"] = "moon"
    put(tmp_path, json.dumps(content))

    assert problem_of(journal.load) is Problem.PROFILE_FILE_UNREADABLE
    journal.put(a_change(2))  # what another connection does is still written down
    kept = json.loads((tmp_path / FILE_NAME).read_text())["changes"]
    assert [row["key"] for row in kept] == [a_change(1).key, a_change(2).key]
    assert kept[0] == content["changes"][0]


def test_folder_in_the_place_of_the_journal_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    assert problem_of(ChangeFile(tmp_path, WELL_KNOWN).load) is Problem.PROFILE_FILE_UNREADABLE


@given(written=st.lists(changes, max_size=4, unique_by=lambda change: change.key))
def test_any_changes_come_back_as_they_were_and_in_order(written: list[Change]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for change in written:
            ChangeFile(Path(folder), WELL_KNOWN).put(change)
        assert ChangeFile(Path(folder), WELL_KNOWN).load() == tuple(written)


@given(change=changes)
def test_entry_holds_nothing_but_what_profiles_and_renewals_tell(change: Change) -> None:
    """The journal has no place for a secret: every field of it is known, and none is one."""
    with tempfile.TemporaryDirectory() as folder:
        ChangeFile(Path(folder), WELL_KNOWN).put(change)
        [row] = json.loads((Path(folder) / FILE_NAME).read_text())["changes"]
    assert set(row) <= {"key", "step", "began_at", "before", "after", "had_secret", "keeps_old", "renewal"}
    assert set(row.get("renewal") or {}) <= {"name", "made_id", "old_id", "through", "revoke_old"}
