"""Looks for secrets in places where none may be: files, what the program logged and printed, its processes.

A finding names the place and the kind of secret, never the secret. Files are searched as octets, so what a database
keeps in its pages is found where it stands; what is compressed as gzip or zip is unpacked too. (Snappy, of Chromium's
LevelDB, writes what it has not seen before as it is, and no secret repeats itself.)
"""

from __future__ import annotations

import base64
import contextlib
import functools
import io
import json
import logging
import os
import threading
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, quote_plus

from desktop_app.core.credential import Secret

SHORTEST = 8
"""Anything shorter would be found by chance."""
_END = 48
_GZIP, _ZIP = b"\x1f\x8b\x08", b"PK\x03\x04"
_UNPACKED = 64 * 1024 * 1024
_LOOK_S = 0.2


@functools.cache
def forms(value: str) -> tuple[tuple[str, bytes], ...]:
    """(name, octets) of the ways in which a text may be written down; of a long one its beginning and end count too."""
    texts = {"plain": value}
    if len(value) > 2 * _END:
        texts |= {"beginning": value[:_END], "end": value[-_END:]}
    return tuple((f"{part} {name}".strip(), form) for part, text in texts.items() for name, form in _forms(text))


def _forms(text: str) -> Iterator[tuple[str, bytes]]:
    octets = text.encode()
    yield "", octets
    yield "URL-encoded", (once := quote(text, safe="")).encode()
    yield "URL-encoded twice", quote(once, safe="").encode()
    yield "URL-encoded in small letters", _small(once).encode()
    yield "form-encoded", quote_plus(text).encode()
    yield "JSON", json.dumps(text)[1:-1].encode()
    yield "hexadecimal", octets.hex().encode()
    yield "hexadecimal in capitals", octets.hex().upper().encode()
    yield "UTF-16", text.encode("utf-16-le")
    yield "UTF-16, big end first", text.encode("utf-16-be")
    for offset in range(3):
        yield f"base64 at offset {offset}", _base64_inside(octets, offset)
        yield f"base64url at offset {offset}", _base64_inside(octets, offset, b"-_")


def _small(encoded: str) -> str:
    """%2F as %2f."""
    head, *rest = encoded.split("%")
    return "".join([head, *(f"%{part[:2].lower()}{part[2:]}" for part in rest)])


def _base64_inside(octets: bytes, offset: int, altchars: bytes | None = None) -> bytes:
    """The part of the base64 of anything that holds `octets` after a multiple of 3, plus `offset`, other octets."""
    whole = base64.b64encode(bytes(offset) + octets, altchars)
    first = -(-offset * 8 // 6)  # characters that the octets before have a part in
    last = (offset + len(octets)) * 8 // 6
    return whole[first:last]


class Needles:
    """All forms of some secrets (given with their kinds), found in one walk through a text."""

    def __init__(self, secrets: Mapping[Secret, str]) -> None:
        self._by_beginning: dict[bytes, dict[bytes, str]] = defaultdict(dict)
        for secret, kind in secrets.items():
            for form, octets in forms(secret.reveal()):
                if len(octets) >= SHORTEST:
                    self._by_beginning[octets[:SHORTEST]].setdefault(octets, f"{kind}, {form}")

    def within(self, content: bytes) -> set[str]:
        """The names of what is there."""
        found = set()
        for text in (content, *_unpacked(content)):
            for at in range(len(text) - SHORTEST + 1):
                beginning = text[at : at + SHORTEST]
                if beginning in self._by_beginning:
                    whole = self._by_beginning[beginning]
                    found |= {name for octets, name in whole.items() if text.startswith(octets, at)}
        return found


def _unpacked(content: bytes) -> Iterator[bytes]:
    """What is compressed in it."""
    at = content.find(_GZIP)
    while at >= 0:
        with contextlib.suppress(zlib.error):  # it only looked like it
            yield zlib.decompressobj(31).decompress(content[at:], _UNPACKED)
        at = content.find(_GZIP, at + 1)
    if content.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


class Sweep:
    """Gathers what is to be searched, and searches it when all secrets are known."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.folders = tuple(folders)
        self.watched_processes = 0
        self.watched: set[str] = set()
        """Which parts of which processes could be read: "environ of QtWebEngineProc"."""
        self._texts: dict[str, set[bytes]] = {}

    def add(self, place: str, content: bytes) -> None:
        self._texts.setdefault(place, set()).add(content)

    def look_at_processes(self) -> None:
        """Command lines and environments of this process and of all that descend from it."""
        family = list(_family())
        self.watched_processes = max(self.watched_processes, len(family))
        for process in family:
            try:
                name = (process / "comm").read_text().strip()
            except OSError:
                continue  # it has ended
            for part in ("cmdline", "environ"):
                try:
                    content = (process / part).read_bytes()
                except OSError:
                    continue  # it has ended, or protects itself
                place = f"{part} of {name}"
                self.watched.add(place)
                self.add(place, content)

    def findings(self, secrets: Mapping[Secret, str]) -> list[str]:
        """One line for each place that holds one of `secrets` (given with their kinds)."""
        needles = Needles(secrets)
        return sorted({f"{place}: {name}" for place, content in self._contents() for name in needles.within(content)})

    def _contents(self) -> Iterator[tuple[str, bytes]]:
        for place, contents in self._texts.items():
            for content in contents:
                yield place, content
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                yield str(path.relative_to(folder.parent)), os.fsencode(path.name)
                if path.is_file() and not path.is_symlink():
                    yield str(path.relative_to(folder.parent)), path.read_bytes()


class ProcessWatch:
    """Looks at processes again and again while the block runs: some live for a moment only."""

    def __init__(self, sweep: Sweep, every_s: float = _LOOK_S) -> None:
        self._sweep = sweep
        self._every_s = every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="process-watch")

    def __enter__(self) -> ProcessWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(self._every_s):
            self._sweep.look_at_processes()


def _family() -> Iterator[Path]:
    """/proc entries of this process and its descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in os.listdir("/proc"):
        if entry.isdecimal():
            try:
                stat = Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            children[int(stat.rpartition(")")[2].split()[1])].append(int(entry))
    waiting = [os.getpid()]
    while waiting:
        process = waiting.pop()
        yield Path("/proc", str(process))
        waiting += children[process]


class LogWitness(logging.Handler):
    """Hands every record on as its author wrote it, before anything is redacted."""

    def __init__(self, sweep: Sweep) -> None:
        super().__init__()
        self._sweep = sweep
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._sweep.add("log records", self.format(record).encode())
