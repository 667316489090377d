"""The lock: what opens it, what closes it, and that neither restarts nor crashes win an attempt."""

import logging

import pytest

from desktop_app.app.lock import Lock
from desktop_app.core.credential import Secret
from desktop_app.core.lock import LockState
from desktop_app.core.ports import SecretStore
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.lock_keyring import KEY, Argon2Hash, LockKeyring
from desktop_app.infra.memory_store import MemorySecretStore
from tests.fakes.clock import FakeClock
from tests.fakes.lock import quick_lock
from tests.unit.app.world import JournaledSecrets

RIGHT, WRONG = Secret("correct horse"), Secret("wrong horse")


@pytest.fixture
def secrets() -> JournaledSecrets:
    return JournaledSecrets([])


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def lock(secrets: JournaledSecrets, clock: FakeClock) -> Lock:
    """Turned on, and locked."""
    made = quick_lock(secrets, clock)
    made.choose(RIGHT)
    made.lock()
    return made


def fail(lock: Lock, times: int) -> None:
    for _attempt in range(times):
        assert not lock.unlock(WRONG).right


def test_without_a_passphrase_nothing_is_locked(secrets: JournaledSecrets, clock: FakeClock) -> None:
    lock = quick_lock(secrets, clock)
    assert lock.state is LockState.OFF
    assert not lock.lock()
    assert lock.state is LockState.OFF


def test_choosing_a_passphrase_leaves_it_open_until_it_is_locked(secrets: JournaledSecrets, clock: FakeClock) -> None:
    lock = quick_lock(secrets, clock)
    assert lock.choose(RIGHT).right
    states = [lock.state]
    assert lock.lock()
    assert [*states, lock.state] == [LockState.OPEN, LockState.LOCKED]


def test_the_passphrase_opens_it_and_another_does_not(lock: Lock) -> None:
    tried = [(lock.unlock(passphrase).right, lock.state) for passphrase in (WRONG, RIGHT)]
    assert tried == [(False, LockState.LOCKED), (True, LockState.OPEN)]


def test_a_new_start_is_locked(lock: Lock, secrets: JournaledSecrets, clock: FakeClock) -> None:
    lock.unlock(RIGHT)
    assert quick_lock(secrets, clock).state is LockState.LOCKED


def test_the_same_letters_in_another_form_are_the_same_passphrase(secrets: JournaledSecrets, clock: FakeClock) -> None:
    lock = quick_lock(secrets, clock)
    lock.choose(Secret("u\N{COMBINING DIAERESIS}ber-geheim"))
    assert lock.unlock(Secret("\N{LATIN SMALL LETTER U WITH DIAERESIS}ber-geheim")).right


# -- pauses -----------------------------------------------------------------------------------------------------------


def test_within_a_pause_not_even_the_right_one_is_looked_at(lock: Lock, clock: FakeClock) -> None:
    fail(lock, 3)

    attempt = lock.unlock(RIGHT)
    assert (attempt.right, attempt.tried, attempt.wait_s) == (False, False, 5)
    clock.advance(5)
    assert lock.unlock(RIGHT).right


def test_an_attempt_within_a_pause_does_not_make_it_longer(lock: Lock, clock: FakeClock) -> None:
    fail(lock, 3)
    clock.advance(4)
    assert lock.unlock(WRONG).wait_s == 1
    assert lock.wait_s() == 1


def test_pauses_grow_and_go_on_after_a_restart(lock: Lock, secrets: JournaledSecrets, clock: FakeClock) -> None:
    waited = []
    for _attempt in range(9):
        again = quick_lock(secrets, clock)
        clock.advance(again.wait_s())
        waited.append(again.unlock(WRONG).wait_s)
    assert waited == [0, 0, 5, 15, 60, 300, 900, 900, 900]


def test_the_right_passphrase_forgives_what_was_wrong(lock: Lock, clock: FakeClock) -> None:
    fail(lock, 4 - 1)
    clock.advance(5)
    lock.unlock(RIGHT)
    lock.lock()
    fail(lock, 2)
    assert lock.wait_s() == 0


def test_an_attempt_is_written_down_before_it_is_judged(
    lock: Lock, secrets: JournaledSecrets, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: Argon2Hash, passphrase: Secret, verifier: Secret) -> bool:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Argon2Hash, "matches", killed)
        for _attempt in range(3):
            with pytest.raises(SystemExit):
                lock.unlock(WRONG)

    assert quick_lock(secrets, clock).wait_s() == 5


def test_a_keyring_that_does_not_keep_the_count_gives_no_attempt(lock: Lock, secrets: JournaledSecrets) -> None:
    secrets.fail_with = Problem.KEYRING_REFUSED
    with pytest.raises(ConnectionProblem, match="keyring-refused"):
        lock.unlock(RIGHT)
    assert lock.state is LockState.LOCKED


# -- changing and turning off -----------------------------------------------------------------------------------------


def test_changing_needs_the_passphrase_there_is(lock: Lock) -> None:
    other = Secret("another horse")

    assert not lock.choose(other, WRONG).right
    assert not lock.choose(other).right
    assert lock.choose(other, RIGHT).right
    assert not lock.unlock(RIGHT).right
    assert lock.unlock(other).right


def test_turning_off_needs_it_too_and_forgets_it(lock: Lock, secrets: JournaledSecrets, clock: FakeClock) -> None:
    assert not lock.turn_off(WRONG).right
    assert lock.turn_off(RIGHT).right
    assert lock.state is LockState.OFF
    assert secrets.get(KEY) is None
    assert quick_lock(secrets, clock).state is LockState.OFF


def test_guesses_count_wherever_they_are_made(lock: Lock) -> None:
    lock.unlock(WRONG)
    lock.choose(Secret("another horse"), WRONG)
    assert lock.turn_off(WRONG).wait_s == 5


# -- the way out, and the keyring -------------------------------------------------------------------------------------


def test_a_record_that_was_removed_from_the_keyring_turns_it_off(lock: Lock, secrets: JournaledSecrets) -> None:
    secrets.delete(KEY)
    assert lock.unlock(Secret("anything")).right
    assert lock.state is LockState.OFF


class Failing(MemorySecretStore):
    """A keyring that does not answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self._problem = problem

    def get(self, key: object) -> Secret | None:
        raise ConnectionProblem(self._problem)


@pytest.mark.parametrize(
    ("problem", "state"),
    [
        (Problem.KEYRING_LOCKED, LockState.LOCKED),
        (Problem.KEYRING_REFUSED, LockState.LOCKED),
        (Problem.KEYRING_DAMAGED, LockState.LOCKED),
        (Problem.KEYRING_MISSING, LockState.OFF),
    ],
)
def test_what_the_keyring_does_not_tell_is_taken_for_locked(
    clock: FakeClock, problem: Problem, state: LockState
) -> None:
    assert quick_lock(Failing(problem), clock).state is state


@pytest.mark.parametrize("text", ["", "{", "{}", '{"verifier": 3}', '{"verifier": "x", "failures": -1}'])
def test_a_record_that_is_none_is_damage_and_not_quoted(clock: FakeClock, text: str) -> None:
    secrets: SecretStore = MemorySecretStore()
    secrets.set(KEY, Secret(text))

    assert quick_lock(secrets, clock).state is LockState.LOCKED
    with pytest.raises(ConnectionProblem, match="keyring-damaged") as caught:
        LockKeyring(lambda: secrets).load()
    assert caught.value.facts == {}


def test_a_verifier_that_is_none_opens_nothing(lock: Lock, secrets: JournaledSecrets) -> None:
    secrets.set(KEY, Secret('{"verifier": "plain"}'))
    assert not lock.unlock(Secret("plain")).right


# -- leaks ------------------------------------------------------------------------------------------------------------


def test_neither_passphrase_nor_verifier_is_logged(lock: Lock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    lock.unlock(WRONG)
    lock.unlock(RIGHT)
    lock.choose(Secret("another horse"), RIGHT)
    lock.turn_off(Secret("another horse"))

    assert "wrong passphrase" in caplog.text
    for word in ("correct horse", "wrong horse", "another horse", "argon2"):
        assert word not in caplog.text


def test_the_record_holds_no_passphrase_and_costs_what_the_standard_asks_for(secrets: JournaledSecrets) -> None:
    kept = Argon2Hash().make(RIGHT).reveal()

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert "correct" not in kept
    assert Argon2Hash().make(RIGHT).reveal() != kept
