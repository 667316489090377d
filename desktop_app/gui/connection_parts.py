"""The parts of the connection page behind its tabs: which there are, what they show, and who works behind them.

Each is built, and its modules imported, when it is first looked at. A new part is a member of `Part` and a branch in
each of the three functions.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol, assert_never

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.app.i18n import _

if TYPE_CHECKING:
    from desktop_app.gui.connection_actions import ConnectionActions
    from desktop_app.gui.main_window import MainWindow


class Part(Enum):
    """In the order of the tabs."""

    OVERVIEW = auto()
    PERMISSIONS = auto()
    USE_IT = auto()
    HISTORY = auto()


class PartView(QWidget):
    """Signals: link_requested(url): a page is to be opened in the browser."""

    link_requested = Signal(str)

    def set_free(self, free: bool) -> None:
        """False while something runs on this connection: what would start another thing rests."""
        raise NotImplementedError


class PartActions(Protocol):
    """Works behind a view."""

    def show(self) -> None:
        """Another connection is on screen, or the same one changed."""
        ...


def part_title(part: Part) -> str:
    match part:
        case Part.OVERVIEW:
            return _("Overview")
        case Part.PERMISSIONS:
            return _("Permissions")
        case Part.USE_IT:
            return _("Use it")
        case Part.HISTORY:
            return _("History")
        case _:
            assert_never(part)


def build_part(part: Part) -> PartView:
    """A view without a connection. Raises ValueError for the overview, which the page itself is."""
    match part:
        case Part.OVERVIEW:
            raise ValueError(part)
        case Part.PERMISSIONS:
            from desktop_app.gui.permissions_view import PermissionsView

            return PermissionsView()
        case Part.USE_IT:
            from desktop_app.gui.use_it_view import UseItView

            return UseItView()
        case Part.HISTORY:
            from desktop_app.gui.history_view import HistoryView

            return HistoryView()
        case _:
            assert_never(part)


def attach_part(part: Part, view: QWidget, window: MainWindow, actions: ConnectionActions) -> PartActions:
    """Whoever works behind that view, which shows the connection on screen at once."""
    match part:
        case Part.OVERVIEW:
            raise ValueError(part)
        case Part.PERMISSIONS:
            from desktop_app.gui.permission_actions import PermissionActions
            from desktop_app.gui.permissions_view import PermissionsView

            if not isinstance(view, PermissionsView):
                raise TypeError(type(view))
            behind = PermissionActions(window, actions)
            behind.attach(view)
            return behind
        case Part.USE_IT:
            from desktop_app.gui.use_it_actions import UseItActions
            from desktop_app.gui.use_it_view import UseItView

            if not isinstance(view, UseItView):
                raise TypeError(type(view))
            return UseItActions(window, actions, view)
        case Part.HISTORY:
            from desktop_app.gui.history_actions import HistoryActions
            from desktop_app.gui.history_view import HistoryView

            if not isinstance(view, HistoryView):
                raise TypeError(type(view))
            return HistoryActions(window, view)
        case _:
            assert_never(part)
