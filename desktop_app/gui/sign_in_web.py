"""The web view that sign-in pages are shown in, in the wizard and in a second window."""

from __future__ import annotations

from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.app.i18n import _


class PageView(QWebEngineView):
    """A web view whose context menu offers what typing a password needs, and nothing else."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("signInPage")
        self.setAccessibleName(_("Sign-in page"))

    def looks_empty(self) -> bool:
        """True if every pixel of what is shown has one colour."""
        image = self.grab().toImage()
        if image.isNull():
            return False
        first = image.pixel(0, 0)
        # A word or a picture is larger than the gaps between the points that are looked at.
        return all(
            image.pixel(x, y) == first for y in range(0, image.height(), _STEP) for x in range(0, image.width(), _STEP)
        )

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        for action in (
            QWebEnginePage.WebAction.Cut,
            QWebEnginePage.WebAction.Copy,
            QWebEnginePage.WebAction.Paste,
            QWebEnginePage.WebAction.SelectAll,
        ):
            menu.addAction(self.page().action(action))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())


_STEP = 4
"""Pixels."""
