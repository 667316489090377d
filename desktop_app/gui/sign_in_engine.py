"""Whether the embedded sign-in page can run here, and what it wants before the application object exists.

Never imports the web engine: asking costs nothing. Chromium ends the whole process where its sandbox cannot start, so
this is asked before a sign-in page is opened; the program itself never switches the sandbox off.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt

from desktop_app.core.problems import ConnectionProblem, Problem

_ROOT = Path("/")


def prepare_web_engine() -> None:
    """Call before QApplication is made: a web view can then be imported and shown at any later time."""
    # Required by QtWebEngine when it is loaded late (Qt docs, QtWebEngineQuick::initialize).
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    # Without it no screen reader on Linux sees into the page; it costs nothing while none runs (QTBUG-59922).
    os.environ.setdefault("QTWEBENGINE_ENABLE_LINUX_ACCESSIBILITY", "1")
    # Whoever can reach that port could read the page a password is typed into (Qt docs, QtWebEngine debugging).
    os.environ.pop("QTWEBENGINE_REMOTE_DEBUGGING", None)


def sign_in_unavailable(
    root: Path = _ROOT,
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    user_id: int | None = None,
) -> ConnectionProblem | None:
    """VIEW_UNAVAILABLE (facts: reason) where the embedded page cannot start, None where nothing speaks against it.

    reason: "not-installed", "root" or "user-namespaces". `root` is where /proc is looked for; `user_id` the effective
    one where not given.
    """
    if find_spec("PySide6.QtWebEngineWidgets") is None:
        return _unavailable("not-installed")
    if not platform.startswith("linux") or _sandbox_is_off(environ):
        return None
    if (os.geteuid() if user_id is None else user_id) == 0:
        return _unavailable("root")
    return None if _user_namespaces_permitted(root / "proc") else _unavailable("user-namespaces")


def _unavailable(reason: str) -> ConnectionProblem:
    return ConnectionProblem(Problem.VIEW_UNAVAILABLE, {"reason": reason})


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
