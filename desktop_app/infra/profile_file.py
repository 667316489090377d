"""Profiles in one versioned JSON file, `connections.json`.

The file is whole at any moment: written beside it, flushed, renamed over it, under a lock that other processes of this
program respect. A file this version does not understand is never overwritten, and what it does not know in a file it
does understand is kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import filelock
import msgspec

from desktop_app.core.cloud import Cloud
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.infra.profile_rows import FIELDS, BadRow, Row, profile_from, row_of
from desktop_app.infra.whole_file import replace_file

FILE_NAME = "connections.json"
VERSION = 1


class ProfileFile:
    """Implements the port ProfileStore on a file in `folder`, which is made when the first profile is saved.

    `clouds` resolves the keys of clouds; a profile of any other key but "custom" makes the file unreadable.
    """

    def __init__(self, folder: Path, clouds: Mapping[str, Cloud], lock_timeout_s: float = 5.0) -> None:
        self._path = folder / FILE_NAME
        self._clouds = dict(clouds)
        self._lock_timeout_s = lock_timeout_s

    @property
    def path(self) -> Path:
        return self._path

    def load(self) -> tuple[Profile, ...]:
        """A file that is not there holds no profiles."""
        return tuple(self._profile(row) for row in _rows(self._read()))

    def save(self, profile: Profile) -> None:
        with self._locked():
            document = self._read()
            rows = _rows(document)
            for row in rows:  # a file with one bad row is left alone: all of it is read before any of it is written
                self._profile(row)
            written = row_of(profile)
            place = next((at for at, row in enumerate(rows) if row["id"] == profile.id), None)
            if place is None:
                rows.append(written)
            else:
                unknown = {name: value for name, value in rows[place].items() if name not in FIELDS}
                rows[place] = written | unknown
            self._write({**document, "version": VERSION, "connections": rows})

    def remove(self, key: ProfileId) -> bool:
        with self._locked():
            document = self._read()
            rows = _rows(document)
            kept = [row for row in rows if self._profile(row).id != key]
            if len(kept) == len(rows):
                return False
            self._write({**document, "connections": kept})
            return True

    def _problem(self, problem: Problem, **facts: str) -> ConnectionProblem:
        return ConnectionProblem(problem, {"file": str(self._path), **facts})

    def _read(self) -> dict[str, Any]:
        try:
            document = msgspec.json.decode(self._path.read_bytes())
        except FileNotFoundError:
            return {"version": VERSION, "connections": []}
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, error=type(error).__name__) from error
        version = document.get("version") if isinstance(document, dict) else None
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail="no version")
        if version > VERSION:
            raise self._problem(Problem.PROFILE_FILE_NEWER, version=str(version))
        connections = document.get("connections")
        if not isinstance(connections, list) or not all(isinstance(row, dict) for row in connections):
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail="no list of connections")
        ids = [row.get("id") for row in connections]
        if len(ids) != len({id for id in ids if isinstance(id, str)}):
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail="an id is missing or there twice")
        return dict(document)

    def _profile(self, row: Row) -> Profile:
        try:
            return profile_from(row, self._clouds)
        except BadRow as error:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail=str(error)) from error

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

    def _write(self, document: dict[str, Any]) -> None:
        text = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
        try:
            replace_file(self._path.resolve(), text)  # a link stays a link
        except OSError as error:
            raise self._problem(Problem.PROFILE_FILE_UNWRITABLE, error=type(error).__name__) from error


def _rows(document: dict[str, Any]) -> list[Row]:
    return list(document["connections"])
