"""Small pieces that pages are made of: headings, soft text, pills, banners, cards, copy and open buttons.

Each one is reachable from the keyboard where it can be used, has an accessible name, and says its state in words. The
start of the program waits for this module: what only some pieces need, they import themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.app.i18n import _
from desktop_app.gui.icons import IconLabel, bind_icon
from desktop_app.gui.style import mark

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QListView, QTableView

__all__ = [
    "Banner",
    "Card",
    "CopyRow",
    "Heading",
    "OpenButton",
    "Pill",
    "SoftText",
    "align_labels",
    "as_label",
    "line",
    "link_button",
    "plain_tool_tip",
    "prepare_list",
    "prepare_table",
    "primary_button",
]

PillKind = Literal["good", "attention", "bad", "neutral"]
BannerKind = Literal["attention", "bad", "info", "practice"]

_BANNER_ICONS: dict[BannerKind, tuple[str, str]] = {
    "attention": ("warning", "attention"),
    "bad": ("cross-circle", "bad"),
    "info": ("info", "accent"),
    "practice": ("cloud", "practice"),
}


_IN_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
"""As html.escape does, which brings half a megabyte, and could not be imported where no file can be opened any more."""
LEAST_WORDS = 18
"""The words of a banner are at least so many line heights wide beside its button."""


def plain_tool_tip(text: str) -> str:
    """`text` as a tool tip that shows it as it is: Qt takes whatever looks like HTML for HTML."""
    return f"<qt>{as_html(text)}</qt>" if "<" in text else text


def as_html(text: str) -> str:
    """`text` for a place that shows HTML."""
    return text.translate(_IN_HTML)


class Heading(QLabel):
    """The title of a page, or of a part of it (`sub=True`)."""

    def __init__(self, text: str, *, sub: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", "subheading" if sub else "heading")


class SoftText(QLabel):
    """Secondary text that wraps. `rich=True` takes HTML, for words in bold: escape whatever is not written here."""

    def __init__(self, text: str = "", *, rich: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", "soft")


class Pill(QLabel):
    """A state in one or two words on its own ground."""

    def __init__(self, kind: PillKind, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_state(kind, text)

    def show_state(self, kind: PillKind, text: str) -> None:
        self.setText(text)
        mark(self, "pill", kind)


class Card(QFrame):
    """A raised surface; put things into `body`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 16, 16, 16)
        self.body.setSpacing(8)


class Banner(QFrame):
    """Something the admin should know, with at most one button that leads to the fix.

    Signals:
        pressed: the button.
    """

    pressed = Signal()

    def __init__(
        self, kind: BannerKind, title: str, text: str = "", button: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = IconLabel("info", size=20)
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._words.setWordWrap(True)
        self.button = QPushButton(as_label(button))
        if not button:
            self.button.hide()  # never shown here: without a parent it would be a window for a moment
        self.button.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self._icon)
        self._said = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._said.setSpacing(12)
        self._said.addWidget(self._words, 1)
        self._said.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(self._said, 1)
        self.setMinimumHeight(48)
        self.show_words(kind, title, text)

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Where it is narrow, the button stands below the words."""
        room = event.size().width() - self.button.sizeHint().width()
        narrow = not self.button.isHidden() and room < LEAST_WORDS * self.fontMetrics().height()
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._said.direction() is not direction:
            self._said.setDirection(direction)
        super().resizeEvent(event)

    def show_words(self, kind: BannerKind, title: str, text: str = "") -> None:
        """Say something else; the button stays."""
        self._icon.choose(*_BANNER_ICONS[kind])
        self._words.setText(f"<b>{as_html(title)}</b> {as_html(text)}".strip())
        self.setAccessibleName(f"{title} {text}".strip())
        mark(self, "banner", kind)


class CopyRow(QWidget):
    """Something the admin must paste elsewhere: its name, its value, and a Copy button that remembers it was used.

    `name` says what it is for whoever does not see where it stands. It holds the label's words, and is the label where
    it is left out.
    """

    def __init__(
        self,
        label: str,
        value: str,
        on_copy: Callable[[str], None],
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_copy = on_copy
        self.label = QLabel(label)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.value = QLineEdit()
        self.value.setReadOnly(True)
        self.value.setAccessibleName(name or label)
        self.label.setBuddy(self.value)
        self.copy_button = QPushButton()
        self.copy_button.setAccessibleName(_("Copy {label}").format(label=name or label))
        self.copy_button.clicked.connect(self._copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.value, 1)
        row.addWidget(self.copy_button)
        self.set_value(value)
        widths = []
        for words in (_("Copied"), _("Copy")):
            self.copy_button.setText(words)
            widths.append(self.copy_button.sizeHint().width())
        self.copy_button.setMinimumWidth(max(widths))

    def set_value(self, value: str) -> None:
        """Show another value, which has not been copied yet."""
        self.value.setText(value)
        self.value.setCursorPosition(0)
        self._show_copied(False)

    def _copy(self) -> None:
        self._on_copy(self.value.text())
        self._show_copied(True)

    def _show_copied(self, copied: bool) -> None:
        self.copy_button.setText(_("Copied") if copied else _("Copy"))
        self.copy_button.setAccessibleDescription(_("Copied") if copied else "")
        bind_icon(self.copy_button, "check-circle" if copied else "copy", "good" if copied else "text")


def align_labels(rows: Iterable[CopyRow]) -> None:
    """Give the labels of rows that stand below each other one width."""
    labels = [row.label for row in rows]
    width = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(width)


class OpenButton(QPushButton):
    """Opens a page in the browser through `open_url`; its tip shows the address."""

    def __init__(
        self,
        text: str,
        url: str,
        open_url: Callable[[str], object],
        *,
        primary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._open_url = open_url
        self.setProperty("primary", primary)
        bind_icon(self, "open", "on_accent" if primary else "text")
        self.clicked.connect(lambda: self._open_url(self._url))
        self.set_url(url)

    def set_url(self, url: str) -> None:
        self._url = url
        self.setToolTip(url)
        self.setAccessibleDescription(_("Opens {url} in your browser").format(url=url))


def as_label(text: str) -> str:
    """Plain words for a button: an ampersand is one, not the mark of a shortcut."""
    return text.replace("&", "&&")


def primary_button(text: str, icon_name: str = "", parent: QWidget | None = None) -> QPushButton:
    """The one button of a page that leads on."""
    button = QPushButton(text, parent)
    button.setProperty("primary", True)
    if icon_name:
        bind_icon(button, icon_name, "on_accent")
    return button


def link_button(text: str, parent: QWidget | None = None) -> QPushButton:
    """A button that looks like a link, for side roads."""
    button = QPushButton(text, parent)
    button.setProperty("link", True)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def fit_words(window: QWidget) -> None:
    """Make it high enough for words that came; what went leaves its room."""
    layout = window.layout()
    if layout is not None:
        layout.activate()
        window.resize(window.width(), max(window.height(), layout.totalHeightForWidth(window.width())))


def line(parent: QWidget | None = None) -> QFrame:
    """A thin horizontal line."""
    drawn = QFrame(parent)
    drawn.setProperty("line", True)
    return drawn


def prepare_list(view: QListView, icon_size: int = 20) -> None:
    """Call it before the first row is added: Qt keeps row heights that it measured without the style sheet."""
    view.setIconSize(QSize(icon_size, icon_size))
    view.setSpacing(1)
    view.ensurePolished()


def prepare_table(table: QTableView) -> None:
    """Header cells in line with the rows, whole rows chosen, no grid; the last column takes the rest."""
    from PySide6.QtWidgets import QTableView

    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(40)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setStretchLastSection(True)
