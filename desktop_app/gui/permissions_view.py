"""What a connection may do: a verdict for each permission, filling in live, with what each verdict rests on.

It shows and asks; the work is done by whoever hears its signals (permission_actions.py).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.app.guidance_pieces import moment_words
from desktop_app.app.i18n import _, ngettext
from desktop_app.app.report_excess import client_secret_words, excess_sentences, way_to_less
from desktop_app.app.report_table import ReportTable
from desktop_app.app.report_words import headline
from desktop_app.app.words import check_title
from desktop_app.core.checks import CheckResult
from desktop_app.core.permissions import needed
from desktop_app.core.ports import Project
from desktop_app.core.profile import Method, Profile
from desktop_app.core.report import MAX_PROJECTS, Finding, PermissionReport
from desktop_app.gui.announce import announce
from desktop_app.gui.connection_parts import PartView
from desktop_app.gui.permission_tree import PermissionTree
from desktop_app.gui.widgets import Banner, Card, Heading, OpenButton, SoftText

GATHER_MS = 50
"""Verdicts that come within so many milliseconds are drawn together."""


class PermissionsView(PartView):
    """Signals: what the person wants; `export_requested` with the ending of the file, "html" or "json"."""

    run_requested = Signal()
    cancel_requested = Signal()
    choose_requested = Signal()
    export_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("permissionsView")
        self._narrower = ""
        self._profile: Profile | None = None
        self._table: ReportTable | None = None
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(GATHER_MS)
        self._gather.timeout.connect(self._draw)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._buttons())
        column.addWidget(self._closely())
        column.addWidget(self._progress())
        self.note = SoftText("")
        self.note.setObjectName("permissionsNote")
        self.saved = Banner("info", "")
        self.saved.setObjectName("exportBanner")
        self.excess = Banner("attention", "", "", _("Open the page"))
        self.excess.setObjectName("excessBanner")
        self.excess.button.setObjectName("narrower")
        self.excess.pressed.connect(lambda: self.link_requested.emit(self._narrower))
        for widget in (self.note, self.saved, self.excess):
            column.addWidget(widget)
        column.addWidget(self._project_row())
        self.tree = PermissionTree()
        column.addWidget(self.tree)
        column.addWidget(self._app_card())
        column.addStretch(1)

    # -- what is shown ------------------------------------------------------------------------------------------------

    def show_nothing(self, profile: Profile) -> None:
        """There was no report about this connection in this run."""
        self._begin(profile, None)
        self.note.setText(
            _("Press “Check permissions” to see what this connection may do in each project. Nothing is changed.")
        )

    def start(self, profile: Profile) -> None:
        """A report begins: every permission waits for its verdict."""
        self._begin(profile, ReportTable(profile.method, [need.permission for need in needed(profile.method)]))
        self.note.setText(_("The connection is checked first."))
        self._set_running(True)
        self._draw()

    def take(self, event: object) -> None:
        """Something came in: a check, the projects that are reported on, or a finding."""
        if self._table is None:
            return
        if isinstance(event, Finding):
            self._table.add(event)
        elif isinstance(event, CheckResult):
            self.note.setText(_("Done: {check}.").format(check=check_title(event.name)))
        elif isinstance(event, tuple):
            self._table.projects = tuple(project for project in event if isinstance(project, Project))
            self._fill_projects()
        if not self._gather.isActive():
            self._gather.start()

    def show_report(self, profile: Profile, report: PermissionReport) -> None:
        """A whole report."""
        shown = self.project.currentData()
        self._begin(profile, ReportTable.of(report))
        self._fill_projects(shown)
        self.note.setText(f"{headline(report)} {_('As of {moment}.').format(moment=moment_words(report.ended_at))}")
        self.export.setEnabled(True)
        self._show_excess(profile, report)
        self._draw()

    def stop(self) -> None:
        """Nothing runs any more."""
        self._set_running(False)

    def say_ended(self, report: PermissionReport) -> None:
        """For whoever does not see it: a report has just ended."""
        announce(self.tree, headline(report))

    def show_wish(self, count: int) -> None:
        """How many projects are chosen; 0 where none was chosen by hand."""
        if count:
            words = ngettext("{count} project chosen", "{count} projects chosen", count).format(count=count)
        else:
            words = _("All projects (up to {count})").format(count=MAX_PROJECTS)
        self.wish.setText(words)

    def show_saved(self, words: str, *, failed: bool = False) -> None:
        """How the export ended."""
        title = _("The report was not saved.") if failed else _("The report is saved.")
        self.saved.show_words("bad" if failed else "info", title, words)
        self.saved.show()
        announce(self.saved, f"{title} {words}", urgent=failed)

    def set_free(self, free: bool) -> None:
        """Whether something may be started now."""
        for button in (self.run, self.choose, self.closely):
            button.setEnabled(free)

    @property
    def running(self) -> bool:
        return self._running.isVisibleTo(self)

    def _begin(self, profile: Profile, table: ReportTable | None) -> None:
        self._gather.stop()
        self._profile, self._table = profile, table
        self.saved.hide()
        self.excess.hide()
        self.export.setEnabled(False)
        self._set_running(False)
        self._fill_projects()
        self.tree.setVisible(table is not None)
        # Only the scopes of a personal access token are found out by asking; all others came with the token.
        self._closely_box.setVisible(profile.method is Method.PAT)
        if profile.method is not Method.PAT:
            self.closely.setChecked(False)
        self._show_app_words(profile)

    def _set_running(self, running: bool) -> None:
        self._running.setVisible(running)
        self.bar.setRange(0, 0)

    def _draw(self) -> None:
        if self._table is None:
            return
        chosen = self.project.currentData()
        self.tree.show_rows(self._table.rows(chosen if isinstance(chosen, Project) else None))
        if self.running and self._table.projects:
            done, wanted = self._table.decided
            self.bar.setRange(0, max(1, wanted))
            self.bar.setValue(done)
            self.note.setText(_("{done} of {wanted} verdicts are there.").format(done=done, wanted=wanted))

    def _fill_projects(self, chosen: object = None) -> None:
        projects = self._table.projects if self._table else ()
        self.project.blockSignals(True)
        self.project.clear()
        self.project.addItem(_("All projects"), None)
        for project in projects:
            self.project.addItem(project.name, project)
            if project == chosen:
                self.project.setCurrentIndex(self.project.count() - 1)
        self.project.blockSignals(False)
        self._projects.setVisible(bool(projects))

    def _show_excess(self, profile: Profile, report: PermissionReport) -> None:
        if not report.excess:
            return
        way = way_to_less(profile)
        self._narrower = way.url
        self.excess.button.setText(way.label)
        self.excess.button.setToolTip(way.url)
        words = " ".join((*excess_sentences(report.excess), way.words))
        self.excess.show_words("attention", _("It can do more than it needs."), words)
        self.excess.show()

    def _show_app_words(self, profile: Profile) -> None:
        self._app.setVisible(profile.method is Method.CLIENT_SECRET)
        words = client_secret_words(profile.cloud, profile.organization)
        self._app_title.setText(words.title)
        self._app_text.setText("\n".join(words.sentences))
        self._app_page.setText(words.label)
        self._app_page.set_url(words.url)

    # -- building -----------------------------------------------------------------------------------------------------

    def _buttons(self) -> QBoxLayout:
        self.run = QPushButton(_("Check permissions"))
        self.run.setObjectName("checkPermissions")
        self.run.clicked.connect(self.run_requested)
        self.choose = QPushButton(_("Choose projects …"))
        self.choose.setObjectName("chooseProjects")
        self.choose.clicked.connect(self.choose_requested)
        self.export = QPushButton(_("Export …"))
        self.export.setObjectName("exportReport")
        self.export.setEnabled(False)
        menu = QMenu(self.export)
        for ending, words in (("html", _("Page to read or print (HTML)")), ("json", _("Data for programs (JSON)"))):
            action = menu.addAction(words)
            action.setObjectName(f"export-{ending}")
            action.triggered.connect(lambda _checked=False, ending=ending: self.export_requested.emit(ending))
        self.export.setMenu(menu)
        self.wish = SoftText("")
        self.wish.setWordWrap(False)
        self.show_wish(0)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(8)
        for widget in (self.run, self.choose, self.wish, self.export):
            self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
        self._row.insertStretch(3, 1)
        return self._row

    def _closely(self) -> QWidget:
        words = _(
            "For this run only: sends empty requests, from which nothing can come, to find out what cannot be told "
            "by reading. Their answers count as likely, not as certain."
        )
        self.closely = QCheckBox(_("Ask more closely"))
        self.closely.setObjectName("askClosely")
        self.closely.setAccessibleDescription(words)
        self._closely_box = QWidget()
        column = QVBoxLayout(self._closely_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.closely, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(SoftText(words))
        return self._closely_box

    def _progress(self) -> QWidget:
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress of the report"))
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setObjectName("cancelPermissions")
        self.cancel.clicked.connect(self.cancel_requested)
        self._running = QWidget()
        row = QHBoxLayout(self._running)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        return self._running

    def _project_row(self) -> QWidget:
        self.project = QComboBox()
        self.project.setObjectName("reportProject")
        self.project.setAccessibleName(_("Project"))
        self.project.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.project.setMinimumContentsLength(24)
        self.project.currentIndexChanged.connect(lambda _index: self._draw())
        label = QLabel(_("Project"))
        label.setBuddy(self.project)
        self._projects = QWidget()
        row = QHBoxLayout(self._projects)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.project)
        row.addStretch(1)
        return self._projects

    def _app_card(self) -> Card:
        self._app = Card()
        self._app_title = Heading("", sub=True)
        self._app_text = SoftText("")
        self._app_page = OpenButton("", "", self.link_requested.emit)
        self._app_page.setObjectName("openUsers")
        self._app.body.addWidget(self._app_title)
        self._app.body.addWidget(self._app_text)
        self._app.body.addWidget(self._app_page, 0, Qt.AlignmentFlag.AlignLeft)
        return self._app

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stand_in_line()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._stand_in_line()

    def _stand_in_line(self) -> None:
        """Buttons stand below each other where there is no room beside."""
        needs = sum(widget.sizeHint().width() + 16 for widget in (self.run, self.choose, self.wish, self.export))
        flow = QBoxLayout.Direction
        direction = flow.TopToBottom if self.width() < needs else flow.LeftToRight
        if self._row.direction() is not direction:
            self._row.setDirection(direction)
