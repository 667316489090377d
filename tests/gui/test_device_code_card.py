"""The card with the code for another device."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.auth.device_code import DeviceCode
from desktop_app.gui.device_code_card import DeviceCodeCard
from tests.fakes.clock import FakeClock


class Shown:
    """A card on screen, and what came of its buttons."""

    def __init__(self, qtbot: QtBot) -> None:
        self.clock = FakeClock()
        self.opened: list[str] = []
        self.copied: list[str] = []
        self.card = DeviceCodeCard(self.clock.now, self.opened.append, self.copied.append)
        qtbot.addWidget(self.card)

    def show(self) -> None:
        ends_at = self.clock.now() + timedelta(minutes=15)
        self.card.show_code(DeviceCode("BCD4FGH7J", "https://login.example/device", ends_at))
        self.card.show()


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


def test_the_code_and_where_to_enter_it_are_shown(shown: Shown) -> None:
    shown.show()
    card = shown.card
    assert card.code.text() == "BCD4FGH7J"
    assert card.code.accessibleName() == "B C D 4 F G H 7 J"
    assert "https://login.example/device" in card.address.text()
    assert card.code.font().pointSizeF() >= 2 * card.font().pointSizeF()


def test_copy_and_open_hand_out_code_and_address(shown: Shown) -> None:
    shown.show()
    for button in (shown.card.copy_button, shown.card.open_button):
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert shown.copied == ["BCD4FGH7J"]
    assert shown.opened == ["https://login.example/device"]
    assert shown.card.copy_button.text() == "Copied"


def test_the_time_runs_down_to_the_end(shown: Shown) -> None:
    shown.show()
    said = [shown.card.time_left.text()]
    for seconds in (1, 840, 59, 5):
        shown.clock.advance(seconds)
        shown.card.tick()
        said.append(shown.card.time_left.text())
    assert said == [
        "Time left: 15:00",
        "Time left: 14:59",
        "Time left: 0:59",
        "The code has ended.",
        "The code has ended.",
    ]


def test_while_it_is_asked_for_only_cancel_is_there(shown: Shown, qtbot: QtBot) -> None:
    shown.show()
    shown.card.wait_for_code()
    visible = [part for part in shown.card.findChildren(QWidget) if part.isVisible()]
    assert shown.card.cancel_button in visible
    assert shown.card.code not in visible
    with qtbot.waitSignal(shown.card.cancelled):
        QTest.keyClick(shown.card.cancel_button, Qt.Key.Key_Space)


def test_a_dismissed_card_knows_no_code(shown: Shown) -> None:
    shown.show()
    shown.card.dismiss()
    assert shown.card.code.text() == ""
    assert shown.card.code.accessibleName() == ""
    assert not shown.card.isVisible()
