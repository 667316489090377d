"""The page with one card for each method: what is seen first, and again under New connection.

The start of the program waits for this page, so it imports little: methods are named by their values here.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.gui.icons import IconLabel
from desktop_app.gui.widgets import Card, Heading, SoftText, link_button

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QResizeEvent

METHOD_ICONS = {"oauth": "person", "pat": "key", "client-secret": "robot"}
"""By the value of `core.profile.Method`."""
MARGIN = 32
CARD_WIDTH = 228
"""At least so many pixels each, if the cards are to stand side by side."""


class _CardWords(NamedTuple):
    """A method's card: who it is for, what is needed, how long it takes."""

    method: str
    title: str
    who: str
    needs: str
    time: str
    button: str


class FirstRunPage(QScrollArea):
    """Three cards side by side, or below each other where the window is narrow.

    Signals:
        chosen(Method): start that wizard.
        help_requested(): help me choose.
        practice_requested(): try it without an account.
        back_requested(): back to the connections.
    """

    chosen = Signal(object)
    help_requested = Signal()
    practice_requested = Signal()
    back_requested = Signal()

    def __init__(self, *, practice: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("firstRun")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget(self)
        self.setWidget(inner)  # before it is filled: whatever moves to another parent is dressed anew
        column = QVBoxLayout(inner)
        column.setContentsMargins(MARGIN, 32, MARGIN, 24)
        column.setSpacing(16)
        self.back = link_button(_("Back to my connections"))
        self.back.clicked.connect(self.back_requested)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        column.addWidget(Heading(_("Connect something to Azure DevOps")))
        column.addWidget(
            SoftText(
                _("Choose how the connection signs in. Each way leads to a token that is checked before it is saved.")
            )
        )
        self._grid = QGridLayout()
        self._grid.setSpacing(16)
        self._starts: list[QPushButton] = []
        self._cards = [self._card(words) for words in _cards()]
        column.addLayout(self._grid)
        self._columns = 0
        self._arrange(3)  # before the links: Tab goes in the order in which things find their place
        column.addLayout(self._links(practice))
        column.addStretch(2)

    def focus_first(self) -> None:
        """Give the focus to the first card. A focus proxy would keep Tab from everything but the cards."""
        self._starts[0].setFocus()

    def follow(self, widget: QWidget) -> None:
        """Have Tab come to this page after `widget`, which was made later."""
        links = [button for button in self.findChildren(QPushButton) if button not in (self.back, *self._starts)]
        for before, after in pairwise([widget, self.back, *self._starts, *links]):
            self.setTabOrder(before, after)

    def set_back_visible(self, visible: bool) -> None:
        self.back.setVisible(visible)

    def refuse(self, methods: Iterable[str], words: str) -> None:
        """The policy of the company's IT does not allow these (values of `Method`): their cards rest and say so."""
        for card, start in zip(self._cards, self._starts, strict=True):
            if start.objectName().removeprefix("start-") in set(methods):
                start.setEnabled(False)
                start.setAccessibleDescription(words)
                note = SoftText(words, parent=card)
                note.setObjectName(f"{start.objectName()}Policy")
                card.body.insertWidget(card.body.count() - 1, note)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The event tells the viewport's size."""
        widest = max(card.minimumSizeHint().width() for card in self._cards)
        room = event.size().width() - 2 * MARGIN - 2 * self._grid.spacing()
        self._arrange(3 if room >= 3 * max(widest, CARD_WIDTH) else 1)
        super().resizeEvent(event)

    def _arrange(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            for column in range(3):
                self._grid.setColumnStretch(column, 1 if column < columns else 0)
            for index, card in enumerate(self._cards):
                self._grid.addWidget(card, index // columns, index % columns)
            inner = self.widget()
            if inner is not None and (layout := inner.layout()) is not None:
                layout.invalidate()
                layout.activate()  # at once: the scroll area asks for its size next

    def _card(self, words: _CardWords) -> Card:
        method = words.method
        card = Card()
        card.setObjectName(f"card-{method}")
        card.setAccessibleName(words.title)
        head = QHBoxLayout()
        head.addWidget(IconLabel(METHOD_ICONS[method], "accent", 24))
        head.addWidget(Heading(words.title, sub=True), 1)
        card.body.addLayout(head)
        card.body.addWidget(_wrapped(words.who))
        card.body.addWidget(SoftText(words.needs))
        card.body.addWidget(SoftText(words.time))
        card.body.addStretch(1)
        start = QPushButton(words.button)  # three equal ways in: none of them is the page's main action
        start.setObjectName(f"start-{method}")
        start.clicked.connect(lambda: self._choose(method))
        card.body.addWidget(start)
        self._starts.append(start)
        return card

    def _choose(self, method: str) -> None:
        from desktop_app.core.profile import Method

        self.chosen.emit(Method(method))

    def _links(self, practice: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        choose = QPushButton(_("Help me choose"))
        choose.setObjectName("helpMeChoose")
        choose.clicked.connect(self.help_requested)
        row.addWidget(choose)
        if not practice:
            attempt = QPushButton(_("Try it without an account"))
            attempt.setObjectName("tryPractice")
            attempt.clicked.connect(self.practice_requested)
            row.addWidget(attempt)
        row.addStretch(1)
        return row


def _wrapped(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label


def _cards() -> list[_CardWords]:
    return [
        _CardWords(
            "oauth",
            _("OAuth"),
            _("For a platform or program that acts as the person who signs in."),
            _("Needs an app registration in Microsoft Entra ID, formerly Azure Active Directory."),
            _("About 10 minutes; 2 if the app is there already."),
            _("Connect with OAuth"),
        ),
        _CardWords(
            "pat",
            _("Personal access token"),
            _("For scripts and small tools. Acts as the person who made the token."),
            _("Needs nothing but an Azure DevOps account."),
            _("About 3 minutes. The token has to be renewed from time to time."),
            _("Connect with a token"),
        ),
        _CardWords(
            "client-secret",
            _("Client secret"),
            _("For jobs that run without a person, such as pipelines and nightly syncs. Acts as an app."),
            _("Needs an app registration that is added to the organization's users."),
            _("About 10 minutes; 3 if the app is there already."),
            _("Connect with a client secret"),
        ),
    ]
