"""The last three pages of every wizard: checks, name, done."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWizard

from desktop_app.app.drafts import Draft, Proof
from desktop_app.app.guidance import ActionKind, Place
from desktop_app.app.guidance_pieces import keyring_words
from desktop_app.app.i18n import _
from desktop_app.app.replacement_words import done_words, other_account_words, put_in_place_words
from desktop_app.app.wizard_tokens import save_and_settle
from desktop_app.app.words import check_outcome, check_title, fault_words
from desktop_app.core.checks import PERMISSION_CHECKS, CheckName, CheckReport, CheckResult
from desktop_app.core.inputs import InputFault, InputNote, judge_name
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Method, Profile
from desktop_app.core.report import PermissionReport, Verdict
from desktop_app.gui.announce import announce
from desktop_app.gui.check_view import CheckView
from desktop_app.gui.fields import Field
from desktop_app.gui.keyring_wait import SLOW_S
from desktop_app.gui.widgets import Banner
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.flow_wizard import FlowPage, TaskPage, place_of
from desktop_app.gui.wizards.permission_rows import PermissionRows

DraftT = TypeVar("DraftT", bound=Draft)


def check_names(method: Method) -> list[tuple[str, str]]:
    """(key, title) of the checks of a method, in the order they are shown."""
    skipped = {CheckName.TENANT, CheckName.TOKEN} if method is Method.PAT else set()
    return [(name.value, check_title(name)) for name in CheckName if name not in skipped]


class ChecksPage(TaskPage[DraftT]):
    """Proves the draft; what was proved counts until a value it rests on changes."""

    def __init__(self, context: WizardContext, draft: DraftT) -> None:
        super().__init__(
            context,
            draft,
            title=_("Does it work?"),
            purpose=_("ADO Connect tries the connection out. It only reads; nothing is changed."),
        )
        self.checks = CheckView()
        self.partly = Banner("attention", _("It works, but not with every permission."), "")
        self.partly.setObjectName("partlyBanner")
        self.again = QPushButton(_("Check again"))
        self.again.setObjectName("checkAgain")
        self.again.clicked.connect(self._run)
        for widget in (self.problem, self.partly):
            self.body.addWidget(widget)
        self.body.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.checks)
        self.permissions = PermissionRows(context, self._reported)
        self.body.addWidget(self.permissions)
        self.body.addStretch(1)

    @property
    def reporting(self) -> bool:
        """True while the permissions are looked at, which holds nobody up."""
        return self.permissions.running

    def leave(self) -> None:
        super().leave()
        self.permissions.stop()

    def enter(self) -> None:
        proof = self.draft.proven
        if proof is not None and proof.report.identity_proved:
            self._show(proof)
        else:
            self._run()

    def obstacle(self) -> str:
        if self.busy:
            return _("The checks are running.")
        proof = self.draft.proven
        if proof is None:
            return _("The checks have to run before you can go on.")
        if not proof.report.identity_proved:
            return _("The connection does not work yet. Follow the advice above, then check again.")
        return ""

    def act(self, kind: ActionKind) -> None:
        if kind in (ActionKind.SIGN_IN_AGAIN, ActionKind.CONTINUE_IN_BROWSER):
            self.flow_wizard().back()
        else:
            self._run()

    def _run(self) -> None:
        self.partly.hide()
        self.permissions.stop()
        self.again.setEnabled(False)
        self.checks.start(check_names(self.draft.method))
        self.checks.set_running()
        draft, connections = self.draft, self.context.workspace.connections
        self.start(lambda cancel, progress: connections.prove(draft, progress, cancel), self._show, self._result)

    def _result(self, value: object) -> None:
        if isinstance(value, CheckResult):
            self.checks.set_result(
                value.name.value, value.status, check_outcome(value, place_of(self.draft)), value.took_s
            )

    def _show(self, proof: Proof) -> None:
        self.draft.last_proof = proof
        self.again.setEnabled(True)
        self.again.setVisible(bool(proof.report.failures))
        show_report(self.checks, proof.report, place_of(self.draft))
        failures = proof.report.failures
        broken = next((failure for failure in failures if failure.name not in PERMISSION_CHECKS), None)
        first = broken or (failures[0] if failures else None)
        if first is not None and first.problem is not None:
            self.show_problem(ConnectionProblem(first.problem, first.facts))
        if failures and proof.report.identity_proved:
            self.partly.show_words(
                "attention",
                _("It works, but not with every permission."),
                _("You can save the connection now; what is marked as failed will not work until it is mended."),
            )
            self.partly.show()
        if not failures:
            announce(self.checks, _("The checks are done. The connection works."))
        if proof.report.identity_proved:
            self.permissions.start(self.draft)
        self.refresh()

    def _reported(self, report: PermissionReport) -> None:
        """Saving stays possible with what is missing, after saying so."""
        missing = any(
            report.joint(permission, project).verdict is Verdict.MISSING
            for permission in report.permissions
            for project in report.projects or (None,)
        )
        if missing and not self.partly.isVisibleTo(self):
            self.partly.show_words(
                "attention",
                _("It works, but not with every permission."),
                _("You can save the connection now; what is marked as missing will not work until it is granted."),
            )
            self.partly.show()

    def _failed(self, failure: ConnectionProblem) -> None:
        self.again.setEnabled(True)
        self.again.show()
        super()._failed(failure)


def show_report(view: CheckView, report: CheckReport, place: Place) -> None:
    """Fill a view with a whole report."""
    view.show_results(
        (result.name.value, check_title(result.name), result.status, check_outcome(result, place), result.took_s)
        for result in report.results
    )


class SavingPage(TaskPage[DraftT]):
    """Saves the connection when Next is pressed. Subclasses say under which `save_name`."""

    _saved = False

    @property
    def save_name(self) -> str:
        raise NotImplementedError

    def forward(self) -> bool:
        if self._saved:
            return True
        draft, name = self.draft, self.save_name
        connections, renewals = self.context.workspace.connections, self.context.workspace.renewals
        draft.saving = True
        self.start(lambda cancel, progress: save_and_settle(connections, renewals, draft, name, cancel), self._done)
        return False

    def _failed(self, failure: ConnectionProblem) -> None:
        self.draft.saving = False
        super()._failed(failure)

    def saving_words(self) -> str:
        """What is waited for."""
        if self.context.workspace.keyring_waits() < SLOW_S:
            return _("The connection is being saved.")
        return " ".join([*keyring_words(), _("“Back” and “Cancel” stop waiting.")])

    def act(self, kind: ActionKind) -> None:
        if kind is ActionKind.KEEP_FOR_THIS_RUN:
            self.context.workspace.keep_in_memory()
        self.forward()

    def _done(self, profile: Profile) -> None:
        self._saved = True
        self.draft.saving = False
        proof = self.draft.proven
        self.context.saved(profile, proof.report if proof else None)
        self.flow_wizard().next()


class NamePage(SavingPage[DraftT]):
    """Gives the connection a name and saves it."""

    def __init__(self, context: WizardContext, draft: DraftT) -> None:
        super().__init__(
            context,
            draft,
            title=_("What shall it be called?"),
            purpose=_("The name helps you find the connection again. Only you see it."),
            forward=_("Save connection"),
        )
        self.name: Field[str] = Field(
            _("Connection name"), help_text=_("For example what uses it: “Release pipeline”.")
        )
        self.name.set_judge(lambda text: judge_name(text, context.taken_names), _words)
        self.add_field("name", self.name)
        self.name.edited.connect(self._edited)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)

    @property
    def save_name(self) -> str:
        return self.name.value or ""

    def enter(self) -> None:
        if not self.name.text:
            self.name.text = self.draft.name or free_name(self.draft.suggested_name(), self.context.taken_names)

    def obstacle(self) -> str:
        if self.busy:
            return self.saving_words()
        return "" if self.name.ok else _("Give the connection a name to go on.")

    def _edited(self) -> None:
        self.draft.name = self.name.value or ""


class PutInPlacePage(SavingPage[DraftT]):
    """Puts what was just proved in the place of the old one; the name stays."""

    def __init__(self, context: WizardContext, draft: DraftT) -> None:
        words = put_in_place_words(draft)
        super().__init__(context, draft, title=words.title, purpose=words.text, forward=words.forward)
        self.other_account = Banner("attention", _("This is another account."), "")
        self.other_account.setObjectName("otherAccount")
        self.other_account.hide()
        self.checks = CheckView()
        for widget in (self.problem, self.other_account, self.checks):
            self.body.addWidget(widget)
        self.body.addStretch(1)

    @property
    def save_name(self) -> str:
        return self.draft.editing.name if self.draft.editing else self.draft.name

    def enter(self) -> None:
        words = other_account_words(self.draft)
        self.other_account.show_words("attention", _("This is another account."), words)
        self.other_account.setVisible(bool(words))
        if (proof := self.draft.proven) is not None:
            show_report(self.checks, proof.report, place_of(self.draft))

    def obstacle(self) -> str:
        return self.saving_words() if self.busy else ""


class DonePage(FlowPage[DraftT]):
    """Says that the connection is there, and shows the checks that prove it."""

    def __init__(self, context: WizardContext, draft: DraftT) -> None:
        title, purpose = done_words(draft)
        super().__init__(context, draft, title=title, purpose=purpose)
        self.checks = CheckView()
        self.body.addWidget(self.checks)
        self.body.addStretch(1)

    def enter(self) -> None:
        self.flow_wizard().button(QWizard.WizardButton.FinishButton).setFocus()
        proof = self.draft.proven
        if proof is not None:
            show_report(self.checks, proof.report, place_of(self.draft))


def free_name(wanted: str, taken: frozenset[str]) -> str:
    """`wanted`, or with a number behind it when another connection has that name."""
    used = {name.casefold() for name in taken}
    candidates = (wanted, *(f"{wanted} {number}" for number in range(2, len(used) + 3)))
    return next(name for name in candidates if name.casefold() not in used)


def _words(said: InputFault | InputNote) -> str:
    return fault_words(said) if isinstance(said, InputFault) else ""
