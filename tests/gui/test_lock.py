"""The lock, by keyboard: what it takes away, what it leaves, and how it is opened again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from desktop_app.app.settings import SettingsInMemory, SettingsInUse
from desktop_app.core.credential import PatCredential, Secret
from desktop_app.core.lock import LockState
from desktop_app.core.policy import policy_from
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, ProfileId
from desktop_app.core.settings import Settings
from desktop_app.gui.connection_parts import Part
from desktop_app.gui.passphrase_dialogs import ChoosePassphraseDialog, PassphraseDialog, UnlockDialog
from desktop_app.gui.settings_dialog import SettingsDialog
from desktop_app.gui.use_it_view import UseItView
from desktop_app.gui.window_lock import WindowLock
from desktop_app.infra.lock_keyring import KEY
from desktop_app.infra.memory_store import MemorySecretStore
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import (
    all_words,
    assert_everything_is_named,
    assert_nowhere,
    assert_tab_order_is_reading_order,
    visible_words,
)
from tests.gui.world import World

RIGHT, WRONG = "correct horse", "wrong horse"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A connection, and a passphrase that was chosen in an earlier run."""
    world = make_world()
    world.save_pat("Nightly sync")
    world.connections._proved.clear()
    world.lock.choose(Secret(RIGHT))
    world.lock.load()
    return world


@pytest.fixture
def free(make_world: Callable[..., World], open_desk: OpenDesk) -> Desk:
    """A window without any passphrase."""
    world = make_world()
    world.save_pat("Nightly sync")
    return open_desk(world)


def lock_of(desk: Desk) -> WindowLock:
    assert desk.window.lock is not None
    return desk.window.lock


def unlock_dialog(desk: Desk) -> UnlockDialog:
    dialog = desk.dialog("unlockDialog")
    assert isinstance(dialog, UnlockDialog)
    return dialog


def settled(desk: Desk, dialog: PassphraseDialog) -> None:
    desk.wait(lambda: not desk.runner.active and not dialog._busy)


def enter(desk: Desk, dialog: PassphraseDialog, text: str) -> None:
    """Type a passphrase, press Return, and wait until it was looked at."""
    desk.keyboard.fill(dialog.entries()[0].editor, text)
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.wait(lambda: not desk.runner.active)


def unlock(desk: Desk) -> None:
    enter(desk, unlock_dialog(desk), RIGHT)
    desk.wait(lambda: not lock_of(desk).locked)


def bring_to_front(desk: Desk, window: QWidget) -> None:
    """As a window manager does with whose dialog was closed."""

    def front() -> bool:
        window.activateWindow()
        return QApplication.activeWindow() is window

    desk.wait(front)


def lock_by_key(desk: Desk) -> None:
    desk.keyboard.press(Qt.Key.Key_L, CTRL)
    assert lock_of(desk).locked


# -- what it takes away, and what it leaves ---------------------------------------------------------------------------


def test_the_program_starts_locked_and_shows_the_list_and_every_state(desk: Desk) -> None:
    words = visible_words(desk.window)

    assert lock_of(desk).locked
    assert "Nightly sync" in words
    assert "Works" in words
    assert desk.button("lockButton").text() == "Locked. Unlock…"


def test_copying_asks_for_the_passphrase_first_and_then_goes_on(desk: Desk) -> None:
    desk.keyboard.push(desk.button("copyToken"))
    dialog = unlock_dialog(desk)
    assert not desk.clipboard.holding

    enter(desk, dialog, RIGHT)
    desk.wait(lambda: desk.clipboard.holding)
    assert QGuiApplication.clipboard().text() == desk.world.pat()


DOORS: dict[str, Callable[[Desk], object]] = {
    "copy": lambda desk: desk.window.actions_of_connection.copy_token(),
    "form": lambda desk: desk.window.actions_of_connection.copy_form("header"),
    "edit": lambda desk: desk.window.actions_of_connection.edit(),
    "remove": lambda desk: desk.window.actions_of_connection.remove(),
    "replace": lambda desk: desk.window.actions_of_connection.replace(),
    "renew": lambda desk: desk.window.actions_of_connection.renew(),
    "put back": lambda desk: desk.window.actions_of_connection.replacing.put_back(),  # type: ignore[union-attr]
    "forget the old one": lambda desk: desk.window.actions_of_connection.replacing.forget(),  # type: ignore[union-attr]
    "sign in again": lambda desk: desk.window.wizards.sign_in_again(desk.world.connections.load()[0]),
    "back up": lambda desk: choose_menu(desk, "&Back up connections…"),
    "restore": lambda desk: choose_menu(desk, "Res&tore connections…"),
    "settings": lambda desk: choose_menu(desk, "&Settings…"),
}


def choose_menu(desk: Desk, text: str) -> None:
    from PySide6.QtGui import QAction

    next(action for action in desk.window.findChildren(QAction) if action.text() == text).trigger()


@pytest.mark.parametrize("door", DOORS)
def test_every_door_to_a_secret_asks_first_and_stays_shut_without_an_answer(desk: Desk, door: str) -> None:
    before = QGuiApplication.clipboard().text()
    DOORS[door](desk)
    unlock_dialog(desk)
    desk.keyboard.press(Qt.Key.Key_Escape)
    desk.wait(lambda: not desk.runner.active)

    assert lock_of(desk).locked
    assert desk.window.wizard is None
    assert QApplication.activeModalWidget() is None
    assert QGuiApplication.clipboard().text() == before


def test_the_forms_of_use_it_ask_too(desk: Desk) -> None:
    page = desk.window.connection_page
    view = page.part(Part.USE_IT)
    page.tabs.setCurrentIndex(tuple(Part).index(Part.USE_IT))
    assert isinstance(view, UseItView)
    desk.wait(lambda: view.complete)

    desk.keyboard.push(desk.button("copy-token", view))
    unlock_dialog(desk)
    desk.keyboard.press(Qt.Key.Key_Escape)


def test_checking_and_copying_identifiers_work_while_it_is_locked(desk: Desk) -> None:
    desk.keyboard.push(desk.button("checkAgain"))
    desk.wait(lambda: not desk.runner.active)
    desk.window.actions_of_connection.copy_identifiers()

    assert lock_of(desk).locked
    assert "contoso" in QGuiApplication.clipboard().text()
    assert "It acts as" in visible_words(desk.window)


def test_locking_takes_a_copied_token_off_the_clipboard(desk: Desk) -> None:
    desk.keyboard.push(desk.button("copyToken"))
    unlock(desk)
    desk.wait(lambda: desk.clipboard.holding)

    lock_by_key(desk)
    assert not desk.clipboard.holding
    assert QGuiApplication.clipboard().text() == ""


def test_a_token_that_comes_after_it_was_locked_is_not_copied(desk: Desk) -> None:
    desk.keyboard.push(desk.button("copyToken"))
    unlock(desk)
    desk.wait(lambda: desk.clipboard.holding)
    desk.clipboard.clear_now()
    desk.world.connections._proved.clear()

    desk.window.actions_of_connection.copy_token()
    lock_of(desk).lock_now()
    desk.wait(lambda: not desk.runner.active)

    assert not desk.clipboard.holding
    assert QGuiApplication.clipboard().text() == ""
    assert desk.window.statusBar().currentMessage() == "ADO Connect is locked. Nothing was copied."


def test_a_secret_typed_into_a_wizard_becomes_dots_and_is_not_lost(desk: Desk) -> None:
    desk.keyboard.push(desk.button("lockButton"))
    unlock(desk)
    desk.window.show_first_run()
    desk.go_to_details(Method.PAT)
    token = desk.world.pat()
    desk.fill("token", token)
    eye = desk.page.token.eye
    desk.keyboard.push(eye)
    assert desk.page.token.editor.echoMode() is QLineEdit.EchoMode.Normal

    lock_of(desk).lock_now()
    assert desk.page.token.editor.echoMode() is QLineEdit.EchoMode.Password
    assert_nowhere([token])

    desk.keyboard.push(eye)
    dialog = unlock_dialog(desk)
    enter(desk, dialog, RIGHT)
    wizard = desk.window.wizard
    assert wizard is not None
    bring_to_front(desk, wizard)
    desk.wait(lambda: bool(eye.isChecked()))
    assert desk.page.token.text == token


# -- opening it -------------------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_told_beside_the_field_and_can_be_corrected(desk: Desk) -> None:
    desk.keyboard.push(desk.button("lockButton"))
    dialog = unlock_dialog(desk)
    enter(desk, dialog, WRONG)

    assert dialog.passphrase.message == "That is not the passphrase."
    assert dialog.passphrase.text == WRONG
    assert not dialog.pause.isVisible()
    assert lock_of(desk).locked

    enter(desk, dialog, RIGHT)
    assert not lock_of(desk).locked


def test_after_three_mistakes_one_has_to_wait_and_the_dialog_counts(desk: Desk) -> None:
    desk.keyboard.push(desk.button("lockButton"))
    dialog = unlock_dialog(desk)
    for _attempt in range(3):
        enter(desk, dialog, WRONG)

    assert dialog.pause.text() == "Too many wrong attempts. Wait 5 seconds."
    assert not dialog.forward.isEnabled()
    desk.world.lock_clock.advance(4)
    dialog.tick()
    assert dialog.pause.text() == "Too many wrong attempts. Wait 1 second."
    desk.keyboard.press(Qt.Key.Key_Return)
    assert not desk.runner.active

    desk.world.lock_clock.advance(1)
    dialog.tick()
    assert not dialog.pause.isVisible()
    enter(desk, dialog, RIGHT)
    assert not lock_of(desk).locked


def test_a_pause_goes_on_after_a_restart(world: World, open_desk: OpenDesk) -> None:
    for _attempt in range(5):
        world.lock_clock.advance(world.lock.wait_s())
        world.lock.unlock(Secret(WRONG))
    desk = open_desk(world)

    desk.keyboard.push(desk.button("lockButton"))
    dialog = unlock_dialog(desk)
    desk.wait(dialog.pause.isVisible)
    assert dialog.pause.text() == "Too many wrong attempts. Wait 60 seconds."
    assert not dialog.forward.isEnabled()
    desk.keyboard.press(Qt.Key.Key_Escape)


def test_a_keyring_that_refuses_is_explained_and_it_stays_locked(
    world: World, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(world)
    desk.keyboard.push(desk.button("lockButton"))
    dialog = unlock_dialog(desk)
    desk.wait(lambda: not desk.runner.active)

    def refuse(self: MemorySecretStore, key: ProfileId, secret: Secret) -> None:
        raise ConnectionProblem(Problem.KEYRING_LOCKED)

    monkeypatch.setattr(MemorySecretStore, "set", refuse)
    enter(desk, dialog, RIGHT)
    assert dialog.problem.isVisible()
    assert lock_of(desk).locked
    desk.keyboard.press(Qt.Key.Key_Escape)


def test_who_forgot_it_is_told_the_way_out_and_loses_nothing(world: World, open_desk: OpenDesk) -> None:
    desk = open_desk(world)
    desk.keyboard.push(desk.button("lockButton"))
    dialog = unlock_dialog(desk)
    desk.keyboard.push(desk.button("lockForgotten", dialog))
    assert "“ado-connect:lock”" in visible_words(dialog)

    world.secrets.delete(KEY)  # as the keyring's own program does
    enter(desk, dialog, "anything")
    assert lock_of(desk).state is LockState.OFF
    assert not desk.window.findChild(QPushButton, "lockButton").isVisible()  # type: ignore[union-attr]
    assert world.connections.credential(world.connections.load()[0]) == PatCredential(Secret(world.pat()))


def test_the_eye_of_the_dialog_itself_needs_no_unlocking(desk: Desk) -> None:
    desk.keyboard.push(desk.button("lockButton"))
    dialog = unlock_dialog(desk)
    desk.keyboard.fill(dialog.passphrase.editor, WRONG)
    desk.keyboard.push(dialog.passphrase.eye)
    assert dialog.passphrase.editor.echoMode() is QLineEdit.EchoMode.Normal
    desk.keyboard.press(Qt.Key.Key_Escape)


# -- turning it on and off --------------------------------------------------------------------------------------------


def settings(desk: Desk) -> SettingsDialog:
    desk.keyboard.press(Qt.Key.Key_Comma, CTRL)
    dialog = desk.dialog("settingsDialog")
    assert isinstance(dialog, SettingsDialog)
    return dialog


def choose_dialog(desk: Desk) -> ChoosePassphraseDialog:
    dialog = desk.dialog("choosePassphrase")
    assert isinstance(dialog, ChoosePassphraseDialog)
    return dialog


def test_a_passphrase_turns_it_on_and_then_it_can_be_set_when_it_comes(free: Desk) -> None:
    security = settings(free).security
    assert not security.minutes.isEnabled()
    free.keyboard.push(security.choose)
    dialog = choose_dialog(free)
    free.keyboard.fill(dialog.new.editor, RIGHT)
    free.keyboard.fill(dialog.again.editor, RIGHT)
    free.keyboard.press(Qt.Key.Key_Return)
    free.wait(lambda: QApplication.activeModalWidget() is security.window())
    bring_to_front(free, security.window())

    assert not lock_of(free).locked
    assert security.minutes.isEnabled()
    free.keyboard.go_to(security.minutes)
    free.keyboard.press(Qt.Key.Key_Home)
    assert security.minutes.currentText() == "Off"
    free.keyboard.press_down()
    assert free.window.workspace is not None
    assert free.window.workspace.settings.now.lock_minutes == 1
    free.keyboard.press(Qt.Key.Key_Escape)
    free.wait(lambda: not free.runner.active)
    lock_by_key(free)


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [("short", "short", "Use at least 8 characters."), (RIGHT, WRONG, "This is not the same.")],
)
def test_what_is_no_passphrase_yet_is_told_beside_the_field(free: Desk, new: str, again: str, says: str) -> None:
    security = settings(free).security
    free.keyboard.push(security.choose)
    dialog = choose_dialog(free)
    free.keyboard.fill(dialog.new.editor, new)
    free.keyboard.fill(dialog.again.editor, again)
    assert not dialog.forward.isEnabled()
    assert dialog.new.message or dialog.again.message
    if new == "short":
        assert dialog.new.message == says
    free.keyboard.press(Qt.Key.Key_Escape)
    free.keyboard.press(Qt.Key.Key_Escape)
    assert lock_of(free).state is LockState.OFF


def test_turning_it_off_needs_the_passphrase(desk: Desk) -> None:
    desk.keyboard.push(desk.button("lockButton"))
    unlock(desk)
    security = settings(desk).security
    desk.keyboard.push(security.turn_off)
    dialog = desk.dialog("turnLockOff")
    assert isinstance(dialog, UnlockDialog)
    enter(desk, dialog, WRONG)
    assert lock_of(desk).state is LockState.OPEN
    enter(desk, dialog, RIGHT)
    desk.wait(lambda: lock_of(desk).state is LockState.OFF)
    assert desk.world.secrets.get(KEY) is None
    desk.keyboard.press(Qt.Key.Key_Escape)


def test_changing_it_asks_for_the_old_one(desk: Desk) -> None:
    desk.keyboard.push(desk.button("lockButton"))
    unlock(desk)
    desk.keyboard.push(settings(desk).security.choose)
    dialog = choose_dialog(desk)
    desk.keyboard.fill(dialog.passphrase.editor, WRONG)
    desk.keyboard.fill(dialog.new.editor, "another horse")
    desk.keyboard.fill(dialog.again.editor, "another horse")
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.wait(lambda: bool(dialog.passphrase.message))
    assert dialog.new.text == "another horse"
    enter(desk, dialog, RIGHT)
    desk.wait(lambda: desk.world.lock.unlock(Secret("another horse")).right)
    desk.keyboard.press(Qt.Key.Key_Escape)


def test_without_a_passphrase_the_menu_says_how_to_choose_one(free: Desk) -> None:
    free.keyboard.press(Qt.Key.Key_L, CTRL)
    assert not lock_of(free).locked
    assert "Settings, Security" in free.window.statusBar().currentMessage()


# -- by itself --------------------------------------------------------------------------------------------------------


@pytest.fixture
def open_lock(world: World, open_desk: OpenDesk) -> Desk:
    world.settings.change(Settings(lock_minutes=5))
    desk = open_desk(world)
    desk.keyboard.push(desk.button("lockButton"))
    unlock(desk)
    return desk


@pytest.fixture(autouse=True)
def _nobody_knows_about_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.gui.session_idle.SOURCES", ())


def test_it_comes_after_the_minutes_that_are_set(open_lock: Desk) -> None:
    desk = open_lock
    idle = lock_of(desk).idle
    desk.world.lock_clock.advance(299)
    idle.look()
    assert not lock_of(desk).locked
    desk.world.lock_clock.advance(1)
    idle.look()
    assert lock_of(desk).locked


def press_in(window: QWidget) -> None:
    """A key as the window system sends it, to the window and not to what has the focus there."""
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Shift)


def test_a_key_in_any_window_counts_as_use(open_lock: Desk) -> None:
    desk = open_lock
    idle = lock_of(desk).idle
    desk.world.lock_clock.advance(200)
    press_in(desk.window)
    desk.world.lock_clock.advance(200)
    idle.look()
    assert not lock_of(desk).locked

    dialog = settings(desk)
    desk.world.lock_clock.advance(200)
    press_in(dialog)
    desk.world.lock_clock.advance(200)
    idle.look()
    assert not lock_of(desk).locked
    dialog.close()


def test_off_means_never_by_itself(open_lock: Desk) -> None:
    desk = open_lock
    desk.world.settings.change(Settings(lock_minutes=0))
    desk.world.lock_clock.advance(1_000_000)
    lock_of(desk).idle.look()
    assert not lock_of(desk).locked


@pytest.mark.parametrize("wanted", [True, False])
def test_it_comes_with_the_screen_where_that_is_wanted(open_lock: Desk, wanted: bool) -> None:
    desk = open_lock
    desk.world.settings.change(Settings(lock_with_screen=wanted))
    desk.window.companions.safekeeping.lock.locked.emit()
    assert lock_of(desk).locked is wanted


# -- a lock that IT wants ---------------------------------------------------------------------------------------------


def test_where_it_is_required_nothing_is_handed_out_before_a_passphrase_is_chosen(
    make_world: Callable[..., World], open_desk: OpenDesk
) -> None:
    policy = policy_from({"version": 1, "lock_minutes": 5})
    world = make_world(settings=SettingsInUse(SettingsInMemory(Settings(lock_minutes=60)), policy))
    world.save_pat("Nightly sync")
    desk = open_desk(world)
    assert lock_of(desk).locked

    desk.keyboard.push(desk.button("copyToken"))
    dialog = choose_dialog(desk)
    assert "Your organization wants" in visible_words(dialog)
    desk.keyboard.fill(dialog.new.editor, RIGHT)
    desk.keyboard.fill(dialog.again.editor, RIGHT)
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.wait(lambda: desk.clipboard.holding)

    security = settings(desk).security
    offered = [security.minutes.itemData(index) for index in range(security.minutes.count())]
    assert offered == [1, 5]
    assert security.minutes.currentData() == 5
    assert not security.turn_off.isEnabled()
    assert not security.with_screen.isEnabled()
    assert "Set by your organization" in visible_words(security)
    desk.keyboard.press(Qt.Key.Key_Escape)


# -- leaks, names, and the end ----------------------------------------------------------------------------------------


def test_the_passphrase_and_its_verifier_are_nowhere_but_in_the_keyring(
    world: World, open_desk: OpenDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    desk = open_desk(world)
    desk.keyboard.push(desk.button("lockButton"))
    dialog = unlock_dialog(desk)
    enter(desk, dialog, WRONG)
    assert_nowhere([RIGHT, WRONG])
    enter(desk, dialog, RIGHT)
    desk.wait(lambda: not lock_of(desk).locked)
    kept = world.secrets.get(KEY)
    assert kept is not None
    verifier = kept.reveal().split('"verifier":"')[1].split('"')[0]

    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (RIGHT, WRONG, verifier, verifier.rsplit("$", 1)[1]):
        assert secret not in caplog.text
        assert secret not in all_words()
        assert secret.encode() not in files
    assert RIGHT not in kept.reveal()


def test_nothing_typed_outlives_the_dialog(desk: Desk) -> None:
    desk.keyboard.push(desk.button("lockButton"))
    dialog = unlock_dialog(desk)
    editor = dialog.passphrase.editor
    desk.keyboard.fill(editor, WRONG)
    cleared: list[str] = []
    dialog.finished.connect(lambda _result: cleared.append(editor.text()))
    desk.keyboard.press(Qt.Key.Key_Escape)
    assert cleared == [""]


@pytest.mark.parametrize("which", ["unlock", "choose"])
def test_dialogs_are_named_and_walked_as_they_are_read(desk: Desk, which: str) -> None:
    if which == "unlock":
        lock_of(desk).ask()
    else:
        lock_of(desk).choose()
    dialog = desk.dialog("unlockDialog" if which == "unlock" else "choosePassphrase")
    desk.wait(lambda: not desk.runner.active)
    assert_everything_is_named(dialog)
    assert_tab_order_is_reading_order(desk, dialog)
    desk.keyboard.press(Qt.Key.Key_Escape)


def test_no_window_is_listened_to_once_it_is_locked_or_off(open_lock: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_lock
    heard: list[bool] = []
    monkeypatch.setattr(lock_of(desk).idle, "used", lambda: heard.append(True))
    press_in(desk.window)
    assert heard
    lock_of(desk).lock_now()
    heard.clear()
    press_in(desk.window)
    assert heard == []
