"""A small reader of PowerShell, by the language specification: assignments, here-strings, commands with arguments.

Only what the forms use; anything else is an error. There is no PowerShell on the machines that run the tests.
"""

from __future__ import annotations

import re

# single-quote-character in the language specification, section 2.3.5.2
QUOTES = "'\u2018\u2019\u201a\u201b"
_STRING = re.compile(f"[{QUOTES}]((?:[^{QUOTES}]|[{QUOTES}][{QUOTES}])*)[{QUOTES}]")
_ASSIGNMENT = re.compile(r"\$env:(\w+) = ")
_WORD = re.compile(r"[A-Za-z0-9_./=,-]+")


def string_at(script: str, at: int) -> tuple[str, int]:
    """The value of the single-quoted string that begins at `at`, and where it ends."""
    found = _STRING.match(script, at)
    assert found is not None, "no single-quoted string begins here"
    return re.sub(f"([{QUOTES}])[{QUOTES}]", r"\1", found.group(1)), found.end()


def environment(script: str) -> tuple[dict[str, str], str]:
    """The variables that the lines at the beginning set, and what follows them."""
    variables: dict[str, str] = {}
    at = 0
    while found := _ASSIGNMENT.match(script, at):
        variables[found.group(1)], at = string_at(script, found.end())
        assert script[at : at + 1] in {"\n", ""}, "something follows a string on its line"
        at += 1
    return variables, script[at:]


def command(script: str) -> list[str]:
    """The words of one command."""
    words, at = [], 0
    while at < len(script):
        if script[at] in QUOTES:
            word, at = string_at(script, at)
        else:
            found = _WORD.match(script, at)
            assert found is not None, "a word holds a sign with a meaning"
            word, at = found.group(), found.end()
        words.append(word)
        assert script[at : at + 1] in {" ", ""}, "words are not apart"
        at += 1
    return words


def here_string(script: str) -> tuple[str, str]:
    """The text of a single-quoted here-string, and what stands behind its end (language specification, 2.3.5.4)."""
    first, *lines = script.split("\n")
    assert first == "@'"
    end = next(number for number, line in enumerate(lines) if line.startswith("'@"))
    assert end == len(lines) - 1
    return "\n".join(lines[:end]), lines[end][2:]


def hash_table_value(script: str, name: str) -> str:
    """The value of the one entry of `@{ Name = '...' }` that ends the script."""
    begin = f"@{{ {name} = "
    value, end = string_at(script, script.index(begin) + len(begin))
    assert script[end:] == " }"
    return value
