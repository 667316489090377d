"""Profiles in one versioned JSON file, `connections.json`.

The file is whole at any moment: written beside it, flushed, renamed over it, under a lock that other processes of this
program respect. What this version does not know in a file that it understands is kept; a file of a later version is
shown and never written. One that is broken or gone is mended from the good copy beside it (infra/profile_mending.py).

It is read anew each time, but what was understood of a row's bytes is remembered: with thousands of rows a change costs
what one row and the disk cost. Changes that threads ask for while one is being written go to the disk together.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from desktop_app.core.cloud import Cloud
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.infra.file_faults import facts_of
from desktop_app.infra.file_locks import file_lock
from desktop_app.infra.profile_document import NOTHING, Broken, Document, content_of, document_of, put_row
from desktop_app.infra.profile_mending import KeptCopy, Mended, mended, still_wrong
from desktop_app.infra.whole_file import make_folder, replace_file

FILE_NAME = "connections.json"
SETTLE_S = 0.3
"""A file that makes no sense may be one that an editor is in the middle of writing."""


class _Wish:
    """A change that a thread asked for, and what came of it."""

    def __init__(self, key: ProfileId, change: Callable[[Profile], Profile]) -> None:
        self.key = key
        self.change = change
        self._came: Future[Profile] = Future()

    def fulfil(self, updated: Profile) -> None:
        self._came.set_result(updated)

    def refuse(self, failure: BaseException) -> None:
        self._came.set_exception(failure)

    def outcome(self) -> Profile:
        """Waits for it."""
        try:
            return self._came.result()
        except ConnectionProblem as failure:
            raise failure.with_facts() from failure.__cause__  # each thread raises one of its own


class ProfileFile:
    """Implements the port ProfileStore on a file in `folder`, which is made when the first profile is saved.

    `clouds` resolves the keys of clouds; a profile of any other key but "custom" can not be read. `now` dates what is
    kept aside.
    """

    def __init__(
        self,
        folder: Path,
        clouds: Mapping[str, Cloud],
        lock_timeout_s: float = 5.0,
        *,
        settle_s: float = SETTLE_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = folder / FILE_NAME
        self._clouds = dict(clouds)
        self._lock_timeout_s = lock_timeout_s
        self._settle_s = settle_s
        self._copy = KeptCopy(self._path, now)
        self._turn = threading.Lock()  # the file lock is for other processes: threads would wait for it by polling
        self._asking = threading.Lock()  # guards _wishes
        self._wishes: list[_Wish] = []
        self._newest: tuple[bytes | None, Document] = (None, NOTHING)
        self._newer = ""
        self._whole = True
        self._notices: deque[ConnectionProblem] = deque()
        self._told: tuple[Problem, bytes | None] | None = None

    @property
    def path(self) -> Path:
        return self._path

    @property
    def read_only(self) -> ConnectionProblem | None:
        if not self._newer:
            return None
        return self._problem(Problem.PROFILE_FILE_NEWER, version=self._newer)

    @property
    def whole(self) -> bool:
        return self._whole

    def noticed(self) -> tuple[ConnectionProblem, ...]:
        notices = []
        with contextlib.suppress(IndexError):
            while True:
                notices.append(self._notices.popleft())
        return tuple(notices)

    def read_ahead(self) -> None:
        """Understand what is there before anybody asks. Raises, mends and writes nothing: nobody would be told."""
        with contextlib.suppress(ConnectionProblem):
            self._sound(self._content())

    def load(self) -> tuple[Profile, ...]:
        """A file that was never there holds no profiles."""
        content = self._content()
        document = self._sound(content)
        if document is None:
            try:
                with self._turn, self._locked():
                    document = self._read()
            except ConnectionProblem as failure:
                if failure.problem is not Problem.PROFILE_FILE_UNWRITABLE:
                    raise
                # Nothing can be written now: what would be is shown, and the file stays as it is.
                repair = mended(content, self._copy, self._clouds, self._newest[1])
                document = self._noted(content, repair, self._path if content is not None else None)
        return document.profiles

    def save(self, profile: Profile) -> None:
        with self._turn, self._locked():
            document = self._read_to_change()
            rows = list(document.rows)
            put_row(rows, document.places.get(profile.id), profile)
            self._write(document, rows)

    def update(self, key: ProfileId, change: Callable[[Profile], Profile]) -> Profile:
        wish = _Wish(key, change)
        with self._asking:
            self._wishes.append(wish)
            first = len(self._wishes) == 1
        if first:  # it carries out what all ask for until its turn comes
            with self._turn:
                with self._asking:
                    wishes, self._wishes = self._wishes, []
                self._carry_out(wishes)
        return wish.outcome()

    def remove(self, key: ProfileId) -> bool:
        with self._turn, self._locked():
            document = self._read_to_change()
            place = document.places.get(key)
            if place is None:
                return False
            self._write(document, [*document.rows[:place], *document.rows[place + 1 :]])
            return True

    def _carry_out(self, wishes: list[_Wish]) -> None:
        """One reading and one writing for all of them. Each is told what came of it; nothing is raised."""
        updated: dict[ProfileId, Profile] = {}
        granted: list[tuple[_Wish, Profile]] = []
        left = list(wishes)
        try:
            with self._locked():
                document = self._read_to_change()
                for wish in wishes:
                    place = document.places.get(wish.key)
                    try:
                        if place is None:
                            raise ConnectionProblem(Problem.PROFILE_GONE)
                        updated[wish.key] = wish.change(updated.get(wish.key, document.profiles[place]))
                    except Exception as failure:
                        left.remove(wish)
                        wish.refuse(failure)
                    else:
                        granted.append((wish, updated[wish.key]))
                rows = list(document.rows)
                for key, profile in updated.items():
                    put_row(rows, document.places[key], profile)
                if updated:
                    self._write(document, rows)
        except BaseException as failure:
            for wish in left:
                wish.refuse(failure)
            return
        for wish, profile in granted:
            wish.fulfil(profile)

    def _problem(self, problem: Problem, **facts: str) -> ConnectionProblem:
        return ConnectionProblem(problem, {"file": str(self._path), **facts})

    # -- reading ------------------------------------------------------------------------------------------------------

    def _content(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:  # what can not be read may be in best order: it is left alone
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, **facts_of(error)) from error

    def _sound(self, content: bytes | None) -> Document | None:
        """What the file holds; None if it must be mended first."""
        known, before = self._newest
        if content is None:
            if self._copy.is_there() or before.rows:
                return None
            self._newer = ""
            return NOTHING
        if content == known:
            return before
        try:
            document = document_of(content, self._clouds, before)
        except Broken:
            return None
        if document.unread and not document.newer:
            return None
        self._newest = (content, document)
        self._note_version(document)
        return document

    def _note_version(self, document: Document) -> None:
        before, self._newer = self._newer, document.newer
        if self._newer not in {before, ""} and (newer := self.read_only) is not None:
            self._notices.append(newer.with_facts(unread=str(len(document.unread))))

    def _read(self) -> Document:
        """Under the lock: the file as it is, mended where that is needed. Raises PROFILE_FILE_UNWRITABLE where that can
        not be done."""
        content = self._content()
        document = self._sound(content)
        while document is None:
            content, before = still_wrong(self._content, self._settle_s), content
            document = self._sound(content)
            if document is None and content == before:
                return self._mend(content)
        return document

    def _read_to_change(self) -> Document:
        document = self._read()
        if self.read_only is not None:
            raise self.read_only
        return document

    def _mend(self, content: bytes | None) -> Document:
        repair = mended(content, self._copy, self._clouds, self._newest[1])
        try:
            kept = self._copy.keep_aside(content) if content is not None else None
            if not repair.used_copy:  # what takes its place will be the good copy: also this one is kept
                kept = self._copy.keep_broken_aside(self._clouds) or kept
            if repair.content is not None:
                replace_file(self._path.resolve(), repair.content)
        except OSError as error:
            raise self._problem(Problem.PROFILE_FILE_UNWRITABLE, **facts_of(error)) from error
        return self._noted(content, repair, kept)

    def _noted(self, content: bytes | None, repair: Mended, kept: Path | None) -> Document:
        """Somebody is to be told, once for the same bytes."""
        self._newest = (repair.content, repair.document)
        if repair.problem is not None and self._told != (repair.problem, content):
            self._told = (repair.problem, content)
            self._whole = False
            facts = {**repair.facts, "kept": str(kept)} if kept is not None else repair.facts
            self._notices.append(self._problem(repair.problem, **facts))
        self._note_version(repair.document)
        return repair.document

    # -- writing ------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with contextlib.ExitStack() as held:
            try:
                make_folder(self._path.parent)
                held.enter_context(file_lock(self._path.with_suffix(".lock"), self._lock_timeout_s))
            except OSError as error:
                raise self._problem(Problem.PROFILE_FILE_UNWRITABLE, **facts_of(error)) from error
            yield

    def _write(self, document: Document, rows: list[bytes]) -> None:
        text = content_of(document, rows)
        try:
            replace_file(self._path.resolve(), text)  # a link stays a link
        except OSError as error:
            raise self._problem(Problem.PROFILE_FILE_UNWRITABLE, **facts_of(error)) from error
        self._copy.keep(text)
