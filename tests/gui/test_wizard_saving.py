"""Saving can fail: the wizard stays, says why, and goes on when what was in the way is gone."""

import threading
from collections.abc import Callable

import pytest

from desktop_app.app.guidance_index import guidance_for
from desktop_app.core.problems import Problem
from desktop_app.core.profile import ProfileId
from desktop_app.infra.keyring_store import KeyringSecretStore
from desktop_app.infra.memory_store import MemorySecretStore
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import inspect_page, visible_words
from tests.gui.world import World


class NotedSecrets(MemorySecretStore):
    """Knows which keys it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: set[ProfileId] = set()

    def set(self, key: ProfileId, secret: object) -> None:
        super().set(key, secret)  # type: ignore[arg-type]  # passed on as it came
        self.keys.add(key)

    def delete(self, key: ProfileId) -> bool:
        self.keys.discard(key)
        return super().delete(key)


class LockedSecrets(NotedSecrets):
    """Waits, as a keyring does that asks for its password, until it is unlocked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.unlocked = threading.Event()

    def set(self, key: ProfileId, secret: object) -> None:
        self.asked.set()
        self.unlocked.wait(60.0)
        super().set(key, secret)


def go_to_name(desk: Desk) -> None:
    desk.check_pat(desk.world.pat())
    desk.go_on("NamePage")
    desk.fill("name", "Release pipeline")


def test_file_that_can_not_be_written(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    secrets = NotedSecrets()
    desk = open_desk(make_world(secrets=secrets))
    go_to_name(desk)
    desk.world.folder.symlink_to(desk.world.folder.parent / "unplugged" / "folder")
    desk.keyboard.push(desk.next_button)
    desk.checked()
    assert desk.page.objectName() == "NamePage"
    assert guidance_for(Problem.PROFILE_FILE_UNWRITABLE).title in visible_words(desk.page)
    assert desk.editor("name").property("text") == "Release pipeline"
    assert secrets.keys == set()
    inspect_page(desk, [desk.world.pat()])
    desk.world.folder.unlink()
    desk.keyboard.push(desk.page.problem.action_button)
    desk.arrive("DonePage")
    desk.finish()
    assert [profile.name for profile in desk.world.connections.load()] == ["Release pipeline"]


def test_no_keyring_keeps_the_secret_for_this_run(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    desk = open_desk(make_world(secrets=KeyringSecretStore("ado-connect-test")))
    go_to_name(desk)
    desk.keyboard.push(desk.next_button)
    desk.checked()
    assert guidance_for(Problem.KEYRING_MISSING).title in visible_words(desk.page)
    assert not desk.world.file.exists()
    assert desk.page.problem.action_button.text() == "Keep secrets for this run only"
    desk.keyboard.push(desk.page.problem.action_button)
    desk.arrive("DonePage")
    desk.finish()
    desk.keyboard.push(desk.button("copyToken"))
    desk.wait(lambda: desk.clipboard.holding)


@pytest.mark.parametrize("way_out", ["cancel", "back"])
def test_leaving_while_the_keyring_asks_saves_nothing(
    make_world: Callable[..., World], open_desk: OpenDesk, way_out: str
) -> None:
    secrets = LockedSecrets()
    desk = open_desk(make_world(secrets=secrets))
    go_to_name(desk)
    desk.keyboard.push(desk.next_button)
    desk.wait(secrets.asked.is_set)
    assert desk.reason == "The connection is being saved."
    if way_out == "cancel":
        desk.cancel()
        assert desk.window.wizard is None
    else:
        desk.go_back("ChecksPage")
    secrets.unlocked.set()
    desk.runner.shutdown(wait_s=30.0)
    assert desk.world.connections.load() == ()
    assert secrets.keys == set()


def test_name_taken_meanwhile_leads_to_the_name(desk: Desk) -> None:
    go_to_name(desk)
    desk.world.save_pat("release PIPELINE")  # another window was faster
    desk.keyboard.push(desk.next_button)
    desk.checked()
    assert guidance_for(Problem.NAME_TAKEN).title in visible_words(desk.page)
    desk.keyboard.push(desk.page.problem.action_button)
    assert desk.keyboard.focus is desk.editor("name")
    desk.keyboard.type(" 2")
    desk.go_on("DonePage")


def test_back_from_the_name_and_on_again_keeps_it(desk: Desk) -> None:
    go_to_name(desk)
    desk.go_back("ChecksPage")
    desk.go_on("NamePage")
    assert desk.editor("name").property("text") == "Release pipeline"


def test_finished_wizard_can_not_go_back_to_save_twice(desk: Desk) -> None:
    go_to_name(desk)
    desk.go_on("DonePage")
    desk.keyboard.chain()
    words = visible_words(desk.wizard)
    assert "Connection created" in words
    assert "Cancel" not in words.splitlines()
    desk.finish()
    assert len(desk.world.connections.load()) == 1
    assert desk.keyboard.focus.isVisible()
