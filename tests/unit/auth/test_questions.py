"""Questions: eight at a time, heard in the asking thread, ended at once."""

import threading

import pytest

from desktop_app.auth.questions import Questions
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.ports import ORGANIZATION_AT_ONCE
from desktop_app.core.problems import ConnectionProblem, Problem


def unheard(answer: object) -> None:
    """A listener that does not listen."""


def test_nothing_asked_is_nothing_to_wait_for() -> None:
    Questions(Cancel()).run()


def test_answers_are_heard_in_the_asking_thread() -> None:
    questions, heard = Questions(Cancel()), list[tuple[object, bool]]()
    here = threading.current_thread()
    questions.ask(
        lambda: threading.current_thread() is here,
        lambda asked_here: heard.append((asked_here, threading.current_thread() is here)),
    )

    questions.run()

    assert heard == [(False, True)]


def test_a_problem_is_an_answer() -> None:
    questions, heard = Questions(Cancel()), list[object]()

    def fails() -> int:
        raise ConnectionProblem(Problem.TIMED_OUT)

    questions.ask(fails, heard.append)
    questions.run()

    [failure] = heard
    assert isinstance(failure, ConnectionProblem)
    assert failure.problem is Problem.TIMED_OUT


def test_any_other_failure_ends_the_run() -> None:
    questions = Questions(Cancel())
    questions.ask(lambda: 1 // 0, unheard)

    with pytest.raises(ZeroDivisionError):
        questions.run()


def test_an_answer_may_lead_to_another_question() -> None:
    questions, heard = Questions(Cancel()), list[int]()

    def hear(answer: int | ConnectionProblem) -> None:
        assert isinstance(answer, int)
        heard.append(answer)
        if answer < 3:
            questions.ask(lambda: answer + 1, hear)

    questions.ask(lambda: 1, hear)
    questions.run()

    assert heard == [1, 2, 3]


def test_eight_are_in_flight_at_a_time() -> None:
    questions, together = Questions(Cancel()), threading.Barrier(ORGANIZATION_AT_ONCE, timeout=20)
    lock, in_flight, most = threading.Lock(), [0], [0]

    def question() -> None:
        with lock:
            in_flight[0] += 1
            most[0] = max(most[0], in_flight[0])
        together.wait()  # raises unless eight are here
        with lock:
            in_flight[0] -= 1

    for _number in range(3 * ORGANIZATION_AT_ONCE):
        questions.ask(question, unheard)
    questions.run()

    assert most == [ORGANIZATION_AT_ONCE]


def test_fewer_at_once_when_wanted() -> None:
    questions, most = Questions(Cancel(), at_once=2), list[int]()
    running, lock = list[int](), threading.Lock()

    def question() -> None:
        with lock:
            running.append(1)
            most.append(len(running))
        together.wait()
        with lock:
            running.pop()

    together = threading.Barrier(2, timeout=20)  # so both are in flight, and a third would be seen
    for _number in range(6):
        questions.ask(question, lambda answer: None)
    questions.run()

    assert max(most) == 2


def test_the_last_ones_begin_when_no_other_waits() -> None:
    questions, begun = Questions(Cancel()), list[str]()
    for name in ("last 1", "last 2"):
        questions.ask(lambda name=name: begun.append(name), unheard, last=True)  # type: ignore[misc]

    def first() -> None:
        begun.append("first")

    def hear(answer: object) -> None:
        begun.append("heard")

    questions.ask(first, hear)
    questions.run()

    assert begun.index("first") == 0
    assert set(begun) == {"first", "heard", "last 1", "last 2"}


def test_cancelled_before_it_begins_nothing_is_asked() -> None:
    cancel, asked = Cancel(), list[int]()
    questions = Questions(cancel)
    questions.ask(lambda: asked.append(1), unheard)
    cancel.request()

    with pytest.raises(Cancelled):
        questions.run()

    assert asked == []


def test_cancelled_meanwhile_it_ends_at_once_and_asks_nothing_more() -> None:
    cancel, asked, heard = Cancel(), list[int](), list[object]()
    under_way, may_end = threading.Semaphore(0), threading.Event()
    questions = Questions(cancel)

    def slow() -> None:
        asked.append(1)
        under_way.release()
        may_end.wait(20)

    for _number in range(2 * ORGANIZATION_AT_ONCE):
        questions.ask(slow, heard.append)

    def cancels() -> None:
        for _number in range(ORGANIZATION_AT_ONCE):
            under_way.acquire()
        cancel.request()

    canceller = threading.Thread(target=cancels)
    canceller.start()
    try:
        with pytest.raises(Cancelled):
            questions.run()  # while eight questions are still without an answer
        assert not may_end.is_set()
    finally:
        may_end.set()
        canceller.join()

    assert (len(asked), heard) == (ORGANIZATION_AT_ONCE, [])
