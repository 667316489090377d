"""The embedded sign-in page as a worker thread sees it: `show()` blocks until the page was sent to the redirect URI.

The worker never touches a widget: it posts an attempt to the GUI thread and waits for the attempt's outcome.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """In seconds: for a whole sign-in; for a page that stopped loading; for a page that shows nothing although it is
    whole; between two looks at a page's text; until a question can be answered with yes.

    `wishes`: how often a page may want to go somewhere, or open something, within `wishes_s`. `memory_bytes`: what the
    web engine may take while a page is open, all its processes together.
    """

    overall_s: float = 600.0
    stalled_s: float = 30.0
    blank_s: float = 10.0
    reread_s: float = 1.0
    settle_s: float = 0.6
    wishes: int = 60
    wishes_s: float = 60.0
    memory_bytes: int = 1536 * 1024**2


class SignInAttempt:
    """One sign-in, ended once by whoever comes first; safe from any thread."""

    def __init__(self, start_url: str, redirect_uri: str) -> None:
        self.start_url = start_url
        self.redirect_uri = redirect_uri
        self.outcome: Future[str] = Future()

    @property
    def ended(self) -> bool:
        return self.outcome.done()

    def succeed(self, redirect_url: str) -> None:
        with suppress(InvalidStateError):
            self.outcome.set_result(redirect_url)

    def fail(self, reason: ConnectionProblem | Cancelled) -> None:
        with suppress(InvalidStateError):
            self.outcome.set_exception(reason)


class SignInRelay(QObject):
    """Carries attempts into the GUI thread; owned by the view.

    Signals:
        opened(SignInAttempt), closed(SignInAttempt): emitted in the worker's thread.
    """

    opened = Signal(object)
    closed = Signal(object)


class EmbeddedSignIn:
    """A SignInSurface; made by SignInView.surface(). Holds no widget, so a worker may be the last to let go of it."""

    def __init__(self, view: QWidget, relay: SignInRelay, limits: SignInLimits) -> None:
        self._relay = relay
        self._gui_thread = view.thread()
        self._limits = limits
        self._lock = threading.Lock()
        self._view_is_gone = False
        self._attempt: SignInAttempt | None = None
        view.destroyed.connect(self._abandon)

    def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
        """See SignInSurface. A second call while one is running cancels the first."""
        if QThread.currentThread() == self._gui_thread:
            raise RuntimeError("a sign-in would wait for the thread that has to show it")
        cancel.raise_if_cancelled()
        attempt = SignInAttempt(start_url, redirect_uri)
        self._open(attempt)
        cancel.on_cancel(lambda: attempt.fail(Cancelled()))
        try:
            return attempt.outcome.result(self._limits.overall_s)
        except TimeoutError:
            problem = ConnectionProblem(Problem.SIGN_IN_TIMED_OUT, {"limit_s": f"{self._limits.overall_s:g}"})
            attempt.fail(problem)
            return attempt.outcome.result()  # it may have succeeded at the very last moment
        finally:
            self._close(attempt)

    def cancel(self) -> None:
        """End the running attempt, if there is one: its `show()` raises Cancelled."""
        with self._lock:
            attempt = self._attempt
        if attempt is not None:
            attempt.fail(Cancelled())

    # The relay is only touched with the lock held, and it is destroyed right after `_abandon` had the lock.

    def _open(self, attempt: SignInAttempt) -> None:
        with self._lock:
            if self._view_is_gone:
                raise Cancelled
            former, self._attempt = self._attempt, attempt
            self._relay.opened.emit(attempt)
        if former is not None:
            former.fail(Cancelled())

    def _close(self, attempt: SignInAttempt) -> None:
        with self._lock:
            if self._attempt is attempt:
                self._attempt = None
            if not self._view_is_gone:
                self._relay.closed.emit(attempt)

    def _abandon(self) -> None:
        with self._lock:
            self._view_is_gone = True
        self.cancel()
