"""Small pieces that several wizard pages share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QPushButton

from desktop_app.app.words import fault_words, note_words
from desktop_app.core.inputs import InputFault, InputNote
from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.wizards.context import WizardContext


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
