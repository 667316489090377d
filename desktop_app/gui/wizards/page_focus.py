"""Where the keyboard's focus goes on a wizard's page.

Left to itself Qt takes the focus from a pressed button that is disabled and leaves it nowhere, and puts it on a new
page's first widget even where that one is hidden.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget, QWizard


def keep_focus(wizard: QWizard) -> None:
    """Call when buttons may have been disabled: a lost focus goes to the page's first thing to use."""
    if not _usable(wizard.focusWidget(), wizard):
        _focus_first(wizard)


def enter_page(wizard: QWizard, begins_at: QWidget | None = None) -> None:
    """Call on a new page: it begins at `begins_at`, or its first thing to use, unless it chose another, or the last
    button."""
    page: QWidget | None = wizard.currentPage()
    focus: QWidget | None = wizard.focusWidget()
    if page is None:  # the wizard ends
        return
    if wizard.nextId() == -1:  # nothing is left to do but to press Done
        wizard.button(QWizard.WizardButton.FinishButton).setFocus(Qt.FocusReason.OtherFocusReason)
        return
    chosen = focus is not None and (
        page.isAncestorOf(focus) or focus is wizard.button(QWizard.WizardButton.FinishButton)
    )
    if begins_at is not None:  # the first page of all is shown only after this
        begins_at.setFocus(Qt.FocusReason.OtherFocusReason)
    elif not (chosen and _usable(focus, wizard)):
        _focus_first(wizard)


def _focus_first(wizard: QWizard) -> None:
    page: QWidget | None = wizard.currentPage()
    widget = page.nextInFocusChain() if page is not None else None
    while page is not None and widget is not None and widget is not page:
        if page.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and _usable(widget, wizard):
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        widget = widget.nextInFocusChain()


def _usable(widget: QWidget | None, wizard: QWizard) -> bool:
    return widget is not None and widget.isVisibleTo(wizard) and widget.isEnabled()
