"""Profiles in one versioned JSON file, `connections.json`.

The file is whole at any moment: written beside it, flushed, renamed over it, under a lock that other processes of this
program respect. A file this version does not understand is never overwritten, and what it does not know in a file it
does understand is kept.

It is read anew each time, but what was understood of a row's bytes is remembered: with thousands of rows a change costs
what one row and the disk cost. Changes that threads ask for while one is being written go to the disk together.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock
import msgspec

from desktop_app.core.cloud import Cloud
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.infra.profile_rows import FIELDS, BadRow, profile_from_json, row_of
from desktop_app.infra.whole_file import replace_file

FILE_NAME = "connections.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class _Document:
    """The file as it was read: every member as it stands there, and for each row its JSON and its profile."""

    members: Mapping[str, msgspec.Raw]
    rows: tuple[bytes, ...]
    profiles: tuple[Profile, ...]
    places: Mapping[ProfileId, int]


_NOTHING = _Document({}, (), (), {})


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

    `clouds` resolves the keys of clouds; a profile of any other key but "custom" makes the file unreadable.
    """

    def __init__(self, folder: Path, clouds: Mapping[str, Cloud], lock_timeout_s: float = 5.0) -> None:
        self._path = folder / FILE_NAME
        self._clouds = dict(clouds)
        self._lock_timeout_s = lock_timeout_s
        self._turn = threading.Lock()  # the file lock is for other processes: threads would wait for it by polling
        self._asking = threading.Lock()  # guards _wishes
        self._wishes: list[_Wish] = []
        self._newest: tuple[bytes | None, _Document] = (None, _NOTHING)

    @property
    def path(self) -> Path:
        return self._path

    def load(self) -> tuple[Profile, ...]:
        """A file that is not there holds no profiles."""
        return self._read().profiles

    def save(self, profile: Profile) -> None:
        with self._turn, self._locked():
            document = self._read()
            rows = list(document.rows)
            _put(rows, document.places.get(profile.id), profile)
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
            document = self._read()
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
                document = self._read()
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
                    _put(rows, document.places[key], profile)
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

    def _read(self) -> _Document:
        """All of it, or a ConnectionProblem: a file with one bad row is left alone."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return _NOTHING
        except OSError as error:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, error=type(error).__name__) from error
        known, document = self._newest
        if content != known:
            document = self._understood(content, document)
            self._newest = (content, document)
        return document

    def _understood(self, content: bytes, before: _Document) -> _Document:
        """`before` is what was read the last time: rows that still have the same bytes are the same profiles."""
        try:
            content.decode()
            members = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
            version = msgspec.json.decode(members.get("version", b"null"))
            if not isinstance(version, int) or isinstance(version, bool) or version < 1:
                raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail="no version")
            if version > VERSION:
                raise self._problem(Problem.PROFILE_FILE_NEWER, version=str(version))
            rows = [bytes(row) for row in msgspec.json.decode(members.get("connections", b""), type=list[msgspec.Raw])]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, error=type(error).__name__) from error
        known = dict(zip(before.rows, before.profiles, strict=True))
        try:
            profiles = [known.get(row) or profile_from_json(row, self._clouds) for row in rows]
        except BadRow as error:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail=str(error)) from error
        places = {profile.id: place for place, profile in enumerate(profiles)}
        if len(places) < len(profiles):
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail="an id is there twice")
        return _Document(members, tuple(rows), tuple(profiles), places)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        lock = filelock.FileLock(self._path.with_suffix(".lock"), timeout=self._lock_timeout_s, mode=0o600)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire()
        except (OSError, filelock.Timeout) as error:
            raise self._problem(Problem.PROFILE_FILE_UNWRITABLE, error=type(error).__name__) from error
        try:
            yield
        finally:
            lock.release()

    def _write(self, document: _Document, rows: list[bytes]) -> None:
        whole: dict[str, Any] = {
            **document.members,
            "version": VERSION,
            "connections": [msgspec.Raw(row) for row in rows],
        }
        text = msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"
        try:
            replace_file(self._path.resolve(), text)  # a link stays a link
        except OSError as error:
            raise self._problem(Problem.PROFILE_FILE_UNWRITABLE, error=type(error).__name__) from error


def _put(rows: list[bytes], place: int | None, profile: Profile) -> None:
    """Add a row at the end, or replace one and keep what a later version wrote into it."""
    written = row_of(profile)
    if place is None:
        rows.append(msgspec.json.encode(written))
        return
    before: dict[str, Any] = msgspec.json.decode(rows[place])
    rows[place] = msgspec.json.encode(written | {name: value for name, value in before.items() if name not in FIELDS})
