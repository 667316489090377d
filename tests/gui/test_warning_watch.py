"""Ends that come near are told once, by notifications that lead to the connection."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop_app.app.workspace import Notes
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.gui import warning_watch
from desktop_app.gui.notifier import Notifier
from desktop_app.gui.tasks import TaskRunner
from desktop_app.gui.warning_watch import WarningWatch
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import visible_words
from tests.gui.world import World

TODAY = date.today()  # noqa: DTZ011 - the admin's own day


class FakeNotes:
    """A desktop's service: what was shown, and presses that are told through a socket."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str, bool]] = []
        self.works = True
        self._ours, self._theirs = socket.socketpair()
        self._pressed: list[int] = []

    def show(self, title: str, text: str, button: str, *, urgent: bool = False) -> int:
        if not self.works:
            return 0
        self.shown.append((title, text, urgent))
        return len(self.shown)

    @property
    def socket(self) -> int:
        return self._ours.fileno()

    def pressed(self) -> tuple[int, ...]:
        if self._pressed:
            self._ours.recv(len(self._pressed))
        found, self._pressed = tuple(self._pressed), []
        return found

    def press(self, number: int) -> None:
        self._pressed.append(number)
        self._theirs.send(b"!")

    def close(self) -> None:
        self._ours.close()
        self._theirs.close()


class FakeTray(QObject):
    """Stands in for QSystemTrayIcon, for which no offscreen desktop has a place."""

    messageClicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[tuple[str, str, object]] = []
        self.visible = False

    def show(self) -> None:
        self.visible = True

    def showMessage(self, title: str, text: str, kind: object) -> None:
        self.messages.append((title, text, kind))


@pytest.fixture
def notes() -> Iterator[FakeNotes]:
    made = FakeNotes()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warning_watch, "SOON_MS", 0)


def ending(world: World, name: str, left: int, token: str = "four-scopes") -> Profile:
    profile = replace(world.save_pat(name, token), credential_ends=TODAY + timedelta(days=left))
    world.profile_store.save(profile)
    return profile


def watch_of(desk: Desk) -> WarningWatch:
    found = desk.window.findChildren(WarningWatch)
    assert len(found) == 1
    return found[0]


def look_again(desk: Desk) -> None:
    watch_of(desk).look()
    desk.wait(lambda: not desk.runner.active)


def test_an_end_that_is_near_is_told_shortly_after_the_start(
    make_world: Callable[..., World], open_desk: OpenDesk, notes: FakeNotes
) -> None:
    world = make_world(warns=True, notes=notes)
    ending(world, "Nightly sync", 7)
    ending(world, "Far away", 300)
    desk = open_desk(world)
    desk.wait(lambda: bool(notes.shown))

    ((title, text, urgent),) = notes.shown
    assert title == "“Nightly sync” ends in 7 days"
    assert text.startswith(f"Its personal access token works until {TODAY + timedelta(days=7)}.")
    assert not urgent
    assert world.pat() not in title + text


def test_it_is_told_once_also_after_a_restart(
    make_world: Callable[..., World], open_desk: OpenDesk, notes: FakeNotes
) -> None:
    world = make_world(warns=True, notes=notes)
    ending(world, "Nightly sync", 7)
    first = open_desk(world)
    first.wait(lambda: bool(notes.shown))
    look_again(first)
    second = open_desk(make_world(warns=True, notes=notes))
    second.wait(lambda: bool(second.window.findChildren(WarningWatch)))
    look_again(second)

    assert len(notes.shown) == 1


def test_what_has_ended_is_urgent(make_world: Callable[..., World], open_desk: OpenDesk, notes: FakeNotes) -> None:
    world = make_world(warns=True, notes=notes)
    ending(world, "Nightly sync", -1)
    desk = open_desk(world)
    desk.wait(lambda: bool(notes.shown))

    assert (notes.shown[0][0], notes.shown[0][2]) == ("“Nightly sync” has ended", True)


def test_many_are_told_in_one(make_world: Callable[..., World], open_desk: OpenDesk, notes: FakeNotes) -> None:
    world = make_world(warns=True, notes=notes)
    for number in range(4):
        ending(world, f"Number {number}", number + 2)
    desk = open_desk(world)
    desk.wait(lambda: bool(notes.shown))

    assert [title for title, _text, _urgent in notes.shown] == ["4 connections end soon or have ended"]


def test_practice_is_unmistakable(make_world: Callable[..., World], open_desk: OpenDesk, notes: FakeNotes) -> None:
    world = make_world(warns=True, notes=notes)
    ending(world, "Nightly sync", 7)
    desk = open_desk(world, practice=True)
    desk.wait(lambda: bool(notes.shown))

    assert notes.shown[0][0].startswith("Practice cloud: ")


def test_pressing_it_opens_the_connection(
    make_world: Callable[..., World], open_desk: OpenDesk, notes: FakeNotes
) -> None:
    world = make_world(warns=True, notes=notes)
    ending(world, "Nightly sync", 7)
    ending(world, "Urgent", 1)
    desk = open_desk(world)
    desk.wait(lambda: len(notes.shown) == 2)
    desk.wait(lambda: not desk.runner.active)
    number = next(at for at, (title, _text, _urgent) in enumerate(notes.shown, 1) if "Urgent" in title)
    assert desk.window.profile is not None
    assert desk.window.profile.name == "Nightly sync"
    desk.window.connection_list.search.setText("nothing is called so")
    desk.window.showMinimized()
    notes.press(number)
    desk.wait(lambda: desk.window.profile is not None and desk.window.profile.name == "Urgent")

    assert not desk.window.isMinimized()
    assert desk.window.isVisible()
    assert "This connection ends in 1 day." in visible_words(desk.window.connection_page)


def test_a_connection_that_is_gone_opens_nothing(
    make_world: Callable[..., World], open_desk: OpenDesk, notes: FakeNotes
) -> None:
    world = make_world(warns=True, notes=notes)
    ending(world, "Nightly sync", 7)
    desk = open_desk(world)
    desk.wait(lambda: bool(notes.shown))
    desk.wait(lambda: not desk.runner.active)
    watch_of(desk)._open(ProfileId("gone"))

    assert desk.window.profile is not None


def test_a_new_day_changes_the_words_in_the_list(
    make_world: Callable[..., World], open_desk: OpenDesk, notes: FakeNotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(warns=True, notes=notes)
    ending(world, "Nightly sync", 20)
    desk = open_desk(world)
    desk.wait(lambda: bool(desk.window.findChildren(WarningWatch)))
    look_again(desk)
    assert "Expires in 20 days" in visible_words(desk.window)
    monkeypatch.setattr(desk.window, "now", lambda: datetime.now(UTC) + timedelta(days=1))
    look_again(desk)

    assert "Expires in 19 days" in visible_words(desk.window)


def test_no_warning_is_looked_for_before_there_is_a_workspace(world: World, qtbot: QtBot) -> None:
    desk = Desk(qtbot, world)
    assert desk.window.findChildren(WarningWatch) == []
    desk.close()


# -- without the desktop's service ------------------------------------------------------------------------------------


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.shutdown()


KEY = ProfileId("a" * 32)


@pytest.mark.parametrize("has_service", [True, False])
def test_a_tray_icon_tells_where_the_desktop_does_not(
    runner: TaskRunner, qtbot: QtBot, notes: FakeNotes, has_service: bool
) -> None:
    notes.works = False
    tray: Any = FakeTray()  # in the place of QSystemTrayIcon
    notifier = Notifier(runner, notes if has_service else None, tray=lambda: tray)
    opened: list[object] = []
    notifier.opened.connect(opened.append)
    notifier.show("title", "text", KEY, urgent=True)
    qtbot.waitUntil(lambda: bool(tray.messages))

    assert tray.visible
    assert tray.messages == [("title", "text", QSystemTrayIcon.MessageIcon.Warning)]
    tray.messageClicked.emit()
    assert opened == [KEY]
    notifier.deleteLater()


def test_without_any_place_to_tell_nothing_happens(runner: TaskRunner) -> None:
    notifier = Notifier(runner, None)  # an offscreen desktop has no tray
    notifier.show("title", "text", KEY)
    notifier.deleteLater()


# -- over a real bus --------------------------------------------------------------------------------------------------

needs_a_bus = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux desktops have this service")


@pytest.fixture
def real_notes() -> Iterator[Notes]:
    from desktop_app.infra.desktop_notes import DesktopNotes

    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        pytest.fail("This test needs a private D-Bus session: run it with `make test`.")
    made = DesktopNotes()
    yield made
    made.close()


@needs_a_bus
def test_a_press_on_a_real_notification_opens_the_connection(
    real_notes: Notes, make_world: Callable[..., World], open_desk: OpenDesk
) -> None:
    from tests.fakes.notification_service import NotificationService

    world = make_world(warns=True, notes=real_notes)
    ending(world, "Nightly sync", 7)
    ending(world, "Urgent", 1)
    with NotificationService() as service:
        desk = open_desk(world)
        desk.wait(lambda: len(service.shown) == 2)
        desk.wait(lambda: not desk.runner.active)
        desk.window.show_connection(next(one.id for one in world.connections.load() if one.name == "Urgent"))
        service.press(next(at for at, shown in enumerate(service.shown, 1) if "Nightly" in shown.title))
        desk.wait(lambda: desk.window.profile is not None and desk.window.profile.name == "Nightly sync")


@needs_a_bus
def test_a_session_that_ends_breaks_nothing(
    real_notes: Notes, make_world: Callable[..., World], open_desk: OpenDesk
) -> None:
    from tests.fakes.notification_service import NotificationService

    world = make_world(warns=True, notes=real_notes)
    ending(world, "Nightly sync", 7)
    with NotificationService() as service:
        desk = open_desk(world)
        desk.wait(lambda: bool(service.shown))
        desk.wait(lambda: not desk.runner.active)
    with socket.socket(fileno=os.dup(real_notes.socket)) as same:
        same.shutdown(socket.SHUT_RDWR)
    desk.wait(lambda: real_notes.socket < 0)
    look_again(desk)

    assert desk.window.profile is not None
