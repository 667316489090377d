"""Locks between processes: each is a file, and ends with the process that holds it.

filelock is imported when the first one is wanted: it takes half a megabyte, and a program that only shows what is there
needs none.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def file_lock(path: Path, timeout_s: float) -> Iterator[None]:
    """Hold a lock at a file that only this user may open; any thread may end it.

    Raises OSError: also where somebody else has it for longer than `timeout_s` (`is_held`), and ENOLCK where the file
    system has no locks.
    """
    import filelock

    lock = filelock.FileLock(path, timeout=timeout_s, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except NotImplementedError as error:
        raise OSError(errno.ENOLCK, "no locks here") from error
    try:
        yield
    finally:
        lock.release()


def is_held(error: BaseException) -> bool:
    """True if somebody else had the lock for too long. Imports nothing: there may be no file handle left for that."""
    filelock = sys.modules.get("filelock")
    return filelock is not None and isinstance(error, filelock.Timeout)
