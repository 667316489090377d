"""The program in a process of its own on a real X display, whose person does what the test says. Run by test_leaks.

It reads one JSON object about the practice cloud of the test and the secrets to type, then one for each thing to do; it
answers each with one JSON object on the file descriptor it was given. All of it is done by mouse and keys in the real
window. Between two things Qt's events are handled, as in any program: whoever asks for the clipboard is answered.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import queue
import sys
import threading
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QPushButton, QWidget

from desktop_app import practice
from desktop_app.app.background import BackgroundChecks
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem
from desktop_app.gui.backup_actions import BackupActions
from desktop_app.gui.backup_export_dialog import ExportDialog
from desktop_app.gui.backup_import_dialog import ImportDialog
from desktop_app.gui.connection_parts import Part
from desktop_app.gui.crash import CrashReporter
from desktop_app.gui.doctor_window import DoctorWindow
from desktop_app.gui.garbage import GarbageTimer
from desktop_app.gui.reveal import RevealButton
from desktop_app.gui.sign_in_engine import prepare_web_engine
from desktop_app.gui.style import apply_style
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.logs import TALKATIVE
from desktop_app.infra.retries import CautiousRetry
from desktop_app.practice import PracticeCard
from desktop_app.practice.card import practice_card
from desktop_app.practice.seed import seeded_directory
from tests.e2e import replacing, ways
from tests.e2e.program import Program, child, click, wait_until
from tests.e2e.witness import Witness

Told = dict[str, Any]  # JSON has no static type
LOOK_MS = 5
EVERYTHING = "everything is logged"


class CloudOfTheTest:
    """What the program needs of a PracticeCloud; it runs in the test's process."""

    about: Told

    def __init__(self, *, port: int = 0) -> None:
        del port
        self.cloud = Cloud(**self.about["cloud"])
        self.ca_pem = b64decode(self.about["ca_pem"])
        self.certificate_der = b64decode(self.about["certificate_der"])

    def start(self) -> CloudOfTheTest:
        return self

    def stop(self) -> None:
        """The test does."""

    def card(self) -> PracticeCard:
        return practice_card(seeded_directory(datetime.now(UTC)), self.cloud.login)


class LeapingClock(SystemClock):
    """Some seconds are skipped."""

    skipped_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.skipped_s


class LateClock(SystemClock):
    """Two days later: everybody's turn has come."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=2)


class Person:
    """Does what is told; each method is one thing to do and returns what is to be answered."""

    def __init__(self, program: Program, values: Told) -> None:
        self.program = program
        self.clock = LeapingClock()
        program.clipboard._clock = self.clock
        directory = seeded_directory(datetime.now(UTC))
        for name, value in values["pats"].items():
            directory.pat(name).value = Secret(value)
        for key, value in values["apps"].items():
            app = directory.app(key)
            directory.replace_app(replace(app, secrets=(replace(app.secrets[0], value=Secret(value)),)))
        self.seen = cast(Witness, SimpleNamespace(cloud=SimpleNamespace(directory=directory)))

    # -- wizards ------------------------------------------------------------------------------------------------------

    def connect(self, method: str, name: str, app: str = "desktop") -> Told:
        if method == "pat":
            ways.enter_pat(self.program, self.seen)
        elif method == "client-secret":
            ways.enter_client_secret(self.program, self.seen)
        else:
            ways.open_sign_in(self.program, self.seen, app).sign_in()
        self.program.go_through_checks_and_save(name)
        return {}

    def reveal(self, text: str) -> Told:
        """Type it into a wizard, look at it, mark it and try to copy it, and leave."""
        program = self.program
        program.start_wizard("pat")
        program.type_in("organization", "contoso")
        program.press_next()
        program.reach("CreateTokenPage")
        program.press_next()
        program.reach("TokenPage")
        program.type_in("token", text)
        editor = child(program.page, QLineEdit, "tokenField")
        [eye] = program.page.findChildren(RevealButton)
        QTest.mouseClick(eye, Qt.MouseButton.LeftButton)
        shown = editor.echoMode() is QLineEdit.EchoMode.Normal
        QTest.mouseDClick(editor, Qt.MouseButton.LeftButton)
        QTest.mouseRelease(editor, Qt.MouseButton.LeftButton)
        QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        marked = editor.selectedText() == text
        for key in (Qt.Key.Key_C, Qt.Key.Key_X):
            QTest.keyClick(editor, key, Qt.KeyboardModifier.ControlModifier)
        return {"shown": shown, "marked": marked}

    def leave_wizard(self) -> Told:
        self.program.press_cancel()
        for box in self.program.window.findChildren(QMessageBox):
            for button in box.findChildren(QPushButton):
                if box.buttonRole(button) is QMessageBox.ButtonRole.DestructiveRole:
                    button.click()
        wait_until(lambda: self.program.window.wizard is None, "the end of the wizard")
        return {}

    def replace(self, text: str) -> Told:
        """Another token for the one on screen, by hand."""
        replacing.choose_way(self.program, "Enter a new token…")
        self.program.reach("TokenPage")
        self.program.type_in("token", text)
        self.program.press_next()
        replacing.use_it(self.program)
        return {}

    def forget_old(self) -> Told:
        replacing.settled(self.program)
        replacing.answer(self.program, self.program.window.connection_page.kept.forget, "forgetBox")
        return {}

    def renew(self, words: str) -> Told:
        replacing.close(self.program, replacing.renew(self.program, words))
        return {}

    def begin_renewal(self, words: str) -> Told:
        """Without waiting for its end."""
        click(replacing.open_renewal(self.program, words).go_on)
        return {}

    # -- connections --------------------------------------------------------------------------------------------------

    def choose(self, name: str) -> Told:
        self.program.choose(name)
        return {}

    def check(self) -> Told:
        return self._told_by(self.program.window.connection_page.check)

    def copy_fails(self) -> Told:
        self.program.clipboard.clear_now()
        told = self._told_by(self.program.window.connection_page.copy)
        assert not self.program.clipboard.holding
        return told

    def copy(self, form: str) -> Told:
        replacing.settled(self.program)
        self.program.clipboard.clear_now()
        self.program.window.actions_of_connection.copy_form(form)
        wait_until(lambda: self.program.clipboard.holding or self.program.said(), "a copied form")
        return {"holding": self.program.clipboard.holding, **self._words()}

    def pass_time(self, seconds: float) -> Told:
        self.clock.skipped_s += seconds
        self.program.clipboard.tick()
        return {"holding": self.program.clipboard.holding}

    def remove(self) -> Told:
        self.program.remove()
        return {}

    def _told_by(self, button: QPushButton) -> Told:
        replacing.settled(self.program)
        click(button)
        replacing.settled(self.program)
        return self._words()

    def _words(self) -> Told:
        """Everything that can be read in any window now, the technical details too."""
        words = [words for window in QApplication.topLevelWidgets() for words in words_in(window)]
        return {"said": self.program.said(), "words": "\n".join(words)}

    # -- the rest -----------------------------------------------------------------------------------------------------

    def background(self) -> Told:
        """The daily check of whoever's turn it is."""
        program = self.program
        checks = BackgroundChecks(program.connections, LateClock(), lambda: True)
        checked: list[str] = []

        def work(cancel: Cancel, progress: object) -> None:
            checks._planner._looked_at = LateClock().now()  # it has been running for a while
            if (found := checks.step(cancel).checked) is not None:
                checked.append(found[0].name)

        program.runner.start(work, on_done=lambda _nothing: None, on_failed=lambda failure: None)
        replacing.settled(program)
        return {"checked": checked}

    def export(self, folder: str) -> Told:
        """Everything that can be saved of the connection on screen."""
        program, window = self.program, self.program.window
        page, actions, profile = window.connection_page, window.actions_of_connection, window.profile
        assert profile is not None
        parts = list(Part)
        page.tabs.setCurrentIndex(parts.index(Part.PERMISSIONS))
        replacing.settled(program)
        click(child(page, QPushButton, "checkPermissions"))
        replacing.settled(program)
        behind: Any = actions.behind(Part.PERMISSIONS)
        for ending in ("html", "json"):
            behind.write(f"{folder}/report.{ending}", profile, behind._reports[profile.id])
        page.tabs.setCurrentIndex(parts.index(Part.HISTORY))
        replacing.settled(program)
        behind = actions.behind(Part.HISTORY)
        for ending in ("csv", "json"):
            behind.write(f"{folder}/history.{ending}", profile)
        page.tabs.setCurrentIndex(parts.index(Part.OVERVIEW))
        assert actions._ends is not None
        actions._ends.write(f"{folder}/reminder.ics", profile)
        replacing.settled(program)
        actions.copy_identifiers()
        return {"files": sorted(path.name for path in Path(folder).iterdir()), **self._words()}

    def back_up(self, file: str, passphrase: str) -> Told:
        program = self.program
        actions = program.window.findChild(BackupActions) or BackupActions(program.window)
        actions.back_up()
        dialog = child(program.window, ExportDialog, "exportBackupDialog")
        for field in (dialog.passphrase, dialog.again):
            QTest.keyClicks(field.editor, passphrase)
        actions.write(dialog, Secret(dialog.passphrase.text), True, Path(file))
        wait_until(dialog.done_banner.isVisible, "the back-up")
        click(dialog.close_button)
        return {}

    def restore(self, file: str, passphrase: str, wrong: str) -> Told:
        program = self.program
        actions = program.window.findChild(BackupActions) or BackupActions(program.window)
        dialog: ImportDialog = actions.open(Path(file))
        for text in (wrong, passphrase):
            dialog.passphrase.editor.selectAll()
            QTest.keyClicks(dialog.passphrase.editor, text)
            click(dialog.forward)
            replacing.settled(program)
        told = self._words()
        click(dialog.forward)
        wait_until(dialog.done_banner.isVisible, "what was restored")
        click(dialog.close_button)
        replacing.settled(program)
        return told | {"names": sorted(program.names)}

    def doctor(self, support: str) -> Told:
        """Check this computer, copy what was found, and save the file for support."""
        program = self.program
        program.window.check_computer()
        wait_until(lambda: program.window.findChildren(DoctorWindow), "Check this computer")
        [window] = program.window.findChildren(DoctorWindow)
        wait_until(lambda: not window.busy, "its end")
        click(window.copy)
        told = self._words()
        files, checkup = window._support, window._checkup
        assert files is not None
        assert checkup is not None
        program.runner.start(
            lambda cancel, progress: files.save(Path(support), checkup),
            on_done=lambda failure: told.update(failure=failure),
            on_failed=lambda failure: None,
        )
        replacing.settled(program)
        window.close()
        return told

    def crash(self, where: str, text: str) -> Told:
        """A defect of the program, with a secret in hand."""
        secret = Secret(text)

        def fail(*_given: object) -> None:
            in_hand = secret.reveal()
            raise RuntimeError(f"could not handle {in_hand!r}")

        class Forgetful:
            def __del__(self) -> None:
                fail()

        match where:
            case "slot":
                QTimer.singleShot(0, fail)
            case "thread":
                thread = threading.Thread(target=fail, name="failing")
                thread.start()
                thread.join()
            case "task":
                failures: list[ConnectionProblem] = []
                self.program.runner.start(
                    fail, on_done=lambda _nothing: None, on_failed=lambda told: self._explain(told, failures)
                )
                wait_until(lambda: failures, "the failure")
                return self._words()
            case "destructor":
                forgetful = Forgetful()
                del forgetful
                gc.collect()
                return {}
            case "log":
                logging.getLogger("desktop_app").error("%d seconds", secret.reveal())
                return {}
            case _:
                raise AssertionError(where)
        wait_until(self._crash_boxes, "the dialog")
        told = self._words()
        for box in self._crash_boxes():
            box.close()
        return told

    def _explain(self, failure: ConnectionProblem, failures: list[ConnectionProblem]) -> None:
        self.program.window.show_problem(failure)
        failures.append(failure)

    @staticmethod
    def _crash_boxes() -> list[QMessageBox]:
        boxes = [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox)]
        return [box for box in boxes if box.isVisible() and box.detailedText()]

    def close(self) -> Told:
        self.program.close()
        return {}


def words_in(window: QWidget) -> list[str]:
    """What a person, or a screen reader, can read there. A field of dots tells no text."""
    words = [window.windowTitle(), getattr(window, "detailedText", str)()]
    for widget in (window, *window.findChildren(QWidget)):
        words += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.whatsThis()]
        if isinstance(widget, QLabel | QPushButton):
            words.append(widget.text())
        elif isinstance(widget, QLineEdit):
            words.append(widget.displayText())
        elif hasattr(widget, "toPlainText"):
            words.append(widget.toPlainText())
    return [word for word in words if word]


def serve(person: Person, answers: int) -> None:
    """Until there is nothing more to do."""
    told: queue.Queue[Told] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            told.put(json.loads(line))
        told.put({})

    threading.Thread(target=read, name="told", daemon=True).start()
    while True:
        loop, look = QEventLoop(), QTimer()
        look.timeout.connect(lambda loop=loop: None if told.empty() else loop.quit())
        look.start(LOOK_MS)
        loop.exec()
        look.stop()
        wanted = told.get()
        if not wanted:
            return
        deed: Callable[..., Told] = getattr(person, wanted.pop("do"))
        try:
            answer = deed(**wanted)
        except AssertionError as error:
            answer = {"failed": f"{error}; {person.program.said()}"}
        os.write(answers, json.dumps(answer).encode() + b"\n")


def main(answers: int) -> None:
    about = json.loads(sys.stdin.readline())
    CloudOfTheTest.about = about
    vars(practice)["PracticeCloud"] = CloudOfTheTest
    CautiousRetry.get_backoff_time = lambda self: 0.0  # type: ignore[method-assign]  # what failed is tried again at once
    if command := about.get("command"):
        from desktop_app.main import main as run_command

        sys.exit(run_command(command))
    prepare_web_engine()
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    apply_style(app)
    crashes = CrashReporter(app)
    crashes.install()
    garbage = GarbageTimer(app)
    program = Program()
    program.wait_for_start()
    logging.getLogger().setLevel(logging.DEBUG)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.INFO)  # as infra/logs.py has them at that level
    logging.getLogger(__name__).debug(EVERYTHING)
    serve(Person(program, about["values"]), answers)
    program.close()
    garbage.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
