"""Pace: eight at a time for each organization, and slower where an answer asks for it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop_app.core.ports import ORGANIZATION_AT_ONCE
from desktop_app.infra.pace import MAX_WAIT_S, Pace


class Time:
    """Stands still but for those who sleep; keeps how long each slept."""

    def __init__(self) -> None:
        self.now = 500.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(time.monotonic, time.sleep)


def waits(pace: Pace, time: Time, organization: str = "contoso") -> list[float]:
    """How long the next request has to wait."""
    time.slept.clear()
    with pace.turn(organization):
        return list(time.slept)


def test_eight_are_in_flight_at_most_over_all_threads(pace: Pace) -> None:
    lock, full = threading.Lock(), threading.Barrier(ORGANIZATION_AT_ONCE, timeout=20)
    in_flight: list[int] = [0]
    most: list[int] = []

    def request() -> None:
        with pace.turn("contoso"):
            with lock:
                in_flight[0] += 1
                most.append(in_flight[0])
            full.wait()  # raises unless eight get here together
            with lock:
                in_flight[0] -= 1

    with ThreadPoolExecutor(3 * ORGANIZATION_AT_ONCE) as pool:
        for running in [pool.submit(request) for _number in range(3 * ORGANIZATION_AT_ONCE)]:
            running.result()

    assert max(most) == ORGANIZATION_AT_ONCE


def test_organizations_do_not_wait_for_each_other() -> None:
    pace = Pace(at_once=1)

    begun = []

    with pace.turn("contoso"), pace.turn("fabrikam"):
        begun.append("fabrikam")

    assert begun == ["fabrikam"]


def test_a_turn_is_given_back_when_a_request_fails() -> None:
    pace = Pace(at_once=1)
    with pytest.raises(OSError, match="gone"), pace.turn("contoso"):
        raise OSError("gone")

    with pace.turn("contoso"):
        pass


def test_nobody_waits_unasked(pace: Pace, time: Time) -> None:
    pace.heard("contoso", {"x-ratelimit-remaining": "0"})

    assert waits(pace, time) == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"x-ratelimit-delay": "0.75"}, 0.75),
        ({"retry-after": "3", "x-ratelimit-delay": "9"}, 3.0),
        ({"retry-after": "soon", "x-ratelimit-delay": "4"}, 4.0),
        ({"retry-after": "3600"}, MAX_WAIT_S),
        ({"retry-after": "Mon, 02 Nov 2026 12:00:07 GMT", "date": "Mon, 02 Nov 2026 12:00:00 GMT"}, 7.0),
    ],
)
def test_the_next_request_waits_as_long_as_an_answer_asked(
    pace: Pace, time: Time, headers: dict[str, str], seconds: float
) -> None:
    pace.heard("contoso", headers)

    assert waits(pace, time) == [seconds]
    assert waits(pace, time) == []  # the moment has passed


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": ""},
        {"retry-after": "0"},
        {"retry-after": "-5"},
        {"retry-after": "nan"},
        {"retry-after": "inf"},
        {"retry-after": "soon"},
        {"retry-after": "Mon, 02 Nov 2026 12:00:07 GMT"},
        {"retry-after": "Mon, 02 Nov 2026 12:00:07", "date": "Mon, 02 Nov 2026 12:00:00 GMT"},
        {"retry-after": "Mon, 02 Nov 2026 11:59:00 GMT", "date": "Mon, 02 Nov 2026 12:00:00 GMT"},
        {"x-ratelimit-delay": "a while"},
    ],
)
def test_what_is_no_time_to_come_is_not_waited_for(pace: Pace, time: Time, headers: dict[str, str]) -> None:
    pace.heard("contoso", headers)

    assert waits(pace, time) == []


def test_only_the_organization_that_asked_is_waited_for(pace: Pace, time: Time) -> None:
    pace.heard("contoso", {"retry-after": "5"})

    assert waits(pace, time, "fabrikam") == []


def test_a_shorter_wish_does_not_shorten_a_longer_one(pace: Pace, time: Time) -> None:
    pace.heard("contoso", {"retry-after": "20"})
    pace.heard("contoso", {"retry-after": "1"})

    assert waits(pace, time) == [20.0]


def test_whoever_waits_for_the_moment_holds_no_turn(time: Time) -> None:
    begun: list[str] = []

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        with single.turn("contoso"):  # never, if the one who sleeps had it
            begun.append("another")

    single = Pace(time.monotonic, sleep, at_once=1)
    single.heard("contoso", {"retry-after": "5"})

    with single.turn("contoso"):
        begun.append("the first")

    assert begun == ["another", "the first"]
