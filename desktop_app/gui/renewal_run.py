"""One renewal beside the window. It outlives its dialog: what was begun is finished or undone, whoever still looks.

Unlike other tasks it is heard to its end after it was cancelled, because undoing takes requests of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.core.cancel import Cancel, Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_app.app.renewals import Renewals, Renewed, Wish
    from desktop_app.app.workspace import Workspace
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.core.profile import ProfileId
    from desktop_app.gui.tasks import TaskRunner


class RenewalRun(QObject):
    """Signals:
    progressed(Stage | CheckResult): how far it is.
    renewed(Renewed): the new one is in its place.
    undone(left): it was cancelled; `left` is True while Azure has not confirmed that nothing is left.
    failed(ConnectionProblem): the old one is still in its place.
    ended(): after one of the three.
    """

    progressed = Signal(object)
    renewed = Signal(object)
    undone = Signal(bool)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, workspace: Workspace, runner: TaskRunner, key: ProfileId, wish: Wish, owner: QObject) -> None:
        super().__init__(owner)
        self.key = key
        self.active = True
        self._wanted = Cancel()
        renewals, wanted = workspace.renewals, self._wanted
        runner.start(
            lambda cancel, progress: _heard_out(
                renewals, key, lambda: renewals.renew(key, wish, progress, progress, wanted), wanted, cancel
            ),
            on_done=self._done,
            on_failed=self._failed,
            on_progress=self.progressed.emit,
            owner=self,
        )

    def cancel(self) -> None:
        """Stop as soon as possible and undo; does nothing once the new one is in its place."""
        self._wanted.request()

    def _done(self, answer: Renewed | bool) -> None:
        self.active = False
        if isinstance(answer, bool):
            self.undone.emit(answer)
        else:
            self.renewed.emit(answer)
        self.ended.emit()

    def _failed(self, failure: ConnectionProblem) -> None:
        self.active = False
        self.failed.emit(failure)
        self.ended.emit()


def _heard_out(
    renewals: Renewals, key: ProfileId, renew: Callable[[], Renewed], wanted: Cancel, cancel: Cancel
) -> Renewed | bool:
    """How it ended; where it was cancelled, whether something is left to be undone at Azure."""
    cancel.on_cancel(wanted.request)  # the program ends
    try:
        return renew()
    except Cancelled:
        cancel.raise_if_cancelled()
        return any(change.key == key for change in renewals.unfinished())
