"""What commands say where the stored list of connections is broken or of a newer version."""

import argparse
import json

import pytest

from desktop_app.cli.command_line import FAILED, USAGE, answer
from desktop_app.core.cancel import Cancel
from tests.gui.world import World

Captured = pytest.CaptureFixture[str]


def command(world: World, what: str, **values: object) -> int:
    asked = argparse.Namespace(command=what, practice=False, json=False, project=[], closely=False)
    vars(asked).update(values)
    return answer(asked, lambda practice: world.workspace(), Cancel())


def test_broken_list_is_listed_from_its_good_copy_and_that_is_told(world: World, capsys: Captured) -> None:
    world.save_pat("First")
    world.file.write_bytes(b"")

    assert command(world, "list") == 0

    told = capsys.readouterr()
    assert told.out.startswith("First")
    assert "ado-connect: The list of connections was damaged and has been put right." in told.err
    assert "connections.broken-" in told.err
    assert command(world, "list") == 0
    assert capsys.readouterr().err == ""


def test_what_is_not_found_in_a_list_that_began_empty_is_explained(world: World, capsys: Captured) -> None:
    world.folder.mkdir(parents=True)
    world.file.write_bytes(b"{")
    assert command(world, "check", name="First") == USAGE
    told = capsys.readouterr().err
    assert "There is no saved connection yet." in told
    assert "The list of connections was damaged and begins empty." in told


def test_newer_list_is_listed_and_checked_and_never_written(world: World, capsys: Captured) -> None:
    world.save_pat("First")
    content = json.dumps(json.loads(world.file.read_text()) | {"version": 7}).encode()
    world.file.write_bytes(content)

    assert command(world, "list", json=True) == 0
    told = capsys.readouterr()
    assert [entry["name"] for entry in json.loads(told.out)] == ["First"]
    assert "this version only shows it" in told.err
    assert command(world, "check", name="First", project=["Website"]) == 0
    assert world.file.read_bytes() == content


def test_list_that_can_not_be_read_fails(world: World, capsys: Captured) -> None:
    world.file.mkdir(parents=True)
    assert command(world, "list") == FAILED
    assert "The list of connections can not be read." in capsys.readouterr().err
