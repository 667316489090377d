"""A desk whose reports are scripted: each step of a report comes when the test says so."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QTabBar

from desktop_app.app.report_wish import ReportWish
from desktop_app.core.cancel import Cancel
from desktop_app.core.permissions import needed
from desktop_app.core.ports import Project
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Profile, ProfileId
from desktop_app.core.report import PermissionReport
from desktop_app.gui.connection_parts import Part
from desktop_app.gui.permissions_view import PermissionsView
from tests.fakes.reports import SHOP, WEBSITE, a_report, findings
from tests.gui.driving import Desk

LIMIT_S = 20.0
_END = object()


class ScriptedReports:
    """Stands in for `Connections.report` and `.projects`."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.projects_there: Sequence[Project] = (SHOP, WEBSITE)
        self.wishes: list[ReportWish] = []
        self.cancelled = False
        self.failure: ConnectionProblem | None = None
        self._steps: queue.Queue[object] = queue.Queue()
        method = profile.method
        self.answer = a_report(
            method=method,
            permissions=tuple(need.permission for need in needed(method)),
            findings=findings(method, (SHOP, WEBSITE)),
            excess=(),
        )

    def report(
        self, key: ProfileId, wish: ReportWish, on_event: Callable[[object], None], cancel: Cancel
    ) -> tuple[Profile, PermissionReport]:
        self.wishes.append(wish)
        cancel.on_cancel(lambda: self._steps.put(_END))
        while (step := self._steps.get(timeout=LIMIT_S)) is not _END:
            on_event(step)
        self.cancelled = cancel.requested
        cancel.raise_if_cancelled()
        if self.failure is not None:
            raise self.failure
        return self.profile, replace(self.answer, closely=wish.closely)

    def projects(self, key: ProfileId, cancel: Cancel) -> tuple[Project, ...]:
        return tuple(self.projects_there)

    def send(self, *events: object) -> None:
        """Let a running report tell these."""
        for event in events:
            self._steps.put(event)

    def end(self) -> None:
        """Let a running report end with `answer`, or `failure`."""
        self._steps.put(_END)


def open_permissions(desk: Desk) -> PermissionsView:
    """Go to the Permissions part of the connection on screen, by keyboard."""
    from PySide6.QtCore import Qt

    page = desk.window.connection_page
    tabs = page.findChild(QTabBar, "connectionParts")
    assert isinstance(tabs, QTabBar)
    desk.keyboard.go_to(tabs)
    desk.keyboard.press(Qt.Key.Key_Right)
    view = page.part(Part.PERMISSIONS)
    assert isinstance(view, PermissionsView)
    desk.wait(view.isVisible)
    return view


def action(view: PermissionsView, name: str) -> QAction:
    """An entry of the export menu."""
    found = view.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found
