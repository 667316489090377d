"""Above the list: *Check all now*, and while it runs how far it has come, with *Cancel* in its place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.widgets import SoftText


class CheckAllRow(QWidget):
    """Signals:
    start_requested(): check all connections.
    cancel_requested(): stop that.
    """

    start_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checkAllRow")
        self.start = QPushButton(_("Check all now"), self)
        self.start.setObjectName("checkAll")
        bind_icon(self.start, "refresh")
        self.start.clicked.connect(self.start_requested)
        self.cancel = QPushButton(_("Cancel"), self)
        self.cancel.setObjectName("cancelCheckAll")
        self.cancel.setAccessibleName(_("Cancel the check of all connections"))
        self.cancel.clicked.connect(self.cancel_requested)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Connections checked"))
        self._words = SoftText("", parent=self)
        self._words.setObjectName("checkAllWords")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.start, self.cancel, self._bar, self._words):
            column.addWidget(widget)
        for widget in (self.cancel, self._bar, self._words):
            widget.hide()

    @property
    def words(self) -> str:
        """What it says now."""
        return self._words.text()

    def show_progress(self, done: int, total: int) -> None:
        """It runs."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._say(_("{done} of {total} checked").format(done=f"{done:,}", total=f"{total:,}"))
        self._swap(self.start, self.cancel)
        self._bar.show()

    def show_summary(self, words: str) -> None:
        """It ended so, or nothing has run yet."""
        self._say(words)
        self._bar.hide()
        self._swap(self.cancel, self.start)

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._words.setVisible(bool(words))

    def _swap(self, gone: QPushButton, there: QPushButton) -> None:
        """One button in the place of the other, with the focus if that had it."""
        if not there.isHidden():
            return
        had_focus = gone.hasFocus()
        there.show()
        if had_focus:
            there.setFocus(Qt.FocusReason.OtherFocusReason)
        gone.hide()
