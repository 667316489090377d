"""Every file that the program ships can be opened, from the source tree and from a wheel."""

import ast
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.resources import resource

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"
# Scripts for packagers, of no use to the running program.
NOT_SHIPPED = "packaging"


def shipped_files() -> list[str]:
    names = (path.relative_to(RESOURCES) for path in RESOURCES.rglob("*") if path.is_file())
    return sorted(name.as_posix() for name in names if name.parts[0] != NOT_SHIPPED)


def names_in_the_code() -> Iterator[tuple[str, str]]:
    """(where, pattern) of each `resource(...)` call; what is only known at run time became `*`."""
    for source in (ROOT / "desktop_app").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "resource":
                yield f"{source.relative_to(ROOT)}:{node.lineno}", as_pattern(node.args[0])


def as_pattern(argument: ast.expr) -> str:
    if isinstance(argument, ast.JoinedStr):
        return "".join(as_pattern(part) for part in argument.values)
    return str(argument.value) if isinstance(argument, ast.Constant) else "*"


def test_every_shipped_file_opens() -> None:
    for name in shipped_files():
        assert resource(name).read_bytes() == (RESOURCES / name).read_bytes()


def test_every_resource_that_the_code_names_exists() -> None:
    missing = [f"{where}: {pattern}" for where, pattern in names_in_the_code() if not list(RESOURCES.glob(pattern))]

    assert missing == []


def test_unknown_name_is_refused_with_the_name() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        resource("icons/no-such-icon.svg")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_every_resource_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    packaged = "desktop_app/_resources/"

    assert sorted(name.removeprefix(packaged) for name in names if name.startswith(packaged)) == shipped_files()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"desktop_app"}


def test_resources_are_found_inside_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from desktop_app.resources import resource\n"
        "for name in sys.argv[2:]: print(resource(name))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), *shipped_files()],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()

    assert printed == [str(tmp_path / "desktop_app" / "_resources" / name) for name in shipped_files()]
