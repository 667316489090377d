"""Asks many questions, eight at a time, and hears the answers in the asking thread.

An answer may lead to more questions. A cancelled run ends at once: no other question begins, and nobody hears of those
in flight, which end by their own time limits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.ports import ORGANIZATION_AT_ONCE
from desktop_app.core.problems import ConnectionProblem

T = TypeVar("T")


class Questions:
    """What is to be asked. `ask` is called before `run`, or by what hears an answer; not from other threads."""

    def __init__(self, cancel: Cancel, at_once: int = ORGANIZATION_AT_ONCE) -> None:
        """`at_once`: fewer leave the rest of the program more of the processor."""
        self._at_once = at_once
        self._cancel = cancel
        self._waiting: deque[Callable[[], Callable[[], None]]] = deque()
        self._last: deque[Callable[[], Callable[[], None]]] = deque()

    def ask(
        self, question: Callable[[], T], hear: Callable[[T | ConnectionProblem], None], *, last: bool = False
    ) -> None:
        """`hear` gets what `question` returned, or the ConnectionProblem it raised. `last`: only begun when no other
        question waits."""

        def answered() -> Callable[[], None]:
            self._cancel.raise_if_cancelled()
            answer: T | ConnectionProblem
            try:
                answer = question()
            except ConnectionProblem as failure:
                answer = failure
            return lambda: hear(answer)

        (self._last if last else self._waiting).append(answered)

    def raise_if_cancelled(self) -> None:
        """Raises Cancelled."""
        self._cancel.raise_if_cancelled()

    def run(self) -> None:
        """Return when every question is answered and heard. Raises Cancelled."""
        pool = ThreadPoolExecutor(max_workers=self._at_once, thread_name_prefix="ado-report")
        flying: set[Future[Callable[[], None]]] = set()
        woken: Future[Callable[[], None]] = Future()
        self._cancel.on_cancel(lambda: woken.set_exception(Cancelled()))
        try:
            while self._waiting or self._last or flying:
                self._cancel.raise_if_cancelled()
                while (queue := self._waiting or self._last) and len(flying) < self._at_once:
                    flying.add(pool.submit(queue.popleft()))
                done, _ = wait([*flying, woken], return_when=FIRST_COMPLETED)
                self._cancel.raise_if_cancelled()
                for future in done & flying:
                    flying.discard(future)
                    future.result()()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
