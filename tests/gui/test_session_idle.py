"""How long nobody has touched the computer: asked of the desktop, and what follows from it for the lock."""

import sys
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.gui.idle_watch import IdleWatch
from desktop_app.gui.session_idle import SOURCES, SessionIdle
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asked over D-Bus on Linux")
GNOME, FREEDESKTOP = (source.service for source in SOURCES)


def told(qtbot: QtBot) -> float | None:
    answers: list[float | None] = []
    session = SessionIdle()
    session.ask(answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    session.deleteLater()
    return answers[0]


def test_gnome_counts_milliseconds(qtbot: QtBot) -> None:
    from tests.fakes.idle_service import IdleService

    with IdleService(GNOME, "t", 90_000) as service:
        assert told(qtbot) == 90.0
    assert service.asked == [("/org/gnome/Mutter/IdleMonitor/Core", f"{GNOME}.GetIdletime")]


def test_other_desktops_are_asked_for_seconds(qtbot: QtBot) -> None:
    from tests.fakes.idle_service import IdleService

    with IdleService(FREEDESKTOP, "u", 90) as service:
        assert told(qtbot) == 90.0
    assert service.asked == [("/org/freedesktop/ScreenSaver", f"{FREEDESKTOP}.GetSessionIdleTime")]


@pytest.mark.parametrize(("kind", "number"), [("u", None), ("s", "long")])
def test_a_refusal_or_an_answer_of_another_type_is_none(qtbot: QtBot, kind: str, number: int | None) -> None:
    from tests.fakes.idle_service import IdleService

    with IdleService(FREEDESKTOP, kind, number):
        assert told(qtbot) is None


def test_nobody_there_is_no_fault(qtbot: QtBot) -> None:
    assert told(qtbot) is None


class Told(SessionIdle):
    """A session that answers what a test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: float | None = None

    def ask(self, answer: Callable[[float | None], object]) -> None:
        answer(self.seconds)


@pytest.mark.parametrize(
    ("session_s", "idle"),
    [(None, True), (1_000.0, True), (60.0, True), (59.0, False), (0.0, False)],
)
def test_who_works_in_another_program_is_still_there(qtbot: QtBot, session_s: float | None, idle: bool) -> None:
    clock, session = FakeClock(), Told()
    watch = IdleWatch(clock, session)
    heard: list[bool] = []
    watch.idle.connect(lambda: heard.append(True))
    watch.set_minutes(1)
    session.seconds = session_s
    clock.advance(60)
    watch.look()
    assert bool(heard) is idle
    watch.set_minutes(0)
    watch.deleteLater()


def test_the_minutes_count_from_the_last_touch_anywhere(qtbot: QtBot) -> None:
    clock, session = FakeClock(), Told()
    watch = IdleWatch(clock, session)
    heard: list[bool] = []
    watch.idle.connect(lambda: heard.append(True))
    watch.set_minutes(1)
    clock.advance(60)
    session.seconds = 20.0  # touched 20 seconds ago
    watch.look()
    clock.advance(39)
    session.seconds = None
    watch.look()
    assert not heard
    clock.advance(1)
    watch.look()
    watch.look()
    assert heard == [True]  # once
    watch.set_minutes(0)
    watch.deleteLater()
