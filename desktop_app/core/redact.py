"""Takes secrets out of text that leaves the program: logs, crash reports, technical details.

Knows the shapes of tokens and the values of Secrets that were told to it; when in doubt it removes too much.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from desktop_app.core.credential import Secret

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
_FIELDS = re.compile(
    r"(?i)(?P<name>\b(?:code|client_secret|refresh_token|access_token|id_token|code_verifier|device_code|password|assertion)"
    r"[\"']?\s*[=:]\s*[\"']?)(?P<value>[^\s&\"',;}]+)"
)
_AUTHORIZATION = re.compile(
    r"(?i)(?P<name>authorization[\"']?\s*[=:]\s*[\"']?(?:bearer|basic)\s+)(?P<value>[^\s\"',;]+)"
)
_SCHEME = re.compile(r"(?P<name>\b(?:Bearer|Basic)\s+)(?P<value>[A-Za-z0-9+/._~-]{12,}=*)")


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """`text` without anything that looks like a secret, and without `secrets` in plain, URL-encoded or Basic form."""
    for secret in secrets:
        value = secret.reveal()
        if len(value) < 4:  # too short to be told from ordinary words
            continue
        basic = base64.b64encode(f":{value}".encode()).decode()
        for form in {value, quote(value, safe=""), quote_plus(value), basic}:
            text = text.replace(form, MASK)
    for field in (_AUTHORIZATION, _FIELDS, _SCHEME):
        text = field.sub(rf"\g<name>{MASK}", text)
    for shape in _SHAPES:
        text = shape.sub(MASK, text)
    return text
