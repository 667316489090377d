"""*Create a token for me* in the wizard, by keyboard, and what becomes of a token that is not saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.words import fault_words
from desktop_app.core.inputs import InputFault
from desktop_app.core.permissions import PAT_SCOPES
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method, Profile
from desktop_app.practice import PracticeCloud
from desktop_app.practice.directory import PersonalAccessToken
from desktop_app.practice.faults import Fault, FaultKind
from desktop_app.practice.organization import PatPolicy
from desktop_app.practice.service import Service
from tests.gui.driving import Desk
from tests.gui.looking import assert_nowhere, inspect_page, visible_words
from tests.gui.replacing import PATS, TODAY, idle, live_tokens


@pytest.fixture
def practice_cloud() -> Iterator[PracticeCloud]:
    """One of its own: tokens are made and revoked in it."""
    with PracticeCloud() as cloud:
        yield cloud


@pytest.fixture
def signed_in(desk: Desk) -> Profile:
    """Somebody is signed in to the organization."""
    profile = desk.world.save_oauth("My sign-in")
    desk.window.reload()
    idle(desk)
    return profile


def to_the_page(desk: Desk) -> None:
    """To where the token is made."""
    desk.window.show_first_run()
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    desk.go_on("CreateTokenPage")
    idle(desk)


def make(desk: Desk) -> str:
    """Have it made; returns its value."""
    before = set(made_tokens(desk))
    desk.keyboard.push(desk.page.maker.make)
    desk.arrive("TokenPage")
    (name,) = set(made_tokens(desk)) - before
    return made_tokens(desk)[name].value.reveal()


def made_tokens(desk: Desk) -> dict[str, PersonalAccessToken]:
    pats = desk.world.practice_cloud.directory.pats.values()
    return {one.display_name: one for one in pats if "ADO Connect" in one.display_name and not one.revoked}


def to_the_end(desk: Desk) -> Profile:
    desk.go_on("ChecksPage")
    desk.checked()
    desk.go_on("NamePage")
    desk.fill("name", "Made for me")
    desk.go_on("DonePage")
    desk.finish()
    idle(desk)
    return next(profile for profile in desk.world.connections.load() if profile.name == "Made for me")


def test_token_is_made_with_exactly_the_four_scopes_and_saved_with_what_azure_told(
    desk: Desk, signed_in: Profile
) -> None:
    to_the_page(desk)
    maker = desk.page.maker
    assert not maker.account.isVisible(), "there is one account only"
    assert maker.ends.value == TODAY + timedelta(days=90)
    inspect_page(desk)
    desk.keyboard.fill(maker.ends.editor, (TODAY + timedelta(days=10)).isoformat())
    value = make(desk)
    assert desk.editor("ends").property("text") == (TODAY + timedelta(days=10)).isoformat()
    assert "ADO Connect had it made" in visible_words(desk.page)
    inspect_page(desk, [value])
    assert desk.world.journal.load() != (), "until it is saved a crash would lose it"
    profile = to_the_end(desk)
    (made,) = made_tokens(desk).values()
    assert made.scope.split() == sorted(scope.scope for scope in PAT_SCOPES)
    assert (profile.credential_id, profile.credential_ends) == (made.authorization_id, TODAY + timedelta(days=10))
    assert profile.credential_ends_at is not None
    assert set(profile.scopes) == {scope.scope for scope in PAT_SCOPES}
    assert desk.world.journal.load() == ()
    desk.window.companions.recovery.begin()
    idle(desk)
    assert made_tokens(desk), "what is saved is not undone"
    assert_nowhere([value])


@pytest.mark.parametrize("stage", ["TokenPage", "ChecksPage", "NamePage"])
def test_token_is_revoked_when_the_wizard_is_cancelled(desk: Desk, signed_in: Profile, stage: str) -> None:
    to_the_page(desk)
    value = make(desk)
    for page in ("ChecksPage", "NamePage"):
        if desk.page.objectName() != stage:
            desk.go_on(page)
            desk.checked()
    if stage == "ChecksPage":
        desk.keyboard.press(Qt.Key.Key_Escape)
    else:
        desk.cancel()
    idle(desk)
    assert made_tokens(desk) == {}
    assert desk.world.journal.load() == ()
    assert [profile.name for profile in desk.world.connections.load()] == ["My sign-in"]
    assert_nowhere([value])


def test_token_is_revoked_when_another_one_is_typed(desk: Desk, signed_in: Profile) -> None:
    to_the_page(desk)
    make(desk)
    desk.fill("token", desk.world.pat())
    assert "ADO Connect had it made" not in visible_words(desk.page)
    desk.go_on("ChecksPage")
    desk.checked()
    idle(desk)
    assert made_tokens(desk) == {}
    profile = to_the_name(desk)
    assert profile.credential_id == ""


def to_the_name(desk: Desk) -> Profile:
    desk.go_on("NamePage")
    desk.fill("name", "Typed")
    desk.go_on("DonePage")
    desk.finish()
    return next(profile for profile in desk.world.connections.load() if profile.name == "Typed")


def test_token_that_nobody_waits_for_any_more_is_revoked(desk: Desk, signed_in: Profile) -> None:
    to_the_page(desk)
    desk.world.practice_cloud.faults.add(Fault(FaultKind.DELAY, Service.IDENTITY, PATS, "POST", seconds=0.6))
    desk.keyboard.push(desk.page.maker.make)
    assert desk.reason == "The token is being made."
    assert not desk.next_button.isEnabled()
    desk.cancel()
    assert desk.window.wizard is None
    idle(desk)
    assert made_tokens(desk) == {}
    assert desk.world.journal.load() == ()


def test_token_of_another_organization_is_revoked(desk: Desk, signed_in: Profile) -> None:
    to_the_page(desk)
    value = make(desk)
    desk.go_back("CreateTokenPage")
    desk.go_back("OrganizationPage")
    desk.fill("organization", "fabrikam")
    desk.go_on("CreateTokenPage")
    idle(desk)
    assert made_tokens(desk) == {}
    assert "could make this token for you" in visible_words(desk.page)
    desk.go_on("TokenPage")
    assert desk.editor("token").property("text") == ""
    assert_nowhere([value])


def test_going_back_keeps_it(desk: Desk, signed_in: Profile) -> None:
    to_the_page(desk)
    make(desk)
    desk.go_back("CreateTokenPage")
    idle(desk)
    desk.go_on("TokenPage")
    assert desk.next_button.isEnabled()
    assert len(made_tokens(desk)) == 1
    to_the_end(desk)


def test_recovery_leaves_a_token_alone_while_its_wizard_is_open(desk: Desk, signed_in: Profile) -> None:
    to_the_page(desk)
    make(desk)
    desk.window.companions.recovery.begin()
    idle(desk)
    assert len(made_tokens(desk)) == 1
    to_the_end(desk)


def test_the_account_is_chosen_where_there_are_several(desk: Desk, signed_in: Profile) -> None:
    desk.world.save_oauth("A colleague's", "reader@contoso.example")
    to_the_page(desk)
    account = desk.page.maker.account
    assert account.isVisible()
    inspect_page(desk)
    desk.keyboard.go_to(account)
    desk.keyboard.press_down()
    assert account.currentText() == "reader@contoso.example"
    make(desk)
    (made,) = made_tokens(desk).values()
    assert made.owner.name == "reader@contoso.example"


def test_without_a_sign_in_the_page_says_what_could_be(desk: Desk) -> None:
    to_the_page(desk)
    assert not desk.page.maker.make.isVisible()
    words = visible_words(desk.page.maker)
    assert "With an OAuth connection to contoso, ADO Connect could make this token for you" in words
    inspect_page(desk)


def test_a_rule_of_the_company_is_explained_and_another_end_helps(desk: Desk, signed_in: Profile) -> None:
    desk.world.practice_cloud.directory.organization("contoso").pat_policy = PatPolicy(longest_days=30)
    to_the_page(desk)
    maker = desk.page.maker
    desk.keyboard.push(maker.make)
    desk.wait(lambda: not maker.busy)
    assert guidance_for(Problem.PAT_POLICY_LIFESPAN).title in visible_words(maker)
    inspect_page(desk)
    desk.keyboard.push(maker.problem.action_button)
    assert desk.keyboard.focus is maker.ends.editor
    desk.keyboard.fill(maker.ends.editor, (TODAY + timedelta(days=400)).isoformat())
    desk.keyboard.push(maker.make)
    assert maker.ends.message == fault_words(InputFault.EXPIRY_OUTSIDE)
    desk.keyboard.fill(maker.ends.editor, (TODAY + timedelta(days=20)).isoformat())
    make(desk)


@pytest.mark.parametrize("kind", [FaultKind.LOSE, FaultKind.DROP])
def test_a_lost_answer_is_explained_and_nothing_is_left(desk: Desk, signed_in: Profile, kind: FaultKind) -> None:
    to_the_page(desk)
    before = live_tokens(desk.world)
    desk.world.practice_cloud.faults.add(Fault(kind, Service.IDENTITY, PATS, "POST"))
    maker = desk.page.maker
    desk.keyboard.push(maker.make)
    desk.wait(lambda: not maker.busy)
    assert maker.problem.isVisible()
    assert "problem: connection-lost" in maker.problem.details.toPlainText()
    assert live_tokens(desk.world) == before
    desk.keyboard.push(maker.problem.action_button)  # try again
    desk.arrive("TokenPage")
    assert len(made_tokens(desk)) == 1
