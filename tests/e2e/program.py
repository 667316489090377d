"""One run of the program in this process, and a person's hands on it: every step is a click or a key.

Built as desktop_app/gui/application.py builds it, without its event loop: `wait_until` runs one while it waits, because
Qt's own test waits keep Python's worker threads from working.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton, QWidget, QWizard

from desktop_app.app.connections import Connections
from desktop_app.core.credential import Secret
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.problem_panel import ProblemPanel
from desktop_app.gui.tasks import TaskRunner
from desktop_app.infra.clock import SystemClock
from desktop_app.main import build_workspace

WidgetT = TypeVar("WidgetT", bound=QWidget)
PATIENCE_MS = 30_000  # a machine under load may take this long to start the web engine
_LOOK_MS = 15
_LEFT = Qt.MouseButton.LeftButton


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Let the program run until `condition()` is true; AssertionError, naming `what`, when it never is."""
    if condition():
        return
    loop = QEventLoop()
    look, limit = QTimer(), QTimer(singleShot=True)
    look.timeout.connect(lambda: loop.quit() if condition() else None)
    limit.timeout.connect(lambda: loop.exit(1))
    look.start(_LOOK_MS)
    limit.start(PATIENCE_MS)
    failed = loop.exec()
    look.stop()
    limit.stop()
    assert not failed, f"this never came: {what}"


def child(parent: QWidget, kind: type[WidgetT], name: str) -> WidgetT:
    """The widget named `name`."""
    found = parent.findChild(kind, name)
    assert isinstance(found, kind), f"no {name}"
    return found


def click(button: QPushButton) -> None:
    """Press a button that a person could press."""
    wait_until(lambda: button.isVisible() and button.isEnabled(), f"the button {button.text()!r}")
    QTest.mouseClick(button, _LEFT)


class Program:
    """The program in practice mode, from its start to `close()`."""

    def __init__(self, open_url: Callable[[str], bool] = lambda url: True) -> None:
        self._closed = False
        self.runner = TaskRunner()
        self.clipboard = ClipboardGuard(SystemClock())
        self.window = MainWindow(
            runner=self.runner,
            clipboard=self.clipboard,
            practice=True,
            open_url=open_url,
            start_practice=lambda: False,
        )
        self.window.show()
        self.window.open_workspace(lambda: build_workspace(practice=True))

    def wait_for_start(self) -> None:
        """Until everything was built and the list is filled."""
        wait_until(lambda: self.window.prepared and self.runner.active == 0, "the workspace")

    def close(self) -> None:
        """End the run as the end of the application does. Harmless when repeated."""
        if self._closed:
            return
        self._closed = True
        self.window.close()
        self.clipboard.clear_now()
        assert self.runner.shutdown(), "a task did not end"
        self.window.close_workspace()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    @property
    def connections(self) -> Connections:
        assert self.window.workspace is not None
        return self.window.workspace.connections

    # -- the wizard ---------------------------------------------------------------------------------------------------

    @property
    def wizard(self) -> QWizard:
        assert self.window.wizard is not None, "no wizard is open"
        return self.window.wizard

    @property
    def page(self) -> Any:  # Any: each page class has widgets of its own
        return self.wizard.currentPage()

    def start_wizard(self, method: str) -> None:
        """Press the method's card; where there are connections already, New connection first."""
        if not self.window.first_run.isVisible():
            click(child(self.window, QPushButton, "newConnection"))
        click(child(self.window, QPushButton, f"start-{method}"))
        self.reach("OrganizationPage")

    def reach(self, page: str) -> None:
        wait_until(lambda: self.window.wizard is not None and self.page.objectName() == page, f"{page} {self.said()}")

    def type_in(self, name: str, text: str | Secret) -> None:
        """Replace what stands in a field of the page on screen."""
        editor = child(self.page, QLineEdit, f"{name}Field")
        editor.setFocus()
        editor.selectAll()
        QTest.keyClick(editor, Qt.Key.Key_Delete)
        QTest.keyClicks(editor, text.reveal() if isinstance(text, Secret) else text)

    def wait_for_field(self, name: str) -> None:
        """Wait until the program has filled a field in."""
        editor = child(self.page, QLineEdit, f"{name}Field")
        wait_until(editor.text, f"something in {name}")

    def press_next(self) -> None:
        self._press(QWizard.WizardButton.NextButton)

    def press_back(self) -> None:
        self._press(QWizard.WizardButton.BackButton)

    def press_cancel(self) -> None:
        self._press(QWizard.WizardButton.CancelButton)

    def _press(self, which: QWizard.WizardButton) -> None:
        button = self.wizard.button(which)
        assert isinstance(button, QPushButton)
        click(button)

    def go_through_checks_and_save(self, name: str) -> None:
        """From the page of the checks to the end of the wizard."""
        self.name_it(name)
        self.press_next()
        self.finish()

    def name_it(self, name: str) -> None:
        """Through the checks, and a name on the page after them."""
        self.reach("ChecksPage")
        wait_until(lambda: not self.page.busy, "the end of the checks")
        self.press_next()
        self.reach("NamePage")
        self.type_in("name", name)

    def finish(self) -> None:
        self.reach("DonePage")
        self._press(QWizard.WizardButton.FinishButton)
        wait_until(lambda: self.window.wizard is None and self.window.profile is not None, "the new connection")

    def said(self) -> str:
        """What the problem panels on screen say, for the person and for the failure of a test."""
        top: QWidget = self.window.wizard or self.window
        panels = [panel for panel in top.findChildren(ProblemPanel) if panel.isVisible()]
        return " ".join(words.text() for panel in panels for words in (panel.title, *panel.paragraphs))

    def panel(self) -> ProblemPanel:
        """The one problem panel on screen."""
        wait_until(self.said, "an explanation")
        top: QWidget = self.window.wizard or self.window
        (panel,) = (panel for panel in top.findChildren(ProblemPanel) if panel.isVisible())
        return panel

    # -- connections --------------------------------------------------------------------------------------------------

    @property
    def names(self) -> set[str]:
        """The names in the list."""
        return {index.data(Qt.ItemDataRole.ToolTipRole) for index in self._rows()}

    def _rows(self) -> list[QModelIndex]:
        model = self.window.connection_list.list.model()
        return [model.index(row, 0) for row in range(model.rowCount())]

    def choose(self, name: str) -> None:
        view = self.window.connection_list.list
        row = next(index for index in self._rows() if index.data(Qt.ItemDataRole.ToolTipRole) == name)
        QTest.mouseClick(view.viewport(), _LEFT, pos=view.visualRect(row).center())
        profile = self.window.profile
        assert profile is not None
        assert profile.name == name

    def copy_token(self) -> Secret:
        """Press Copy token, and read the clipboard as the next program would."""
        self.press_copy()
        wait_until(lambda: self.clipboard.holding or self.said(), "a copied token")
        assert self.clipboard.holding, self.said()
        return Secret(QGuiApplication.clipboard().text())

    def press_copy(self) -> None:
        self.clipboard.clear_now()
        click(self.window.connection_page.copy)

    def confirm_removal(self) -> None:
        """Press Remove for the connection on screen, and say yes."""
        click(self.window.connection_page.remove)
        box = child(self.window, QMessageBox, "removeBox")
        click(child(box, QPushButton, "confirmRemove"))

    def remove(self) -> None:
        """Remove the connection on screen."""
        profile = self.window.profile
        assert profile is not None
        self.confirm_removal()
        wait_until(lambda: profile.name not in self.names and self.runner.active == 0, "its removal")
