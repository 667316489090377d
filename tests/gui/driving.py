"""The whole window over the practice cloud, used as a person without a mouse uses it.

Only keys go in: the keyboard reaches nothing but what has the focus, and gets the focus nowhere but by Tab.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QPushButton, QWidget, QWizard
from pytestqt.qtbot import QtBot

from desktop_app.core.profile import Method
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.tasks import TaskRunner
from desktop_app.gui.wizards.flow_wizard import FlowPage, FlowWizard
from tests.fakes.clock import FakeClock
from tests.gui.world import World

WAIT_MS = 10_000
_WAY_TO_DETAILS = {
    Method.PAT: ("CreateTokenPage", "TokenPage"),
    Method.CLIENT_SECRET: ("RegistrationPage", "MembershipPage", "ClientSecretDetailsPage"),
    Method.OAUTH: ("RegistrationPage", "OAuthDetailsPage"),
}


class Keyboard:
    """Keys for whatever has the focus."""

    def __init__(self, qtbot: QtBot, window: Callable[[], QWidget]) -> None:
        """`window` comes to the front when no other is there, as a window manager sees to it."""
        self._qtbot = qtbot
        self._window = window

    @property
    def focus(self) -> QWidget:
        """What has the focus; waits for a window that is on its way to the front."""
        if QApplication.activeWindow() is None:
            self._window().activateWindow()
        self._qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=WAIT_MS)
        focus = QApplication.focusWidget()
        assert focus is not None
        return focus

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focus, key, modifiers)

    def press_space(self) -> None:
        self.press(Qt.Key.Key_Space)

    def press_down(self) -> None:
        self.press(Qt.Key.Key_Down)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def chain(self) -> list[QWidget]:
        """Everything Tab reaches in this window, from what has the focus all the way round; the focus ends there."""
        first = self.focus
        passed = [first]
        self.press(Qt.Key.Key_Tab)
        while self.focus is not first:
            if self.focus in passed:
                raise AssertionError(f"Tab goes in circles and never back to {named(first)}: {named(self.focus)}")
            passed.append(self.focus)
            self.press(Qt.Key.Key_Tab)
        return passed

    def go_to(self, target: QWidget, *, backwards: bool = False) -> None:
        """Press Tab, or Shift+Tab, until `target` has the focus."""
        key = Qt.Key.Key_Backtab if backwards else Qt.Key.Key_Tab
        modifiers = Qt.KeyboardModifier.ShiftModifier if backwards else Qt.KeyboardModifier.NoModifier
        first = self.focus
        passed: list[QWidget] = []
        while self.focus is not target:
            if self.focus in passed:
                raise AssertionError(f"no way from {named(first)} to {named(target)} past {[*map(named, passed)]}")
            passed.append(self.focus)
            self.press(key, modifiers)

    def fill(self, editor: QWidget, text: str) -> None:
        """Go there, select what stands there and type over it."""
        self.go_to(editor)
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.press(Qt.Key.Key_Delete)
        self.type(text)

    def push(self, button: QWidget) -> None:
        """Go to a button and press Space."""
        self.go_to(button)
        self.press(Qt.Key.Key_Space)


class Desk:
    """A main window on screen, and the keyboard in front of it."""

    def __init__(self, qtbot: QtBot, world: World, *, practice: bool = False) -> None:
        self._qtbot = qtbot
        self.world = world
        self.keyboard = Keyboard(qtbot, lambda: self.window)
        self.opened_urls: list[str] = []
        self.practice_starts = 0
        self.clock = FakeClock()
        self.runner = TaskRunner()
        self.clipboard = ClipboardGuard(self.clock)
        self.window = MainWindow(
            runner=self.runner,
            clipboard=self.clipboard,
            practice=practice,
            open_url=self._open_url,
            start_practice=self._start_practice,
        )
        self.window.show()
        self.window.activateWindow()

    def open(self) -> Desk:
        """Let the window load its connections."""
        self.window.open_workspace(self.world.workspace)
        self.wait(lambda: self.window.prepared and not self.runner.active)
        return self

    def close(self) -> None:
        """End everything, as the program does at its end."""
        self.window.close()
        self.runner.shutdown(wait_s=10.0)
        self.window.close_workspace()
        self.clipboard.clear_now()
        ended: tuple[QObject, ...] = (self.window, self.clipboard, self.runner)
        for thing in ended:
            thing.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=WAIT_MS)

    # -- the window ---------------------------------------------------------------------------------------------------

    def button(self, name: str, inside: QWidget | None = None) -> QPushButton:
        """The button of this object name."""
        place = inside or self.window
        found = [button for button in place.findChildren(QPushButton, name) if button.isVisible()]
        assert len(found) == 1, f"{len(found)} visible buttons are called {name}"
        return found[0]

    def start(self, method: Method) -> FlowWizard[Any]:
        """From the method's card to its wizard."""
        self.keyboard.push(self.button(f"start-{method.value}"))
        return self.wizard

    def dialog(self, name: str) -> QWidget:
        """The dialog of this object name, once it is in front."""

        def front() -> QWidget | None:
            window = QApplication.activeWindow()
            return window if window is not None and window.objectName() == name else None

        self.wait(lambda: front() is not None)
        found = front()
        assert found is not None
        return found

    # -- the wizard ---------------------------------------------------------------------------------------------------

    @property
    def wizard(self) -> FlowWizard[Any]:  # whatever its draft
        wizard = self.window.wizard
        assert wizard is not None, "no wizard is open"
        self.wait(lambda: QApplication.activeWindow() is wizard)
        return wizard

    @property
    def page(self) -> Any:  # a page class of its own for each
        page = self.wizard.currentPage()
        assert isinstance(page, FlowPage)
        return page

    @property
    def next_button(self) -> QPushButton:
        return _push_button(self.wizard, QWizard.WizardButton.NextButton)

    @property
    def reason(self) -> str:
        """Why one can not go on, as the page says it."""
        label = self.page.findChild(QWidget, "reason")
        return str(label.property("text")) if label.isVisible() else ""

    def editor(self, name: str) -> QWidget:
        """Where one types into a field of this page."""
        found = self.page.findChild(QWidget, f"{name}Field")
        assert isinstance(found, QWidget), f"{self.page.objectName()} has no {name}Field"
        return found

    def fill(self, name: str, text: str) -> None:
        """Type into a field of this page."""
        self.keyboard.fill(self.editor(name), text)

    def says(self, name: str) -> str:
        """The sentence beside a field."""
        return str(self.page.fields[name].message)

    def go_to_details(self, method: Method) -> None:
        """Open a wizard and go on to the page where secrets are entered."""
        self.start(method)
        self.fill("organization", "contoso")
        for page in _WAY_TO_DETAILS[method]:
            self.go_on(page)

    def check_pat(self, token: str) -> None:
        """Open the wizard for a token, and go on until the checks have ended."""
        self.go_to_details(Method.PAT)
        self.fill("token", token)
        self.go_on("ChecksPage")
        self.checked()

    def go_on(self, to: str) -> None:
        """Press the forward button, and wait for the page it leads to."""
        assert self.next_button.isEnabled(), f"{self.page.objectName()}: {self.reason}"
        self.keyboard.push(self.next_button)
        self.arrive(to)

    def go_back(self, to: str) -> None:
        self.keyboard.push(_push_button(self.wizard, QWizard.WizardButton.BackButton))
        self.arrive(to)

    def cancel(self) -> None:
        self.keyboard.push(_push_button(self.wizard, QWizard.WizardButton.CancelButton))

    def finish(self) -> None:
        self.keyboard.push(_push_button(self.wizard, QWizard.WizardButton.FinishButton))
        self.wait(lambda: self.window.wizard is None and not self.runner.active)

    def arrive(self, page: str) -> None:
        """Wait for a page of this class name."""
        self.wait(lambda: self.window.wizard is not None and self.wizard.currentPage().objectName() == page)

    def checked(self) -> None:
        """Wait until the checks, or whatever this page does, have ended."""
        page = self.page
        self.wait(lambda: not page.busy and not getattr(page, "reporting", False))

    def rows(self) -> dict[str, str]:
        """What each check says, by its title."""
        view = self.page.checks
        assert isinstance(view, QListWidget)
        texts = [view.item(row).text() for row in range(view.count())]
        return {title: rest for title, _colon, rest in (text.partition(": ") for text in texts)}

    has_browser = True

    def _open_url(self, url: str) -> bool:
        self.opened_urls.append(url)
        return self.has_browser

    def _start_practice(self) -> bool:
        self.practice_starts += 1
        return True


def named(widget: QWidget) -> str:
    """A widget in a message of a test."""
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName() or widget.property('text')!r}"


def _push_button(wizard: QWizard, which: QWizard.WizardButton) -> QPushButton:
    button = wizard.button(which)
    assert isinstance(button, QPushButton)
    return button
