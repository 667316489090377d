"""Which warnings have been given, in one small JSON file, `warnings.json`: ids of connections, dates and numbers.

The file is whole at any moment, and read and written under a lock that other processes of this program respect. One
that is of a later version is never overwritten; one that makes no sense is begun anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from desktop_app.core.ends import EndKind
from desktop_app.core.profile import ProfileId
from desktop_app.core.warnings import Given, is_new
from desktop_app.infra.file_locks import file_lock
from desktop_app.infra.memory_warnings import MemoryWarnings
from desktop_app.infra.whole_file import replace_file

log = logging.getLogger(__name__)

FILE_NAME = "warnings.json"
VERSION = 1


class _Given(msgspec.Struct, omit_defaults=True):
    step: int
    ends_at: Annotated[datetime, msgspec.Meta(tz=True)]
    credential_id: str = ""


_Connections = dict[str, dict[str, _Given]]
"""By the connection's id, then by the kind of end."""


class _Document(msgspec.Struct):
    version: int = VERSION
    given: _Connections = msgspec.field(default_factory=dict)


class _NotOurs(Exception):
    """The file is of a later version, or can not be read at all."""


class WarningsFile:
    """Implements the port WarningStore on a file in `folder`, which is made when it is first needed."""

    def __init__(self, folder: Path, lock_timeout_s: float = 5.0) -> None:
        self._path = folder / FILE_NAME
        self._lock_timeout_s = lock_timeout_s
        self._this_run = MemoryWarnings()

    def claim(self, key: ProfileId, kind: EndKind, due: Given) -> bool:
        new = False

        def change(given: _Connections) -> bool:
            nonlocal new
            found = given.get(key, {}).get(kind.value)
            before = Given(found.step, found.ends_at, found.credential_id) if found else None
            new = is_new(before, due)
            if new:
                given.setdefault(key, {})[kind.value] = _Given(due.step, due.ends_at, due.credential_id)
            return new

        new_in_this_run = self._this_run.claim(key, kind, due)
        kept = self._changed(change)
        return new if kept else new_in_this_run

    def keep_only(self, keys: Collection[ProfileId]) -> None:
        def change(given: _Connections) -> bool:
            gone = [key for key in given if key not in keys]
            for key in gone:
                del given[key]
            return bool(gone)

        self._this_run.keep_only(keys)
        if self._path.exists():
            self._changed(change)

    def _changed(self, change: Callable[[_Connections], bool]) -> bool:
        """Let `change` work on what is kept, and keep that if it says so; False if nothing could be kept."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with file_lock(self._path.with_suffix(".lock"), self._lock_timeout_s):
                document, unknown = self._read()
                if change(document.given):
                    content = msgspec.json.encode({**unknown, "version": VERSION, "given": document.given})
                    replace_file(self._path, msgspec.json.format(content, indent=2) + b"\n")
        except (OSError, _NotOurs) as error:
            log.warning("given warnings not kept error=%s", type(error).__name__)
            return False
        return True

    def _read(self) -> tuple[_Document, dict[str, Any]]:
        """What is kept, and what else stands in the file. Any: JSON has no static type."""
        try:
            raw = msgspec.json.decode(self._path.read_bytes())
        except FileNotFoundError:
            return _Document(), {}
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _Document(), {}
        version = raw.get("version") if isinstance(raw, dict) else None
        if isinstance(version, int) and version > VERSION:
            raise _NotOurs
        try:
            document = msgspec.convert(raw, _Document)
        except msgspec.ValidationError:
            return _Document(), {}
        return document, {name: value for name, value in raw.items() if name not in ("version", "given")}
