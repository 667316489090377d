"""What the Overview of a connection does about its ends: ask Azure, take a date, save a reminder; and its banners.

Asking by hand takes the connection's turn; what is asked after a check does not, so nothing waits for it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from desktop_app.app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

    from desktop_app.app.learning import Answer
    from desktop_app.core.ends import End
    from desktop_app.core.lifecycle import PatRecord
    from desktop_app.core.profile import Profile, ProfileId
    from desktop_app.gui.connection_actions import ConnectionActions
    from desktop_app.gui.connection_page import ConnectionPage
    from desktop_app.gui.main_window import MainWindow


class EndsActions(QObject):
    """Answers of this run are kept by connection."""

    def __init__(self, window: MainWindow, actions: ConnectionActions, page: ConnectionPage) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._page = page
        self._answers: dict[ProfileId, Answer] = {}
        self._shown: ProfileId | None = None
        window.gone.connect(self._forget)
        view = page.ends
        view.ask_requested.connect(self.ask)
        view.entered.connect(self.enter)
        view.choose_requested.connect(self.choose)
        view.remind_requested.connect(self.remind)

    def show(self) -> None:
        """Another connection is on screen, or the same one changed."""
        from desktop_app.app.notices import notices_of

        profile, workspace, view = self._window.profile, self._window.workspace, self._page.ends
        if profile is None or workspace is None:
            return
        if profile.id != self._shown:
            self._shown = profile.id
            view.close_editor()
            view.show_saved("")
        now = self._window.now()
        view.set_can_ask(workspace.learning is not None)
        view.show_ends(self._ends(profile), now)
        self._page.notices.show_notices(notices_of(profile, now))
        self._show_answer(profile)

    def _forget(self, gone: Collection[ProfileId]) -> None:
        for key in gone:
            self._answers.pop(key, None)

    def _ends(self, profile: Profile) -> tuple[End, ...]:
        from desktop_app.core.ends import ends_of

        workspace = self._window.workspace
        return ends_of(profile, token_ends_at=workspace.connections.token_ends_at(profile.id) if workspace else None)

    def _show_answer(self, profile: Profile) -> None:
        from desktop_app.app.learning import Untold
        from desktop_app.app.learning_words import answer_words

        answer = self._answers.get(profile.id)
        if answer is None or answer.untold is None or profile.credential_ends_at is not None:
            self._page.ends.show_answer("")
        else:
            self._page.ends.show_answer(answer_words(answer), choice=answer.untold is Untold.SEVERAL)

    # -- asking Azure -------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask Azure for the end of the connection on screen."""
        window, profile = self._window, self._window.profile
        learning = window.workspace.learning if window.workspace else None
        if profile is None or learning is None or not self._actions.begin(profile.id, _("Asking Azure…")):
            return
        key = profile.id
        window.runner.start(
            lambda cancel, progress: learning.ask(key, cancel),
            on_done=partial(self._answered, by_hand=True),
            on_failed=partial(self._actions.fail, key),
            owner=window,
        )

    def after_check(self, profile: Profile) -> None:
        """A check has ended: ask where that is worth while, without a word if it comes to nothing."""
        window = self._window
        learning = window.workspace.learning if window.workspace else None
        if learning is None:
            return
        window.runner.start(
            lambda cancel, progress: learning.ask_after_check(profile, cancel),
            on_done=self._answered,
            on_failed=lambda failure: None,  # the connection is gone, or whatever hinders will be told when it is used
            owner=window,
        )

    def _answered(self, answer: Answer | None, *, by_hand: bool = False) -> None:
        if answer is None:
            return
        if self._window.has(answer.profile.id):  # it may have been removed meanwhile
            self._answers[answer.profile.id] = answer
        if by_hand:
            self._actions.end(answer.profile.id)
        if by_hand or answer.untold is None:
            self._window.show_changed(answer.profile)
        else:
            self.show()

    def choose(self) -> None:
        """Let the person say which token of the list it is."""
        from desktop_app.gui.token_chooser import TokenChooser

        profile = self._window.profile
        answer = self._answers.get(profile.id) if profile else None
        if profile is None or answer is None or not answer.tokens:
            return
        dialog = TokenChooser(profile.name, answer.tokens, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(partial(self._take, profile.id))
        dialog.open()

    def _take(self, key: ProfileId, token: PatRecord) -> None:
        window = self._window
        learning = window.workspace.learning if window.workspace else None
        if learning is None or not self._actions.begin(key, _("Saving…")):
            return
        window.runner.start(
            lambda cancel, progress: learning.choose(key, token),
            on_done=self._kept,
            on_failed=partial(self._actions.fail, key),
            owner=window,
        )

    # -- by hand ------------------------------------------------------------------------------------------------------

    def enter(self, ends: date) -> None:
        """The person says on which day it ends."""
        from desktop_app.app.learning import enter_end

        window, profile = self._window, self._window.profile
        workspace = window.workspace
        if profile is None or workspace is None or not self._actions.begin(profile.id, _("Saving…")):
            return
        key = profile.id
        window.runner.start(
            lambda cancel, progress: enter_end(workspace.connections, key, ends),
            on_done=self._kept,
            on_failed=partial(self._actions.fail, key),
            owner=window,
        )

    def _kept(self, profile: Profile) -> None:
        self._answers.pop(profile.id, None)
        if self._actions.end(profile.id):
            self._page.ends.close_editor()
        self._window.show_changed(profile)

    # -- reminder -----------------------------------------------------------------------------------------------------

    def remind(self) -> None:
        """Ask where to, and write a calendar file there."""
        from desktop_app.app.reminder import reminder_stem
        from desktop_app.gui.save_dialog import ask_where

        profile = self._window.profile
        if profile is None:
            return
        ask_where(
            self._window,
            _("Save a reminder for your calendar"),
            f"{reminder_stem(profile)}.ics",
            _("Calendar (*.ics)"),
            lambda file: self.write(file, profile),
        ).setObjectName("reminderDialog")

    def write(self, file: str, profile: Profile) -> None:
        """Write the reminder in a task, and say how that ended."""
        from pathlib import Path

        from desktop_app.app.reminder import save_reminder

        target, ends, now = Path(file), self._ends(profile), self._window.now()
        self._window.runner.start(
            lambda cancel, progress: save_reminder(target, profile, ends, now),
            on_done=partial(self._written, target, profile.id),
            on_failed=self._window.show_problem,
            owner=self._window,
        )

    def _written(self, file: Path, key: ProfileId, failure: str) -> None:
        if self._shown != key:
            return
        if failure:
            self._page.ends.show_saved(failure, failed=True)
        else:
            self._page.ends.show_saved(_("Open {file} with your calendar.").format(file=file))
