"""Whether Chromium's sandbox may run on this computer, told from what the system says about itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_ROOT = Path("/")


def sandbox_refusal(
    root: Path = _ROOT,
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    user_id: int | None = None,
) -> str:
    """Why it may not: "root" or "user-namespaces"; empty where nothing speaks against it.

    `root` is where /proc is looked for; `user_id` the effective one where not given.
    """
    if not platform.startswith("linux") or _sandbox_is_off(environ):
        return ""
    if (os.geteuid() if user_id is None else user_id) == 0:
        return "root"
    return "" if _user_namespaces_permitted(root / "proc") else "user-namespaces"


def _sandbox_is_off(environ: Mapping[str, str]) -> bool:
    """True if whoever started the program took the sandbox away (Qt docs, QtWebEngine platform notes)."""
    switched_off = environ.get("QTWEBENGINE_DISABLE_SANDBOX", "") not in {"", "0"}
    return switched_off or "--no-sandbox" in environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "").split()


def _user_namespaces_permitted(proc: Path) -> bool:
    """False if the kernel keeps ordinary programs from making user namespaces, which Chromium's sandbox stands on."""
    if _read(proc / "sys/kernel/unprivileged_userns_clone") == "0":  # Debian and Arch
        return False
    if _read(proc / "sys/user/max_user_namespaces") == "0":  # user_namespaces(7)
        return False
    # Ubuntu 23.10 and later: programs without an AppArmor profile that allows it get a namespace without rights.
    restricted = _read(proc / "sys/kernel/apparmor_restrict_unprivileged_userns") == "1"
    return not (restricted and _read(proc / "self/attr/current") == "unconfined")


def _read(path: Path) -> str:
    """The text of a small kernel file without the line end; empty where it is not there or not readable."""
    try:
        return path.read_text(encoding="ascii", errors="replace").strip("\0\n ")
    except OSError:
        return ""
