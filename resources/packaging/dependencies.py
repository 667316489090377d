"""What a folder of Linux programs needs of the system, told from its binaries: for a .deb and for an .rpm.

A library counts as the system's if the folder does not bring it. Needs objdump (Debian: binutils), and for a .deb
dpkg-shlibdeps (dpkg-dev).
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

OPTIONAL = ("libqgtk3.so",)
"""Plugins that Qt does without if their libraries are missing: GTK's own file dialogs, on desktops that have GTK."""

_ELF = b"\x7fELF"
_CONTROL = "Source: ado-connect\n\nPackage: ado-connect\nArchitecture: any\n"


def binaries(folder: Path) -> list[Path]:
    """Every program and library in a folder, links not counted, sorted."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink() and _is_elf(path)]


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _ELF


def debian(folder: Path) -> tuple[list[str], list[str]]:
    """(what it depends on, what it recommends), like "libnss3 (>= 2:3.26)"."""
    everything = binaries(folder)
    private = sorted({path.parent for path in everything})
    needed = _shlibdeps([path for path in everything if path.name not in OPTIONAL], private)
    wanted = _shlibdeps([path for path in everything if path.name in OPTIONAL], private)
    names = {entry.split()[0] for entry in needed}
    return needed, [entry for entry in wanted if entry.split()[0] not in names]


def _shlibdeps(files: Sequence[Path], private: Sequence[Path]) -> list[str]:
    if not files:
        return []
    with tempfile.TemporaryDirectory() as scratch:
        control = Path(scratch) / "debian" / "control"
        control.parent.mkdir()
        control.write_text(_CONTROL, encoding="ascii")
        options = ["-O", "--ignore-missing-info", *(f"-l{folder}" for folder in private)]
        told = subprocess.run(  # noqa: S603 - fixed words and our own paths
            ["dpkg-shlibdeps", *options, *(f"-e{file}" for file in files)],  # noqa: S607 - Debian's own
            cwd=scratch,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it tells at length of libraries that are private
            text=True,
        ).stdout
    return sorted(told.strip().removeprefix("shlibs:Depends=").split(", "))


def rpm(folder: Path) -> tuple[list[str], list[str]]:
    """(what it requires, what it recommends), like "libnss3.so(NSS_3.4)(64bit)", as rpm's own elfdeps names it."""
    everything = binaries(folder)
    own = {path.name for path in everything}
    needed = set(_sonames((path for path in everything if path.name not in OPTIONAL), own))
    wanted = set(_sonames((path for path in everything if path.name in OPTIONAL), own))
    return sorted(needed), sorted(wanted - needed)


def _sonames(files: Iterable[Path], own: set[str]) -> Iterator[str]:
    for file in files:
        told = subprocess.run(  # noqa: S603 - as above
            ["objdump", "-p", str(file)],  # noqa: S607
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        yield from sonames_in(told, own)


def sonames_in(told: str, own: set[str]) -> Iterator[str]:
    """What `objdump -p` says a 64-bit file needs, of libraries that are not among `own`."""
    for library in re.findall(r"^ +NEEDED +(\S+)$", told, re.MULTILINE):
        if library not in own:
            yield f"{library}()(64bit)"
    for library, versions in re.findall(r"^  required from (\S+):\n((?:    .*\n)*)", told, re.MULTILINE):
        if library not in own:
            for version in re.findall(r"(\S+)$", versions, re.MULTILINE):
                yield f"{library}({version})(64bit)"
