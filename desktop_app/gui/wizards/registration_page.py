"""The page about the app registration in Microsoft Entra ID: "I have one", or every step with what to copy and open."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QVBoxLayout, QWidget

from desktop_app.app.drafts import ClientSecretDraft, OAuthDraft
from desktop_app.app.i18n import _
from desktop_app.core.permissions import API_PERMISSIONS
from desktop_app.gui.widgets import Card, CopyRow, OpenButton, SoftText, align_labels
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.flow_wizard import FlowPage

DraftT = TypeVar("DraftT", bound=OAuthDraft | ClientSecretDraft)
PLATFORM_REDIRECT_URI = "https://<your-domain>/organization/app-connections/azure/oauth/callback"


class RegistrationPage(FlowPage[DraftT]):
    """Nothing is asked here; the boxes only help to keep count."""

    def __init__(self, context: WizardContext, draft: DraftT) -> None:
        super().__init__(
            context,
            draft,
            title=_("The app registration"),
            purpose=_(
                "Microsoft lets other programs in only through an app registration: an entry in your "
                "company's directory."
            ),
        )
        self.have = QRadioButton(_("I have an app registration"))
        self.show_me = QRadioButton(_("Show me how to make one"))
        group = QButtonGroup(self)
        for choice in (self.have, self.show_me):
            group.addButton(choice)
            self.body.addWidget(choice, 0, Qt.AlignmentFlag.AlignLeft)
        self.steps = QWidget()
        self._step_list = QVBoxLayout(self.steps)
        self._step_list.setContentsMargins(0, 0, 0, 0)
        self._step_list.setSpacing(12)
        self._add_steps()
        self.body.addWidget(self.steps)
        self.body.addStretch(1)
        self.show_me.toggled.connect(self.steps.setVisible)
        self.have.setChecked(True)
        self.steps.setVisible(False)

    def _add_steps(self) -> None:
        portal = self.draft.cloud.portal
        self._register = OpenButton(
            _("Open App registrations"),
            f"{portal}/#view/Microsoft_AAD_RegisteredApps/CreateApplicationBlade",
            self.context.open_url,
        )
        self._step(
            _("Register a new app"),
            _("Give it any name, keep “Single tenant”, and press Register."),
            self._register,
        )
        if isinstance(self.draft, OAuthDraft):
            self._step(
                _("Add the redirect URI"),
                _(
                    "These are the addresses to which Microsoft may send the answer to a sign-in. Under "
                    "Authentication, press “Add a platform” and choose “Mobile and desktop applications” for the "
                    "first two. Only if a secrets platform shall sign in with this app, choose “Web” for the third, "
                    "and put the platform's own address in place of <your-domain>."
                ),
                *self._redirects(),
            )
        permissions = [
            CopyRow(
                _("Permission {n}").format(n=number),
                permission,
                self._copy,
                name=_("Permission {n}: {permission}").format(n=number, permission=permission),
            )
            for number, permission in enumerate(API_PERMISSIONS, start=1)
        ]
        align_labels(permissions)
        self._step(
            _("Add the API permissions"),
            _("Under API permissions, press “Add a permission”, choose “Azure DevOps”, then tick these four."),
            *permissions,
        )
        if isinstance(self.draft, ClientSecretDraft):
            self._step(
                _("Make a client secret"),
                _("Under “Certificates & secrets”, press “New client secret”. Copy what stands in the column “Value”."),
            )

    def _redirects(self) -> list[QWidget]:
        rows = [
            CopyRow(
                _("This window"),
                self.draft.cloud.native_redirect_uri,
                self._copy,
                name=_("Redirect URI for this window"),
            ),
            CopyRow(
                _("Your browser"),
                "http://localhost",
                self._copy,
                name=_("Redirect URI for your browser"),
            ),
            CopyRow(
                _("A secrets platform"),
                PLATFORM_REDIRECT_URI,
                self._copy,
                name=_("Redirect URI for a secrets platform"),
            ),
        ]
        align_labels(rows)
        self._native = rows[0]
        return list(rows)

    def enter(self) -> None:
        portal = self.draft.cloud.portal
        self._register.set_url(f"{portal}/#view/Microsoft_AAD_RegisteredApps/CreateApplicationBlade")
        if isinstance(self.draft, OAuthDraft):
            self._native.set_value(self.draft.cloud.native_redirect_uri)

    def _step(self, title: str, text: str, *widgets: QWidget) -> None:
        card = Card()
        card.setAccessibleName(title)
        done = QCheckBox(title)
        font = done.font()
        font.setBold(True)
        done.setFont(font)
        card.body.addWidget(done)
        card.body.addWidget(SoftText(text))
        for widget in widgets:
            stretch = Qt.AlignmentFlag.AlignLeft if isinstance(widget, OpenButton) else Qt.AlignmentFlag(0)
            card.body.addWidget(widget, 0, stretch)
        self._step_list.addWidget(card)

    def _copy(self, value: str) -> None:
        self.context.clipboard.copy_plain(value)
