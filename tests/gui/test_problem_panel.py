"""A failure is explained in words, can be acted upon, and gives its technical details only on request."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.gui.problem_panel import ProblemPanel


@dataclass(frozen=True)
class Action:
    label: str


@dataclass(frozen=True)
class Guidance:
    title: str = "Azure DevOps did not accept the token"
    happened: str = "The organization <contoso> said no."
    likely: str = "The token was cut off."
    now: str = "Copy it again."
    action: Action | None = None
    second: Action | None = None


@pytest.fixture
def panel(qtbot: QtBot) -> ProblemPanel:
    panel = ProblemPanel()
    qtbot.addWidget(panel)
    return panel


def test_panel_is_hidden_until_there_is_something_to_say(panel: ProblemPanel) -> None:
    assert panel.isHidden()
    panel.show_guidance(Guidance())
    assert panel.isVisible()
    panel.clear()
    assert panel.isHidden()


def test_words_are_shown_as_text_not_as_markup(panel: ProblemPanel) -> None:
    panel.show_guidance(Guidance())

    assert "&lt;contoso&gt;" in panel.paragraphs[0].text()
    assert panel.accessibleName() == "Azure DevOps did not accept the token"
    assert panel.accessibleDescription() == "The organization <contoso> said no. The token was cut off. Copy it again."


def test_assistive_technology_is_alerted(panel: ProblemPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    alerts: list[QAccessible.Event] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: alerts.append(event.type()))

    panel.show_guidance(Guidance())

    assert QAccessible.Event.Alert in alerts


def test_button_hands_out_the_action(panel: ProblemPanel, qtbot: QtBot) -> None:
    action = Action("Open the token page")
    panel.show_guidance(Guidance(action=action))

    assert panel.action_button.text() == "Open the token page"
    with qtbot.waitSignal(panel.action_requested, check_params_cb=lambda got: got is action):
        QTest.mouseClick(panel.action_button, Qt.MouseButton.LeftButton)


def test_no_action_no_button_and_no_details_no_fold(panel: ProblemPanel) -> None:
    panel.show_guidance(Guidance())

    assert panel.action_button.isHidden()
    assert panel.details_button.isHidden()


def test_details_unfold_by_keyboard_and_can_be_copied(panel: ProblemPanel, qtbot: QtBot) -> None:
    panel.show_guidance(Guidance(), ("problem: credential-rejected", "status: 401"))
    assert panel.details.isHidden()

    QTest.keyClick(panel.details_button, Qt.Key.Key_Space)
    assert panel.details.isVisible()
    QTest.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)

    assert QGuiApplication.clipboard().text() == "problem: credential-rejected\nstatus: 401"


def test_next_problem_starts_with_folded_details(panel: ProblemPanel) -> None:
    panel.show_guidance(Guidance(), "first")
    panel.details_button.setChecked(True)
    panel.show_guidance(Guidance(title="Another"), {"status": "500"})

    assert panel.details.isHidden()
    assert panel.details.toPlainText() == "status: 500"


def test_details_never_show_a_secret(panel: ProblemPanel) -> None:
    token = "b" * 52
    panel.show_guidance(Guidance(), f"token: {token}")

    assert token not in panel.details.toPlainText()
