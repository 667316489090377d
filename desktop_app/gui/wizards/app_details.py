"""The pages where what was copied from the app registration is pasted, for both methods that have one."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from desktop_app.app.drafts import Aim, ClientSecretDraft, OAuthDraft
from desktop_app.app.i18n import _
from desktop_app.core.credential import Secret
from desktop_app.core.inputs import (
    InputFault,
    Judged,
    is_guid,
    judge_client_id,
    judge_client_secret,
    judge_redirect_uri,
    judge_tenant,
)
from desktop_app.core.ports import OrganizationTenant
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.announce import announce
from desktop_app.gui.date_field import DateField
from desktop_app.gui.fields import Field
from desktop_app.gui.widgets import link_button
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.flow_wizard import TaskPage
from desktop_app.gui.wizards.lookup import Lookup
from desktop_app.gui.wizards.pieces import field_words, today
from desktop_app.gui.wizards.registration_page import PLATFORM_REDIRECT_URI
from desktop_app.gui.wizards.replacing import SavedSecret, new_one_button

DraftT = TypeVar("DraftT", bound=OAuthDraft | ClientSecretDraft)
CLIENT_ID_VARIABLE = "INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_ID"
CLIENT_SECRET_VARIABLE = "INF_APP_CONNECTION_AZURE_DEVOPS_CLIENT_SECRET"


class AppDetailsPage(TaskPage[DraftT]):
    """Tenant and client ID. The tenant is looked up from the organization meanwhile, and filled in if left empty."""

    secret_optional = False

    def __init__(self, context: WizardContext, draft: DraftT, *, purpose: str, forward: str) -> None:
        title, replaces = _("Details of the app"), draft.aim is Aim.NEW_SECRET
        if replaces:
            title, purpose = _("Enter the new client secret"), _replacing()
        super().__init__(context, draft, title=title, purpose=purpose, forward=forward)
        self.problem.setParent(self)  # what can not be found out here stops nobody: it is never shown, but goes along
        self._found_for: tuple[object, str] | None = None
        self._found_tenant = ""
        self._organization_tenant = OrganizationTenant("")
        self._lookup: Lookup[str] = Lookup(context.runner, self, self._compare, self._tenant_unknown)
        self.tenant: Field[str] = Field(_("Directory (tenant) ID"), help_text=_tenant_help())
        self.tenant.set_judge(judge_tenant, field_words)
        self.client_id: Field[str] = Field(
            _("Application (client) ID"), help_text=_("On the same page, right above the tenant ID.")
        )
        self.client_id.set_judge(judge_client_id, field_words)
        self.secret: Field[str] = Field(_("Client secret"), help_text=self._secret_help(), secret=True)
        self._saved = SavedSecret(context, draft, self.secret.judge_again)
        self.secret.set_judge(self._judge_secret, field_words)
        self.add_field("tenant", self.tenant)
        self._take_over = link_button("")
        self._take_over.setObjectName("takeOverTenant")
        self._take_over.clicked.connect(self._use_found)
        self._take_over.hide()
        self.body.addWidget(self._take_over, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_field("client_id", self.client_id)
        self.add_field("client_secret", self.secret)
        if replaces:
            self.begins_at = self.secret.editor
            self.body.addWidget(new_one_button(context, draft), 0, Qt.AlignmentFlag.AlignLeft)
        self.fields["secret"] = self.secret
        self.tenant.text, self.client_id.text = draft.tenant, draft.client_id

    def connect_fields(self) -> None:
        """Call when all fields are there and filled: what is typed from now on goes to the draft."""
        for field in self.fields.values():
            field.edited.connect(self.write)
        self.tenant.edited.connect(self._look_at_tenant)
        self.write()

    def write(self) -> None:
        """Copy the clean values to the draft."""
        self.draft.tenant = self.tenant.value or ""
        self.draft.client_id = self.client_id.value or ""
        self.draft.client_secret = Secret(self.secret.value or "")

    def enter(self) -> None:
        self.secret.set_help(self._secret_help())
        self.secret.judge_again()  # the cloud may have changed on an earlier page
        self._saved.read(self)
        wanted = (self.draft.cloud, self.draft.organization)
        if self._found_for == wanted:
            self._look_at_tenant()
            return
        self._found_for = wanted
        self._organization_tenant = OrganizationTenant("")
        cloud, organization, ca_file = self.draft.cloud, self.draft.organization, self.draft.ca_file
        connections = self.context.workspace.connections
        self.start(lambda cancel, progress: connections.find_tenant(cloud, organization, ca_file), self._tenant_found)

    def _tenant_found(self, found: OrganizationTenant) -> None:
        """Fill the tenant in, unless the person typed one of their own; then say if it is another one."""
        self._organization_tenant = found
        if found.tenant_id and self.tenant.text in ("", self._found_tenant):
            self._found_tenant = found.tenant_id
            self.tenant.text = found.tenant_id
        self._look_at_tenant()

    def leave(self) -> None:
        self._lookup.stop()
        self._saved.stop()
        super().leave()

    def forward(self) -> bool:
        self._lookup.stop()
        return super().forward()

    def _look_at_tenant(self) -> None:
        """Compare what is typed with the organization's own directory; a domain must be looked up for that."""
        self._lookup.stop()
        self._take_over.hide()
        self.tenant.set_remark("")
        typed, found = self.tenant.value, self._organization_tenant
        is_found = bool(typed) and typed == found.tenant_id
        found_help = _("Found from the organization {organization}.").format(organization=self.draft.organization)
        self.tenant.set_help(found_help if is_found else _tenant_help())
        if found.personal:
            words = _("{organization} lives on personal Microsoft accounts. Only a personal access token works there.")
            self.tenant.set_remark(words.format(organization=self.draft.organization))
        elif typed and found.tenant_id and is_guid(typed):
            self._compare(typed.lower())
        elif typed and found.tenant_id:
            cloud, ca_file = self.draft.cloud, self.draft.ca_file
            connections = self.context.workspace.connections
            self._lookup.soon(lambda: connections.find_tenant_id(cloud, typed, ca_file))

    def _compare(self, typed_id: str) -> None:
        found = self._organization_tenant.tenant_id
        if typed_id != found:
            self._differs(
                _("{organization} belongs to another directory: {tenant}. A sign-in to this one will be refused.")
            )

    def _tenant_unknown(self, failure: ConnectionProblem) -> None:
        """Not knowing is no remark; knowing that there is none is."""
        if failure.problem is Problem.TENANT_NOT_FOUND:
            self._differs(_("No directory of this name was found. {organization} belongs to {tenant}."))

    def _differs(self, words: str) -> None:
        organization = self.draft.organization
        self.tenant.set_remark(words.format(organization=organization, tenant=self._organization_tenant.tenant_id))
        self._take_over.setText(_("Use the directory of {organization}").format(organization=organization))
        self._take_over.setAccessibleName(self._take_over.text())
        self._take_over.show()
        announce(self, self.tenant.message)

    def _use_found(self) -> None:
        self.tenant.text = self._organization_tenant.tenant_id
        self.tenant.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, failure: ConnectionProblem) -> None:
        """Not knowing the tenant stops nobody: it can be typed, and the checks explain what is wrong."""
        self._task = None
        self._found_for = None
        self.refresh()

    def obstacle(self) -> str:
        empty = [field for field in self.fields.values() if field.fault is InputFault.EMPTY]
        if empty:
            return _("Fill in “{label}” to go on.").format(label=empty[0].label.text())
        return self.empty_or_faulty(*self.fields)

    def _secret_help(self) -> str:
        if self.draft.keeps_secret:
            return _("Leave it empty to keep the saved secret.")
        if self._may_be_empty:
            return _("Only if the redirect URI is registered as “Web”. Leave it empty for a desktop app.")
        return _("What stands in the column “Value”, not the “Secret ID” beside it.")

    @property
    def _may_be_empty(self) -> bool:
        """A replacement needs a new one."""
        return self.secret_optional and self.draft.aim is not Aim.NEW_SECRET

    def _judge_secret(self, text: str) -> Judged[str]:
        optional = self._may_be_empty or self.draft.keeps_secret
        return self._saved.judge(judge_client_secret(text, optional=optional))


def _replacing() -> str:
    return _(
        "Make a new client secret in the Azure portal, but leave the old one there for now. The new one is checked "
        "before it is used, and the old one is kept until you confirm that it is not needed any more."
    )


def _tenant_help() -> str:
    return _("On the Overview page of the app registration.")


class ClientSecretDetailsPage(AppDetailsPage[ClientSecretDraft]):
    """Client secret: also the secret's last day."""

    def __init__(self, context: WizardContext, draft: ClientSecretDraft) -> None:
        super().__init__(
            context, draft, purpose=_("Copy these from the app's page in the Azure portal."), forward=_("Check")
        )
        self.ends = DateField(
            _("Expiry date of the secret"),
            today=today(context),
            words=field_words,
            help_text=_("Optional. It stands beside the secret; ADO Connect shows how long it lasts."),
        )
        self.add_field("ends", self.ends)
        self.ends.text = draft.ends.isoformat() if draft.ends else ""
        self.body.addStretch(1)
        self.connect_fields()

    def write(self) -> None:
        super().write()
        self.draft.ends = self.ends.value


class OAuthDetailsPage(AppDetailsPage[OAuthDraft]):
    """OAuth: also the redirect URI. Two environment variables of a secrets platform fill in what they hold."""

    secret_optional = True

    def __init__(self, context: WizardContext, draft: OAuthDraft) -> None:
        super().__init__(
            context, draft, purpose=_("Copy these from the app's page in the Azure portal."), forward=_("Sign in")
        )
        self.redirect: Field[str] = Field(
            _("Redirect URI"),
            help_text=_(
                "Where Microsoft sends the answer. It must be listed in the app registration, letter by letter."
            ),
        )
        self.redirect.set_judge(judge_redirect_uri, field_words)
        self.add_field("redirect_uri", self.redirect)
        picks = QVBoxLayout()
        picks.setSpacing(4)
        self._native_pick = link_button(_("Use this window's address"))
        self._native_pick.setAccessibleName(_("Use this window's address as the redirect URI"))
        self._native_pick.clicked.connect(self._use_native)
        self._platform_pick = link_button(_("Use a secrets platform's address"))
        self._platform_pick.setAccessibleName(_("Use a secrets platform's address as the redirect URI"))
        self._platform_pick.clicked.connect(self._use_platform)
        for pick in (self._native_pick, self._platform_pick):
            picks.addWidget(pick, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(picks)
        self.body.addStretch(1)
        self._last_native = draft.cloud.native_redirect_uri
        self.redirect.text = draft.redirect_uri or self._last_native
        self._fill_from_environment()
        self.connect_fields()

    def write(self) -> None:
        super().write()
        self.draft.redirect_uri = self.redirect.value or ""

    def enter(self) -> None:
        if self.redirect.text == self._last_native:  # the cloud was changed on an earlier page
            self._last_native = self.draft.cloud.native_redirect_uri
            self._use_native()
        super().enter()

    def _fill_from_environment(self) -> None:
        environment = self.context.workspace.environment
        if self.draft.editing is None and environment.get(CLIENT_ID_VARIABLE):
            self.client_id.text = environment[CLIENT_ID_VARIABLE]
            self.secret.text = environment.get(CLIENT_SECRET_VARIABLE, "")
            self.client_id.set_help(_("Taken from the environment variable {name}.").format(name=CLIENT_ID_VARIABLE))

    def _use_native(self) -> None:
        self.redirect.text = self.draft.cloud.native_redirect_uri

    def _use_platform(self) -> None:
        """Fill in the address with its placeholder selected, to be typed over."""
        self.redirect.text = PLATFORM_REDIRECT_URI
        start = PLATFORM_REDIRECT_URI.index("<")
        self.redirect.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.redirect.editor.setSelection(start, PLATFORM_REDIRECT_URI.index(">") + 1 - start)
