"""The machine-wide file in which a company's IT says what this program may do (core/policy.py has its form).

It lies where only administrators write, at a place that no setting and no environment variable moves. It is read once,
when the program starts. A file that the person at the computer could change is obeyed all the same, since a policy only
takes away, and *Check this computer* says so.
"""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.core.policy import NO_POLICY, Policy, PolicyFault, broken, policy_from

log = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class FoundPolicy:
    """`there` is False where no policy was set up; `changeable`: whoever runs the program could write the file."""

    path: Path
    policy: Policy = NO_POLICY
    there: bool = False
    changeable: bool = False


def machine_policy_path() -> Path:
    """Where the file is looked for."""
    if sys.platform == "win32":
        return Path(_program_data(), "ADO Connect", "policy.json")
    if sys.platform == "darwin":
        return Path("/Library/Application Support/ADO Connect/policy.json")
    return Path("/etc/ado-connect/policy.json")


def read_policy(path: Path) -> FoundPolicy:
    """What is there; a file that can not be read or understood gives a broken policy. Blocks. Never raises."""
    try:
        content = _content(path)
        if content is None:
            return FoundPolicy(path)
        policy = policy_from(_document(content))
    except PolicyFault as fault:
        log.error("the policy file is broken and nothing is allowed file=%s fault=%s", path, fault)
        return FoundPolicy(path, broken(fault), there=True)
    changeable = _changeable(path)
    if changeable:
        log.warning("the policy file can be changed by whoever uses this program file=%s", path)
    log.info("a policy is in force file=%s", path)
    return FoundPolicy(path, policy, there=True, changeable=changeable)


def _content(path: Path) -> bytes | None:
    """None where there is no such file. Anything else that can not be read is a fault: the file may be there."""
    try:
        # Not blocking: a pipe in its place would be waited for.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():  # to a file that is gone
            raise PolicyFault("unreadable") from None
        return None
    except OSError:
        raise PolicyFault("unreadable") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PolicyFault("unreadable")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(MAX_BYTES + 1)
    except OSError:
        raise PolicyFault("unreadable") from None
    finally:
        os.close(descriptor)
    if len(content) > MAX_BYTES:
        raise PolicyFault("too-large")
    return content


def _document(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except PolicyFault:
        raise
    except (ValueError, RecursionError):
        raise PolicyFault("not-json") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that is there twice nobody knows which one is meant. Any: JSON has no static type."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise PolicyFault("twice", key)
        found[key] = value
    return found


def _changeable(path: Path) -> bool:
    """True if somebody who is no administrator may write the file or put another in its place.

    For root everything is writable: then it counts whose the file is, and whether its mode lets everybody write.
    """
    if sys.platform == "win32":
        return os.access(path, os.W_OK)
    try:
        places = [path.stat(), path.parent.stat()]
    except OSError:
        return True
    if any(place.st_mode & stat.S_IWOTH and not place.st_mode & stat.S_ISVTX for place in places):
        return True
    if os.geteuid() == 0:
        return any(place.st_uid != 0 for place in places)
    return places[0].st_uid == os.geteuid() or os.access(path, os.W_OK) or os.access(path.parent, os.W_OK)


def _program_data() -> str:
    """%ProgramData% as Windows itself knows it: the environment variable is the person's own to set.

    SHGetKnownFolderPath (Microsoft docs); the folder's id is FOLDERID_ProgramData.
    """
    import ctypes
    import uuid

    folder = uuid.UUID("{62AB5D82-FDC1-4DC3-A9DD-070D1D495D97}").bytes_le
    found = ctypes.c_wchar_p()
    windows: Any = ctypes  # windll is there on Windows only
    failed = windows.windll.shell32.SHGetKnownFolderPath(folder, 0, None, ctypes.byref(found))
    try:
        return "C:\\ProgramData" if failed or not found.value else found.value
    finally:
        windows.windll.ole32.CoTaskMemFree(found)
