"""A clean Debian in a folder, and a machine of its own to run it in: nothing of Python or Qt is in it.

The machine is a mount and a process namespace with `pivot_root` (a plain chroot does not let Chromium's sandbox work).
All mounts are made inside that namespace and go with it; the folder is deleted only after that, and never across a
file system, so that nothing of this computer's own can be reached through it.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PERSON = "person"
USER_ID = 1000
HOME = f"/home/{PERSON}"
_CLONE_NEWNS = 0x00020000  # sched.h
_START_S = 20.0

# Runs as the first process of the namespaces, with the folder as its only argument.
_ENTER = """
set -eu
cd "$1"
mount --bind . .
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
for device in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
    set -- $device
    mknod -m 666 dev/$1 c $2 $3
done
ln -s /proc/self/fd dev/fd
mkdir dev/pts dev/shm old
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t tmpfs -o mode=755 tmpfs run
pivot_root . old
cd /
umount -l old
rmdir old
mkdir -m 700 -p run/user/1000
chown 1000:1000 run/user/1000
echo ready
exec sleep infinity
"""


class Machine:
    """Debian running in the folder `root`. `init` is the first process of its namespaces, seen from here."""

    def __init__(self, root: Path, init: int) -> None:
        self.root = root
        self._init = init
        self.environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root"}

    def command(self, command: Sequence[str], user: str = "root") -> list[str]:
        """The words that run `command` there, as `user`."""
        entered = ["nsenter", f"--target={self._init}", "--mount", "--pid", "--wd=/", "--"]
        if user == "root":
            return [*entered, *command]
        return [*entered, "setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command]

    def run(
        self, *command: str, user: str = "root", check: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end. Raises AssertionError with what it said where it fails."""
        done = subprocess.run(
            self.command(command, user),
            env=self._environment(user, environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
        assert not check or done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done

    def start(self, *command: str, user: str = PERSON, **environment: str) -> subprocess.Popen[str]:
        """Start it and leave it running; it ends with the machine at the latest."""
        return subprocess.Popen(
            self.command(command, user),
            env=self._environment(user, environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _environment(self, user: str, more: dict[str, str]) -> dict[str, str]:
        home = {} if user == "root" else {"HOME": HOME, "USER": user, "XDG_RUNTIME_DIR": f"/run/user/{USER_ID}"}
        return {**self.environment, **home, **more}

    def install(self, *packages: str) -> None:
        """By apt, without what is only recommended. A file is named by its path in the machine."""
        self.run(
            "apt-get",
            "-qq",
            "install",
            "--yes",
            "--no-install-recommends",
            *packages,
            DEBIAN_FRONTEND="noninteractive",
        )

    def files(self) -> set[str]:
        """Every path on the machine's disk but those in homes, and the notes that apt and dpkg keep."""
        skipped = ("home", "root", "tmp", "var/cache", "var/log", "var/lib/dpkg", "var/lib/apt", "proc", "sys", "dev")
        found = set()
        for folder, folders, names in os.walk(self.root):
            here = Path(folder).relative_to(self.root).as_posix()
            folders[:] = [name for name in folders if f"{here}/{name}".removeprefix("./") not in skipped]
            found |= {f"{here}/{name}".removeprefix("./") for name in [*folders, *names]}
        return found

    def join(
        self, work: Callable[[], None], user_id: int = USER_ID, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        """Do `work` in a process of this Python that has gone into the machine, as a user of it; `meanwhile` is called
        here again and again.

        All that it needs must be imported by now: this computer's files are out of its sight there. Raises
        AssertionError where it fails; what was wrong stands on standard output by then.
        """
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self._go_there(user_id)
                work()
                code = 0
            except BaseException as error:  # told here: nobody else hears of it
                print(f"   {type(error).__name__}: {error}", flush=True)
            os._exit(code)
        ended, status = 0, 0
        while not ended:
            meanwhile()
            time.sleep(0.05)
            ended, status = os.waitpid(child, os.WNOHANG)
        assert status == 0, "it did not go as it should"

    def _go_there(self, user_id: int) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        there = os.open(f"/proc/{self._init}/ns/mnt", os.O_RDONLY)
        if libc.setns(there, _CLONE_NEWNS) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        os.setgroups([user_id])
        os.setresgid(user_id, user_id, user_id)
        os.setresuid(user_id, user_id, user_id)


@contextmanager
def clean_debian(folder: Path, suite: str = "") -> Iterator[Machine]:
    """A fresh Debian in a new folder below `folder`, as long as the block lasts; of this computer's own release if
    none is named."""
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="debian-", dir=folder))
    root.chmod(0o755)
    try:
        _bootstrap(root, suite)
        with _entered(root) as machine:
            machine.run("useradd", "--create-home", "--shell=/bin/sh", f"--uid={USER_ID}", PERSON)
            machine.run("apt-get", "-qq", "update")
            yield machine
    finally:
        still_mounted = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(root) in line]
        assert not still_mounted, f"left as it is: {still_mounted}"
        subprocess.run(["rm", "-rf", "--one-file-system", "--preserve-root=all", str(root)], check=True)


def _bootstrap(root: Path, suite: str) -> None:
    release = {
        name: value.strip('"')
        for name, _, value in (line.partition("=") for line in Path("/etc/os-release").read_text().splitlines())
    }
    own = release["VERSION_CODENAME"]
    asked = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", f"Codename: {own}"]
    mirror = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()[0]
    done = subprocess.run(
        ["debootstrap", "--variant=minbase", suite or own, str(root), mirror],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    # How this computer reaches Debian's packages, the machine does too.
    sources = ("sources.list", "sources.list.d") if suite not in ("", own) else ()
    shutil.copytree("/etc/apt", root / "etc/apt", dirs_exist_ok=True, ignore=shutil.ignore_patterns(*sources))
    for name in ("resolv.conf", "hosts"):
        shutil.copyfile(f"/etc/{name}", root / "etc" / name)
    if Path("/usr/share/keyrings").is_dir():
        shutil.copytree("/usr/share/keyrings", root / "usr/share/keyrings", dirs_exist_ok=True)


@contextmanager
def _entered(root: Path) -> Iterator[Machine]:
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _ENTER, "sh", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as outer:
        try:
            assert outer.stdout is not None
            assert outer.stdout.readline() == "ready\n", "the namespaces could not be made"
            children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()
            yield Machine(root, int(children[0]))
        finally:
            outer.kill()  # its child goes with it, and with that all that runs or is mounted there
            outer.wait(_START_S)
            _wait_until_gone(children)


def _wait_until_gone(processes: Sequence[str]) -> None:
    until = time.monotonic() + _START_S
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < until, "the machine does not end"
        time.sleep(0.05)
