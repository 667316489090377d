"""How long a connection lasts: the Overview's time line, list and banners, by keyboard and over the practice cloud."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QListWidget

from desktop_app.app.words import fault_words
from desktop_app.core.history import EventKind
from desktop_app.core.inputs import InputFault
from desktop_app.core.profile import Profile
from desktop_app.practice import PracticeCloud
from desktop_app.practice.directory import PersonalAccessToken
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

MakeWorld = Callable[..., World]
TODAY = date.today()  # noqa: DTZ011 - the admin's own day


def idle(desk: Desk) -> None:
    desk.wait(lambda: not desk.runner.active)


def push(desk: Desk, name: str) -> None:
    desk.keyboard.push(desk.button(name, desk.window.connection_page))


def words(desk: Desk) -> str:
    return visible_words(desk.window.connection_page)


def end_words(desk: Desk, kind: str) -> str:
    labels = desk.window.connection_page.ends.findChildren(QLabel, f"end-{kind}")
    (label,) = [label for label in labels if label.isVisible()]
    return label.text()


def shown(desk: Desk) -> Profile:
    profile = desk.window.profile
    assert profile is not None
    return profile


def desk_with(world: World, open_desk: OpenDesk, name: str, **values: Any) -> Desk:
    """A window that shows this connection with other values."""
    profile = next(profile for profile in world.connections.load() if profile.name == name)
    world.profile_store.save(replace(profile, **values))
    desk = open_desk(world)
    desk.window.show_connection(profile.id)
    return desk


@pytest.fixture
def pat_desk(world: World, open_desk: OpenDesk) -> Desk:
    """A token whose end nobody told."""
    world.save_pat("Nightly sync")
    return open_desk(world)


@pytest.fixture
def both_desk(world: World, open_desk: OpenDesk) -> Desk:
    """The same, and a sign-in of the same person."""
    world.save_pat("Nightly sync")
    world.save_oauth("Sign-in", key="web")
    return desk_with(world, open_desk, "Nightly sync")


@pytest.fixture
def only_token(practice_cloud: PracticeCloud) -> Any:
    """The token is its owner's only active one; all others are revoked meanwhile."""
    mine = practice_cloud.directory.pat("four-scopes")
    others = [pat for pat in practice_cloud.directory.pats.values() if pat is not mine and not pat.revoked]
    for pat in others:
        pat.revoked = True
    yield mine
    for pat in others:
        pat.revoked = False


# -- entering a date --------------------------------------------------------------------------------------------------


def test_an_unknown_end_says_how_it_is_made_known(pat_desk: Desk) -> None:
    assert end_words(pat_desk, "pat") == "Not known"
    assert "Ask Azure, or look it up and enter the date." in words(pat_desk)
    assert not pat_desk.window.connection_page.ends.time_line.isVisible()
    assert_everything_is_named(pat_desk.window)
    assert_tab_order_is_reading_order(pat_desk, pat_desk.window.connection_page)


def test_a_date_is_entered_in_place(pat_desk: Desk) -> None:
    desk, ends = pat_desk, TODAY + timedelta(days=20)
    push(desk, "enterDate")
    assert desk.keyboard.focus.objectName() == "endField"
    assert_everything_is_named(desk.window)
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)
    desk.keyboard.go_to(_field(desk))
    desk.keyboard.type(ends.isoformat())
    desk.keyboard.press(Qt.Key.Key_Return)
    idle(desk)

    assert end_words(desk, "pat") == f"{ends.isoformat()} (in 20 days)"
    assert "Entered by hand." in words(desk)
    assert "Expires in 20 days" in words(desk)
    assert "This connection ends in 20 days." in words(desk)
    assert desk.window.connection_page.ends.time_line.isVisible()
    (saved,) = desk.world.connections.load()
    assert (saved.credential_ends, saved.credential_ends_at) == (ends, None)
    assert desk.world.history.load(saved.id)[-1].kind is EventKind.END_LEARNED
    assert desk.keyboard.focus.isVisible()
    assert desk.button("enterDate").text() == "Change date"
    assert not _field(desk).isVisible()


def _field(desk: Desk) -> QLineEdit:
    field = desk.window.connection_page.ends.findChild(QLineEdit, "endField")
    assert isinstance(field, QLineEdit)
    return field


@pytest.mark.parametrize(
    ("typed", "fault"), [("2001-01-01", InputFault.EXPIRY_PAST), ("tomorrow", InputFault.EXPIRY_SHAPE)]
)
def test_a_date_that_can_not_be_is_explained_beside_it(pat_desk: Desk, typed: str, fault: InputFault) -> None:
    desk = pat_desk
    push(desk, "enterDate")
    desk.keyboard.type(typed)
    desk.keyboard.press(Qt.Key.Key_Return)
    desk.keyboard.press(Qt.Key.Key_Tab)

    assert fault_words(fault) in words(desk)
    assert _field(desk).text() == typed
    assert not desk.button("saveDate").isEnabled()
    assert desk.world.connections.load()[0].credential_ends is None


def test_cancel_keeps_nothing_and_gives_the_focus_back(pat_desk: Desk) -> None:
    desk = pat_desk
    push(desk, "enterDate")
    desk.keyboard.type("2031-01-01")
    push(desk, "cancelDate")

    assert desk.keyboard.focus.objectName() == "enterDate"
    assert desk.world.connections.load()[0].credential_ends is None
    push(desk, "enterDate")
    assert _field(desk).text() == ""


def test_another_connection_takes_nothing_over(world: World, open_desk: OpenDesk) -> None:
    world.save_pat("First")
    second = world.save_pat("Second", "read-only")
    desk = open_desk(world)
    desk.window.show_connection(next(one.id for one in world.connections.load() if one.name == "First"))
    push(desk, "askAzure")
    idle(desk)
    assert "Azure tells the end of a token only to the person" in words(desk)
    push(desk, "enterDate")
    desk.window.show_connection(second.id)

    assert not [field for field in desk.window.findChildren(QLineEdit, "endField") if field.isVisible()]
    assert "Azure tells the end" not in words(desk)


# -- asking Azure -----------------------------------------------------------------------------------------------------


def test_without_a_sign_in_of_its_owner_azure_is_not_asked(pat_desk: Desk, practice_cloud: PracticeCloud) -> None:
    practice_cloud.requests.clear()
    push(pat_desk, "askAzure")
    idle(pat_desk)

    assert "set up an OAuth connection as admin@contoso.example to contoso" in words(pat_desk)
    assert practice_cloud.requests.all() == ()
    assert not pat_desk.window.connection_page.problem.isVisible()
    assert "Asking Azure" not in words(pat_desk)


def test_azure_tells_the_end_of_its_owners_only_token(both_desk: Desk, only_token: PersonalAccessToken) -> None:
    push(both_desk, "askAzure")
    idle(both_desk)

    told = only_token.valid_to.replace(microsecond=only_token.valid_to.microsecond // 1000 * 1000)
    assert shown(both_desk).name == "Nightly sync"
    assert shown(both_desk).credential_ends_at == told
    assert shown(both_desk).credential_id == only_token.authorization_id
    assert shown(both_desk).scopes == tuple(sorted(only_token.scope.split()))
    assert end_words(both_desk, "pat").startswith(told.astimezone().strftime("%Y-%m-%d %H:%M"))
    assert "Told by Azure." in words(both_desk)
    assert "Is this token for one organization?" not in words(both_desk)
    assert_nowhere([both_desk.world.pat()])


def test_a_check_learns_the_end_by_itself(both_desk: Desk, only_token: PersonalAccessToken) -> None:
    push(both_desk, "checkAgain")
    idle(both_desk)

    assert shown(both_desk).credential_id == only_token.authorization_id
    assert "Told by Azure." in words(both_desk)
    assert both_desk.window.connection_page.checks.isVisible()


def test_a_token_for_all_organizations_gets_its_banner(both_desk: Desk, only_token: PersonalAccessToken) -> None:
    organizations, only_token.organizations = only_token.organizations, None
    try:
        push(both_desk, "askAzure")
        idle(both_desk)
    finally:
        only_token.organizations = organizations

    assert shown(both_desk).all_organizations
    assert "This token stop" in words(both_desk)  # "stops" or "stopped"
    assert "on 1 December 2026." in words(both_desk)
    push(both_desk, "notice0Button")
    assert both_desk.opened_urls == [both_desk.world.practice_cloud.cloud.token_page_url("contoso")]


def test_among_several_tokens_the_person_chooses(both_desk: Desk, practice_cloud: PracticeCloud) -> None:
    desk = both_desk
    push(desk, "askAzure")
    idle(desk)
    assert "active tokens of admin@contoso.example in contoso. Say which one it is." in words(desk)
    assert shown(desk).credential_id == ""
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)

    push(desk, "chooseToken")
    dialog = desk.dialog("tokenChooser")
    assert_everything_is_named(dialog)
    listed = dialog.findChild(QListWidget, "tokens")
    assert isinstance(listed, QListWidget)
    assert listed.selectedItems() == []  # nothing is chosen for the person
    use = next(button for button in dialog.findChildren(type(desk.button("askAzure"))) if button.isDefault())
    assert not use.isEnabled()
    desk.keyboard.go_to(listed)
    row = next(row for row in range(listed.count()) if listed.item(row).text().startswith("Practice four-scopes"))
    desk.keyboard.press(Qt.Key.Key_Home)
    for _step in range(row):
        desk.keyboard.press_down()
    desk.keyboard.press_space()
    desk.keyboard.push(use)
    idle(desk)

    assert shown(desk).credential_id == practice_cloud.directory.pat("four-scopes").authorization_id
    assert "Say which one" not in words(desk)
    assert "Told by Azure." in words(desk)


def test_escape_chooses_none(both_desk: Desk) -> None:
    push(both_desk, "askAzure")
    idle(both_desk)
    push(both_desk, "chooseToken")
    both_desk.dialog("tokenChooser")
    both_desk.keyboard.press(Qt.Key.Key_Escape)
    idle(both_desk)

    assert shown(both_desk).credential_id == ""


def test_an_app_that_may_asks_for_its_own_secret(world: World, open_desk: OpenDesk) -> None:
    world.save_client_secret("Automation")
    desk = open_desk(world)
    push(desk, "askAzure")
    idle(desk)

    expires = world.practice_cloud.directory.app("automation").secrets[0].expires_at
    told = shown(desk).credential_ends_at
    assert told is not None
    assert abs(told - expires) < timedelta(seconds=1)
    assert "Told by Azure." in words(desk)


def test_a_refusal_is_no_failure_of_the_check(world: World, open_desk: OpenDesk, practice_cloud: PracticeCloud) -> None:
    refusal = b'{"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}'
    headers = {"Content-Type": "application/json"}
    practice_cloud.faults.add(
        Fault(FaultKind.STATUS, Service.GRAPH, times=None, status=403, headers=headers, body=refusal)
    )
    world.save_client_secret("Automation")
    desk = open_desk(world)
    push(desk, "checkAgain")
    idle(desk)

    assert "Azure does not let this app read its own client secrets, like most apps." in words(desk)
    assert "enter the date by hand" in words(desk)
    assert not desk.window.connection_page.problem.isVisible()
    assert shown(desk).last_check is not None
    assert shown(desk).last_check.problem is None  # type: ignore[union-attr]  # just seen
    push(desk, "enterDate")
    desk.keyboard.type("2031-01-01")
    desk.keyboard.press(Qt.Key.Key_Return)
    idle(desk)
    assert "Azure does not let" not in words(desk)
    assert shown(desk).credential_ends == date(2031, 1, 1)


def test_buttons_rest_while_something_runs(pat_desk: Desk, practice_cloud: PracticeCloud) -> None:
    practice_cloud.faults.add(Fault(FaultKind.DELAY, Service.DEVOPS, "connectionData", seconds=0.3))
    push(pat_desk, "checkAgain")
    assert not any(pat_desk.button(name).isEnabled() for name in ("askAzure", "enterDate"))
    idle(pat_desk)
    assert all(pat_desk.button(name).isEnabled() for name in ("askAzure", "enterDate"))


# -- what is shown ----------------------------------------------------------------------------------------------------


def test_the_ends_of_a_sign_in_and_its_token_in_memory(world: World, open_desk: OpenDesk) -> None:
    world.save_oauth("Sign-in", key="web")
    desk = open_desk(world)

    assert "minutes)" in end_words(desk, "access-token")
    assert end_words(desk, "refresh-token").endswith("(in 90 days)")
    assert end_words(desk, "client-secret") == "Not known"
    said = desk.window.connection_page.ends.time_line.accessibleName()
    assert "Sign-in: " in said
    assert "Client secret: Not known." in said
    world.connections._proved.clear()  # as after a restart
    desk.window.refresh()
    idle(desk)
    assert end_words(desk, "access-token") == "None in use"


def test_scopes_that_were_lost_lead_to_a_new_sign_in(world: World, open_desk: OpenDesk) -> None:
    world.save_oauth("Sign-in", key="web")
    desk = desk_with(world, open_desk, "Sign-in", signed_in_scopes=("vso.moon",))

    assert "Microsoft grants less than when you signed in. No longer granted: vso.moon." in words(desk)
    push(desk, "notice0Button")
    assert desk.wizard.windowTitle() == "Sign in again for Sign-in"


def test_a_sign_in_that_nobody_used_is_kept_by_one_check(world: World, open_desk: OpenDesk) -> None:
    world.save_oauth("Sign-in", key="web")
    world.connections._proved.clear()
    desk = desk_with(world, open_desk, "Sign-in", renewed_at=datetime.now(UTC) - timedelta(days=80))
    assert "This connection ends in 10 days." in words(desk)
    push(desk, "notice0Button")
    idle(desk)

    assert desk.window.connection_page.checks.isVisible()
    assert "This connection ends" not in words(desk)


def test_banners_come_and_go_with_the_connection(world: World, open_desk: OpenDesk) -> None:
    world.save_client_secret("Automation")
    world.save_pat("Nightly sync")
    desk = desk_with(world, open_desk, "Automation", credential_ends=TODAY - timedelta(days=1))
    notices = desk.window.connection_page.notices
    assert "This connection has ended." in words(desk)
    assert desk.button("notice0Button").text() == "Open Certificates && secrets"
    desk.window.show_connection(next(one.id for one in world.connections.load() if one.name == "Nightly sync"))
    assert "has ended" not in visible_words(notices)


@pytest.mark.parametrize("dark", [False, True])
def test_the_time_line_is_drawn_in_both_looks(world: World, open_desk: OpenDesk, dark: bool) -> None:
    from PySide6.QtCore import Qt as _Qt
    from PySide6.QtGui import QColor

    from desktop_app.gui.style import look

    world.save_pat("Nightly sync")
    desk = desk_with(world, open_desk, "Nightly sync", credential_ends=TODAY + timedelta(days=20))
    try:
        look().apply(_Qt.ColorScheme.Dark if dark else _Qt.ColorScheme.Light)
        image = desk.window.connection_page.ends.time_line.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        colours = {image.pixelColor(x, y).rgb() for x in range(image.width()) for y in range(image.height())}
        tokens = look().tokens
        for role in ("accent", "attention", "border"):
            assert QColor(getattr(tokens, role)).rgb() in colours, role
    finally:
        look().apply(_Qt.ColorScheme.Light)


# -- the reminder -----------------------------------------------------------------------------------------------------


def test_a_reminder_is_saved_where_the_person_says(world: World, open_desk: OpenDesk, tmp_path: Path) -> None:
    world.save_pat("Nightly sync")
    ends = TODAY + timedelta(days=20)
    desk = desk_with(world, open_desk, "Nightly sync", credential_ends=ends)
    push(desk, "saveReminder")
    dialog = desk.dialog("reminderDialog")
    assert isinstance(dialog, QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    assert name.text() == "reminder-Nightly-sync.ics"
    name.setText(str(tmp_path / "mine.ics"))
    desk.keyboard.press(Qt.Key.Key_Return)
    idle(desk)

    assert "The reminder is saved." in words(desk)
    assert f"DTSTART;VALUE=DATE:{ends:%Y%m%d}" in (tmp_path / "mine.ics").read_text()


def test_why_a_reminder_was_not_saved_is_told(world: World, open_desk: OpenDesk, tmp_path: Path) -> None:
    world.save_pat("Nightly sync")
    desk = desk_with(world, open_desk, "Nightly sync", credential_ends=TODAY + timedelta(days=20))
    behind = desk.window.actions_of_connection._ends
    assert behind is not None
    behind.write(str(tmp_path / "nowhere" / "mine.ics"), shown(desk))
    idle(desk)

    assert "The reminder was not saved." in words(desk)


def test_what_nobody_knows_the_end_of_has_no_reminder(pat_desk: Desk) -> None:
    assert not pat_desk.window.connection_page.ends.remind.isVisible()
