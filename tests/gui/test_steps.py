"""What takes long is done in steps, and everything else gets its turn between them."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from pytestqt.qtbot import QtBot

from desktop_app.gui.steps import Steps, imports


@pytest.fixture
def owner(qtbot: QtBot) -> Iterator[QObject]:
    thing = QObject()
    yield thing
    thing.deleteLater()


def test_every_step_is_taken_in_order_and_then_the_end_is_told(qtbot: QtBot, owner: QObject) -> None:
    taken: list[object] = []

    def steps() -> Iterator[None]:
        for number in range(5):
            taken.append(number)
            yield

    Steps(owner, steps(), lambda: taken.append("end"))
    assert taken == [], "not before the event loop comes round"
    qtbot.waitUntil(lambda: "end" in taken)
    assert taken == [0, 1, 2, 3, 4, "end"]
    qtbot.waitUntil(lambda: owner.children() == [])


def test_other_timers_come_between_two_steps(qtbot: QtBot, owner: QObject) -> None:
    happened: list[str] = []
    beat = QTimer(owner)
    beat.setTimerType(Qt.TimerType.PreciseTimer)
    beat.timeout.connect(lambda: happened.append("beat"))
    beat.start(5)

    def steps() -> Iterator[None]:
        for _number in range(6):
            happened.append("step")
            time.sleep(0.02)  # so long that the beat is due
            yield

    Steps(owner, steps(), lambda: happened.append("end"))
    qtbot.waitUntil(lambda: "end" in happened)
    assert "step step" not in " ".join(happened)


def test_steps_end_with_their_owner(qtbot: QtBot) -> None:
    taken: list[int] = []
    owner = QObject()

    def steps() -> Iterator[None]:
        for number in range(1000):
            taken.append(number)
            if number == 3:
                owner.deleteLater()
            yield

    Steps(owner, steps(), lambda: taken.append(-1))
    qtbot.waitUntil(lambda: 3 in taken)
    qtbot.wait(50)
    assert taken[-1] < 10


def test_only_what_is_not_there_yet_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "not_there_yet.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    steps = imports(["sys", "not_there_yet", "pathlib"])
    assert "not_there_yet" not in sys.modules
    try:
        assert list(steps) == [sys.modules["not_there_yet"]]
    finally:
        del sys.modules["not_there_yet"]
