"""The wizard for OAuth: an app that a person signs in to, in the embedded view or in their own browser."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop_app.app.drafts import Aim, OAuthDraft
from desktop_app.app.flows import OAuthPage, oauth_flow
from desktop_app.app.i18n import _
from desktop_app.gui.wizards.app_details import OAuthDetailsPage
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.final_pages import ChecksPage, DonePage, NamePage, PutInPlacePage
from desktop_app.gui.wizards.flow_wizard import FlowWizard
from desktop_app.gui.wizards.organization_page import OrganizationPage
from desktop_app.gui.wizards.pieces import wizard_title
from desktop_app.gui.wizards.registration_page import RegistrationPage
from desktop_app.gui.wizards.sign_in_page import SignInPage


def oauth_wizard(context: WizardContext, draft: OAuthDraft, parent: QWidget | None = None) -> FlowWizard[OAuthDraft]:
    """The whole wizard."""
    wizard = FlowWizard(wizard_title(draft, _("New connection: OAuth")), oauth_flow(draft), draft, parent)
    page = OAuthPage
    wizard.set_pages(
        context,
        {
            page.ORGANIZATION: OrganizationPage,
            page.REGISTRATION: RegistrationPage,
            page.DETAILS: OAuthDetailsPage,
            page.SIGN_IN: SignInPage,
            page.CHECKS: ChecksPage,
            page.NAME: NamePage if draft.aim is Aim.WHOLE else PutInPlacePage,
            page.DONE: DonePage,
        },
        [
            (_("Organization"), frozenset({page.ORGANIZATION})),
            (_("App registration"), frozenset({page.REGISTRATION})),
            (_("Details"), frozenset({page.DETAILS})),
            (_("Sign in"), frozenset({page.SIGN_IN})),
            (_("Checks"), frozenset({page.CHECKS})),
            (_("Finish"), frozenset({page.NAME, page.DONE})),
        ],
    )
    return wizard
