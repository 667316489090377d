"""One line that says what happens now, for a person at a terminal; nothing where the output goes elsewhere."""

from __future__ import annotations

import threading
from typing import TextIO

_WIPE = "\r\x1b[K"


class Progress:
    """Writes over its own line; safe from any thread."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shows = stream.isatty()
        self._lock = threading.Lock()
        self._dirty = False

    def say(self, text: str) -> None:
        """Show `text` until something else is said."""
        if not self._shows:
            return
        from desktop_app.cli.layout import width

        with self._lock:
            self._stream.write(f"{_WIPE}{text[: width() - 1]}")
            self._stream.flush()
            self._dirty = True

    def clear(self) -> None:
        """Take the line away."""
        with self._lock:
            if self._dirty:
                self._stream.write(_WIPE)
                self._stream.flush()
                self._dirty = False
