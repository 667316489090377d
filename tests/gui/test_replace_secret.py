"""A new secret that is entered: checked, put in the old one's place, and the old one kept until that is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QDialog

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.words import fault_words
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.inputs import InputFault
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Profile
from desktop_app.practice import PracticeCloud
from desktop_app.practice.derivation import client_secret
from desktop_app.practice.directory import AppSecret
from desktop_app.practice.seed import ADMINISTRATOR
from tests.fakes.scripted_sign_in import ScriptedSignIn
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import (
    assert_everything_is_named,
    assert_nowhere,
    assert_tab_order_is_reading_order,
    inspect_page,
    visible_words,
)
from tests.gui.replacing import answer, choose_way, idle, notice, press_notice, save, saved_secret, show, slots
from tests.gui.signing_in import NobodyThere, script_the_view
from tests.gui.world import World

ADMIN = "admin@contoso.example"


@pytest.fixture
def practice_cloud() -> Iterator[PracticeCloud]:
    """One of its own: tokens are revoked in it."""
    with PracticeCloud(secret_delay_s=0.0) as cloud:
        yield cloud


def second_secret(world: World, key: str) -> str:
    """Somebody made another client secret in the portal."""
    value = client_secret(f"second/{key}")
    directory, app = world.practice_cloud.directory, world.practice_cloud.directory.app(key)
    now = datetime.now(UTC)
    made = AppSecret(Secret(value), now + timedelta(days=200), "5" * 8 + "-0000-4000-8000-" + "5" * 12, "Second", now)
    directory.replace_app(replace(app, secrets=(*app.secrets, made)))
    return value


def kinds(desk: Desk, profile: Profile) -> list[EventKind]:
    return [event.kind for event in desk.world.history.load(profile.id)]


def to_the_end(desk: Desk) -> None:
    """From the checks to the last page, and out."""
    desk.arrive("ChecksPage")
    desk.checked()
    desk.go_on("PutInPlacePage")
    inspect_page(desk)
    desk.go_on("DonePage")
    inspect_page(desk)
    desk.finish()


def replaced(desk: Desk, profile: Profile, token: str = "read-only") -> None:
    """Enter a new token and go through."""
    show(desk, profile)
    choose_way(desk, "Enter a new token…")
    desk.fill("token", desk.world.pat(token))
    desk.go_on("ChecksPage")
    to_the_end(desk)


# -- entering ---------------------------------------------------------------------------------------------------------


def test_new_token_takes_the_place_of_the_old_one_which_is_kept(desk: Desk) -> None:
    profile = desk.world.save_pat("Nightly sync", ends=datetime(2027, 1, 31, tzinfo=UTC).date())
    show(desk, profile)
    assert notice(desk) == ""
    choose_way(desk, "Enter a new token…")
    assert desk.wizard.windowTitle() == "Replace the token of Nightly sync"
    assert desk.editor("ends").property("text") == "", "the end of the old one says nothing of the new one"
    inspect_page(desk)
    desk.fill("token", desk.world.pat("read-only"))
    desk.go_on("ChecksPage")
    to_the_end(desk)
    assert saved_secret(desk.world, profile) == desk.world.pat("read-only")
    assert slots(desk.world) == {"", ".old"}
    assert "The old token is kept until you confirm." in notice(desk)
    assert kinds(desk, profile)[-1] is EventKind.REPLACED
    assert_everything_is_named(desk.window)
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)
    assert_nowhere([desk.world.pat(), desk.world.pat("read-only")])
    press_notice(desk, "keptOldLink")
    assert desk.opened_urls == [desk.world.practice_cloud.cloud.token_page_url("contoso")]


def test_a_replacement_needs_a_new_token(desk: Desk) -> None:
    show(desk, desk.world.save_pat("Nightly sync"))
    choose_way(desk, "Enter a new token…")
    idle(desk)
    assert not desk.next_button.isEnabled()
    assert desk.reason == "Paste the token to go on."
    desk.fill("token", desk.world.pat())
    assert desk.says("token") == fault_words(InputFault.SECRET_SAME)
    assert not desk.next_button.isEnabled()
    desk.fill("token", desk.world.pat("read-only"))
    assert desk.says("token") == ""
    assert desk.next_button.isEnabled()


@pytest.mark.parametrize("stage", ["TokenPage", "ChecksPage", "PutInPlacePage"])
def test_cancel_changes_nothing(desk: Desk, stage: str) -> None:
    profile = desk.world.save_pat("Nightly sync")
    show(desk, profile)
    choose_way(desk, "Enter a new token…")
    desk.fill("token", desk.world.pat("read-only"))
    for page in ("ChecksPage", "PutInPlacePage"):
        if desk.page.objectName() != stage:
            desk.go_on(page)
            desk.checked()
    desk.cancel()
    idle(desk)
    assert desk.window.wizard is None
    assert desk.world.connections.load() == (profile,)
    assert saved_secret(desk.world, profile) == desk.world.pat()
    assert slots(desk.world) == {""}
    assert notice(desk) == ""


def test_a_token_that_does_not_work_is_explained_and_replaces_nothing(desk: Desk) -> None:
    profile = desk.world.save_pat("Nightly sync")
    show(desk, profile)
    choose_way(desk, "Enter a new token…")
    desk.fill("token", desk.world.pat("expired"))
    desk.go_on("ChecksPage")
    desk.checked()
    assert not desk.next_button.isEnabled()
    assert guidance_for(Problem.PAT_EXPIRED).title in visible_words(desk.wizard)
    desk.cancel()
    assert saved_secret(desk.world, profile) == desk.world.pat()


def test_new_client_secret_takes_the_place_of_the_old_one(desk: Desk) -> None:
    profile = desk.world.save_client_secret("Nightly sync")
    old, new = saved_secret(desk.world, profile), second_secret(desk.world, "automation")
    show(desk, profile)
    choose_way(desk, "Enter a new secret…")
    assert desk.wizard.windowTitle() == "Replace the client secret of Nightly sync"
    desk.checked()
    idle(desk)
    assert desk.keyboard.focus is desk.editor("client_secret")
    inspect_page(desk, [old])
    desk.fill("client_secret", old)
    assert desk.says("client_secret") == fault_words(InputFault.SECRET_SAME)
    desk.fill("client_secret", new)
    desk.go_on("ChecksPage")
    to_the_end(desk)
    assert saved_secret(desk.world, profile) == new
    assert "The old client secret is kept until you confirm." in notice(desk)
    assert_nowhere([old, new])
    press_notice(desk, "keptOldLink")
    assert "Credentials" in desk.opened_urls[-1]


def test_new_client_secret_of_an_app_that_a_person_signs_in_to(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    script_the_view(monkeypatch, ScriptedSignIn(desk.world.http, ADMIN))
    profile = desk.world.save_oauth("My sign-in", key="web")
    new = second_secret(desk.world, "web")
    show(desk, profile)
    choose_way(desk, "Enter a new client secret of the app…")
    desk.checked()
    assert not desk.next_button.isEnabled()
    desk.fill("client_secret", new)
    desk.keyboard.push(desk.next_button)
    to_the_end(desk)
    assert saved_secret(desk.world, profile) == new
    assert slots(desk.world) >= {"", ".old"}
    assert kinds(desk, profile)[-1] is EventKind.REPLACED


def test_only_one_old_token_is_kept_and_that_is_said_before_another_is_entered(desk: Desk) -> None:
    replaced(desk, desk.world.save_pat("Nightly sync"))
    choose_way(desk, "Enter a new token…")
    assert desk.window.wizard is None
    assert guidance_for(Problem.OLD_SECRET_KEPT).title in visible_words(desk.window.connection_page)
    choose_way(desk, "Renew this token for me…")
    assert desk.window.findChild(QDialog, "renewalDialog") is None


def test_menu_of_the_window_leads_there_too(desk: Desk) -> None:
    show(desk, desk.world.save_pat("Nightly sync"))
    desk.window.actions_of_connection.replace()
    assert desk.wizard.windowTitle() == "Replace the token of Nightly sync"


# -- the old one ------------------------------------------------------------------------------------------------------


def test_old_token_is_put_back_after_it_was_tried_out(desk: Desk) -> None:
    profile = desk.world.save_pat("Nightly sync")
    replaced(desk, profile)
    press_notice(desk, "putOldBack")
    desk.world.practice_cloud.requests.clear()
    answer(desk, "putBackBox")
    assert saved_secret(desk.world, profile) == desk.world.pat()
    assert slots(desk.world) == {""}
    assert notice(desk) == ""
    assert kinds(desk, profile)[-1] is EventKind.PUT_BACK
    assert_nowhere([desk.world.pat(), desk.world.pat("read-only")])


def test_old_token_is_left_when_the_question_is_answered_so(desk: Desk) -> None:
    profile = desk.world.save_pat("Nightly sync")
    replaced(desk, profile)
    for button, box in (("putOldBack", "putBackBox"), ("forgetOld", "forgetBox")):
        press_notice(desk, button)
        answer(desk, box, yes=False)
    assert saved_secret(desk.world, profile) == desk.world.pat("read-only")
    assert slots(desk.world) == {"", ".old"}


def test_old_token_that_does_not_work_any_more_is_not_put_back(desk: Desk) -> None:
    profile = desk.world.save_pat("Nightly sync")
    replaced(desk, profile)
    desk.world.practice_cloud.directory.pat("four-scopes").revoked = True
    press_notice(desk, "putOldBack")
    answer(desk, "putBackBox")
    words = visible_words(desk.window.connection_page)
    assert "The old one was not put back: it does not work now" in words
    assert "the new one is still in use" in words
    assert guidance_for(Problem.CREDENTIAL_REJECTED).title in words
    assert saved_secret(desk.world, profile) == desk.world.pat("read-only")
    assert "kept until you confirm" in notice(desk)


def test_old_token_is_forgotten_once_that_is_confirmed(desk: Desk) -> None:
    profile = desk.world.save_pat("Nightly sync")
    replaced(desk, profile)
    press_notice(desk, "forgetOld")
    answer(desk, "forgetBox")
    assert slots(desk.world) == {""}
    assert notice(desk) == ""
    assert saved_secret(desk.world, profile) == desk.world.pat("read-only")
    assert kinds(desk, profile)[-1] is EventKind.OLD_REVOKED


def test_notice_belongs_to_its_connection(desk: Desk) -> None:
    other = desk.world.save_pat("Other")
    profile = desk.world.save_pat("Nightly sync")
    replaced(desk, profile)
    assert notice(desk)
    show(desk, other)
    assert notice(desk) == ""
    show(desk, profile)
    assert notice(desk)


def test_notice_is_there_after_a_restart(
    make_world: Callable[..., World], open_desk: OpenDesk, practice_cloud: PracticeCloud
) -> None:
    world = make_world()
    replaced(open_desk(world), world.save_pat("Nightly sync"))
    assert "kept until you confirm" in notice(open_desk(world))


# -- signing in again -------------------------------------------------------------------------------------------------


def test_sign_in_that_was_ended_is_done_again_with_the_same_account(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, open_desk: OpenDesk
) -> None:
    world, cloud = desk.world, desk.world.practice_cloud
    profile = world.save_oauth("My sign-in")
    person = ScriptedSignIn(world.http, ADMIN)
    script_the_view(monkeypatch, person)
    cloud.directory.revoke_sessions(ADMINISTRATOR, datetime.now(UTC))
    world.connections._proved.clear()
    world.secrets.delete(type(profile.id)(f"{profile.id}.token"))
    show(desk, profile)
    desk.keyboard.push(desk.button("checkAgain", desk.window.connection_page))
    idle(desk)
    assert "Needs you" in visible_words(desk.window)
    assert desk.window.profile is not None
    assert desk.window.profile.last_check is not None
    problem = desk.window.profile.last_check.problem
    assert problem is not None

    later = open_desk(world)  # after a restart
    panel = later.window.connection_page.problem
    assert panel.isVisible()
    assert guidance_for(problem).title in visible_words(panel)
    assert panel.action_button.text() == "Sign in again"
    later.keyboard.push(panel.action_button)
    assert later.wizard.windowTitle() == "Sign in again for My sign-in"
    to_the_end(later)
    assert "login_hint=admin%40contoso.example" in person.start_urls[0]
    (after,) = world.connections.load()
    assert (after.id, after.name, after.account) == (profile.id, profile.name, ADMIN)
    assert kinds(later, profile)[-1] is EventKind.SIGNED_IN_AGAIN
    assert not panel.isVisible()
    assert "Needs you" not in visible_words(later.window)
    later.keyboard.push(later.button("copyToken", later.window.connection_page))
    later.wait(lambda: later.clipboard.holding)


@pytest.mark.parametrize("from_menu", [False, True], ids=["button", "menu"])
def test_app_without_a_client_secret_is_signed_in_to_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, from_menu: bool
) -> None:
    script_the_view(monkeypatch, NobodyThere())
    show(desk, desk.world.save_oauth("My sign-in"))
    button = desk.window.connection_page.replace
    assert not button.enter.isVisible(), "there is none to enter"
    if from_menu:
        desk.window.actions_of_connection.replace()
    else:
        choose_way(desk, "Sign in again…")
    assert desk.page.objectName() == "SignInPage"
    desk.cancel()
    idle(desk)


def test_signing_in_again_can_be_cancelled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    script_the_view(monkeypatch, NobodyThere())
    profile = desk.world.save_oauth("My sign-in")
    show(desk, profile)
    choose_way(desk, "Sign in again…")
    assert desk.page.objectName() == "SignInPage"
    desk.cancel()
    idle(desk)
    assert desk.world.connections.load() == (profile,)


def test_another_account_than_before_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    script_the_view(monkeypatch, ScriptedSignIn(desk.world.http, "reader@contoso.example"))
    profile = desk.world.save_oauth("My sign-in")
    show(desk, profile)
    choose_way(desk, "Sign in again…")
    desk.arrive("ChecksPage")
    desk.checked()
    desk.go_on("PutInPlacePage")
    words = visible_words(desk.wizard)
    assert "acted as admin@contoso.example until now; with this it acts as reader@contoso.example" in words
    inspect_page(desk)
    desk.go_back("ChecksPage")
    desk.cancel()
    assert desk.world.connections.load() == (profile,)


def test_what_failed_last_is_explained_when_the_connection_is_chosen(desk: Desk) -> None:
    world = desk.world
    profile = world.save_pat("Nightly sync")
    last = profile.last_check
    assert last is not None
    save(world, replace(profile, last_check=replace(last, identity_proved=False, problem=Problem.PAT_EXPIRED)))
    show(desk, profile)
    panel = desk.window.connection_page.problem
    assert guidance_for(Problem.PAT_EXPIRED).title in visible_words(panel)
    other = world.save_pat("Other", "read-only")
    show(desk, other)
    assert not panel.isVisible()
    show(desk, profile)
    assert panel.isVisible()
