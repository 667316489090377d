"""The log file: rotating, readable by its owner only, and without secrets.

Every record is redacted as a whole when it is written, its arguments and traceback included.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from desktop_app.core.credential import Secret
from desktop_app.core.redact import redact

FILE_NAME = "ado-connect.log"
MAX_BYTES = 1_000_000
OLD_FILES = 3

_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
# At DEBUG these write URLs with their queries, and urllib3 whole headers.
TALKATIVE = ("urllib3", "requests", "msal", "keyring", "secretstorage", "filelock", "werkzeug")

Secrets = Callable[[], Iterable[Secret]]


class RedactingFormatter(logging.Formatter):
    """Formats a record, then takes out what looks like a secret and the secrets known at that moment."""

    def __init__(self, secrets: Secrets = tuple) -> None:
        super().__init__(_FORMAT)
        self._secrets = secrets

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self._secrets())


class _PrivateFileHandler(RotatingFileHandler):
    """Makes its files with mode 0600, those after a rotation too."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_CREAT | os.O_WRONLY, 0o600))
        return super()._open()


def configure_logging(folder: Path, *, level: int = logging.INFO, secrets: Secrets = tuple) -> Path:
    """Send everything that is logged to a file in `folder`; returns its path. A second call replaces the first.

    `secrets` tells the values to remove besides those known by their shape. Raises OSError if the file can not be made;
    what Python then prints to standard error in the file's place has no secrets either.
    """
    logging.raiseExceptions = False  # what can not be written would be printed whole, with its arguments as they are
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(RedactingFormatter(secrets))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE_NAME
    handler = _PrivateFileHandler(path, maxBytes=MAX_BYTES, backupCount=OLD_FILES, encoding="utf-8")
    handler.setFormatter(RedactingFormatter(secrets))
    stop_logging()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.INFO))
    return path


def log_texts(folder: Path) -> dict[str, str]:
    """What was logged there: name of each file to its text. Blocks; one that can not be read is left out."""
    texts = {}
    for path in sorted(folder.glob(f"{FILE_NAME}*")):
        with suppress(OSError):
            texts[path.name] = path.read_text(encoding="utf-8", errors="replace")
    return texts


def stop_logging() -> None:
    """Close the log file, if there is one."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _PrivateFileHandler)]:
        root.removeHandler(handler)
        handler.close()
