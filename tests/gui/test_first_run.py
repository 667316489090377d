"""What a person sees who has no connection yet: the three cards, Help me choose, and the way to practise."""

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QRadioButton

from desktop_app.core.profile import Method
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import assert_everything_is_named, assert_tab_order_is_reading_order, visible_words
from tests.gui.world import World

TITLES = {
    Method.OAUTH: "New connection: OAuth",
    Method.PAT: "New connection: personal access token",
    Method.CLIENT_SECRET: "New connection: client secret",
}


@pytest.mark.parametrize("method", Method)
def test_card_starts_its_wizard(desk: Desk, method: Method) -> None:
    assert desk.start(method).windowTitle() == TITLES[method]
    assert desk.page.objectName() == "OrganizationPage"


def test_first_card_has_the_focus_and_enter_starts_it(desk: Desk) -> None:
    assert desk.keyboard.focus.objectName() == "start-oauth"
    desk.keyboard.press(Qt.Key.Key_Space)
    assert desk.wizard.windowTitle() == TITLES[Method.OAUTH]


def test_each_card_says_for_whom_what_is_needed_and_how_long(desk: Desk) -> None:
    words = visible_words(desk.window)
    for said in (
        "acts as the person who signs in",
        "For scripts and small tools.",
        "run without a person",
        "Needs nothing but an Azure DevOps account.",
        "About 3 minutes.",
        "About 10 minutes; 2 if the app is there already.",
    ):
        assert said in words


def test_one_wizard_at_a_time(desk: Desk) -> None:
    wizard = desk.start(Method.PAT)
    desk.window.new_connection(Method.OAUTH)
    assert desk.wizard is wizard
    assert wizard.windowTitle() == TITLES[Method.PAT]


def test_cards_can_be_walked_in_the_order_they_are_read(desk: Desk) -> None:
    assert_everything_is_named(desk.window)
    order = assert_tab_order_is_reading_order(desk, desk.window)
    assert {button.objectName() for button in order} == {
        "start-oauth",
        "start-pat",
        "start-client-secret",
        "helpMeChoose",
        "tryPractice",
    }


def test_practice_is_offered_outside_of_it_only(open_desk: OpenDesk, world: World) -> None:
    real = open_desk(world)
    real.keyboard.push(real.button("tryPractice"))
    assert real.practice_starts == 1
    practising = open_desk(world, practice=True)
    assert "tryPractice" not in {child.objectName() for child in practising.window.first_run.findChildren(QPushButton)}


@pytest.mark.parametrize(("job", "server", "no_app"), list(itertools.product((False, True), repeat=3)))
def test_help_me_choose_recommends_and_starts(desk: Desk, job: bool, server: bool, no_app: bool) -> None:
    wanted = Method.PAT if server or no_app else Method.CLIENT_SECRET if job else Method.OAUTH
    desk.keyboard.push(desk.button("helpMeChoose"))
    dialog = desk.dialog("chooseDialog")
    answers = {
        "A job that runs by itself": job,
        "On a server of our own": server,
        "No": no_app,
    }
    usual = ["A person, through a tool", "At dev.azure.com", "Yes, or somebody does it for me"]
    choices = {choice.text(): choice for choice in dialog.findChildren(QRadioButton)}
    for first, (second, chosen) in zip(usual, answers.items(), strict=True):
        desk.keyboard.go_to(choices[first])
        if chosen:
            desk.keyboard.press_down()
            assert choices[second].isChecked()
    assert_everything_is_named(dialog)
    assert_tab_order_is_reading_order(desk, dialog)
    said = {
        Method.OAUTH: "We recommend OAuth.",
        Method.PAT: "We recommend a personal access token.",
        Method.CLIENT_SECRET: "We recommend a client secret.",
    }
    assert said[wanted] in visible_words(dialog)
    desk.keyboard.press(Qt.Key.Key_Return)
    assert desk.wizard.windowTitle() == TITLES[wanted]


def test_help_me_choose_can_be_left(desk: Desk) -> None:
    desk.keyboard.push(desk.button("helpMeChoose"))
    desk.dialog("chooseDialog")
    desk.keyboard.press(Qt.Key.Key_Escape)
    assert desk.keyboard.focus.objectName() == "helpMeChoose"
    assert desk.window.wizard is None
