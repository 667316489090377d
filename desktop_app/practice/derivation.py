"""Makes every id and secret of the practice cloud from one fixed seed, at run time.

The same name gives the same value in every run, so a connection saved yesterday still works today, and no file holds
anything shaped like a real secret. The seed is public: these secrets protect nothing but practice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import string
import uuid
from collections.abc import Mapping

_SEED = b"ado-connect practice cloud, seed 1"
_GUIDS = uuid.uuid5(uuid.NAMESPACE_DNS, "practice.ado-connect.invalid")
_ALPHANUMERIC = string.ascii_letters + string.digits
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_WORD = 0xFFFFFFFF


def guid(purpose: str) -> str:
    """The GUID that belongs to `purpose`."""
    return str(uuid.uuid5(_GUIDS, purpose))


def keyed_digest(purpose: str, message: bytes) -> bytes:
    """HMAC-SHA256 of `message` under the key that belongs to `purpose` (32 bytes)."""
    key = hmac.new(_SEED, purpose.encode(), hashlib.sha256).digest()
    return hmac.new(key, message, hashlib.sha256).digest()


def characters(purpose: str, length: int, alphabet: str = _ALPHANUMERIC) -> str:
    """`length` characters that look random and belong to `purpose`."""
    stream = hashlib.shake_256(keyed_digest("characters", purpose.encode())).digest(length * 4)
    return "".join(
        alphabet[int.from_bytes(stream[at : at + 4], "big") % len(alphabet)] for at in range(0, length * 4, 4)
    )


def client_secret(purpose: str) -> str:
    """A client secret value: 40 characters, "8Q~" after the first three (the shape of those that Entra makes today)."""
    return characters(f"{purpose}/head", 3) + "8Q~" + characters(f"{purpose}/tail", 34)


def personal_access_token(purpose: str) -> str:
    """A token of 84 characters in the layout of microsoft/security-utilities, rule SEC101/102.

    52 random, "JQQJ99", year and month letter, 12 platform, 4 provider, "AZDO", 4 checksum.
    """
    body = characters(purpose, 52) + "JQQJ99" + "BK" + "AC" + "A" * 10 + "AAAS" + "AZDO"
    return body + pat_checksum(body)


def pat_checksum(body: str) -> str:
    """The last 4 characters of a token whose first 80 are `body` (Marvin32 with seed "Default0", base62)."""
    digest = marvin32(base64.b64decode(body[:80]), int.from_bytes(b"Default0", "big"))
    folded = ((digest >> 32) ^ (digest & _WORD)).to_bytes(4, "little")
    number, text = int.from_bytes(folded, "big"), ""
    while number:
        number, digit = divmod(number, 62)
        text = _BASE62[digit] + text
    leading_zeros = len(folded) - len(folded.lstrip(b"\0"))
    return ("0" * leading_zeros + text).ljust(6, "0")[:4]


def marvin32(message: bytes, seed: int) -> int:
    """The 64-bit Marvin32 checksum of `message` under the 64-bit `seed`."""
    low, high = seed & _WORD, seed >> 32
    whole = len(message) // 4 * 4
    for at in range(0, whole, 4):
        low, high = _marvin_block((low + int.from_bytes(message[at : at + 4], "little")) & _WORD, high)
    low = (low + int.from_bytes(message[whole:] + b"\x80", "little")) & _WORD
    low, high = _marvin_block(*_marvin_block(low, high))
    return (high << 32) | low


def _marvin_block(low: int, high: int) -> tuple[int, int]:
    high ^= low
    low = (_rotated(low, 20) + high) & _WORD
    high = _rotated(high, 9) ^ low
    low = (_rotated(low, 27) + high) & _WORD
    return low, _rotated(high, 19)


def _rotated(word: int, bits: int) -> int:
    return ((word << bits) | (word >> (32 - bits))) & _WORD


def seal(purpose: str, content: Mapping[str, object]) -> str:
    """`content` (JSON) with a signature, as one opaque word: what a server may hand out and later believe."""
    body = base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).rstrip(b"=")
    mark = base64.urlsafe_b64encode(keyed_digest(purpose, body)).rstrip(b"=")
    return (body + b"." + mark).decode()


def unseal(purpose: str, sealed: str) -> dict[str, object] | None:
    """The content of `sealed`, or None if this cloud never sealed it for `purpose`."""
    body, dot, mark = sealed.encode("utf-8", "replace").partition(b".")
    expected = base64.urlsafe_b64encode(keyed_digest(purpose, body)).rstrip(b"=")
    if not dot or not hmac.compare_digest(mark, expected):
        return None
    content = json.loads(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)))
    return content if isinstance(content, dict) else None
