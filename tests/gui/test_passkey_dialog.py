"""The dialog for passkeys, driven by the states of a request as the web engine would make them."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineWebAuthUxRequest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.gui.passkey_dialog import PasskeyDialog
from desktop_app.gui.sign_in_questions import PasskeyQuestions
from tests.fakes.passkey import Failure, PinError, PinRequest, Reason, Request, State

Open = Callable[[Request], PasskeyDialog]


@pytest.fixture
def open_dialog(qtbot: QtBot) -> Open:
    def open_one(request: Request) -> PasskeyDialog:
        dialog = PasskeyDialog(request)  # type: ignore[arg-type]
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        return dialog

    return open_one


def press(key: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def write(text: str) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, text)


def test_an_account_is_chosen_by_keyboard(open_dialog: Open) -> None:
    request = Request(State.SelectAccount)
    dialog = open_dialog(request)
    assert "login.example" in dialog.words.text()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert request.chosen == ["admin@contoso.example"]


def test_a_pin_is_handed_on_and_not_kept(open_dialog: Open) -> None:
    request = Request(State.CollectPin)
    dialog = open_dialog(request)
    assert dialog.pin.echoMode() is dialog.pin.EchoMode.Password
    write("2468")
    press(Qt.Key.Key_Return)
    assert request.pins == ["2468"]
    assert dialog.pin.text() == ""


def test_a_wrong_pin_says_how_many_tries_are_left(open_dialog: Open) -> None:
    request = Request(State.CollectPin)
    dialog = open_dialog(request)
    assert not dialog.fault.isVisible()
    request.ask_pin(PinRequest(error=PinError.WrongPin, left=1))
    assert dialog.fault.text() == "That PIN is not right. You have 1 try left."
    assert dialog.pin.accessibleDescription() == dialog.fault.text()


def test_few_tries_are_said_before_the_first(open_dialog: Open) -> None:
    dialog = open_dialog(Request(State.CollectPin, PinRequest(left=2)))
    assert dialog.fault.text() == "You have 2 tries left."


def test_a_pin_that_is_too_short_is_not_sent(open_dialog: Open) -> None:
    request = Request(State.CollectPin)
    dialog = open_dialog(request)
    write("123")
    press(Qt.Key.Key_Return)
    assert request.pins == []
    assert "4 characters" in dialog.fault.text()


@pytest.mark.parametrize("reason", [Reason.Set, Reason.Change])
def test_a_new_pin_is_entered_twice(open_dialog: Open, reason: Reason) -> None:
    request = Request(State.CollectPin, PinRequest(reason))
    dialog = open_dialog(request)
    write("2468")
    press(Qt.Key.Key_Tab)
    write("1357")
    press(Qt.Key.Key_Return)
    assert request.pins == []
    assert "not the same" in dialog.fault.text()
    dialog.again.setText("2468")
    press(Qt.Key.Key_Return)
    assert request.pins == ["2468"]


def test_a_touch_is_asked_for(open_dialog: Open) -> None:
    request = Request(State.CollectPin)
    dialog = open_dialog(request)
    request.go(State.FinishTokenCollection)
    assert "Touch" in dialog.title.text()
    assert not dialog.pin.isVisible()
    assert not dialog.forward.isVisible()
    press(Qt.Key.Key_Space)  # Cancel has the focus: nothing else could be pressed
    assert request.cancels == 1


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_is_told_in_a_sentence(open_dialog: Open, failure: Failure) -> None:
    dialog = open_dialog(Request(State.RequestFailed, failure=failure))
    assert dialog.words.text().endswith(".")
    assert "did not answer as expected" not in dialog.words.text()


def test_another_key_can_be_tried(open_dialog: Open) -> None:
    request = Request(State.RequestFailed, failure=Failure.KeyNotRegistered)
    open_dialog(request)
    press(Qt.Key.Key_Space)
    assert request.retries == 1


def test_a_key_that_is_locked_for_good_is_not_tried_again(open_dialog: Open) -> None:
    dialog = open_dialog(Request(State.RequestFailed, failure=Failure.HardPinBlock))
    assert not dialog.forward.isVisible()


@pytest.mark.parametrize("end", [State.Completed, State.Cancelled])
def test_it_closes_when_the_request_has_ended(open_dialog: Open, end: State) -> None:
    request = Request(State.FinishTokenCollection)
    dialog = open_dialog(request)
    request.go(end)
    assert not dialog.isVisible()
    assert request.cancels == 0


def test_escape_cancels_the_request_once(open_dialog: Open) -> None:
    request = Request(State.CollectPin)
    dialog = open_dialog(request)
    press(Qt.Key.Key_Escape)
    dialog.close()
    assert request.cancels == 1
    assert not dialog.isVisible()


def test_a_request_that_goes_away_takes_the_dialog_along(open_dialog: Open) -> None:
    request = Request(State.CollectPin)
    dialog = open_dialog(request)
    request.deleteLater()
    QCoreApplication.sendPostedEvents(request, QEvent.Type.DeferredDelete.value)
    assert not dialog.isVisible()


def test_the_fake_has_the_interface_of_the_real_request() -> None:
    used = {"state", "stateChanged", "relyingPartyId", "userNames", "pinRequest", "requestFailureReason"}
    used |= {"setPin", "setSelectedAccount", "retry", "cancel", "destroyed"}
    assert all(hasattr(QWebEngineWebAuthUxRequest, name) and hasattr(Request, name) for name in used)


def test_a_page_that_goes_away_cancels_what_it_asked(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    page = QWebEnginePage()
    questions = PasskeyQuestions(page, window, window)
    first, second = Request(State.CollectPin), Request(State.SelectAccount)
    questions.ask(first)  # type: ignore[arg-type]
    questions.ask(second)  # type: ignore[arg-type]
    assert (first.cancels, second.cancels) == (1, 0)
    questions.close()
    assert second.cancels == 1
    page.deleteLater()


def test_a_web_engine_that_asks_for_no_passkeys_is_left_alone(qtbot: QtBot) -> None:
    class OlderPage(QObject):
        """Without the signal."""

    window = QWidget()
    qtbot.addWidget(window)
    questions = PasskeyQuestions(OlderPage(), window, window)  # type: ignore[arg-type]
    questions.close()
    assert not window.findChildren(PasskeyDialog)
