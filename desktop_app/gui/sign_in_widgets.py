"""The parts around a sign-in page that tell a person where they are: address line and question bar.

Host names come from outside: they are shown as plain text, whole at their right end, where the owner's name stands.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.gui.sign_in_rules import host_of

_BUTTON_HOST_LENGTH = 40
"""Characters: a host may have 253, and a button is never cut off by itself."""

_PATH_LENGTH = 500


class ElidedLabel(QLabel):
    """One line of plain text that is shortened where there is no room; screen readers get all of it."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("…"), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        wanted = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(wanted, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())
        painter = QPainter(self)
        alignment = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        self.style().drawItemText(
            painter, self.contentsRect(), alignment, self.palette(), self.isEnabled(), shown, self.foregroundRole()
        )
        painter.end()


class AddressLine(QFrame):
    """Where the sign-in page is: whether the connection is secure, the host in bold, the path. Read only.

    The query is never shown: it may hold a code.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("signInAddress")
        self.setAccessibleName(_("Address of the sign-in page"))
        self._lock = QLabel(self)
        self._lock.setObjectName("signInLock")
        self._host = ElidedLabel(Qt.TextElideMode.ElideLeft, self)
        self._host.setObjectName("signInHost")
        font = self._host.font()
        font.setBold(True)
        self._host.setFont(font)
        self._path = ElidedLabel(Qt.TextElideMode.ElideRight, self)
        self._path.setObjectName("signInPath")
        # Where there is little room, the host has it: it is the part that tells who is asking.
        self._path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(0)
        row.addWidget(self._lock)
        row.addSpacing(8)
        row.addWidget(self._host)
        row.addWidget(self._path, 1)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No page is open."""
        self._say(_("No page is open"), "", "")

    def show_opening(self, url: QUrl) -> None:
        """A page is asked for; what is seen is still the one before it."""
        self._say(_("Opening"), host_of(url), "")

    def show_secure(self, url: QUrl) -> None:
        """`url` is open over https and its certificate is valid; no other page is ever open here."""
        # A page writes its own path, of megabytes if it likes; nobody reads beyond the first line.
        path = url.path(QUrl.ComponentFormattingOption.FullyEncoded)[:_PATH_LENGTH]
        port = "" if url.port(443) == 443 else f":{url.port()}"
        self._say(_("Secure connection"), host_of(url), port + path)

    def _say(self, state: str, host: str, path: str) -> None:
        for label, text in ((self._lock, state), (self._host, host), (self._path, path)):
            label.setText(text)
            label.setAccessibleName(text)
            label.updateGeometry()
        self.setAccessibleDescription(f"{state}. {host}" if host else state)
        self.setToolTip(host)


class QuestionBar(QFrame):
    """Asks whether a host may be opened, or says what became of a page. Hidden while it has nothing to say.

    A page decides when the question comes, and could put it under a click that was meant for something else, or another
    host into it at the last moment. So yes can be said only once the same host has stood there for a while.

    Signals:
        agreed(), declined(): the answer to the question.
    """

    agreed = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget, *, decline: str = "", settle_s: float = 0.0) -> None:
        """`decline` says what comes of saying no; the end of the sign-in if left out. `settle_s`: see above."""
        super().__init__(parent)
        self._settled = QTimer(self, interval=round(settle_s * 1000), singleShot=True)
        self._settled.timeout.connect(self._allow_yes)
        self.setObjectName("signInQuestion")
        decline = decline or _("Cancel sign-in")
        self._words = QLabel(self)
        self._words.setObjectName("signInQuestionWords")
        self._words.setWordWrap(True)
        self._host = ElidedLabel(Qt.TextElideMode.ElideLeft, self)
        self._host.setObjectName("signInQuestionHost")
        font = self._host.font()
        font.setBold(True)
        self._host.setFont(font)
        self._agree = QPushButton(self)
        self._agree.setObjectName("signInAgree")
        self._agree.clicked.connect(self.agreed)
        self._decline = QPushButton(decline, self)
        self._decline.setObjectName("signInDecline")
        self._decline.setAccessibleName(decline)
        self._decline.clicked.connect(self.declined)
        buttons = QHBoxLayout()
        buttons.addWidget(self._agree)
        buttons.addWidget(self._decline)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.addWidget(self._words)
        column.addWidget(self._host)
        column.addLayout(buttons)
        self.hide()

    def ask(self, host: str) -> None:
        """Ask whether `host` belongs to the person's organization."""
        words = _("You are being sent to the host below. Is this your organization's own sign-in page?")
        agree = _("Continue to {host}")
        if host != self._host.text() or self._agree.isHidden() or self.isHidden():
            self._agree.setEnabled(False)
            self._settled.start()
        self._say(words, host)
        end = host if len(host) <= _BUTTON_HOST_LENGTH else "…" + host[-_BUTTON_HOST_LENGTH:]
        self._agree.setText(agree.format(host=end))
        self._agree.setAccessibleName(agree.format(host=host))
        for button in (self._agree, self._decline):
            button.show()

    def _allow_yes(self) -> None:
        self._agree.setEnabled(True)

    def tell_refused(self, host: str) -> None:
        """Say that an address was not opened."""
        words = _("The page wanted to open an address that is not a secure web address. It was not opened.")
        self._tell(words, host)

    def tell_download(self) -> None:
        """Say that a file was not taken."""
        self._tell(_("The page wanted to download a file. A sign-in needs none, so it was refused."), "")

    def tell_not_opened(self, host: str) -> None:
        """Say that a page could not be loaded."""
        self._tell(_("This page could not be opened."), host)

    def tell_certificate(self, host: str) -> None:
        """Say that a page was not opened because nobody vouches for it."""
        self._tell(_("This page was not opened, because its certificate is not trusted on this computer."), host)

    def tell_stuck(self) -> None:
        """Say that a page may stay incomplete."""
        words = _("The page has stopped loading. If you cannot use it, choose Start again or Continue in browser.")
        self._tell(words, "")

    def _tell(self, words: str, host: str) -> None:
        self._say(words, host)
        for button in (self._agree, self._decline):
            button.hide()

    def _say(self, words: str, host: str) -> None:
        self._words.setText(words)
        self._host.setText(host)
        self._host.setToolTip(host)
        self._host.updateGeometry()
        self._host.setVisible(bool(host))
        self.setAccessibleName(words)
        self.setAccessibleDescription(host)
        self.show()
