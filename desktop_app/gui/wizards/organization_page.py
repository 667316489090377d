"""The first page of every wizard: which organization, and under Advanced which cloud."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.app.drafts import Draft
from desktop_app.app.i18n import _
from desktop_app.app.words import fault_words, note_words
from desktop_app.core.inputs import InputFault, InputNote, Judged, judge_host, judge_organization
from desktop_app.gui.fields import Field
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.widgets import link_button
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.flow_wizard import PAGE_EVERY_MS, FlowPage
from desktop_app.gui.wizards.organization_help import FoundDirectory, OrganizationsOfAPerson

DraftT = TypeVar("DraftT", bound=Draft)
CUSTOM = "custom"


def cloud_words(key: str) -> str:
    """The name of a cloud in the list."""
    names = {
        "public": _("Azure (worldwide)"),
        "usgov": _("Azure US Government"),
        "china": _("Azure China (21Vianet)"),
        "practice": _("Practice cloud"),
        CUSTOM: _("Other hosts…"),
    }
    return names.get(key, key)


class OrganizationPage(FlowPage[DraftT]):
    """Asks for the organization; whatever address is pasted becomes its name."""

    def __init__(self, context: WizardContext, draft: DraftT) -> None:
        super().__init__(
            context,
            draft,
            title=_("Which organization?"),
            purpose=_("An organization is where your company's projects live in Azure DevOps."),
        )
        host = draft.cloud.devops.removeprefix("https://")
        self.organization: Field[str] = Field(
            _("Organization"),
            help_text=_(
                "It is the first word after {host}/ in the address bar. You can paste the whole address."
            ).format(host=host),
            placeholder=_("For example contoso"),
        )
        self.organization.set_judge(lambda text: judge_organization(text, self.draft.cloud), self._words)
        self.add_field("organization", self.organization)
        self.directory = FoundDirectory(context, draft)
        self.body.addWidget(self.directory)
        self.people = OrganizationsOfAPerson(context, draft)
        self.people.chosen.connect(self._fill)
        self.body.addWidget(self.people)
        self.advanced = AdvancedSection(context, draft)
        self.advanced.built.connect(lambda: self.fields.update(self.advanced.fields))
        self.advanced.changed.connect(self._cloud_changed)
        self.body.addWidget(self.advanced)
        self.body.addStretch(1)
        self.organization.text = draft.organization
        self.organization.edited.connect(self._edited)

    def enter(self) -> None:
        self.people.load()
        if not self.directory.text():
            self._look()

    def leave(self) -> None:
        self.directory.stop()
        self.people.stop()

    def forward(self) -> bool:
        self.leave()
        return True

    def obstacle(self) -> str:
        if self.organization.fault is InputFault.EMPTY:
            return _("Enter your organization to go on.")
        if faulty := self.empty_or_faulty("organization"):
            return faulty
        return self.advanced.obstacle()

    def reveal(self, field: str) -> None:
        if field in self.advanced.fields:
            self.advanced.toggle.setChecked(True)

    def _edited(self) -> None:
        self.draft.organization = self.organization.value or ""
        self._look()

    def _look(self) -> None:
        self.directory.look("" if self.advanced.obstacle() else self.draft.organization)

    def _fill(self, organization: str) -> None:
        self.organization.text = organization

    def _cloud_changed(self) -> None:
        self.organization.judge_again()
        self._edited()
        self.people.cloud_changed()
        self.refresh()

    def _words(self, said: InputFault | InputNote) -> str:
        if isinstance(said, InputNote):
            return note_words(said, self.organization.value or "")
        return fault_words(said)


class AdvancedSection(QWidget):
    """Folded away: the cloud, its hosts when they are given by hand, and an extra certificate authority.

    What is folded away is built a moment after the rest: few people ever see it, and the wizard is to open at once.

    Signals:
        built(): `fields` and `cloud` are there now.
        changed(): the draft has another cloud or certificate file.
    """

    built = Signal()
    changed = Signal()

    def __init__(self, context: WizardContext, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._policy = context.workspace.settings.policy
        self._clouds = {cloud.key: cloud for cloud in context.workspace.clouds}
        self._base = draft.cloud
        self.fields: dict[str, Field[str]] = {}
        self.toggle = link_button(_("Advanced"))
        self.toggle.setObjectName("advancedToggle")
        self.toggle.setCheckable(True)
        bind_icon(self.toggle, "chevron-right", "accent")
        self._content = QWidget()
        self._content.setVisible(False)
        self.toggle.toggled.connect(self._fold)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        outer.addWidget(self._content)
        QTimer.singleShot(PAGE_EVERY_MS // 2, self, self.build)
        self.toggle.setChecked(draft.cloud.key == CUSTOM or bool(draft.ca_file))

    def obstacle(self) -> str:
        """Why the hosts can not be used; empty if they can."""
        if self._draft.cloud.key == CUSTOM and not all(
            field.ok for name, field in self.fields.items() if name != "ca_file"
        ):
            return _("Enter every host under Advanced to go on.")
        if self._policy.refuses_cloud(self._draft.cloud) is not None:
            return _("Your organization does not allow these servers. Choose others under Advanced.")
        return ""

    def build(self) -> None:
        """Make what is folded away, if it is not there yet."""
        if self._content.layout() is not None:
            return
        form = QVBoxLayout(self._content)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        form.addWidget(self._cloud_row())
        self._hosts = QWidget()
        hosts = QVBoxLayout(self._hosts)
        hosts.setContentsMargins(0, 0, 0, 0)
        for name, label in _host_labels().items():
            field: Field[str] = Field(label, placeholder="https://")
            field.set_judge(_judge_optional_host if name in _OPTIONAL_HOSTS else judge_host, _words)
            # A host left from another cloud by oversight would be sent this one's tokens.
            given = name not in _OPTIONAL_HOSTS or self._draft.cloud.key == CUSTOM
            field.text = getattr(self._draft.cloud, name) if given else ""
            field.edited.connect(self._apply)
            self.fields[name] = field
            hosts.addWidget(field)
        form.addWidget(self._hosts)
        form.addWidget(self._ca_row())
        self._hosts.setVisible(self._draft.cloud.key == CUSTOM)
        self.built.emit()

    def _fold(self, opened: bool) -> None:
        if opened:
            self.build()
        self._content.setVisible(opened)
        bind_icon(self.toggle, "chevron-down" if opened else "chevron-right", "accent")

    def _cloud_row(self) -> QWidget:
        row = QWidget()
        layout = QVBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.cloud = QComboBox()
        self.cloud.setObjectName("cloudBox")
        self.cloud.setAccessibleName(_("Cloud"))
        for key in (*self._clouds, CUSTOM):
            self.cloud.addItem(cloud_words(key), key)
        self.cloud.setCurrentIndex(self.cloud.findData(self._draft.cloud.key))
        self.cloud.currentIndexChanged.connect(self._cloud_chosen)
        label = QLabel(_("Cloud"))
        label.setBuddy(self.cloud)
        layout.addWidget(label)
        layout.addWidget(self.cloud, 0, Qt.AlignmentFlag.AlignLeft)
        return row

    def _ca_row(self) -> QWidget:
        row = QWidget()
        layout = QVBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        field: Field[str] = Field(
            _("Extra certificate file"),
            help_text=_(
                "Only if your company inspects web traffic or runs its own servers: its root certificate in PEM form."
            ),
        )
        field.set_judge(lambda text: Judged(text.strip()), _words)
        field.text = self._draft.ca_file
        field.edited.connect(self._apply)
        self.fields["ca_file"] = field
        choose = QPushButton(_("Choose file…"))
        choose.setAccessibleName(_("Choose file… for the extra certificate"))
        choose.setObjectName("chooseCaFile")
        choose.clicked.connect(self._choose_file)
        field.editor_row.addWidget(choose)
        layout.addWidget(field)
        return row

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, _("Choose a certificate file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([_("Certificates (*.pem *.crt *.cer)"), _("All files (*)")])
        dialog.fileSelected.connect(self.fields["ca_file"].editor.setText)
        dialog.open()

    def _cloud_chosen(self) -> None:
        key = self.cloud.currentData()
        self._hosts.setVisible(key == CUSTOM)
        if key != CUSTOM:
            self._base = self._clouds[key]
        self._apply()

    def _apply(self) -> None:
        self._draft.ca_file = self.fields["ca_file"].value or ""
        if self.cloud.currentData() == CUSTOM:
            given = {name: self.fields[name].value or "" for name in _host_labels()}
            self._draft.cloud = replace(self._base, key=CUSTOM, **given)
        else:
            self._draft.cloud = self._base
        self.changed.emit()


def _host_labels() -> dict[str, str]:
    """The hosts of a Cloud, by the name of its field."""
    return {
        "login": _("Sign-in host"),
        "devops": _("Azure DevOps host"),
        "release": _("Release host"),
        "identity": _("Identity host"),
        "entitlements": _("Entitlements host"),
        "profile": _("Profile host"),
        "portal": _("Portal host"),
        "graph": _("Microsoft Graph host (if there is one)"),
    }


_OPTIONAL_HOSTS = frozenset({"graph"})


def _judge_optional_host(text: str) -> Judged[str]:
    return judge_host(text) if text.strip() else Judged("")


def _words(said: InputFault | InputNote) -> str:
    return fault_words(said) if isinstance(said, InputFault) else note_words(said, "")
