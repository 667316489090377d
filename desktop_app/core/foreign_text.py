"""Text that somebody else wrote, made fit for this program: JSON, and words that are shown, logged and exported.

A server may be broken or hostile. What it wrote is plain text on one line and of a length that a label can show; it
neither turns the reading direction nor breaks an encoder.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, NoReturn

MAX_NAME = 300
"""Characters of a name that are kept; those of Azure DevOps and Entra have 256 at most."""
MAX_SCOPES = 8_000
"""Characters of a list of scopes; all that Azure DevOps has are about 2,000."""

_ENOUGH = 8  # characters are looked at for each one that may be kept: of the others most are blanks
_ESCAPES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_REPLACEMENT = "\ufffd"
_JOINERS = frozenset("\u200c\u200d")  # between letters of Persian and of Indian scripts, and within emoji


def decoded_json(text: str) -> Any:  # JSON has no static type
    """What `text` says. Raises ValueError where it is not JSON (RFC 8259), RecursionError where it nests too deeply.

    Python takes NaN and Infinity for numbers, which is no JSON, and half a surrogate pair for a letter, which nothing
    can encode: the first is an error, the second becomes a replacement character. Of equal names the last one counts.
    """
    return json.loads(without_half_pairs(text), parse_constant=_no_number)


def without_half_pairs(text: str) -> str:
    """JSON in which every surrogate is half of a whole pair."""
    return _ESCAPES.sub(_whole, text) if "\\u" in text else text


def _whole(found: re.Match[str]) -> str:
    escape = found[0]
    return "\\ufffd" if len(escape) == len("\\ud800") else escape


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def one_line(text: str, limit: int = MAX_NAME) -> str:
    """`text` on one line, without control characters, at most `limit` characters long."""
    kept = "".join(map(_plain, text[: _ENOUGH * limit]))
    return " ".join(kept.split())[:limit]


def _plain(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    match unicodedata.category(letter):
        case "Cf":  # among them what turns the reading direction (Unicode Standard Annex 9)
            return ""
        case "Cs":
            return _REPLACEMENT
        case _:
            return " "
