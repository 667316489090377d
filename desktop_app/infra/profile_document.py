"""What the bytes of the file of connections mean: whole, with rows that can not be read, of a later version, or broken.

Nothing here touches a disk.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from desktop_app.core.cloud import Cloud
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.infra.profile_rows import FIELDS, BadRow, profile_from_json, row_of

VERSION = 1


class Broken(ValueError):
    """Bytes that are no file of connections; the text says why and quotes no value."""


@dataclass(frozen=True, slots=True)
class Document:
    """The file as it was read: every member as it stands there, and for each row its JSON and its profile.

    `unread` are rows that this version makes no sense of, each with its place among all rows; the others are `rows`.
    `newer` is the version of the file where that is a later one.
    """

    members: Mapping[str, msgspec.Raw]
    rows: tuple[bytes, ...]
    profiles: tuple[Profile, ...]
    places: Mapping[ProfileId, int]
    unread: tuple[tuple[int, bytes], ...] = ()
    newer: str = ""


NOTHING = Document({}, (), (), {})


def document_of(content: bytes, clouds: Mapping[str, Cloud], before: Document = NOTHING) -> Document:
    """`before` is what was read the last time: rows that still have the same bytes are the same profiles. Raises
    Broken."""
    try:
        content = content.removeprefix(codecs.BOM_UTF8)  # some editors add it
        content.decode()
        members = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        version = msgspec.json.decode(members.get("version", b"null"))
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise Broken("no version")
        rows = _rows(members, newer=version > VERSION)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Broken(type(error).__name__) from None
    known = dict(zip(before.rows, before.profiles, strict=True))
    read: dict[ProfileId, tuple[bytes, Profile]] = {}
    unread: list[tuple[int, bytes]] = []
    for place, row in enumerate(rows):
        try:
            profile = known.get(row) or profile_from_json(row, clouds)
        except BadRow:
            unread.append((place, row))
            continue
        if profile.id in read:  # the first one counts
            unread.append((place, row))
        else:
            read[profile.id] = (row, profile)
    return Document(
        members,
        tuple(row for row, _profile in read.values()),
        tuple(profile for _row, profile in read.values()),
        {key: place for place, key in enumerate(read)},
        tuple(unread),
        str(version) if version > VERSION else "",
    )


def _rows(members: Mapping[str, msgspec.Raw], *, newer: bool) -> list[bytes]:
    """A later version may keep its connections in another way: then none is shown."""
    try:
        return [bytes(row) for row in msgspec.json.decode(members.get("connections", b""), type=list[msgspec.Raw])]
    except msgspec.DecodeError:
        if newer:
            return []
        raise


def healed(document: Document, good: Document) -> tuple[list[bytes], int]:
    """The rows of a document, with what could not be read taken from the last good copy where that has it, and how many
    were not found there."""
    rows, there = list(document.rows), set(document.places)
    lost = 0
    for place, row in document.unread:
        key = _id_of(row)
        if key is not None and key in good.places and key not in there:
            there.add(key)
            rows.insert(min(place - lost, len(rows)), good.rows[good.places[key]])
        else:
            lost += 1
    return rows, lost


def _id_of(row: bytes) -> ProfileId | None:
    try:
        key = msgspec.json.decode(row, type=dict[str, Any]).get("id")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return ProfileId(key) if isinstance(key, str) else None


def content_of(document: Document, rows: list[bytes]) -> bytes:
    """The file with these rows; every other member stays as it is."""
    whole: dict[str, Any] = {
        **document.members,
        "version": VERSION,
        "connections": [msgspec.Raw(row) for row in rows],
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def put_row(rows: list[bytes], place: int | None, profile: Profile) -> None:
    """Add a row at the end, or replace one and keep what a later version wrote into it."""
    written = row_of(profile)
    if place is None:
        rows.append(msgspec.json.encode(written))
        return
    before: dict[str, Any] = msgspec.json.decode(rows[place])
    rows[place] = msgspec.json.encode(written | {name: value for name, value in before.items() if name not in FIELDS})
