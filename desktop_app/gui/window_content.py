"""What stands in the main window: the practice banner, a problem, the list on the left, cards or a connection on the
right.

Only what is seen at first is built at once. The list, the connection page and the rest are built, and their modules
imported, when they are first asked for; `prepare` asks for them one by one while nothing else happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.gui.first_run import FirstRunPage

if TYPE_CHECKING:
    from desktop_app.gui.connection_list import ConnectionList
    from desktop_app.gui.connection_page import ConnectionPage
    from desktop_app.gui.problem_panel import ProblemPanel
    from desktop_app.gui.widgets import Banner

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

    def prepare(self) -> Iterator[object]:
        """Build what is not there yet, one part for each step."""
        yield self.connection_list
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
    def connection_page(self) -> ConnectionPage:
        from desktop_app.gui.connection_page import ConnectionPage

        page = ConnectionPage()
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
