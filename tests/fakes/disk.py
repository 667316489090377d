"""The file operations of this process under one folder: noted, made to fail, or taken for what a power cut leaves.

Everything really happens, on real files. `Disk.operations` is what a file system is asked for, in its order; what of it
survives a power cut is worked out by `survivors`, after the model of ALICE (Pillai et al., "All File Systems Are Not
Created Equal", OSDI 2014): content that was not flushed may be there, be missing, be cut, or be zeros; a name that is
new, changed or gone counts only once its folder was flushed, and until then each of them for itself.
"""

from __future__ import annotations

import errno
import io
import itertools
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

Keyring = Mapping[tuple[str, str], str]
MOST_LOOSE = 6
"""So many names that are not flushed are lost in every combination."""


@dataclass(frozen=True, slots=True)
class Operation:
    """`kind`: create, write, sync, rename, unlink, mkdir, sync folder, keyring. `inode` numbers files in the order they
    were made; `content` is that of a write; `keyring` is all that it holds from now on."""

    kind: str
    path: str = ""
    to: str = ""
    inode: int = -1
    content: bytes = b""
    keyring: Keyring = field(default_factory=dict)


class _Written(io.BytesIO):
    """A file object as os.fdopen gives it, for writing."""

    def __init__(self, disk: Disk, descriptor: int) -> None:
        super().__init__()
        self._disk = disk
        self._descriptor = descriptor
        self._done = 0

    def fileno(self) -> int:
        return self._descriptor

    def flush(self) -> None:
        content = self.getvalue()
        if self._done < len(content):
            self._disk.write(self._descriptor, content[self._done :])
            self._done = len(content)

    def __exit__(self, *raised: object) -> None:
        try:
            if raised[0] is None:
                self.flush()
        finally:
            os.close(self._descriptor)
            super().close()


class Disk:
    """Lock files are watched, but no operation of a file system: nobody needs them after a power cut.

    `fails(what)` gives the number of an error that a call is to end with, or 0; it hears "open", "write", "fsync",
    "rename", "unlink", "mkdir", "scandir", "read" and "flock".
    """

    def __init__(self, root: Path, keyring: Callable[[], Keyring] = dict) -> None:
        self.root = str(root)
        self.calls: list[str] = []
        self.operations: list[Operation] = []
        self.fails: Callable[[str], int] = lambda what: 0
        self._keyring = keyring
        self._inodes: dict[str, int] = {}
        self._open: dict[int, str] = {}
        self._folders: set[int] = set()

    def keyring_changed(self) -> None:
        self._noted(Operation("keyring", keyring=dict(self._keyring())))

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Until `patch` is undone."""
        self.keyring_changed()
        self._watch_contents(patch)
        self._watch_names(patch)
        self._watch_locks(patch)

    def _watch_contents(self, patch: pytest.MonkeyPatch) -> None:
        real_open, real_fsync, real_fdopen, real_read = os.open, os.fsync, os.fdopen, Path.read_bytes

        def watched_open(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
            name = os.fspath(path)
            if not self._mine(name):
                return real_open(path, flags, mode, **more)
            self._reached("open", name)
            new = flags & os.O_CREAT and not os.path.lexists(name)
            descriptor = real_open(path, flags, mode, **more)
            self._open[descriptor] = name
            self._folders.discard(descriptor)
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                self._folders.add(descriptor)
            elif new:
                self._inodes[name] = len(self.operations)
                self._noted(Operation("create", name, inode=self._inodes[name]))
            return descriptor

        def watched_fdopen(descriptor: int, mode: str = "r", *given: Any, **more: Any) -> Any:
            if descriptor in self._open and "w" in mode:
                return _Written(self, descriptor)
            return real_fdopen(descriptor, mode, *given, **more)

        def watched_fsync(descriptor: int) -> None:
            name = self._open.get(descriptor)
            if name is None:
                return real_fsync(descriptor)
            self._reached("fsync", name)
            if descriptor in self._folders:
                self._noted(Operation("sync folder", name))
            else:
                self._noted(Operation("sync", name, inode=self._inodes[name]))
            return None  # nothing is lost here, and a flush takes time

        def watched_read(path: Path) -> bytes:
            if self._mine(str(path)):
                self._reached("read", str(path))
            return real_read(path)

        patch.setattr(os, "open", watched_open)
        patch.setattr(os, "fdopen", watched_fdopen)
        patch.setattr(os, "fsync", watched_fsync)
        patch.setattr(Path, "read_bytes", watched_read)

    def _watch_names(self, patch: pytest.MonkeyPatch) -> None:
        real_replace, real_unlink, real_mkdir, real_scandir = os.replace, os.unlink, os.mkdir, os.scandir

        def watched_replace(source: Any, target: Any) -> None:
            before, after = os.fspath(source), os.fspath(target)
            if not self._mine(before):
                return real_replace(source, target)
            self._reached("rename", before)
            real_replace(source, target)
            self._inodes[after] = self._inodes.pop(before)
            return self._noted(Operation("rename", before, after, self._inodes[after]))

        def watched_unlink(path: Any, **more: Any) -> None:
            name = os.fspath(path)
            if not self._mine(name):
                return real_unlink(path, **more)
            self._reached("unlink", name)
            real_unlink(path, **more)
            return self._noted(Operation("unlink", name))

        def watched_mkdir(path: Any, *given: Any, **more: Any) -> None:
            name = os.fspath(path)
            if not self._mine(name):
                return real_mkdir(path, *given, **more)
            self._reached("mkdir", name)
            real_mkdir(path, *given, **more)
            return self._noted(Operation("mkdir", name))

        def watched_scandir(path: Any = ".") -> Any:
            if self._mine(os.fspath(path)):
                self._reached("scandir", os.fspath(path))
            return real_scandir(path)

        for name, watched in (
            ("replace", watched_replace),
            ("unlink", watched_unlink),
            ("mkdir", watched_mkdir),
            ("scandir", watched_scandir),
        ):
            patch.setattr(os, name, watched)

    def _watch_locks(self, patch: pytest.MonkeyPatch) -> None:
        import fcntl  # not on Windows

        real_flock = fcntl.flock

        def watched_flock(descriptor: Any, operation: int) -> None:
            if operation & fcntl.LOCK_EX:
                self._reached("flock", self._open.get(descriptor, ""))
            real_flock(descriptor, operation)

        patch.setattr(fcntl, "flock", watched_flock)

    def write(self, descriptor: int, content: bytes) -> None:
        name = self._open[descriptor]
        os.write(descriptor, content[: len(content) // 2])  # a full disk takes what it can
        self._reached("write", name)
        os.write(descriptor, content[len(content) // 2 :])
        self._noted(Operation("write", name, inode=self._inodes[name], content=content))

    def _mine(self, name: str) -> bool:
        return str(name).startswith(self.root)

    def _reached(self, what: str, name: str) -> None:
        self.calls.append(f"{what} {Path(name).name}")
        if number := self.fails(what):
            raise OSError(number, os.strerror(number), name)

    def _noted(self, operation: Operation) -> None:
        if not operation.path.endswith(".lock"):
            self.operations.append(operation)


# -- after a power cut ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remains:
    """Files by their path, folders, and what the keyring holds."""

    files: tuple[tuple[str, bytes], ...]
    folders: tuple[str, ...]
    keyring: tuple[tuple[tuple[str, str], str], ...]


@dataclass
class _Inode:
    flushed: bytes | None = None
    content: bytes = b""


def survivors(operations: list[Operation], start: Mapping[str, bytes], root: str) -> Iterator[Remains]:
    """Every state that a power cut after any of the operations may leave; `start` are files that were there, safely,
    before the first one, and `root` is a folder that is always there."""
    seen: set[Remains] = set()
    for end in range(1, len(operations) + 1):  # the first one tells what the keyring holds
        for remains in _after(operations[:end], start, root):
            if remains not in seen:
                seen.add(remains)
                yield remains


def _after(operations: list[Operation], start: Mapping[str, bytes], root: str) -> Iterator[Remains]:
    inodes = {-number: _Inode(content, content) for number, content in enumerate(start.values(), 2)}
    safe: list[Operation] = [
        Operation("create", path, inode=-number) for number, path in enumerate(start, 2)
    ]  # numbered below what operations number
    above = {str(folder) for path in start for folder in Path(path).parents if str(folder).startswith(f"{root}/")}
    safe += [Operation("mkdir", folder) for folder in sorted(above)]
    loose: list[Operation] = []
    keyring: Keyring = {}
    for operation in operations:
        match operation.kind:
            case "keyring":
                keyring = operation.keyring
            case "write":
                inodes[operation.inode].content += operation.content
            case "sync":
                inodes[operation.inode].flushed = inodes[operation.inode].content
            case "sync folder":
                mine = [one for one in loose if os.path.dirname(one.to or one.path) == operation.path]
                safe += mine
                loose = [one for one in loose if one not in mine]
            case _:
                if operation.kind == "create":
                    inodes[operation.inode] = _Inode()
                loose.append(operation)
    for kept in _choices(loose):
        names, folders = _names([*safe, *kept], root)
        for spoil in _SPOILS:
            files = {}
            for path, number in names.items():
                inode = inodes[number]
                files[path] = inode.content if inode.flushed == inode.content else spoil(inode)
            yield Remains(tuple(sorted(files.items())), tuple(sorted(folders)), tuple(sorted(keyring.items())))


_SPOILS: tuple[Callable[[_Inode], bytes], ...] = (
    lambda inode: inode.content,
    lambda inode: inode.flushed or b"",
    lambda inode: inode.content[: len(inode.content) // 2],
    lambda inode: b"\0" * len(inode.content),
)


def _choices(loose: list[Operation]) -> Iterator[list[Operation]]:
    if len(loose) <= MOST_LOOSE:
        for length in range(len(loose) + 1):
            yield from (list(chosen) for chosen in itertools.combinations(loose, length))
        return
    for end in range(len(loose) + 1):
        yield loose[:end]
    for left_out in range(len(loose)):
        yield [*loose[:left_out], *loose[left_out + 1 :]]


def _names(operations: list[Operation], root: str) -> tuple[dict[str, int], set[str]]:
    """Which file each name stands for. What lies in a folder that is lost is lost with it."""
    names: dict[str, int] = {}
    folders = {root}
    for operation in operations:
        match operation.kind:
            case "mkdir":
                folders.add(operation.path)
            case "create":
                names[operation.path] = operation.inode
            case "rename":
                names.pop(operation.path, None)
                names[operation.to] = operation.inode
            case "unlink":
                names.pop(operation.path, None)
    while lost := {folder for folder in folders - {root} if os.path.dirname(folder) not in folders}:
        folders -= lost
    return {path: number for path, number in names.items() if os.path.dirname(path) in folders}, folders


def put_on_disk(remains: Remains, root: str, target: Path) -> None:
    """The files and folders under `target` in the place of `root`."""
    for folder in remains.folders:
        (target / os.path.relpath(folder, root)).mkdir(parents=True, exist_ok=True)
    for path, content in remains.files:
        (target / os.path.relpath(path, root)).write_bytes(content)


ERRORS: Mapping[int, frozenset[str]] = {
    errno.ENOSPC: frozenset({"open", "write", "fsync", "rename", "mkdir"}),
    errno.EDQUOT: frozenset({"open", "write", "fsync", "rename", "mkdir"}),
    errno.EACCES: frozenset({"open", "rename", "unlink", "mkdir", "scandir", "read"}),
    errno.EROFS: frozenset({"open", "rename", "unlink", "mkdir"}),
    errno.EMFILE: frozenset({"open", "scandir", "read"}),
    errno.ENOENT: frozenset({"open", "rename", "scandir"}),
    errno.EIO: frozenset({"open", "write", "fsync", "rename", "unlink", "mkdir", "scandir", "read", "flock"}),
}
"""Which calls an error is an answer to (Linux manual pages, section 2)."""
