"""A defect of the program is told once, wherever it happens, and never with a secret."""

import gc
import logging
import sys
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from desktop_app.core.credential import Secret
from desktop_app.gui.crash import CrashReporter

WAIT_MS = 5_000


@pytest.fixture
def crashes(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> CrashReporter:
    for module, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))  # to be put back
    reporter = CrashReporter(qapp)
    reporter.install()
    return reporter


@pytest.fixture
def secret() -> Secret:
    return Secret("~".join(["neither", "shaped", "like", "a", "token"]))


def boxes() -> list[QMessageBox]:
    return [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox) and box.isVisible()]


def close(shown: list[QMessageBox]) -> None:
    for box in shown:
        box.close()


def in_a_slot(fail: Callable[[], None], crashes: CrashReporter) -> None:
    """As PySide hands on what a slot raises; it would tell pytest-qt instead."""
    del crashes
    QTimer.singleShot(0, lambda: _reported(fail))


def _reported(fail: Callable[[], None]) -> None:
    try:
        fail()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def in_a_thread(fail: Callable[[], None], crashes: CrashReporter) -> None:
    del crashes
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


@pytest.mark.parametrize("crash", [in_a_slot, in_a_thread])
def test_it_is_told_while_no_window_of_the_program_is_in_front(
    crashes: CrashReporter,
    secret: Secret,
    qtbot: QtBot,
    caplog: pytest.LogCaptureFixture,
    crash: Callable[[Callable[[], None], CrashReporter], None],
) -> None:
    assert QApplication.activeWindow() is None

    def fail() -> None:
        raise RuntimeError(f"could not handle {secret.reveal()}")

    crash(fail, crashes)
    qtbot.waitUntil(lambda: bool(boxes()), timeout=WAIT_MS)
    gc.collect()
    [box] = boxes()

    assert "could not handle [removed]" in box.detailedText()
    assert "could not handle [removed]" in caplog.text
    assert secret.reveal() not in box.detailedText() + caplog.text
    close([box])


def test_the_same_defect_is_told_once(crashes: CrashReporter, qtbot: QtBot) -> None:
    def fail() -> None:
        raise RuntimeError("again and again")

    for _time in range(2):
        in_a_thread(fail, crashes)
    qtbot.waitUntil(lambda: bool(boxes()), timeout=WAIT_MS)
    QApplication.processEvents()
    shown = boxes()

    assert len(shown) == 1
    close(shown)


def test_what_fails_while_something_is_thrown_away_is_logged_without_secrets(
    crashes: CrashReporter, secret: Secret, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    class Forgetful:
        def __del__(self) -> None:
            raise RuntimeError(f"could not forget {secret.reveal()}")

    caplog.set_level(logging.ERROR)
    forgetful = Forgetful()
    del forgetful
    gc.collect()

    assert "could not forget [removed]" in caplog.text
    assert capsys.readouterr().err == ""
    assert boxes() == []
