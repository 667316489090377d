"""What happened to a connection, newest first, and its export.

It shows and asks; the work is done by whoever hears its signals (history_actions.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from desktop_app.app.guidance_pieces import moment_words
from desktop_app.app.history_words import event_words
from desktop_app.app.i18n import _, ngettext
from desktop_app.core.history import MAX_EVENTS, Event
from desktop_app.gui.announce import announce
from desktop_app.gui.connection_parts import PartView
from desktop_app.gui.icons import icon
from desktop_app.gui.widgets import Banner, SoftText, prepare_table

SHOWN_ROWS = 12
"""So many rows are on screen before the table scrolls by itself."""


class HistoryView(PartView):
    """Signals: export_requested(ending): "csv" or "json"."""

    export_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("historyView")
        self.note = SoftText("")
        self.note.setObjectName("historyNote")
        self.export = QPushButton(_("Export"))
        self.export.setObjectName("exportHistory")
        menu = QMenu(self.export)
        for ending, words in (("csv", _("As CSV, for a spreadsheet…")), ("json", _("As JSON, for programs…"))):
            action = menu.addAction(words)
            action.setObjectName(f"exportHistory-{ending}")
            action.triggered.connect(lambda _checked=False, ending=ending: self.export_requested.emit(ending))
        self.export.setMenu(menu)
        self.saved = Banner("info", "")
        self.saved.setObjectName("historyBanner")
        self.saved.hide()
        self.table = QTableWidget(0, 2)
        self.table.setObjectName("historyTable")
        self.table.setAccessibleName(_("History, newest first"))
        self.table.setHorizontalHeaderLabels([_("When"), _("What happened")])
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        prepare_table(self.table)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.note, 1)
        row.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self.saved)
        column.addWidget(self.table)
        column.addStretch(1)
        self.show_events(())

    def show_events(self, events: Sequence[Event]) -> None:
        """These, oldest first as they are kept."""
        if events:
            count = ngettext("{n} event, newest first.", "{n} events, newest first.", len(events))
            kept = _("The last {limit} are kept; none holds a secret.").format(limit=MAX_EVENTS)
            self.note.setText(f"{count.format(n=len(events))} {kept}")
        else:
            self.note.setText(_("Nothing has happened yet since ADO Connect keeps a history."))
        self.export.setEnabled(bool(events))
        self.table.setRowCount(len(events))
        for row, event in enumerate(reversed(events)):
            words = event_words(event)
            when, what = QTableWidgetItem(moment_words(event.at)), QTableWidgetItem(words)
            if event.problem is not None:
                what.setIcon(icon("warning", "attention"))
            what.setToolTip(words)
            self.table.setItem(row, 0, when)
            self.table.setItem(row, 1, what)
        self.table.setVisible(bool(events))
        self._fit()

    def show_saved(self, words: str, *, failed: bool = False) -> None:
        """How the export ended; empty for nothing."""
        title = _("The history was not saved.") if failed else _("The history is saved.")
        self.saved.show_words("bad" if failed else "info", title, words)
        self.saved.setVisible(bool(words))
        if words:
            announce(self.saved, f"{title} {words}")

    def set_free(self, free: bool) -> None:
        """Nothing here waits for what runs on the connection."""

    def _fit(self) -> None:
        """As tall as its rows, up to a limit."""
        rows = min(self.table.rowCount(), SHOWN_ROWS)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 16)
        height = self.table.horizontalHeader().sizeHint().height() + 4
        self.table.setFixedHeight(height + rows * self.table.verticalHeader().defaultSectionSize())
