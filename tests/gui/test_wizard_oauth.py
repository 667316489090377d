"""The wizard for OAuth, by keyboard alone; the person at the sign-in pages is scripted."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLineEdit

from desktop_app.app.guidance_index import guidance_for
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method
from desktop_app.main import _browser_surface
from tests.fakes.scripted_sign_in import ScriptedSignIn
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import assert_nowhere, inspect_page, visible_words
from tests.gui.signing_in import LOOPBACK, NobodyThere, browser_of, forbid_the_view, script_the_view
from tests.gui.world import World

ADMIN = "admin@contoso.example"
READER = "reader@contoso.example"


def fill_in(desk: Desk, app: str) -> str:
    """Fill in the details page for a seeded app; returns the app's secret."""
    tenant, client_id, secret = desk.world.app(app)
    desk.go_to_details(Method.OAUTH)
    desk.checked()
    assert desk.editor("tenant").property("text") == tenant
    desk.fill("client_id", client_id)
    if secret:
        desk.fill("client_secret", secret)
    desk.fill("redirect_uri", LOOPBACK)
    return secret


@pytest.mark.parametrize("app", ["web", "desktop"])
def test_sign_in_becomes_a_connection(desk: Desk, monkeypatch: pytest.MonkeyPatch, app: str) -> None:
    views = script_the_view(monkeypatch, ScriptedSignIn(desk.world.http, ADMIN))
    secret = fill_in(desk, app)
    inspect_page(desk, [secret])
    desk.keyboard.push(desk.next_button)
    desk.arrive("ChecksPage")
    desk.checked()
    inspect_page(desk, [secret])
    assert len(views) == 1
    assert all(said.startswith("passed.") for said in desk.rows().values())
    assert len(desk.rows()) == 8
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    inspect_page(desk, [secret])
    desk.finish()
    profile = desk.window.profile
    assert profile is not None
    assert (profile.account, profile.redirect_uri, profile.method) == (ADMIN, LOOPBACK, Method.OAUTH)
    assert_nowhere([secret])


def test_details_offer_the_addresses_of_a_redirect(desk: Desk) -> None:
    desk.go_to_details(Method.OAUTH)
    desk.checked()
    page = desk.page
    desk.keyboard.push(page._platform_pick)
    editor = desk.editor("redirect_uri")
    assert isinstance(editor, QLineEdit)
    assert desk.keyboard.focus is editor
    desk.keyboard.type("secrets.example.com")  # over the placeholder, which is selected
    assert editor.text() == "https://secrets.example.com/organization/app-connections/azure/oauth/callback"
    desk.keyboard.push(page._native_pick)
    assert editor.text() == desk.world.practice_cloud.cloud.native_redirect_uri


def test_registration_page_shows_how_to_make_an_app(desk: Desk) -> None:
    desk.start(Method.OAUTH)
    desk.fill("organization", "contoso")
    desk.go_on("RegistrationPage")
    inspect_page(desk)
    desk.keyboard.go_to(desk.page.have)
    desk.keyboard.press_down()
    assert desk.page.steps.isVisible()
    inspect_page(desk)


def test_view_that_can_not_run_leads_to_the_browser(
    make_world: Callable[..., World], open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_the_view(monkeypatch)
    world = make_world()
    world.browser_surface = browser_of(world.http, ADMIN)
    desk = open_desk(world)
    fill_in(desk, "web")
    desk.go_on("SignInPage")
    guidance = guidance_for(Problem.VIEW_UNAVAILABLE)
    assert guidance.title in visible_words(desk.page)
    assert desk.reason == "Sign in to go on."
    inspect_page(desk)
    desk.keyboard.push(desk.page.problem.action_button)
    desk.arrive("ChecksPage")
    desk.checked()
    assert desk.rows()["Know who it acts as"] == f"passed. It acts as {ADMIN}."
    assert len(desk.opened_urls) == 1
    assert desk.opened_urls[0].startswith(world.practice_cloud.cloud.login)


def test_browser_instead_of_the_view(
    make_world: Callable[..., World], open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = script_the_view(monkeypatch, NobodyThere())
    world = make_world()
    world.browser_surface = browser_of(world.http, ADMIN)
    desk = open_desk(world)
    fill_in(desk, "web")
    desk.go_on("SignInPage")
    assert desk.reason == "Finish the sign-in above to go on."
    desk.keyboard.push(desk.button("signInBrowser", desk.page))
    desk.arrive("ChecksPage")
    desk.checked()
    assert views[0].cancelled
    assert desk.next_button.isEnabled()


def test_browser_that_can_not_be_opened_is_explained(
    make_world: Callable[..., World], open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_the_view(monkeypatch)
    world = make_world()
    world.browser_surface = _browser_surface
    desk = open_desk(world)
    desk.has_browser = False
    fill_in(desk, "web")
    desk.go_on("SignInPage")
    desk.keyboard.push(desk.page.problem.action_button)
    title = guidance_for(Problem.LOOPBACK_UNAVAILABLE).title
    desk.wait(lambda: title in visible_words(desk.page))
    assert not desk.page.waiting.isVisible()
    assert not desk.page.busy


def test_declined_consent_is_explained_and_can_be_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    http = desk.world.http
    script_the_view(monkeypatch, ScriptedSignIn(http, ADMIN, accepts=False), ScriptedSignIn(http, ADMIN))
    fill_in(desk, "web")
    desk.go_on("SignInPage")
    desk.checked()
    assert guidance_for(Problem.CONSENT_DECLINED).title in visible_words(desk.page)
    assert not desk.next_button.isEnabled()
    inspect_page(desk)
    desk.keyboard.push(desk.page.problem.action_button)
    desk.arrive("ChecksPage")


def test_redirect_that_is_not_registered_leads_back_to_its_field(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    script_the_view(monkeypatch, ScriptedSignIn(desk.world.http, ADMIN))
    fill_in(desk, "web")
    desk.fill("redirect_uri", "https://elsewhere.example.com/callback")
    desk.go_on("SignInPage")
    desk.checked()
    assert guidance_for(Problem.REDIRECT_URI_MISMATCH).title in visible_words(desk.page)


def test_sign_in_counts_until_a_value_changes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    http = desk.world.http
    views = script_the_view(monkeypatch, ScriptedSignIn(http, ADMIN), ScriptedSignIn(http, READER))
    fill_in(desk, "web")
    desk.keyboard.push(desk.next_button)
    desk.arrive("ChecksPage")
    desk.checked()
    desk.go_back("SignInPage")
    assert f"You are signed in as {ADMIN}." in visible_words(desk.page)
    inspect_page(desk)
    desk.go_back("OAuthDetailsPage")
    desk.fill("tenant", "contoso.example")
    desk.keyboard.push(desk.next_button)
    desk.arrive("ChecksPage")
    desk.checked()
    assert len(views) == 2
    assert desk.rows()["Know who it acts as"] == f"passed. It acts as {READER}."


def test_another_account_can_sign_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    http = desk.world.http
    script_the_view(monkeypatch, ScriptedSignIn(http, READER), ScriptedSignIn(http, ADMIN))
    fill_in(desk, "web")
    desk.keyboard.push(desk.next_button)
    desk.arrive("ChecksPage")
    desk.checked()
    desk.go_back("SignInPage")
    desk.keyboard.push(desk.page.signed_in.button)
    desk.arrive("ChecksPage")
    desk.checked()
    assert desk.rows()["Know who it acts as"] == f"passed. It acts as {ADMIN}."


def test_environment_fills_in_the_app(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    world = make_world()
    _tenant, client_id, secret = world.app("web")
    world.environment = {
        "INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_ID": client_id,
        "INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_SECRET": secret,
    }
    desk = open_desk(world)
    desk.go_to_details(Method.OAUTH)
    desk.checked()
    typed = desk.editor("client_secret")
    assert isinstance(typed, QLineEdit)
    assert desk.editor("client_id").property("text") == client_id
    assert (typed.text() == secret) is True
    assert "INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_ID" in visible_words(desk.page)
    assert_nowhere([secret])
    assert desk.next_button.isEnabled()


def test_environment_of_another_method_is_left_alone(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    world = make_world()
    world.environment = {"INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_ID": world.app("web")[1]}
    desk = open_desk(world)
    desk.go_to_details(Method.CLIENT_SECRET)
    assert desk.editor("client_id").property("text") == ""
