"""Whether the embedded sign-in page can run here, asked without Qt in this process.

The command line works on servers without a display and loads no Qt, so the part is looked for on disk, and then loaded
in a process of its own: only that shows a library that the system lacks. A frozen program cannot start a second Python;
it brought its libraries along when it was built.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from desktop_app.core.diagnosis import Answer, Results
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.sandbox import sandbox_refusal

LOAD_S = 30.0
_LOAD = "import PySide6.QtWebEngineCore"  # needs no display


def web_engine(missing: Callable[[], str], refused: Callable[[], str] = sandbox_refusal) -> Callable[[Results], Answer]:
    """Raises WEB_ENGINE_MISSING (reason) if `missing()` gives one, VIEW_UNAVAILABLE (reason) if `refused()` does."""

    def run(_results: Results) -> Answer:
        if reason := missing():
            raise ConnectionProblem(Problem.WEB_ENGINE_MISSING, {"reason": reason})
        if reason := refused():
            raise ConnectionProblem(Problem.VIEW_UNAVAILABLE, {"reason": reason})
        return {}

    return run


def web_engine_missing() -> str:
    """Why the web engine cannot be loaded ("not-installed", or what the loader said); empty where it can."""
    if not _installed():
        return "not-installed"
    if getattr(sys, "frozen", False):
        return ""
    try:
        tried = subprocess.run(  # noqa: S603 - this Python, with words of our own
            [sys.executable, "-P", "-c", _LOAD],
            capture_output=True,
            text=True,
            timeout=LOAD_S,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows would show a console for a moment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    if tried.returncode == 0:
        return ""
    said = tried.stderr.strip().splitlines()
    return said[-1][:200] if said else f"exit code {tried.returncode}"


def _installed() -> bool:
    """True if the module is there. Looking for the module itself would import the package it is in."""
    package = find_spec("PySide6")
    folders = (package.submodule_search_locations if package else None) or []
    return any(next(Path(folder).glob("QtWebEngineCore*"), None) for folder in folders)
