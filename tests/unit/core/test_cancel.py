"""A one-way switch that wakes those who wait for it."""

import threading

import pytest

from desktop_app.core.cancel import Cancel, Cancelled


def test_a_fresh_cancel_lets_work_go_on() -> None:
    cancel = Cancel()

    cancel.raise_if_cancelled()
    assert not cancel.requested
    assert not cancel.wait(0)


def test_a_request_stops_work_at_its_next_look() -> None:
    cancel = Cancel()
    cancel.request()

    assert cancel.requested
    assert cancel.wait(60)
    with pytest.raises(Cancelled):
        cancel.raise_if_cancelled()


def test_callbacks_run_once_in_the_order_given_and_in_the_thread_that_asks() -> None:
    cancel = Cancel()
    calls: list[tuple[str, threading.Thread]] = []
    cancel.on_cancel(lambda: calls.append(("first", threading.current_thread())))
    cancel.on_cancel(lambda: calls.append(("second", threading.current_thread())))

    cancel.request()
    cancel.request()

    here = threading.current_thread()
    assert calls == [("first", here), ("second", here)]


def test_a_late_callback_runs_at_once() -> None:
    cancel = Cancel()
    cancel.request()
    calls: list[str] = []

    cancel.on_cancel(lambda: calls.append("late"))

    assert calls == ["late"]


def test_a_callback_may_use_the_cancel_it_hangs_on() -> None:
    cancel = Cancel()
    seen: list[bool] = []

    def callback() -> None:
        seen.append(cancel.requested)
        cancel.on_cancel(lambda: seen.append(True))
        cancel.request()

    cancel.on_cancel(callback)
    cancel.request()

    assert seen == [True, True]


def test_a_waiting_thread_is_woken() -> None:
    cancel = Cancel()
    woken: list[bool] = []
    thread = threading.Thread(target=lambda: woken.append(cancel.wait(60)))
    thread.start()

    cancel.request()
    thread.join(10)

    assert woken == [True]
