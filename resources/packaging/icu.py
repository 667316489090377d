"""Makes Qt's copy of the ICU data smaller (Linux, called by build.spec): of 32 MB the program uses less than 2.

Qt sorts by ICU and asks it for time zones; names of languages, countries and currencies, formats of dates and numbers
and character sets it has of its own, or nobody asks for them here. Chromium has a file of its own, which stays whole.

Needs objcopy, as and ld (Debian: binutils) and icupkg (icu-devtools).
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

# What is no locale among the tables at the top, by ICU's own names (icu4c/source/data/misc).
_TABLES = re.compile(
    r"(currencyNumericCodes|dayPeriods|genderList|grammaticalFeatures|icustd|icuver|keyTypeData|likelySubtags"
    r"|metaZones|metadata|numberingSystems|plurals|pluralRanges|pool|res_index|root|supplementalData|timezoneTypes"
    r"|units|windowsZones|zoneinfo64)\.res"
)
# Names of characters, and tables of which characters look alike or are emoji.
_NAMES_AND_LOOKS = ("unames.icu", "ulayout.icu", "uemoji.icu")
# Sorting: the rules for all languages together, and the additions of those that the program speaks.
_SORTING = ("coll/ucadata.icu", "coll/root.res", "coll/res_index.res", "coll/pool.res")

_LIBRARY = """
    .section .rodata
    .globl {symbol}
    .type {symbol}, @object
    .size {symbol}, {size}
    .balign 16
{symbol}:
    .incbin "{file}"
    .section .note.GNU-stack, "", @progbits
"""


def kept(name: str, languages: Iterable[str]) -> bool:
    """Whether an item of the data stays; `name` as `icupkg -l` tells it, `languages` like {"en", "de"}."""
    folder, _, item = name.rpartition("/")
    if folder == "coll":
        return name in _SORTING or item.split(".")[0].split("_")[0] in languages
    if folder:
        return False
    if item.endswith(".res"):
        return bool(_TABLES.fullmatch(item))
    return item.endswith((".icu", ".nrm")) and item not in _NAMES_AND_LOOKS


def make_small(library: Path, target: Path, languages: Iterable[str]) -> None:
    """Write to `target` what `library` (libicudata.so.N) is, with the items that are used. Raises CalledProcessError
    where a tool fails, ValueError where the library is made differently."""
    told = _run("objdump", "-T", str(library))
    symbol = re.search(r"\b(icudt(\d+)_dat)\b", told)
    if symbol is None:
        raise ValueError(f"{library} holds no ICU data")
    whole, small = (target.parent / name / f"icudt{symbol[2]}l.dat" for name in ("whole", "small"))
    for folder in (whole.parent, small.parent):
        folder.mkdir(parents=True, exist_ok=True)
    _run("objcopy", "-O", "binary", "--only-section=.rodata", str(library), str(whole))
    leave = [name for name in _run("icupkg", "-l", str(whole)).split() if not kept(name, languages)]
    names = target.with_name("icu-left-out.txt")
    names.write_text("\n".join(leave) + "\n", encoding="ascii")
    _run("icupkg", "-r", str(names), str(whole), str(small))
    source = target.with_suffix(".s")
    source.write_text(_LIBRARY.format(symbol=symbol[1], size=small.stat().st_size, file=small), encoding="utf-8")
    part = target.with_suffix(".o")
    _run("as", "-o", str(part), str(source))
    _run("ld", "-shared", "--build-id=none", "-soname", library.name, "-o", str(target), str(part))


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - fixed words
