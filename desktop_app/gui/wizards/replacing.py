"""What the pages of a wizard need that is open to replace a saved secret: the saved one, and the page to make another.

The saved secret is read beside the window and compared only; where it can not be read, nothing is compared.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop_app.app.drafts import Aim, Draft
from desktop_app.app.i18n import _
from desktop_app.core.credential import Secret
from desktop_app.core.inputs import Judged, judge_replacement
from desktop_app.core.profile import Method
from desktop_app.gui.tasks import TaskHandle
from desktop_app.gui.widgets import OpenButton
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.flow_wizard import place_of


class SavedSecret:
    """The secret that is to be replaced. `on_read` is called once it is known."""

    def __init__(self, context: WizardContext, draft: Draft, on_read: Callable[[], None]) -> None:
        self._context = context
        self._draft = draft
        self._on_read = on_read
        self._secret: Secret | None = None
        self._task: TaskHandle | None = None

    def read(self, owner: QWidget) -> None:
        """Begin to read it, if there is one to be replaced and it is not known yet."""
        editing, connections = self._draft.editing, self._context.workspace.connections
        if self._draft.aim is not Aim.NEW_SECRET or editing is None or self._secret is not None:
            return
        self.stop()
        self._task = self._context.runner.start(
            lambda cancel, progress: connections.long_lived_secret(editing.id),
            on_done=self._known,
            on_failed=lambda failure: None,  # whatever hinders it is explained when the new one is saved
            owner=owner,
        )

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def judge(self, judged: Judged[str]) -> Judged[str]:
        """The same one again is a fault."""
        return judge_replacement(judged, self._secret)

    def _known(self, secret: Secret | None) -> None:
        self._secret = secret
        self._on_read()


def new_one_button(context: WizardContext, draft: Draft) -> OpenButton:
    """Opens the page at Azure where the new secret is made."""
    if draft.method is Method.PAT:
        label, url = _("Open the token page"), draft.cloud.token_page_url(draft.organization)
    else:
        label, url = _("Open Certificates & secrets"), place_of(draft).app_page("Credentials")
    return OpenButton(label.replace("&", "&&"), url, context.open_url)
