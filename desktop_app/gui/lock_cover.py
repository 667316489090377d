"""Covers the sign-in pages while the program is locked: what was typed into them stays, and nobody sees or uses it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.widgets import Heading, SoftText

SIGN_IN_PAGE = "signInPage"
"""The object name of each web view that shows a sign-in."""


class LockCover(QWidget):
    """Lies over `page`, which takes no input meanwhile. `unlock` is called by its button."""

    def __init__(self, page: QWidget, unlock: Callable[[], object]) -> None:
        super().__init__(page.parentWidget())
        self.setObjectName("lockCover")
        self.setAutoFillBackground(True)
        self._page = page
        self._had_focus = page.isAncestorOf(QApplication.focusWidget() or self) or page.hasFocus()
        self.unlock = QPushButton(_("Unlock…"))
        self.unlock.setObjectName("coverUnlock")
        bind_icon(self.unlock, "lock")
        self.unlock.clicked.connect(unlock)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        title = Heading(_("ADO Connect is locked"), sub=True)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(title)
        words = SoftText(_("The sign-in page is still there, with everything that was typed into it."))
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(words)
        column.addWidget(self.unlock, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        page.setEnabled(False)
        page.installEventFilter(self)
        self.setGeometry(page.geometry())
        self.setVisible(not page.isHidden())
        self.raise_()
        if self._had_focus:
            self.unlock.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        if watched is self._page and event.type() in {QEvent.Type.Resize, QEvent.Type.Move}:
            self.setGeometry(self._page.geometry())
        return False

    def take_away(self) -> None:
        """The page can be used again, with the focus where it was."""
        self._page.removeEventFilter(self)
        self._page.setEnabled(True)
        self.hide()
        if self._had_focus:
            self._page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()


def cover_sign_in_pages(unlock: Callable[[], object]) -> None:
    """Cover every sign-in page that is open."""
    for page in QApplication.allWidgets():
        if page.objectName() == SIGN_IN_PAGE and page.parentWidget() is not None:
            LockCover(page, unlock)


def uncover_sign_in_pages() -> None:
    for cover in QApplication.allWidgets():
        if isinstance(cover, LockCover):
            cover.take_away()
