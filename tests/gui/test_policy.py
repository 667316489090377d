"""What a company's IT has set, as a person sees it: beside settings, on cards, on a connection, in the wizard."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.settings import SettingsInMemory, SettingsInUse
from desktop_app.core.policy import Policy, PolicyFault, broken, policy_from
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method
from desktop_app.core.settings import Settings
from desktop_app.gui.settings_dialog import SettingsDialog
from desktop_app.infra.policy_file import FoundPolicy
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import visible_words
from tests.gui.world import World

OURS = "11112222-bbbb-3333-cccc-4444dddd5555"
Under = Callable[..., Desk]


@pytest.fixture
def under(make_world: Callable[..., World], open_desk: OpenDesk) -> Under:
    """A window under a policy, with one token that was saved before there was one."""

    def open_one(policy: Policy | None = None, *, saved: bool = True, **values: Any) -> Desk:  # what JSON may hold
        if saved:
            make_world().save_pat("Nightly sync")
        world = make_world(
            settings=SettingsInUse(
                SettingsInMemory(Settings(clipboard_seconds=60)), policy or policy_from({"version": 1, **values})
            )
        )
        return open_desk(world)

    return open_one


def settings(desk: Desk) -> SettingsDialog:
    desk.keyboard.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = desk.dialog("settingsDialog")
    assert isinstance(dialog, SettingsDialog)
    return dialog


# -- settings ---------------------------------------------------------------------------------------------------------


def test_what_is_fixed_rests_and_says_who_set_it(under: Under) -> None:
    desk = under(clipboard_seconds=20, background_checks=False, notifications=True)
    dialog = settings(desk)

    assert dialog.clipboard.maximum() == 20
    assert dialog.clipboard.value() == 20
    assert "Set by your organization: at most 20 seconds" in visible_words(dialog)
    assert (dialog.checks.isEnabled(), dialog.checks.isChecked()) == (False, False)
    assert (dialog.notifications.isEnabled(), dialog.notifications.isChecked()) == (False, True)
    assert dialog.checks.accessibleDescription() == "Set by your organization"
    assert dialog.tray.isEnabled()
    assert dialog.security.choose.isEnabled()
    assert desk.clipboard.seconds == 20

    chain = desk.keyboard.chain()
    assert dialog.tray in chain
    assert dialog.checks not in chain
    desk.keyboard.press(Qt.Key.Key_Escape)


def test_without_a_policy_nothing_says_so(desk: Desk) -> None:
    dialog = settings(desk)
    assert "Set by your organization" not in visible_words(dialog)
    desk.keyboard.press(Qt.Key.Key_Escape)


# -- ways to connect --------------------------------------------------------------------------------------------------


def test_the_card_of_a_method_that_is_not_allowed_rests_and_says_why(under: Under) -> None:
    desk = under(saved=False, methods=["oauth", "client-secret"])

    start = desk.window.findChild(QPushButton, "start-pat")
    assert isinstance(start, QPushButton)
    assert not start.isEnabled()
    assert start.accessibleDescription() == "Set by your organization: not allowed here"
    assert visible_words(desk.window).count("Set by your organization: not allowed here") >= 1
    assert desk.button("start-oauth").isEnabled()


def test_another_way_to_the_same_wizard_is_explained(under: Under) -> None:
    desk = under(saved=False, methods=["oauth"])
    desk.window.new_connection(Method.PAT)

    assert desk.window.wizard is None
    assert guidance_for(Problem.POLICY_FORBIDS_METHOD).title in visible_words(desk.window)


def test_hosts_that_are_not_listed_can_not_be_gone_on_with(under: Under, world: World) -> None:
    desk = under(saved=False, hosts=["public"])
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    assert desk.next_button.isEnabled()  # the practice cloud is part of the program

    page = desk.page
    page.advanced.toggle.setChecked(True)
    page.advanced.cloud.setCurrentIndex(page.advanced.cloud.count() - 1)
    for name, field in page.advanced.fields.items():
        field.text = "" if name in {"ca_file", "graph"} else "https://tfs.example"
    assert not desk.next_button.isEnabled()
    assert desk.reason == "Your organization does not allow these servers. Choose others under Advanced."
    desk.cancel()


# -- a connection that was there before -------------------------------------------------------------------------------


def test_a_forbidden_connection_is_shown_explained_and_not_usable(under: Under) -> None:
    desk = under(methods=["oauth"])
    page = desk.window.connection_page
    words = visible_words(desk.window)

    assert "Not allowed" in words
    assert guidance_for(Problem.POLICY_FORBIDS_METHOD).title in words
    assert not page.copy.isEnabled()
    assert not page.check.isEnabled()
    assert page.rename.isEnabled()
    assert page.remove.isEnabled()

    desk.window.actions_of_connection.copy_token()  # its key still works
    desk.wait(lambda: not desk.runner.active)
    assert not desk.clipboard.holding
    assert guidance_for(Problem.POLICY_FORBIDS_METHOD).title in visible_words(desk.window)
    assert not page.copy.isEnabled()


def test_it_can_be_removed(under: Under) -> None:
    desk = under(methods=["oauth"])
    desk.keyboard.push(desk.button("removeConnection"))
    box = desk.dialog("removeBox")
    desk.keyboard.push(desk.button("confirmRemove", box))
    desk.wait(lambda: desk.window.profile is None and not desk.runner.active)
    assert desk.world.connections.load() == ()


def test_a_broken_policy_is_explained_at_once_and_nothing_can_be_begun(under: Under) -> None:
    desk = under(broken(PolicyFault("unknown", "metods")))
    words = visible_words(desk.window)

    assert guidance_for(Problem.POLICY_UNREADABLE).title in words
    assert "Not allowed" in words
    assert not desk.window.connection_page.copy.isEnabled()
    for method in Method:
        desk.window.new_connection(method)
        assert desk.window.wizard is None


# -- Check this computer ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({}, "No policy is set up for this computer."),
        ({"there": True}, "A policy is in force; what it sets can not be changed here."),
        ({"there": True, "changeable": True}, "but people who are no administrators could change it"),
        ({"there": True, "policy": broken(PolicyFault("not-json"))}, guidance_for(Problem.POLICY_UNREADABLE).title),
    ],
)
def test_check_this_computer_tells_of_the_policy(
    make_world: Callable[..., World], open_desk: OpenDesk, found: dict[str, Any], says: str
) -> None:
    world = make_world()
    world.found_policy = FoundPolicy(world.folder / "policy.json", **found)
    desk = open_desk(world)
    desk.window.check_computer()
    window = desk.dialog("doctorWindow")
    desk.wait(lambda: not desk.runner.active)
    assert says in visible_words(window)
    window.close()
