"""Replacing and removing a small file so that it is whole at any moment, also after a power cut."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

LEFT_AFTER_S = 60.0
"""Beside a file that is being replaced, the new one lies for as long as the disk takes to write it. One that is older
was left by a process that was killed."""

_RANDOM_CHARACTERS = 8  # of the names that tempfile makes

log = logging.getLogger(__name__)


def make_folder(folder: Path) -> None:
    """Make a folder (mode 0700), and those above it, so that they are still there after a power cut. Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with _reaching_disk(folder.parent):
        folder.mkdir(mode=0o700, exist_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of the file at `path`, so that a crash leaves the old file or the new one.

    The folder must be there. Raises OSError; then the old file is still there.
    """
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            made_at = os.fstat(file.fileno()).st_mtime
        _remove_left(path, made_at - LEFT_AFTER_S)
        with _reaching_disk(path.parent):
            os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def write_new(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 that is not there yet, and that stays. Raises OSError, FileExistsError among them; then
    nothing is there that was not there before."""
    with _reaching_disk(path.parent):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(path)
            raise


def remove_file(path: Path) -> None:
    """Remove a file so that it stays removed after a crash; harmless where it is gone. Raises OSError."""
    with _reaching_disk(path.parent):
        path.unlink(missing_ok=True)


def _remove_left(path: Path, older_than: float) -> None:
    """What killed processes left beside `path`; `older_than` is by the clock of the file system. Never raises."""
    prefix = f".{path.name}."
    with contextlib.suppress(OSError), os.scandir(path.parent) as beside:
        for found in beside:
            left = found.name.startswith(prefix) and len(found.name) == len(prefix) + _RANDOM_CHARACTERS
            if left and found.stat(follow_symlinks=False).st_mtime < older_than:
                with contextlib.suppress(OSError):
                    os.unlink(found.path)


@contextlib.contextmanager
def _reaching_disk(folder: Path) -> Iterator[None]:
    """A name that is new or gone in `folder` must reach the disk itself; Windows has no way to ask for it.

    The folder is opened before anything is done, so that a lack of file handles changes nothing. What the disk itself
    can not do afterwards is only noted: for everybody who looks, it is done.
    """
    if sys.platform == "win32":
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        yield
        try:
            os.fsync(opened)
        except OSError as error:
            log.warning("a folder did not reach the disk error=%s", type(error).__name__)
    finally:
        os.close(opened)
