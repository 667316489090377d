"""What every Turns promises: lock files, and the locks of one process alone."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from desktop_app.core.ports import Turns
from desktop_app.core.profile import ProfileId
from desktop_app.infra.turns import FOLDER, FileTurns, ThreadTurns

KEY, OTHER = ProfileId("a" * 32), ProfileId("b" * 32)
PATIENCE_S = 20.0


class TurnsContract:
    """Subclasses give the fixture `turns`."""

    def test_one_thread_at_a_time(self, turns: Turns) -> None:
        inside, most = 0, 0
        lock = threading.Lock()

        def work(_number: int) -> None:
            nonlocal inside, most
            with turns.turn(KEY):
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(64)))
        assert most == 1

    def test_another_connection_need_not_wait(self, turns: Turns) -> None:
        with turns.turn(KEY), turns.turn(OTHER):
            pass

    def test_turn_is_given_back_after_a_failure(self, turns: Turns) -> None:
        with pytest.raises(LookupError), turns.turn(KEY):
            raise LookupError
        with turns.turn(KEY):
            pass

    def test_turn_that_is_free_is_held_until_it_is_given_back(self, turns: Turns) -> None:
        with turns.if_free(KEY) as first, turns.if_free(KEY) as second, turns.if_free(OTHER) as other:
            assert (first, second, other) == (True, False, True)
        with turns.if_free(KEY) as again:
            assert again

    def test_turn_that_one_thread_took_may_be_given_back_by_another(self, turns: Turns) -> None:
        holding = ExitStack()
        with ThreadPoolExecutor(1) as one:
            assert one.submit(holding.enter_context, turns.if_free(KEY)).result(PATIENCE_S)
            with turns.if_free(KEY) as free:
                assert not free
            holding.close()
            with turns.if_free(KEY) as free:
                assert free

    def test_turn_is_given_back_if_free_after_a_failure(self, turns: Turns) -> None:
        with pytest.raises(LookupError), turns.if_free(KEY):
            raise LookupError
        with turns.if_free(KEY) as free:
            assert free

    def test_forgotten_connection_can_have_a_turn_again(self, turns: Turns) -> None:
        with turns.turn(KEY):
            pass
        turns.forget(KEY)
        turns.forget(OTHER)
        with turns.turn(KEY):
            pass


class TestThreadTurns(TurnsContract):
    @pytest.fixture
    def turns(self) -> Turns:
        return ThreadTurns()


class TestFileTurns(TurnsContract):
    @pytest.fixture
    def turns(self, tmp_path: Path) -> Turns:
        return FileTurns(tmp_path)

    @pytest.fixture
    def held(self, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
        """Another process holds the turn until its input ends."""
        program = (
            "import sys; from pathlib import Path; from desktop_app.infra.turns import FileTurns\n"
            f"with FileTurns(Path(sys.argv[1])).turn({KEY!r}): print('mine', flush=True); sys.stdin.read()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "mine\n"
            yield process
            process.kill()

    def test_waits_for_another_process(self, tmp_path: Path, held: "subprocess.Popen[str]") -> None:
        turns, mine = FileTurns(tmp_path), threading.Event()

        def work() -> None:
            with turns.turn(KEY):
                mine.set()

        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(work)
            assert not mine.is_set()
            assert held.stdin is not None
            held.stdin.close()
            waiting.result(PATIENCE_S)
        assert mine.is_set()

    def test_killed_process_gives_its_turn_back(self, tmp_path: Path, held: "subprocess.Popen[str]") -> None:
        held.kill()
        held.wait(PATIENCE_S)
        with FileTurns(tmp_path, patience_s=PATIENCE_S).turn(KEY):
            pass

    def test_turn_of_another_process_is_not_free_until_it_is_killed(
        self, tmp_path: Path, held: "subprocess.Popen[str]"
    ) -> None:
        with FileTurns(tmp_path).if_free(KEY) as free:
            assert not free
        held.kill()
        held.wait(PATIENCE_S)
        with FileTurns(tmp_path).if_free(KEY) as free:
            assert free

    def test_turn_given_back_by_another_thread_is_free_for_other_processes(self, tmp_path: Path) -> None:
        holding = ExitStack()
        with ThreadPoolExecutor(1) as one:
            one.submit(holding.enter_context, FileTurns(tmp_path).if_free(KEY)).result(PATIENCE_S)
            holding.close()
            with FileTurns(tmp_path).if_free(KEY) as free:
                assert free

    def test_process_that_never_ends_is_not_waited_for_for_ever(
        self, tmp_path: Path, held: "subprocess.Popen[str]", caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING), FileTurns(tmp_path, patience_s=0.0).turn(KEY):
            assert held.poll() is None
        assert "no turn between processes" in caplog.text

    def test_folder_that_can_not_be_written_does_not_stop_the_work(self, tmp_path: Path) -> None:
        (tmp_path / FOLDER).write_text("in the way")
        with FileTurns(tmp_path).turn(KEY):
            pass

    def test_lock_file_is_the_persons_own_and_goes_with_the_connection(self, tmp_path: Path) -> None:
        turns = FileTurns(tmp_path)
        with turns.turn(KEY):
            file = tmp_path / FOLDER / f"{KEY}.lock"
            if sys.platform != "win32":
                assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        turns.forget(KEY)
        assert list((tmp_path / FOLDER).iterdir()) == []
