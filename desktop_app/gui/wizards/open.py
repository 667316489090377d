"""The right wizard for a draft."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop_app.app.drafts import ClientSecretDraft, OAuthDraft, PatDraft
from desktop_app.gui.wizards.client_secret import client_secret_wizard
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.flow_wizard import FlowWizard
from desktop_app.gui.wizards.oauth import oauth_wizard
from desktop_app.gui.wizards.pat import pat_wizard


def wizard_for(context: WizardContext, draft: object, parent: QWidget | None) -> FlowWizard[Any]:
    """Raises TypeError for anything that is no draft. Any: the three wizards differ in their draft."""
    match draft:
        case OAuthDraft():
            return oauth_wizard(context, draft, parent)
        case PatDraft():
            return pat_wizard(context, draft, parent)
        case ClientSecretDraft():
            return client_secret_wizard(context, draft, parent)
        case _:
            raise TypeError(type(draft))
