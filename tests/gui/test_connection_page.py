"""One connection on screen: check, copy, rename, remove, by keyboard alone."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.words import fault_words
from desktop_app.core.inputs import InputFault
from desktop_app.core.problems import Problem
from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import Fault, FaultKind
from desktop_app.practice.service import Service
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import (
    assert_everything_is_named,
    assert_nowhere,
    assert_tab_order_is_reading_order,
    visible_words,
)
from tests.gui.world import World


@pytest.fixture
def desk(make_world: Callable[..., World], open_desk: OpenDesk) -> Desk:
    """A window with one connection that works, saved in an earlier run."""
    world = make_world()
    world.save_pat("Nightly sync")
    world.connections._proved.clear()  # as after a restart
    return open_desk(world)


def idle(desk: Desk) -> None:
    desk.wait(lambda: not desk.runner.active)


def push(desk: Desk, name: str) -> None:
    desk.keyboard.push(desk.button(name, desk.window.connection_page))


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


# -- what is shown ----------------------------------------------------------------------------------------------------


def test_page_tells_what_the_connection_is(desk: Desk) -> None:
    words = visible_words(desk.window.connection_page)
    for said in ("Nightly sync", "Personal access token", "acts as admin@contoso.example", "Works", "Last checked"):
        assert said in words
    assert_nowhere([desk.world.pat()])


def test_organization_is_a_link(desk: Desk) -> None:
    url = desk.world.practice_cloud.cloud.organization_url("contoso")
    desk.window.connection_page.subtitle.linkActivated.emit(url)
    assert desk.opened_urls == [url]


# -- check again ------------------------------------------------------------------------------------------------------


def test_check_again_shows_every_check(desk: Desk) -> None:
    push(desk, "checkAgain")
    idle(desk)
    view = desk.window.connection_page.checks
    said = [view.item(row).text() for row in range(view.count())]
    assert len(said) == 6
    assert all("passed" in line for line in said)
    assert "As of " in visible_words(desk.window.connection_page)
    assert_everything_is_named(desk.window)
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)


def test_f5_checks_too(desk: Desk, practice_cloud: PracticeCloud) -> None:
    practice_cloud.requests.clear()
    desk.keyboard.press(Qt.Key.Key_F5)
    idle(desk)
    assert practice_cloud.requests.of(Service.DEVOPS, "connectionData")


def test_check_that_fails_explains_and_changes_the_state(desk: Desk, practice_cloud: PracticeCloud) -> None:
    token = practice_cloud.directory.pat("four-scopes")
    token.revoked = True
    try:
        push(desk, "checkAgain")
        idle(desk)
    finally:
        token.revoked = False
    words = visible_words(desk.window)
    assert guidance_for(Problem.CREDENTIAL_REJECTED).title in words
    assert "Needs you" in words
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)
    desk.keyboard.push(desk.window.connection_page.problem.action_button)
    assert desk.opened_urls == [practice_cloud.cloud.token_page_url("contoso")]
    push(desk, "checkAgain")
    idle(desk)
    assert "Needs you" not in visible_words(desk.window)
    assert not desk.window.connection_page.problem.isVisible()


def test_buttons_rest_while_a_check_runs(desk: Desk, practice_cloud: PracticeCloud) -> None:
    practice_cloud.faults.add(Fault(FaultKind.DELAY, Service.DEVOPS, "connectionData", seconds=0.3))
    push(desk, "checkAgain")
    names = ("checkAgain", "copyToken", "editConnection", "renameConnection", "removeConnection")
    buttons = [desk.button(name, desk.window.connection_page) for name in names]
    assert not any(button.isEnabled() for button in buttons)
    assert desk.keyboard.focus.isVisible()
    idle(desk)
    assert all(button.isEnabled() for button in buttons)


# -- copy token -------------------------------------------------------------------------------------------------------


def test_copied_token_is_checked_first_counted_down_and_cleared(desk: Desk, practice_cloud: PracticeCloud) -> None:
    practice_cloud.requests.clear()
    push(desk, "copyToken")
    desk.wait(lambda: desk.clipboard.holding)
    assert practice_cloud.requests.of(Service.DEVOPS, "connectionData")
    assert (clipboard() == desk.world.pat()) is True
    assert desk.window.countdown.text == "Token copied. Cleared from the clipboard in 30 s"
    assert desk.window.countdown.isVisible()
    assert_nowhere([desk.world.pat()])
    desk.clock.advance(3)
    desk.clipboard.tick()
    assert desk.window.countdown.text == "Token copied. Cleared from the clipboard in 27 s"
    desk.clock.advance(27)
    desk.clipboard.tick()
    assert clipboard() == ""
    assert not desk.window.countdown.isVisible()


def test_second_copy_within_a_minute_asks_nobody(desk: Desk, practice_cloud: PracticeCloud) -> None:
    push(desk, "copyToken")
    idle(desk)
    practice_cloud.requests.clear()
    push(desk, "copyToken")
    idle(desk)
    assert practice_cloud.requests.all() == ()
    assert desk.clipboard.holding


def test_clear_now_empties_the_clipboard(desk: Desk) -> None:
    push(desk, "copyToken")
    desk.wait(lambda: desk.clipboard.holding)
    idle(desk)
    desk.keyboard.push(desk.window.countdown.clear_button)
    assert clipboard() == ""
    assert not desk.clipboard.holding
    assert not desk.window.countdown.isVisible()
    assert desk.keyboard.focus.isVisible()


def test_clear_now_leaves_what_came_later(desk: Desk) -> None:
    push(desk, "copyToken")
    desk.wait(lambda: desk.clipboard.holding)
    QGuiApplication.clipboard().setText("something else")
    desk.clipboard.clear_now()
    assert clipboard() == "something else"
    assert not desk.window.countdown.isVisible()


def test_broken_connection_copies_nothing_and_explains(desk: Desk, practice_cloud: PracticeCloud) -> None:
    QGuiApplication.clipboard().clear()
    token = practice_cloud.directory.pat("four-scopes")
    token.revoked = True
    try:
        push(desk, "copyToken")
        idle(desk)
    finally:
        token.revoked = False
    assert clipboard() == ""
    assert not desk.clipboard.holding
    assert guidance_for(Problem.CREDENTIAL_REJECTED).title in visible_words(desk.window.connection_page)
    assert "Needs you" in visible_words(desk.window)


def test_secret_that_is_gone_is_explained_and_can_be_entered_again(desk: Desk) -> None:
    profile = desk.window.profile
    assert profile is not None
    desk.world.secrets.delete(profile.id)
    push(desk, "copyToken")
    idle(desk)
    assert not desk.clipboard.holding
    assert guidance_for(Problem.SECRET_GONE).title in visible_words(desk.window.connection_page)
    desk.keyboard.push(desk.window.connection_page.problem.action_button)
    assert desk.wizard.windowTitle() == "Replace the token of Nightly sync"
    desk.fill("token", desk.world.pat())
    desk.go_on("ChecksPage")
    desk.checked()
    desk.go_on("PutInPlacePage")
    desk.go_on("DonePage")
    desk.finish()
    push(desk, "copyToken")
    desk.wait(lambda: desk.clipboard.holding)
    assert (clipboard() == desk.world.pat()) is True


def test_copy_by_shortcut(desk: Desk) -> None:
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    desk.keyboard.press(Qt.Key.Key_C, modifiers)
    desk.wait(lambda: desk.clipboard.holding)
    assert (clipboard() == desk.world.pat()) is True


# -- rename -----------------------------------------------------------------------------------------------------------


def test_rename(desk: Desk) -> None:
    push(desk, "renameConnection")
    dialog = desk.dialog("renameDialog")
    assert_everything_is_named(dialog)
    assert_tab_order_is_reading_order(desk, dialog)
    editor = dialog.findChild(QLineEdit, "nameField")
    assert isinstance(editor, QLineEdit)
    desk.keyboard.fill(editor, "Release pipeline")
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.wait(lambda: desk.window.profile is not None and desk.window.profile.name == "Release pipeline")
    assert [profile.name for profile in desk.world.connections.load()] == ["Release pipeline"]
    assert "Release pipeline" in visible_words(desk.window.connection_page)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [("release PIPELINE", InputFault.NAME_TAKEN), ("n" * 65, InputFault.NAME_TOO_LONG), ("", InputFault.EMPTY)],
)
def test_bad_name_is_refused(desk: Desk, typed: str, fault: InputFault) -> None:
    other = desk.world.save_pat("Release pipeline")
    desk.window.reload()
    desk.wait(lambda: other.id in desk.window._profiles)
    push(desk, "renameConnection")
    dialog = desk.dialog("renameDialog")
    editor = dialog.findChild(QLineEdit, "nameField")
    assert isinstance(editor, QLineEdit)
    desk.keyboard.fill(editor, typed)
    rename = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Rename")
    assert not rename.isEnabled()
    desk.keyboard.press(Qt.Key.Key_Tab)
    assert fault_words(fault) in visible_words(dialog)
    desk.keyboard.press(Qt.Key.Key_Escape)
    assert {profile.name for profile in desk.world.connections.load()} == {"Nightly sync", "Release pipeline"}


def test_f2_renames_and_escape_changes_nothing(desk: Desk) -> None:
    desk.keyboard.press(Qt.Key.Key_F2)
    desk.dialog("renameDialog")
    desk.keyboard.type("Another")
    desk.keyboard.press(Qt.Key.Key_Escape)
    assert [profile.name for profile in desk.world.connections.load()] == ["Nightly sync"]


# -- remove -----------------------------------------------------------------------------------------------------------


def test_keep_it_is_what_enter_does(desk: Desk) -> None:
    push(desk, "removeConnection")
    box = desk.dialog("removeBox")
    assert "“Nightly sync”" in visible_words(box)
    assert_everything_is_named(box)
    desk.keyboard.press(Qt.Key.Key_Return)
    idle(desk)
    assert len(desk.world.connections.load()) == 1
    assert desk.window.profile is not None


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape])
def test_escape_keeps_it(desk: Desk, key: Qt.Key) -> None:
    push(desk, "removeConnection")
    desk.dialog("removeBox")
    desk.keyboard.press(key)
    assert len(desk.world.connections.load()) == 1


def test_remove_takes_the_row_and_the_secret(desk: Desk) -> None:
    profile = desk.window.profile
    assert profile is not None
    push(desk, "removeConnection")
    box = desk.dialog("removeBox")
    assert isinstance(box, QMessageBox)
    desk.keyboard.push(desk.button("confirmRemove", box))
    desk.wait(lambda: desk.window.profile is None)
    assert desk.world.connections.load() == ()
    assert desk.world.secrets.get(profile.id) is None
    assert desk.window.first_run.isVisible()
    assert desk.keyboard.focus.isVisible()


def test_removed_elsewhere_is_explained(desk: Desk) -> None:
    profile = desk.window.profile
    assert profile is not None
    desk.world.connections.remove(profile.id)
    push(desk, "checkAgain")
    idle(desk)
    desk.wait(lambda: desk.window.profile is None)
    assert desk.window.first_run.isVisible()
    assert guidance_for(Problem.PROFILE_GONE).title in visible_words(desk.window)
