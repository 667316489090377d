"""Every wizard judges what is typed while it is typed: a sentence beside the field, and the way on with its reason."""

import base64
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop_app.app.words import fault_words, note_words
from desktop_app.core.inputs import InputFault, InputNote
from desktop_app.core.profile import Method
from tests.gui.driving import Desk
from tests.gui.looking import assert_nowhere, visible_words

GUID = "11112222-bbbb-3333-cccc-4444dddd5555"
ATTENTION = "“{label}” needs your attention before you can go on."


def a_jwt() -> str:
    """A sign-in token that nobody issued, put together here so that no file holds one."""
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256"}, {"aud": "devops"})]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in [*parts, b"signature"])


def assert_refused(desk: Desk, name: str, typed: str, fault: InputFault) -> None:
    """The field says why, the way on is barred and says why, and what was typed still stands there."""
    editor = desk.editor(name)
    assert isinstance(editor, QLineEdit)
    assert desk.says(name) == fault_words(fault)
    assert fault_words(fault) in editor.accessibleDescription()
    assert not desk.next_button.isEnabled()
    assert desk.reason.endswith("to go on.") or desk.reason.endswith("before you can go on.")
    assert editor.text() == typed
    before = desk.page
    desk.keyboard.press(Qt.Key.Key_Return)
    assert desk.page is before


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("my project", InputFault.ORGANIZATION_SPACES),
        ("a" * 51, InputFault.ORGANIZATION_TOO_LONG),
        ("contoso_dev", InputFault.ORGANIZATION_CHARACTERS),
        ("https://github.com/contoso/web", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://dev.azure.com/", InputFault.ORGANIZATION_NOT_IN_URL),
    ],
)
def test_organization_that_can_not_be(desk: Desk, typed: str, fault: InputFault) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", typed)
    assert_refused(desk, "organization", typed, fault)


@pytest.mark.parametrize("method", Method)
def test_empty_organization_is_asked_for_only_when_it_is_left(desk: Desk, method: Method) -> None:
    desk.start(method)
    assert desk.says("organization") == ""
    assert not desk.next_button.isEnabled()
    assert desk.reason == "Enter your organization to go on."
    desk.keyboard.press(Qt.Key.Key_Tab)
    assert desk.says("organization") == fault_words(InputFault.EMPTY)


@pytest.mark.parametrize(
    "pasted",
    [
        "https://dev.azure.com/contoso/Web%20Shop",
        "https://contoso@dev.azure.com/contoso/Web/_git/Web",
        "git@ssh.dev.azure.com:v3/contoso/Web/Web",
        "https://contoso.visualstudio.com/DefaultCollection/Web",
    ],
)
def test_address_becomes_the_organization_with_a_note(desk: Desk, pasted: str) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", pasted)
    assert desk.says("organization") == note_words(InputNote.ORGANIZATION_FROM_URL, "contoso")
    assert desk.reason == ""
    desk.go_on("CreateTokenPage")
    assert "Open the token page of contoso" in visible_words(desk.wizard)
    desk.go_back("OrganizationPage")
    editor = desk.editor("organization")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == pasted


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: "not-a-token", InputFault.PAT_SHAPE),
        (lambda: GUID, InputFault.PAT_IS_GUID),
        (a_jwt, InputFault.PAT_IS_JWT),
        (lambda: f"Bearer {a_jwt()}", InputFault.PAT_HAS_SCHEME),
        (lambda: f"{'a' * 30} {'b' * 21}", InputFault.PAT_HAS_BLANKS),
    ],
    ids=["shape", "guid", "jwt", "bearer", "blanks-inside"],
)
def test_text_that_is_no_token(desk: Desk, make: Callable[[], str], fault: InputFault) -> None:
    typed = make()
    desk.go_to_details(Method.PAT)
    assert desk.reason == "Paste the token to go on."
    desk.fill("token", typed)
    assert_refused(desk, "token", typed, fault)
    assert desk.reason == ATTENTION.format(label="Personal access token")
    assert_nowhere([typed])


def test_blanks_around_a_token_are_left_out_with_a_note(desk: Desk) -> None:
    desk.go_to_details(Method.PAT)
    desk.fill("token", f"  {desk.world.pat()} ")
    assert desk.says("token") == note_words(InputNote.BLANKS_REMOVED, "")
    desk.go_on("ChecksPage")
    desk.checked()
    assert desk.next_button.isEnabled()


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ((date.today() - timedelta(days=2)).isoformat(), InputFault.EXPIRY_PAST),  # noqa: DTZ011 - the admin's day
        ("31.12.2030", InputFault.EXPIRY_SHAPE),
    ],
)
def test_expiry_that_can_not_be(desk: Desk, typed: str, fault: InputFault) -> None:
    desk.go_to_details(Method.PAT)
    desk.fill("token", desk.world.pat())
    desk.fill("ends", typed)
    assert_refused(desk, "ends", typed, fault)
    assert desk.reason == ATTENTION.format(label="Expiry date")


def test_expiry_of_a_secret_in_the_past(desk: Desk) -> None:
    _tenant, client_id, secret = desk.world.app("automation")
    desk.go_to_details(Method.CLIENT_SECRET)
    desk.wait(lambda: not desk.page.busy)
    desk.fill("client_id", client_id)
    desk.fill("client_secret", secret)
    desk.fill("ends", "2020-01-31")
    assert_refused(desk, "ends", "2020-01-31", InputFault.EXPIRY_PAST)


@pytest.mark.parametrize("method", [Method.OAUTH, Method.CLIENT_SECRET])
@pytest.mark.parametrize(
    ("name", "typed", "fault"),
    [
        ("tenant", "contoso", InputFault.TENANT_SHAPE),
        ("tenant", "common", InputFault.TENANT_SHARED),
        ("client_id", "contoso-app", InputFault.CLIENT_ID_SHAPE),
        ("client_secret", GUID, InputFault.SECRET_IS_ID),
        ("client_secret", "two words", InputFault.SECRET_HAS_BLANKS),
    ],
)
def test_app_details_that_can_not_be(desk: Desk, method: Method, name: str, typed: str, fault: InputFault) -> None:
    good = dict(zip(("tenant", "client_id", "client_secret"), desk.world.app("web"), strict=True))
    desk.go_to_details(method)
    for other, value in good.items():
        desk.fill(other, typed if other == name else value)
    desk.keyboard.go_to(desk.editor(name))
    assert_refused(desk, name, typed, fault)
    assert_nowhere([good["client_secret"]])
    desk.fill(name, good[name])
    assert desk.says(name) == ""
    assert desk.next_button.isEnabled()
    assert desk.reason == ""


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("http://secrets.example.com/callback", InputFault.REDIRECT_INSECURE),
        ("secrets.example.com/callback", InputFault.REDIRECT_SHAPE),
        ("https://<your-domain>/callback", InputFault.REDIRECT_SHAPE),
    ],
)
def test_redirect_uri_that_can_not_be(desk: Desk, typed: str, fault: InputFault) -> None:
    desk.go_to_details(Method.OAUTH)
    desk.wait(lambda: not desk.page.busy)
    desk.fill("client_id", GUID)
    desk.fill("redirect_uri", typed)
    assert_refused(desk, "redirect_uri", typed, fault)
    desk.fill("redirect_uri", "http://localhost:8080")
    assert desk.next_button.isEnabled()


@pytest.mark.parametrize(
    ("typed", "fault"),
    [("nightly  SYNC", InputFault.NAME_TAKEN), ("n" * 65, InputFault.NAME_TOO_LONG), ("   ", InputFault.EMPTY)],
)
def test_name_that_can_not_be(desk: Desk, typed: str, fault: InputFault) -> None:
    desk.world.save_pat("Nightly sync")
    desk.window.reload()
    desk.wait(lambda: desk.window.profile is not None)
    desk.keyboard.push(desk.button("newConnection"))
    desk.check_pat(desk.world.pat())
    desk.go_on("NamePage")
    desk.fill("name", typed)
    desk.keyboard.press(Qt.Key.Key_Tab)
    desk.keyboard.go_to(desk.editor("name"), backwards=True)
    assert_refused(desk, "name", typed, fault)
    assert len(desk.world.connections.load()) == 1


def test_suggested_name_is_a_free_one(desk: Desk) -> None:
    desk.world.save_pat("contoso")
    desk.window.reload()
    desk.wait(lambda: desk.window.profile is not None)
    desk.keyboard.push(desk.button("newConnection"))
    desk.check_pat(desk.world.pat())
    desk.go_on("NamePage")
    editor = desk.editor("name")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "contoso 2"
    assert desk.next_button.isEnabled()
