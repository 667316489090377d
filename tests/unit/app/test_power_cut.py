"""The power fails after any operation of any change, and what was not flushed is lost: the next start finds everything
as before or as after, no part of a secret, and a list that is whole."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.disk import Disk, Remains, put_on_disk, survivors
from tests.points import POWER_CUT, note
from tests.unit.app.disk_flows import FLOWS, Computer, NotedKeyring, mixed, recover

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no way to flush a folder")

CUT_AGAIN = ("replace", "remove")
FOLDER = Path("config", "ado-connect")


@pytest.fixture
def root(quick_folder: Path) -> Path:
    """Above it everything is safe."""
    root = quick_folder / "disk"
    root.mkdir()
    return root


def remains_of(
    root: Path, computer: Computer, change: Callable[[Computer], object], patch: pytest.MonkeyPatch
) -> list[Remains]:
    """What may be left where the power fails during a change."""
    start = {str(path): path.read_bytes() for path in computer.folder.glob("*.json")}
    disk = Disk(root, lambda: computer.keyring.items)
    computer.keyring.changed = disk.keyring_changed
    with patch.context() as watched:
        disk.watch(watched)
        computer.start()
        change(computer)
    return list(survivors(disk.operations, start, str(root)))


def switched_on(remains: Remains, root: Path, place: Path) -> Computer:
    put_on_disk(remains, str(root), place)
    return Computer(place / FOLDER, NotedKeyring(dict(remains.keyring)))


@pytest.mark.parametrize("flow", FLOWS)
def test_power_cut_at_any_moment_leaves_before_or_after(
    quick_folder: Path, root: Path, flow: str, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    began = time.monotonic()
    before_it, change = FLOWS[flow]
    computer = Computer(root / FOLDER)
    before_it(computer)
    before = computer.state()
    left = remains_of(root, computer, change, monkeypatch)
    after = computer.state()
    assert before != after
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # nothing is lost from here on
    wrong: list[str] = []
    for number, remains in enumerate(left):
        found = switched_on(remains, root, quick_folder / f"after {number}")
        what = [*recover(found), *mixed(found.state(), before, after), *found.wrong()]
        wrong += [f"state {number}: {one}" for one in what]
    note(pytestconfig, POWER_CUT, flow, len(left), time.monotonic() - began)
    assert wrong == []
    assert len(left) > 5


@pytest.mark.parametrize("flow", CUT_AGAIN)
def test_second_power_cut_while_the_first_is_recovered_from_loses_no_more(
    quick_folder: Path, root: Path, flow: str, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    began = time.monotonic()
    before_it, change = FLOWS[flow]
    computer = Computer(root / FOLDER)
    before_it(computer)
    before = computer.state()
    first = remains_of(root, computer, change, monkeypatch)
    after = computer.state()
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    wrong: list[str] = []
    second: set[Remains] = set()
    for number, remains in enumerate(first):
        again = quick_folder / f"again {number}"
        half_done = switched_on(remains, root, again)
        for left in remains_of(again, half_done, recover, monkeypatch):
            moved = tuple((str(root / os.path.relpath(path, again)), content) for path, content in left.files)
            folders = tuple(str(root / os.path.relpath(folder, again)) for folder in left.folders)
            second.add(Remains(moved, folders, left.keyring))
    for number, remains in enumerate(second):
        found = switched_on(remains, root, quick_folder / f"after {number}")
        what = [*recover(found), *mixed(found.state(), before, after), *found.wrong()]
        wrong += [f"state {number}: {one}" for one in what]
    note(pytestconfig, POWER_CUT, f"{flow}, again while recovering", len(second), time.monotonic() - began)
    assert wrong == []
    assert len(second) > len(first)


@pytest.mark.parametrize("how", ["emptied", "zeros", "deleted"])
def test_power_cut_while_a_broken_list_is_mended_loses_neither_list_nor_what_was_broken(
    quick_folder: Path,
    root: Path,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> None:
    began = time.monotonic()
    computer = Computer(root / FOLDER)
    FLOWS["replace"][0](computer)
    before = computer.state()
    content = {"emptied": b"", "zeros": b"\0" * 500}.get(how)
    if content is None:
        computer.profiles.path.unlink()
    else:
        computer.profiles.path.write_bytes(content)
    left = remains_of(root, computer, lambda computer: computer.profiles.load(), monkeypatch)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    for number, remains in enumerate(left):
        found = switched_on(remains, root, quick_folder / f"after {number}")
        assert found.state() == before
        kept = [path.read_bytes() for path in found.folder.glob("connections*.json")]
        assert content is None or content in kept
    note(pytestconfig, POWER_CUT, f"mend a list that is {how}", len(left), time.monotonic() - began)
    assert len(left) > 3
