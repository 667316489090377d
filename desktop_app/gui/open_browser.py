"""Opens an address in the person's own browser, without a word about it on standard error.

Qt, and the programs it starts, name the whole address there when they find no browser; an address may be one to sign in
with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

_STDERR = 2


def open_in_desktop(url: str) -> bool:
    """True if something was started that should open `url`. In the GUI thread only."""
    with _silent_stderr():
        return QDesktopServices.openUrl(QUrl(url))


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """For this process and those it starts meanwhile; a message filter of Qt's would not reach those."""
    try:
        kept = os.dup(_STDERR)
    except OSError:  # a windowed program on Windows has none
        yield
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDERR)
        os.close(nowhere)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
