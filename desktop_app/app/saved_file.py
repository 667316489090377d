"""Writing a file that a person asked for, and why that did not work, in words."""

from __future__ import annotations

import errno
from pathlib import Path

from desktop_app.app.i18n import _


def save_text(file: Path, text: str) -> str:
    """Write `text` as UTF-8, byte for byte; blocks. Returns an empty text, or why it could not be written."""
    return save_bytes(file, text.encode("utf-8", "replace"))


def save_bytes(file: Path, content: bytes) -> str:
    """The same for what is no text."""
    try:
        file.write_bytes(content)
    except OSError as failure:
        return f"{_('{file} could not be written.').format(file=file)} {why_not_saved(failure)}"
    return ""


def why_not_saved(failure: OSError) -> str:
    """One sentence."""
    match failure.errno:
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return _("You may not write there; choose another folder.")
        case errno.ENOSPC:
            return _("The disk is full.")
        case errno.ENOENT | errno.ENOTDIR | errno.EISDIR:
            return _("The folder is not there; choose another one.")
        case _:
            return _("The computer says: {reason}.").format(
                reason=(failure.strerror or type(failure).__name__).strip(".")
            )
