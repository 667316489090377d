"""The stand-alone program that build.spec makes: it works whole, and what it never uses has not come along.

Where it was not built this is left out, unless ADO_CONNECT_NEEDS_FROZEN is set.
"""

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from PyInstaller.archive.readers import CArchiveReader, ZlibArchiveReader  # type: ignore[import-untyped]  # has none

from tests.unit.test_house import ROOT, pinned_requirements

FOLDER = ROOT / "dist" / "ado-connect"
PROGRAM = FOLDER / ("ado-connect-cli.exe" if sys.platform == "win32" else "ado-connect")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not PROGRAM.exists() and not os.environ.get("ADO_CONNECT_NEEDS_FROZEN"), reason="not built: make build"
    ),
]


@pytest.fixture
def files() -> set[str]:
    return {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if not path.is_dir()}


@pytest.fixture
def modules(tmp_path: Path) -> set[str]:
    """The names of all Python modules in it."""
    archive = CArchiveReader(str(PROGRAM))
    (name,) = (name for name in archive.toc if name.endswith(".pyz"))
    (tmp_path / name).write_bytes(archive.extract(name))
    return set(ZlibArchiveReader(str(tmp_path / name)).toc)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it where nothing of Python's or of this source tree can be found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return subprocess.run(
        [PROGRAM, *arguments], env=kept | environment, cwd="/", capture_output=True, text=True, check=False, timeout=100
    )


def test_every_part_of_it_works() -> None:
    done = run("--self-test", LANGUAGE="C", QTWEBENGINE_DISABLE_SANDBOX="1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Everything that was installed works.\n")
    assert len(re.findall(r"^.+? {2,}OK\b", done.stdout, re.MULTILINE)) == 6
    assert re.search(r"Built-in sign-in window +OK +\d+\.", done.stdout), "no page was shown"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can be refused as root")
def test_root_is_told_in_words_that_the_page_can_not_be_shown() -> None:
    done = run("--self-test", LANGUAGE="C", QTWEBENGINE_DISABLE_SANDBOX="")

    assert done.returncode == 1
    assert "Continue in your own browser, or start the program as an ordinary user." in " ".join(done.stdout.split())


def test_what_is_not_used_has_not_come_along(files: set[str]) -> None:
    unwanted = re.compile(
        r"/qml/|devtools|\.debug\.|/(qmltooling|sqldrivers|printsupport|position|egldeviceintegrations)/|opengl32sw"
        r"|qeglfs|qvnc|virtualkeyboard|Qt6Pdf|/sboms/|Quick3D|Designer"
    )
    assert [name for name in files if unwanted.search("/" + name)] == []


def test_languages_are_those_of_the_program(files: set[str]) -> None:
    spoken = {"en"} | {folder.name for folder in (ROOT / "resources" / "locale").iterdir() if folder.is_dir()}
    paks = {Path(name).stem.partition("-")[0] for name in files if "qtwebengine_locales/" in name}
    tables = {Path(name).stem.rpartition("_")[2] for name in files if name.endswith(".qm")}

    assert paks <= spoken
    assert paks
    assert tables <= spoken


def test_modules_are_those_of_the_lock_that_ships(modules: set[str]) -> None:
    """What is in the environment for tests only must not be in what people install."""
    shipped = {re.split(r"==|\s", line)[0].lower() for line in pinned_requirements("requirements.lock")}
    top = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - {"desktop_app"}
    known = packages_distributions()
    strange = {
        name
        for name in top
        if not {re.sub(r"[-_.]+", "-", package).lower() for package in known.get(name, [])} & shipped
        and not name.startswith(("_pyi", "pyi", "_sysconfigdata"))
    }

    assert strange == set()
    assert {"desktop_app.main", "desktop_app.practice.server", "keyring.backends.SecretService", "msal"} <= modules
    assert not {name for name in modules if re.match(r"(tests|resources|unittest|tkinter|multiprocessing)\b", name)}


def test_neither_tests_nor_packaging_are_in_it(files: set[str]) -> None:
    assert [name for name in files if re.search(r"(^|/)(tests|packaging)/", name)] == []
    assert "_internal/desktop_app/_resources/icons/ado-connect.svg" in files
