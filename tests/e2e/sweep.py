"""Looks for secrets in places where none may be: files, what the program logged and printed, its processes.

A finding names the place and the kind of secret, never the secret.
"""

import base64
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

from desktop_app.core.credential import Secret

SHORTEST = 8
"""Anything shorter would be found by chance."""
_END = 48


def forms(value: str) -> Iterator[tuple[str, bytes]]:
    """(name, octets) of the ways in which a text may be written down; of a long one its beginning and end count too."""
    texts = {"plain": value}
    if len(value) > 2 * _END:
        texts |= {"beginning": value[:_END], "end": value[-_END:]}
    for part, text in texts.items():
        octets = text.encode()
        for name, form in {
            "": octets,
            "URL-encoded": quote(text, safe="").encode(),
            "form-encoded": quote_plus(text).encode(),
            "UTF-16": text.encode("utf-16-le"),
            "UTF-16, big end first": text.encode("utf-16-be"),
        }.items():
            yield f"{part} {name}".strip(), form
        for offset in range(3):
            yield f"{part} base64 at offset {offset}", _base64_inside(octets, offset)
            yield f"{part} base64url at offset {offset}", _base64_inside(octets, offset, b"-_")


def _base64_inside(octets: bytes, offset: int, altchars: bytes | None = None) -> bytes:
    """The part of the base64 of anything that holds `octets` after a multiple of 3, plus `offset`, other octets."""
    whole = base64.b64encode(bytes(offset) + octets, altchars)
    first = -(-offset * 8 // 6)  # characters that the octets before have a part in
    last = (offset + len(octets)) * 8 // 6
    return whole[first:last]


class Sweep:
    """Gathers what is to be searched, and searches it when all secrets are known."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.folders = tuple(folders)
        self.watched_processes = 0
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
                for part in ("cmdline", "environ"):
                    self.add(f"{part} of {name}", (process / part).read_bytes())
            except OSError:
                continue  # it has ended

    def findings(self, secrets: Mapping[Secret, str]) -> list[str]:
        """One line for each place that holds one of `secrets` (given with their kinds)."""
        wanted = [
            (f"{kind}, {form}", octets)
            for secret, kind in secrets.items()
            for form, octets in forms(secret.reveal())
            if len(octets) >= SHORTEST
        ]
        return sorted(
            {f"{place}: {name}" for place, content in self._contents() for name, octets in wanted if octets in content}
        )

    def _contents(self) -> Iterator[tuple[str, bytes]]:
        for place, contents in self._texts.items():
            for content in contents:
                yield place, content
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                yield str(path.relative_to(folder.parent)), os.fsencode(path.name)
                if path.is_file() and not path.is_symlink():
                    yield str(path.relative_to(folder.parent)), path.read_bytes()


def _family() -> Iterator[Path]:
    """/proc entries of this process and its descendants."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        parents[status.parent] = Path("/proc", fields["PPid"])
    family = {Path("/proc", str(os.getpid()))}
    while more := {process for process, parent in parents.items() if parent in family} - family:
        family |= more
    yield from sorted(family)


class LogWitness(logging.Handler):
    """Hands every record on as its author wrote it, before anything is redacted."""

    def __init__(self, sweep: Sweep) -> None:
        super().__init__()
        self._sweep = sweep
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._sweep.add("log records", self.format(record).encode())
