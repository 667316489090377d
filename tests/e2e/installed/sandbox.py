"""What Chromium's sandbox is made of, seen from outside: in each process that draws pages, and where it may not be."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")

FORBIDDEN = (
    "unshare",
    "--user",
    "--map-current-user",
    "--keep-caps",
    "sh",
    "-c",
    'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --ambient-caps=-all --inh-caps=-all "$@"',
    "sh",
)
"""Before a command: it runs where the kernel lets nobody make a user namespace, as some companies set it
(user_namespaces(7)). What it takes for that is a namespace of its own, so this computer keeps its setting."""


@dataclass
class Renderers:
    """The processes that draw web pages for `program`, a process of this computer; `look` again and again."""

    program: subprocess.Popen[str]
    found: dict[int, tuple[str, str]] = field(default_factory=dict)
    """By process id: its user namespace, and what /proc calls Seccomp, as they were last seen."""
    windows: str = ""
    """The user namespace of the window."""

    def look(self) -> None:
        self.windows = namespace(self.program.pid) or self.windows
        for process in below(self.program.pid):
            if b"--type=renderer" in read(process, "cmdline") and (own := namespace(process)):
                lines = read(process, "status").decode().splitlines()
                seccomp = next((line.split()[1] for line in lines if line.startswith("Seccomp:")), "")
                self.found[process] = own, seccomp or self.found.get(process, ("", ""))[1]

    def judged(self) -> list[str]:
        """In words, how each was kept in. Raises AssertionError where one was not, or none was seen."""
        assert self.found, "nobody has seen a page being drawn"
        for own, seccomp in self.found.values():
            assert own != self.windows, f"a page was drawn in the window's own namespace, {own}"
            assert seccomp == "2", f"system calls are not filtered: {seccomp}"  # 2: a filter (proc_pid_status(5))
        return [f"{own}, the window in {self.windows}; Seccomp: {mode}" for own, mode in self.found.values()]


def below(process: int) -> set[int]:
    """The ids of all processes that descend from one."""
    parents: dict[int, int] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (text := read(int(folder.name), "stat")):
            parents[int(folder.name)] = int(text.rpartition(b")")[2].split()[1])  # proc_pid_stat(5)
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {process}


def read(process: int, name: str) -> bytes:
    """Empty where the process has ended meanwhile."""
    try:
        return (PROC / str(process) / name).read_bytes()
    except OSError:
        return b""


def namespace(process: int) -> str:
    try:
        return str((PROC / str(process) / "ns" / "user").readlink())
    except OSError:
        return ""
