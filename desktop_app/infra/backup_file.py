"""Connections with their secrets in one encrypted file.

    ADO Connect backup 1\\n        what it is, and its version
    {"kdf": ..., "length": ...}\\n  how the key is made, and how long the rest is; one line of JSON
    <length bytes>                ChaCha20-Poly1305 (RFC 8439) over JSON; the two lines above are authenticated too
    <32 bytes>                    SHA-256 of everything before: tells damage from a wrong passphrase

The key comes from the passphrase by Argon2id (RFC 9106, section 4: more than its second recommended choice). Half of it
is not used for encryption but confirms the passphrase, so that a wrong one is told from a tampered file.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from desktop_app.core.backup import BackupEntry
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.credential_json import decode_credential, encode_credential
from desktop_app.infra.profile_rows import BadRow, profile_from, row_of

ENDING = ".ado-backup"
MAX_BYTES = 64 * 1024 * 1024
"""Ten thousand connections take about 20 MB."""

_WORDS = b"ADO Connect backup "
_VERSION = 1
_DIGEST = 32
_KEY = 32
_MAX_HEADER = 4_096


class Kdf(msgspec.Struct, frozen=True):
    """Argon2id. The limits keep a made-up file from using up the computer's memory."""

    salt: Annotated[bytes, msgspec.Meta(min_length=16, max_length=64)]
    memory_kib: Annotated[int, msgspec.Meta(ge=32, le=1024 * 1024)] = 128 * 1024
    iterations: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    lanes: Annotated[int, msgspec.Meta(ge=1, le=4)] = 4


def new_kdf() -> Kdf:
    """For one file."""
    return Kdf(os.urandom(16))


class _Header(msgspec.Struct, frozen=True):
    kdf: Kdf
    nonce: Annotated[bytes, msgspec.Meta(min_length=12, max_length=12)]
    confirms: Annotated[bytes, msgspec.Meta(min_length=_DIGEST, max_length=_DIGEST)]
    length: Annotated[int, msgspec.Meta(ge=16, le=MAX_BYTES)]


class _Entry(msgspec.Struct):
    profile: dict[str, Any]
    credential: str | None = None


class _Content(msgspec.Struct):
    made_at: datetime
    practice: bool
    connections: list[_Entry]


def seal(
    entries: Sequence[BackupEntry],
    passphrase: Secret,
    made_at: datetime,
    *,
    practice: bool,
    kdf: Kdf | None = None,
) -> bytes:
    """The file's content. `made_at` is aware UTC; `practice` tells connections of the practice cloud from real ones.
    `kdf` is for tests that can not wait; its salt must never be used twice."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    rows = [
        _Entry(row_of(entry.profile), encode_credential(entry.credential).reveal() if entry.credential else None)
        for entry in entries
    ]
    plain = msgspec.json.encode(_Content(made_at, practice, rows))
    kdf, nonce = kdf or new_kdf(), os.urandom(12)
    key, confirming = _keys(kdf, passphrase)
    header = _Header(kdf, nonce, _confirmation(confirming, kdf, nonce), len(plain) + 16)
    front = _WORDS + f"{_VERSION}\n".encode() + msgspec.json.encode(header) + b"\n"
    body = front + ChaCha20Poly1305(key).encrypt(nonce, plain, front)
    return body + hashlib.sha256(body).digest()


def unseal(
    content: bytes, passphrase: Secret, clouds: Mapping[str, Cloud], *, practice: bool
) -> tuple[BackupEntry, ...]:
    """What `seal` put in. `clouds` resolves the keys of clouds.

    Raises ConnectionProblem: BACKUP_NOT_ONE, BACKUP_NEWER, BACKUP_CUT_OFF, BACKUP_DAMAGED, BACKUP_PASSPHRASE_WRONG,
    BACKUP_OTHER_MODE (practice connections among real ones, or the other way round).
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    front, header, sealed = _parts(content)
    key, confirming = _keys(header.kdf, passphrase)
    if not hmac.compare_digest(_confirmation(confirming, header.kdf, header.nonce), header.confirms):
        raise ConnectionProblem(Problem.BACKUP_PASSPHRASE_WRONG)
    try:
        plain = ChaCha20Poly1305(key).decrypt(header.nonce, sealed, front)
    except InvalidTag:
        raise ConnectionProblem(Problem.BACKUP_DAMAGED, {"check": "tag"}) from None
    return _entries(plain, clouds, practice)


def _parts(content: bytes) -> tuple[bytes, _Header, bytes]:
    """(the two first lines, the header, what is encrypted), of a file that is whole."""
    if not content.startswith(_WORDS):
        raise ConnectionProblem(Problem.BACKUP_NOT_ONE)
    version, ended, rest = content[len(_WORDS) :].partition(b"\n")
    if not ended:
        raise ConnectionProblem(Problem.BACKUP_CUT_OFF)
    if not version.isdigit() or len(version) > 9:
        raise ConnectionProblem(Problem.BACKUP_DAMAGED, {"check": "version"})
    if int(version) > _VERSION:
        raise ConnectionProblem(Problem.BACKUP_NEWER, {"version": version.decode()})
    line, ended, tail = rest.partition(b"\n")
    if not ended:
        raise ConnectionProblem(Problem.BACKUP_CUT_OFF)
    try:
        header = msgspec.json.decode(line[:_MAX_HEADER], type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ConnectionProblem(Problem.BACKUP_DAMAGED, {"check": "header"}) from None
    if len(tail) < header.length + _DIGEST:
        raise ConnectionProblem(Problem.BACKUP_CUT_OFF)
    digest = hashlib.sha256(content[:-_DIGEST]).digest()
    if len(tail) > header.length + _DIGEST or not hmac.compare_digest(digest, content[-_DIGEST:]):
        raise ConnectionProblem(Problem.BACKUP_DAMAGED, {"check": "digest"})
    return content[: len(content) - len(tail)], header, tail[: header.length]


def _keys(kdf: Kdf, passphrase: Secret) -> tuple[bytes, bytes]:
    """(for encryption, to confirm the passphrase). The same passphrase typed on another system has the same form
    (Unicode NFC)."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    text = unicodedata.normalize("NFC", passphrase.reveal()).encode("utf-8", "surrogatepass")
    derived = Argon2id(
        salt=kdf.salt, length=2 * _KEY, iterations=kdf.iterations, lanes=kdf.lanes, memory_cost=kdf.memory_kib
    ).derive(text)
    return derived[:_KEY], derived[_KEY:]


def _confirmation(key: bytes, kdf: Kdf, nonce: bytes) -> bytes:
    return hmac.digest(key, msgspec.json.encode(kdf) + nonce, "sha256")


def _entries(plain: bytes, clouds: Mapping[str, Cloud], practice: bool) -> tuple[BackupEntry, ...]:
    try:
        content = msgspec.json.decode(plain, type=_Content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # its text would quote what it could not read
        raise ConnectionProblem(Problem.BACKUP_DAMAGED, {"check": "content"}) from None
    if content.practice is not practice:
        raise ConnectionProblem(Problem.BACKUP_OTHER_MODE)
    try:
        return tuple(
            BackupEntry(
                profile_from(entry.profile, clouds),
                decode_credential(Secret(entry.credential)) if entry.credential is not None else None,
            )
            for entry in content.connections
        )
    except BadRow as error:
        raise ConnectionProblem(Problem.BACKUP_DAMAGED, {"check": "row", "detail": str(error)}) from None
    except ConnectionProblem:
        raise ConnectionProblem(Problem.BACKUP_DAMAGED, {"check": "credential"}) from None
