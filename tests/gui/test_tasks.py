"""Work runs beside the GUI thread; its answers arrive in it, or not at all once they are not wanted."""

import gc
import logging
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.ports import Progress
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.tasks import WORKERS, TaskRunner

PATIENCE_S = 10.0


class Answers:
    """Collects what a task says, and the thread it says it in."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.failed: list[ConnectionProblem] = []
        self.progress: list[object] = []
        self.threads: set[int] = set()

    def on_done(self, value: object) -> None:
        self.threads.add(threading.get_ident())
        self.done.append(value)

    def on_failed(self, problem: ConnectionProblem) -> None:
        self.threads.add(threading.get_ident())
        self.failed.append(problem)

    def on_progress(self, value: object) -> None:
        self.threads.add(threading.get_ident())
        self.progress.append(value)

    @property
    def silent(self) -> bool:
        return not (self.done or self.failed or self.progress)


class Gate:
    """Work that waits for the test, deaf to cancellation like a blocked socket."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def __call__(self, cancel: Cancel, progress: Progress) -> str:
        self.entered.set()
        self.opened.wait(PATIENCE_S)
        return "late"


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    assert runner.shutdown(PATIENCE_S)


@pytest.fixture
def answers() -> Answers:
    return Answers()


def settle(runner: TaskRunner, qtbot: QtBot) -> None:
    """Wait for a task that is started now: what was sent before it has arrived by then."""
    done: list[None] = []
    runner.start(lambda cancel, progress: None, on_done=done.append, on_failed=lambda problem: None)
    qtbot.waitUntil(lambda: bool(done))


def test_answer_and_progress_arrive_in_the_gui_thread_in_order(
    runner: TaskRunner, answers: Answers, qtbot: QtBot
) -> None:
    def work(cancel: Cancel, progress: Progress) -> int:
        progress("first")
        progress("second")
        return threading.get_ident()

    handle = runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed, on_progress=answers.on_progress)
    active = [handle.active]
    assert answers.silent
    qtbot.waitUntil(lambda: bool(answers.done))
    active.append(handle.active)

    assert answers.progress == ["first", "second"]
    assert answers.threads == {threading.get_ident()}
    assert answers.done != [threading.get_ident()]
    assert active == [True, False]
    assert not handle.cancelled
    assert runner.active == 0


def test_problem_arrives_as_it_was_raised(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    raised = ConnectionProblem(Problem.PAT_EXPIRED, {"host": "dev.azure.com"})

    def work(cancel: Cancel, progress: Progress) -> None:
        raise raised

    runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed)
    qtbot.waitUntil(lambda: bool(answers.failed))

    assert answers.failed == [raised]
    assert not answers.done


def test_unexpected_exception_is_an_internal_problem_and_logged_without_secrets(
    runner: TaskRunner, answers: Answers, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    token = "a" * 52

    def work(cancel: Cancel, progress: Progress) -> None:
        raise ZeroDivisionError(f"with {token}")

    with caplog.at_level(logging.ERROR):
        runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed)
        qtbot.waitUntil(lambda: bool(answers.failed))

    (problem,) = answers.failed
    assert problem.problem is Problem.INTERNAL
    assert problem.facts == {"error": "ZeroDivisionError"}
    assert "ZeroDivisionError" in caplog.text
    assert token not in caplog.text


def test_cancelled_without_being_asked_is_a_defect_that_is_told(
    runner: TaskRunner, answers: Answers, qtbot: QtBot
) -> None:
    def work(cancel: Cancel, progress: Progress) -> None:
        raise Cancelled

    runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed)
    qtbot.waitUntil(lambda: bool(answers.failed))

    assert answers.failed[0].problem is Problem.INTERNAL


def test_cancel_frees_the_interface_at_once_and_drops_the_late_answer(
    runner: TaskRunner, answers: Answers, qtbot: QtBot
) -> None:
    gate = Gate()
    handle = runner.start(gate, on_done=answers.on_done, on_failed=answers.on_failed)
    assert gate.entered.wait(PATIENCE_S)

    handle.cancel()
    assert not handle.active
    assert handle.cancelled
    assert runner.active == 0
    gate.opened.set()
    settle(runner, qtbot)

    assert answers.silent


def test_cancel_drops_an_answer_that_is_already_on_its_way(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    sent = threading.Event()

    def work(cancel: Cancel, progress: Progress) -> str:
        progress("step")
        sent.set()
        return "answer"

    handle = runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed, on_progress=answers.on_progress)
    assert sent.wait(PATIENCE_S)
    handle.cancel()
    settle(runner, qtbot)

    assert answers.silent


def test_cancel_wakes_work_that_listens_and_nobody_is_told(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    ended = threading.Event()
    entered = threading.Event()

    def work(cancel: Cancel, progress: Progress) -> None:
        entered.set()
        cancel.wait(PATIENCE_S)
        try:
            cancel.raise_if_cancelled()
        finally:
            ended.set()

    handle = runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed)
    assert entered.wait(PATIENCE_S)
    handle.cancel()

    assert ended.wait(PATIENCE_S)
    settle(runner, qtbot)
    assert answers.silent


def test_progress_after_cancel_stops_the_work(runner: TaskRunner, answers: Answers) -> None:
    gate, went_on = Gate(), threading.Event()
    stopped = threading.Event()

    def work(cancel: Cancel, progress: Progress) -> None:
        gate(cancel, progress)
        try:
            progress("step")
            went_on.set()
        finally:
            stopped.set()

    handle = runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed)
    assert gate.entered.wait(PATIENCE_S)
    handle.cancel()
    gate.opened.set()

    assert stopped.wait(PATIENCE_S)
    assert not went_on.is_set()


def test_cancel_from_a_progress_callback_silences_the_rest(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    def work(cancel: Cancel, progress: Progress) -> str:
        progress(1)
        progress(2)
        return "done"

    def on_progress(value: object) -> None:
        answers.on_progress(value)
        handle.cancel()

    handle = runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed, on_progress=on_progress)
    qtbot.waitUntil(lambda: bool(answers.progress))
    settle(runner, qtbot)

    assert answers.progress == [1]
    assert not answers.done
    assert not answers.failed


def test_destroyed_owner_hears_nothing(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    gate = Gate()
    owner = QObject()
    handle = runner.start(gate, on_done=answers.on_done, on_failed=answers.on_failed, owner=owner)
    assert gate.entered.wait(PATIENCE_S)

    shiboken6.delete(owner)
    assert handle.cancelled
    gate.opened.set()
    settle(runner, qtbot)

    assert answers.silent
    assert runner.active == 0


def test_owner_outlives_its_tasks_without_keeping_them(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    owner = QObject()
    handle = runner.start(
        lambda cancel, progress: "done", on_done=answers.on_done, on_failed=answers.on_failed, owner=owner
    )
    kept = weakref.ref(handle)
    qtbot.waitUntil(lambda: bool(answers.done))

    del handle
    gc.collect()

    assert kept() is None


def test_more_tasks_than_workers_wait_their_turn(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    gates = [Gate() for _ in range(WORKERS + 1)]
    for gate in gates:
        runner.start(gate, on_done=answers.on_done, on_failed=answers.on_failed)
    for gate in gates[:WORKERS]:
        assert gate.entered.wait(PATIENCE_S)

    assert runner.active == WORKERS + 1
    assert not gates[-1].entered.is_set()
    for gate in gates:
        gate.opened.set()
    qtbot.waitUntil(lambda: len(answers.done) == WORKERS + 1)


def test_cancelled_task_that_waits_its_turn_never_runs(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    gates = [Gate() for _ in range(WORKERS)]
    for gate in gates:
        runner.start(gate, on_done=answers.on_done, on_failed=answers.on_failed)
    waiting = Gate()

    runner.start(waiting, on_done=answers.on_done, on_failed=answers.on_failed).cancel()
    for gate in gates:
        gate.opened.set()
    qtbot.waitUntil(lambda: len(answers.done) == WORKERS)
    settle(runner, qtbot)

    assert not waiting.entered.is_set()


def test_shutdown_cancels_what_runs_and_waits_for_it(qtbot: QtBot, answers: Answers) -> None:
    runner = TaskRunner()
    entered = threading.Event()

    def work(cancel: Cancel, progress: Progress) -> None:
        entered.set()
        cancel.wait(PATIENCE_S)
        cancel.raise_if_cancelled()

    runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed)
    assert entered.wait(PATIENCE_S)

    assert runner.shutdown(PATIENCE_S)
    assert runner.active == 0
    with pytest.raises(RuntimeError, match="shutdown"):
        runner.start(work, on_done=answers.on_done, on_failed=answers.on_failed)


def test_shutdown_says_when_a_thread_hangs_and_its_answer_harms_nothing(qtbot: QtBot, answers: Answers) -> None:
    runner = TaskRunner()
    gate = Gate()
    runner.start(gate, on_done=answers.on_done, on_failed=answers.on_failed)
    assert gate.entered.wait(PATIENCE_S)

    assert not runner.shutdown(0)
    gate.opened.set()

    assert runner.shutdown(PATIENCE_S)
    assert answers.silent


def test_delivered_values_are_let_go(runner: TaskRunner, qtbot: QtBot) -> None:
    class Value:
        pass

    kept: list[weakref.ref[Value]] = []

    def work(cancel: Cancel, progress: Progress) -> Value:
        return Value()

    runner.start(work, on_done=lambda value: kept.append(weakref.ref(value)), on_failed=lambda problem: None)
    qtbot.waitUntil(lambda: bool(kept))
    settle(runner, qtbot)
    gc.collect()

    assert kept[0]() is None


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal since Python 3.12 (PEP 683)")
def test_delivering_true_keeps_the_references_to_true(runner: TaskRunner, qtbot: QtBot) -> None:
    count = 300
    seen: list[object] = []

    def work(cancel: Cancel, progress: Progress) -> None:
        for _ in range(count):
            progress(True)

    def counted(value: object) -> None:
        seen.append(len(seen))

    before = sys.getrefcount(True)
    done: list[None] = []
    runner.start(work, on_done=done.append, on_failed=lambda problem: None, on_progress=counted)
    qtbot.waitUntil(lambda: bool(done))

    assert len(seen) == count
    assert abs(sys.getrefcount(True) - before) < count // 10


def test_preparation_runs_elsewhere_and_its_failure_is_not_told(runner: TaskRunner, qtbot: QtBot) -> None:
    threads: list[int] = []

    def prepare() -> None:
        threads.append(threading.get_ident())
        raise RuntimeError("nothing that anybody waits for")

    runner.prepare(prepare)

    qtbot.waitUntil(lambda: bool(threads))
    assert threads[0] != threading.get_ident()
    assert runner.active == 0


def test_task_that_begins_later_waits_for_the_event_loop(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    handle = runner.start(
        lambda cancel, progress: "done", on_done=answers.on_done, on_failed=answers.on_failed, after_ms=1
    )
    assert handle.active
    assert runner.active == 1
    qtbot.waitUntil(lambda: answers.done == ["done"])
    assert not handle.active


def test_task_cancelled_before_it_begins_never_runs(runner: TaskRunner, answers: Answers, qtbot: QtBot) -> None:
    gate = Gate()
    handle = runner.start(gate, on_done=answers.on_done, on_failed=answers.on_failed, after_ms=1)
    handle.cancel()
    assert runner.active == 0
    later = runner.start(
        lambda cancel, progress: None, on_done=answers.on_done, on_failed=answers.on_failed, after_ms=2
    )
    qtbot.waitUntil(lambda: not later.active)
    assert not gate.entered.is_set()
    assert answers.done == [None]


def test_task_that_would_begin_after_shutdown_never_runs(answers: Answers, qtbot: QtBot) -> None:
    runner, gate = TaskRunner(), Gate()
    runner.start(gate, on_done=answers.on_done, on_failed=answers.on_failed, after_ms=1)
    assert runner.shutdown(PATIENCE_S)
    other = TaskRunner()
    later = other.start(lambda cancel, progress: None, on_done=answers.on_done, on_failed=answers.on_failed, after_ms=2)
    qtbot.waitUntil(lambda: not later.active)
    assert other.shutdown(PATIENCE_S)
    assert not gate.entered.is_set()
