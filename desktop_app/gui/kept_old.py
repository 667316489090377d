"""The notice on a connection's page that its old secret is kept, or that a renewal is not finished, and its buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.replacement_words import KeptWords
from desktop_app.gui.icons import IconLabel, bind_icon
from desktop_app.gui.style import mark
from desktop_app.gui.widgets import as_html, link_button


class KeptOldNotice(QFrame):
    """Hidden until `show_words`.

    Signals:
    link_requested(Action): where the old one is revoked.
    forget_requested(), put_back_requested(): what the buttons say.
    """

    link_requested = Signal(object)
    forget_requested = Signal()
    put_back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keptOld")
        self._shown: KeptWords | None = None
        mark(self, "banner", "attention")
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._words.setWordWrap(True)
        self.link = link_button("")
        self.link.setObjectName("keptOldLink")
        bind_icon(self.link, "open", "accent")
        self.link.clicked.connect(self._open)
        self.put_back = QPushButton()
        self.put_back.setObjectName("putOldBack")
        self.put_back.clicked.connect(self.put_back_requested)
        self.forget = QPushButton()
        self.forget.setObjectName("forgetOld")
        self.forget.clicked.connect(self.forget_requested)
        self._buttons = buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        buttons.setSpacing(8)
        for button in (self.forget, self.put_back, self.link):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        row.addWidget(IconLabel("warning", "attention", 20), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.hide()

    def show_words(self, words: KeptWords | None) -> None:
        """Say this; None hides it."""
        self._shown = words
        self.setVisible(words is not None)
        if words is None:
            return
        self._words.setText(f"<b>{as_html(words.title)}</b> {as_html(words.text)}")
        self.setAccessibleName(f"{words.title} {words.text}")
        labels = ((self.forget, words.forget), (self.put_back, words.put_back))
        for button, label in (*labels, (self.link, words.link.label if words.link else "")):
            button.setText(label.replace("&", "&&"))
            button.setAccessibleDescription(words.title)
            button.setVisible(bool(label))

    def set_narrow(self, narrow: bool) -> None:
        """Where there is no room beside each other, the buttons stand below each other."""
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._buttons.direction() is not direction:
            self._buttons.setDirection(direction)

    def set_free(self, free: bool) -> None:
        """False while something runs on this connection."""
        self.forget.setEnabled(free)
        self.put_back.setEnabled(free)

    def _open(self) -> None:
        if self._shown is not None and self._shown.link is not None:
            self.link_requested.emit(self._shown.link)
