"""The last net: an unexpected error is logged without secrets and told once, instead of vanishing.

One dialog for each distinct traceback; the program goes on.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from desktop_app.app.i18n import _
from desktop_app.core.cancel import Cancelled

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Catches what nobody else did, in any thread, and shows it in the GUI thread."""

    _caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: set[str] = set()
        self._shown: set[QMessageBox] = set()
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over all of Python's hooks: what they would print is not redacted."""
        sys.excepthook = self._on_exception
        sys.unraisablehook = self._on_unraisable
        threading.excepthook = self._on_thread_exception

    def _on_exception(self, kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        text = _told(kind, error, where)
        log.error("unexpected error\n%s", text)
        self._caught.emit(text)

    def _on_thread_exception(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None and not isinstance(caught.exc_value, Cancelled | SystemExit):
            self._on_exception(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def _on_unraisable(self, caught: sys.UnraisableHookArgs) -> None:
        """What fails while an object is thrown away stops nothing, so it is not shown."""
        log.error("unexpected error, ignored\n%s", _told(caught.exc_type, caught.exc_value, caught.exc_traceback))

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
        self._shown.add(box)  # without a window in front it has no parent, and Python would throw it away at once
        box.finished.connect(lambda _button: self._shown.discard(box))
        box.open()


def _told(kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> str:
    """The traceback without secrets."""
    from desktop_app.core.redact import redact

    return redact("".join(traceback.format_exception(kind, error, where)))
