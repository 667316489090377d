"""The wizard for a client secret: an app (service principal) that signs in by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop_app.app.drafts import Aim, ClientSecretDraft
from desktop_app.app.flows import ClientSecretPage, client_secret_flow
from desktop_app.app.i18n import _
from desktop_app.gui.widgets import Banner, Card, OpenButton, SoftText
from desktop_app.gui.wizards.app_details import ClientSecretDetailsPage
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.final_pages import ChecksPage, DonePage, NamePage, PutInPlacePage
from desktop_app.gui.wizards.flow_wizard import FlowPage, FlowWizard
from desktop_app.gui.wizards.organization_page import OrganizationPage
from desktop_app.gui.wizards.pieces import wizard_title
from desktop_app.gui.wizards.registration_page import RegistrationPage


class MembershipPage(FlowPage[ClientSecretDraft]):
    """What really decides: the app must be a user of the organization."""

    def __init__(self, context: WizardContext, draft: ClientSecretDraft) -> None:
        super().__init__(
            context,
            draft,
            title=_("Add the app to the organization"),
            purpose=_(
                "The organization treats the app like a person: it must be one of its users before it may do anything."
            ),
            forward=_("The app is added"),
        )
        self.body.addWidget(
            Banner(
                "info",
                _("API permissions do not decide here."),
                _("What counts is the app's access level in the organization and the project groups it belongs to."),
            )
        )
        card = Card()
        self._users = OpenButton("", "", context.open_url)
        card.body.addWidget(self._users, 0, Qt.AlignmentFlag.AlignLeft)
        for sentence in (
            _("1. Press “Add users” and type the name of the app. It is listed as a service principal."),
            _("2. Choose the access level Basic. Stakeholder is not enough for most tools."),
            _("3. Add it to the projects that matter, for example as Project Contributor."),
            _(
                "If a tool asks for an object ID, use the one under Enterprise applications, not "
                "that of the app registration."
            ),
        ):
            card.body.addWidget(SoftText(sentence))
        self.body.addWidget(card)
        self.body.addStretch(1)

    def enter(self) -> None:
        name = self.draft.organization
        self._users.setText(_("Open the users of {organization}").format(organization=name))
        self._users.set_url(self.draft.cloud.users_page_url(name))


def client_secret_wizard(
    context: WizardContext, draft: ClientSecretDraft, parent: QWidget | None = None
) -> FlowWizard[ClientSecretDraft]:
    """The whole wizard."""
    title = wizard_title(draft, _("New connection: client secret"))
    wizard = FlowWizard(title, client_secret_flow(draft), draft, parent)
    page = ClientSecretPage
    wizard.set_pages(
        context,
        {
            page.ORGANIZATION: OrganizationPage,
            page.REGISTRATION: RegistrationPage,
            page.MEMBERSHIP: MembershipPage,
            page.DETAILS: ClientSecretDetailsPage,
            page.CHECKS: ChecksPage,
            page.NAME: NamePage if draft.aim is Aim.WHOLE else PutInPlacePage,
            page.DONE: DonePage,
        },
        [
            (_("Organization"), frozenset({page.ORGANIZATION})),
            (_("App registration"), frozenset({page.REGISTRATION})),
            (_("Add the app"), frozenset({page.MEMBERSHIP})),
            (_("Details"), frozenset({page.DETAILS})),
            (_("Checks"), frozenset({page.CHECKS})),
            (_("Finish"), frozenset({page.NAME, page.DONE})),
        ],
    )
    return wizard
