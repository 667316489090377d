"""Changes of connections on a disk that really is full, read-only, or not this account's: `python -m
tests.e2e.real_disk TROUBLE FOLDER`, in a mount namespace of its own (unshare --mount) for those that need one.

Prints one JSON object: what each change was refused with, and whether everything was as before.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from desktop_app.core.problems import ConnectionProblem
from tests.unit.app.disk_flows import AFTER, APP, BEFORE, NEW, THIRD, Computer, mixed, saved

NOBODY = 65534
TAKEN: list[int] = []


def mounted(folder: Path, *options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)], check=True)


def full(folder: Path) -> None:
    """A few kilobytes are left at first; then a file takes all of them."""
    with (folder / "large").open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return


def read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def forbidden(folder: Path) -> None:
    """Another account's folder, which may be looked into."""
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def unreadable(folder: Path) -> None:
    """Another account's file."""
    folder.chmod(0o777)
    (folder / "connections.json").chmod(0o000)
    for path in folder.glob("*.lock"):
        path.chmod(0o666)
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def too_large(folder: Path) -> None:
    """No file may be longer than a few hundred bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))


def too_many_files(folder: Path) -> None:
    """As many as are permitted, until `enough_files`."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    try:
        while True:
            TAKEN.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return


def enough_files() -> None:
    while TAKEN:
        os.close(TAKEN.pop())


TROUBLES: dict[str, tuple[Callable[[Path], None], bool]] = {
    "full": (full, True),
    "read-only": (read_only, True),
    "forbidden": (forbidden, False),
    "unreadable": (unreadable, False),
    "too large": (too_large, False),
    "too many files": (too_many_files, False),
}
"""What is done to the folder, and whether that takes a disk of its own."""


def main(trouble: str, place: str) -> None:
    folder = Path(place)
    make, own_disk = TROUBLES[trouble]
    if own_disk:
        mounted(folder, "size=64k", "mode=0700")
    computer = Computer(folder)
    saved(computer)
    before = computer.state()
    content = computer.profiles.path.read_bytes()
    make(folder)
    computer.start()
    changes: dict[str, Callable[[], object]] = {
        "add": lambda: computer.add(THIRD, APP),
        "replace": lambda: computer.connections.changes.replace(BEFORE, AFTER, NEW),
        "rename": lambda: computer.connections.rename(BEFORE.id, "Renamed"),
        "remove": lambda: computer.connections.remove(BEFORE.id),
    }
    refused = {}
    for name, change in changes.items():
        try:
            change()
        except ConnectionProblem as failure:
            refused[name] = [failure.problem.value, failure.facts.get("why", "")]
    enough_files()
    if trouble == "unreadable":
        as_before = computer.kept_secrets() == {key: secrets for key, (_profile, secrets) in before.items()}
    else:
        as_before = mixed(computer.state(), before, before) == [] and computer.profiles.path.read_bytes() == content
    sys.stdout.write(json.dumps({"refused": refused, "as before": as_before}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
