"""The banners at the top of a connection's page: what is coming, or has come, each with its one button."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.app.guidance import Action
from desktop_app.app.notices import Notice
from desktop_app.gui.emptying import empty
from desktop_app.gui.widgets import Banner


class NoticesView(QWidget):
    """Hidden while there is nothing to say.

    Signals:
        action_requested(Action): a banner's button.
    """

    action_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self._shown: tuple[Notice, ...] = ()
        self._before: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def follow(self, before: QWidget) -> None:
        """Tab comes here from there."""
        self._before = before

    @property
    def shown(self) -> tuple[Notice, ...]:
        return self._shown

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        """Show these, in their order."""
        if notices == self._shown:
            return
        self._shown = notices
        empty(self._column)
        before = self._before
        for number, notice in enumerate(notices):
            banner = Banner(notice.tone, notice.title, notice.text, notice.action.label, self)
            banner.setObjectName(f"notice{number}")
            banner.button.setObjectName(f"notice{number}Button")
            banner.button.setAccessibleDescription(notice.title)
            banner.pressed.connect(partial(self._press, notice.action))
            self._column.addWidget(banner)
            banner.show()  # with this turn of the event loop, not with the next one
            if before is not None:
                QWidget.setTabOrder(before, banner.button)  # what is made last would come last
                before = banner.button
        self.setVisible(bool(notices))

    def _press(self, action: Action) -> None:
        self.action_requested.emit(action)
