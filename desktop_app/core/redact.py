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

MASK = "[removed]"

_SHAPES = (
    # JSON Web Tokens (RFC 7519): three or five base64url parts, the first one an object.
    re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}"),
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


LEAST_LIVE = 8
"""A secret that is in memory and shorter than this may be a word that somebody is in the middle of typing."""


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """`text` without anything that looks like a secret, and without `secrets`, nor any Secret that is in memory, in
    plain, URL-encoded, JSON or Basic form."""
    live = (secret.reveal() for secret in live_secrets())
    values = {*(secret.reveal() for secret in secrets), *(value for value in live if len(value) >= LEAST_LIVE)}
    forms = {form for value in values for form in _forms(value)}
    for form in sorted(forms, key=len, reverse=True):  # one secret may begin with another
        text = text.replace(form, MASK)
    for field in (_AUTHORIZATION, _FIELDS, _CODE, _SCHEME):
        text = field.sub(rf"\g<name>{MASK}", text)
    for shape in _SHAPES:
        text = shape.sub(MASK, text)
    return text


def _forms(value: str) -> set[str]:
    if len(value) < 4:  # too short to be told from ordinary words
        return set()
    octets = value.encode("utf-8", "surrogatepass")
    basic = base64.b64encode(b":" + octets).decode()
    return {value, quote(octets, safe=""), quote_plus(octets), json.dumps(value)[1:-1], basic}
