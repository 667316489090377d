"""*Check this computer* fills in live, explains the chosen line, can be copied, and closes in the middle."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.app.doctor import Doctor
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.diagnosis import DiagnosisName, Line, Scope
from desktop_app.core.ports import Request, Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.gui.doctor_window import DoctorWindow
from desktop_app.gui.tasks import TaskRunner
from tests.fakes.computer import FakeComputer
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.world import World

LOGIN, DEVOPS = "login.microsoftonline.com", "dev.azure.com"
WAIT_MS = 10_000
Open = Callable[[], DoctorWindow]


@pytest.fixture
def fake(tmp_path: Path) -> FakeComputer:
    return FakeComputer(tmp_path)


@pytest.fixture
def open_window(qtbot: QtBot, styled: QApplication, fake: FakeComputer) -> Iterator[Open]:
    runner = TaskRunner()
    windows: list[DoctorWindow] = []

    def make() -> DoctorWindow:
        doctor = Doctor(fake.computer().diagnoses, fake.clock)
        window = DoctorWindow(doctor, Scope(PUBLIC, frozenset({Method.CLIENT_SECRET})), runner, lambda url: True)
        qtbot.addWidget(window)
        windows.append(window)
        window.show()
        return window

    yield make
    for window in windows:
        window.close()
    assert runner.shutdown(wait_s=10.0)


def key(name: DiagnosisName, host: str = "") -> str:
    return Line(name, host).key


def row_of(window: DoctorWindow, text: str) -> int:
    rows = [window.view.item(row).text() for row in range(window.view.count())]
    return next(number for number, row in enumerate(rows) if row.startswith(text))


def test_sound_computer_shows_no_explanation(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    assert window.busy
    assert not window.copy.isEnabled()
    assert "checking" in window.view.spoken(key(DiagnosisName.NETWORK))

    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)

    assert window.summary.text() == "Nothing on this computer stands in the way."
    assert window.problem.isHidden()
    assert "passed" in window.view.spoken(key(DiagnosisName.CONNECTION, DEVOPS))


def test_results_show_while_others_still_run(
    qtbot: QtBot, fake: FakeComputer, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_answer = threading.Event()
    send = fake.send

    def slow(request: Request) -> Response:
        may_answer.wait(WAIT_MS / 1000)
        return send(request)

    monkeypatch.setattr(fake, "send", slow)
    window = open_window()

    qtbot.waitUntil(lambda: "passed" in window.view.spoken(key(DiagnosisName.PROXY)), timeout=WAIT_MS)
    assert "checking" in window.view.spoken(key(DiagnosisName.CONNECTION, DEVOPS))
    may_answer.set()
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)


def test_first_failure_is_explained_and_any_other_when_it_is_chosen(
    qtbot: QtBot, fake: FakeComputer, open_window: Open
) -> None:
    fake.answers[DEVOPS] = ConnectionProblem(
        Problem.CERTIFICATE_UNTRUSTED, {"host": DEVOPS, "issuer": "Contoso Gateway"}
    )
    fake.behind_s = 3600
    window = open_window()
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)

    assert window.summary.text() == "2 things on this computer need you."
    assert "certificate of dev.azure.com" in window.problem.title.text()
    assert "Contoso Gateway" in window.problem.paragraphs[0].text()
    assert window.problem.action_button.isHidden()
    assert window.problem.second_button.isHidden()

    window.view.setFocus()
    while window.view.currentRow() != row_of(window, "Clock"):
        QTest.keyClick(window.view, Qt.Key.Key_Down)
    assert "clock" in window.problem.title.text()
    window.view.setCurrentRow(row_of(window, "Keyring"))
    assert window.problem.isHidden()


def test_checking_again_starts_from_the_beginning(qtbot: QtBot, fake: FakeComputer, open_window: Open) -> None:
    fake.behind_s = 3600
    window = open_window()
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)
    fake.behind_s = 0

    QTest.mouseClick(window.again, Qt.MouseButton.LeftButton)
    assert window.problem.isHidden()
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)

    assert window.summary.text().startswith("Nothing")
    assert window.problem.isHidden()


def test_result_can_be_copied(qtbot: QtBot, fake: FakeComputer, open_window: Open) -> None:
    fake.proxy = "http://anna:" + "hush" + "@proxy.contoso.example:8080"
    window = open_window()
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)

    QTest.mouseClick(window.copy, Qt.MouseButton.LeftButton)

    text = QGuiApplication.clipboard().text()
    assert text.startswith("Nothing on this computer stands in the way.")
    assert "proxy.contoso.example:8080 answers" in text
    assert "hush" not in text
    assert window.copy.text() == "Copied"


def test_window_closes_in_the_middle_and_nothing_comes_after(
    qtbot: QtBot, fake: FakeComputer, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_answer = threading.Event(), threading.Event()
    send = fake.send

    def hang(request: Request) -> Response:
        begun.set()
        may_answer.wait(WAIT_MS / 1000)
        return send(request)

    monkeypatch.setattr(fake, "send", hang)
    window = open_window()
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)

    QTest.mouseClick(window.leave, Qt.MouseButton.LeftButton)

    assert window.isHidden()
    assert not window.busy
    may_answer.set()


def test_everything_is_reached_by_tab(qtbot: QtBot, fake: FakeComputer, open_window: Open) -> None:
    fake.behind_s = 3600
    window = open_window()
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)
    window.activateWindow()
    window.view.setFocus()
    reached = set()
    for _step in range(12):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())

    assert {window.view, window.again, window.copy, window.leave, window.problem.details_button} <= reached


# -- from the main window ---------------------------------------------------------------------------------------------


def doctor_window(desk: Desk) -> DoctorWindow | None:
    shown = [one for one in desk.window.findChildren(DoctorWindow) if one.isVisible()]
    assert len(shown) <= 1
    return shown[0] if shown else None


def choose_from_help_menu(desk: Desk) -> None:
    (action,) = (one for one in desk.window.findChildren(QAction) if one.text() == "&Check this computer…")
    action.trigger()


def test_help_menu_checks_what_the_practice_cloud_needs(qtbot: QtBot, open_desk: OpenDesk, world: World) -> None:
    desk = open_desk(world, practice=True)
    choose_from_help_menu(desk)
    window = doctor_window(desk)
    assert window is not None
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)

    assert window.summary.text() == "Nothing on this computer stands in the way."
    assert window.scope.cloud == world.practice_cloud.cloud

    choose_from_help_menu(desk)
    assert doctor_window(desk) is window
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)


def test_closing_the_main_window_in_the_middle_ends_it(open_desk: OpenDesk, world: World) -> None:
    desk = open_desk(world)
    choose_from_help_menu(desk)
    assert doctor_window(desk) is not None

    desk.window.close()

    assert doctor_window(desk) is None


def test_failure_of_the_network_leads_there(qtbot: QtBot, open_desk: OpenDesk, world: World) -> None:
    desk = open_desk(world)
    desk.window.show_problem(ConnectionProblem(Problem.NAME_NOT_RESOLVED, {"host": DEVOPS}))
    button = desk.window.problem.second_button
    assert button.text() == "Check this computer"

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    window = doctor_window(desk)
    assert window is not None
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)


def test_wizard_leads_there_with_what_its_connection_needs(qtbot: QtBot, open_desk: OpenDesk, world: World) -> None:
    desk = open_desk(world)
    desk.check_pat(world.pat())
    desk.page.show_problem(ConnectionProblem(Problem.TIMED_OUT, {"host": DEVOPS}))

    QTest.mouseClick(desk.page.problem.second_button, Qt.MouseButton.LeftButton)

    window = doctor_window(desk)
    assert window is not None
    assert window.scope == Scope(world.practice_cloud.cloud, frozenset({Method.PAT}))
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)
