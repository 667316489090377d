"""What happens when the keyring is locked or goes away while the program runs: plain words, and nothing is lost."""

import gc
from collections.abc import Callable, Iterator

import pytest

from desktop_app.core.profile import ProfileId
from tests.e2e import ways
from tests.e2e.another_process import run_another_process
from tests.e2e.keyring_session import KeyringSession, services
from tests.e2e.program import Program, click, wait_until
from tests.e2e.witness import Witness

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.keyring,
    # The library keyring leaves the connection of an attempt that failed to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket.* raddr=.*dbus-:ResourceWarning"),
]

Start = Callable[[], Program]


@pytest.fixture(autouse=True)
def _connections_are_collected_here() -> Iterator[None]:
    """Not in the middle of a later test, where the warning would count."""
    yield
    gc.collect()


def ids(program: Program) -> set[ProfileId]:
    return {profile.id for profile in program.connections.load()}


def saved_token(start: Start, witness: Witness) -> None:
    """A run of the program that ends with one saved connection."""
    program = start()
    ways.enter_pat(program, witness)
    program.go_through_checks_and_save("Kept")
    program.close()


def test_keyring_that_goes_before_saving_is_explained_and_saving_can_be_repeated(
    start: Start, witness: Witness, own_keyring: KeyringSession
) -> None:
    program = start()
    ways.enter_pat(program, witness)
    program.name_it("Kept")
    own_keyring.stop()
    program.press_next()
    assert "This computer has no keyring" in program.panel().title.text()
    assert ids(program) == set()
    own_keyring.start()
    program.press_next()
    program.finish()
    assert program.names == {"Kept"}


def test_without_a_keyring_the_secret_lasts_for_one_run(
    start: Start, witness: Witness, own_keyring: KeyringSession
) -> None:
    program = start()
    ways.enter_pat(program, witness)
    program.name_it("For this run")
    own_keyring.stop()
    program.press_next()
    click(program.panel().action_button)  # Keep secrets for this run only
    program.finish()
    assert program.copy_token()
    program.close()
    own_keyring.start()
    later = start()
    assert later.names == {"For this run"}
    later.press_copy()
    assert "The saved secret is not there any more" in later.panel().title.text()


@pytest.mark.parametrize(
    ("trouble", "title"),
    [
        pytest.param(KeyringSession.lock, "The keyring is locked", id="locked"),
        pytest.param(KeyringSession.stop, "This computer has no keyring", id="gone"),
    ],
)
def test_copy_explains_the_keyring_and_works_when_it_is_back(
    start: Start,
    witness: Witness,
    own_keyring: KeyringSession,
    trouble: Callable[[KeyringSession], None],
    title: str,
) -> None:
    saved_token(start, witness)
    program = start()
    trouble(own_keyring)
    program.press_copy()
    panel = program.panel()
    assert title in panel.title.text()
    assert not program.clipboard.holding
    assert program.names == {"Kept"}
    own_keyring.restart()
    assert program.copy_token()
    assert not panel.isVisible()


def test_connection_is_not_removed_while_its_secret_can_not_be(
    start: Start, witness: Witness, own_keyring: KeyringSession
) -> None:
    saved_token(start, witness)
    program = start()
    own_keyring.lock()
    program.confirm_removal()
    assert "The keyring is locked" in program.panel().title.text()
    wait_until(lambda: program.runner.active == 0, "the end of the task")
    assert program.names == {"Kept"}
    own_keyring.restart()
    program.remove()
    assert program.names == set()
    assert services() == []


def test_rotated_sign_in_is_not_lost_when_the_keyring_is_locked_at_renewal(
    start: Start, witness: Witness, own_keyring: KeyringSession
) -> None:
    program = start()
    ways.open_sign_in(program, witness).sign_in()
    program.go_through_checks_and_save("Person")
    program.close()
    program = start()
    own_keyring.lock()
    program.press_copy()
    assert "The keyring is locked" in program.panel().title.text()
    assert "refresh_token" not in witness.grants, "a new token that could not be kept"
    own_keyring.restart()
    assert program.copy_token()


def test_missing_keyring_is_told_at_the_start(start: Start, witness: Witness, own_keyring: KeyringSession) -> None:
    saved_token(start, witness)
    own_keyring.stop()
    (told,) = run_another_process(without="PYTHON_KEYRING_BACKEND")
    assert "This computer has no keyring" in told
