"""What stands in the main window: the practice banner, a problem, the list on the left, cards or a connection on the
right.

Only what is seen at first is built at once. The list, the connection page and the rest are built, and their modules
imported, when they are first asked for; `prepare_list` and `prepare_rest` ask for them a little at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.gui.first_run import FirstRunPage
from desktop_app.gui.steps import imports

if TYPE_CHECKING:
    from desktop_app.gui.connection_list import ConnectionList
    from desktop_app.gui.connection_page import ConnectionPage
    from desktop_app.gui.problem_panel import ProblemPanel
    from desktop_app.gui.widgets import Banner

_LIST_MODULES = (
    "desktop_app.core.profile",
    "desktop_app.core.checks",
    "desktop_app.app.guidance",
    "desktop_app.app.guidance_pieces",
    "desktop_app.app.words",
    "desktop_app.gui.connection_rows",
    "desktop_app.gui.connection_list",
)
_PAGE_MODULES = (
    "desktop_app.gui.safekeeping",
    "desktop_app.gui.window_lock",
    "desktop_app.app.guidance_index",
    "desktop_app.gui.check_view",
    "desktop_app.gui.problem_panel",
    "desktop_app.core.inputs",
    "desktop_app.gui.date_field",
    "desktop_app.app.reminder",
    "desktop_app.gui.time_line",
    "desktop_app.gui.ends_view",
    "desktop_app.gui.kept_old",
    "desktop_app.gui.connection_page",
)
"""What the list, and the lock and the connection page need, in the order in which they need each other."""

LIST_WIDTH = 330
LEAST_LIST_WIDTH = 240


class WindowContent(QWidget):
    """Signals: each is sent right after a part was built, for whoever connects its signals.

    list_built(ConnectionList), page_built(ConnectionPage), problem_built(ProblemPanel).
    """

    list_built = Signal(object)
    page_built = Signal(object)
    problem_built = Signal(object)

    def __init__(self, *, practice: bool, parent: QWidget) -> None:
        super().__init__(parent)
        # Everything is made where it stays: whatever moves to another parent is dressed anew.
        self.banner = _practice_banner(self) if practice else None
        self._splitter = QSplitter(self)
        self._splitter.setChildrenCollapsible(False)
        self.right = QStackedWidget(self._splitter)
        self._splitter.addWidget(self.right)
        self.first_run = FirstRunPage(practice=practice, parent=self.right)
        self.first_run.set_back_visible(False)
        self.right.addWidget(self.first_run)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        if self.banner is not None:
            self._column.addWidget(self.banner)
        self._column.addWidget(self._splitter, 1)

    def built(self, name: str) -> bool:
        """True if that part, a property of this class, is there already."""
        return name in self.__dict__

    @staticmethod
    def import_parts() -> Iterable[object]:
        """Import what the parts need, one module in each step."""
        return imports([*_LIST_MODULES, *_PAGE_MODULES])

    def prepare_list(self) -> Iterator[object]:
        """Build the list in steps; each gives what it has brought."""
        yield from imports(_LIST_MODULES)
        yield self.connection_list

    def prepare_rest(self) -> Iterator[object]:
        """Build what is not there yet, a little in each step."""
        yield from imports(_PAGE_MODULES)
        page = self._page_in_work
        while page.build_next():
            yield page
        yield self.connection_page
        yield self.problem

    @cached_property
    def connection_list(self) -> ConnectionList:
        from desktop_app.gui.connection_list import ConnectionList

        left = ConnectionList()
        left.setMinimumWidth(LEAST_LIST_WIDTH)
        left.hide()
        width = max(self._splitter.width(), LIST_WIDTH + LEAST_LIST_WIDTH)
        self._splitter.insertWidget(0, left)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([LIST_WIDTH, width - LIST_WIDTH])
        self.first_run.follow(left.list)
        self.list_built.emit(left)
        return left

    @cached_property
    def _page_in_work(self) -> ConnectionPage:
        from desktop_app.gui.connection_page import ConnectionPage

        return ConnectionPage(self.right, whole=False)

    @cached_property
    def connection_page(self) -> ConnectionPage:
        page = self._page_in_work
        page.finish()
        self.right.addWidget(page)
        self.page_built.emit(page)
        return page

    @cached_property
    def problem(self) -> ProblemPanel:
        from desktop_app.gui.problem_panel import ProblemPanel

        panel = ProblemPanel()
        panel.setObjectName("windowProblem")
        panel.hide()
        self._column.insertWidget(self._column.count() - 1, panel)
        self.problem_built.emit(panel)
        return panel

    @cached_property
    def keyring_wait(self) -> Banner:
        """Says that the keyring is waited for."""
        from desktop_app.app.guidance_pieces import keyring_words
        from desktop_app.gui.widgets import Banner

        banner = Banner("info", *keyring_words(), _("Stop waiting"), self)
        banner.setObjectName("keyringWait")
        banner.button.setObjectName("stopWaiting")
        banner.hide()
        self._column.insertWidget(self._column.count() - 1, banner)
        return banner


def _practice_banner(parent: QWidget) -> Banner:
    from desktop_app.gui.widgets import Banner

    banner = Banner(
        "practice",
        _("Practice cloud."),
        _("Nothing here touches a real account; your real connections are not shown."),
        _("Values to paste"),
        parent,
    )
    banner.setObjectName("practiceBanner")
    banner.button.setObjectName("practiceValues")
    banner.button.setEnabled(False)
    return banner
