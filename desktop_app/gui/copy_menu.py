"""The drop-down beside *Copy token*: the other forms, by the tool they are for, and the identifiers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.app.i18n import _

if TYPE_CHECKING:
    from desktop_app.app.handover.table import Form
    from desktop_app.core.profile import Method, Profile


class CopyMenuButton(QPushButton):
    """Signals: form_requested(key): a row of app/handover/table.py. identifiers_requested: no secret is wanted."""

    form_requested = Signal(str)
    identifiers_requested = Signal()

    def __init__(self, profile: Callable[[], Profile | None], parent: QWidget | None = None) -> None:
        """`profile` gives the connection on screen."""
        super().__init__(parent)
        self._profile = profile
        self._filled_for: Method | None = None
        self.setObjectName("copyTokenAs")
        words = _("Copy in another form")
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setProperty("dropDown", True)
        self.setProperty("primary", True)
        menu = QMenu(self)
        menu.setObjectName("copyMenu")
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def _fill(self) -> None:
        """Again only for a connection of another method."""
        profile = self._profile()
        if profile is None or profile.method is self._filled_for:
            return
        from desktop_app.app.handover.table import forms_for

        self._filled_for = profile.method
        menu = self.menu()
        menu.clear()
        for tool, of_tool in groupby(forms_for(profile.method), key=lambda form: form.tool):
            part = QMenu(tool, menu)
            part.setToolTipsVisible(True)
            for form in of_tool:
                self._add(part, form)
            menu.addMenu(part)
        menu.addSeparator()
        identifiers = menu.addAction(_("Copy identifiers only"))
        identifiers.setToolTip(_("The names and IDs of this connection: nothing secret."))
        identifiers.triggered.connect(self.identifiers_requested)

    def _add(self, menu: QMenu, form: Form) -> None:
        action = menu.addAction(form.label)
        action.setData(form.key)
        action.setToolTip(form.purpose)
        action.triggered.connect(lambda _checked=False: self.form_requested.emit(form.key))
