"""*Check all now*, by keyboard: what it says while it runs and at the end, and that it can be stopped."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckReport
from desktop_app.core.credential import PatCredential, Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.infra.credential_json import encode_credential
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import assert_everything_is_named, assert_tab_order_is_reading_order, visible_words
from tests.gui.world import World

NUMBER = 6
Check = Callable[[ProfileId, Callable[[object], None], Cancel], tuple[Profile, CheckReport]]


def states(desk: Desk) -> dict[str, str]:
    """The state in the list, by name."""
    model = desk.window.connection_list.list.model()
    rows = [str(model.index(row, 0).data()).split(", ") for row in range(model.rowCount())]
    return {row[0]: row[-1] for row in rows}


def words(desk: Desk) -> str:
    return desk.window.connection_list.check_all.words


def check_all(desk: Desk) -> None:
    desk.keyboard.push(desk.button("checkAll"))


def ended(desk: Desk) -> bool:
    return not desk.window.check_all.running


@pytest.fixture
def desk(open_desk: OpenDesk, world: World) -> Desk:
    """Six connections; one has lost its secret and does not know it yet."""
    profiles = [world.save_pat(f"number {number}") for number in range(NUMBER)]
    world.secrets.delete(profiles[-1].id)
    return open_desk(world)


def test_all_are_checked_and_the_end_is_told_in_words(desk: Desk) -> None:
    assert set(states(desk).values()) == {"Works"}
    before = desk.window.profile
    check_all(desk)
    desk.wait(lambda: ended(desk))

    assert words(desk) == "5 of 6 work. 1 needs you."
    assert words(desk) in visible_words(desk.window.connection_list)
    assert states(desk) == {f"number {number}": "Works" for number in range(5)} | {"number 5": "Needs you"}
    assert next(iter(states(desk))) == "number 5"
    assert desk.window.profile is not None
    assert before is not None
    assert desk.window.profile.id == before.id  # whatever moves, the same one stays on screen
    assert desk.button("checkAll").hasFocus()


def test_keys_and_the_menu_start_it_too(desk: Desk) -> None:
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    desk.keyboard.press(Qt.Key.Key_F5, shift)
    assert desk.window.check_all.running
    desk.wait(lambda: ended(desk))
    assert words(desk) == "5 of 6 work. 1 needs you."


def test_results_are_saved(desk: Desk, world: World) -> None:
    check_all(desk)
    desk.wait(lambda: ended(desk))
    saved = {profile.name: profile.last_check for profile in world.connections.load()}
    assert {name: check.identity_proved for name, check in saved.items() if check is not None} == {
        f"number {number}": number < 5 for number in range(NUMBER)
    }


@pytest.fixture
def held(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator["Held"]:
    """Checks that wait until a test lets them go."""
    hold = Held(world.connections.check)
    monkeypatch.setattr(world.connections, "check", hold)
    yield hold
    hold.let_go()


class Held:
    """A check that waits; the first `quick` ones do not."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._gate = Cancel()
        self.quick = 0
        self.asked = 0

    def __call__(
        self, key: ProfileId, on_result: Callable[[object], None], cancel: Cancel
    ) -> tuple[Profile, CheckReport]:
        self.asked += 1
        if self.asked > self.quick:
            self._gate.wait(30)
        return self._check(key, on_result, cancel)

    def let_go(self) -> None:
        self._gate.request()


def test_progress_and_results_are_shown_while_others_still_run(desk: Desk, held: Held) -> None:
    held.quick = 2
    check_all(desk)
    assert words(desk) == "0 of 6 checked"
    desk.wait(lambda: words(desk) == "2 of 6 checked")

    cancel = desk.button("cancelCheckAll")
    assert cancel.hasFocus()  # where the button was that started it
    assert_everything_is_named(desk.window)
    assert_tab_order_is_reading_order(desk, desk.window.connection_list)
    held.let_go()
    desk.wait(lambda: ended(desk))


def test_cancel_is_answered_at_once_and_says_how_far_it_came(desk: Desk, held: Held) -> None:
    held.quick = 2
    check_all(desk)
    desk.wait(lambda: words(desk) == "2 of 6 checked")
    desk.keyboard.push(desk.button("cancelCheckAll"))

    assert ended(desk)
    assert words(desk) == "Stopped after 2 of 6. All 2 work."
    assert desk.button("checkAll").hasFocus()
    assert not desk.window.runner.active

    held.let_go()
    check_all(desk)
    desk.wait(lambda: ended(desk))
    assert words(desk) == "5 of 6 work. 1 needs you."


def test_connection_on_screen_shows_its_new_result_and_what_it_lacks(desk: Desk, world: World) -> None:
    page = desk.window.connection_page
    broken = next(profile for profile in desk.window.profiles if profile.name == "number 5")
    desk.window.connection_list.choose(broken.id)
    check_all(desk)
    desk.wait(lambda: ended(desk))
    pill = next(label for label in page.findChildren(QLabel) if label.property("pill"))
    assert pill.text() == "Needs you"
    assert page.checks.isVisible()
    assert page.problem.isVisible()

    world.secrets.set(broken.id, encode_credential(PatCredential(Secret(world.pat()))))
    check_all(desk)
    desk.wait(lambda: ended(desk))
    assert words(desk) == "All 6 work."
    assert pill.text() == "Works"
    assert not page.problem.isVisible()


def test_cards_stay_when_results_come(desk: Desk) -> None:
    desk.keyboard.push(desk.button("newConnection"))
    check_all(desk)
    desk.wait(lambda: ended(desk))
    assert desk.window.first_run.isVisible()


def test_connection_removed_meanwhile_does_not_come_back(desk: Desk, held: Held, world: World) -> None:
    held.quick = NUMBER
    slow = desk.window.profiles[0]
    check_all(desk)
    world.connections.remove(slow.id)
    desk.window.reload()
    desk.wait(lambda: ended(desk) and not desk.window.runner.active)
    assert slow.name not in states(desk)


def test_what_can_not_be_stored_is_counted_and_stops_nothing(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = world.connections._profiles

    def full(key: ProfileId, change: object) -> Profile:
        raise ConnectionProblem(Problem.PROFILE_FILE_UNWRITABLE)

    monkeypatch.setattr(store, "update", full)
    check_all(desk)
    desk.wait(lambda: ended(desk))
    assert words(desk) == "0 of 6 work. 6 could not be checked."


def test_one_connection_alone_has_no_button_for_all(open_desk: OpenDesk, world: World) -> None:
    world.save_pat("alone")
    desk = open_desk(world)
    assert not desk.window.connection_list.check_all.isVisible()
    desk.window.check_all_now()
    desk.wait(lambda: ended(desk))
    assert words(desk) == "It works."


def test_closing_the_window_ends_it(desk: Desk, held: Held) -> None:
    check_all(desk)
    desk.wait(lambda: held.asked > 0)
    desk.window.close()
    held.let_go()
    assert desk.runner.shutdown(10.0)
