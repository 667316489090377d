"""The last net: an unexpected error is logged without secrets and told once, instead of vanishing.

One dialog for each distinct traceback; the program goes on.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from desktop_app.app.i18n import _
from desktop_app.core.cancel import Cancelled

log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Catches what nobody else did, in any thread, and shows it in the GUI thread."""

    _caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: set[str] = set()
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over both of Python's hooks."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def _on_exception(self, kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        from desktop_app.core.redact import redact

        text = redact("".join(traceback.format_exception(kind, error, where)))
        log.error("unexpected error\n%s", text)
        self._caught.emit(text)

    def _on_thread_exception(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None and not isinstance(caught.exc_value, Cancelled | SystemExit):
            self._on_exception(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def _show(self, text: str) -> None:
        from PySide6.QtWidgets import QMessageBox

        if text in self._seen:
            return
        self._seen.add(text)
        box = QMessageBox(QApplication.activeWindow())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(_("ADO Connect"))
        box.setText(_("Something went wrong inside ADO Connect."))
        box.setInformativeText(
            _("Your saved connections are untouched. You can go on, or copy the details and report them.")
        )
        box.setDetailedText(text)
        box.open()
