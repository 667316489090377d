"""What the buttons of a connection do: check, copy, edit, rename, remove. One of them runs at a time.

It is imported before the window has its content: what only an answer needs is imported when that comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from desktop_app.app.i18n import _
from desktop_app.core.problems import ConnectionProblem, Problem

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.app.handover.table import Form
    from desktop_app.core.cancel import Cancel
    from desktop_app.core.checks import CheckReport
    from desktop_app.core.credential import Secret
    from desktop_app.core.ports import Progress
    from desktop_app.core.profile import Profile, ProfileId
    from desktop_app.gui.connection_page import ConnectionPage
    from desktop_app.gui.connection_parts import Part, PartActions
    from desktop_app.gui.ends_actions import EndsActions
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.replace_actions import ReplaceActions


class ConnectionActions(QObject):
    """Works on the connection that is on screen; its answers go to that connection's page, if it is still there."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._busy: ProfileId | None = None
        self._behind: dict[Part, PartActions] = {}
        self._ends: EndsActions | None = None
        self.replacing: ReplaceActions | None = None

    def attach_page(self, page: ConnectionPage) -> None:
        """The page was built: whoever works behind its overview begins."""
        from desktop_app.gui.ends_actions import EndsActions

        self._ends = EndsActions(self._window, self, page)

    def attach_replacing(self, page: ConnectionPage) -> None:
        """The page was built: whoever works behind its secret begins."""
        from desktop_app.gui.replace_actions import ReplaceActions

        self.replacing = ReplaceActions(self._window, self, page)

    def attach_part(self, part: Part, view: QWidget) -> None:
        """A part of the page was built: whoever works behind it begins."""
        from desktop_app.gui.connection_parts import attach_part

        self._behind[part] = attach_part(part, view, self._window, self)

    def behind(self, part: Part) -> PartActions:
        """Whoever works behind a part. Raises KeyError before it was built."""
        return self._behind[part]

    def show_parts(self) -> None:
        """Another connection is on screen, or the same one changed."""
        if self._ends is not None:
            self._ends.show()
        if self.replacing is not None:
            self.replacing.show()
        for behind in self._behind.values():
            behind.show()

    def check(self) -> None:
        """Try the connection again; results fill in as they come."""
        window, profile = self._window, self._window.profile
        workspace = window.workspace
        if profile is None or workspace is None or self._busy:
            return
        key = profile.id
        self._begin(key, _("Checking…"))
        window.connection_page.start_checks()
        window.runner.start(
            lambda cancel, progress: workspace.connections.check(key, progress, cancel),
            on_done=self._checked,
            on_failed=lambda failure: self._failed(key, failure),
            on_progress=lambda value: self.show_progress(key, value),
            owner=window,
        )

    def copy_token(self) -> None:
        """Copy a token that was just proved."""
        self.copy_form("token")

    def copy_form(self, form_key: str) -> None:
        """Copy a token that was just proved, or the secret behind it, in the form of this key."""
        from desktop_app.app.handover.making import make_form
        from desktop_app.app.handover.table import form_of

        window, profile = self._window, self._window.profile
        workspace = window.workspace
        if profile is None or workspace is None or self._busy or not window.unlocked(lambda: self.copy_form(form_key)):
            return
        key, form = profile.id, form_of(form_key)
        self._begin(key, _("Checking the token before it is copied…"))

        def work(cancel: Cancel, progress: Progress) -> Secret:
            return make_form(workspace.connections, key, form, cancel, progress)

        window.runner.start(
            work,
            on_done=lambda made: self._copied(key, form, made),
            on_failed=lambda failure: self._failed(key, failure),
            owner=window,
        )

    def copy_identifiers(self) -> None:
        """Copy what is no secret."""
        from desktop_app.app.handover.identifiers import identifiers

        if (profile := self._window.profile) is not None:
            self._window.clipboard.copy_plain(identifiers(profile))
            self._window.statusBar().showMessage(_("The identifiers are copied; there is no secret among them."), 6000)

    def edit(self) -> None:
        if (profile := self._window.profile) is not None and not self._busy:
            self._window.edit_connection(profile)

    def rename(self) -> None:
        """Ask for another name."""
        from desktop_app.gui.rename_dialog import RenameDialog

        window, profile = self._window, self._window.profile
        workspace = window.workspace
        if profile is None or workspace is None or self._busy:
            return
        dialog = RenameDialog(profile.name, window.names_but(profile.id), window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.named.connect(lambda name: self._rename(profile.id, name))
        dialog.open()

    def replace(self) -> None:
        """Enter a new secret, or sign in again where there is none."""
        if self.replacing is not None and not self._busy:
            self.replacing.enter()

    def renew(self) -> None:
        """Have Azure make a new secret, or sign in again where there is none."""
        if self.replacing is not None and not self._busy:
            self.replacing.renew()

    def remove(self) -> None:
        """Ask, then remove the connection and its secrets."""
        from PySide6.QtWidgets import QMessageBox

        window, profile = self._window, self._window.profile
        if profile is None or self._busy or not window.unlocked(self.remove):
            return
        box = QMessageBox(window)
        box.setObjectName("removeBox")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(_("Remove connection"))
        box.setTextFormat(Qt.TextFormat.PlainText)  # whatever the name is
        box.setText(_("Remove “{name}” and its secrets from this computer?").format(name=profile.name))
        box.setInformativeText(
            _(
                "The token or app in Azure stays as it is; revoke it there if nothing else uses it. This "
                "can not be undone."
            )
        )
        confirm = box.addButton(_("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        confirm.setObjectName("confirmRemove")
        keep = box.addButton(_("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        confirm.clicked.connect(lambda: self._remove(profile.id))
        box.open()

    # -- the turn, for whatever else works on a connection ------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """True while something runs on a connection."""
        return self._busy is not None

    def begin(self, key: ProfileId, words: str) -> bool:
        """Take the turn, unless something runs already."""
        if self._busy:
            return False
        self._begin(key, words)
        return True

    def end(self, key: ProfileId) -> bool:
        """Give it back; True if that connection is still on screen."""
        return self._end(key)

    def fail(self, key: ProfileId, failure: ConnectionProblem) -> None:
        """Give it back and explain."""
        self._failed(key, failure)

    def explain(self, report: CheckReport) -> None:
        """Explain what failed first in a report about the connection on screen."""
        failure = report.failures[0] if report.failures else None
        if failure is not None and failure.problem is not None:
            self._window.connection_page.show_problem(ConnectionProblem(failure.problem, failure.facts))

    # -- answers ------------------------------------------------------------------------------------------------------

    def _begin(self, key: ProfileId, words: str) -> None:
        self._busy = key
        self._window.connection_page.problem.hide()
        self._window.connection_page.set_busy(words)

    def _end(self, key: ProfileId) -> bool:
        """True if that connection is still on screen."""
        self._busy = None
        self._window.connection_page.set_busy("")
        return self._window.profile is not None and self._window.profile.id == key

    def show_progress(self, key: ProfileId, value: object) -> None:
        """A check has ended of a connection that may be on screen."""
        from desktop_app.core.checks import CheckResult

        if isinstance(value, CheckResult) and self._window.profile is not None and self._window.profile.id == key:
            self._window.connection_page.show_result(value)

    def _checked(self, answer: tuple[Profile, CheckReport]) -> None:
        profile, report = answer
        shown = self._end(profile.id)
        self._window.update_profile(profile, report)
        if shown:
            self.explain(report)
        if self._ends is not None:
            self._ends.after_check(profile)

    def _copied(self, key: ProfileId, form: Form, made: Secret) -> None:
        self._end(key)
        self._window.statusBar().clearMessage()
        if self._window.clipboard.copy(made, _("Token") if form.key == "token" else form.title):
            self._window.connection_page.show_copied()
        self._window.reload(key)

    def _failed(self, key: ProfileId, failure: ConnectionProblem) -> None:
        shown = self._end(key)
        if failure.problem is Problem.PROFILE_GONE:
            self._window.show_problem(failure)  # its page goes with the connection
        elif shown:
            self._window.connection_page.show_problem(failure)
        self._window.reload()

    def _rename(self, key: ProfileId, name: str) -> None:
        workspace = self._window.workspace
        if workspace is None:
            return
        self._begin(key, _("Renaming…"))
        self._window.runner.start(
            lambda cancel, progress: workspace.connections.rename(key, name),
            on_done=self._renamed,
            on_failed=lambda failure: self._failed(key, failure),
            owner=self._window,
        )

    def _renamed(self, profile: Profile) -> None:
        self._end(profile.id)
        self._window.update_profile(profile)

    def _removed(self, key: ProfileId) -> None:
        self._end(key)
        self._window.reload()

    def _remove(self, key: ProfileId) -> None:
        workspace = self._window.workspace
        if workspace is None:
            return
        self._begin(key, _("Removing…"))
        self._window.runner.start(
            lambda cancel, progress: workspace.connections.remove(key),
            on_done=lambda _nothing: self._removed(key),
            on_failed=lambda failure: self._failed(key, failure),
            owner=self._window,
        )
