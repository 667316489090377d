"""Profiles in one versioned JSON file, `connections.json`.

The file is whole at any moment: written beside it, flushed, renamed over it, under a lock that other processes of this
program respect. A file this version does not understand is never overwritten, and what it does not know in a file it
does understand is kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import filelock
import msgspec

from desktop_app.core.cloud import Cloud
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import LastCheck, Method, Profile, ProfileId
from desktop_app.infra.whole_file import replace_file

FILE_NAME = "connections.json"
VERSION = 1
CUSTOM = "custom"

_AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]
_Row = dict[str, Any]  # one connection as the file has it, with fields of later versions


class _Hosts(msgspec.Struct, omit_defaults=True):
    """A custom cloud's hosts."""

    login: str
    devops: str
    release: str
    identity: str
    entitlements: str
    profile: str
    portal: str


class _Check(msgspec.Struct):
    at: _AwareTime
    identity_proved: bool
    problem: str | None = None


class _Connection(msgspec.Struct, omit_defaults=True):
    """A Profile as it is written: the cloud by its key, and by its hosts too when nothing else tells them."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    name: str
    organization: str
    method: Method
    cloud: str
    created_at: _AwareTime
    cloud_hosts: _Hosts | None = None
    tenant: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    account: str = ""
    credential_ends: date | None = None
    credential_ends_at: _AwareTime | None = None
    credential_id: str = ""
    all_organizations: bool = False
    scopes: tuple[str, ...] = ()
    signed_in_scopes: tuple[str, ...] = ()
    renewed_at: _AwareTime | None = None
    ca_file: str = ""
    last_check: _Check | None = None
    report_projects: tuple[str, ...] = ()


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
            written = _written(profile)
            place = next((at for at, row in enumerate(rows) if row["id"] == profile.id), None)
            if place is None:
                rows.append(written)
            else:
                unknown = {name: value for name, value in rows[place].items() if name not in _FIELDS}
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

    def _profile(self, row: _Row) -> Profile:
        try:
            found = msgspec.convert(row, _Connection)
        except msgspec.ValidationError as error:
            raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail=str(error)) from error
        return Profile(
            id=ProfileId(found.id),
            name=found.name,
            organization=found.organization,
            method=found.method,
            cloud=self._cloud(found),
            created_at=found.created_at.astimezone(UTC),
            tenant=found.tenant,
            client_id=found.client_id,
            redirect_uri=found.redirect_uri,
            account=found.account,
            credential_ends=found.credential_ends,
            credential_ends_at=_utc(found.credential_ends_at),
            credential_id=found.credential_id,
            all_organizations=found.all_organizations,
            scopes=found.scopes,
            signed_in_scopes=found.signed_in_scopes,
            renewed_at=_utc(found.renewed_at),
            ca_file=found.ca_file,
            last_check=_last_check(found.last_check),
            report_projects=found.report_projects,
        )

    def _cloud(self, found: _Connection) -> Cloud:
        if found.cloud == CUSTOM and found.cloud_hosts is not None:
            return Cloud(key=CUSTOM, **msgspec.structs.asdict(found.cloud_hosts))
        if found.cloud in self._clouds:
            return self._clouds[found.cloud]
        raise self._problem(Problem.PROFILE_FILE_UNREADABLE, detail=f"unknown cloud {found.cloud}")

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


_FIELDS = frozenset(field.name for field in msgspec.structs.fields(_Connection))


def _rows(document: dict[str, Any]) -> list[_Row]:
    return list(document["connections"])


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _last_check(found: _Check | None) -> LastCheck | None:
    if found is None:
        return None
    # A code of a later version does not make the file unreadable: that something failed is still told.
    known = {problem.value for problem in Problem}
    problem = None if found.problem is None else Problem(found.problem if found.problem in known else Problem.INTERNAL)
    return LastCheck(found.at.astimezone(UTC), found.identity_proved, problem)


def _written(profile: Profile) -> _Row:
    cloud, check = profile.cloud, profile.last_check
    hosts = {field.name: getattr(cloud, field.name) for field in msgspec.structs.fields(_Hosts)}
    row = msgspec.to_builtins(
        _Connection(
            id=profile.id,
            name=profile.name,
            organization=profile.organization,
            method=profile.method,
            cloud=cloud.key,
            created_at=profile.created_at.astimezone(UTC),
            cloud_hosts=_Hosts(**hosts) if cloud.key == CUSTOM else None,
            tenant=profile.tenant,
            client_id=profile.client_id,
            redirect_uri=profile.redirect_uri,
            account=profile.account,
            credential_ends=profile.credential_ends,
            credential_ends_at=_utc(profile.credential_ends_at),
            credential_id=profile.credential_id,
            all_organizations=profile.all_organizations,
            scopes=profile.scopes,
            signed_in_scopes=profile.signed_in_scopes,
            renewed_at=_utc(profile.renewed_at),
            ca_file=profile.ca_file,
            last_check=_Check(check.at.astimezone(UTC), check.identity_proved, check.problem) if check else None,
            report_projects=profile.report_projects,
        )
    )
    return dict(row)
