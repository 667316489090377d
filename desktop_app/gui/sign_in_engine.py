"""Whether the embedded sign-in page can run here, and what it wants before the application object exists.

Never imports the web engine: asking costs nothing. Chromium ends the whole process where its sandbox cannot start, so
this is asked before a sign-in page is opened; the program itself never switches the sandbox off.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt

from desktop_app.core.problems import ConnectionProblem, Problem

log = logging.getLogger(__name__)

_ROOT = Path("/")
_HARMLESS = frozenset(
    {
        "--in-process-gpu",
        "--force-device-scale-factor",
        "--force-renderer-accessibility",
        "--lang",
        # Why Chromium cannot be kept in its sandbox is found out in infra/sandbox.py.
        "--no-sandbox",
        # Chromium Enterprise docs, AuthServerAllowlist: single sign-on to the company's own federation service
        "--auth-server-allowlist",
        "--auth-negotiate-delegate-allowlist",
    }
)
_HARMLESS_BEGINNINGS = ("--disable-gpu", "--use-gl", "--use-angle", "--ozone-platform", "--disable-software-rasterizer")


def prepare_web_engine() -> None:
    """Call before QApplication is made: a web view can then be imported and shown at any later time."""
    # Required by QtWebEngine when it is loaded late (Qt docs, QtWebEngineQuick::initialize).
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    # Without it no screen reader on Linux sees into the page; it costs nothing while none runs (QTBUG-59922).
    os.environ.setdefault("QTWEBENGINE_ENABLE_LINUX_ACCESSIBILITY", "1")
    # Whoever can reach that port could read the page a password is typed into (Qt docs, QtWebEngine debugging).
    os.environ.pop("QTWEBENGINE_REMOTE_DEBUGGING", None)
    os.environ.pop("SSLKEYLOGFILE", None)  # Chromium would write the keys of its connections there
    if flags := os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS"):
        os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = harmless_flags(flags)


def harmless_flags(flags: str) -> str:
    """What is left of Chromium's command line: how pages are drawn, the sandbox, and who gets the company's sign-in.

    Everything else goes: flags can end the check of certificates, open a debugger or write down what is typed.
    """
    kept: list[str] = []
    left_out: list[str] = []
    for flag in flags.split():
        name = flag.partition("=")[0]
        (kept if name in _HARMLESS or name.startswith(_HARMLESS_BEGINNINGS) else left_out).append(flag)
    if left_out:
        names = " ".join(sorted({flag.partition("=")[0] for flag in left_out}))
        log.warning("flags of the web engine left out: %s", names)
    return " ".join(kept)


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
