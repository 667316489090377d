"""Replacing and removing a small file so that it is whole at any moment."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path


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


def _reach_disk(folder: Path) -> None:
    """A new name, or one that is gone, must reach the disk itself; Windows has no way to ask for it."""
    if sys.platform != "win32":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
