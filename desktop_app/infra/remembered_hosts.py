"""Which hosts a person said belong to their organization's own sign-in, in one JSON file, `sign-in-hosts.json`.

Only host names, by login host and tenant. A file that can not be read means that the person is asked again; it is not
overwritten where it is of a later version.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable
from pathlib import Path

import msgspec

from desktop_app.infra.file_locks import file_lock
from desktop_app.infra.whole_file import replace_file

log = logging.getLogger(__name__)

FILE_NAME = "sign-in-hosts.json"
VERSION = 1
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?")


class _Document(msgspec.Struct):
    version: int = VERSION
    hosts: dict[str, list[str]] = msgspec.field(default_factory=dict)


class HostsInMemory:
    """Implements the port RememberedHosts for this run only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: dict[str, frozenset[str]] = {}

    def of(self, place: str) -> frozenset[str]:
        with self._lock:
            return self._hosts.get(place, frozenset())

    def remember(self, place: str, hosts: Iterable[str]) -> None:
        with self._lock:
            self._hosts[place] = self._hosts.get(place, frozenset()) | frozenset(hosts)


class HostsFile:
    """Implements the port RememberedHosts on a file in `folder`, which is made when it is first needed.

    What can not be written lives for this run.
    """

    def __init__(self, folder: Path, lock_timeout_s: float = 5.0) -> None:
        self._path = folder / FILE_NAME
        self._lock_timeout_s = lock_timeout_s
        self._this_run = HostsInMemory()

    def of(self, place: str) -> frozenset[str]:
        found = self._read()
        saved = found.hosts.get(place, []) if found is not None else []
        return self._this_run.of(place) | {host for host in saved if _HOST.fullmatch(host)}

    def remember(self, place: str, hosts: Iterable[str]) -> None:
        new = {host for host in hosts if _HOST.fullmatch(host)} - self.of(place)
        if not new:
            return
        self._this_run.remember(place, new)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with file_lock(self._path.with_suffix(".lock"), self._lock_timeout_s):
                document = self._read()
                if document is None:
                    return  # whatever it is, it is not ours to overwrite
                document.hosts[place] = sorted({*document.hosts.get(place, []), *new})
                replace_file(self._path, msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
        except OSError as error:
            log.warning("hosts not remembered error=%s", type(error).__name__)

    def _read(self) -> _Document | None:
        """None for a file that is there and makes no sense here."""
        try:
            document = msgspec.json.decode(self._path.read_bytes(), type=_Document)
        except FileNotFoundError:
            return _Document()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            log.warning("remembered hosts not read error=%s", type(error).__name__)
            return None
        return document if document.version == VERSION else None
