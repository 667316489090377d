"""Whether the program can write where it keeps its files, and whether there is room."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop_app.core.diagnosis import Answer, Results
from desktop_app.core.problems import ConnectionProblem, Problem

LEAST_FREE_MB = 20
"""The list of connections and all log files together stay far below."""

_FULL = {errno.ENOSPC, errno.EDQUOT}


def folders(places: Sequence[Path], free_bytes: Callable[[Path], int] | None = None) -> Callable[[Results], Answer]:
    """Facts: free_mb, of the fullest disk. Raises FOLDER_UNWRITABLE (file, error) or DISK_FULL (file, free_mb).

    A folder that is not there yet is not made: what counts is whether it could be.
    """
    room = free_bytes or (lambda place: shutil.disk_usage(place).free)

    def run(_results: Results) -> Answer:
        least_mb = None
        for folder in places:
            try:
                there = next(place for place in (folder, *folder.parents) if place.exists())
                with tempfile.TemporaryFile(dir=there) as file:
                    file.write(b"ado-connect")
                free_mb = room(there) // 1_000_000
            except OSError as error:
                problem = Problem.DISK_FULL if error.errno in _FULL else Problem.FOLDER_UNWRITABLE
                facts = {"file": str(folder), "error": errno.errorcode.get(error.errno or 0, type(error).__name__)}
                raise ConnectionProblem(problem, facts) from error
            if free_mb < LEAST_FREE_MB:
                raise ConnectionProblem(Problem.DISK_FULL, {"file": str(folder), "free_mb": str(free_mb)})
            least_mb = free_mb if least_mb is None else min(least_mb, free_mb)
        return {} if least_mb is None else {"free_mb": str(least_mb)}

    return run
