"""Opens the wizards, one at a time, and in practice mode the card with the values to paste beside them.

Wizards are not modal: the card, and the window behind it, stay usable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from desktop_app.app.i18n import _
from desktop_app.gui.steps import Steps, imports

if TYPE_CHECKING:
    from desktop_app.core.checks import CheckReport
    from desktop_app.core.profile import Method, Profile, ProfileId
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.practice_window import PracticeWindow
    from desktop_app.gui.wizards.flow_wizard import FlowWizard

SOON_MS = 100

_WIZARD_MODULES = (
    "desktop_app.app.drafts",
    "desktop_app.app.flows",
    "desktop_app.core.inputs",
    "desktop_app.gui.fields",
    "desktop_app.gui.date_field",
    "desktop_app.gui.wizards.flow_wizard",
    "desktop_app.gui.wizards.organization_help",
    "desktop_app.gui.wizards.organization_page",
    "desktop_app.gui.wizards.final_pages",
    "desktop_app.gui.wizards.registration_page",
    "desktop_app.gui.wizards.app_details",
    "desktop_app.gui.device_code_card",
    "desktop_app.gui.wizards.sign_in_page",
    "desktop_app.gui.wizards.open",
)
"""In the order in which they need each other, so that each step imports little."""


class WizardOpener(QObject):
    """Belongs to the main window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._practice_window: PracticeWindow | None = None
        self._to_show: tuple[Profile, CheckReport | None] | None = None
        self.wizard: FlowWizard[Any] | None = None  # Any: whatever its draft

    def import_wizards(self, then: Callable[[], object]) -> None:
        """Import them one module at a time, so that opening the first one does not wait, and call `then` after that."""
        beside = ["desktop_app.gui.practice_window"] if self._window.practice else []
        Steps(self, imports([*beside, *_WIZARD_MODULES]), then)

    def new_connection(self, method: Method) -> None:
        """Open the wizard of a method, or bring the one that is open to the front."""
        from desktop_app.app.drafts import draft_for

        workspace = self._window.workspace
        if workspace is None:
            self._window.statusBar().showMessage(_("One moment, ADO Connect is still starting."), 3000)
            return
        if (refused := workspace.settings.policy.refuses_method(method)) is not None:
            self._window.show_problem(refused)
            return
        draft = draft_for(method)
        draft.cloud = workspace.clouds[0]
        self._open(draft, None)

    def edit_connection(self, profile: Profile) -> None:
        """Open the same wizard with everything but secrets filled in."""
        from desktop_app.app.drafts import draft_from

        if self._window.unlocked(lambda: self.edit_connection(profile)):
            self._open(draft_from(profile), profile.id)

    def replace_secret(self, profile: Profile) -> None:
        """Open the same wizard where a new secret is entered."""
        from desktop_app.app.drafts import Aim, draft_from

        if self._window.unlocked(lambda: self.replace_secret(profile)):
            self._open(draft_from(profile, Aim.NEW_SECRET), profile.id)

    def sign_in_again(self, profile: Profile) -> None:
        """Open the same wizard where the person of an OAuth connection signs in."""
        from desktop_app.app.drafts import Aim, draft_from

        if self._window.unlocked(lambda: self.sign_in_again(profile)):
            self._open(draft_from(profile, Aim.NEW_SIGN_IN), profile.id)

    def show_practice_values(self) -> None:
        """The card with the values to paste."""
        from desktop_app.gui.practice_window import PracticeWindow

        window = self._window
        if window.workspace is None:
            return
        if self._practice_window is None:
            self._practice_window = PracticeWindow(window.workspace.practice_values, window.clipboard, window)
        self._practice_window.show()
        self._practice_window.raise_()

    def close(self) -> None:
        """Close what is open; nothing of a wizard is kept."""
        if self.wizard is not None:
            self.wizard.reject()
        if self._practice_window is not None:
            self._practice_window.close()

    def _open(self, draft: object, key: ProfileId | None) -> None:
        from desktop_app.gui.wizards.context import WizardContext
        from desktop_app.gui.wizards.open import wizard_for

        window = self._window
        if window.workspace is None or window.changes_refused():
            return
        if self.wizard is not None:
            self.wizard.raise_()
            self.wizard.activateWindow()
            return
        context = WizardContext(
            window.workspace,
            window.runner,
            window.clipboard,
            window.open_url,
            window.names_but(key),
            self._saved,
            window.check_computer,
        )
        self.wizard = wizard_for(context, draft, window)
        self.wizard.finished.connect(self._closed)
        self.wizard.show()
        self._follow_up_soon(self.wizard)

    def _follow_up_soon(self, wizard: FlowWizard[Any]) -> None:
        # Not the method itself: PySide keeps a weak reference to it for ever, for each wizard (6.11).
        QTimer.singleShot(SOON_MS, wizard, lambda: self._follow_up())  # noqa: PLW0108

    def _follow_up(self) -> None:
        """What can wait until the wizard is on screen."""
        window = self._window
        if window.workspace is None or self.wizard is None:
            return
        if not self.wizard.complete:  # its pages first: imports in another thread would hold them up
            self._follow_up_soon(self.wizard)
            return
        if window.practice and window.workspace.practice_values:
            self.show_practice_values()
            self.wizard.activateWindow()
        window.runner.prepare(window.workspace.warm_up)

    def _saved(self, profile: Profile, report: CheckReport | None) -> None:
        """The wizard goes on to its last page first; the window follows then, or when the wizard closes."""
        self._to_show = (profile, report)
        QTimer.singleShot(0, self, self._show_saved)

    def _show_saved(self) -> None:
        saved, self._to_show = self._to_show, None
        if saved is not None:
            self._window.update_profile(*saved)

    def _closed(self) -> None:
        self._show_saved()
        if self.wizard is not None:
            self.wizard.deleteLater()
            self.wizard = None
            self._window.companions.recovery.soon()  # something may have been made for it
