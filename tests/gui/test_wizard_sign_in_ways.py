"""The ways to sign in: whatever happens they are on screen, and each can be gone from the keyboard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget, QWizard

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.workspace import BrowserSurface
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.practice.state import opaque
from tests.fakes.scripted_sign_in import ScriptedSignIn
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import assert_nowhere, inspect_page, visible_words
from tests.gui.signing_in import LOOPBACK, NobodyThere, forbid_the_view, script_the_view
from tests.gui.world import World

ADMIN = "admin@contoso.example"


@pytest.fixture(autouse=True)
def _asked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The practice cloud wants to be asked every second, the least that can be said."""
    monkeypatch.setattr("desktop_app.practice.entra_consent._POLL_INTERVAL_S", 1)


def reach_sign_in(desk: Desk, app: str = "desktop") -> None:
    """Fill in the details page for a seeded app, and go on."""
    _tenant, client_id, secret = desk.world.app(app)
    desk.go_to_details(Method.OAUTH)
    desk.checked()
    desk.fill("client_id", client_id)
    if secret:
        desk.fill("client_secret", secret)
    desk.go_on("SignInPage")


def assert_ways(desk: Desk, *, here: bool = True) -> None:
    """Every way and Cancel are on screen, inside the window, and Tab reaches them."""
    wizard = desk.wizard
    wanted: list[QWidget] = [desk.button("signInBrowser", desk.page), desk.button("signInCode", desk.page)]
    if here:
        wanted.append(desk.button("signInHere", desk.page))
    wanted.append(wizard.button(QWizard.WizardButton.CancelButton))
    for button in wanted:
        assert button.isEnabled()
        assert not button.visibleRegion().isEmpty()
    assert {id(one) for one in wanted} <= {id(one) for one in desk.keyboard.chain()}


def use_code(desk: Desk) -> None:
    """Ask for a code, and wait for it."""
    desk.keyboard.push(desk.button("signInCode", desk.page))
    desk.wait(lambda: bool(desk.page.device.code.text()))


def test_a_code_for_another_device_becomes_a_sign_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    views = script_the_view(monkeypatch, NobodyThere())
    reach_sign_in(desk)
    assert_ways(desk, here=False)
    use_code(desk)
    assert views[0].cancelled
    assert desk.reason == "Finish the sign-in above to go on."
    assert_ways(desk)
    inspect_page(desk)
    card = desk.page.device
    desk.keyboard.push(card.copy_button)
    assert QGuiApplication.clipboard().text() == card.code.text()
    desk.keyboard.push(card.open_button)
    assert desk.opened_urls == [f"{desk.world.practice_cloud.cloud.login}/devicelogin"]
    ScriptedSignIn(desk.world.http, ADMIN).enter_code(desk.opened_urls[0], card.code.text())
    desk.arrive("ChecksPage")
    desk.checked()
    assert desk.rows()["Know who it acts as"] == f"passed. It acts as {ADMIN}."
    desk.go_back("SignInPage")
    assert f"You are signed in as {ADMIN}." in visible_words(desk.page)
    assert not card.isVisible()


def test_what_collects_the_tokens_is_not_on_screen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    words: list[str] = []
    monkeypatch.setattr("desktop_app.practice.entra_consent.opaque", lambda length: noted(words, opaque(length)))
    script_the_view(monkeypatch, NobodyThere())
    reach_sign_in(desk)
    use_code(desk)
    assert len(words) == 1
    assert_nowhere(words)
    desk.keyboard.push(desk.page.device.cancel_button)


def noted(words: list[str], word: str) -> str:
    words.append(word)
    return word


def test_a_code_can_be_cancelled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    script_the_view(monkeypatch, NobodyThere())
    reach_sign_in(desk)
    use_code(desk)
    desk.keyboard.push(desk.page.device.cancel_button)
    assert not desk.page.busy
    assert not desk.page.device.isVisible()
    assert desk.page.device.code.text() == ""
    assert desk.reason == "Sign in to go on."
    assert desk.keyboard.focus is desk.button("signInHere", desk.page)
    assert_ways(desk)


def test_an_app_that_gives_no_codes_is_explained(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    script_the_view(monkeypatch, NobodyThere())
    reach_sign_in(desk, "web")
    desk.keyboard.push(desk.button("signInCode", desk.page))
    desk.checked()
    assert guidance_for(Problem.DEVICE_CODE_NOT_ALLOWED).title in visible_words(desk.page)
    assert not desk.page.device.isVisible()
    assert_ways(desk)
    inspect_page(desk)


def test_a_new_code_after_the_old_one_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    script_the_view(monkeypatch, NobodyThere())
    reach_sign_in(desk)
    use_code(desk)
    first = desk.page.device.code.text()
    desk.page.stop()
    desk.page._failed(ConnectionProblem(Problem.DEVICE_CODE_ENDED))
    assert_ways(desk)
    assert desk.page.problem.action_button.text() == "Get a new code"
    desk.keyboard.push(desk.page.problem.action_button)
    desk.wait(lambda: desk.page.device.code.text() not in ("", first))
    desk.keyboard.push(desk.page.device.cancel_button)


def test_the_ways_stay_when_the_view_can_not_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_the_view(monkeypatch)
    reach_sign_in(desk)
    assert_ways(desk)


@pytest.mark.parametrize(
    "problem",
    [
        Problem.SIGN_IN_PAGE_BLANK,
        Problem.SIGN_IN_PAGE_STALLED,
        Problem.SIGN_IN_HOST_REFUSED,
        Problem.CERTIFICATE_UNTRUSTED,
        Problem.PROXY_AUTHENTICATION,
    ],
)
def test_the_ways_stay_when_the_page_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch, problem: Problem) -> None:
    script_the_view(monkeypatch, NobodyThere())
    reach_sign_in(desk)
    desk.page.stop()
    desk.page._failed(ConnectionProblem(problem, {"host": "login.example"}))
    assert_ways(desk)
    inspect_page(desk)


def test_the_ways_stay_while_the_browser_is_waited_for(
    make_world: Callable[..., World], open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    script_the_view(monkeypatch, NobodyThere(), ScriptedSignIn(world.http, ADMIN))
    world.browser_surface = deserted_browser
    desk = open_desk(world)
    reach_sign_in(desk)
    desk.keyboard.push(desk.button("signInBrowser", desk.page))
    assert desk.page.waiting.isVisible()
    assert_ways(desk)
    here = desk.button("signInHere", desk.page)
    desk.keyboard.push(here)
    desk.arrive("ChecksPage")
    desk.checked()


def test_the_ways_are_in_sight_in_the_smallest_window(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    script_the_view(monkeypatch, NobodyThere())
    reach_sign_in(desk)
    desk.wizard.resize(desk.wizard.minimumSize())
    desk.page._failed(ConnectionProblem(Problem.SIGN_IN_PAGE_BLANK, {"host": "login.example"}))
    assert_ways(desk)
    desk.page.stop()


def test_hosts_agreed_to_are_remembered_for_the_tenant(
    make_world: Callable[..., World], open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    script_the_view(monkeypatch, ScriptedSignIn(world.http, ADMIN))
    from desktop_app.gui import sign_in_view  # here: it loads the web engine

    make = sign_in_view.SignInView

    def agreeing(target: Any, **options: Any) -> object:  # SignInView's own
        options["remembered_hosts"].add("adfs.contoso.example")
        return make(target, **options)

    monkeypatch.setattr(sign_in_view, "SignInView", agreeing)
    desk = open_desk(world)
    reach_sign_in_at_once(desk)
    workspace = desk.window.workspace
    assert workspace is not None
    tenant = desk.world.app("desktop")[0]
    login = world.practice_cloud.cloud.login.removeprefix("https://").split(":")[0]
    assert workspace.remembered_hosts.of(f"{login}/{tenant}") == {"adfs.contoso.example"}


def reach_sign_in_at_once(desk: Desk) -> None:
    """Somebody signs in as soon as the page is reached."""
    _tenant, client_id, _secret = desk.world.app("desktop")
    desk.go_to_details(Method.OAUTH)
    desk.checked()
    desk.fill("client_id", client_id)
    desk.keyboard.push(desk.next_button)
    desk.arrive("ChecksPage")
    desk.checked()


class DesertedBrowser(NobodyThere):
    redirect_uri = LOOPBACK


@contextmanager
def deserted_browser(open_browser: Callable[[str], bool]) -> Iterator[BrowserSurface]:
    yield DesertedBrowser()
