"""Explains one failure: what happened, why it is likely, what to do now, one button, and folded details.

The words come from app/guidance.py; the panel only lays them out. Details are redacted once more before they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QClipboard, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.core.redact import redact
from desktop_app.gui.announce import announce
from desktop_app.gui.icons import IconLabel, bind_icon
from desktop_app.gui.style import mark
from desktop_app.gui.widgets import as_html, as_label, link_button

_DETAIL_LINES = 6  # more scroll


class ActionLike(Protocol):
    """What the panel's button needs to know."""

    @property
    def label(self) -> str: ...


class GuidanceLike(Protocol):
    """What is said about a problem, in whole sentences."""

    @property
    def title(self) -> str: ...
    @property
    def happened(self) -> str: ...
    @property
    def likely(self) -> str: ...
    @property
    def now(self) -> str: ...
    @property
    def action(self) -> ActionLike | None: ...
    @property
    def second(self) -> ActionLike | None: ...


class ProblemPanel(QFrame):
    """Hidden until `show_guidance`.

    Signals:
        action_requested(action): a button was pressed; the guidance's own action object.
    """

    action_requested = Signal(object)

    def __init__(self, kind: Literal["bad", "attention"] = "bad", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action: ActionLike | None = None
        self._second: ActionLike | None = None
        mark(self, "banner", kind)
        self.title = _paragraph()
        self.paragraphs = (_paragraph(), _paragraph(), _paragraph())
        self.action_button = QPushButton()
        self.action_button.clicked.connect(self._request)
        self.second_button = link_button("")
        self.second_button.clicked.connect(self._request_second)
        self.details_button = link_button(_("Details"))
        self.details_button.setCheckable(True)
        self.details_button.toggled.connect(self._fold)
        self.copy_button = QPushButton(_("Copy details"))
        bind_icon(self.copy_button, "copy")
        self.copy_button.clicked.connect(self._copy)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(_("Technical details"))
        icon = IconLabel("cross-circle" if kind == "bad" else "warning", kind, 20)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._column(), 1)
        self.clear()

    def show_guidance(self, guidance: GuidanceLike, details: str | Sequence[str] | Mapping[str, str] = ()) -> None:
        """Show the panel with these words, details folded, and tell assistive technology that it appeared."""
        self._action = guidance.action
        self._second = guidance.second
        self.title.setText(f"<b>{as_html(guidance.title)}</b>")
        heads = (_("What happened:"), _("Why this is likely:"), _("What to do now:"))
        texts = (guidance.happened, guidance.likely, guidance.now)
        for paragraph, head, text in zip(self.paragraphs, heads, texts, strict=True):
            paragraph.setText(f"<b>{as_html(head)}</b> {as_html(text)}")
            paragraph.setVisible(bool(text))
        self.action_button.setText(as_label(guidance.action.label) if guidance.action else "")
        self.action_button.setVisible(guidance.action is not None)
        self.second_button.setText(as_label(guidance.second.label) if guidance.second else "")
        self.second_button.setVisible(guidance.second is not None)
        self.details.setPlainText(redact(_as_text(details)))
        self.details_button.setVisible(bool(self.details.toPlainText()))
        self.details_button.setChecked(False)
        self.setAccessibleName(guidance.title)
        self.setAccessibleDescription(" ".join(text for text in texts if text))
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        # Qt keeps alerts from the accessibility bus of Linux; announcements it passes on everywhere.
        announce(self, f"{guidance.title}. {self.accessibleDescription()}", urgent=True)

    def clear(self) -> None:
        """Hide the panel and forget what it said."""
        self._action = self._second = None
        self.hide()
        for words in (self.title, *self.paragraphs):
            words.clear()
        self.details.clear()
        self.details_button.setChecked(False)
        self._fold(False)

    def _column(self) -> QVBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.action_button)
        buttons.addWidget(self.second_button)
        buttons.addWidget(self.details_button)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.title)
        for paragraph in self.paragraphs:
            column.addWidget(paragraph)
        column.addLayout(buttons)
        column.addWidget(self.details)
        return column

    def _fold(self, opened: bool) -> None:
        self.details_button.setText(_("Hide details") if opened else _("Details"))
        bind_icon(self.details_button, "chevron-down" if opened else "chevron-right", "accent")
        self.copy_button.setVisible(opened)
        self.details.setVisible(opened)
        lines = min(_DETAIL_LINES, max(2, self.details.blockCount()))
        self.details.setFixedHeight(lines * self.details.fontMetrics().lineSpacing() + 24)

    def _request(self) -> None:
        if self._action is not None:
            self.action_requested.emit(self._action)

    def _request_second(self) -> None:
        if self._second is not None:
            self.action_requested.emit(self._second)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText(), QClipboard.Mode.Clipboard)


def _paragraph() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    return label


def _as_text(details: str | Sequence[str] | Mapping[str, str]) -> str:
    if isinstance(details, str):
        return details
    if isinstance(details, Mapping):
        return "\n".join(f"{name}: {value}" for name, value in details.items())
    return "\n".join(details)
