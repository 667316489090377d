"""A secret that is shown: for how long, and that it goes nowhere else."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.settings import SettingsInMemory, SettingsInUse
from desktop_app.core.credential import Secret
from desktop_app.core.settings import Settings
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.fields import Field
from desktop_app.gui.reveal import hide_revealed
from desktop_app.gui.safekeeping import Safekeeping
from tests.fakes.clock import FakeClock
from tests.virtual_screen import virtual_screen

TEXT = "not-a-" + "real-token"


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    return page


@pytest.fixture
def field(qtbot: QtBot, page: QWidget) -> Field[str]:
    made: Field[str] = Field("Token", secret=True)
    made.text = TEXT
    QVBoxLayout(page).addWidget(made)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return made


def show(field: Field[str]) -> None:
    field.eye.setFocus()
    QTest.keyClick(field.eye, Qt.Key.Key_Space)
    assert shown(field)


def shown(field: Field[str]) -> bool:
    return field.editor.echoMode() is QLineEdit.EchoMode.Normal


@pytest.fixture
def safekeeping(qapp: QApplication) -> Iterator[tuple[Safekeeping, SettingsInUse, ClipboardGuard]]:
    settings = SettingsInUse(SettingsInMemory())
    guard = ClipboardGuard(FakeClock())
    keeping = Safekeeping(guard, settings)
    yield keeping, settings, guard
    settings.change(Settings())
    guard.clear_now()
    keeping.close()


def test_dots_come_back_when_the_time_is_up(field: Field[str]) -> None:
    show(field)
    assert field.eye.timer.isActive()
    assert field.eye.timer.interval() == 30_000

    field.eye.timer.timeout.emit()

    assert not shown(field)
    assert not field.eye.isChecked()
    assert not field.eye.timer.isActive()
    assert field.text == TEXT


def test_seconds_are_those_of_the_settings(
    field: Field[str], safekeeping: tuple[Safekeeping, SettingsInUse, ClipboardGuard]
) -> None:
    safekeeping[1].change(Settings(reveal_seconds=5))
    show(field)
    assert field.eye.timer.interval() == 5_000


def test_dots_come_back_when_the_window_loses_the_focus(field: Field[str], qtbot: QtBot) -> None:
    show(field)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()

    qtbot.waitUntil(lambda: not shown(field))


def test_dots_come_back_when_another_page_is_in_front(field: Field[str]) -> None:
    show(field)
    field.hide()
    assert not shown(field)


def test_dots_come_back_when_the_screen_is_locked_and_the_clipboard_is_cleared(
    field: Field[str], safekeeping: tuple[Safekeeping, SettingsInUse, ClipboardGuard]
) -> None:
    keeping, _settings, guard = safekeeping
    guard.copy(Secret(TEXT), "Token")
    show(field)

    keeping.lock.locked.emit()

    assert not shown(field)
    assert QGuiApplication.clipboard().text() == ""
    assert not guard.holding


def test_hiding_what_is_not_shown_does_nothing(field: Field[str]) -> None:
    hide_revealed()
    assert not shown(field)


def test_a_window_that_is_left_later_does_not_matter_any_more(field: Field[str]) -> None:
    show(field)
    field.eye.hide_again()
    show(field)
    QApplication.sendEvent(field.window(), QEvent(QEvent.Type.WindowDeactivate))
    assert not shown(field)


def test_what_is_shown_can_be_marked_and_replaced_but_not_copied(field: Field[str]) -> None:
    QGuiApplication.clipboard().clear()
    show(field)
    field.editor.setFocus()
    QTest.keyClick(field.editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert field.editor.selectedText() == TEXT
    QTest.keyClick(field.editor, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == ""
    assert shown(field)

    QTest.keyClicks(field.editor, "new")
    assert field.text == "new"
    QTest.keyClick(field.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.text != "new"


_ON_X11 = """
import sys
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from desktop_app.core.credential import Secret
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.reveal import SecretEdit
from tests.fakes.clock import FakeClock

app = QApplication([])
clipboard = QGuiApplication.clipboard()
assert clipboard.supportsSelection(), app.platformName()


def marked(kind):
    edit = kind()
    edit.setText("needle")
    edit.setEchoMode(QLineEdit.EchoMode.Normal)
    edit.show()
    QTest.qWaitForWindowExposed(edit)
    edit.setFocus()
    clipboard.clear(QClipboard.Mode.Selection)
    found = []
    QTest.mouseDClick(edit, Qt.MouseButton.LeftButton, pos=QPoint(20, edit.height() // 2))
    QTest.mouseRelease(edit, Qt.MouseButton.LeftButton, pos=QPoint(20, edit.height() // 2))
    found.append(clipboard.text(QClipboard.Mode.Selection))
    edit.deselect()
    clipboard.clear(QClipboard.Mode.Selection)
    QTest.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    found.append(clipboard.text(QClipboard.Mode.Selection))
    assert edit.selectedText() == "needle"
    return found


print(marked(QLineEdit), marked(SecretEdit))
guard = ClipboardGuard(FakeClock())
guard.copy(Secret("needle"), "Token")
print(repr(clipboard.text(QClipboard.Mode.Selection)))
guard.clear_now()
"""


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="PRIMARY is X11's, and this machine has no X server to try")
def test_x11_primary_selection_gets_nothing_from_a_shown_secret() -> None:
    """An ordinary field beside it shows that the X server would have told."""
    with virtual_screen("640x480x24") as display:
        run = subprocess.run(
            [sys.executable, "-c", _ON_X11],
            env={**_environment(), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.splitlines() == ["['needle', 'needle'] ['', '']", "''"]


def _environment() -> dict[str, str]:
    import os

    return {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
