"""Takes secrets out of text that leaves the program: logs, crash reports, technical details.

Knows the shapes of tokens and the values of Secrets that were told to it; when in doubt it removes too much.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from desktop_app.core.credential import Secret, live_secrets
from desktop_app.core.foreign_text import MAX_NAME, one_line

MASK = "[removed]"

_SHAPES = (
    # JSON Web Tokens (RFC 7519): three or five base64url parts, the first one an object.
    # One alone too: else a text of nothing but beginnings would be searched to its end from each of them.
    re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4}"),
    # Azure DevOps personal access tokens, new layout and old (azure security-utilities, rules SEC101/201).
    re.compile(r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}"),
    re.compile(r"(?<![A-Za-z0-9])[a-z2-7]{52}(?![A-Za-z0-9])"),
    # Entra client secrets: three characters, a digit, "Q~" and the rest.
    re.compile(r"[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{20,}"),
)
_VALUE = r"(?P<value>[^\s&\"',;}]+)"
_FIELDS = re.compile(
    r"(?i)(?P<name>\b(?:client_secret|refresh_token|access_token|id_token|code_verifier|device_code|password|assertion)"
    rf"[\"']?\s*[=:]\s*[\"']?){_VALUE}"
)
# An authorization code: always behind "=" in a URL or form, and long elsewhere, unlike the code of an error.
_CODE = re.compile(
    rf"(?i)(?P<name>\bcode[\"']?(?:=[\"']?|\s*:\s*[\"']?(?=[^\s&\"',;}}]{{16}}))){_VALUE}",
)
_AUTHORIZATION = re.compile(
    r"(?i)(?P<name>authorization[\"']?\s*[=:]\s*[\"']?(?:bearer|basic)\s+)(?P<value>[^\s\"',;]+)"
)
# A word in lower case ("Basic authentication") is no token.
_SCHEME = re.compile(r"(?P<name>\b(?:Bearer|Basic)\s+)(?P<value>(?=[a-z+/._~-]*[A-Z0-9])[A-Za-z0-9+/._~-]{12,}=*)")


_ROOM = 4  # what is taken out leaves room for as much again
LEAST_LIVE = 8
"""A secret that is in memory and shorter than this may be a word that somebody is in the middle of typing."""


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """`text` without anything that looks like a secret, and without `secrets`, nor any Secret that is in memory, in
    plain, URL-encoded, JSON or Basic form."""
    # All is found before anything goes: a secret that is part of a longer one would spoil the other's shape.
    spans = _places(text, [*secrets, *_live()])
    for field in (_AUTHORIZATION, _FIELDS, _CODE, _SCHEME):
        spans += [match.span("value") for match in field.finditer(text)]
    for shape in _SHAPES:
        spans += [match.span() for match in shape.finditer(text)]
    return _masked(text, spans)


def _live() -> list[Secret]:
    return [secret for secret in live_secrets() if len(secret.reveal()) >= LEAST_LIVE]


def without(text: str, secrets: Iterable[Secret]) -> str:
    """`text` without these secrets, in the same forms."""
    return _masked(text, _places(text, secrets))


def _places(text: str, secrets: Iterable[Secret]) -> list[tuple[int, int]]:
    """Where these secrets stand in `text`, from and to."""
    found = {form for secret in secrets for form in secret.in_forms(_forms) if form in text}
    places = []
    for form in found:
        at = text.find(form)
        while at >= 0:
            places.append((at, at + len(form)))
            at = text.find(form, at + len(form))
    return places


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with a mask in place of what lies in any of these; those that overlap become one."""
    pieces, done, end = [], 0, -1
    for start, stop in sorted(spans):
        if start >= end:
            if end >= 0:
                pieces.append(MASK)
                done = end
            pieces.append(text[done:start])
            end = stop
        end = max(end, stop)
    if end < 0:
        return text
    return "".join([*pieces, MASK, text[end:]])


def quotable(text: object, limit: int = MAX_NAME, secrets: Iterable[Secret] = ()) -> str:
    """What a server said, fit to be shown, logged and exported: one line of plain text of at most `limit` characters,
    without the secrets it may have echoed. Empty for what is no text.

    `secrets` are what it was sent. They go before anything is cut off: half of one would not be known again.
    """
    if not isinstance(text, str):
        return ""
    known = list(secrets)
    short = one_line(without(text, [*known, *_live()]), _ROOM * limit)
    return one_line(redact(short, known), limit)


def _forms(value: str) -> frozenset[str]:
    if len(value) < 4:  # too short to be told from ordinary words
        return frozenset()
    octets = value.encode("utf-8", "surrogatepass")
    basic = base64.b64encode(b":" + octets).decode().rstrip("=")  # with or without what fills it up
    plain = {value, quote(octets, safe=""), quote_plus(octets), json.dumps(value)[1:-1]}
    return frozenset(plain | {basic, quote(basic, safe="")} | _within_base64(octets))


def _within_base64(octets: bytes) -> set[str]:
    """What `octets` look like wherever they stand in a longer text that is base64: letters that are theirs alone."""
    found = set()
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + octets).decode().rstrip("=")
        whole = encoded[(8 * before + 5) // 6 : 8 * (before + len(octets)) // 6]
        found |= {whole} if len(whole) >= LEAST_LIVE else set()
    return found
