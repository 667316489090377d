"""The stored list of connections is broken, deleted, of a newer version, or can not be written: the window says so in
words, shows what there is, and goes on."""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog

from desktop_app.app.guidance_index import guidance_for
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import assert_everything_is_named, inspect_page, visible_words
from tests.gui.world import World


def names(desk: Desk) -> list[str]:
    model = desk.window.connection_list.list.model()
    return [str(model.index(row, 0).data()).partition(",")[0] for row in range(model.rowCount())]


def title(problem: Problem) -> str:
    return guidance_for(problem).title


def idle(desk: Desk) -> None:
    desk.wait(lambda: desk.runner.active == 0)


def kept_aside(world: World) -> list[Path]:
    return list(world.folder.glob("connections.broken-*.json"))


def make_newer(world: World) -> bytes:
    content = json.dumps(json.loads(world.file.read_text()) | {"version": 7}).encode()
    world.file.write_bytes(content)
    return content


def test_broken_list_is_put_right_and_that_is_said_until_it_is_read(open_desk: OpenDesk, world: World) -> None:
    world.save_pat("Release pipeline")
    world.file.write_bytes(b"\0" * 300)
    desk = open_desk(world)
    idle(desk)
    words = visible_words(desk.window)
    [kept] = kept_aside(world)
    assert title(Problem.PROFILE_FILE_RESTORED) in words
    assert str(kept) in words
    assert "The last good copy, of 20" in words
    assert names(desk) == ["Release pipeline"]
    assert_everything_is_named(desk.window)
    desk.keyboard.push(desk.window.problem.action_button)
    assert not desk.window.problem.isVisible()
    desk.window.reload()
    idle(desk)
    assert not desk.window.problem.isVisible()


def test_list_without_a_good_copy_begins_empty_and_names_the_way_on(open_desk: OpenDesk, world: World) -> None:
    world.folder.mkdir(parents=True)
    world.file.write_text("{ not json")
    desk = open_desk(world)
    idle(desk)
    words = visible_words(desk.window)
    assert title(Problem.PROFILE_FILE_BEGUN_ANEW) in words
    assert "Secrets that are still in the keyring were not touched." in words
    assert [path.read_text() for path in kept_aside(world)] == ["{ not json"]
    assert desk.window.first_run.isVisible()


def test_one_bad_entry_is_told_beside_the_others(open_desk: OpenDesk, world: World) -> None:
    for name in ("First", "Second"):
        world.save_pat(name)
    content = json.loads(world.file.read_text())
    content["connections"].insert(1, {"id": "x", "method": "certificate"})
    world.file.write_text(json.dumps(content))
    desk = open_desk(world)
    idle(desk)
    assert title(Problem.PROFILE_FILE_PARTLY_READ) in visible_words(desk.window)
    assert names(desk) == ["First", "Second"]


def test_list_that_is_deleted_while_the_window_is_open_comes_back_with_the_next_check(
    open_desk: OpenDesk, world: World
) -> None:
    for name in ("First", "Second"):
        world.save_pat(name)
    desk = open_desk(world)
    idle(desk)
    world.file.unlink()
    desk.keyboard.push(desk.button("checkAgain", desk.window.connection_page))
    desk.wait(desk.window.problem.isVisible)
    idle(desk)
    assert title(Problem.PROFILE_FILE_MISSING) in visible_words(desk.window)
    assert names(desk) == ["First", "Second"]
    assert len(json.loads(world.file.read_text())["connections"]) == 2


def test_folder_that_is_deleted_while_the_window_is_open_is_told(open_desk: OpenDesk, world: World) -> None:
    world.save_pat("First")
    desk = open_desk(world)
    idle(desk)
    for path in world.folder.iterdir():
        path.unlink()
    world.folder.rmdir()
    desk.keyboard.push(desk.button("checkAgain", desk.window.connection_page))
    desk.wait(desk.window.problem.isVisible)
    idle(desk)
    words = visible_words(desk.window)
    assert title(Problem.PROFILE_FILE_REMOVED) in words or title(Problem.PROFILE_GONE) in words
    assert not world.file.exists()


def test_edit_by_hand_while_the_window_is_open_is_kept_by_the_next_check(open_desk: OpenDesk, world: World) -> None:
    profile = world.save_pat("First")
    desk = open_desk(world)
    idle(desk)
    world.file.write_text(world.file.read_text().replace("First", "By hand"))
    desk.keyboard.push(desk.button("checkAgain", desk.window.connection_page))
    desk.wait(lambda: names(desk) == ["By hand"])
    idle(desk)
    assert world.connections.profile(profile.id).name == "By hand"
    assert not desk.window.problem.isVisible()


# -- of a newer version ---------------------------------------------------------------------------------------------


def test_newer_list_is_shown_and_checked_but_never_written(open_desk: OpenDesk, world: World) -> None:
    world.save_pat("First")
    content = make_newer(world)
    desk = open_desk(world)
    idle(desk)
    assert "was written by a newer version of ADO Connect (form 7): this version only shows it." in visible_words(
        desk.window
    )
    assert names(desk) == ["First"]
    desk.keyboard.push(desk.button("checkAgain", desk.window.connection_page))
    idle(desk)
    assert desk.window.profile is not None
    assert desk.window.profile.last_check is not None
    desk.keyboard.push(desk.button("copyToken"))
    desk.wait(lambda: desk.clipboard.holding)
    assert world.file.read_bytes() == content


CHANGES: dict[str, Callable[[Desk], object]] = {
    "new": lambda desk: desk.window.new_connection(Method.PAT),
    "edit": lambda desk: desk.window.actions_of_connection.edit(),
    "rename": lambda desk: desk.window.actions_of_connection.rename(),
    "remove": lambda desk: desk.window.actions_of_connection.remove(),
    "replace": lambda desk: desk.window.actions_of_connection.replace(),
    "renew": lambda desk: desk.window.actions_of_connection.renew(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_of_a_newer_list_is_refused_before_anything_is_asked(
    open_desk: OpenDesk, world: World, change: Callable[[Desk], object]
) -> None:
    world.save_pat("First")
    content = make_newer(world)
    desk = open_desk(world)
    idle(desk)
    desk.window.problem.hide()
    change(desk)
    idle(desk)
    assert title(Problem.PROFILE_FILE_NEWER) in visible_words(desk.window)
    assert desk.window.wizard is None
    assert [dialog for dialog in desk.window.findChildren(QDialog) if dialog.isVisible()] == []
    assert world.file.read_bytes() == content


# -- that can not be written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errno.ENOSPC, "The disk is full, or your account has used up its share of it."),
        (errno.EROFS, "Your account may not write to this folder, or the disk can only be read."),
        (errno.EMFILE, "Too many files are open on this computer at the same time."),
    ],
    ids=["disk full", "read-only", "too many files"],
)
def test_wizard_keeps_what_was_typed_until_the_disk_takes_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: int, words: str
) -> None:
    world = desk.world
    desk.check_pat(world.pat())
    desk.go_on("NamePage")
    desk.fill("name", "Release pipeline")
    with monkeypatch.context() as full:
        full.setattr(os, "replace", _refusing(error, os.replace, world.folder))
        desk.keyboard.push(desk.next_button)
        desk.checked()
    assert desk.page.objectName() == "NamePage"
    shown = visible_words(desk.page)
    assert title(Problem.PROFILE_FILE_UNWRITABLE) in shown
    assert words in shown
    assert desk.editor("name").property("text") == "Release pipeline"
    assert world.connections.load() == ()
    inspect_page(desk, [world.pat()])
    desk.keyboard.push(desk.page.problem.action_button)
    desk.arrive("DonePage")
    desk.finish()
    assert [profile.name for profile in world.connections.load()] == ["Release pipeline"]


def test_connection_that_can_not_be_removed_from_the_list_keeps_its_secret(
    open_desk: OpenDesk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = world.save_pat("First")
    desk = open_desk(world)
    idle(desk)
    with monkeypatch.context() as full:
        full.setattr(os, "replace", _refusing(errno.ENOSPC, os.replace, world.folder))
        desk.keyboard.push(desk.button("removeConnection"))
        desk.keyboard.push(desk.button("confirmRemove", desk.dialog("removeBox")))
        idle(desk)
    assert title(Problem.PROFILE_FILE_UNWRITABLE) in visible_words(desk.window)
    assert names(desk) == ["First"]
    assert world.secrets.get(profile.id) is not None
    assert replace(world.connections.profile(profile.id), last_check=None) == replace(profile, last_check=None)


def _refusing(error: int, real: Callable[..., None], folder: Path) -> Callable[..., None]:
    def refused(source: str | Path, target: str | Path) -> None:
        if Path(target).parent == folder:
            raise OSError(error, os.strerror(error))
        real(source, target)

    return refused
