"""Sign-ins that go another way: through the person's browser, to a refusal, to nowhere, and a second time."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import pytest
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit

from tests.e2e import ways
from tests.e2e.people import EmbeddedPage, OwnBrowser
from tests.e2e.program import Program, child, click, wait_until
from tests.e2e.witness import Witness
from tests.unit.practice.visitor import ADMIN, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.keyring]

Start = Callable[[], Program]


def start_in_browser(program: Program, witness: Witness, app: str = "desktop") -> None:
    ways.open_sign_in(program, witness, app).press("signInBrowser")


@pytest.mark.parametrize("app", ["desktop", "web"])
def test_own_browser_completes_a_sign_in_that_began_in_the_window(
    start: Start, witness: Witness, own_browser: OwnBrowser, app: str
) -> None:
    program = start()
    start_in_browser(program, witness, app)
    program.go_through_checks_and_save("Through my browser")
    assert program.copy_token()
    own_browser.close()
    assert own_browser.opened == [witness.cloud.cloud.login]
    assert own_browser.last_page is not None
    assert "You can close this page" in own_browser.last_page.text
    program.close()
    assert start().copy_token()
    assert "refresh_token" in witness.grants


def test_answer_with_a_wrong_state_is_ignored_until_the_right_one_comes(
    start: Start, witness: Witness, own_browser: OwnBrowser
) -> None:
    refused: list[int] = []

    def slip_in(visitor: Visitor, redirect: str) -> None:
        address = urlsplit(redirect)
        for query in ({"code": "slipped-in-code", "state": "wrong"}, {"code": "slipped-in-code"}):
            refused.append(visitor.get(address._replace(query=urlencode(query)).geturl()).status_code)

    own_browser.before_answer = slip_in
    program = start()
    start_in_browser(program, witness)
    program.reach("ChecksPage")
    own_browser.close()
    assert refused == [404, 404]
    assert witness.grants == ["authorization_code"]


def test_declined_consent_in_the_own_browser_is_explained(
    start: Start, witness: Witness, own_browser: OwnBrowser
) -> None:
    own_browser.answer = "cancel"
    program = start()
    start_in_browser(program, witness)
    assert "The permissions were not accepted" in program.panel().title.text()
    assert not child(program.page, QFrame, "waitingForBrowser").isVisible()
    assert witness.grants == []


def test_declined_consent_is_explained_and_a_new_try_can_be_accepted(start: Start, witness: Witness) -> None:
    program = start()
    page = ways.open_sign_in(program, witness)
    page.sign_in(answer="Cancel")
    panel = program.panel()
    assert "The permissions were not accepted" in panel.title.text()
    assert "press Accept" in panel.paragraphs[2].text()
    click(panel.action_button)
    page.sign_in()
    program.reach("ChecksPage")


def test_unknown_client_id_is_explained_beside_microsofts_page_and_leads_back_to_the_field(
    start: Start, witness: Witness
) -> None:
    program = start()
    ways.open_oauth_details(program)
    program.type_in("client_id", witness.cloud.directory.tenant("fabrikam").id)
    program.press_next()
    program.reach("SignInPage")
    panel = program.panel()
    assert "The app is not known in this tenant" in panel.title.text()
    assert "700016" in panel.details.toPlainText()
    EmbeddedPage(program).wait_for("AADSTS700016")
    click(panel.action_button)
    program.reach("OAuthDetailsPage")
    program.type_in("client_id", witness.cloud.directory.app("desktop").client_id)
    program.press_next()
    EmbeddedPage(program).sign_in()
    program.reach("ChecksPage")


def test_redirect_uri_that_is_not_registered_is_explained(start: Start, witness: Witness) -> None:
    program = start()
    ways.open_oauth_details(program)
    program.type_in("client_id", witness.cloud.directory.app("desktop").client_id)
    program.type_in("redirect_uri", f"{witness.cloud.cloud.login}/common/oauth2/native")
    program.press_next()
    program.reach("SignInPage")
    assert "The redirect URI is not registered" in program.panel().title.text()
    assert "50011" in program.panel().details.toPlainText()
    assert witness.grants == []


def test_answer_with_a_wrong_state_ends_the_embedded_sign_in_before_its_code_is_used(
    start: Start, witness: Witness
) -> None:
    program = start()
    page = ways.open_sign_in(program, witness)
    page.wait_for("Pick an account")
    page.go_to(f"{witness.cloud.cloud.native_redirect_uri}?code=slipped-in-code&state=wrong")
    assert "The answer did not belong to this sign-in" in program.panel().title.text()
    assert witness.grants == []


@pytest.mark.parametrize("in_browser", [False, True], ids=["embedded", "own browser"])
def test_cancel_in_the_middle_of_a_sign_in_leaves_nothing(
    start: Start,
    witness: Witness,
    own_browser: OwnBrowser,
    keyring_items: Callable[[], list[str]],
    in_browser: bool,
) -> None:
    program = start()
    page = ways.open_sign_in(program, witness)
    page.wait_for("Pick an account")
    if in_browser:
        own_browser.stays_at_first_page = True
        page.press("signInBrowser")
        wait_until(lambda: own_browser.opened, "the browser")
    program.press_cancel()
    assert program.window.wizard is None
    wait_until(lambda: program.runner.active == 0, "the end of the task")
    assert program.window.first_run.isVisible()
    assert keyring_items() == []
    assert program.connections.load() == ()
    assert witness.grants == []
    ways.open_sign_in(program, witness).sign_in()
    program.reach("ChecksPage")


def test_back_from_the_sign_in_keeps_what_was_typed(start: Start, witness: Witness) -> None:
    program = start()
    ways.open_sign_in(program, witness, "web").wait_for("Pick an account")
    program.press_back()
    program.reach("OAuthDetailsPage")
    registration = witness.cloud.directory.app("web")
    assert child(program.page, QLineEdit, "client_idField").text() == registration.client_id
    assert bool(child(program.page, QLineEdit, "client_secretField").text())
    program.press_next()
    EmbeddedPage(program).sign_in()
    program.reach("ChecksPage")


def test_second_sign_in_begins_without_cookies_of_the_first(start: Start, witness: Witness) -> None:
    program = start()
    ways.open_sign_in(program, witness).sign_in()
    program.go_through_checks_and_save("First")
    assert witness.cookies_of("/authorize") == [False]
    assert witness.cookies_of("/login") == [True], "within one sign-in cookies work"
    page = ways.open_sign_in(program, witness)
    page.wait_for("Pick an account")
    assert witness.cookies_of("/authorize") == [False, False]
    page.click("Contoso Administrator")  # has consented already
    program.reach("ChecksPage")
    assert not any(witness.cookies_of("/token"))


def test_code_for_another_device_completes_a_sign_in_that_began_in_the_window(
    start: Start, witness: Witness, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.practice.entra_consent._POLL_INTERVAL_S", 1)
    program = start()
    page = ways.open_sign_in(program, witness)
    page.wait_for("Pick an account")
    page.press("signInCode")
    letters = child(program.page, QLabel, "deviceCodeLetters")
    wait_until(lambda: letters.text() != "", "the code")
    phone = visitor()
    picker = phone.post(f"{witness.cloud.cloud.login}/devicelogin", {"otc": letters.text()})
    phone.answer(phone.choose(picker, ADMIN), "accept")
    program.go_through_checks_and_save("Through my phone")
    assert program.copy_token()
    program.close()
    assert start().copy_token()
    assert "refresh_token" in witness.grants
