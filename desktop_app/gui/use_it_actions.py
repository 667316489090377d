"""What works behind the part *Use it*: its buttons lead to the connection's actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.gui.connection_actions import ConnectionActions
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.use_it_view import UseItView


class UseItActions:
    """Implements PartActions for `view`."""

    def __init__(self, window: MainWindow, actions: ConnectionActions, view: UseItView) -> None:
        self._window = window
        self._view = view
        view.form_requested.connect(actions.copy_form)
        view.identifiers_requested.connect(actions.copy_identifiers)
        self.show()

    def show(self) -> None:
        if (profile := self._window.profile) is not None:
            self._view.show_method(profile.method)
