"""The program's window over a practice cloud of its own, moved from state to state from inside, for pictures of it.

Nothing here waits by `processEvents`: that keeps Python's lock, and the threads that do the work would starve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget, QWizard

from desktop_app.app.workspace import BrowserSurface
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.problems import Problem
from desktop_app.core.profile import LastCheck, Method
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.tasks import TaskRunner
from desktop_app.gui.wizards.flow_wizard import FlowPage, FlowWizard
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.practice import PracticeCloud
from tests.gui.world import Network, World

LIMIT_MS = 20_000
LOOK_MS = 10


class _DesertedBrowser:
    """The person's own browser, with nobody at it."""

    redirect_uri = "http://localhost"

    def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
        while not cancel.wait(60.0):
            pass
        raise Cancelled


@contextmanager
def _deserted_browser(open_browser: Callable[[str], bool]) -> Iterator[BrowserSurface]:
    yield _DesertedBrowser()


class Stage:
    """A window on an offscreen screen; `close()` it."""

    def __init__(self, folder: Path, *, practice: bool, size: tuple[int, int] | None = None) -> None:
        self._size = size
        self.cloud = PracticeCloud().start()
        self.network = Network()
        self.world = World(self.cloud, self.network, folder, browser_surface=_deserted_browser)
        self.runner = TaskRunner()
        self.clipboard = ClipboardGuard(SystemClock())
        self.window = MainWindow(
            runner=self.runner,
            clipboard=self.clipboard,
            practice=practice,
            open_url=lambda url: True,
            start_practice=lambda: True,
        )
        if size is not None:
            self.window.resize(*size)
        self.window.show()
        self.window.open_workspace(self.world.workspace)
        self.wait(lambda: self.window.prepared and not self.runner.active)

    def close(self) -> None:
        self.window.close()
        self.runner.shutdown(wait_s=10.0)
        self.window.close_workspace()
        self.clipboard.clear_now()
        ended: tuple[QObject, ...] = (self.window, self.clipboard, self.runner)
        for thing in ended:
            thing.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.network.http.close()
        self.cloud.stop()

    # -- time ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def pause(milliseconds: int = 40) -> None:
        """Let everything that is due happen."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()
        for _round in range(3):  # what was just shown gets its place from its parent's parent
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def wait(self, condition: Callable[[], bool]) -> None:
        for _look in range(LIMIT_MS // LOOK_MS):
            if condition():
                self.pause()
                return
            self.pause(LOOK_MS)
        raise TimeoutError(f"nothing came of it at {self._place()}")

    def _place(self) -> str:
        wizard = self.window.wizard
        return wizard.currentPage().objectName() if wizard is not None else "the main window"

    # -- the wizard ---------------------------------------------------------------------------------------------------

    def start(self, method: Method) -> None:
        self.window.new_connection(method)
        self.wait(lambda: self.wizard.complete)
        if self._size is not None:
            self.wizard.resize(self.wizard.minimumSize())

    @property
    def wizard(self) -> FlowWizard[Any]:  # whatever its draft
        wizard = self.window.wizard
        assert wizard is not None
        return wizard

    @property
    def page(self) -> Any:  # a page class of its own for each
        page = self.wizard.currentPage()
        assert isinstance(page, FlowPage)
        return page

    def fill(self, **fields: str) -> None:
        """Put text into fields of this page, as if it had been typed and left."""
        for name, text in fields.items():
            editor = self.page.fields[name].editor
            editor.setFocus(Qt.FocusReason.TabFocusReason)
            editor.setText(text)
        self.pause()

    def go_on(self, to: str) -> None:
        button = self.wizard.button(QWizard.WizardButton.NextButton)
        assert button.isEnabled(), f"{self._place()}: {self.page.obstacle()}"
        button.click()
        self.wait(lambda: self._place() == to)

    def go_back(self, to: str) -> None:
        self.wizard.button(QWizard.WizardButton.BackButton).click()
        self.wait(lambda: self._place() == to)

    def settle(self) -> None:
        """Wait for what this page does by itself."""
        self.wait(lambda: not self.page.busy and not getattr(self.page, "reporting", False))

    def leave(self) -> None:
        self.wizard.reject()
        self.wait(lambda: self.window.wizard is None)

    def finish(self) -> None:
        self.wizard.button(QWizard.WizardButton.FinishButton).click()
        self.wait(lambda: self.window.wizard is None and not self.runner.active)

    # -- the rest -----------------------------------------------------------------------------------------------------

    def press(self, name: str, inside: QWidget | None = None) -> None:
        """Press the visible button of this object name."""
        buttons = (inside or self.window).findChildren(QPushButton, name)
        next(button for button in buttons if button.isVisible()).click()
        self.pause()

    def dialog(self, name: str) -> QWidget:
        """The dialog of this object name, on screen."""
        found = [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == name]
        shown = [widget for widget in found if widget.isVisible()]
        assert shown, f"no dialog is called {name}"
        return shown[-1]

    def save_several(self) -> None:
        """Connections in every state a row can show."""
        now, today = datetime.now(UTC), datetime.now().astimezone().date()
        works = LastCheck(now - timedelta(minutes=20), identity_proved=True)
        partly = LastCheck(now - timedelta(hours=3), identity_proved=True, problem=Problem.PERMISSION_DENIED)
        broken = LastCheck(now - timedelta(days=2), identity_proved=False, problem=Problem.SECRET_EXPIRED)
        pat, app = self.world.save_pat, self.world.save_client_secret
        file = ProfileFile(self.world.folder, {self.cloud.cloud.key: self.cloud.cloud})
        for profile in (
            replace(pat("Release pipeline"), last_check=works, credential_ends=today + timedelta(days=200)),
            replace(pat("Backup of the boards"), last_check=works, credential_ends=today + timedelta(days=6)),
            replace(app("Nightly sync"), last_check=broken, credential_ends=today + timedelta(days=90)),
            replace(app("Variable groups of the platform team in the far north"), last_check=None),
            replace(pat("Dashboards", "read-only"), last_check=partly, credential_ends=None),
        ):
            file.save(profile)
        self.window.reload()
        self.wait(lambda: not self.runner.active)

    def choose(self, name: str) -> None:
        profiles = {profile.name: profile.id for profile in self.world.connections.load()}
        self.window.connection_list.choose(profiles[name])
        self.pause()
