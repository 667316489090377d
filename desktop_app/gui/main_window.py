"""The main window: the list on the left, one connection or the method cards on the right.

It can be shown bare and filled afterwards: what stands in it (`window_content`) is imported by `fill()` only, and what
is not seen at first when it is first asked for. Until the workspace has been opened, its buttons wait.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QMainWindow

from desktop_app.app.i18n import _
from desktop_app.gui.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from desktop_app.app.list_rows import Row
    from desktop_app.app.workspace import Workspace
    from desktop_app.core.cancel import Cancel
    from desktop_app.core.checks import CheckReport
    from desktop_app.core.diagnosis import Scope
    from desktop_app.core.ports import Progress
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.core.profile import Method, Profile, ProfileId
    from desktop_app.gui.check_all import CheckAll
    from desktop_app.gui.clipboard import ClipboardGuard
    from desktop_app.gui.connection_list import ConnectionList
    from desktop_app.gui.connection_page import ConnectionPage
    from desktop_app.gui.first_run import FirstRunPage
    from desktop_app.gui.problem_panel import ProblemPanel
    from desktop_app.gui.tasks import TaskRunner
    from desktop_app.gui.trail import CountdownBar
    from desktop_app.gui.window_lock import WindowLock
    from desktop_app.gui.wizards.flow_wizard import FlowWizard


class MainWindow(QMainWindow):
    """`open_url` shows a page in the person's browser; `start_practice` starts the program's practice mode.

    With `filled=False` nothing but showing it works until `fill()` was called.
    """

    gone = Signal(object)
    """The ids of connections that were there and are no more: what was kept of them can go."""
    settled = Signal()
    """Everything that a start brings is there, the modules of the wizards too."""

    def __init__(
        self,
        *,
        runner: TaskRunner,
        clipboard: ClipboardGuard,
        practice: bool,
        open_url: Callable[[str], bool],
        start_practice: Callable[[], bool],
        filled: bool = True,
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(_("Practice cloud — ADO Connect") if practice else _("ADO Connect"))
        self.resize(1080, 700)
        self.setMinimumSize(760, 480)
        self.runner = runner
        self.clipboard = clipboard
        self.practice = practice
        self.open_url = open_url
        self.workspace: Workspace | None = None
        self._build: Callable[[], Workspace] | None = None
        self._profiles: dict[ProfileId, Profile] = {}
        self._reports: dict[ProfileId, CheckReport] = {}
        self._start_practice = start_practice
        self._filled = False
        self._page_awaited = False
        self.prepared = False
        """True once everything that stands in the window from the start has been built."""
        if filled:
            self.fill()

    # -- opening and closing ------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Put in what belongs into the window; does nothing if it is there already."""
        from desktop_app.gui.companions import Companions
        from desktop_app.gui.connection_actions import ConnectionActions
        from desktop_app.gui.menus import add_menus
        from desktop_app.gui.window_content import WindowContent
        from desktop_app.gui.wizard_opener import WizardOpener

        if self._filled:
            return
        self._filled = True
        self.companions = Companions(self)
        self.actions_of_connection = ConnectionActions(self)
        self.wizards = WizardOpener(self)
        self._content = WindowContent(practice=self.practice, parent=self)
        self._connect()
        self.setCentralWidget(self._content)
        self._connection_menu = add_menus(self)
        self.first_run.focus_first()

    def open_workspace(self, build: Callable[[], Workspace]) -> None:
        """Build everything in a worker thread, then load the connections."""
        self._build = build
        self._hide_problem()
        self.companions.while_starting()
        Steps(self, self._content.import_parts())  # while that is built
        self.runner.start(
            lambda cancel, progress: build(), on_done=self._opened, on_failed=self._not_opened, owner=self
        )

    def _opened(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.statusBar().clearMessage()
        if self._content.banner is not None:
            self._content.banner.button.setEnabled(bool(workspace.practice_values))
        if workspace.keyring_problem is not None:
            self.show_problem(workspace.keyring_problem)
        self._show_policy(workspace)
        self.companions.begin(workspace)
        Steps(self, self._content.prepare_list(), self._read_first)

    def _read_first(self) -> None:
        """Read the connections, and only then build the rest: the thread that reads thousands, and this one, would
        hold each other up."""
        self.reload(then=lambda: Steps(self, self._content.prepare_rest(), self._has_everything))

    def _has_everything(self) -> None:
        self.wizards.import_wizards(self.settled.emit)
        self.companions.begin_rest()
        self.prepared = True

    def _show_policy(self, workspace: Workspace) -> None:
        """What the company's IT does not allow rests, and says so."""
        policy = workspace.settings.policy
        if policy.fault is None and policy.methods is None:
            return
        from desktop_app.app.guidance_policy import set_by_organization
        from desktop_app.core.problems import ConnectionProblem, Problem
        from desktop_app.core.profile import Method

        refused = [method.value for method in Method if policy.refuses_method(method) is not None]
        self.first_run.refuse(refused, _("{words}: not allowed here").format(words=set_by_organization()))
        if policy.fault is not None:
            self.show_problem(policy.refuses_method(Method.PAT) or ConnectionProblem(Problem.POLICY_UNREADABLE))

    @property
    def lock(self) -> WindowLock | None:
        """None where nothing can be locked, or not yet."""
        return self.companions.lock

    def unlocked(self, then: Callable[[], object]) -> bool:
        """True if nothing is locked. Otherwise the person is asked to unlock, and `then` is called after that."""
        return self.lock is None or self.lock.unlocked(then)

    def lock_now(self) -> None:
        """Lock what is secret, by hand."""
        if self.lock is not None:
            self.lock.lock_by_hand()

    def come_to_front(self) -> None:
        """Show the window above all others, also from the task bar."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _not_opened(self, failure: ConnectionProblem) -> None:
        self.statusBar().clearMessage()
        self.show_problem(failure)

    def close_workspace(self) -> None:
        """After the event loop: let go of the network and of the practice cloud."""
        if self.workspace is not None:
            self.companions.close()
            self.workspace.close()
            self.workspace = None

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window ends the program; a wizard that is open is cancelled."""
        if self._filled:
            self.wizards.close()
            self.companions.window_closes()
        for dialog in (*self.findChildren(QDialog, "doctorWindow"), *self.findChildren(QDialog, "renewalDialog")):
            dialog.close()
        super().closeEvent(event)

    # -- the list -----------------------------------------------------------------------------------------------------

    def reload(self, keep: ProfileId | None = None, then: Callable[[], object] = lambda: None) -> None:
        """Read the connections again and show them, or what prevents it; `then` is called after either."""
        workspace, now = self.workspace, self.now()
        if workspace is None:
            return

        def work(cancel: Cancel, progress: Progress) -> tuple[tuple[Profile, ...], list[Row]]:
            from desktop_app.app.list_rows import rows_of

            profiles = workspace.connections.load()
            return profiles, rows_of(profiles, now)

        def filled(found: tuple[tuple[Profile, ...], list[Row]]) -> None:
            self._fill(*found, keep)
            self._tell_noticed()
            then()

        def failed(failure: ConnectionProblem) -> None:
            self.show_problem(failure)
            then()

        self.runner.start(work, on_done=filled, on_failed=failed, owner=self)

    def _fill(self, profiles: tuple[Profile, ...], rows: list[Row], keep: ProfileId | None) -> None:
        gone = self._profiles.keys() - {profile.id for profile in profiles}
        self._profiles = {profile.id: profile for profile in profiles}
        for key in gone:
            self._reports.pop(key, None)
        self.gone.emit(gone)
        self.first_run.set_back_visible(bool(profiles))
        if profiles or self._content.built("connection_list"):
            self.connection_list.setVisible(bool(profiles))
            self.connection_list.fill(rows, keep)
        if not profiles:
            self.show_first_run()

    def _tell_noticed(self) -> bool:
        """Say what was found to be wrong with the stored connections, and done about it; True if there was anything."""
        told = self.workspace.connections.noticed() if self.workspace is not None else ()
        for notice in told:
            self.show_problem(notice)
        return bool(told)

    def show_keyring_wait(self, waits: bool) -> None:
        """Say that the keyring is waited for, or no more."""
        if not waits and not self._content.built("keyring_wait"):
            return
        if not self._content.built("keyring_wait"):
            self._content.keyring_wait.pressed.connect(self.actions_of_connection.stop)
        banner = self._content.keyring_wait
        banner.button.setVisible(self.actions_of_connection.can_stop)
        banner.setVisible(waits)

    def changes_refused(self) -> bool:
        """True, with the reason in the window, where the connections can only be looked at."""
        refused = self.workspace.connections.read_only if self.workspace is not None else None
        if refused is not None:
            self.show_problem(refused)
        return refused is not None

    def update_profile(self, profile: Profile, report: CheckReport | None = None) -> None:
        """A connection changed, was added, or was checked: show it without reading the file again."""
        self._put([(profile, report)])
        self.first_run.set_back_visible(True)
        self.connection_list.setVisible(True)
        self.connection_list.choose(profile.id)

    def put_profiles(self, checked: Sequence[tuple[Profile, CheckReport | None]], *, asked_for: bool = False) -> None:
        """Show how some connections are now; those that were removed meanwhile are left out.

        What is on screen stays, and is left alone while something runs on it; what it lacks is explained where the
        person has `asked_for` the checks. A report is kept where something failed, and for the connection on screen:
        there may be thousands.
        """
        shown = self.profile
        kept = {*self._reports, *([shown.id] if shown else [])}
        self._put(
            (profile, report if report is not None and (report.failures or profile.id in kept) else None)
            for profile, report in checked
            if profile.id in self._profiles
        )
        if shown is None or self.actions_of_connection.busy or not self._content.built("connection_page"):
            return
        for profile, report in checked:
            if profile.id == shown.id:
                self._show_page(self._profiles[shown.id])
                if report is not None and not report.failures:
                    self.connection_page.problem.hide()
                elif report is not None and asked_for:
                    self.actions_of_connection.explain(report)

    def _put(self, changed: Iterable[tuple[Profile, CheckReport | None]]) -> None:
        from desktop_app.app.list_rows import row_of

        if self._tell_noticed():  # others may have come back, or be missing
            QTimer.singleShot(0, self, self.reload)
        now, rows = self.now(), []
        for profile, report in changed:
            self._profiles[profile.id] = profile
            if report is not None:
                self._reports[profile.id] = report
            rows.append(row_of(profile, now))
        self.connection_list.put(rows)

    def show_changed(self, profile: Profile) -> None:
        """Something became known of a connection: show it where it is, and leave the one on screen."""
        if profile.id in self._profiles:
            self._put([(profile, None)])
            shown = self.profile
            if shown is not None and shown.id == profile.id and self._content.built("connection_page"):
                self._show_page(profile)

    def refresh(self) -> None:
        """Show the connections as they are at this moment; what is in the file is not read again."""
        profiles, now = self.profiles, self.now()
        if not profiles:
            return

        def work(cancel: Cancel, progress: Progress) -> list[Row]:
            from desktop_app.app.list_rows import rows_of

            return rows_of(profiles, now)

        self.runner.start(
            work,
            on_done=self._renew,
            on_failed=self.show_problem,
            owner=self,
        )

    def _renew(self, rows: list[Row]) -> None:
        self.connection_list.renew(rows)
        profile = self.profile
        if profile is not None and not self.actions_of_connection.busy and self._content.built("connection_page"):
            self._show_page(profile)

    def show_connection(self, key: ProfileId) -> None:
        """Choose a connection, if it is still there."""
        if key in self._profiles:
            self.connection_list.search.clear()
            self.connection_list.choose(key)

    def _chosen(self, key: ProfileId | None) -> None:
        profile = self._profiles.get(key) if key else None
        for action in self._connection_menu:
            action.setEnabled(profile is not None)
        if profile is None:
            self.show_first_run()
        elif self._content.built("connection_page"):
            self._show_page(profile)
            self._content.right.setCurrentWidget(self.connection_page)
        else:
            self._page_awaited = True  # it is built a little at a time (`_read_first`)

    def _show_chosen(self) -> None:
        """Put the connection that was chosen before there was a page for it on that page, and in front if nothing else
        was wanted meanwhile."""
        awaited, self._page_awaited = self._page_awaited, False
        if (profile := self.profile) is not None:
            self._show_page(profile)
            if awaited:
                self._content.right.setCurrentWidget(self.connection_page)

    def _show_page(self, profile: Profile) -> None:
        self.connection_page.show_profile(profile, self.now(), self._reports.get(profile.id))
        self.actions_of_connection.show_parts()

    def has(self, key: ProfileId) -> bool:
        """Whether a connection is known here."""
        return key in self._profiles

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All connections, as they are known here."""
        return tuple(self._profiles.values())

    @property
    def profile(self) -> Profile | None:
        """The connection on screen."""
        key = self.connection_list.current if self._profiles else None
        return self._profiles.get(key) if key else None

    def names_but(self, key: ProfileId | None) -> frozenset[str]:
        """The names of all other connections."""
        return frozenset(profile.name for profile in self._profiles.values() if profile.id != key)

    def now(self) -> datetime:
        """Aware UTC."""
        if self.workspace is None:
            from datetime import UTC, datetime

            return datetime.now(UTC)  # before the clock is there
        return self.workspace.clock.now()

    # -- wizards ------------------------------------------------------------------------------------------------------

    @property
    def wizard(self) -> FlowWizard[Any] | None:
        """The wizard that is open. Any: whatever its draft."""
        return self.wizards.wizard

    def new_connection(self, method: Method) -> None:
        """Open the wizard of a method."""
        self.wizards.new_connection(method)

    def edit_connection(self, profile: Profile) -> None:
        """Open the same wizard with everything but secrets filled in."""
        self.wizards.edit_connection(profile)

    # -- problems -----------------------------------------------------------------------------------------------------

    def show_problem(self, failure: ConnectionProblem) -> None:
        """Explain a failure above everything else in the window."""
        from desktop_app.app.guidance import Place, details_of
        from desktop_app.app.guidance_index import guidance_of

        profile = self.profile
        place = Place(profile.cloud, profile.organization, profile.tenant, profile.client_id) if profile else Place()
        self.problem.show_guidance(guidance_of(failure, place), details_of(failure))
        self.problem.show()

    def act(self, requested: object) -> None:
        """The button of a problem panel in this window."""
        from desktop_app.app.guidance import Action, ActionKind
        from desktop_app.core.profile import Method

        if not isinstance(requested, Action):
            return
        profile = self.profile
        match requested.kind:
            case ActionKind.OPEN_URL:
                self.open_url(requested.target)
            case ActionKind.CHECK_COMPUTER:
                self.check_computer()
            case ActionKind.DISMISS:
                self._hide_problem()
            case ActionKind.KEEP_FOR_THIS_RUN if self.workspace is not None:
                self.workspace.keep_in_memory()
                self._hide_problem()
                self.statusBar().showMessage(_("Secrets are kept until you close ADO Connect."))
            case ActionKind.TRY_AGAIN if self.workspace is None and self._build is not None:
                self.open_workspace(self._build)
            case ActionKind.TRY_AGAIN if profile is not None:
                self._hide_problem()
                self.actions_of_connection.check()
            case ActionKind.TRY_AGAIN:
                self._hide_problem()
                self.reload()
            case ActionKind.SIGN_IN_AGAIN if profile is not None and profile.method is Method.OAUTH:
                self.wizards.sign_in_again(profile)
            case ActionKind.EDIT_FIELD if profile is not None and requested.target == "secret":
                self.actions_of_connection.replace()
            case _ if profile is not None:
                self.edit_connection(profile)
            case _:
                self._hide_problem()

    def check_computer(self, scope: Scope | None = None) -> None:
        """Open *Check this computer*, for what the connection on screen needs if `scope` does not say."""
        from desktop_app.gui.doctor_opener import open_doctor

        open_doctor(self, scope)

    def check_all_now(self) -> None:
        """Check every connection; the list tells how far it has come."""
        self.check_all.start()

    def _hide_problem(self) -> None:
        if self._content.built("problem"):
            self.problem.hide()

    # -- its parts ----------------------------------------------------------------------------------------------------

    @property
    def first_run(self) -> FirstRunPage:
        return self._content.first_run

    @property
    def connection_list(self) -> ConnectionList:
        return self._content.connection_list

    @property
    def connection_page(self) -> ConnectionPage:
        return self._content.connection_page

    @property
    def problem(self) -> ProblemPanel:
        return self._content.problem

    @cached_property
    def check_all(self) -> CheckAll:
        """Runs *Check all now*; built when it is first wanted."""
        from desktop_app.gui.check_all import CheckAll

        return CheckAll(self)

    @cached_property
    def countdown(self) -> CountdownBar:
        """In the status bar; built when something is copied for the first time."""
        from desktop_app.gui.trail import CountdownBar

        bar = CountdownBar()
        bar.clear_requested.connect(self.clipboard.clear_now)
        self.statusBar().addWidget(bar)
        bar.hide()
        return bar

    def _connect(self) -> None:
        content, first_run = self._content, self._content.first_run
        content.list_built.connect(self._connect_list)
        content.page_built.connect(self._connect_page)
        content.problem_built.connect(lambda panel: panel.action_requested.connect(self.act))
        if content.banner is not None:
            content.banner.pressed.connect(self.wizards.show_practice_values)
        first_run.chosen.connect(self.new_connection)
        first_run.help_requested.connect(self._help_choose)
        first_run.practice_requested.connect(self._start_practice)
        first_run.back_requested.connect(lambda: content.right.setCurrentWidget(self.connection_page))
        self.clipboard.ticked.connect(self._count_down)
        self.clipboard.cleared.connect(self._stop_counting)

    def _count_down(self, label: str, seconds_left: int) -> None:
        self.countdown.show_left(label, seconds_left)

    def _stop_counting(self) -> None:
        self.countdown.show_cleared()

    def _connect_list(self, connections: ConnectionList) -> None:
        connections.chosen.connect(self._chosen)
        connections.new_requested.connect(self.show_first_run)
        connections.check_all.start_requested.connect(self.check_all_now)

    def _connect_page(self, page: ConnectionPage) -> None:
        do = self.actions_of_connection
        page.check_requested.connect(do.check)
        page.copy_requested.connect(do.copy_token)
        page.form_requested.connect(do.copy_form)
        page.identifiers_requested.connect(do.copy_identifiers)
        page.edit_requested.connect(do.edit)
        page.rename_requested.connect(do.rename)
        page.remove_requested.connect(do.remove)
        page.link_requested.connect(self.open_url)
        page.action_requested.connect(self.act)
        page.part_built.connect(do.attach_part)
        do.attach_page(page)
        do.attach_replacing(page)
        QTimer.singleShot(0, self, self._show_chosen)

    def show_first_run(self) -> None:
        """Show the three ways to connect."""
        self._page_awaited = False
        self._content.right.setCurrentWidget(self.first_run)

    def _help_choose(self) -> None:
        from desktop_app.gui.choose_dialog import ChooseDialog

        dialog = ChooseDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.new_connection(dialog.method))
        dialog.open()
