"""*Save for support*: says what the file holds, writes it where the person wants, and lets them try elsewhere."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.doctor_window import DoctorWindow
from desktop_app.gui.support_dialog import SupportDialog
from tests.gui.driving import Desk
from tests.gui.looking import visible_words

Opened = tuple[DoctorWindow, SupportDialog]


@pytest.fixture
def opened(desk: Desk) -> Opened:
    """The dialog over a finished look at the computer."""
    desk.world.save_pat("Payroll pipeline")
    desk.world.logs["ado-connect.log"] = "one line"
    desk.window.check_computer()
    doctor = desk.dialog("doctorWindow")
    assert isinstance(doctor, DoctorWindow)
    assert doctor.save.isEnabled() is not doctor.busy
    desk.wait(lambda: not doctor.busy)
    QTest.mouseClick(doctor.save, Qt.MouseButton.LeftButton)
    found: list[SupportDialog] = []

    def there() -> bool:
        found[:] = doctor.findChildren(SupportDialog)
        return bool(found) and found[0].isVisible()

    desk.wait(there)
    return doctor, found[0]


def choose(desk: Desk, dialog: SupportDialog, file: Path) -> None:
    """Press the button, and take this file in the system's dialog."""
    QTest.keyClick(dialog.forward, Qt.Key.Key_Space)
    chooser = dialog.findChild(QFileDialog, "supportFileDialog")
    assert chooser is not None
    chooser.fileSelected.emit(str(file))
    chooser.close()
    desk.wait(lambda: not desk.runner.active)


def test_it_says_what_is_in_it_before_anything_is_written(opened: Opened) -> None:
    words = visible_words(opened[1])
    assert "No token and no secret is in it." in words
    assert "can name organizations and accounts" in words


def test_the_file_is_written_where_the_person_wants_it(desk: Desk, opened: Opened, tmp_path: Path) -> None:
    _doctor, dialog = opened
    file = tmp_path / "for somebody.zip"

    choose(desk, dialog, file)

    assert "The file is saved." in visible_words(dialog)
    assert str(file) in visible_words(dialog)
    assert dialog.forward.isHidden()
    with zipfile.ZipFile(file) as archive:
        assert set(archive.namelist()) == {"about.json", "computer.json", "log/ado-connect.log"}


def test_a_folder_that_is_not_there_is_told_and_another_can_be_chosen(
    desk: Desk, opened: Opened, tmp_path: Path
) -> None:
    _doctor, dialog = opened

    choose(desk, dialog, tmp_path / "gone" / "file.zip")
    assert "The folder is not there; choose another one." in visible_words(dialog)
    assert dialog.forward.isEnabled()

    choose(desk, dialog, tmp_path / "file.zip")
    assert "The file is saved." in visible_words(dialog)


def test_what_fails_otherwise_is_explained(
    desk: Desk, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> str:
        raise ConnectionProblem(Problem.INTERNAL, {"error": "ValueError"})

    monkeypatch.setattr("desktop_app.app.support.SupportFiles.save", fails)
    choose(desk, opened[1], tmp_path / "file.zip")
    assert opened[1].outcome.isVisible()
    assert opened[1].forward.isEnabled()


def test_closing_it_leaves_nothing(desk: Desk, opened: Opened, wait_gone: Callable[[SupportDialog], None]) -> None:
    wait_gone(opened[1])
    assert opened[0].isVisible()


@pytest.fixture
def wait_gone(desk: Desk) -> Callable[[SupportDialog], None]:
    def close(dialog: SupportDialog) -> None:
        gone: list[object] = []
        dialog.destroyed.connect(lambda: gone.append(None))
        QTest.mouseClick(dialog.leave, Qt.MouseButton.LeftButton)
        desk.wait(lambda: bool(gone))

    return close
