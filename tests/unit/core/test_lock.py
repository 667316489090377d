"""How long nobody may try after wrong passphrases."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.credential import Secret
from desktop_app.core.lock import FREE_ATTEMPTS, PAUSES_S, LockRecord, pause_after, wait_s
from tests.fakes.clock import NOON


def record(failures: int) -> LockRecord:
    return LockRecord(Secret("verifier"), failures, NOON)


def test_the_first_mistakes_are_free_and_then_pauses_grow() -> None:
    pauses = [pause_after(failures).total_seconds() for failures in range(12)]

    assert pauses[:FREE_ATTEMPTS] == [0, 0, 0]
    assert pauses[FREE_ATTEMPTS : FREE_ATTEMPTS + len(PAUSES_S)] == list(PAUSES_S)
    assert pauses[-1] == PAUSES_S[-1]
    assert pauses == sorted(pauses)


@pytest.mark.parametrize(("after_s", "left"), [(0, 5), (0.4, 5), (1, 4), (4.9, 1), (5, 0), (6, 0), (3600, 0)])
def test_seconds_left_are_whole_and_never_too_few(after_s: float, left: int) -> None:
    assert wait_s(record(3), NOON + timedelta(seconds=after_s)) == left


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=4000)))
def test_a_clock_that_was_set_back_wins_nothing(back: timedelta) -> None:
    assert wait_s(record(6), NOON - back) == PAUSES_S[3]


def test_nothing_to_wait_for_without_a_mistake() -> None:
    assert wait_s(LockRecord(Secret("verifier")), NOON) == 0


def test_the_verifier_is_not_printed() -> None:
    assert "hidden" not in repr(LockRecord(Secret("hidden" * 3)))
