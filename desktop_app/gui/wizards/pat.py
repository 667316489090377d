"""The wizard for a personal access token: organization, how to make the token, paste it, checks, name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from desktop_app.app.drafts import Aim, MadePat, PatDraft
from desktop_app.app.flows import PatPage, pat_flow
from desktop_app.app.i18n import _
from desktop_app.core.credential import Secret
from desktop_app.core.inputs import InputFault, Judged, judge_pat
from desktop_app.core.permissions import PAT_SCOPES
from desktop_app.gui.date_field import DateField
from desktop_app.gui.fields import Field
from desktop_app.gui.widgets import Banner, Card, Heading, OpenButton, SoftText
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.final_pages import ChecksPage, DonePage, NamePage, PutInPlacePage
from desktop_app.gui.wizards.flow_wizard import FlowPage, FlowWizard
from desktop_app.gui.wizards.organization_page import OrganizationPage
from desktop_app.gui.wizards.pieces import copy_button, field_words, today, wizard_title
from desktop_app.gui.wizards.replacing import SavedSecret, new_one_button
from desktop_app.gui.wizards.token_maker import TokenMaker, discard_made


class CreateTokenPage(FlowPage[PatDraft]):
    """Leads through Azure DevOps' own page, where the token is made."""

    def __init__(self, context: WizardContext, draft: PatDraft) -> None:
        super().__init__(
            context,
            draft,
            title=_("Create the token in Azure DevOps"),
            purpose=_(
                "Open the page, press “New Token”, and choose exactly what is listed here. It takes two minutes."
            ),
            forward=_("I have the token"),
        )
        self.open = OpenButton("", "", context.open_url)
        self.copy = copy_button(
            _("Copy address"), _("Copy address of the token page"), lambda: self._url, context.clipboard
        )
        buttons = QHBoxLayout()
        buttons.addWidget(self.open)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self.body.addWidget(_scopes())
        self.warning = Banner("attention", "", _("Tokens for all organizations stop working on 1 December 2026."))
        self.body.addWidget(self.warning)
        self.body.addWidget(
            SoftText(
                _(
                    "Expiry: pick a date you can live with, at most one year ahead. Note it down; "
                    "you enter it on the next page."
                )
            )
        )
        self.maker = TokenMaker(context, draft)
        self.maker.changed.connect(self.refresh)
        self.maker.made.connect(self._made)
        self.body.addWidget(self.maker)
        self.body.addStretch(1)
        self._url = ""

    def enter(self) -> None:
        name = self.draft.organization
        self._url = self.draft.cloud.token_page_url(name)
        self.open.setText(_("Open the token page of {organization}").format(organization=name))
        self.open.setAccessibleName(self.open.text())
        self.open.set_url(self._url)
        self.warning.show_words(
            "attention",
            _("Organization: choose “{organization}”, not “All accessible organizations”.").format(organization=name),
            _("Tokens for all organizations stop working on 1 December 2026."),
        )
        self.maker.enter()

    def leave(self) -> None:
        self.maker.leave()

    def obstacle(self) -> str:
        return _("The token is being made.") if self.maker.busy else ""

    def forward(self) -> bool:
        self.maker.leave()
        return True

    def _made(self) -> None:
        self.flow_wizard().next()


def _scopes() -> QWidget:
    """The four scopes, as boxes to tick off while working on the other page."""
    card = Card()
    card.body.addWidget(Heading(_("Tick these four scopes (press “Show all scopes” first)"), sub=True))
    for scope in PAT_SCOPES:
        row = QHBoxLayout()
        box = QCheckBox(scope.area)
        box.setObjectName(f"scope-{scope.scope}")
        box.setAccessibleDescription(scope.choice)
        choice = QLabel(scope.choice)
        row.addWidget(box)
        row.addStretch(1)
        row.addWidget(choice)
        card.body.addLayout(row)
    return card


def _replacing() -> str:
    return _(
        "Make a new token with the same scopes, but leave the old one there for now. The new one is checked before it "
        "is used, and the old one is kept until you confirm that it is not needed any more."
    )


class TokenPage(FlowPage[PatDraft]):
    """Takes the token and its last day; the form of what is pasted is judged at once."""

    def __init__(self, context: WizardContext, draft: PatDraft) -> None:
        replaces = draft.aim is Aim.NEW_SECRET
        super().__init__(
            context,
            draft,
            title=_("Paste the new token") if replaces else _("Paste the token"),
            purpose=_replacing() if replaces else _("Azure DevOps shows the token only once, right after it was made."),
            forward=_("Check"),
        )
        self._filled_in: MadePat | None = None
        if replaces:
            self.body.addWidget(new_one_button(context, draft), 0, Qt.AlignmentFlag.AlignLeft)
        self.token: Field[str] = Field(_("Personal access token"), help_text=" ", secret=True)
        self._saved = SavedSecret(context, draft, self.token.judge_again)
        self.token.set_judge(self._judge, field_words)
        self.add_field("token", self.token)
        self.fields["secret"] = self.token
        self.ends = DateField(
            _("Expiry date"),
            today=today(context),
            words=field_words,
            help_text=_("Optional. The last day of the token, as you chose it; ADO Connect shows how long it lasts."),
        )
        self.add_field("ends", self.ends)
        self.body.addStretch(1)
        self.ends.text = draft.ends.isoformat() if draft.ends else ""
        self.token.edited.connect(self._edited)
        self.ends.edited.connect(self._edited)

    def enter(self) -> None:
        self._saved.read(self)
        self._fill_in()
        help_text = _("Leave it empty to keep the saved token.") if self.draft.keeps_secret else ""
        if self.draft.uses_made:
            help_text = _("ADO Connect had it made; it is filled in. Go on to check it.")
        self.token.set_help(help_text)
        self.token.judge_again()  # the cloud may have changed on an earlier page

    def obstacle(self) -> str:
        if self.token.fault is InputFault.EMPTY:
            return _("Paste the token to go on.")
        return self.empty_or_faulty("token", "ends")

    def leave(self) -> None:
        self._saved.stop()

    def forward(self) -> bool:
        """Going on with another token: the one that was made is not wanted."""
        made = self.draft.made
        if made is not None and not self.draft.uses_made:
            self.draft.made = self._filled_in = None
            discard_made(self.context, made)
        return True

    def _fill_in(self) -> None:
        """A token that was made for this draft goes into the field; one that is gone goes out of it."""
        made = self.draft.made
        if made is self._filled_in:
            return
        self._filled_in = made
        self.token.text = made.token.reveal() if made else ""  # into the masked field, as if it were pasted
        self.ends.text = made.ends_at.date().isoformat() if made else ""

    def _judge(self, text: str) -> Judged[str]:
        kept = self.draft.keeps_secret and not text.strip()
        return Judged("") if kept else self._saved.judge(judge_pat(text))

    def _edited(self) -> None:
        self.draft.token = Secret(self.token.value or "")
        if self._filled_in is not None and not self.draft.uses_made:
            self.token.set_help("")
        self.draft.ends = self.ends.value


def pat_wizard(context: WizardContext, draft: PatDraft, parent: QWidget | None = None) -> FlowWizard[PatDraft]:
    """The whole wizard."""
    title = wizard_title(draft, _("New connection: personal access token"))
    wizard = FlowWizard(title, pat_flow(draft), draft, parent)
    wizard.set_pages(
        context,
        {
            PatPage.ORGANIZATION: OrganizationPage,
            PatPage.CREATE_TOKEN: CreateTokenPage,
            PatPage.TOKEN: TokenPage,
            PatPage.CHECKS: ChecksPage,
            PatPage.NAME: NamePage if draft.aim is Aim.WHOLE else PutInPlacePage,
            PatPage.DONE: DonePage,
        },
        [
            (_("Organization"), frozenset({PatPage.ORGANIZATION})),
            (_("Create the token"), frozenset({PatPage.CREATE_TOKEN})),
            (_("Paste it"), frozenset({PatPage.TOKEN})),
            (_("Checks"), frozenset({PatPage.CHECKS})),
            (_("Finish"), frozenset({PatPage.NAME, PatPage.DONE})),
        ],
    )
    wizard.finished.connect(lambda: _discard_unsaved(context, draft))
    return wizard


def _discard_unsaved(context: WizardContext, draft: PatDraft) -> None:
    """The wizard is closed: a token that was made for it, and not saved, is revoked."""
    if draft.made is not None and not draft.saving:
        made, draft.made = draft.made, None
        discard_made(context, made)
