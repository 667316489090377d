"""What stands in the packages beside the program, and what they say they need."""

import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
import yaml
from platformdirs.windows import Windows

from resources.packaging import icons, installer
from resources.packaging.dependencies import sonames_in
from tests.unit.test_house import ROOT

LINUX = ROOT / "resources" / "packaging" / "linux"
PNG = b"\x89PNG\r\n\x1a\n"
TOLD = """
library.so:     file format elf64-x86-64

Dynamic Section:
  NEEDED               libQt6Core.so.6
  NEEDED               libnss3.so
  SONAME               library.so

Version References:
  required from libQt6Core.so.6:
    0x0a1b 0x00 05 Qt_6
  required from libnss3.so:
    0x0a1c 0x00 04 NSS_3.4
    0x0a1d 0x00 03 NSS_3.12
"""


def test_what_the_folder_brings_is_not_asked_of_the_system() -> None:
    assert list(sonames_in(TOLD, {"libQt6Core.so.6"})) == [
        "libnss3.so()(64bit)",
        "libnss3.so(NSS_3.4)(64bit)",
        "libnss3.so(NSS_3.12)(64bit)",
    ]


def test_the_icon_comes_in_every_size_and_in_both_containers(tmp_path: Path) -> None:
    drawn = icons.draw(tmp_path)

    for size, file in drawn.items():
        content = file.read_bytes()
        assert content.startswith(PNG)
        assert struct.unpack(">II", content[16:24]) == (size, size)  # PNG (Third Edition), 11.2.1: IHDR
    windows = (tmp_path / "ado-connect.ico").read_bytes()
    kind, count = struct.unpack("<HH", windows[2:6])
    assert (kind, count) == (1, 7)
    for entry in range(count):
        length, start = struct.unpack("<II", windows[6 + 16 * entry + 8 : 6 + 16 * entry + 16])
        assert windows[start : start + length].startswith(PNG)
    macos = (tmp_path / "ado-connect.icns").read_bytes()
    assert macos[:4] == b"icns"
    assert struct.unpack(">I", macos[4:8])[0] == len(macos)


def test_every_file_that_the_recipe_names_is_there() -> None:
    recipe = yaml.safe_load(re.sub(r"^@\w+@$", "", (LINUX / "nfpm.yaml").read_text(), flags=re.MULTILINE))
    scripts = {**recipe["scripts"], **recipe["overrides"]["deb"]["scripts"]}.values()
    named = [entry["src"] for entry in recipe["contents"]] + list(scripts)

    own = [Path(path.replace("@ROOT@", str(ROOT))) for path in named if path.startswith("@ROOT@")]
    assert len(own) >= 6
    assert [path for path in own if not path.is_file()] == []


def test_the_sandbox_profile_names_where_the_programs_are_installed() -> None:
    profile = (LINUX / "apparmor").read_text()
    recipe = yaml.safe_load(re.sub(r"^@\w+@$", "", (LINUX / "nfpm.yaml").read_text(), flags=re.MULTILINE))
    tree = next(entry["dst"] for entry in recipe["contents"] if entry.get("type") == "tree")

    assert f"profile ado-connect {tree}/{{ado-connect,_internal/PySide6/Qt/libexec/QtWebEngineProcess}} " in profile
    assert "userns," in profile


@pytest.mark.parametrize(
    ("there", "coming", "refused"),
    [
        ("0.2.0-1", "0.1.0-1", True),
        ("0.10.0-1", "0.9.0-1", True),
        ("0.1.0-1", "0.1.0-1", False),
        ("0.1.0-1", "0.2.0-1", False),
    ],
)
@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is Debian's")
def test_an_older_package_is_refused_in_words(there: str, coming: str, refused: bool) -> None:
    done = subprocess.run(
        ["sh", str(LINUX / "preinst.sh"), "upgrade", there, coming], capture_output=True, text=True, check=False
    )

    assert done.returncode == int(refused)
    assert ("remove the newer one first: your connections stay" in done.stderr) is refused


@pytest.mark.parametrize("arguments", [["install"], ["install", "0.2.0-1", "0.1.0-1"], []])
def test_a_first_installation_is_never_refused(arguments: list[str]) -> None:
    subprocess.run(["sh", str(LINUX / "preinst.sh"), *arguments], check=True)


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed")
def test_the_entry_in_the_menu_is_as_desktops_want_it() -> None:
    subprocess.run(["desktop-file-validate", str(LINUX / "ado-connect.desktop")], check=True)


@pytest.mark.skipif(shutil.which("makensis") is None, reason="nsis is not installed")
@pytest.mark.parametrize("sign", [[], ["true"]])
def test_the_script_for_windows_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: list[str]) -> None:
    monkeypatch.setattr(installer, "BUILT", tmp_path)
    monkeypatch.setattr(installer, "SIGN", sign)
    icons.draw(tmp_path / "icons")

    assert installer.try_setup()


def test_what_the_uninstaller_may_delete_is_where_connections_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.windows.get_win_folder", {"CSIDL_LOCAL_APPDATA": "C:/Local"}.__getitem__)
    folder = Windows(appname="ADO Connect", appauthor=False).user_config_dir  # as infra/paths.py asks for it there
    script = (ROOT / "resources/packaging/windows/ado-connect.nsi").read_text()

    assert Path(folder) == Path("C:/Local/ADO Connect")
    assert '!define DATA "$LOCALAPPDATA\\ADO Connect"' in script
    assert script.count('RMDir /r "${DATA}"') == 1
