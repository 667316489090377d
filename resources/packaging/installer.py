"""`make installer`: builds what can be built on this machine, and prints what came of it.

    python -m resources.packaging.installer

Linux: dist/ado-connect_VERSION_ARCH.deb and the .rpm. Windows: the NSIS installer. macOS: the .dmg. Beside them
SHA256SUMS. Set ADO_CONNECT_THOROUGH=1 for the smallest .deb, ADO_CONNECT_SIGN_THUMBPRINT (Windows) or
ADO_CONNECT_SIGN_IDENTITY (macOS) to have everything signed.

The same commit gives the same bytes, with the same releases of Python, the tools and (Linux) the system's compilers of
archives (`make reproduced` compares); not the same: what is signed, and the NSIS installer and the .dmg, whose tools
write times of their own.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from desktop_app import __version__
from resources.packaging import icons, packages

ROOT = packages.ROOT
DIST = ROOT / "dist"
BUILT = ROOT / "build" / "installer"
FOLDER = DIST / "ado-connect"
PACKAGING = ROOT / "resources" / "packaging"
DMG = PACKAGING / "macos" / "dmg.sh"
NSIS = PACKAGING / "windows" / "ado-connect.nsi"
SIGN = (
    ["powershell", "-NoProfile", "-ExecutionPolicy", "Bypass", "-File", str(PACKAGING / "windows" / "sign.ps1")]
    if os.environ.get("ADO_CONNECT_SIGN_THUMBPRINT")
    else []
)
"""Before the name of a file: signs it (Windows). Empty where no certificate was given."""
MB = 1_000_000


def main() -> None:
    epoch = source_date()
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(epoch),
        "PYTHONHASHSEED": "0",  # sets are written into byte code in the order of their hashes
        "ADO_CONNECT_ICONS": str(BUILT / "icons"),
    }
    icons.draw(BUILT / "icons")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR", "build.spec"]
    subprocess.run(command, check=True, cwd=ROOT, env=environment)  # noqa: S603 - fixed words
    made = _packed(epoch, environment)
    _write_sums(made)
    _tell(made)


def source_date() -> int:
    """When the commit was made, in seconds since 1970: the time that everything in a package has."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"],  # noqa: S607 - git, wherever it is
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    return int(told)


def _packed(epoch: int, environment: dict[str, str]) -> list[Path]:
    match platform.system():
        case "Linux":
            thorough = bool(os.environ.get("ADO_CONNECT_THOROUGH"))
            return packages.build_packages(FOLDER, BUILT, DIST, epoch, thorough=thorough)
        case "Windows":
            target = DIST / f"ado-connect-{__version__}-setup.exe"
            for program in sorted(FOLDER.glob("*.exe")) if SIGN else ():
                subprocess.run([*SIGN, str(program)], check=True)  # noqa: S603 - as above
            build_setup(FOLDER, target)
        case _:
            target = DIST / f"ado-connect-{__version__}-{platform.machine()}.dmg"
            app = DIST / "ADO Connect.app"
            subprocess.run(["sh", str(DMG), str(app), str(target)], check=True, env=environment)  # noqa: S603, S607
    return [target]


def try_setup() -> bool:
    """Compile the script for Windows around a stand-in, where there is a makensis; False where there is none."""
    if shutil.which("makensis") is None:
        return False
    with tempfile.TemporaryDirectory() as name:
        stand_in = Path(name) / "ado-connect"
        (stand_in / "_internal").mkdir(parents=True)
        for file in ("ado-connect.exe", "ado-connect-cli.exe", "_internal/base_library.zip"):
            (stand_in / file).write_bytes(b"stand-in")
        build_setup(stand_in, Path(name) / "ado-connect-setup.exe")
    return True


def build_setup(folder: Path, target: Path) -> None:
    """The installer for Windows of a folder of programs. makensis does so on any system."""
    values = {"VERSION": __version__, "FOLDER": folder, "TARGET": target, "ICONS": BUILT / "icons"}
    if SIGN:
        values["SIGN"] = subprocess.list2cmdline(SIGN)
    # "-" begins an option on every system, "/" on Windows only.
    options = [f"-D{name}={value}" for name, value in values.items()]
    subprocess.run(["makensis", "-V2", *options, str(NSIS)], check=True)  # noqa: S603, S607 - as above


def _write_sums(made: list[Path]) -> None:
    """As `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in made]
    (DIST / "SHA256SUMS").write_text("".join(lines), encoding="ascii")


def _tell(made: list[Path]) -> None:
    say = sys.stdout.write
    installed = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file() and not path.is_symlink())
    for file in made:
        wanted = " (wanted: at most 110 MB)" if file.suffix == ".deb" else ""
        say(f"{file.name:40} {file.stat().st_size / MB:6.1f} MB{wanted}\n")
    if platform.system() != "Windows":
        compiles = "compiles, by makensis" if try_setup() else "not tried: makensis is not installed (Debian: nsis)"
        say(f"{'the script for Windows':40} {compiles}\n")
    say(f"{'installed':40} {installed / MB:6.1f} MB (wanted: at most 330 MB)\n")


if __name__ == "__main__":
    main()
