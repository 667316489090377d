"""Copying a token in another form: from the drop-down and from the part *Use it*, by keyboard."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.handover.table import Shell, forms_for
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method
from desktop_app.gui.connection_parts import Part
from desktop_app.gui.use_it_view import UseItView
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
    world = make_world()
    world.save_pat("Nightly sync")
    world.connections._proved.clear()  # as after a restart
    return open_desk(world)


def use_it(desk: Desk) -> UseItView:
    """Go to the part from the keyboard."""
    page = desk.window.connection_page
    desk.keyboard.go_to(page.tabs)
    wanted = tuple(Part).index(Part.USE_IT)
    while page.tabs.currentIndex() != wanted:
        desk.keyboard.press(Qt.Key.Key_Right if page.tabs.currentIndex() < wanted else Qt.Key.Key_Left)
    view = page.part(Part.USE_IT)
    assert isinstance(view, UseItView)
    assert view.isVisible()
    desk.wait(lambda: view.complete)
    return view


def copied(desk: Desk, key: str) -> str:
    view = use_it(desk)
    desk.keyboard.push(desk.button(f"copy-{key}", view))
    desk.wait(lambda: desk.clipboard.holding and not desk.runner.active)
    return QGuiApplication.clipboard().text()


# -- Use it -----------------------------------------------------------------------------------------------------------


def test_a_form_is_copied_with_a_countdown_after_a_check(desk: Desk, practice_cloud: PracticeCloud) -> None:
    practice_cloud.requests.clear()
    text = copied(desk, "azure-cli-bash")

    assert practice_cloud.requests.of(Service.DEVOPS, "connectionData")
    assert (text == f"export AZURE_DEVOPS_EXT_PAT={desk.world.pat()}") is True
    assert desk.window.countdown.text == (
        "Azure DevOps CLI: Environment line (bash) copied. Cleared from the clipboard in 30 s"
    )
    assert QGuiApplication.clipboard().mimeData().data("x-kde-passwordManagerHint").data() == b"secret"
    assert_nowhere([desk.world.pat(), text])
    desk.clock.advance(30)
    desk.clipboard.tick()
    assert QGuiApplication.clipboard().text() == ""


def test_the_part_shows_what_fits_and_says_what_each_is_for(desk: Desk) -> None:
    view = use_it(desk)
    words = visible_words(view)
    for form in forms_for(Method.PAT):
        shown = form.shell in (None, Shell.BASH)
        assert (form.label in words) is shown, form.key
        if shown:
            assert form.purpose in words
    assert "stands on a command line" in words
    assert_everything_is_named(desk.window)
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)


def test_powershell_is_spelled_where_it_was_chosen(desk: Desk) -> None:
    view = use_it(desk)
    desk.keyboard.go_to(view.shell)
    desk.keyboard.press_down()

    desk.wait(lambda: view.complete)
    words = visible_words(view)
    assert "Environment line (PowerShell)" in words
    assert "(bash)" not in words
    desk.keyboard.push(desk.button("copy-azure-cli-powershell", view))
    desk.wait(lambda: desk.clipboard.holding)
    assert QGuiApplication.clipboard().text().startswith("$env:AZURE_DEVOPS_EXT_PAT = '")


def test_another_connection_shows_its_own_forms(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    world = make_world()
    world.save_pat("A token")
    app = world.save_client_secret("An app")
    desk = open_desk(world)
    view = use_it(desk)
    assert "Client secret alone" not in visible_words(view)

    desk.window.connection_list.choose(app.id)

    desk.wait(lambda: "Client secret alone" in visible_words(view))
    text = copied(desk, "terraform-app-bash")
    _tenant, client_id, secret = world.app("automation")
    assert f"ARM_CLIENT_ID={client_id}" in text
    assert (secret in text) is True
    assert_nowhere([secret])


def test_buttons_rest_while_a_form_is_made(desk: Desk, practice_cloud: PracticeCloud) -> None:
    view = use_it(desk)
    practice_cloud.faults.add(Fault(FaultKind.DELAY, Service.DEVOPS, "connectionData", seconds=0.3))
    button = desk.button("copy-npm", view)
    desk.keyboard.push(button)

    assert not button.isEnabled()
    assert not desk.window.connection_page.copy_as.isEnabled()
    assert "Checking the connection" in visible_words(view)
    desk.wait(lambda: desk.clipboard.holding and not desk.runner.active)
    assert button.isEnabled()


def test_broken_connection_copies_nothing_and_explains(desk: Desk, practice_cloud: PracticeCloud) -> None:
    QGuiApplication.clipboard().clear()
    view = use_it(desk)
    token = practice_cloud.directory.pat("four-scopes")
    token.revoked = True
    try:
        desk.keyboard.push(desk.button("copy-maven", view))
        desk.wait(lambda: not desk.runner.active)
    finally:
        token.revoked = False

    assert QGuiApplication.clipboard().text() == ""
    assert guidance_for(Problem.CREDENTIAL_REJECTED).title in visible_words(desk.window)


def test_seconds_are_those_of_the_settings(desk: Desk) -> None:
    assert desk.window.workspace is not None
    settings = desk.window.workspace.settings
    settings.change(type(settings.now)(clipboard_seconds=7))
    copied(desk, "token")

    assert "in 7 s" in desk.window.countdown.text


# -- identifiers ------------------------------------------------------------------------------------------------------


def test_identifiers_are_copied_to_stay_and_hold_no_secret(desk: Desk, practice_cloud: PracticeCloud) -> None:
    view = use_it(desk)
    practice_cloud.requests.clear()
    desk.keyboard.push(desk.button("copyIdentifiers", view))

    text = QGuiApplication.clipboard().text()
    assert "Organization: contoso" in text
    assert (desk.world.pat() in text) is False
    assert not desk.clipboard.holding
    assert not QGuiApplication.clipboard().mimeData().hasFormat("x-kde-passwordManagerHint")
    assert practice_cloud.requests.all() == ()
    assert "no secret" in desk.window.statusBar().currentMessage()


# -- the drop-down ----------------------------------------------------------------------------------------------------


def popup() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_drop_down_is_worked_by_keyboard(desk: Desk) -> None:
    desk.keyboard.go_to(desk.window.connection_page.copy_as)
    # a menu runs a loop of its own where Space opens it; the button's own way to open it does not
    menu = desk.window.connection_page.copy_as.menu()
    menu.popup(desk.window.mapToGlobal(desk.window.rect().center()))
    desk.wait(lambda: QApplication.activePopupWidget() is menu)
    tools = [action.text() for action in menu.actions() if action.menu() is not None]
    assert tools[:3] == ["Token", "Web request", "Git"]
    assert menu.actions()[-1].text() == "Copy identifiers only"

    for _tool in range(tools.index("Maven") + 1):
        QTest.keyClick(menu.windowHandle(), Qt.Key.Key_Down)
    QTest.keyClick(menu.windowHandle(), Qt.Key.Key_Right)
    desk.wait(lambda: popup().title() == "Maven")
    QTest.keyClick(popup().windowHandle(), Qt.Key.Key_Return)
    desk.wait(lambda: desk.clipboard.holding and not desk.runner.active)

    assert QGuiApplication.clipboard().text().startswith("<settings>")


def test_drop_down_has_a_name_for_screen_readers(desk: Desk) -> None:
    button = desk.window.connection_page.copy_as
    assert button.accessibleName() == "Copy in another form"
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
