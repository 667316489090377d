"""*Renew this for me*: says what will happen, asks for the new end, shows how far it is, and what was done.

The dialog asks and shows; the renewal itself (renewal_run.py) goes on when the dialog is closed.
"""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.app import renewal_words
from desktop_app.app.guidance import Action, ActionKind, Guidance, Place, details_of
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.app.renewals import Offer, Renewed, Stage, Wish
from desktop_app.app.wizard_tokens import end_of
from desktop_app.app.workspace import Workspace
from desktop_app.core.checks import CheckResult
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Profile
from desktop_app.gui.announce import announce
from desktop_app.gui.problem_panel import ProblemPanel
from desktop_app.gui.renewal_parts import AfterRenewal, RenewalForm, RenewalProgress
from desktop_app.gui.renewal_run import RenewalRun
from desktop_app.gui.tasks import TaskHandle, TaskRunner
from desktop_app.gui.widgets import Banner, Heading, SoftText, primary_button

WIDE = 36
"""So many line heights of the interface font: room for the field of a date with its quick picks."""


class State(Enum):
    """What the dialog is about."""

    LOOKING = auto()
    REFUSED = auto()
    ASKING = auto()
    WORKING = auto()
    UNDOING = auto()
    FAILED = auto()
    UNDONE = auto()
    DONE = auto()


class RenewalDialog(QDialog):
    """Signals:
    renew_requested(Wish): answer with `follow`.
    enter_requested(): the person would rather enter a new one.
    link_requested(str): a page is to be opened.
    copy_requested(): the new secret is to be copied.
    sign_in_requested(): who asks for it has to sign in again.
    """

    renew_requested = Signal(object)
    enter_requested = Signal()
    link_requested = Signal(str)
    copy_requested = Signal()
    sign_in_requested = Signal()

    def __init__(self, profile: Profile, workspace: Workspace, runner: TaskRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("renewalDialog")
        self.setWindowTitle(renewal_words.title(profile))
        self.state = State.LOOKING
        self._profile = profile
        self._workspace = workspace
        self._runner = runner
        self._offer: Offer | None = None
        self._wish: Wish | None = None
        self._run: RenewalRun | None = None
        self._looking: TaskHandle | None = None
        self._build()
        self.ensurePolished()
        self.resize(WIDE * self.fontMetrics().height(), 560)
        self.look()

    # -- whether it can be done ---------------------------------------------------------------------------------------

    def look(self) -> None:
        """Find out who could ask for it."""
        renewals, key = self._workspace.renewals, self._profile.id
        self._show(State.LOOKING, renewal_words.looking(self._profile))
        self._looking = self._runner.start(
            lambda cancel, progress: renewals.offer(key, cancel),
            on_done=self._offered,
            on_failed=self._refused,
            owner=self,
        )

    def _offered(self, offer: Offer) -> None:
        self._offer = offer
        self.form.show_offer(offer)
        self._ask()

    def _ask(self) -> None:
        if self._offer is not None:
            self._show(State.ASKING, renewal_words.plan(self._profile, self._offer))
            self.ends.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- doing it -----------------------------------------------------------------------------------------------------

    def follow(self, run: RenewalRun) -> None:
        """Show how far this is from now on."""
        self._run = run
        run.progressed.connect(self._progress)
        run.renewed.connect(self._renewed)
        run.undone.connect(self._undone)
        run.failed.connect(self._failed)
        self.work.start(revokes=self._wish is not None and self._wish.revoke_old)
        self._show(State.WORKING)

    def _request(self) -> None:
        if self.ends.show_fault() or self.ends.value is None:
            self.ends.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._wish = Wish(end_of(self.ends.value, self._workspace.clock.now()), self.revoke.isChecked())
        self.renew_requested.emit(self._wish)

    def _progress(self, event: object) -> None:
        if isinstance(event, CheckResult):
            self.work.show_result(event)
        elif isinstance(event, Stage) and self.state is State.WORKING:
            self.work.show_stage(event)
            if event in {Stage.SWAPPING, Stage.REVOKING}:  # from here on there is nothing to undo
                self.leave.setEnabled(False)

    def _renewed(self, renewed: Renewed) -> None:
        revoked = self._wish is not None and self._wish.revoke_old and renewed.left is None
        self.work.finish(renewed)
        self._show(State.DONE, renewal_words.done(self._profile, renewed, revoked=revoked))
        self.after.copy.setFocus(Qt.FocusReason.OtherFocusReason)

    def _undone(self, left: bool) -> None:
        self._show(State.UNDONE, renewal_words.cancelled(self._profile, left=left))

    # Methods, which end with the dialog: what is heard of a renewal after that goes nowhere.

    def _refused(self, failure: ConnectionProblem) -> None:
        self._explain(State.REFUSED, renewal_words.refused(self._profile), failure)

    def _failed(self, failure: ConnectionProblem) -> None:
        self.work.stop()
        self._explain(State.FAILED, renewal_words.failed(self._profile), failure)

    def _explain(self, state: State, words: str, failure: ConnectionProblem) -> None:
        self._show(state, words)
        self.problem.show_guidance(_fitting(guidance_of(failure, self._place())), details_of(failure))

    # -- buttons ------------------------------------------------------------------------------------------------------

    def _forward(self) -> None:
        match self.state:
            case State.ASKING:
                self._request()
            case State.FAILED:
                self._ask()
            case State.REFUSED:
                self.enter_requested.emit()
                self.accept()
            case _:
                self.accept()

    def _act(self, requested: object) -> None:
        """The buttons of the problem panel."""
        if not isinstance(requested, Action):
            return
        if requested.kind is ActionKind.OPEN_URL:
            self.link_requested.emit(requested.target)
        elif requested.kind is ActionKind.SIGN_IN_AGAIN:
            self.sign_in_requested.emit()
            self.accept()
        elif self.state is State.REFUSED:
            self.look()
        else:
            self._ask()

    def reject(self) -> None:  # Qt's name
        """Escape and Cancel: a renewal that runs is undone first; who does not want to wait closes once more."""
        if self._run is not None and self._run.active and self.state is State.WORKING:
            if self.leave.isEnabled():
                self._run.cancel()
                self._show(State.UNDOING, renewal_words.cancelling(self._profile))
            return
        self._stop_looking()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:  # Qt's name
        """The window is closed, or the program ends."""
        self._stop_looking()
        if self._run is not None and self._run.active:
            self._run.cancel()
        event.accept()

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    # -- what is shown ------------------------------------------------------------------------------------------------

    def _show(self, state: State, words: str = "") -> None:
        self.state = state
        self.words.setText(words)
        self.words.setVisible(bool(words) and state is not State.DONE)
        self.problem.hide()
        self.form.setVisible(state is State.ASKING)
        self.work.setVisible(state in {State.WORKING, State.UNDOING, State.FAILED, State.DONE})
        if state is not State.WORKING:
            self.work.rest()
        self.finished_banner.setVisible(state is State.DONE)
        self.after.setVisible(state is State.DONE)
        if state is State.DONE:
            self.finished_banner.show_words("info", _("Renewed."), words)
        label = _forward_label(state, self._profile)
        self.go_on.setText(label)
        self.go_on.setVisible(bool(label))
        self.leave.setText(_("Close") if state in {State.UNDOING, State.REFUSED, State.FAILED} else _("Cancel"))
        self.leave.setVisible(state not in {State.DONE, State.UNDONE})
        self.leave.setEnabled(True)
        if words:
            announce(self, words)
        focus: QWidget | None = self.focusWidget()
        if focus is None or not focus.isVisibleTo(self) or not focus.isEnabled():
            (self.leave if self.leave.isVisibleTo(self) else self.go_on).setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.heading = Heading(renewal_words.title(self._profile))
        self.words = SoftText("")
        self.problem = ProblemPanel()
        self.problem.action_requested.connect(self._act)
        self.finished_banner = Banner("info", "", "")
        self.finished_banner.setObjectName("renewedBanner")
        inner = QWidget()
        inner.setObjectName("pageBody")
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 12, 0)
        body.setSpacing(12)
        self.form = RenewalForm(self._profile, self._workspace.clock.now().astimezone().date())
        self.ends, self.revoke = self.form.ends, self.form.revoke
        self.work = RenewalProgress(self._profile, self._place())
        self.stages, self.checks = self.work.stages, self.work.checks
        self.after = AfterRenewal(self._profile)
        self.after.copy_requested.connect(self.copy_requested)
        for widget in (self.words, self.problem, self.form, self.finished_banner, self.work, self.after):
            body.addWidget(widget)
        body.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("pageScroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(self.heading)
        column.addWidget(scroll, 1)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.leave = QPushButton(_("Cancel"))
        self.leave.setObjectName("cancelRenewal")
        self.leave.clicked.connect(self.reject)
        self.leave.setAutoDefault(False)
        self.go_on = primary_button("")
        self.go_on.setObjectName("renewGoOn")
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self._forward)
        row = QHBoxLayout()
        row.addWidget(self.leave)
        row.addStretch(1)
        row.addWidget(self.go_on)
        return row

    def _place(self) -> Place:
        profile = self._profile
        return Place(profile.cloud, profile.organization, profile.tenant, profile.client_id)


def _forward_label(state: State, profile: Profile) -> str:
    match state:
        case State.ASKING:
            return _("Renew")
        case State.FAILED:
            return _("Back to the choice")
        case State.REFUSED:
            return renewal_words.other_way(profile)
        case State.DONE | State.UNDONE:
            return _("Done")
        case State.LOOKING | State.WORKING | State.UNDOING:
            return ""


def _fitting(found: Guidance) -> Guidance:
    """Of the guidance's buttons only those that this dialog can do."""
    kinds = {ActionKind.OPEN_URL, ActionKind.TRY_AGAIN, ActionKind.EDIT_FIELD, ActionKind.SIGN_IN_AGAIN}
    actions = [action for action in (found.action, found.second) if action is not None and action.kind in kinds]
    return Guidance(
        found.title,
        found.happened,
        found.likely,
        found.now,
        actions[0] if actions else None,
        actions[1] if len(actions) > 1 else None,
    )
