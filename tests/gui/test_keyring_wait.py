"""A keyring that does not answer for half a minute: the window stays alive, says what it waits for, and can stop."""

import threading
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop_app.app.guidance_pieces import keyring_words
from desktop_app.core.credential import Secret
from desktop_app.core.profile import new_profile_id
from desktop_app.gui.keyring_wait import KeyringWait
from desktop_app.infra.keyring_store import KeyringSecretStore
from tests.fakes.keyring import ShortKeyring
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import assert_everything_is_named, visible_words
from tests.gui.world import World

TITLE, TEXT = keyring_words()


class SilentKeyring(ShortKeyring):
    """Answers at once, until `silent` is set; then when `answers` is."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = False
        self.asked, self.answers = threading.Event(), threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self._wait()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._wait()
        super().set_password(service, username, password)

    def _wait(self) -> None:
        if self.silent:
            self.asked.set()
            assert self.answers.wait(60)


@pytest.fixture
def keyring() -> SilentKeyring:
    return SilentKeyring()


@pytest.fixture
def world(make_world: Callable[..., World], keyring: SilentKeyring) -> World:
    world = make_world(secrets=KeyringSecretStore(backend=keyring))
    world.save_pat("Release pipeline")
    return world


@pytest.fixture
def silent_desk(open_desk: OpenDesk, world: World, keyring: SilentKeyring) -> Desk:
    """The window is open when the keyring falls silent."""
    desk = open_desk(world)
    desk.wait(lambda: desk.runner.active == 0)
    keyring.silent = True
    return desk


def half_a_minute_later(desk: Desk, keyring: SilentKeyring, patch: pytest.MonkeyPatch) -> None:
    """From the moment that the keyring was asked."""
    desk.wait(keyring.asked.is_set)
    real = time.monotonic
    patch.setattr("desktop_app.infra.keyring_store.time", _Later(lambda: real() + 30))
    look(desk)


class _Later:
    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic


def look(desk: Desk) -> None:
    """What the timer does once a second."""
    watch = desk.window.findChild(KeyringWait)
    assert isinstance(watch, KeyringWait)
    timer = watch.findChild(QTimer)
    assert isinstance(timer, QTimer)
    assert timer.isActive()
    timer.timeout.emit()


def banner(desk: Desk) -> QWidget | None:
    found = desk.window.findChild(QWidget, "keyringWait")
    return found if isinstance(found, QWidget) and found.isVisible() else None


def settled(desk: Desk, keyring: SilentKeyring) -> None:
    """The keyring has answered, and whatever waited for it has ended."""
    keyring.answers.set()
    desk.wait(lambda: desk.runner.active == 0)
    desk.runner.shutdown(wait_s=30.0)


def test_waiting_is_said_and_ended_by_the_person(
    silent_desk: Desk, world: World, keyring: SilentKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, checked = silent_desk, world.connections.load()
    desk.keyboard.push(desk.button("checkAgain", desk.window.connection_page))
    desk.wait(keyring.asked.is_set)
    look(desk)
    assert banner(desk) is None, "a moment is nothing to speak of"
    half_a_minute_later(desk, keyring, monkeypatch)
    assert banner(desk) is not None
    words = visible_words(desk.window)
    assert TITLE in words
    assert TEXT in words
    assert_everything_is_named(desk.window)
    desk.keyboard.go_to(desk.window.connection_list.search)
    desk.keyboard.type("rel")
    assert desk.window.connection_list.search.text() == "rel"
    desk.keyboard.push(desk.button("stopWaiting"))
    assert not desk.window.actions_of_connection.busy
    desk.wait(lambda: banner(desk) is None or not desk.button("stopWaiting").isVisible())
    settled(desk, keyring)
    assert world.connections.load() == checked


def test_removing_that_was_given_up_removes_nothing_when_the_keyring_answers(
    silent_desk: Desk, world: World, keyring: SilentKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, profile = silent_desk, silent_desk.window.profile
    assert profile is not None
    desk.keyboard.push(desk.button("removeConnection"))
    desk.keyboard.push(desk.button("confirmRemove", desk.dialog("removeBox")))
    half_a_minute_later(desk, keyring, monkeypatch)
    desk.keyboard.push(desk.button("stopWaiting"))
    settled(desk, keyring)
    assert [found.id for found in world.connections.load()] == [profile.id]
    assert world.secrets.get(profile.id) is not None
    assert world.journal.load() == ()


def test_keyring_that_answers_after_all_is_no_more_spoken_of(
    silent_desk: Desk, keyring: SilentKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = silent_desk
    desk.keyboard.push(desk.button("checkAgain", desk.window.connection_page))
    half_a_minute_later(desk, keyring, monkeypatch)
    assert banner(desk) is not None
    keyring.answers.set()
    desk.wait(lambda: not desk.window.actions_of_connection.busy)
    desk.wait(lambda: banner(desk) is None)


def test_wizard_says_what_saving_waits_for(
    make_world: Callable[..., World], open_desk: OpenDesk, keyring: SilentKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(make_world(secrets=KeyringSecretStore(backend=keyring)))
    desk.check_pat(desk.world.pat())
    desk.go_on("NamePage")
    desk.fill("name", "Release pipeline")
    keyring.silent = True
    desk.keyboard.push(desk.next_button)
    half_a_minute_later(desk, keyring, monkeypatch)
    assert desk.reason == f"{TITLE} {TEXT} “Back” and “Cancel” stop waiting."
    desk.go_back("ChecksPage")
    settled(desk, keyring)
    assert desk.world.connections.load() == ()
    assert keyring.items == {}


def test_store_tells_how_long_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = SilentKeyring()
    store = KeyringSecretStore(backend=keyring)
    keyring.silent = True
    found: list[Secret | None] = []
    worker = threading.Thread(target=lambda: found.append(store.get(new_profile_id())))
    assert store.waiting_s() == 0
    worker.start()
    assert keyring.asked.wait(30)
    real = time.monotonic
    monkeypatch.setattr("desktop_app.infra.keyring_store.time", _Later(lambda: real() + 30))
    assert store.waiting_s() >= 30
    keyring.answers.set()
    worker.join(30)
    assert store.waiting_s() == 0
    assert found == [None]
