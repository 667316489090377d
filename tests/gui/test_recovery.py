"""What a crash in the middle of a renewal left is finished or undone beside the window, without a word that pops up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from desktop_app.app.renewals import Wish
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change, Step
from desktop_app.core.history import EventKind
from desktop_app.core.profile import Profile
from desktop_app.gui.recovery import EVERY_MS
from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import Fault, FaultKind
from desktop_app.practice.service import Service
from tests.gui.conftest import OpenDesk
from tests.gui.looking import assert_nowhere
from tests.gui.replacing import PATS, idle, know_the_token, live_tokens, looks_again, notice, saved_secret, show, slots
from tests.gui.world import World

NO_ANSWER = Fault(FaultKind.DROP, Service.IDENTITY, PATS, times=None)


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def practice_cloud() -> Iterator[PracticeCloud]:
    """One of its own: tokens are made and revoked in it."""
    with PracticeCloud(secret_delay_s=0.0) as cloud:
        yield cloud


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


def crash(world: World, at: Step, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """A renewal whose process died right after it had written that it was at this step."""
    world.save_oauth("My sign-in")
    profile = know_the_token(world, world.save_pat("Release pipeline"))
    put, dead = world.journal.put, False

    def written(change: Change) -> None:
        nonlocal dead
        if not dead:
            put(change)
        dead = dead or change.step is at
        if dead:  # and nothing is written any more
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(world.journal, "put", written)
        wish = Wish(datetime.now(UTC) + timedelta(days=30))
        with pytest.raises(Killed):
            world.renewals.renew(profile.id, wish, lambda stage: None, lambda result: None, Cancel())
    return profile


def test_token_that_a_crash_left_at_azure_is_revoked(
    open_desk: OpenDesk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {"Practice four-scopes", *live_tokens(world)}
    profile = crash(world, Step.CREATED, monkeypatch)
    assert live_tokens(world) > before
    desk = open_desk(world)
    idle(desk)
    assert live_tokens(world) == before
    assert world.journal.load() == ()
    assert saved_secret(world, profile) == world.pat()
    assert slots(world) <= {"", ".token"}
    assert not looks_again(desk)
    show(desk, profile)
    assert notice(desk) == ""
    assert EventKind.ROTATION_UNDONE in [event.kind for event in world.history.load(profile.id)]
    assert_nowhere([world.pat()])


def test_revocation_that_a_crash_left_is_finished(
    open_desk: OpenDesk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = crash(world, Step.REVOKING, monkeypatch)
    assert not world.practice_cloud.directory.pat("four-scopes").revoked
    desk = open_desk(world)
    idle(desk)
    assert world.practice_cloud.directory.pat("four-scopes").revoked
    assert saved_secret(world, profile) != world.pat()
    assert world.journal.load() == ()
    assert slots(world) <= {"", ".token"}


@pytest.mark.parametrize(
    ("step", "words"),
    [(Step.CREATED, "A renewal of this token was interrupted."), (Step.REVOKING, "Azure has not confirmed yet")],
)
def test_while_azure_can_not_be_reached_the_notice_says_so_and_it_is_tried_again(
    open_desk: OpenDesk, world: World, monkeypatch: pytest.MonkeyPatch, step: Step, words: str
) -> None:
    profile = crash(world, step, monkeypatch)
    world.practice_cloud.faults.add(NO_ANSWER)
    desk = open_desk(world)
    idle(desk)
    show(desk, profile)
    assert words in notice(desk)
    assert QApplication.activeWindow() in {None, desk.window}
    assert desk.window.findChildren(QDialog) == []
    assert desk.button("checkAgain", desk.window.connection_page).isEnabled(), "the window stays usable"
    timer = desk.window.companions.recovery.findChild(QTimer)
    assert isinstance(timer, QTimer)
    assert timer.isActive()
    assert timer.interval() == EVERY_MS == 60_000
    world.practice_cloud.faults.clear()
    timer.timeout.emit()  # a minute later
    idle(desk)
    assert notice(desk) == ""
    assert not timer.isActive()
    assert world.journal.load() == ()


def test_nothing_is_asked_where_nothing_is_left(open_desk: OpenDesk, world: World) -> None:
    world.save_pat("Release pipeline")
    world.practice_cloud.requests.clear()
    desk = open_desk(world)
    assert world.practice_cloud.requests.of(Service.IDENTITY, PATS) == ()
    assert not looks_again(desk)


def test_closing_the_window_stops_it(open_desk: OpenDesk, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    crash(world, Step.REVOKING, monkeypatch)
    world.practice_cloud.faults.add(NO_ANSWER)
    desk = open_desk(world)
    idle(desk)
    assert looks_again(desk)
    desk.window.close()
    assert not looks_again(desk)
    desk.window.companions.recovery.soon()
    assert not looks_again(desk)
