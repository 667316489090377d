"""Goes through one wizard of the real program as a person does, and prints how long the GUI thread was blocked (JSON).

Run as `python -m tests.bench.wizard_run METHOD CLOUD`. One key a tick, secrets are pasted, every button is pressed with
the mouse. CLOUD says where the practice cloud runs: in the same process, as with `--practice`, where it takes its share
of Python's time, or in another, as real ones do.
"""

import faulthandler
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict
from types import TracebackType
from typing import Any

from desktop_app.gui.plain_imports import use_plain_imports

use_plain_imports()

from PySide6.QtCore import QObject, QPoint, Qt, QTimer  # noqa: E402 - as the program does it
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWizard  # noqa: E402

from desktop_app.app.workspace import Workspace  # noqa: E402
from desktop_app.core.credential import Secret  # noqa: E402
from desktop_app.gui.application import run  # noqa: E402
from desktop_app.gui.main_window import MainWindow  # noqa: E402
from desktop_app.infra.clock import SystemClock  # noqa: E402
from desktop_app.main import build_workspace  # noqa: E402
from tests.bench.heartbeat import Heartbeat  # noqa: E402
from tests.bench.wizard_phases import ELSEWHERE, ENGINE  # noqa: E402

TICK_MS = 20
LIMIT_MS = 60_000
HANGS_S = 90.0

Condition = Callable[[], bool]
Steps = Iterator[Condition]
_PLACE_OF = """(() => {
  for (const element of document.querySelectorAll("button, input, a")) {
    if (!(element.innerText || "").includes(%r)) continue;
    if (!element.painted) {
      element.scrollIntoView({block: "center"});
      requestAnimationFrame(() => requestAnimationFrame(() => { element.painted = true; }));
      return "";
    }
    const box = element.getBoundingClientRect();
    return `${box.x + box.width / 2} ${box.y + box.height / 2}`;
  }
  return "";
})()"""


class Person(QObject):
    """Takes the next step whenever the last one's condition holds."""

    def __init__(self, window: MainWindow, method: str) -> None:
        super().__init__(window)
        self.window = window
        self.heartbeat = Heartbeat(self)
        ways = {"pat": self._pat, "client-secret": self._client_secret, "oauth": self._oauth}
        self._steps = ways[method]()
        self._condition: Condition = lambda: True
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)
        QTimer.singleShot(LIMIT_MS, self, self._give_up)

    def _tick(self) -> None:
        if not self._condition():
            return
        try:
            self._condition = next(self._steps)
        except StopIteration:
            self._end()

    def _give_up(self) -> None:
        page = self.window.wizard.currentPage().objectName() if self.window.wizard else "no wizard"
        print(f"stuck at {page}", file=sys.stderr)
        os._exit(1)

    def _end(self) -> None:
        self._timer.stop()
        self.heartbeat.stop()
        print(json.dumps({name: asdict(phase) for name, phase in self.heartbeat.phases.items()}), flush=True)
        self.window.close()

    # -- the ways -----------------------------------------------------------------------------------------------------

    def _pat(self) -> Steps:
        yield from self._start("pat")
        yield from self._on("CreateTokenPage")
        yield from self._on("TokenPage")
        self._paste("token", "Personal access tokens", "Personal access token")
        yield from self._check_and_save()

    def _client_secret(self) -> Steps:
        section = "App for the method"
        yield from self._start("client-secret")
        yield from self._on("RegistrationPage")
        self.page.show_me.click()
        yield from self._rest()
        yield from self._on("MembershipPage")
        yield from self._on("ClientSecretDetailsPage")
        yield lambda: not self.page.busy
        self._paste("client_id", section, "Application (client) ID")
        self._paste("client_secret", section, "Client secret")
        yield from self._check_and_save()

    def _oauth(self) -> Steps:
        yield from self._start("oauth")
        yield from self._on("RegistrationPage")
        self.page.show_me.click()
        yield from self._rest()
        yield from self._on("OAuthDetailsPage")
        yield lambda: not self.page.busy
        self._paste("client_id", "without a secret", "Application (client) ID")
        yield from self._rest()
        self.heartbeat.enter(ENGINE)
        self._press(QWizard.WizardButton.NextButton)
        yield lambda: self._is_at("SignInPage") and self.page._view is not None
        yield lambda: self.page._view.pane is not None and self.page._view.pane.isVisible()
        yield from self._rest()
        self.heartbeat.enter("SignInPage")
        yield from self._click_in_page("Contoso Administrator")
        yield from self._click_in_page("Accept")
        yield lambda: self._is_at("ChecksPage")
        yield from self._save()

    def _start(self, method: str) -> Steps:
        yield from self._rest()
        self.heartbeat.enter("opening the wizard")
        button = self.window.findChild(QPushButton, f"start-{method}")
        assert isinstance(button, QPushButton)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        yield lambda: self.window.wizard is not None
        yield from self._rest()
        self.heartbeat.enter("OrganizationPage")
        editor = self.page.organization.editor
        editor.setFocus()
        for letter in "contoso":
            QTest.keyClicks(editor, letter)
            yield lambda: True

    def _on(self, page: str) -> Steps:
        self.heartbeat.enter(page)
        self._press(QWizard.WizardButton.NextButton)
        yield lambda: self._is_at(page)
        yield from self._rest()

    def _check_and_save(self) -> Steps:
        yield from self._rest()
        self.heartbeat.enter("ChecksPage")
        self._press(QWizard.WizardButton.NextButton)
        yield lambda: self._is_at("ChecksPage")
        yield from self._save()

    def _save(self) -> Steps:
        self.heartbeat.enter("ChecksPage")
        yield lambda: not self.page.busy
        yield from self._rest()
        yield from self._on("NamePage")
        yield from self._on("DonePage")
        self.heartbeat.enter("closing the wizard")
        self._press(QWizard.WizardButton.FinishButton)
        yield lambda: self.window.wizard is None and self.window.profile is not None
        yield from self._rest()

    @staticmethod
    def _rest() -> Steps:
        """A moment, as a person takes it."""
        for _tick in range(10):
            yield lambda: True

    # -- hands and eyes -----------------------------------------------------------------------------------------------

    @property
    def page(self) -> Any:  # a page class of its own for each
        assert self.window.wizard is not None
        return self.window.wizard.currentPage()

    def _is_at(self, page: str) -> bool:
        return self.window.wizard is not None and bool(self.page.objectName() == page)

    def _press(self, which: QWizard.WizardButton) -> None:
        assert self.window.wizard is not None
        button = self.window.wizard.button(which)
        if not button.isEnabled():
            raise RuntimeError(f"{self.page.objectName()}: {self.page.obstacle()}")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _paste(self, field: str, section: str, label: str) -> None:
        editor = self.page.fields[field].editor
        assert isinstance(editor, QLineEdit)
        editor.setFocus()
        QApplication.clipboard().setText(self._value(section, label))
        editor.selectAll()
        editor.paste()

    def _value(self, section: str, label: str) -> str:
        assert self.window.workspace is not None
        values = self.window.workspace.practice_values
        value = next(one.value for one in values if section in one.section and one.label == label)
        return value.reveal() if isinstance(value, Secret) else value

    def _click_in_page(self, words: str) -> Steps:
        pane = self.page._view.pane
        places: list[Any] = []  # Any: what a script returns

        def found() -> bool:
            pane.page.runJavaScript(_PLACE_OF % words, 0, places.append)
            return any(places)

        yield found
        x, y = map(float, next(filter(None, places)).split())
        QTest.mouseClick(pane.web_view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))


def _end_with(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """A person would see a dialog; a measurement has failed."""
    traceback.print_exception(kind, error, where)
    os._exit(1)


def _put_cloud_elsewhere() -> None:
    """The program itself knows of no other place than its own process."""
    from desktop_app import practice
    from tests.bench.cloud_process import CloudElsewhere

    vars(practice)["PracticeCloud"] = CloudElsewhere


def main() -> int:
    method, place = sys.argv[1:]
    if place == ELSEWHERE:
        _put_cloud_elsewhere()
    faulthandler.dump_traceback_later(HANGS_S, exit=True)  # where the GUI thread itself hangs

    def build() -> Workspace:
        workspace = build_workspace(practice=True)
        workspace.keep_in_memory()
        return workspace

    def begin() -> None:
        window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))
        if window.workspace is None:
            QTimer.singleShot(TICK_MS, begin)
        else:
            window.problem.hide()
            Person(window, method)

    def build_and_begin() -> Workspace:
        assert threading.current_thread() is not threading.main_thread()
        sys.excepthook = _end_with
        try:
            workspace = build()
        except Exception as error:
            _end_with(type(error), error, error.__traceback__)
            raise
        app = QApplication.instance()
        assert app is not None
        QTimer.singleShot(0, app, begin)
        return workspace

    return run(build_and_begin, practice=True, clock=SystemClock())


if __name__ == "__main__":
    sys.exit(main())
