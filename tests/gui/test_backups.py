"""Backing up and restoring, by keyboard: what is typed stays after a failure, and nothing changes unseen."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QRadioButton, QWidget

from desktop_app.core.credential import Secret
from desktop_app.gui.backup_actions import BackupActions
from desktop_app.gui.backup_export_dialog import ExportDialog
from desktop_app.gui.backup_import_dialog import ImportDialog
from desktop_app.infra import backup_file
from desktop_app.infra.backup_file import Kdf
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import assert_everything_is_named, assert_nowhere
from tests.gui.world import World

PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least memory: what it costs is tested elsewhere."""
    monkeypatch.setattr(backup_file, "new_kdf", lambda: Kdf(os.urandom(16), memory_kib=32, iterations=1, lanes=1))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.ado-backup"


def actions(desk: Desk) -> BackupActions:
    return desk.window.findChild(BackupActions) or BackupActions(desk.window)


def export_dialog(desk: Desk) -> ExportDialog:
    actions(desk).back_up()
    dialog = desk.dialog("exportBackupDialog")
    assert isinstance(dialog, ExportDialog)
    return dialog


def import_dialog(desk: Desk, file: Path) -> ImportDialog:
    actions(desk).open(file)
    dialog = desk.dialog("importBackupDialog")
    assert isinstance(dialog, ImportDialog)
    return dialog


def type_passphrase(desk: Desk, dialog: QWidget, text: str, again: str | None = None) -> None:
    for name, value in (("passphraseField", text), ("passphraseAgainField", again)):
        if value is not None:
            desk.keyboard.fill(_child(dialog, name), value)


def _child(dialog: QWidget, name: str) -> QWidget:
    found = dialog.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def save(desk: Desk, file: Path, *, everything: bool = True) -> None:
    dialog = export_dialog(desk)
    type_passphrase(desk, dialog, PASSPHRASE, PASSPHRASE)
    if not everything:
        desk.keyboard.go_to(_child(dialog, "backupAll"))
        desk.keyboard.press(Qt.Key.Key_Down)
    actions(desk).write(dialog, _typed(dialog), everything, file)
    desk.wait(dialog.done_banner.isVisible)
    desk.keyboard.push(dialog.close_button)
    desk.wait(lambda: not desk.runner.active)


def _typed(dialog: ExportDialog) -> Secret:
    return Secret(dialog.passphrase.text)


def unlock(desk: Desk, dialog: ImportDialog, passphrase: str = PASSPHRASE) -> None:
    type_passphrase(desk, dialog, passphrase)
    desk.keyboard.push(dialog.forward)
    desk.wait(lambda: not desk.runner.active)


# -- back up ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "again", "said"),
    [
        ("short", "short", "Take at least 12 characters"),
        (PASSPHRASE, "correct horse batterY", "This is not the same passphrase."),
    ],
)
def test_passphrase_is_judged_while_it_is_typed(
    open_desk: OpenDesk, world: World, typed: str, again: str, said: str
) -> None:
    world.save_pat("Contoso")
    desk = open_desk(world)
    dialog = export_dialog(desk)
    type_passphrase(desk, dialog, typed, again)
    assert said in f"{dialog.passphrase.message} {dialog.again.message}"
    assert not dialog.forward.isEnabled()
    type_passphrase(desk, dialog, PASSPHRASE, PASSPHRASE)
    assert dialog.forward.isEnabled()
    assert_everything_is_named(dialog)


def test_file_is_chosen_by_the_person(open_desk: OpenDesk, world: World) -> None:
    world.save_pat("Contoso")
    desk = open_desk(world)
    dialog = export_dialog(desk)
    type_passphrase(desk, dialog, PASSPHRASE, PASSPHRASE)
    desk.keyboard.push(dialog.forward)
    chooser = desk.dialog("backupFileDialog")
    assert chooser.isVisible()
    chooser.close()
    assert dialog.passphrase.text == PASSPHRASE


def test_saved_back_up_is_told_and_the_passphrase_is_gone(open_desk: OpenDesk, world: World, file: Path) -> None:
    world.save_pat("Contoso")
    world.save_client_secret("Nightly sync")
    desk = open_desk(world)
    dialog = export_dialog(desk)
    type_passphrase(desk, dialog, PASSPHRASE, PASSPHRASE)
    actions(desk).write(dialog, _typed(dialog), True, file)
    desk.wait(dialog.done_banner.isVisible)
    assert f"2 connections are in {file}." in dialog.done_banner.accessibleName()
    assert_nowhere([PASSPHRASE])
    assert file.stat().st_size > 1000


def test_one_connection_can_be_backed_up_alone(open_desk: OpenDesk, world: World, file: Path) -> None:
    world.save_pat("Contoso")
    world.save_client_secret("Nightly sync")
    desk = open_desk(world)
    dialog = export_dialog(desk)
    assert isinstance(dialog.only_chosen, QRadioButton)
    assert dialog.only_chosen.text() == "Only “Contoso”"
    dialog.close()
    save(desk, file, everything=False)
    opened = import_dialog(desk, file)
    unlock(desk, opened)
    assert len(opened.decided()) == 1


def test_failure_keeps_what_was_typed(open_desk: OpenDesk, world: World, tmp_path: Path) -> None:
    world.save_pat("Contoso")
    desk = open_desk(world)
    dialog = export_dialog(desk)
    type_passphrase(desk, dialog, PASSPHRASE, PASSPHRASE)
    actions(desk).write(dialog, _typed(dialog), True, tmp_path / "gone" / "file")
    desk.wait(dialog.problem.isVisible)
    assert dialog.problem.title.text() == "<b>The back-up can not be written</b>"
    assert dialog.passphrase.text == PASSPHRASE
    assert dialog.forward.isEnabled()


def test_nothing_to_back_up_is_said(desk: Desk) -> None:
    actions(desk).back_up()
    assert desk.window.statusBar().currentMessage() == "There is no connection to back up yet."


# -- restore ----------------------------------------------------------------------------------------------------------


def test_wrong_passphrase_is_explained_and_can_be_typed_again(open_desk: OpenDesk, world: World, file: Path) -> None:
    world.save_pat("Contoso")
    desk = open_desk(world)
    save(desk, file)
    dialog = import_dialog(desk, file)
    unlock(desk, dialog, "another one entirely")
    assert dialog.problem.title.text() == "<b>This is not the passphrase of the back-up</b>"
    assert dialog.passphrase.text == "another one entirely"
    unlock(desk, dialog)
    assert not dialog.problem.isVisible()
    assert len(dialog.decided()) == 1


def test_lost_connections_come_back(open_desk: OpenDesk, world: World, file: Path) -> None:
    profile = world.save_pat("Contoso")
    desk = open_desk(world)
    save(desk, file)
    world.connections.remove(profile.id)
    desk.window.reload()
    desk.wait(lambda: not desk.runner.active)

    dialog = import_dialog(desk, file)
    unlock(desk, dialog)
    choice = dialog.findChild(QComboBox, "decision-0")
    assert isinstance(choice, QComboBox)
    assert choice.accessibleName() == "What to do with Contoso"
    assert "Is not here yet." in choice.accessibleDescription()
    assert_everything_is_named(dialog)
    desk.keyboard.push(dialog.forward)
    desk.wait(dialog.done_banner.isVisible)
    assert "1 connection was added." in dialog.done_banner.accessibleName()
    desk.keyboard.push(dialog.close_button)
    desk.wait(lambda: desk.window.profile is not None and not desk.runner.active)
    assert desk.window.profile is not None
    assert desk.window.profile.name == "Contoso"


def test_conflict_is_decided_by_the_person(open_desk: OpenDesk, world: World, file: Path) -> None:
    profile = world.save_pat("Contoso")
    desk = open_desk(world)
    save(desk, file)
    world.connections.rename(profile.id, "Renamed")
    dialog = import_dialog(desk, file)
    unlock(desk, dialog)
    choice = dialog.findChild(QComboBox, "decision-0")
    assert isinstance(choice, QComboBox)
    assert [choice.itemText(row) for row in range(choice.count())] == [
        "Keep what is here",
        "Replace what is here",
        "Add it under another name",
    ]
    desk.keyboard.go_to(choice)
    desk.keyboard.press_down()
    desk.keyboard.push(dialog.forward)
    desk.wait(dialog.done_banner.isVisible)
    assert [other.name for other in world.connections.load()] == ["Contoso"]


def test_cancelled_restore_changes_nothing(open_desk: OpenDesk, world: World, file: Path) -> None:
    world.save_pat("Contoso")
    desk = open_desk(world)
    save(desk, file)
    before = world.connections.load()
    dialog = import_dialog(desk, file)
    unlock(desk, dialog)
    desk.keyboard.push(dialog.close_button)
    desk.wait(lambda: not desk.runner.active)
    assert world.connections.load() == before


def test_back_up_shows_no_secret(open_desk: OpenDesk, world: World, file: Path) -> None:
    world.save_pat("Contoso")
    desk = open_desk(world)
    save(desk, file)
    dialog = import_dialog(desk, file)
    unlock(desk, dialog)
    assert_nowhere([world.pat()])
    assert all(world.pat() not in label.text() for label in dialog.findChildren(QLabel))
