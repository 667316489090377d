"""What helps with the organization: the ones a signed-in person belongs to, and whose directory the typed one is in.

Nothing here stops anybody: what can not be found out is not spoken of, or said in one sentence.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from desktop_app.app.drafts import Draft
from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.core.cancel import Cancel
from desktop_app.core.ports import OrganizationTenant
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from desktop_app.gui.announce import announce
from desktop_app.gui.tasks import TaskHandle
from desktop_app.gui.widgets import SoftText, link_button, prepare_list
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.lookup import Lookup

ROWS = 6
"""Of the list that are seen at once."""


class FoundDirectory(SoftText):
    """Says whose directory (tenant) the organization belongs to, as soon as it is known."""

    def __init__(self, context: WizardContext, draft: Draft) -> None:
        super().__init__()
        self.setObjectName("foundDirectory")
        self._context = context
        self._draft = draft
        self._lookup: Lookup[OrganizationTenant] = Lookup(context.runner, self, self._found, self._failed)

    def look(self, organization: str) -> None:
        """Find out soon; empty: there is nothing to find out."""
        self.setText("")
        self._lookup.stop()
        if organization:
            cloud, ca_file = self._draft.cloud, self._draft.ca_file
            connections = self._context.workspace.connections
            self._lookup.soon(lambda: connections.find_tenant(cloud, organization, ca_file))

    def stop(self) -> None:
        self._lookup.stop()

    def _found(self, found: OrganizationTenant) -> None:
        organization = self._draft.organization
        if found.personal:
            words = _(
                "{organization} exists and lives on personal Microsoft accounts. Only a personal access token works "
                "there."
            ).format(organization=organization)
        elif found.tenant_id:
            words = _("{organization} exists. It belongs to the directory (tenant) {tenant}.").format(
                organization=organization, tenant=found.tenant_id
            )
        else:
            words = ""
        self._say(words)

    def _failed(self, failure: ConnectionProblem) -> None:
        if failure.problem is Problem.ORGANIZATION_NOT_FOUND:
            self._say(
                _("No organization called {organization} was found. Look at the name once more.").format(
                    organization=self._draft.organization
                )
            )

    def _say(self, words: str) -> None:
        self.setText(words)
        if words:
            announce(self, words)


class OrganizationsOfAPerson(QWidget):
    """A list to choose from, if a sign-in in the same cloud is saved; hidden otherwise.

    Signals:
        chosen(str): the name of an organization.
    """

    chosen = Signal(str)

    def __init__(self, context: WizardContext, draft: Draft) -> None:
        super().__init__()
        self._context = context
        self._draft = draft
        self._sign_ins: tuple[Profile, ...] = ()
        self._loaded = False
        self._task: TaskHandle | None = None
        self.offer = link_button("")
        self.offer.setObjectName("chooseOrganization")
        self.offer.clicked.connect(self._fetch)
        self.list = QListWidget()
        self.list.setObjectName("organizations")
        self.list.setAccessibleName(_("Organizations"))
        prepare_list(self.list)
        self.list.itemSelectionChanged.connect(self._choose)
        self.words = SoftText()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.words)
        column.addWidget(self.list)
        self._show_offer()

    def load(self) -> None:
        """Look once whether there is such a sign-in."""
        if self._loaded:
            return
        self._loaded = True
        connections = self._context.workspace.connections
        self._context.runner.start(
            lambda cancel, progress: connections.load(),
            on_done=self._know,
            on_failed=lambda failure: None,  # the window has said so already
            owner=self,
        )

    def cloud_changed(self) -> None:
        self._show_offer()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @property
    def _sign_in(self) -> Profile | None:
        """A sign-in to ask with: of those that worked last, the one added last."""
        fitting = [one for one in self._sign_ins if one.cloud == self._draft.cloud]
        works = [one for one in fitting if one.last_check is not None and one.last_check.identity_proved]
        return next(iter(reversed(works or fitting)), None)

    def _know(self, profiles: tuple[Profile, ...]) -> None:
        self._sign_ins = tuple(one for one in profiles if one.method is Method.OAUTH and one.account)
        self._show_offer()

    def _show_offer(self) -> None:
        self.stop()
        self.list.hide()
        self.words.hide()
        sign_in = self._sign_in
        if sign_in is not None:
            self.offer.setText(_("Choose from the organizations of {account}").format(account=sign_in.account))
            self.offer.setAccessibleName(self.offer.text())
        self.offer.setVisible(sign_in is not None)
        self.setVisible(sign_in is not None)

    def _fetch(self) -> None:
        sign_in = self._sign_in
        if sign_in is None:
            return
        self.stop()
        self._tell(_("Asking for the organizations of {account}.").format(account=sign_in.account))
        key, connections = sign_in.id, self._context.workspace.connections

        def work(cancel: Cancel, progress: object) -> tuple[str, ...]:
            return connections.organizations(key, cancel)

        self._task = self._context.runner.start(work, on_done=self._show, on_failed=self._failed, owner=self)

    def _show(self, names: tuple[str, ...]) -> None:
        self._task = None
        if not names:
            self._tell(_("This account belongs to no organization."))
            return
        self.words.hide()
        self.list.blockSignals(True)  # nothing is chosen before the person chose it
        self.list.clear()
        self.list.addItems(names)
        self.list.blockSignals(False)
        row = max(1, self.list.sizeHintForRow(0)) + 2 * self.list.spacing()
        self.list.setFixedHeight(row * min(ROWS, len(names)) + 2 * self.list.frameWidth() + 4)
        self.list.show()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, _("Choose an organization with the arrow keys or with Space."))

    def _failed(self, failure: ConnectionProblem) -> None:
        self._task = None
        reason = guidance_of(failure, Place(self._draft.cloud)).title
        self._tell(_("The list could not be fetched: {reason}.").format(reason=reason))

    def _tell(self, words: str) -> None:
        self.list.hide()
        self.words.setText(words)
        self.words.show()
        announce(self, words)

    def _choose(self) -> None:
        """The focus alone chooses nothing, although Qt makes a row the current one for it."""
        for item in self.list.selectedItems():
            self.chosen.emit(item.text())
