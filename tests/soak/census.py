"""What one process holds at a moment: memory, threads, timers, files, connections, children, secrets, objects, work.

Linux only: it reads /proc.
"""

from __future__ import annotations

import ctypes
import gc
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.core.credential import live_secrets
from desktop_app.gui.tasks import TaskRunner

POOLED = ("ThreadPool", "ado-task")
"""Threads of a pool, Chromium's or the program's: they are started when wanted and wait for more work."""
WORKER = "ado-task"
PAGE = "--type=renderer"


@dataclass(frozen=True, slots=True)
class Census:
    """Memory in KiB: `rss_kib` is resident, `pss_kib` shared pages by their share, `own_kib` nobody else's.

    `connections` are sockets to other hosts, which requests keeps and uses again; `files` all other open files. Threads
    are counted by their names, but for pools, whose size is `workers` where it is the program's own. `pages` are
    the processes that draw web pages, `stored_files` all files below the home folder but for the log, which is turned
    over.
    """

    rss_kib: int
    pss_kib: int
    own_kib: int
    threads: int
    workers: int
    files: int
    connections: int
    children: int
    pages: int
    timers: int
    objects: int
    widgets: int
    secrets: int
    tasks: int
    stored_files: int
    python_objects: int


def take(runner: TaskRunner, cloud_pid: int) -> Census:
    """After everything that is garbage has gone. `cloud_pid` is the practice cloud's process, which does not count."""
    for _round in range(3):  # what one round frees lets go of more
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is free and was not given back is no leak
    process = psutil.Process()
    memory = _rollup()
    connections = len(process.net_connections("inet"))
    children = [child for child in process.children(recursive=True) if child.pid != cloud_pid]
    return Census(
        rss_kib=memory["Rss"],
        pss_kib=memory["Pss"],
        own_kib=memory["Private_Clean"] + memory["Private_Dirty"],
        threads=sum(1 for name in thread_names() if not name.startswith(POOLED)),
        workers=sum(1 for thread in threading.enumerate() if thread.name.startswith(WORKER)),
        files=process.num_fds() - connections,
        connections=connections,
        children=len(children),
        pages=sum(1 for child in children if PAGE in _command(child)),
        timers=sum(1 for one in _objects() if isinstance(one, QTimer)),
        objects=len(_objects()),
        widgets=len(QApplication.allWidgets()),
        secrets=len(live_secrets()),
        tasks=runner.active + len(runner._running),
        stored_files=sum(1 for path in Path.home().rglob("*") if path.is_file() and ".log" not in path.suffixes),
        python_objects=len(gc.get_objects()),
    )


def kinds() -> Counter[str]:
    """How many Python objects there are of each type, to tell what grows."""
    return Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())


def thread_names() -> list[str]:
    """Of all threads that the kernel knows; Python's go by the names that Python gives them."""
    python = {thread.native_id: thread.name for thread in threading.enumerate()}
    names = []
    for task in Path("/proc/self/task").iterdir():
        try:
            names.append(python.get(int(task.name)) or (task / "comm").read_text().strip())
        except OSError:
            continue  # it has just ended
    return sorted(names)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []  # it has just ended


def _rollup() -> dict[str, int]:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    return {name.rstrip(":"): int(kib) for name, kib, *_unit in map(str.split, lines)}


def _objects() -> list[QObject]:
    """Every QObject that hangs on the application or on a top-level widget."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    roots: list[QObject] = [app, *(widget for widget in app.topLevelWidgets() if widget.parent() is None)]
    return [*roots, *(one for root in roots for one in root.findChildren(QObject))]
