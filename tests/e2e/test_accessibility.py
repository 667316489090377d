"""The program as it is for someone who does not see it: every wizard through the accessibility interface alone.

The real process on a display and a bus of its own; each thing is found by its visible label, and every page is audited
on the way.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from desktop_app.core.profile import Method
from desktop_app.practice.seed import seeded_directory
from tests.e2e.audit import faults_of
from tests.e2e.desktop_session import desktop, program_on
from tests.e2e.listener import BOX, CHOICE, CHOOSER, ENTRY, MENU_ITEM, PRACTICE_VALUES, Listener
from tests.e2e.program import Program

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is the accessibility interface of Linux"),
]

MAIN = "Practice cloud — ADO Connect"
WIZARD = "New connection"
TOKENS = "Personal access tokens"
PASSWORD = 40  # AtspiRole ATSPI_ROLE_PASSWORD_TEXT


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    """Someone at a desktop without a keyring, in the practice program, with the values to paste open."""
    with desktop(tmp_path) as environment, program_on(environment, "--practice") as bus:
        person = Listener(bus, MAIN)
        assert faults_of(person) == []
        person.press("Keep secrets for this run only")
        person.press("Values to paste")
        person.turn_to(PRACTICE_VALUES)
        person.turn_to()
        yield person


def on_page(listener: Listener, title: str, step: str) -> None:
    """Wait for a page of the wizard, which says its title and where one stands, and audit it."""
    listener.turn_to(WIZARD)
    listener.read(title)
    listener.heard(title)
    assert listener.read("Step ").endswith(step)
    assert faults_of(listener) == []


def save_as(listener: Listener, name: str, step: str) -> None:
    """From the checks that passed to the new connection's own page."""
    listener.press("Continue")
    on_page(listener, "What shall it be called?", step)
    listener.enter("Connection name", name)
    listener.press("Save connection")
    on_page(listener, "Connection created", step)
    assert all(": passed" in row for row in listener.rows("Checks"))
    listener.press("Done")
    listener.wait_until_gone(WIZARD)
    listener.read(name)
    assert faults_of(listener) == []


def copied_token(listener: Listener) -> str:
    """Press Copy token and paste into the search field, the only one at hand."""
    listener.press("Copy token")
    listener.heard("Token copied")
    assert "Cleared from the clipboard in" in listener.read("Token copied")
    search = listener.find("Search connections", ENTRY)
    search.paste()
    return listener.wait(lambda: search.text, "the pasted token")


def test_a_personal_access_token_becomes_a_connection(listener: Listener) -> None:
    listener.press("Connect with a token")
    on_page(listener, "Which organization?", "Organization")
    listener.enter("Organization", "con toso")
    field = listener.find("Organization", ENTRY)
    assert field.description.startswith("An organization's name has no spaces.")
    listener.enter("Organization", "contoso")
    listener.press("Continue")

    on_page(listener, "Create the token in Azure DevOps", "Create the token")
    scope = listener.find("Variable Groups", BOX)
    assert scope.description == "Read, create & manage"
    scope.act()
    listener.wait(lambda: "checked" in scope.states, "a ticked box")
    listener.press("I have the token")

    on_page(listener, "Paste the token", "Paste it")
    listener.bring(TOKENS, "Personal access token that has expired", "Personal access token")
    listener.press("30 days")
    field = listener.find("Expiry date", ENTRY)
    assert "yyyy-mm-dd" in field.description
    in_30_days = datetime.now().astimezone().date() + timedelta(days=30)
    assert listener.wait(lambda: field.text, "a date") == in_30_days.isoformat()
    listener.press("Check")

    on_page(listener, "Does it work?", "Checks")
    advice = listener.read("What to do now:").removeprefix("What to do now: ")
    assert listener.heard("The personal access token has expired").endswith(advice)
    assert any(": failed" in row for row in listener.rows("Checks"))
    assert faults_of(listener) == []
    listener.press("Details", BOX)
    assert listener.find("Technical details", ENTRY).text
    listener.press("Back")

    on_page(listener, "Paste the token", "Paste it")
    listener.bring(TOKENS, "Personal access token with all four scopes", "Personal access token")
    listener.press("Check")
    listener.heard("The checks are done.")
    assert len(listener.rows("Checks")) == 6
    save_as(listener, "By its labels", "Finish")

    listener.press("Rename")
    listener.turn_to("Rename connection")
    assert faults_of(listener) == []
    listener.enter("Connection name", "By ear")
    listener.press("Rename")
    listener.wait_until_gone("Rename connection")
    listener.wait(lambda: listener.rows("Connections")[0].startswith("By ear, contoso, Personal"), "the new name")
    listener.press("Remove")
    listener.turn_to("Remove connection")
    assert faults_of(listener) == []
    listener.press("Keep it")
    listener.wait_until_gone("Remove connection")

    expected = seeded_directory(datetime.now(UTC)).pat("four-scopes").value
    assert copied_token(listener) == expected.reveal()


def test_a_client_secret_becomes_a_connection(listener: Listener) -> None:
    app, ours = "App for the method “Client secret”", "of the app for the method “Client secret”"
    listener.press("Connect with a client secret")
    on_page(listener, "Which organization?", "Organization")
    listener.enter("Organization", "contoso")
    listener.press("Continue")

    on_page(listener, "The app registration", "App registration")
    listener.press("Show me how to make one", CHOICE)
    listener.find("Copy Permission 4: vso.variablegroups_write")
    assert faults_of(listener) == []
    listener.press("Continue")

    on_page(listener, "Add the app to the organization", "Add the app")
    listener.press("The app is added")

    on_page(listener, "Details of the app", "Details")
    tenant = listener.find("Directory (tenant) ID", ENTRY)
    listener.wait(lambda: tenant.text, "the organization's tenant")
    listener.wait(lambda: tenant.description.startswith("Found from the organization"), "where the tenant is from")
    listener.bring(app, f"Application (client) ID {ours}", "Application (client) ID")
    listener.bring(app, f"Application (client) ID {ours}", "Client secret")
    secret = listener.find("Client secret", ENTRY)
    listener.wait(lambda: "ID" in secret.description, "a word about the pasted ID")
    listener.bring(app, f"Client secret {ours}", "Client secret")
    assert secret.role_number == PASSWORD
    assert set(secret.text) <= {"●"}, "a hidden secret is read out"
    listener.bring(app, f"Expiry date of the secret {ours}", "Expiry date of the secret")
    listener.press("Check")

    on_page(listener, "Does it work?", "Checks")
    listener.heard("The checks are done.")
    assert len(listener.rows("Checks")) == 8
    save_as(listener, "Nightly", "Finish")
    assert copied_token(listener).count(".") == 2


def test_signing_in_on_the_embedded_page(listener: Listener) -> None:
    app = "App for OAuth, without a secret"
    listener.press("Connect with OAuth")
    on_page(listener, "Which organization?", "Organization")
    listener.press("Advanced", BOX)
    listener.find("Cloud", CHOOSER)
    assert faults_of(listener) == []
    listener.enter("Organization", "contoso")
    listener.press("Continue")
    on_page(listener, "The app registration", "App registration")
    listener.press("Show me how to make one", CHOICE)
    listener.find("Copy Redirect URI for a secrets platform")
    assert faults_of(listener) == []
    listener.press("Continue")
    on_page(listener, "Details of the app", "Details")
    tenant = listener.find("Directory (tenant) ID", ENTRY)
    listener.wait(lambda: tenant.text, "the organization's tenant")
    listener.bring(app, "Application (client) ID of the app for OAuth without a secret", "Application (client) ID")
    listener.press("Sign in")

    on_page(listener, "Sign in", "Sign in")
    listener.press_on_web_page("Contoso Administrator")
    listener.press_on_web_page("Accept")

    on_page(listener, "Does it work?", "Checks")
    listener.heard("The checks are done.")
    save_as(listener, "Signed in", "Finish")
    assert copied_token(listener).count(".") == 2


def test_menus_and_dialogs_say_what_they_are(listener: Listener) -> None:
    listener.press("Help me choose")
    listener.turn_to("Help me choose")
    assert faults_of(listener) == []
    listener.press("On a server of our own", CHOICE)
    assert listener.read("We recommend") == "We recommend a personal access token."
    listener.press("Cancel")
    listener.wait_until_gone("Help me choose")

    listener.turn_to(PRACTICE_VALUES)
    assert faults_of(listener) == []
    listener.turn_to()
    listener.press("Help", MENU_ITEM)
    listener.press("About ADO Connect", MENU_ITEM)
    listener.turn_to("About")
    assert faults_of(listener) == []
    listener.press("Close")
    listener.wait_until_gone("About")


@pytest.mark.keyring
@pytest.mark.parametrize("method", list(Method))
def test_what_is_heard_holds_what_is_seen(start: Callable[[], Program], method: Method) -> None:
    """Whoever speaks to the computer says the words on a button (WCAG 2.5.3, label in name)."""
    program = start()
    program.window.new_connection(method)

    buttons = [button for place in (program.window, program.wizard) for button in place.findChildren(QAbstractButton)]
    named = {label.text(): label.buddy() for label in program.wizard.findChildren(QLabel) if label.buddy() is not None}

    seen = {button: button.text().replace("&", "") for button in buttons if button.accessibleName()}
    assert [name for button, name in seen.items() if name not in button.accessibleName()] == []
    assert [label for label, box in named.items() if label.casefold() not in box.accessibleName().casefold()] == []
