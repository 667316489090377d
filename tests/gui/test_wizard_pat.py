"""The wizard for a personal access token, by keyboard alone."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLineEdit

from desktop_app.core.profile import Method
from tests.gui.driving import Desk
from tests.gui.looking import assert_nowhere, inspect_page, visible_words


def test_token_becomes_a_connection(desk: Desk) -> None:
    token = desk.world.pat()
    desk.start(Method.PAT)
    assert desk.keyboard.focus is desk.editor("organization")
    inspect_page(desk)
    desk.fill("organization", "contoso")
    desk.go_on("CreateTokenPage")
    inspect_page(desk)
    desk.go_on("TokenPage")
    desk.fill("token", token)
    inspect_page(desk, [token])
    desk.go_on("ChecksPage")
    desk.checked()
    inspect_page(desk, [token])
    assert desk.rows() == {
        "Reach the organization": "passed. contoso answered.",
        "Know who it acts as": "passed. It acts as admin@contoso.example.",
        "Read projects": "passed. Listed 14 projects.",
        "Read variable groups": "passed. Reading them in Billing was allowed.",
        "Read releases": "passed. Reading them in Billing was allowed.",
        "Read service connections": "passed. Reading them in Billing was allowed.",
    }
    desk.go_on("NamePage")
    desk.fill("name", "Release pipeline")
    inspect_page(desk, [token])
    desk.go_on("DonePage")
    inspect_page(desk, [token])
    assert "Connection created" in visible_words(desk.wizard)
    assert "Your Azure DevOps connection is now available for use." in visible_words(desk.wizard)
    desk.finish()
    profile = desk.window.profile
    assert profile is not None
    assert (profile.name, profile.organization) == ("Release pipeline", "contoso")
    assert profile.account == "admin@contoso.example"
    assert profile in desk.world.connections.load()
    assert_nowhere([token])


def test_enter_alone_leads_from_page_to_page(desk: Desk) -> None:
    desk.start(Method.PAT)
    desk.keyboard.type("contoso")
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.arrive("CreateTokenPage")
    desk.keyboard.go_to(desk.next_button)
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.arrive("TokenPage")
    desk.keyboard.type(desk.world.pat())
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.arrive("ChecksPage")
    desk.checked()
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.arrive("NamePage")
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.arrive("DonePage")
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.wait(lambda: desk.window.wizard is None)
    assert [profile.name for profile in desk.world.connections.load()] == ["contoso"]


def test_token_page_can_be_opened_and_its_address_copied(desk: Desk) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    desk.go_on("CreateTokenPage")
    address = desk.world.practice_cloud.cloud.token_page_url("contoso")
    desk.keyboard.push(desk.page.open)
    assert desk.opened_urls == [address]
    desk.keyboard.push(desk.page.copy)
    assert QGuiApplication.clipboard().text() == address


def test_scopes_can_be_ticked_off(desk: Desk) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    desk.go_on("CreateTokenPage")
    boxes = desk.page.findChildren(QCheckBox)
    assert {box.objectName() for box in boxes} == {
        "scope-vso.variablegroups_manage",
        "scope-vso.release_execute",
        "scope-vso.project",
        "scope-vso.serviceendpoint_query",
    }
    for box in boxes:
        desk.keyboard.push(box)
    assert all(box.isChecked() for box in boxes)


def test_back_keeps_what_was_typed(desk: Desk) -> None:
    token = desk.world.pat()
    desk.check_pat(token)
    desk.go_back("TokenPage")
    desk.fill("ends", "2030-01-31")
    desk.go_back("CreateTokenPage")
    desk.go_back("OrganizationPage")
    organization = desk.editor("organization")
    assert isinstance(organization, QLineEdit)
    assert organization.text() == "contoso"
    desk.go_on("CreateTokenPage")
    desk.go_on("TokenPage")
    typed, ends = desk.editor("token"), desk.editor("ends")
    assert isinstance(typed, QLineEdit)
    assert isinstance(ends, QLineEdit)
    assert (typed.text() == token, ends.text()) == (True, "2030-01-31")


def test_quick_pick_and_calendar_set_the_expiry_date(desk: Desk) -> None:
    desk.go_to_details(Method.PAT)
    ends = desk.editor("ends")
    assert isinstance(ends, QLineEdit)
    page = desk.page
    desk.keyboard.push(page.ends.calendar_button)
    desk.keyboard.press(Qt.Key.Key_Right)
    desk.keyboard.press(Qt.Key.Key_Return)
    today = date.today()  # noqa: DTZ011 - the admin's own day
    assert (date.fromisoformat(ends.text()) - today).days == 1
    assert desk.keyboard.focus is ends


def test_token_can_be_looked_at(desk: Desk) -> None:
    token = desk.world.pat()
    desk.go_to_details(Method.PAT)
    desk.fill("token", token)
    editor = desk.editor("token")
    assert isinstance(editor, QLineEdit)
    assert set(editor.displayText()).isdisjoint(token)
    desk.keyboard.push(desk.page.token.eye)
    assert editor.displayText() == token
    desk.keyboard.push(desk.page.token.eye)
    assert set(editor.displayText()).isdisjoint(token)
