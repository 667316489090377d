"""*Renew this for me*, by keyboard, over a practice cloud: what is asked, what is shown, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.words import fault_words
from desktop_app.core.history import EventKind
from desktop_app.core.inputs import InputFault
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Profile
from desktop_app.gui.renewal_dialog import RenewalDialog, State
from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import Fault, FaultKind, conflict, throttled
from desktop_app.practice.organization import PatPolicy
from desktop_app.practice.service import Service
from tests.gui.driving import Desk
from tests.gui.looking import assert_everything_is_named, assert_nowhere, assert_tab_order_is_reading_order
from tests.gui.looking import visible_words as words_in
from tests.gui.replacing import (
    PATS,
    TODAY,
    answer,
    choose_way,
    idle,
    know_the_token,
    live_tokens,
    looks_again,
    notice,
    open_renewal,
    press_notice,
    reach,
    saved_secret,
    show,
    slots,
)
from tests.gui.world import World

PROJECTS = "_apis/projects"


@pytest.fixture
def practice_cloud() -> Iterator[PracticeCloud]:
    """One of its own: tokens and secrets are made and revoked in it."""
    with PracticeCloud(secret_delay_s=0.0) as cloud:
        yield cloud


@pytest.fixture
def pat(desk: Desk) -> Profile:
    """A token on screen, known to Azure, whose owner is signed in by another connection."""
    desk.world.save_oauth("My sign-in")
    profile = know_the_token(desk.world, desk.world.save_pat("Release pipeline"))
    show(desk, profile)
    return profile


@pytest.fixture
def app(desk: Desk) -> Profile:
    """A client secret on screen, of an app that may look after itself."""
    profile = desk.world.save_client_secret("Nightly sync")
    show(desk, profile)
    return profile


def secrets_of_app(world: World) -> list[str]:
    return [secret.value.reveal() for secret in world.practice_cloud.directory.app("automation").secrets]


def forward(desk: Desk, dialog: RenewalDialog) -> None:
    desk.keyboard.push(dialog.go_on)


def inspect(desk: Desk, dialog: RenewalDialog, secrets: list[str]) -> None:
    assert_everything_is_named(dialog)
    assert_tab_order_is_reading_order(desk, dialog)
    assert_nowhere(secrets)


def kinds(desk: Desk, profile: Profile) -> list[EventKind]:
    return [event.kind for event in desk.world.history.load(profile.id)]


def told(dialog: RenewalDialog) -> Problem:
    """Which problem the panel explains."""
    assert dialog.problem.isVisible()
    return Problem(dialog.problem.details.toPlainText().partition("\n")[0].removeprefix("problem: "))


def closed(desk: Desk) -> bool:
    return desk.window.findChild(QDialog, "renewalDialog") is None


# -- what is done -----------------------------------------------------------------------------------------------------


def test_token_is_renewed_and_the_old_one_revoked(desk: Desk, pat: Profile) -> None:
    old = desk.world.pat()
    dialog = open_renewal(desk)
    words = words_in(dialog)
    assert "for admin@contoso.example with the same scopes" in words
    assert "the sign-in of your connection “My sign-in”" in words
    assert "Programs that still use the old one stop working then." in words
    assert dialog.revoke.isChecked()
    assert dialog.ends.value == TODAY + timedelta(days=120), "as long as the old one was made to last"
    inspect(desk, dialog, [old])
    desk.keyboard.fill(dialog.ends.editor, (TODAY + timedelta(days=30)).isoformat())
    forward(desk, dialog)
    reach(desk, dialog, State.DONE)
    idle(desk)
    new = saved_secret(desk.world, pat)
    assert new != old
    assert all(line.endswith(": Done") for line in dialog.stages.spoken())
    assert len(dialog.stages.spoken()) == 4
    assert "The old token is revoked." in words_in(dialog)
    assert "Put the new one there." in words_in(dialog)
    inspect(desk, dialog, [old, new])
    desk.keyboard.push(dialog.after.copy)
    desk.wait(lambda: desk.clipboard.holding)
    assert (QGuiApplication.clipboard().text() == new) is True
    forward(desk, dialog)
    desk.wait(lambda: closed(desk))
    assert desk.world.practice_cloud.directory.pat("four-scopes").revoked
    profile = desk.window.profile
    assert profile is not None
    assert profile.credential_ends == TODAY + timedelta(days=30)
    assert profile.credential_id not in {"", pat.credential_id}
    assert slots(desk.world) <= {"", ".token"}
    assert notice(desk) == ""
    assert EventKind.RENEWED in kinds(desk, pat)
    assert kinds(desk, pat)[-1] is EventKind.COPIED
    assert_nowhere([old, new])


def test_old_token_is_kept_where_that_is_chosen(desk: Desk, pat: Profile) -> None:
    dialog = open_renewal(desk)
    desk.keyboard.go_to(dialog.revoke)
    desk.keyboard.press_space()
    forward(desk, dialog)
    reach(desk, dialog, State.DONE)
    idle(desk)
    assert "kept until you confirm" in words_in(dialog)
    assert len(dialog.stages.spoken()) == 3
    assert not desk.world.practice_cloud.directory.pat("four-scopes").revoked
    desk.keyboard.press(Qt.Key.Key_Escape)
    desk.wait(lambda: closed(desk))
    idle(desk)
    assert "The old token is kept until you confirm." in notice(desk)


def test_a_token_that_azure_did_not_tell_of_can_not_be_revoked(desk: Desk) -> None:
    desk.world.save_oauth("My sign-in")
    show(desk, desk.world.save_pat("Release pipeline"))
    dialog = open_renewal(desk)
    assert not dialog.revoke.isChecked()
    assert not dialog.revoke.isEnabled()
    assert "does not know which token in Azure's list" in words_in(dialog)
    assert dialog.ends.value == TODAY + timedelta(days=90)
    inspect(desk, dialog, [desk.world.pat()])


def test_client_secret_is_renewed_and_the_old_one_deleted(desk: Desk, app: Profile) -> None:
    (old,) = secrets_of_app(desk.world)
    dialog = open_renewal(desk, "Renew this secret for me…")
    assert "asks Microsoft Graph for a new client secret for itself" in words_in(dialog)
    assert dialog.ends.value == TODAY + timedelta(days=365)
    forward(desk, dialog)
    reach(desk, dialog, State.DONE)
    idle(desk)
    (new,) = secrets_of_app(desk.world)
    assert new != old
    assert saved_secret(desk.world, app) == new
    assert dialog.after.copy.text() == "Copy client secret"
    desk.keyboard.push(dialog.after.copy)
    desk.wait(lambda: desk.clipboard.holding)
    assert (QGuiApplication.clipboard().text() == new) is True
    inspect(desk, dialog, [old, new])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", InputFault.EMPTY),
        ("soon", InputFault.EXPIRY_SHAPE),
        (TODAY.isoformat(), InputFault.EXPIRY_OUTSIDE),
        ((TODAY + timedelta(days=366)).isoformat(), InputFault.EXPIRY_OUTSIDE),
        (date(2001, 2, 3).isoformat(), InputFault.EXPIRY_OUTSIDE),
    ],
)
def test_an_end_that_can_not_be_is_told_beside_the_field(
    desk: Desk, pat: Profile, text: str, fault: InputFault
) -> None:
    dialog = open_renewal(desk)
    desk.keyboard.fill(dialog.ends.editor, text)
    forward(desk, dialog)
    assert dialog.state is State.ASKING
    assert dialog.ends.message == fault_words(fault)
    assert live_tokens(desk.world) >= {"Practice four-scopes"}
    assert saved_secret(desk.world, pat) == desk.world.pat()


# -- where it can not be done -----------------------------------------------------------------------------------------


def test_without_a_sign_in_the_other_way_is_offered(desk: Desk) -> None:
    show(desk, desk.world.save_pat("Release pipeline"))
    dialog = open_renewal(desk)
    assert dialog.state is State.REFUSED
    assert guidance_for(Problem.RENEWAL_NEEDS_SIGN_IN).title in words_in(dialog)
    inspect(desk, dialog, [desk.world.pat()])
    assert dialog.go_on.text() == "Enter a new token…"
    forward(desk, dialog)
    assert desk.wizard.windowTitle() == "Replace the token of Release pipeline"


def test_an_app_that_may_not_look_after_itself_is_told_so(desk: Desk, app: Profile) -> None:
    directory = desk.world.practice_cloud.directory
    directory.replace_app(replace(directory.app("automation"), graph_permissions=frozenset()))
    dialog = open_renewal(desk, "Renew this secret for me…")
    assert dialog.state is State.REFUSED
    assert guidance_for(Problem.GRAPH_PERMISSION_MISSING).title in words_in(dialog)
    desk.keyboard.push(dialog.problem.action_button)
    assert desk.opened_urls
    desk.keyboard.push(dialog.leave)
    desk.wait(lambda: closed(desk))
    assert saved_secret(desk.world, app) in secrets_of_app(desk.world)


def test_a_sign_in_is_renewed_by_its_person(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.gui.signing_in import NobodyThere, script_the_view

    script_the_view(monkeypatch, NobodyThere())
    show(desk, desk.world.save_oauth("My sign-in"))
    assert not desk.window.connection_page.replace.renew.isVisible()
    desk.window.actions_of_connection.renew()
    assert desk.wizard.windowTitle() == "Sign in again for My sign-in"


def test_who_asks_for_it_can_sign_in_again_from_the_dialog(
    desk: Desk, pat: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop_app.practice.seed import ADMINISTRATOR
    from tests.gui.signing_in import NobodyThere, script_the_view

    script_the_view(monkeypatch, NobodyThere())
    world = desk.world
    world.practice_cloud.directory.revoke_sessions(ADMINISTRATOR, datetime.now(UTC))
    world.connections._proved.clear()
    (behind,) = (profile for profile in world.connections.load() if profile.name == "My sign-in")
    world.secrets.delete(type(behind.id)(f"{behind.id}.token"))
    dialog = open_renewal(desk)
    assert dialog.state is State.REFUSED
    assert dialog.problem.action_button.text() == "Sign in again"
    desk.keyboard.push(dialog.problem.action_button)
    assert desk.wizard.windowTitle() == "Sign in again for My sign-in"
    assert saved_secret(world, pat) == world.pat()


# -- cancel -----------------------------------------------------------------------------------------------------------


def test_cancel_before_it_begins_does_nothing(desk: Desk, pat: Profile) -> None:
    dialog = open_renewal(desk)
    before = live_tokens(desk.world)
    desk.keyboard.push(dialog.leave)
    desk.wait(lambda: closed(desk))
    assert live_tokens(desk.world) == before
    assert saved_secret(desk.world, pat) == desk.world.pat()


def test_cancel_while_it_is_found_out_whether_it_can_be_done(desk: Desk, pat: Profile) -> None:
    desk.world.practice_cloud.faults.add(Fault(FaultKind.DELAY, Service.IDENTITY, PATS, seconds=1.0))
    choose_way(desk, "Renew this token for me…")
    dialog = desk.dialog("renewalDialog")
    assert isinstance(dialog, RenewalDialog)
    assert dialog.state is State.LOOKING
    desk.keyboard.press(Qt.Key.Key_Escape)
    desk.wait(lambda: closed(desk))
    assert saved_secret(desk.world, pat) == desk.world.pat()


@pytest.mark.parametrize(("path", "method"), [(PATS, "POST"), (PROJECTS, "GET")], ids=["making", "checking"])
def test_cancel_in_the_middle_undoes_what_was_done(desk: Desk, pat: Profile, path: str, method: str) -> None:
    dialog = open_renewal(desk)
    before = live_tokens(desk.world)
    desk.world.practice_cloud.faults.add(Fault(FaultKind.DELAY, None, path, method, seconds=0.7))
    forward(desk, dialog)
    desk.wait(dialog.checks.isVisible if path == PROJECTS else lambda: bool(desk.world.journal.load()))
    desk.keyboard.push(dialog.leave)
    assert dialog.state is State.UNDOING
    assert "Undoing it" in words_in(dialog)
    reach(desk, dialog, State.UNDONE)
    idle(desk)
    assert "nothing new is left at Azure" in words_in(dialog)
    assert live_tokens(desk.world) == before
    assert saved_secret(desk.world, pat) == desk.world.pat()
    assert slots(desk.world) <= {"", ".token"}
    assert desk.world.journal.load() == ()
    forward(desk, dialog)
    desk.wait(lambda: closed(desk))
    assert desk.button("checkAgain", desk.window.connection_page).isEnabled()


def test_who_does_not_want_to_wait_for_the_undoing_closes_once_more(desk: Desk, pat: Profile) -> None:
    dialog = open_renewal(desk)
    before = live_tokens(desk.world)
    desk.world.practice_cloud.faults.add(Fault(FaultKind.DELAY, Service.IDENTITY, PATS, "POST", seconds=0.7))
    forward(desk, dialog)
    desk.wait(lambda: bool(desk.world.journal.load()))  # the request is on its way
    desk.keyboard.press(Qt.Key.Key_Escape)
    assert dialog.state is State.UNDOING
    desk.keyboard.press(Qt.Key.Key_Escape)
    desk.wait(lambda: closed(desk))
    assert not desk.button("checkAgain", desk.window.connection_page).isEnabled(), "it is still being undone"
    idle(desk)
    assert desk.button("checkAgain", desk.window.connection_page).isEnabled()
    assert live_tokens(desk.world) == before
    assert desk.world.journal.load() == ()


def test_a_failure_after_the_dialog_is_closed_is_heard_by_nobody(desk: Desk, pat: Profile) -> None:
    dialog = open_renewal(desk)
    faults = desk.world.practice_cloud.faults
    faults.add(Fault(FaultKind.DELAY, Service.IDENTITY, PATS, "POST", seconds=0.7))
    faults.add(Fault(FaultKind.STATUS, Service.IDENTITY, PATS, "POST", status=503))
    forward(desk, dialog)
    desk.wait(lambda: bool(desk.world.journal.load()))
    for _once_more in range(2):
        desk.keyboard.press(Qt.Key.Key_Escape)
    desk.wait(lambda: closed(desk))
    idle(desk)
    assert desk.button("checkAgain", desk.window.connection_page).isEnabled()
    assert saved_secret(desk.world, pat) == desk.world.pat()


# -- faults in the middle ---------------------------------------------------------------------------------------------

BUSY = Fault(FaultKind.STATUS, Service.IDENTITY, PATS, "POST", status=503)
FAULTS = [
    (conflict(service=Service.IDENTITY, path_contains=PATS, method="POST"), Problem.CONFLICT),
    (replace(throttled(0, service=Service.IDENTITY, path_contains=PATS, times=None), method="POST"), Problem.THROTTLED),
    (BUSY, Problem.SERVICE_UNAVAILABLE),
    (Fault(FaultKind.LOSE, Service.IDENTITY, PATS, "POST"), Problem.CONNECTION_LOST),
]


@pytest.mark.parametrize(("fault", "problem"), FAULTS, ids=[problem for _fault, problem in FAULTS])
def test_a_fault_while_the_token_is_made_is_explained_and_leaves_the_old_one(
    desk: Desk, pat: Profile, fault: Fault, problem: Problem
) -> None:
    dialog = open_renewal(desk)
    before = live_tokens(desk.world)
    desk.world.practice_cloud.faults.add(fault)
    forward(desk, dialog)
    reach(desk, dialog, State.FAILED)
    idle(desk)
    desk.world.practice_cloud.faults.clear()
    assert told(dialog) is problem
    assert "The connection still uses what it used before." in words_in(dialog)
    inspect(desk, dialog, [desk.world.pat()])
    assert saved_secret(desk.world, pat) == desk.world.pat()
    assert live_tokens(desk.world) == before, "what was made although the answer was lost is revoked"
    forward(desk, dialog)
    assert dialog.state is State.ASKING


def test_a_rule_of_the_company_leads_back_to_the_end(desk: Desk, pat: Profile) -> None:
    desk.world.practice_cloud.directory.organization("contoso").pat_policy = PatPolicy(longest_days=30)
    dialog = open_renewal(desk)
    forward(desk, dialog)
    reach(desk, dialog, State.FAILED)
    assert guidance_for(Problem.PAT_POLICY_LIFESPAN).title in words_in(dialog)
    desk.keyboard.push(dialog.problem.action_button)
    assert dialog.state is State.ASKING
    assert desk.keyboard.focus is dialog.ends.editor
    desk.keyboard.fill(dialog.ends.editor, (TODAY + timedelta(days=20)).isoformat())
    forward(desk, dialog)
    reach(desk, dialog, State.DONE)
    idle(desk)
    assert saved_secret(desk.world, pat) != desk.world.pat()


def test_a_new_token_that_does_not_work_is_revoked_again(desk: Desk, pat: Profile) -> None:
    dialog = open_renewal(desk)
    before = live_tokens(desk.world)
    desk.world.practice_cloud.faults.add(
        Fault(FaultKind.STATUS, Service.DEVOPS, "connectionData", times=None, status=503)
    )
    forward(desk, dialog)
    reach(desk, dialog, State.FAILED)
    idle(desk)
    desk.world.practice_cloud.faults.clear()
    assert "The new one is checked: Failed" in dialog.stages.spoken()
    desk.window.companions.recovery.begin()
    idle(desk)
    assert live_tokens(desk.world) == before
    assert saved_secret(desk.world, pat) == desk.world.pat()
    assert desk.world.journal.load() == ()


def test_a_revocation_that_is_not_confirmed_is_told_and_done_later(desk: Desk, pat: Profile) -> None:
    dialog = open_renewal(desk)
    desk.world.practice_cloud.faults.add(
        Fault(FaultKind.STATUS, Service.IDENTITY, PATS, "DELETE", times=None, status=503)
    )
    forward(desk, dialog)
    reach(desk, dialog, State.DONE)
    assert "Azure has not confirmed yet that the old token is revoked" in words_in(dialog)
    assert dialog.stages.spoken()[-1].endswith("Not confirmed yet")
    forward(desk, dialog)
    desk.wait(lambda: closed(desk))
    idle(desk)
    assert "Azure has not confirmed yet that the old token is revoked." in notice(desk)
    assert not desk.window.connection_page.kept.put_back.isVisible()
    assert looks_again(desk)
    desk.window.companions.recovery.begin()
    idle(desk)
    assert "not confirmed yet" in notice(desk), "nothing pops up while it fails again"
    assert looks_again(desk)
    desk.world.practice_cloud.faults.clear()
    desk.window.companions.recovery.begin()
    idle(desk)
    assert desk.world.practice_cloud.directory.pat("four-scopes").revoked
    assert notice(desk) == ""
    assert not looks_again(desk)
    assert slots(desk.world) <= {"", ".token"}


def test_a_person_who_revoked_it_says_so(desk: Desk, pat: Profile) -> None:
    dialog = open_renewal(desk)
    desk.world.practice_cloud.faults.add(
        Fault(FaultKind.STATUS, Service.IDENTITY, PATS, "DELETE", times=None, status=503)
    )
    forward(desk, dialog)
    reach(desk, dialog, State.DONE)
    forward(desk, dialog)
    desk.wait(lambda: closed(desk))
    idle(desk)
    press_notice(desk, "forgetOld")
    answer(desk, "forgetBox")
    assert notice(desk) == ""
    assert desk.world.journal.load() == ()


GRAPH_FAULTS = [
    (conflict(service=Service.GRAPH, path_contains="addPassword"), Problem.CONFLICT),
    (
        Fault(FaultKind.STATUS, Service.GRAPH, "addPassword", status=429, headers={"Retry-After": "0"}),
        Problem.THROTTLED,
    ),
    (Fault(FaultKind.STATUS, Service.GRAPH, "addPassword", status=503), Problem.SERVICE_UNAVAILABLE),
    (Fault(FaultKind.LOSE, Service.GRAPH, "addPassword"), Problem.CONNECTION_LOST),
]


@pytest.mark.parametrize(("fault", "problem"), GRAPH_FAULTS, ids=[problem for _fault, problem in GRAPH_FAULTS])
def test_a_fault_while_the_secret_is_made_is_explained_and_leaves_the_old_one(
    desk: Desk, app: Profile, fault: Fault, problem: Problem
) -> None:
    before = secrets_of_app(desk.world)
    dialog = open_renewal(desk, "Renew this secret for me…")
    desk.world.practice_cloud.faults.add(fault)
    forward(desk, dialog)
    reach(desk, dialog, State.FAILED)
    idle(desk)
    assert told(dialog) is problem
    assert secrets_of_app(desk.world) == before
    assert saved_secret(desk.world, app) == before[0]
