"""Why a file could not be read or written, in one word that the words for people are chosen by (fact `why`)."""

from __future__ import annotations

import errno

from desktop_app.infra.file_locks import is_held

FULL, FORBIDDEN, GONE, HANDLES, HELD, OTHER = "full", "forbidden", "gone", "handles", "held", "other"

_WHY = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
    errno.EROFS: FORBIDDEN,
    errno.ENOENT: GONE,
    errno.ENOTDIR: GONE,
    errno.EMFILE: HANDLES,
    errno.ENFILE: HANDLES,
}


def why_of(error: BaseException) -> str:
    """FULL: no room. FORBIDDEN: not allowed, or a disk that can not be written to. GONE: the folder is not there.
    HANDLES: too many open files. HELD: another process holds the lock."""
    if is_held(error):
        return HELD
    return _WHY.get(error.errno or 0, OTHER) if isinstance(error, OSError) else OTHER


def facts_of(error: BaseException) -> dict[str, str]:
    """For a ConnectionProblem: no message, since that names files of the person's."""
    return {"error": type(error).__name__, "why": why_of(error)}
