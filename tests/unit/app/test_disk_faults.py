"""Every call to the disk of every change fails, once or from then on: the change is refused in words and nothing of it
stays, or it is made whole; and what a failing disk kept from being undone is undone at the next start."""

import errno
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.core.problems import ConnectionProblem, Problem
from tests.fakes.disk import ERRORS, Disk
from tests.points import DISK_FAULTS, note
from tests.unit.app.disk_flows import FLOWS, Computer, NotedKeyring, State, mixed, recover

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks are other calls there")

FOR_GOOD = {errno.ENOSPC, errno.EACCES}
"""Errors that stay until somebody does something about them."""
WHY = {
    errno.ENOSPC: "full",
    errno.EACCES: "forbidden",
    errno.EMFILE: "handles",
    errno.ENOENT: "gone",
    errno.EIO: "other",
}
EACH_FOR_ITSELF = {"restore a back-up"}
"""Flows of several changes, of which one that fails does not stop the others."""
EVERY = {"restore a back-up": 3}
"""It consists of two others: every so many-th call is enough."""
GENERAL = "The disk is full, the folder is read-only, or another program holds the file."


class FailingAt:
    """Fails at the call of this number, and then at all that the error is an answer to, if it is `for_good`."""

    def __init__(self, disk: Disk, number: int, error: int, *, for_good: bool) -> None:
        self._disk, self._number, self._error, self._for_good = disk, number, error, for_good
        self.hit = False

    def __call__(self, what: str) -> int:
        at = len(self._disk.calls) - 1
        if at == self._number or (self._for_good and at > self._number):
            if what not in ERRORS[self._error]:
                return 0
            self.hit = True
            return self._error
        return 0


class Desk:
    """One flow: its states before and after, and a computer as before it as often as one is wanted."""

    def __init__(self, folder: Path, flow: str) -> None:
        self.folder = folder
        self.flow = flow
        before_it, self.change = FLOWS[flow]
        computer = Computer(folder / "disk" / "config")
        before_it(computer)
        self.before = computer.state()
        self._items = dict(computer.keyring.items)
        self._saved = folder / "saved"
        (folder / "disk").mkdir(exist_ok=True)
        shutil.copytree(folder / "disk", self._saved)

    def computer(self) -> Computer:
        shutil.rmtree(self.folder / "disk")
        shutil.copytree(self._saved, self.folder / "disk")
        return Computer(self.folder / "disk" / "config", NotedKeyring(self._items))

    def after(self, patch: pytest.MonkeyPatch) -> tuple[State, list[str]]:
        """The state after it, and its calls to the disk."""
        computer, disk = self.computer(), Disk(self.folder / "disk")
        with patch.context() as watched:
            disk.watch(watched)
            self.change(computer)
        return computer.state(), disk.calls

    def failed(self, number: int, error: int, patch: pytest.MonkeyPatch, *, for_good: bool) -> list[str] | None:
        """What went wrong where that call fails; None if it can not fail so."""
        computer, disk = self.computer(), Disk(self.folder / "disk")
        fails = FailingAt(disk, number, error, for_good=for_good)
        refused: ConnectionProblem | None = None
        with patch.context() as watched:
            disk.watch(watched)
            disk.fails = fails
            try:
                self.change(computer)
            except ConnectionProblem as failure:
                refused = failure
        if not fails.hit:
            return None
        computer.start()
        found = computer.state()
        wrong = mixed(found, self.before, self._after)
        if refused is not None:
            if self.flow not in EACH_FOR_ITSELF:
                wrong += [f"refused, but changed: {key}" for key in mixed(found, self.before, self.before)]
            wrong += _not_told(refused, error)
        else:
            wrong += [f"done, but not: {key}" for key in mixed(found, self._after, self._after)]
        wrong += recover(computer)
        wrong += [f"recovered: {key}" for key in mixed(computer.state(), self.before, self._after)]
        return wrong + computer.wrong()

    def all_failed(self, patch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
        """At how many points, and what went wrong."""
        self._after, calls = self.after(patch)
        points, wrong = 0, []
        for error in WHY:
            for for_good in (False, True) if error in FOR_GOOD else (False,):
                for number, call in list(enumerate(calls))[:: EVERY.get(self.flow, 1)]:
                    what = self.failed(number, error, patch, for_good=for_good)
                    if what is not None:
                        points += 1
                        how = "for good" if for_good else "once"
                        wrong += [f"{errno.errorcode[error]} {how} at {number} ({call}): {one}" for one in what]
        return points, wrong


def _not_told(refused: ConnectionProblem, error: int) -> list[str]:
    if refused.problem not in {Problem.PROFILE_FILE_UNWRITABLE, Problem.PROFILE_FILE_UNREADABLE}:
        return [f"told as {refused.problem}"]
    if refused.facts.get("why") != WHY[error]:
        return [f"told for another reason: {dict(refused.facts)}"]
    words = guidance_of(refused, Place())
    if refused.problem is Problem.PROFILE_FILE_UNWRITABLE and (words.likely == GENERAL) is not (error == errno.EIO):
        return [f"told in other words: {words.likely}"]
    return []


@pytest.mark.parametrize("flow", FLOWS)
def test_change_that_the_disk_refuses_anywhere_is_made_whole_or_not_at_all(
    quick_folder: Path, flow: str, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    began = time.monotonic()
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # no power fails here
    points, wrong = Desk(quick_folder, flow).all_failed(monkeypatch)
    note(pytestconfig, DISK_FAULTS, flow, points, time.monotonic() - began)
    assert wrong == []
    assert points > 50
