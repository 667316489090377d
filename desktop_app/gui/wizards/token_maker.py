"""Offers to have Azure make the token, where somebody is signed in to the same organization by an OAuth connection.

What is made goes into the draft. A token that nobody waits for any more when it comes is revoked again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.drafts import MadePat, PatDraft
from desktop_app.app.guidance import Action, ActionKind, details_of
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.app.wizard_tokens import discard, end_of, make_pat, makers
from desktop_app.core.inputs import judge_new_end
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Profile
from desktop_app.gui.date_field import DateField
from desktop_app.gui.problem_panel import ProblemPanel
from desktop_app.gui.tasks import TaskHandle
from desktop_app.gui.widgets import Card, Heading, SoftText
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.flow_wizard import place_of
from desktop_app.gui.wizards.pieces import field_words, today

USUAL_LIFE = timedelta(days=90)


class _Order:
    """One token that was asked for; `wanted` until the page is left."""

    def __init__(self, context: WizardContext, on_made: Callable[[MadePat], None]) -> None:
        self.wanted = True
        self._context = context
        self._on_made = on_made

    def made(self, made: MadePat) -> None:
        if self.wanted:
            self._on_made(made)
        else:
            discard_made(self._context, made)


class TokenMaker(Card):
    """Signals:
    changed: whether one can go on may have changed.
    made: the token is in the draft.
    """

    changed = Signal()
    made = Signal()

    def __init__(self, context: WizardContext, draft: PatDraft) -> None:
        super().__init__()
        self.setObjectName("tokenMaker")
        self._context = context
        self._draft = draft
        self._looking: TaskHandle | None = None
        self._order: _Order | None = None
        self._found: tuple[Profile, ...] = ()
        self.heading = Heading(_("Or let ADO Connect make it"), sub=True)
        self.words = SoftText("")
        self.account_label = QLabel(_("Signed in as"))
        self.account = QComboBox()
        self.account.setObjectName("makerAccount")
        self.account.setAccessibleName(_("The account that the token is made for"))
        self.account_label.setBuddy(self.account)
        self.ends = DateField(_("The new token ends on"), today=today(context), words=field_words)
        self.ends.editor.setObjectName("makerEndsField")
        self.ends.set_judge(lambda text: judge_new_end(text, today(context)), field_words)
        self.ends.text = (today(context) + USUAL_LIFE).isoformat()
        self.problem = ProblemPanel()
        self.problem.setObjectName("makerProblem")
        self.problem.action_requested.connect(self._act)
        self.make = QPushButton(_("Create a token for me"))
        self.make.setObjectName("makeToken")
        self.make.clicked.connect(self._make)
        self._choice = QWidget()
        column = QVBoxLayout(self._choice)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.account_label)
        column.addWidget(self.account, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.ends)
        column.addWidget(self.make, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.heading, self.words, self.problem, self._choice):
            self.body.addWidget(widget)
        self.ends.edited.connect(self._show_state)
        self._choice.hide()

    @property
    def busy(self) -> bool:
        return self._order is not None

    def enter(self) -> None:
        """Find out who could make one for the organization that the draft has now."""
        self._drop_stale()
        self.problem.hide()
        self._choice.hide()
        self.words.setText(_("Looking for a connection that could make the token…"))
        connections = self._context.workspace.connections
        cloud, organization = self._draft.cloud, self._draft.organization
        self._looking = self._context.runner.start(
            lambda cancel, progress: makers(connections.load(), cloud, organization),
            on_done=self._show_makers,
            on_failed=lambda failure: self._show_makers(()),
            owner=self,
        )

    def leave(self) -> None:
        """Nobody waits any more."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if self._order is not None:
            self._order.wanted = False
            self._order = None
        self._show_state()

    def _drop_stale(self) -> None:
        """One that was made for another organization is of no use."""
        made, draft = self._draft.made, self._draft
        if made is not None and (made.cloud, made.organization) != (draft.cloud, draft.organization):
            draft.made = None
            discard_made(self._context, made)

    def _show_makers(self, found: tuple[Profile, ...]) -> None:
        self._found = found
        organization = self._draft.organization
        if not found:
            words = _(
                "With an OAuth connection to {organization}, ADO Connect could make this token for you, with exactly "
                "these scopes."
            )
            self.words.setText(words.format(organization=organization))
            return
        self.words.setText(
            _(
                "You are signed in to {organization} by an OAuth connection. Through it Azure DevOps can make a token "
                "with exactly the four scopes above, and nothing more."
            ).format(organization=organization)
        )
        chosen = self.account.currentText()
        self.account.clear()
        self.account.addItems([profile.account for profile in found])
        self.account.setCurrentIndex(max(0, self.account.findText(chosen)))
        for widget in (self.account_label, self.account):
            widget.setVisible(len(found) > 1)
        self._choice.show()
        self._show_state()

    def _make(self) -> None:
        if self.ends.show_fault() or self.ends.value is None or not self._found:
            return
        self.problem.hide()
        workspace, draft = self._context.workspace, self._draft
        through, organization = self._found[max(0, self.account.currentIndex())], draft.organization
        ends_at = end_of(self.ends.value, workspace.clock.now())
        self._order = order = _Order(self._context, self._take)
        self._context.runner.start(
            lambda cancel, progress: make_pat(workspace.renewals, through, organization, ends_at, cancel),
            on_done=order.made,
            on_failed=lambda failure: self._failed(failure) if order.wanted else None,
        )
        self._show_state()

    def _take(self, made: MadePat) -> None:
        self._order = None
        before, self._draft.made = self._draft.made, made
        if before is not None:
            discard_made(self._context, before)
        self._show_state()
        self.made.emit()

    def _failed(self, failure: ConnectionProblem) -> None:
        self._order = None
        self.problem.show_guidance(guidance_of(failure, place_of(self._draft)), details_of(failure))
        self._show_state()

    def _act(self, requested: object) -> None:
        if not isinstance(requested, Action):
            return
        if requested.kind is ActionKind.OPEN_URL:
            self._context.open_url(requested.target)
        elif requested.kind is ActionKind.EDIT_FIELD:
            self.ends.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._make()

    def _show_state(self) -> None:
        self.make.setText(_("Making the token…") if self.busy else _("Create a token for me"))
        self.make.setEnabled(not self.busy)
        self.ends.setEnabled(not self.busy)
        self.account.setEnabled(not self.busy)
        self.changed.emit()


def discard_made(context: WizardContext, made: MadePat) -> None:
    """Revoke a token that is not wanted, beside the window; nobody is told."""
    renewals = context.workspace.renewals
    context.runner.start(
        lambda cancel, progress: discard(renewals, made), on_done=lambda nothing: None, on_failed=lambda failure: None
    )
