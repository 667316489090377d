"""Changes under way, in one small JSON file, `changes.json`, beside the file of connections.

It is there only while something is under way. Like the file of connections it is whole at any moment, and a version of
the program that does not understand it leaves it alone.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from desktop_app.core.changes import Change, Renewal, Step
from desktop_app.core.cloud import Cloud
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.infra.file_faults import facts_of
from desktop_app.infra.file_locks import file_lock
from desktop_app.infra.profile_rows import BadRow, Row, profile_from, row_of
from desktop_app.infra.whole_file import make_folder, remove_file, replace_file

FILE_NAME = "changes.json"
VERSION = 1


class _Renewal(msgspec.Struct, omit_defaults=True):
    name: str
    made_id: str = ""
    old_id: str = ""
    through: str = ""
    revoke_old: bool = True


class _Change(msgspec.Struct, omit_defaults=True):
    key: Annotated[str, msgspec.Meta(min_length=1)]
    step: Step
    began_at: Annotated[datetime, msgspec.Meta(tz=True)]
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    had_secret: bool = False
    keeps_old: bool = False
    renewal: _Renewal | None = None


class _Document(msgspec.Struct):
    version: int
    changes: list[_Change]


class _Version(msgspec.Struct):
    version: int


class ChangeFile:
    """Implements the port ChangeJournal on a file in `folder`; safe from any thread and process.

    `clouds` resolves the keys of the clouds that profiles name.
    """

    def __init__(self, folder: Path, clouds: Mapping[str, Cloud], lock_timeout_s: float = 10.0) -> None:
        self._path = folder / FILE_NAME
        self._clouds = dict(clouds)
        self._lock_timeout_s = lock_timeout_s
        self._lock = threading.Lock()

    def load(self) -> tuple[Change, ...]:
        return tuple(self._change(row) for row in self._read())

    def put(self, change: Change) -> None:
        with self._locked():
            rows = self._read()
            written = _written(change)
            place = next((at for at, row in enumerate(rows) if row.key == change.key), None)
            if place is None:
                rows.append(written)
            else:
                rows[place] = written
            self._write(rows)

    def drop(self, key: ProfileId) -> None:
        with self._locked():
            rows = self._read()
            kept = [row for row in rows if row.key != key]
            if len(kept) < len(rows):
                self._write(kept)

    def _problem(self, problem: Problem, **facts: str) -> ConnectionProblem:
        return ConnectionProblem(problem, {"file": str(self._path), "what": "changes", **facts})

    def _read(self) -> list[_Change]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, **facts_of(error)) from error
        try:
            if (version := msgspec.json.decode(content, type=_Version).version) > VERSION:
                raise self._problem(Problem.PROFILE_FILE_NEWER, version=str(version))
            return msgspec.json.decode(content, type=_Document).changes
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, error=type(error).__name__) from error

    def _change(self, row: _Change) -> Change:
        renewal = row.renewal
        try:
            began_at = row.began_at.astimezone(UTC)
        except OverflowError:  # the first or the last day of all, in another zone
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail="a moment out of range") from None
        return Change(
            key=ProfileId(row.key),
            step=row.step,
            began_at=began_at,
            before=self._profile(row.before),
            after=self._profile(row.after),
            had_secret=row.had_secret,
            keeps_old=row.keeps_old,
            renewal=_renewal(renewal) if renewal else None,
        )

    def _profile(self, row: Row | None) -> Profile | None:
        try:
            return None if row is None else profile_from(row, self._clouds)
        except BadRow as error:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail=str(error)) from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock, contextlib.ExitStack() as held:
            try:
                make_folder(self._path.parent)
                held.enter_context(file_lock(self._path.with_suffix(".lock"), self._lock_timeout_s))
            except OSError as error:
                raise self._problem(Problem.PROFILE_FILE_UNWRITABLE, **facts_of(error)) from error
            yield

    def _write(self, rows: list[_Change]) -> None:
        try:
            if rows:
                text = msgspec.json.format(msgspec.json.encode(_Document(VERSION, rows)), indent=2) + b"\n"
                replace_file(self._path, text)
            else:
                remove_file(self._path)
        except OSError as error:
            raise self._problem(Problem.PROFILE_FILE_UNWRITABLE, **facts_of(error)) from error


def _renewal(row: _Renewal) -> Renewal:
    through = ProfileId(row.through) if row.through else None
    return Renewal(row.name, row.made_id, row.old_id, through, row.revoke_old)


def _written(change: Change) -> _Change:
    renewal = change.renewal
    return _Change(
        key=change.key,
        step=change.step,
        began_at=change.began_at.astimezone(UTC),
        before=row_of(change.before) if change.before else None,
        after=row_of(change.after) if change.after else None,
        had_secret=change.had_secret,
        keeps_old=change.keeps_old,
        renewal=_Renewal(renewal.name, renewal.made_id, renewal.old_id, renewal.through or "", renewal.revoke_old)
        if renewal
        else None,
    )
