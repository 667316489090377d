"""Replacing and removing a small file so that it is whole at any moment."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

LEFT_AFTER_S = 60.0
"""Beside a file that is being replaced, the new one lies for as long as the disk takes to write it. One that is older
was left by a process that was killed."""

_RANDOM_CHARACTERS = 8  # of the names that tempfile makes


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
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
    _reach_disk(path.parent)


def remove_file(path: Path) -> None:
    """Remove a file so that it stays removed after a crash; harmless where it is gone. Raises OSError."""
    path.unlink(missing_ok=True)
    _reach_disk(path.parent)


def _remove_left(path: Path, older_than: float) -> None:
    """What killed processes left beside `path`; `older_than` is by the clock of the file system. Never raises."""
    prefix = f".{path.name}."
    with contextlib.suppress(OSError), os.scandir(path.parent) as beside:
        for found in beside:
            left = found.name.startswith(prefix) and len(found.name) == len(prefix) + _RANDOM_CHARACTERS
            if left and found.stat(follow_symlinks=False).st_mtime < older_than:
                with contextlib.suppress(OSError):
                    os.unlink(found.path)


def _reach_disk(folder: Path) -> None:
    """A new name, or one that is gone, must reach the disk itself; Windows has no way to ask for it."""
    if sys.platform != "win32":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
