"""What happened to connections: a folder `history` with one file of JSON lines for each, newest last.

An event is one line, appended under a lock that other processes of this program respect. A line that is broken, or of a
later version, is skipped; a line that was cut off by a crash does not spoil the next one. When a file has grown by a
fifth beyond MAX_EVENTS lines, it is cut back; so a rewrite costs every hundredth event, not each.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec

from desktop_app.core.history import MAX_EVENTS, Event, EventKind
from desktop_app.core.problems import Problem
from desktop_app.core.profile import ProfileId
from desktop_app.core.redact import redact
from desktop_app.infra.file_locks import file_lock
from desktop_app.infra.whole_file import replace_file

log = logging.getLogger(__name__)

FOLDER = "history"
LINES_AT_MOST = MAX_EVENTS + MAX_EVENTS // 5
FACT_LENGTH = 1000
"""Facts are short; what is longer is cut."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class _Line(msgspec.Struct, omit_defaults=True):
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    kind: str
    problem: str | None = None
    facts: dict[str, str] = msgspec.field(default_factory=dict)


class HistoryFolder:
    """Implements the port HistoryStore in a folder inside `folder`; it is made when it is first needed."""

    def __init__(self, folder: Path, lock_timeout_s: float = 5.0) -> None:
        self._folder = folder / FOLDER
        self._lock_timeout_s = lock_timeout_s
        self._lines: dict[Path, tuple[int, int]] = {}
        """For each file how many lines it had at which size: another process may have written since."""
        self._here = threading.Lock()

    def add(self, key: ProfileId, event: Event) -> None:
        path, line = self._path(key), _written(event)
        try:
            with self._locked():
                self._append(path, line)
        except OSError as error:
            log.warning("event not kept kind=%s error=%s", event.kind, type(error).__name__)

    def load(self, key: ProfileId) -> tuple[Event, ...]:
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            log.warning("history not read error=%s", type(error).__name__)
            return ()
        return tuple(_events(content.split(b"\n")))[-MAX_EVENTS:]

    def forget(self, key: ProfileId) -> None:
        path = self._path(key)
        if not path.exists():
            return
        try:
            with self._locked():
                path.unlink(missing_ok=True)
                self._lines.pop(path, None)
        except OSError as error:
            log.warning("history not removed error=%s", type(error).__name__)

    def _path(self, key: ProfileId) -> Path:
        """An id that some other program wrote into the file of connections does not lead out of the folder."""
        name = key if _PLAIN_ID.fullmatch(key) else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
        return self._folder / f"{name}.jsonl"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._here, file_lock(self._folder / "history.lock", self._lock_timeout_s):
            yield

    def _append(self, path: Path, line: bytes) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            known = self._lines.get(path)
            if known is None or known[1] != size:
                file.seek(0)
                known = (file.read().count(b"\n"), size)
            whole = True
            if size:
                file.seek(-1, os.SEEK_END)
                whole = file.read(1) == b"\n"
            file.write((b"" if whole else b"\n") + line + b"\n")
            count = known[0] + (1 if whole else 2)
            self._lines[path] = (count, file.seek(0, os.SEEK_END))
        if count > LINES_AT_MOST:
            self._trim(path)

    def _trim(self, path: Path) -> None:
        kept = [line for line in path.read_bytes().split(b"\n") if line.strip()][-MAX_EVENTS:]
        content = b"\n".join(kept) + b"\n"
        replace_file(path, content)
        self._lines[path] = (len(kept), len(content))


def _written(event: Event) -> bytes:
    facts = {name: _safe(value) for name, value in event.facts.items()}
    problem = event.problem.value if event.problem else None
    return msgspec.json.encode(_Line(event.at.astimezone(UTC), event.kind.value, problem, facts))


def _safe(text: str) -> str:
    """No event is given a secret; should one slip in, it does not reach the disk."""
    return redact(text)[:FACT_LENGTH].encode("utf-8", "replace").decode("utf-8")


def _events(lines: Iterable[bytes]) -> Iterator[Event]:
    problems = {problem.value for problem in Problem}
    for line in lines:
        if not line.strip():
            continue
        try:
            found = msgspec.json.decode(line, type=_Line)
            kind, at = EventKind(found.kind), found.at.astimezone(UTC)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError, OverflowError):
            continue
        problem = None
        if found.problem is not None:  # that something failed is told, also where this version has no name for it
            problem = Problem(found.problem if found.problem in problems else Problem.INTERNAL)
        yield Event(at, kind, problem, found.facts)
