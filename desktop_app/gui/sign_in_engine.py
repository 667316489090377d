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
    from desktop_app.infra.sandbox import sandbox_refusal

    if find_spec("PySide6.QtWebEngineWidgets") is None:
        return _unavailable("not-installed")
    refusal = sandbox_refusal(root, environ, platform, user_id)
    return _unavailable(refusal) if refusal else None


def _unavailable(reason: str) -> ConnectionProblem:
    return ConnectionProblem(Problem.VIEW_UNAVAILABLE, {"reason": reason})
