"""The list of connections, practice mode, and what the window says when it can not start as it should."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.app.guidance_index import guidance_for
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import LastCheck, Method, Profile, ProfileId
from desktop_app.gui.practice_window import PracticeWindow
from desktop_app.gui.window_content import WindowContent
from desktop_app.infra.keyring_store import KeyringSecretStore
from desktop_app.infra.profile_file import ProfileFile
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import (
    assert_everything_is_named,
    assert_nowhere,
    assert_tab_order_is_reading_order,
    visible_words,
)
from tests.gui.world import World

TODAY = date.today()  # noqa: DTZ011 - the admin's own day
CHECKED = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def a_row(world: World, name: str, **changes: object) -> Profile:
    """A connection that works, but for the changes."""
    whole = Profile(
        id=ProfileId(name.encode().hex()),
        name=name,
        organization="contoso",
        method=Method.PAT,
        cloud=world.practice_cloud.cloud,
        created_at=CHECKED,
        last_check=LastCheck(CHECKED, identity_proved=True, problem=None),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # any field of Profile


def save_rows(world: World, *rows: Profile) -> None:
    cloud = world.practice_cloud.cloud
    file = ProfileFile(world.folder, {cloud.key: cloud})
    for row in rows:
        file.save(row)


def names(desk: Desk) -> list[str]:
    """The names in the list, as a search leaves them."""
    model = desk.window.connection_list.list.model()
    return [str(model.index(row, 0).data()).partition(",")[0] for row in range(model.rowCount())]


# -- the list ---------------------------------------------------------------------------------------------------------


def test_what_needs_attention_stands_first(open_desk: OpenDesk, world: World) -> None:
    save_rows(
        world,
        a_row(world, "works"),
        a_row(world, "also works"),
        a_row(world, "unchecked", last_check=None),
        a_row(world, "ends soon", credential_ends=TODAY + timedelta(days=6)),
        a_row(world, "in part", last_check=LastCheck(CHECKED, True, Problem.SCOPE_MISSING)),
        a_row(world, "broken", last_check=LastCheck(CHECKED, False, Problem.CREDENTIAL_REJECTED)),
        a_row(world, "expired", credential_ends=TODAY - timedelta(days=1)),
    )
    desk = open_desk(world)
    assert names(desk) == ["broken", "expired", "ends soon", "in part", "unchecked", "also works", "works"]
    words = visible_words(desk.window)
    for state in ("Needs you", "Expired", "Expires in 6 days", "Works in part", "Not checked yet", "Works"):
        assert f", {state}" in words
    assert desk.window.profile is not None
    assert desk.window.profile.name == "broken"


def test_search_leaves_what_fits(open_desk: OpenDesk, world: World) -> None:
    save_rows(
        world,
        a_row(world, "Release pipeline"),
        a_row(world, "Nightly sync", method=Method.CLIENT_SECRET),
        a_row(world, "Reports", organization="fabrikam"),
    )
    desk = open_desk(world)
    search = desk.window.connection_list.search
    desk.keyboard.fill(search, "PIPE")
    assert names(desk) == ["Release pipeline"]
    desk.keyboard.fill(search, "fabrikam")
    assert names(desk) == ["Reports"]
    desk.keyboard.fill(search, "client secret")
    assert names(desk) == ["Nightly sync"]
    desk.keyboard.fill(search, "nothing like it")
    assert names(desk) == []
    desk.keyboard.fill(search, "")
    assert len(names(desk)) == 3


def test_arrow_keys_choose_a_connection(open_desk: OpenDesk, world: World) -> None:
    save_rows(world, a_row(world, "first"), a_row(world, "second", organization="fabrikam"))
    desk = open_desk(world)
    desk.keyboard.go_to(desk.window.connection_list.list)
    desk.keyboard.press_down()
    assert desk.window.profile is not None
    assert desk.window.profile.name == "second"
    assert "fabrikam" in visible_words(desk.window.connection_page)


def test_new_connection_shows_the_cards_and_the_way_back(open_desk: OpenDesk, world: World) -> None:
    save_rows(world, a_row(world, "first"))
    desk = open_desk(world)
    desk.keyboard.push(desk.button("newConnection"))
    assert desk.window.first_run.isVisible()
    back = next(button for button in desk.window.findChildren(QPushButton) if button.text() == "Back to my connections")
    desk.keyboard.push(back)
    assert desk.window.connection_page.isVisible()
    desk.keyboard.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.first_run.isVisible()


def test_connection_that_does_not_work_is_shown_from_its_top(open_desk: OpenDesk, world: World) -> None:
    save_rows(world, a_row(world, "broken", last_check=LastCheck(CHECKED, False, Problem.CREDENTIAL_REJECTED)))
    desk = open_desk(world)
    page = desk.window.connection_page
    desk.wait(lambda: page.isVisible() and page.problem.isVisible())
    assert page.verticalScrollBar().value() == 0


def test_page_that_is_built_late_shows_what_was_chosen_before(
    open_desk: OpenDesk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WindowContent, "prepare_rest", lambda self: iter(()))
    save_rows(world, a_row(world, "first"), a_row(world, "second"))
    desk = open_desk(world)
    assert desk.window.first_run.isVisible()
    desk.keyboard.go_to(desk.window.connection_list.list)
    desk.keyboard.press_down()
    page = desk.window.connection_page  # whoever asks for it first builds it
    desk.wait(page.isVisible)
    assert "second" in visible_words(page)


def test_page_that_is_built_late_leaves_the_cards_in_front(
    open_desk: OpenDesk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WindowContent, "prepare_rest", lambda self: iter(()))
    save_rows(world, a_row(world, "first"))
    desk = open_desk(world)
    desk.keyboard.push(desk.button("newConnection"))
    page = desk.window.connection_page
    desk.wait(lambda: page.title.text() == "first")
    assert desk.window.first_run.isVisible()
    desk.keyboard.push(desk.window.first_run.back)
    assert page.isVisible()


def test_window_with_a_connection_is_walked_as_it_is_read(open_desk: OpenDesk, world: World) -> None:
    save_rows(world, a_row(world, "first"), a_row(world, "second"))
    desk = open_desk(world)
    assert_everything_is_named(desk.window)
    assert_tab_order_is_reading_order(desk, desk.window.connection_list)
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)


# -- practice mode ----------------------------------------------------------------------------------------------------


def test_practice_mode_is_unmistakable(open_desk: OpenDesk, world: World) -> None:
    real = open_desk(world)
    assert real.window.windowTitle() == "ADO Connect"
    assert "Practice cloud." not in visible_words(real.window)
    desk = open_desk(world, practice=True)
    assert desk.window.windowTitle() == "Practice cloud — ADO Connect"
    assert "Nothing here touches a real account; your real connections are not shown." in visible_words(desk.window)


def test_practice_values_are_copied_without_being_shown(open_desk: OpenDesk, world: World) -> None:
    desk = open_desk(world, practice=True)
    desk.keyboard.push(desk.button("practiceValues"))
    card = desk.dialog("practiceWindow")
    assert isinstance(card, PracticeWindow)
    desk.wait(lambda: card.whole)
    secrets = [world.pat(), world.pat("read-only"), world.app("web")[2], world.app("automation")[2]]
    assert_nowhere(secrets)
    assert_everything_is_named(card)

    def copy_buttons() -> list[QPushButton]:
        buttons = [button for button in card.findChildren(QPushButton) if button.isVisible()]
        return [button for button in buttons if "Personal access" in button.accessibleName()]

    assert desk.window.workspace is not None
    tokens = [value for value in desk.window.workspace.practice_values if value.label == "Personal access token"]
    desk.wait(lambda: len(copy_buttons()) == len(tokens))
    desk.keyboard.push(copy_buttons()[0])
    assert desk.clipboard.holding
    assert_nowhere(secrets)
    assert "Personal access token copied." in desk.window.countdown.text


def test_practice_values_open_beside_a_wizard(open_desk: OpenDesk, world: World) -> None:
    desk = open_desk(world, practice=True)
    wizard = desk.start(Method.PAT)
    assert wizard.isActiveWindow()

    def opened() -> list[QWidget]:
        return [window for window in desk.window.findChildren(QWidget) if window.objectName() == "practiceWindow"]

    desk.wait(lambda: bool(opened()))
    assert len(opened()) == 1
    desk.wait(wizard.isActiveWindow)
    desk.keyboard.type("contoso")
    assert desk.editor("organization").property("text") == "contoso"


# -- starting with something amiss ------------------------------------------------------------------------------------


def test_no_keyring_is_said_at_start_and_secrets_may_be_kept_for_this_run(
    make_world: Callable[..., World], open_desk: OpenDesk
) -> None:
    problem = ConnectionProblem(Problem.KEYRING_MISSING)
    desk = open_desk(make_world(secrets=KeyringSecretStore("ado-connect-test"), keyring_problem=problem))
    guidance = guidance_for(Problem.KEYRING_MISSING)
    words = visible_words(desk.window)
    assert guidance.title in words
    assert guidance.happened in words
    desk.keyboard.push(desk.window.problem.action_button)
    assert not desk.window.problem.isVisible()
    assert desk.window.statusBar().currentMessage() == "Secrets are kept until you close ADO Connect."
    desk.check_pat(desk.world.pat())
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    desk.finish()
    desk.keyboard.push(desk.button("copyToken"))
    desk.wait(lambda: desk.clipboard.holding)
    assert desk.world.pat() not in desk.world.file.read_text()


def test_program_that_could_not_be_built_says_so_and_tries_again(open_desk: OpenDesk, world: World) -> None:
    desk = open_desk(world)
    desk.window.close_workspace()
    answers = [ConnectionProblem(Problem.INTERNAL)]

    def build() -> object:
        if answers:
            raise answers.pop()
        return world.workspace()

    desk.window.open_workspace(build)  # type: ignore[arg-type]  # a Workspace, in the end
    desk.wait(desk.window.problem.isVisible)
    assert guidance_for(Problem.INTERNAL).title in visible_words(desk.window)
    desk.keyboard.push(desk.window.problem.action_button)
    desk.wait(lambda: desk.window.workspace is not None)
    assert not desk.window.problem.isVisible()


def test_window_without_a_workspace_asks_for_patience(open_desk: OpenDesk, world: World) -> None:
    desk = open_desk(world)
    desk.window.close_workspace()
    desk.keyboard.push(desk.button("start-pat"))
    assert desk.window.wizard is None
    assert desk.window.statusBar().currentMessage() == "One moment, ADO Connect is still starting."


def test_second_window_shows_what_the_first_one_saved(open_desk: OpenDesk, world: World, tmp_path: Path) -> None:
    assert tmp_path in world.file.parents
    first = open_desk(world)
    first.check_pat(world.pat())
    first.go_on("NamePage")
    first.go_on("DonePage")
    first.finish()
    second = open_desk(world)
    assert names(second) == ["contoso"]
