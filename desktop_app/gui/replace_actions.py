"""What is done about a connection's secret: renew it, replace it, sign in again; and the old one that is kept.

The state of the old one is read beside the window; what is shown of it is asked for anew whenever the connection on
screen changes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from desktop_app.app.i18n import _
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_app.app.renewals import Renewed, Wish
    from desktop_app.app.replacement_words import QuestionWords
    from desktop_app.core.changes import Change
    from desktop_app.core.credential import Secret
    from desktop_app.core.profile import Profile, ProfileId
    from desktop_app.gui.connection_actions import ConnectionActions
    from desktop_app.gui.connection_page import ConnectionPage
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.renewal_dialog import RenewalDialog
    from desktop_app.gui.renewal_run import RenewalRun
    from desktop_app.gui.tasks import TaskHandle


class ReplaceActions(QObject):
    """Works behind the page's button *Replace* and its notice."""

    def __init__(self, window: MainWindow, actions: ConnectionActions, page: ConnectionPage) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._page = page
        self._shown: ProfileId | None = None
        self._change: Change | None = None
        self._looking: TaskHandle | None = None
        page.replace.renew_requested.connect(self.renew)
        page.replace.enter_requested.connect(self.enter)
        page.replace.sign_in_requested.connect(self.enter_sign_in)
        page.kept.link_requested.connect(window.act)
        page.kept.forget_requested.connect(self.forget)
        page.kept.put_back_requested.connect(self.put_back)

    # -- the state of the old one -------------------------------------------------------------------------------------

    def show(self) -> None:
        """Another connection is on screen, or the same one changed."""
        profile, workspace = self._window.profile, self._window.workspace
        if profile is None or workspace is None:
            return
        if profile.id != self._shown:
            self._shown, self._change = profile.id, None
            self._page.kept.show_words(None)
        if self._looking is not None:
            self._looking.cancel()
        key = profile.id
        self._looking = self._window.runner.start(
            lambda cancel, progress: workspace.connections.changes.entry(key),
            on_done=partial(self._show_change, profile),
            on_failed=lambda failure: None,  # a file that can not be read is told where it is written
            owner=self,
        )

    def _show_change(self, profile: Profile, change: Change | None) -> None:
        from desktop_app.app.replacement_words import kept_words

        self._change = change
        self._page.kept.show_words(kept_words(change, profile) if change is not None else None)

    # -- a new one by hand --------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """Open the wizard where a new secret is typed in, or the person signs in again where there is none."""
        profile = self._window.profile
        if profile is None:
            return
        if profile.method is Method.OAUTH and not profile.app_has_secret:
            self.enter_sign_in()
        elif not self._hindered():
            self._window.wizards.replace_secret(profile)

    def enter_sign_in(self) -> None:
        """Open the wizard where the person signs in again."""
        if (profile := self._window.profile) is not None:
            self._window.wizards.sign_in_again(profile)

    @property
    def _keeps_old(self) -> bool:
        from desktop_app.core.changes import Step

        return self._change is not None and self._change.step is Step.KEPT

    def _hindered(self) -> bool:
        """Only one old secret is kept: better said before a new one was made than after."""
        if self._change is None:
            return False
        problem = Problem.OLD_SECRET_KEPT if self._keeps_old else Problem.RENEWAL_UNFINISHED
        self._page.show_problem(ConnectionProblem(problem))
        return True

    # -- a new one by Azure -------------------------------------------------------------------------------------------

    def renew(self) -> None:
        """Ask how, then have Azure make a new one. A sign-in is renewed by its person."""
        from desktop_app.gui.renewal_dialog import RenewalDialog

        window, profile = self._window, self._window.profile
        if profile is None or window.workspace is None:
            return
        if profile.method is Method.OAUTH:
            self.enter_sign_in()
            return
        if not window.unlocked(self.renew):
            return
        if self._keeps_old and self._hindered():  # what else is unfinished is brought to its end first
            return
        dialog = RenewalDialog(profile, window.workspace, window.runner, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.renew_requested.connect(partial(self._begin_renewal, dialog, profile))
        dialog.enter_requested.connect(partial(window.wizards.replace_secret, profile))
        dialog.link_requested.connect(window.open_url)
        dialog.sign_in_requested.connect(partial(self._sign_in_behind, profile))
        dialog.copy_requested.connect(partial(self._copy_secret, profile))
        dialog.open()

    def _begin_renewal(self, dialog: RenewalDialog, profile: Profile, wish: Wish) -> None:
        from desktop_app.gui.renewal_run import RenewalRun

        window = self._window
        if not window.unlocked(partial(self._begin_renewal, dialog, profile, wish)):
            return  # it may have been locked while the dialog was open
        if window.workspace is None or not self._actions.begin(profile.id, _("Renewing…")):
            return
        run = RenewalRun(window.workspace, window.runner, profile.id, wish, window)
        run.renewed.connect(self._renewed)
        run.ended.connect(partial(self._renewal_ended, run))
        dialog.follow(run)

    def _renewed(self, renewed: Renewed) -> None:
        self._window.update_profile(renewed.profile, renewed.report)

    def _renewal_ended(self, run: RenewalRun) -> None:
        run.deleteLater()
        self._actions.end(run.key)
        self._window.reload()
        self._window.recovery.soon()

    def _sign_in_behind(self, profile: Profile) -> None:
        """Who would ask for a new token signs in again."""
        from desktop_app.app.issuers import person_behind

        behind = person_behind(profile, self._window.profiles)
        if behind is not None:
            self._window.wizards.sign_in_again(behind)

    def _copy_secret(self, profile: Profile) -> None:
        workspace, key = self._window.workspace, profile.id
        if workspace is None or not self._window.unlocked(partial(self._copy_secret, profile)):
            return
        label = _("Token") if profile.method is Method.PAT else _("Client secret")
        self._window.runner.start(
            lambda cancel, progress: workspace.connections.copy_long_lived(key),
            on_done=partial(self._copied, label),
            on_failed=self._window.show_problem,
            owner=self,
        )

    def _copied(self, label: str, secret: Secret | None) -> None:
        if secret is not None:
            self._window.clipboard.copy(secret, label)

    # -- the old one --------------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Ask, then forget the old one."""
        from desktop_app.app.replacement_words import forget_question

        if (profile := self._window.profile) is not None and self._window.unlocked(self.forget):
            self._ask("forgetBox", forget_question(profile), partial(self._forget, profile))

    def _forget(self, profile: Profile) -> None:
        workspace, key = self._window.workspace, profile.id
        if workspace is None or not self._actions.begin(key, _("Saving…")):
            return
        self._window.runner.start(
            lambda cancel, progress: workspace.connections.forget_old(key),
            on_done=lambda _nothing: self._over(key),
            on_failed=partial(self._actions.fail, key),
            owner=self._window,
        )

    def _over(self, key: ProfileId) -> None:
        self._actions.end(key)
        self._window.reload()

    def put_back(self) -> None:
        """Ask, then try the old one out and put it back."""
        from desktop_app.app.replacement_words import put_back_question

        if (profile := self._window.profile) is not None and self._window.unlocked(self.put_back):
            self._ask("putBackBox", put_back_question(profile), partial(self._put_back, profile))

    def _put_back(self, profile: Profile) -> None:
        workspace, key = self._window.workspace, profile.id
        if workspace is None or not self._actions.begin(key, _("Trying the old one out…")):
            return
        self._page.start_checks()
        self._window.runner.start(
            lambda cancel, progress: workspace.connections.put_back(key, progress, cancel),
            on_done=self._was_put_back,
            on_failed=partial(self._not_put_back, profile),
            on_progress=partial(self._actions.show_progress, key),
            owner=self._window,
        )

    def _was_put_back(self, profile: Profile) -> None:
        self._actions.end(profile.id)
        self._window.update_profile(profile)
        self._window.statusBar().showMessage(_("The old one works and is in use again."), 8000)

    def _not_put_back(self, profile: Profile, failure: ConnectionProblem) -> None:
        from desktop_app.app.guidance import details_of
        from desktop_app.app.replacement_words import not_put_back

        if failure.problem is Problem.PROFILE_GONE:
            self._actions.fail(profile.id, failure)
        elif self._actions.end(profile.id):
            self._page.show_guidance(not_put_back(failure, profile), details_of(failure))
            self._window.reload()

    def _ask(self, name: str, words: QuestionWords, yes: Callable[[], None]) -> None:
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._window)
        box.setObjectName(name)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(words.title)
        box.setText(words.text)
        box.setInformativeText(words.more)
        confirm = box.addButton(words.yes, QMessageBox.ButtonRole.AcceptRole)
        confirm.setObjectName("confirm")
        leave = box.addButton(words.no, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(leave)
        box.setEscapeButton(leave)
        confirm.clicked.connect(yes)
        box.open()
