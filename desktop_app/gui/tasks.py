"""Runs work outside the GUI thread and brings its answers back: a thread pool plus one queued Qt signal.

Everything but the work itself happens in the GUI thread, callbacks included; the GUI thread never waits, and after
`TaskHandle.cancel()` returns nobody hears from that task again. Worker threads hold no callback and no widget, so no
QObject can be destroyed in the wrong thread.
"""

from __future__ import annotations

import itertools
import logging
import threading
import traceback
from collections.abc import Callable
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from PySide6.QtCore import QMetaObject, QObject, Qt, QTimer, Signal, Slot

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from desktop_app.core.ports import Progress

T = TypeVar("T")
_log = logging.getLogger(__name__)

WORKERS = 8
"""At most this many tasks run at the same time; more wait their turn."""
DRAWN_MS = 20
"""A page that was just opened is on screen by then, as `after_ms`."""


class _Kind(Enum):
    PROGRESS = auto()
    DONE = auto()
    FAILED = auto()
    STOPPED = auto()


class _Message(NamedTuple):
    """What a worker sends to the GUI thread."""

    task: int
    kind: _Kind
    value: object = None


class TaskHandle:
    """One started task, as its starter sees it. Use it in the GUI thread only."""

    def __init__(self, cancel: Cancel, release: Callable[[], None]) -> None:
        self._cancel = cancel
        self._release = release
        self._active = True

    @property
    def active(self) -> bool:
        """True until the last callback has been chosen or `cancel()` was called."""
        return self._active

    @property
    def cancelled(self) -> bool:
        return self._cancel.requested

    def cancel(self) -> None:
        """Free the interface at once: no callback follows, the work is asked to stop, a late answer is dropped."""
        if self._active:
            self._active = False
            self._cancel.request()
            self._release()

    def _finish(self) -> None:
        self._active = False


class _Task(NamedTuple):
    """The GUI thread's side of a task."""

    handle: TaskHandle
    # Any: the type of the work's answer is checked where the task is started and can not be kept in one dictionary.
    on_done: Callable[[Any], None]
    on_failed: Callable[[ConnectionProblem], None]
    on_progress: Callable[[object], None] | None
    owner_gone: QMetaObject.Connection | None
    futures: list[Future[None]]  # one, once it is in the pool


class TaskRunner(QObject):
    """Starts tasks and delivers their answers. Make one for the program, in the GUI thread; `shutdown()` it at exit."""

    began = Signal()
    """A task was started."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: dict[int, _Task] = {}
        self._numbers = itertools.count(1)
        self._running: set[Future[None]] = set()
        self._mouth = threading.Lock()  # guards _closed: nobody emits on a runner that was shut down
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        """Made with the first task, after the window is on screen."""
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="ado-task")

    @property
    def active(self) -> int:
        """How many tasks may still call back."""
        return len(self._tasks)

    def start(
        self,
        work: Callable[[Cancel, Progress], T],
        *,
        on_done: Callable[[T], None],
        on_failed: Callable[[ConnectionProblem], None],
        on_progress: Callable[[object], None] | None = None,
        owner: QObject | None = None,
        after_ms: int = 0,
    ) -> TaskHandle:
        """Run `work(cancel, progress)` in another thread; then one of `on_done` and `on_failed`, unless cancelled.

        With `after_ms` it begins so much later: what the person has just asked for is drawn first, else its threads
        and the drawing keep each other waiting.

        `work` may read plain values of a widget beforehand but must not hold one. An unexpected exception is logged
        without secrets and arrives as ConnectionProblem(Problem.INTERNAL). With an `owner` the task is cancelled when
        that object is destroyed. Raises RuntimeError after `shutdown()`.
        """
        if self._closed:
            raise RuntimeError("no task can start after shutdown")
        number = next(self._numbers)
        cancel = Cancel()
        handle = TaskHandle(cancel, lambda: self._forget(number))
        owner_gone = None if owner is None else owner.destroyed.connect(handle.cancel)
        task = _Task(handle, on_done, on_failed, on_progress, owner_gone, [])
        self._tasks[number] = task
        if after_ms:
            QTimer.singleShot(after_ms, self, lambda: self._submit(number, work, cancel))
        else:
            self._submit(number, work, cancel)
        self.began.emit()
        return handle

    def _submit(self, number: int, work: Callable[[Cancel, Progress], object], cancel: Cancel) -> None:
        task = self._tasks.get(number)
        if task is None:  # cancelled before it began
            return
        future = self._pool.submit(self._run, number, work, cancel)
        task.futures.append(future)
        self._running.add(future)
        future.add_done_callback(self._running.discard)

    def prepare(self, work: Callable[[], object]) -> None:
        """Run in another thread what only makes later work quicker, such as an import; nobody is called back.

        A failure is not told: it happens again, and is explained, where the thing is needed.
        """
        if self._closed:
            return
        future = self._pool.submit(_try, work)
        self._running.add(future)
        future.add_done_callback(self._running.discard)

    def shutdown(self, wait_s: float = 3.0) -> bool:
        """Cancel everything and wait up to `wait_s` seconds; False if a thread still hangs in a call of its own.

        Such a thread ends by its own time limit; the interpreter would wait for it at exit.
        """
        from concurrent.futures import wait

        with self._mouth:
            self._closed = True
        for task in list(self._tasks.values()):
            task.handle.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        _, hanging = wait(set(self._running), timeout=wait_s)
        return not hanging

    # In a worker thread -------------------------------------------------------------------------------------------

    def _run(self, number: int, work: Callable[[Cancel, Progress], object], cancel: Cancel) -> None:
        def progress(value: object) -> None:
            cancel.raise_if_cancelled()
            self._send(_Message(number, _Kind.PROGRESS, value))

        try:
            message = _Message(number, _Kind.DONE, work(cancel, progress))
        except ConnectionProblem as problem:
            message = _Message(number, _Kind.FAILED, problem)
        except Exception as error:
            if isinstance(error, Cancelled) and cancel.requested:
                message = _Message(number, _Kind.STOPPED)
            else:
                message = _Message(number, _Kind.FAILED, _internal(error))
        self._send(message)

    def _send(self, message: _Message) -> None:
        with self._mouth:
            if not self._closed:
                self._arrived.emit(message)

    # In the GUI thread --------------------------------------------------------------------------------------------

    @Slot(object)
    def _deliver(self, message: _Message) -> None:
        task = self._tasks.get(message.task)
        if task is None:  # cancelled meanwhile: a late answer
            return
        if message.kind is _Kind.PROGRESS:
            if task.on_progress is not None:
                task.on_progress(message.value)
            return
        self._forget(message.task)
        task.handle._finish()
        if message.kind is _Kind.DONE:
            task.on_done(message.value)
        elif isinstance(message.value, ConnectionProblem):
            task.on_failed(message.value)

    def _forget(self, number: int) -> None:
        task = self._tasks.pop(number, None)
        if task is None:
            return
        if task.owner_gone is not None:
            QObject.disconnect(task.owner_gone)
        if task.handle.cancelled:
            for future in task.futures:
                future.cancel()


def _try(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as error:
        _log.warning("preparing failed: %s", type(error).__name__)


def _internal(error: Exception) -> ConnectionProblem:
    """The problem that stands for a defect of the program; its traceback goes to the log, without secrets."""
    from desktop_app.core.redact import redact

    _log.error("unexpected failure in a task: %s", redact("".join(traceback.format_exception(error))))
    problem = ConnectionProblem(Problem.INTERNAL, {"error": type(error).__name__})
    problem.__cause__ = error
    return problem
