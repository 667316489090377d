"""What holds for the repository as a whole: versions, locks, commands, and the absence of secrets."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import desktop_app

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-audit.lock"]

# The shapes of an Azure DevOps personal access token, an Entra client secret, and a JWT.
SECRET_SHAPES = {
    "personal access token": re.compile(rb"[A-Za-z0-9]{52}JQQJ99"),
    "client secret": re.compile(rb"[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31}"),
    "JWT": re.compile(rb"eyJ[A-Za-z0-9_-]{20,}\.eyJ"),
}


def files_of_the_project() -> list[Path]:
    """Every file under version control, and every new one that is not ignored."""
    listed = subprocess.run(
        # The home folder is a throw-away one here, so the owner's own safe.directory setting is out of reach.
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def pinned_requirements(lock: str) -> Iterator[str]:
    """The lock's requirements, each with its continuation lines joined."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    return (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def test_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert project["version"] == desktop_app.__version__
    assert {"Unreleased", desktop_app.__version__} & set(headings)


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    documents = [*ROOT.glob("*.md"), ROOT / ".ci" / "run"]
    code = [
        span for document in documents for span in re.findall(r"```.*?```|`[^`\n]+`", document.read_text(), re.DOTALL)
    ]
    code.append((ROOT / ".ci" / "run").read_text())
    named = {name for span in code for name in re.findall(r"(?:^|[\s`])make ([a-z][a-z-]*)", span, re.MULTILINE)}

    assert {"run", "test"} <= named
    assert named <= targets


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_every_requirement_by_hash_and_names_no_address(lock: str) -> None:
    requirements = list(pinned_requirements(lock))

    assert requirements
    assert "http" not in (ROOT / lock).read_text().lower()
    assert [line for line in requirements if "--hash=sha256:" not in line] == []
    assert [line for line in requirements if "==" not in line] == []


def test_development_lock_agrees_with_the_run_time_lock() -> None:
    run_time = {line.split(" --hash")[0].strip() for line in pinned_requirements("requirements.lock")}
    development = {line.split(" --hash")[0].strip() for line in pinned_requirements("requirements-dev.lock")}

    assert {line.split(" ;")[0] for line in run_time} <= {line.split(" ;")[0] for line in development}


def test_lock_serves_windows_and_linux_keyrings() -> None:
    requirements = " ".join(pinned_requirements("requirements.lock"))

    assert re.search(r"pywin32-ctypes==\S+ ; sys_platform == 'win32'", requirements)
    assert re.search(r"secretstorage==\S+ ; sys_platform == 'linux'", requirements)


def test_no_file_holds_something_shaped_like_a_secret() -> None:
    # Names only: a failing test must not print what it found.
    found = [
        f"{path.relative_to(ROOT)}: {shape}"
        for path in files_of_the_project()
        for shape, pattern in SECRET_SHAPES.items()
        if pattern.search(path.read_bytes())
    ]

    assert found == []


@pytest.mark.parametrize(
    ("shape", "sample"),
    [
        ("personal access token", "a" * 52 + "JQQJ" + "99"),
        ("client secret", "abc" + "8Q~" + "x" * 31),
        ("JWT", "ey" + "J" + "a" * 30 + "." + "eyJ"),
    ],
)
def test_secret_shapes_recognise_the_real_thing(shape: str, sample: str) -> None:
    assert SECRET_SHAPES[shape].search(sample.encode())


CHECKS_OFF = (
    r"verify\s*=\s*False",
    r"CERT_NONE",
    r"CERT_OPTIONAL",
    r"check_hostname\s*=\s*False",
    r"_create_unverified_context",
    r"disable_warnings",
    r"ignore-certificate-errors",
    r"acceptCertificate\(",
)


def test_checks_of_certificates_are_switched_off_nowhere() -> None:
    """But in two places: the sign-in view accepts what its own second verifier has said yes to, and who has signed a
    refused certificate is looked up over a connection that carries nothing."""
    found = {
        (path.name, match[0])
        for path in (ROOT / "desktop_app").rglob("*.py")
        for pattern in CHECKS_OFF
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"))
    }
    looked_up = {("certificate_faults.py", "CERT_NONE"), ("certificate_faults.py", "check_hostname = False")}
    assert found == {("sign_in_trust.py", "acceptCertificate("), *looked_up}


def test_top_level_folders_are_the_agreed_ones() -> None:
    folders = {parts[0] for path in files_of_the_project() if len(parts := path.relative_to(ROOT).parts) > 1}

    assert {name for name in folders if not name.startswith(".")} == {"desktop_app", "resources", "tests"}


@pytest.mark.parametrize("path", sorted((ROOT / "desktop_app" / "core").rglob("*.py")), ids=lambda path: path.name)
def test_core_imports_the_standard_library_and_itself_only(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add("." * node.level + (node.module or ""))

    foreign = {
        name
        for name in imported
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith((".", "desktop_app.core"))
    }
    assert foreign == set()


def test_the_commands_for_windows_and_macos_find_all_they_need() -> None:
    """Run with `--version` at the end: everything is resolved from the lock and imported, and nothing opens."""
    commands = [
        line.split() for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("    uv run ")
    ]
    assert len(commands) == 2
    uv = Path(sys.executable).with_name("uv")
    for _name, *arguments in commands:
        kept = [argument for argument in arguments if argument != "--practice"]
        answer = subprocess.run(
            [uv, *kept, "--version"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100
        )
        assert answer.returncode == 0, answer.stderr


def test_every_sentence_can_be_translated(tmp_path: Path) -> None:
    """`make messages` was run after the last sentence changed."""
    collected = tmp_path / "ado-connect.pot"
    template = (ROOT / "Makefile").read_text().split("--quiet extract ", 1)[1].split("--output-file", 1)[0]
    options = template.replace("\\\n", " ").split()
    pybabel = Path(sys.executable).with_name("pybabel")
    subprocess.run(
        [pybabel, "--quiet", "extract", *options, f"--output-file={collected}", "desktop_app"], cwd=ROOT, check=True
    )
    assert collected.read_text() == (ROOT / "resources/locale/ado-connect.pot").read_text()
