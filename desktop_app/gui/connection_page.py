"""The right side of the window: one connection, what it is, whether it works, and Copy token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from desktop_app.app.guidance import Guidance, Place, details_of
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.guidance_pieces import moment_words
from desktop_app.app.i18n import _
from desktop_app.app.words import (
    check_outcome,
    check_title,
    method_name,
    organization_url_words,
    status_words,
)
from desktop_app.core.checks import CheckName, CheckReport, CheckResult
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from desktop_app.gui.check_view import CheckView
from desktop_app.gui.connection_parts import Part, PartView, build_part, part_title
from desktop_app.gui.copy_menu import CopyMenuButton
from desktop_app.gui.ends_view import EndsView
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.kept_old import KeptOldNotice
from desktop_app.gui.notices import NoticesView
from desktop_app.gui.problem_panel import ProblemPanel
from desktop_app.gui.replace_button import ReplaceButton
from desktop_app.gui.widgets import Card, Heading, Pill, SoftText, as_html, primary_button

NARROW = 38
"""Name and buttons side by side need so many line heights of the interface font."""


class ConnectionPage(QScrollArea):
    """Signals: each names what the person wants done with the connection shown; `form_requested(key)` is for a row of
    app/handover/table.py, `link_requested(url)` opens a page,
    `action_requested(Action)` is the problem panel's button; `part_built(Part, QWidget)` is sent right after a part
    other than the overview was built, which is when it is first looked at.
    """

    check_requested = Signal()
    copy_requested = Signal()
    form_requested = Signal(str)
    identifiers_requested = Signal()
    edit_requested = Signal()
    rename_requested = Signal()
    remove_requested = Signal()
    link_requested = Signal(str)
    action_requested = Signal(object)
    part_built = Signal(object, object)

    def __init__(self, parent: QWidget | None = None, *, whole: bool = True) -> None:
        """With `whole=False` nothing but `build_next` and `finish` works until all of it was built."""
        super().__init__(parent)
        self.hide()
        self.setObjectName("connectionPage")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._profile: Profile | None = None
        self._has_checks = False
        self._report: CheckReport | None = None
        self._built: dict[Part, PartView] = {}
        self._rest = self._build()
        if whole:
            self.finish()

    def build_next(self) -> bool:
        """Build a little more; False once it is whole. All at once it would keep the window from answering."""
        return next(self._rest, None) is not None

    def finish(self) -> None:
        """Build what is not there yet."""
        while self.build_next():
            pass

    def _build(self) -> Iterator[QWidget]:
        """Each step adds one widget."""
        inner = QWidget()
        self._column = column = QVBoxLayout(inner)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(16)
        column.addLayout(self._head())
        yield inner
        self.kept = KeptOldNotice()
        column.addWidget(self.kept)
        yield self.kept
        self.problem = ProblemPanel()
        self.problem.hide()
        self.problem.action_requested.connect(self.action_requested)
        column.addWidget(self.problem)
        yield self.problem
        self.notices = NoticesView()
        self.notices.action_requested.connect(self.action_requested)
        self.notices.follow(self.problem.details)
        column.addWidget(self.notices)
        column.addWidget(self._parts())
        yield self.tabs
        self.ends = EndsView()
        column.addWidget(self.ends)
        yield self.ends
        column.addWidget(self._facts_card())
        self._checks_title = Heading(_("Checks"), sub=True)
        self._checks_note = SoftText("")
        self.checks = CheckView()
        for widget in (self._checks_title, self._checks_note, self.checks):
            column.addWidget(widget)
        column.addStretch(1)
        yield self.checks
        self.setWidget(inner)

    # -- its parts ----------------------------------------------------------------------------------------------------

    def part(self, part: Part) -> QWidget:
        """A part other than the overview."""
        if (built := self._built.get(part)) is not None:
            return built
        view = build_part(part)
        view.hide()
        view.link_requested.connect(self.link_requested)
        self._column.insertWidget(self._column.count() - 1, view)
        view.set_free(self.check.isEnabled())
        self._built[part] = view
        self.part_built.emit(part, view)
        return view

    def _parts(self) -> QTabBar:
        self.tabs = QTabBar()
        self.tabs.setObjectName("connectionParts")
        self.tabs.setAccessibleName(_("Parts of this connection"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for part in Part:
            self.tabs.addTab(part_title(part))
        self.tabs.currentChanged.connect(self._show_part)
        return self.tabs

    def _show_part(self, index: int) -> None:
        chosen = tuple(Part)[index]
        overview = chosen is Part.OVERVIEW
        for widget in (self.ends, self._facts, self._checks_title, self._checks_note):
            widget.setVisible(overview)
        self.checks.setVisible(overview and self._has_checks)
        if not overview:
            self.part(chosen)
        for part, view in self._built.items():
            view.setVisible(part is chosen)

    # -- what is shown ------------------------------------------------------------------------------------------------

    def show_profile(self, profile: Profile, now: datetime, report: CheckReport | None = None) -> None:
        """Show a connection as it was saved, and the newest report about it if there was a check in this run.

        `now` is aware UTC. What stands in `ends` and `notices` is shown by ends_actions.py.
        """
        same = self._profile is not None and self._profile.id == profile.id
        self._profile = profile
        self.replace.show_method(profile.method, profile.app_has_secret)
        self._show_name(profile.name)
        self.pill.show_state(*status_words(profile, now))
        address = organization_url_words(profile)
        link = f'<a href="{as_html(profile.cloud.organization_url(profile.organization))}">{as_html(address)}</a>'
        acts_as = _("acts as {account}").format(account=profile.account) if profile.account else ""
        parts = [as_html(method_name(profile.method)), link, *([as_html(acts_as)] if acts_as else [])]
        self.subtitle.setText(" · ".join(parts))
        self.subtitle.setAccessibleName(f"{method_name(profile.method)}, {address}, {acts_as}")
        self._show_facts(profile)
        if not same or (report is not None and report is not self._report):
            self.problem.hide()
        if not same or profile.refused is not None:
            self.set_busy("")
            self._show_last_failure(profile, report)
        self._report = report
        self._show_report(report)

    def set_busy(self, what: str) -> None:
        """While something runs: the buttons that would start another thing rest. Empty when nothing runs."""
        for button in (self.check, self.copy, self.copy_as, self.edit, self.replace, self.rename, self.remove):
            button.setEnabled(not what)
        self.ends.set_free(not what)
        self.kept.set_free(not what)
        for view in self._built.values():
            view.set_free(not what)
        if what:
            self._checks_note.setText(what)
        if self._profile is not None and self._profile.refused is not None:
            self._rest_refused(self._profile.refused)

    def _rest_refused(self, refused: Problem) -> None:
        """The policy of the company's IT does not let it be used: only what uses no credential is left."""
        for button in (self.check, self.copy, self.copy_as, self.replace):
            button.setEnabled(False)
        for view in self._built.values():
            view.set_free(False)
        if self.problem.isHidden():
            self.show_problem(ConnectionProblem(refused))

    def start_checks(self) -> None:
        self.problem.hide()
        skipped = {CheckName.TENANT, CheckName.TOKEN} if self._profile and self._profile.method is Method.PAT else set()
        self.checks.start([(name.value, check_title(name)) for name in CheckName if name not in skipped])
        self.checks.set_running()
        self._has_checks = True
        self.tabs.setCurrentIndex(0)
        self.checks.show()

    def show_result(self, result: CheckResult) -> None:
        self.checks.set_result(result.name.value, result.status, check_outcome(result, self.place()), result.took_s)

    def _show_name(self, name: str) -> None:
        """As wide as the name, where there is room: left to itself, a label that wraps would take two lines."""
        self.title.setText(name)
        self.title.ensurePolished()
        self.title.setMaximumWidth(self.title.fontMetrics().horizontalAdvance(name) + 4)

    def _show_report(self, report: CheckReport | None) -> None:
        self._has_checks = report is not None
        self.checks.setVisible(self._has_checks and self.tabs.currentIndex() == 0)
        if report is None:
            self._checks_note.setText(_("Press “Check again” to try this connection now."))
            return
        self._checks_note.setText(_("As of {moment}.").format(moment=moment_words(report.ended_at)))
        self.checks.start([(result.name.value, check_title(result.name)) for result in report.results])
        for result in report.results:
            self.show_result(result)

    def show_copied(self) -> None:
        """A token was proved and copied."""
        self._checks_note.setText(_("The token was checked just now and copied."))

    def show_problem(self, failure: ConnectionProblem) -> None:
        self.show_guidance(guidance_of(failure, self.place()), details_of(failure))

    def show_guidance(self, guidance: Guidance, details: Sequence[str] = ()) -> None:
        """Explain something that went wrong with this connection."""
        self.problem.show_guidance(guidance, details)
        self.problem.show()
        if self.isVisible():  # what has no size yet would be looked for in a wrong place
            self.ensureWidgetVisible(self.problem)

    def _show_last_failure(self, profile: Profile, report: CheckReport | None) -> None:
        """A connection that does not work says why, also after a restart; details only this run can know."""
        last = profile.last_check
        if last is None or last.identity_proved or last.problem is None or profile.refused is not None:
            return
        failures = report.failures if report else ()
        facts = next((failure.facts for failure in failures if failure.problem is last.problem), {})
        self.show_problem(ConnectionProblem(last.problem, facts))

    def place(self) -> Place:
        profile = self._profile
        if profile is None:
            return Place()
        return Place(profile.cloud, profile.organization, profile.tenant, profile.client_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, the name has a row of its own."""
        narrow = event.size().width() < NARROW * self.fontMetrics().height()
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self.kept.set_narrow(narrow)
        for row in (self._first, self._small):
            if row.direction() is not direction:
                row.setDirection(direction)
        super().resizeEvent(event)

    # -- building -----------------------------------------------------------------------------------------------------

    def _head(self) -> QVBoxLayout:
        self.title = Heading("")
        self.pill = Pill("neutral", "")
        self.subtitle = QLabel()
        self.subtitle.setTextFormat(Qt.TextFormat.RichText)
        self.subtitle.setWordWrap(True)
        self.subtitle.linkActivated.connect(self.link_requested)
        self.check = QPushButton(_("Check again"))
        self.check.setObjectName("checkAgain")
        self.check.clicked.connect(self.check_requested)
        self.copy = primary_button(_("Copy token"), "copy")
        self.copy.setObjectName("copyToken")
        self.copy.clicked.connect(self.copy_requested)
        self.copy_as = CopyMenuButton(lambda: self._profile)
        self.copy_as.form_requested.connect(self.form_requested)
        self.copy_as.identifiers_requested.connect(self.identifiers_requested)
        name = QHBoxLayout()
        name.setSpacing(12)
        name.addWidget(self.title, 1)
        name.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignVCenter)
        name.addStretch(0)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.check)
        together = QHBoxLayout()
        together.setSpacing(4)
        together.addWidget(self.copy)
        together.addWidget(self.copy_as)
        buttons.addLayout(together)
        buttons.addStretch(1)
        self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._first.setSpacing(12)
        self._first.addLayout(name, 1)
        self._first.addLayout(buttons)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addLayout(self._first)
        column.addWidget(self.subtitle)
        column.addLayout(self._small_actions())
        return column

    def _small_actions(self) -> QBoxLayout:
        """Two pairs, below each other where it is narrow."""
        self._small = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        secret, rest = QHBoxLayout(), QHBoxLayout()
        for row in (self._small, secret, rest):
            row.setSpacing(8)
        self.edit = QPushButton(_("Edit"))
        self.replace = ReplaceButton()
        self.rename = QPushButton(_("Rename"))
        self.remove = QPushButton(_("Remove"))
        for button, name, picture, signal in (
            (self.edit, "editConnection", "edit", self.edit_requested),
            (self.rename, "renameConnection", "", self.rename_requested),
            (self.remove, "removeConnection", "trash", self.remove_requested),
        ):
            button.setObjectName(name)
            if picture:
                bind_icon(button, picture)
            button.clicked.connect(signal)
        for row, button in (
            (secret, self.edit),
            (secret, self.replace),
            (rest, self.rename),
            (rest, self.remove),
        ):
            row.addWidget(button)
        for row in (secret, rest):
            self._small.addLayout(row)
            self._small.setAlignment(row, Qt.AlignmentFlag.AlignLeft)
        self._small.addStretch(1)
        return self._small

    def _facts_card(self) -> Card:
        self._facts = Card()
        self._rows = QFormLayout()
        self._rows.setHorizontalSpacing(24)
        self._rows.setVerticalSpacing(8)
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)  # an ID has no place to break
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._facts.body.addLayout(self._rows)
        return self._facts

    def _show_facts(self, profile: Profile) -> None:
        while self._rows.rowCount():
            self._rows.removeRow(0)
        for label, value in _facts(profile):
            name = SoftText(label)
            name.setWordWrap(False)
            shown = QLabel(value)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setAccessibleName(f"{label}: {value}")
            self._rows.addRow(name, shown)


def _facts(profile: Profile) -> list[tuple[str, str]]:
    """(label, value) of what is worth knowing."""
    unknown = _("Not known")
    rows = [(_("Organization"), profile.organization), (_("Acts as"), profile.account or unknown)]
    if profile.tenant:
        rows.append((_("Directory (tenant) ID"), profile.tenant))
    if profile.client_id:
        rows.append((_("Application (client) ID"), profile.client_id))
    if profile.redirect_uri:
        rows.append((_("Redirect URI"), profile.redirect_uri))
    if profile.scopes:
        rows.append((_("Scopes granted"), ", ".join(profile.scopes)))
    checked = moment_words(profile.last_check.at) if profile.last_check else _("Not yet")
    rows.append((_("Last checked"), checked))
    return rows
