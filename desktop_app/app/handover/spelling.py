"""How a text is spelled so that one kind of reader reads back exactly that text.

What a reader can not carry is refused with an Unfit that says why and never holds the text.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from enum import StrEnum
from urllib.parse import quote


class Obstacle(StrEnum):
    """What in a text keeps it from being carried; stable codes, for the facts of a ConnectionProblem."""

    NULL = "null-character"
    BROKEN = "half-a-character"
    LINE_BREAK = "line-break"
    CONTROL = "control-character"
    NOT_ASCII = "not-ascii"
    EDGE = "blank-at-the-edge"
    SPECIAL = "special-character"


class Unfit(Exception):
    """A reader can not carry the text. Never holds the text."""

    def __init__(self, obstacle: Obstacle) -> None:
        self.obstacle = obstacle
        super().__init__(obstacle.value)


# U+2018 to U+201B end a single-quoted string like U+0027 (PowerShell language specification 2.3.5.2,
# single-quote-character).
_POWERSHELL_QUOTES = re.compile("['‘’‚‛]")  # noqa: RUF001 - these are the ones
# What XML 1.0 section 2.2 allows.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Read alike by docker, docker compose, systemd and shells; in a shell a tilde at the beginning is the home folder.
_PLAIN = re.compile(r"(?!~|.*:~)[A-Za-z0-9_.~+/=:@,-]*")


def _refuse(obstacle: Obstacle, *, if_: bool) -> None:
    if if_:
        raise Unfit(obstacle)


def whole(text: str) -> str:
    """As it is. Only what no UTF-8 text can hold is refused: half of a surrogate pair."""
    _refuse(Obstacle.BROKEN, if_=any("\ud800" <= character <= "\udfff" for character in text))
    return text


def _without_null(text: str) -> str:
    _refuse(Obstacle.NULL, if_="\0" in text)
    return whole(text)


def _one_line(text: str) -> str:
    _refuse(Obstacle.LINE_BREAK, if_="\n" in text or "\r" in text)
    return _without_null(text)


def _printable(text: str) -> str:
    """Visible ASCII and inner blanks."""
    _one_line(text)
    _refuse(Obstacle.NOT_ASCII, if_=not text.isascii())
    _refuse(Obstacle.CONTROL, if_=not text.isprintable())
    _refuse(Obstacle.EDGE, if_=text != text.strip(" "))
    return text


def shell(text: str) -> str:
    """One word for sh and bash, where single quotes keep everything but themselves (POSIX, Shell Command Language
    2.2.2). Arguments and environments end at a null character."""
    return shlex.quote(_without_null(text))


def powershell(text: str) -> str:
    """A single-quoted string, in which nothing but a doubled quote has a meaning (about_Quoting_Rules)."""
    return "'" + _POWERSHELL_QUOTES.sub(lambda found: found.group() * 2, _without_null(text)) + "'"


def powershell_argument(text: str) -> str:
    """The same as an argument of another program: before PowerShell 7.3 quotes and backslashes in it arrive changed
    (about_Parsing, "Passing arguments that contain quote characters")."""
    _refuse(Obstacle.SPECIAL, if_='"' in text or "\\" in text)
    return powershell(text)


def powershell_pipe(text: str) -> str:
    """A line of a here-string that is piped into another program: Windows PowerShell sends ASCII
    (about_Preference_Variables, $OutputEncoding)."""
    return _printable(text)


def header(text: str) -> str:
    """The value of an HTTP header: visible ASCII; blanks at its edges would be dropped (RFC 9110 section 5.5)."""
    return _printable(text)


def curl(text: str) -> str:
    """A quoted parameter in a configuration file of curl (curl's manual, --config)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_one_line(escaped)}"'


def percent(text: str) -> str:
    """A part of a URL (RFC 3986 section 2.1)."""
    return quote(_one_line(text), safe="")


def git_credential(text: str) -> str:
    """A value for git's credential helpers, which ends with the line (git-credential, INPUT/OUTPUT FORMAT)."""
    return _one_line(text)


def json_string(text: str) -> str:
    """A JSON string in ASCII, with its quotes."""
    return json.dumps(_without_null(text))


def xml(text: str) -> str:
    """The text of an XML element or of an attribute in double quotes; white space survives in both."""
    whole(text)
    _refuse(Obstacle.CONTROL, if_=_NOT_XML.search(text) is not None)
    return html.escape(text).translate({ord(blank): f"&#{ord(blank)};" for blank in "\t\n\r"})


def nuget(text: str) -> str:
    """A value in nuget.config, where %NAME% is replaced by a variable of the environment (NuGet docs, nuget.config
    reference)."""
    _refuse(Obstacle.SPECIAL, if_=text.count("%") > 1)
    return xml(text)


def maven(text: str) -> str:
    """A value in settings.xml: trimmed, braces mean an encrypted password or a property (Maven docs, Password
    Encryption and Settings Reference)."""
    _refuse(Obstacle.SPECIAL, if_="{" in text or "}" in text)
    _refuse(Obstacle.EDGE, if_=text != text.strip())
    return xml(text)


def env_file(text: str) -> str:
    """The value of a line NAME=value: docker, docker compose and shells agree on plain characters only."""
    _one_line(text)
    _refuse(Obstacle.SPECIAL, if_=not _PLAIN.fullmatch(text))
    return text


def netrc(text: str) -> str:
    """A word in a .netrc file; readers differ about quotes, backslashes and number signs."""
    _printable(text)
    _refuse(Obstacle.SPECIAL, if_=any(character in " \"'\\#" for character in text))
    return text


def base64_of(text: str) -> str:
    """Its UTF-8 in base64 (RFC 4648 section 4): any text."""
    return base64.b64encode(whole(text).encode()).decode()
