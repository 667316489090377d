"""Settings in one versioned JSON file, `settings.json`, beside the connections.

A file that this version does not understand is never overwritten, and what it does not know in a file it does
understand is kept.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.settings import Settings
from desktop_app.infra.file_locks import file_lock
from desktop_app.infra.whole_file import replace_file

log = logging.getLogger(__name__)

FILE_NAME = "settings.json"
VERSION = 1
_NAMES = frozenset(asdict(Settings()))


class SettingsFile:
    """Implements the port SettingsStore on a file in `folder`, which is made when settings are first saved."""

    def __init__(self, folder: Path, lock_timeout_s: float = 5.0) -> None:
        self._path = folder / FILE_NAME
        self._lock_timeout_s = lock_timeout_s

    def load(self) -> Settings:
        try:
            return _settings(self._read())
        except (OSError, ValueError) as error:
            log.warning("settings not read error=%s", type(error).__name__)
            return Settings()

    def save(self, settings: Settings) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with file_lock(self._path.with_suffix(".lock"), self._lock_timeout_s):
                document = self._read()
                _settings(document)
                text = msgspec.json.encode({**document, "version": VERSION, **asdict(settings)})
                replace_file(self._path.resolve(), msgspec.json.format(text, indent=2) + b"\n")
        except ValueError as error:
            raise self._problem(Problem.SETTINGS_FILE_UNREADABLE, error) from error
        except OSError as error:
            raise self._problem(Problem.SETTINGS_FILE_UNWRITABLE, error) from error

    def _problem(self, problem: Problem, error: Exception) -> ConnectionProblem:
        return ConnectionProblem(problem, {"file": str(self._path), "error": type(error).__name__})

    def _read(self) -> dict[str, Any]:
        """The document as it is, with fields of later versions. Raises OSError, ValueError."""
        try:
            document = msgspec.json.decode(self._path.read_bytes())
        except FileNotFoundError:
            return {"version": VERSION}
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if not isinstance(document, dict) or document.get("version") != VERSION or document["version"] is True:
            raise ValueError("of no version that is known here")
        return document


def _settings(document: dict[str, Any]) -> Settings:
    return Settings(**{name: value for name, value in document.items() if name in _NAMES})
