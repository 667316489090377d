"""What is done about a file of connections that is broken or gone: it is kept aside, and the last good copy is used.

The copy, `connections.last-good.json`, lies beside the file and is written after each change of it. What is kept aside
is called by its moment, `connections.broken-2026-11-25T08-40-00.json`. None of them holds a secret.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from desktop_app.core.cloud import Cloud
from desktop_app.core.problems import Problem
from desktop_app.infra.profile_document import NOTHING, Broken, Document, content_of, document_of, healed
from desktop_app.infra.whole_file import replace_file, write_new

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mended:
    """What takes a file's place, None if nothing is written, and what somebody is to be told, if anything.
    `used_copy` says whether the good copy was of use."""

    content: bytes | None
    document: Document
    problem: Problem | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    used_copy: bool = False


class KeptCopy:
    """The good copy beside the file at `path`, and what is kept aside there. `now` gives an aware moment."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self.path = path.with_name(f"{path.stem}.last-good{path.suffix}")

    def is_there(self) -> bool:
        return self.path.exists()

    def keep(self, content: bytes) -> None:
        """The file is what counts: a copy that can not be written is only noted."""
        try:
            replace_file(self.path, content)
        except OSError as error:
            log.warning("no good copy of the connections kept error=%s", type(error).__name__)

    def read(self, clouds: Mapping[str, Cloud]) -> tuple[bytes, Document, datetime] | None:
        """Its bytes, what they mean, and of when it is (aware UTC); None where there is none that can be used."""
        try:
            content = self.path.read_bytes()
            written = datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
            document = document_of(content, clouds)
        except (OSError, Broken, OverflowError, ValueError):
            return None
        return None if document.unread and not document.newer else (content, document, written)

    def keep_broken_aside(self, clouds: Mapping[str, Cloud]) -> Path | None:
        """Where the copy itself is of no use, it is kept aside too. Raises OSError."""
        if not self.is_there() or self.read(clouds) is not None:
            return None
        content = self.path.read_bytes()
        return self.keep_aside(content) if content else None

    def keep_aside(self, content: bytes) -> Path:
        """Raises OSError."""
        moment = self._now().astimezone().strftime("%Y-%m-%dT%H-%M-%S")
        for number in count(1):
            more = f"-{number}" if number > 1 else ""
            path = self._path.with_name(f"{self._path.stem}.broken-{moment}{more}{self._path.suffix}")
            try:
                write_new(path, content)
            except FileExistsError:
                continue
            return path
        raise AssertionError  # pragma: no cover - count() has no end


def still_wrong(read: Callable[[], bytes | None], settle_s: float) -> bytes | None:
    """What the file holds after a moment."""
    if settle_s > 0:
        time.sleep(settle_s)
    return read()


def mended(content: bytes | None, copy: KeptCopy, clouds: Mapping[str, Cloud], before: Document) -> Mended:
    """What is to be used in the place of `content`, which makes no sense, makes sense in part, or is not there.

    `before` is what this process read the last time.
    """
    found = copy.read(clouds)
    if content is None and not copy.is_there():  # somebody removed both
        return Mended(None, NOTHING, Problem.PROFILE_FILE_REMOVED if before.rows else None)
    try:
        if content is None:
            raise Broken("not there")
        document = document_of(content, clouds)
    except Broken as why:
        facts = {"detail": str(why)}
        if found is None:
            empty = content_of(NOTHING, [])
            return Mended(empty, document_of(empty, clouds), Problem.PROFILE_FILE_BEGUN_ANEW, facts)
        good, document, written = found
        facts |= {"copied_at": written.isoformat(timespec="seconds")}
        problem = Problem.PROFILE_FILE_RESTORED if content is not None else Problem.PROFILE_FILE_MISSING
        # A list without connections is put back without a word.
        told = problem if content is not None or document.rows else None
        return Mended(good, document, told, facts, used_copy=True)
    rows, lost = healed(document, found[1] if found is not None else NOTHING)
    whole = content_of(document, rows)
    facts = {"unread": str(len(document.unread)), "lost": str(lost)}
    return Mended(
        whole, document_of(whole, clouds), Problem.PROFILE_FILE_PARTLY_READ, facts, used_copy=found is not None
    )
