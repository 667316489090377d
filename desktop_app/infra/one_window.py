"""Whether a window of this user and this mode is open already, and how to bring it to the front.

Who holds a lock on a file in a folder of the user's own is the first; the operating system gives the lock back however
a program ends, so nothing stale is ever believed. The first one listens beside it (gui/first_window.py), and is told
one word. Somebody else's socket is never asked: folder and socket must be this user's own.

The window waits for this at each start, so nothing is imported here that the start does not need anyhow.
"""

from __future__ import annotations

import os
import stat
import sys
import time
import zlib

SHOW, SHOWN = b"show\n", b"shown\n"
"""All that is ever said."""
ANSWER_S = 5.0
LOOK_S = 0.05
LONGEST_SOCKET = 100
"""Bytes of a socket's path: sockaddr_un has room for 104 at least."""


class OneWindow:
    """One for each mode. `folder` is for tests; by default it is the user's own for such things."""

    def __init__(self, *, practice: bool, folder: str | None = None) -> None:
        self.folder = folder or _folder()
        # Two sets of connections, as with another configuration folder, are two programs.
        mark = zlib.crc32(_configuration().encode("utf-8", "surrogateescape"))
        self._name = f"window-{'practice-' if practice else ''}{mark:08x}"
        self._held: int | None = None

    @property
    def address(self) -> str:
        """Where the first one listens: a socket's path, on Windows a pipe's name. Empty if no path is short enough."""
        if sys.platform == "win32":
            return f"ado-connect-{self._name}-{zlib.crc32(self.folder.encode('utf-8', 'surrogatepass')):08x}"
        path = os.path.join(self.folder, f"{self._name}.socket")
        return path if len(os.fsencode(path)) <= LONGEST_SOCKET else ""

    @property
    def is_first(self) -> bool:
        return self._held is not None

    def take(self) -> bool:
        """Be the first, if nobody is. True as well where that can not be found out: a second window does no harm."""
        if self._held is not None:
            return True
        try:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            held = os.open(os.path.join(self.folder, f"{self._name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return True
        try:
            _lock(held)
        except BlockingIOError:
            os.close(held)
            return False
        except OSError:  # a file system without locks
            os.close(held)
            return True
        self._held = held
        return True

    def give_back(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def yields(self) -> bool:
        """True if there is a first one and it has come to the front: this program can end. False if this is the first,
        or if the first does not answer, which does no harm either.

        Blocks while a first one is still starting or ending, and for some seconds if it hangs.
        """
        until = time.monotonic() + ANSWER_S
        while not self.take():
            if self._show_first():
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(LOOK_S)
        return False

    def _show_first(self) -> bool:
        try:
            if sys.platform == "win32":
                return _ask_pipe(self.address)
            return _ask_socket(self.folder, self.address)
        except OSError:
            return False


def _folder() -> str:
    """Of this user, and gone with the session where the system has such a place."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local"), "ADO Connect")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Application Support", "ADO Connect")
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    if session and _is_own(session, stat.S_ISDIR):
        return os.path.join(session, "ado-connect")
    return os.path.join(_configuration(), "ado-connect")


def _configuration() -> str:
    return os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")


def _is_own(path: str, kind: object) -> bool:
    """True if it is this user's, of this kind (a function of `stat`), and nobody else may write into it."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    right_kind = bool(kind(found.st_mode)) if callable(kind) else False
    return right_kind and found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _lock(file: int) -> None:
    """Raises BlockingIOError if another process has it. It ends with this process."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _ask_socket(folder: str, path: str) -> bool:
    if not path or not _is_own(folder, stat.S_ISDIR) or not _is_own(path, stat.S_ISSOCK):
        return False
    import socket

    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(ANSWER_S)
        asking.connect(path)
        asking.sendall(SHOW)
        return asking.recv(len(SHOWN)) == SHOWN


def _ask_pipe(name: str) -> bool:
    """Whoever answers is told that one word. That the first one may come to the front must be allowed by the program
    that is in front, which is this one (Microsoft docs, AllowSetForegroundWindow)."""
    import ctypes

    windows: object = getattr(ctypes, "windll", None)
    allow = getattr(getattr(windows, "user32", None), "AllowSetForegroundWindow", None)
    if allow is not None:
        allow(-1)
    with open(rf"\\.\pipe\{name}", "r+b", buffering=0) as pipe:
        pipe.write(SHOW)
        return pipe.read(len(SHOWN)) == SHOWN
