"""Small pieces that several wizard pages share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QPushButton

from desktop_app.app.drafts import Aim, Draft
from desktop_app.app.i18n import _
from desktop_app.app.words import fault_words, note_words
from desktop_app.core.inputs import InputFault, InputNote
from desktop_app.core.profile import Method
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.wizards.context import WizardContext


def wizard_title(draft: Draft, for_new: str) -> str:
    """What stands on the wizard's window; `for_new` where no connection is being changed."""
    if draft.editing is None:
        return for_new
    name = draft.editing.name
    match draft.aim:
        case Aim.WHOLE:
            return _("Edit connection")
        case Aim.NEW_SECRET if draft.method is Method.PAT:
            return _("Replace the token of {name}").format(name=name)
        case Aim.NEW_SECRET:
            return _("Replace the client secret of {name}").format(name=name)
        case Aim.NEW_SIGN_IN:
            return _("Sign in again for {name}").format(name=name)


def today(context: WizardContext) -> date:
    """The admin's own day, which is not always that of UTC."""
    return context.workspace.clock.now().astimezone().date()


def field_words(said: InputFault | InputNote) -> str:
    """The sentence for a fault or a note of a field."""
    return fault_words(said) if isinstance(said, InputFault) else note_words(said, "")


def copy_button(label: str, name: str, value: Callable[[], str], clipboard: ClipboardGuard) -> QPushButton:
    """Copies an address or an ID (never a secret). `name` begins with the label and says of what."""
    button = QPushButton(label)
    button.setAccessibleName(name)
    bind_icon(button, "copy")
    button.clicked.connect(lambda: clipboard.copy_plain(value()))
    return button
