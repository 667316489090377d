"""Where this program keeps its files: the operating system's own places.

Practice mode has a subfolder of its own in each, so that practice connections never stand among the real ones.
"""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

APP_NAME = "ado-connect" if sys.platform.startswith("linux") else "ADO Connect"
"""Folders are named in each system's manner."""

_PRACTICE = "practice"


def config_folder(practice: bool) -> Path:
    """For the file of connections. It need not exist."""
    return _of_mode(platformdirs.user_config_path(APP_NAME, appauthor=False), practice)


def log_folder(practice: bool) -> Path:
    """For log files. It need not exist."""
    return _of_mode(platformdirs.user_log_path(APP_NAME, appauthor=False), practice)


def _of_mode(folder: Path, practice: bool) -> Path:
    return folder / _PRACTICE if practice else folder
