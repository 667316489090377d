"""A proxy that wants a name and a password before it lets the sign-in page through, with a real web view."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QNetworkProxy
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.core.problems import Problem
from desktop_app.gui.proxy_dialog import ProxyDialog
from tests.fakes.asking_proxy import AskingProxy, asking_proxy
from tests.gui.sign_in_site import OpenView, Site, Visit, page, sign_in_site

FAR_AWAY = "login.far-away.example"  # Chromium asks no proxy for this computer's own names
NAME, PASSWORD = "dana", "word for the " + "proxy"


@pytest.fixture
def site() -> Iterator[Site]:
    with sign_in_site(FAR_AWAY) as running:
        running.replies["/authorize"] = page("pick an account")
        yield running


@pytest.fixture
def proxy(site: Site, qtbot: QtBot) -> Iterator[AskingProxy]:
    with asking_proxy(site.port, NAME, PASSWORD) as running:
        before = QNetworkProxy.applicationProxy()
        QNetworkProxy.setApplicationProxy(QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "127.0.0.1", running.port))
        yield running
        QNetworkProxy.setApplicationProxy(before)


def dialogs() -> list[ProxyDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, ProxyDialog) and one.isVisible()]


def asked(here: Visit) -> ProxyDialog:
    here.wait(lambda: bool(dialogs()))
    return dialogs()[0]


def answer(dialog: ProxyDialog, name: str, password: str) -> None:
    for part, text in (("proxyName", name), ("proxyPassword", password)):
        editor = dialog.findChild(QLineEdit, part)
        assert isinstance(editor, QLineEdit)
        QTest.keyClicks(editor, text)
    forward = dialog.findChild(QPushButton, "proxyForward")
    assert isinstance(forward, QPushButton)
    QTest.keyClick(forward, Qt.Key.Key_Space)


def test_a_name_and_a_password_open_the_way(
    site: Site, visit: OpenView, proxy: AskingProxy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    here = visit()
    here.begin(site.url("/authorize", FAR_AWAY))
    dialog = asked(here)
    assert "127.0.0.1" in dialog.words.text()
    assert not dialog.fault.isVisible()
    answer(dialog, NAME, PASSWORD)
    here.wait_for_text("pick an account")
    assert dialogs() == []
    assert proxy.let_through >= 1
    assert (PASSWORD in caplog.text) is False
    files = [file for file in Path.home().rglob("*") if file.is_file()]
    assert [file for file in files if PASSWORD.encode() in file.read_bytes()] == []


def test_what_was_typed_is_asked_for_once_in_a_run(site: Site, visit: OpenView, proxy: AskingProxy) -> None:
    here = visit()
    here.begin(site.url("/authorize", FAR_AWAY))
    answer(asked(here), NAME, PASSWORD)
    here.wait_for_text("pick an account")
    site.replies["/authorize"] = page("once more")
    here.press("signInAgain")
    here.wait_for_text("once more")
    assert dialogs() == []


def test_a_wrong_password_is_said_and_asked_for_again(site: Site, visit: OpenView, proxy: AskingProxy) -> None:
    here = visit()
    here.begin(site.url("/authorize", FAR_AWAY))
    answer(asked(here), NAME, "not right")
    here.wait(lambda: bool(dialogs()) and dialogs()[0].fault.isVisible())
    answer(asked(here), NAME, PASSWORD)
    here.wait_for_text("pick an account")


def test_cancel_ends_the_sign_in_with_the_reason(site: Site, visit: OpenView, proxy: AskingProxy) -> None:
    here = visit()
    running = here.begin(site.url("/authorize", FAR_AWAY))
    QTest.keyClick(asked(here), Qt.Key.Key_Escape)
    problem = here.problem(running)
    assert problem.problem is Problem.PROXY_AUTHENTICATION
    assert problem.facts == {"host": "127.0.0.1"}


def test_a_sign_in_that_is_cancelled_takes_the_question_along(site: Site, visit: OpenView, proxy: AskingProxy) -> None:
    here = visit()
    here.begin(site.url("/authorize", FAR_AWAY))
    asked(here)
    here.cancel.request()
    here.wait(lambda: here.view.is_idle)
    assert dialogs() == []
