"""Keeps the memory of this process, where secrets are, from being written to the disk when it crashes.

Best effort: what a system does not offer is left out. Processes that this one starts are not touched, but for one
thing: a process that is not dumpable can not put its children into user namespaces of their own, and Chromium then
starts its pages outside of them without a word. So whoever starts Chromium does that within `children_in_sandbox()`.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4  # linux/prctl.h
_SEM_NOGPFAULTERRORBOX = 0x0002  # winbase.h: no Windows Error Reporting, and no dump that it would send


def forbid_core_dumps() -> None:
    """From now on. Takes well under a millisecond."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError, AttributeError):
            kernel = ctypes.windll.kernel32
            kernel.SetErrorMode(kernel.GetErrorMode() | _SEM_NOGPFAULTERRORBOX)
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The limit does not bind where the kernel hands dumps to a program (core(5), "Piping core dumps"). A process that
    # is not dumpable is dumped neither way, and no other process of this user may read its memory.
    _control(_PR_SET_DUMPABLE, 0)


@contextlib.contextmanager
def children_in_sandbox() -> Iterator[None]:
    """Within it, what this process starts may use user namespaces (user_namespaces(7): /proc/PID/uid_map of a process
    that is not dumpable belongs to root)."""
    dumpable = _control(_PR_GET_DUMPABLE)
    if dumpable == 0:
        _control(_PR_SET_DUMPABLE, 1)
    try:
        yield
    finally:
        if dumpable == 0:
            _control(_PR_SET_DUMPABLE, 0)


def _control(option: int, value: int = 0) -> int:
    """prctl(2) where there is one, -1 elsewhere."""
    if not sys.platform.startswith("linux"):
        return -1
    try:
        return int(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0))
    except (OSError, AttributeError):
        return -1
