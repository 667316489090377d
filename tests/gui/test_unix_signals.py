"""The program ends in good order when the system asks it to."""

import os
import signal

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.gui.unix_signals import SignalWatch


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_asks_to_quit_in_the_gui_thread(qtbot: QtBot, number: signal.Signals) -> None:
    asked: list[str] = []
    watch = SignalWatch(lambda: asked.append("quit"))
    try:
        os.kill(os.getpid(), number)
        qtbot.waitUntil(lambda: asked == ["quit"], timeout=5000)
    finally:
        watch.close()


def test_closing_gives_the_handlers_back(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGTERM)
    SignalWatch(lambda: None).close()
    assert signal.getsignal(signal.SIGTERM) is before
