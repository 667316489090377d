"""Keeps a window out of screenshots while a secret is shown in it, where the system offers that.

It is a hint: Windows leaves the window out of what its own functions capture, macOS of what older ones do, a camera
sees everything. No desktop on Linux offers it.
"""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

HINT = "hideFromCapture"
"""A property of the application: False where the person does not want it."""

# Microsoft docs, SetWindowDisplayAffinity; the second needs Windows 10 version 2004, before it the window is black.
_NONE, _EXCLUDE = 0x00, 0x11
# Apple's AppKit docs, NSWindowSharingType.
_SHARING_NONE, _SHARING_READ_ONLY = 0, 1


def can_hide() -> bool:
    """True where the system offers it."""
    return sys.platform in {"win32", "darwin"}


def hide_from_capture(window: QWidget, hidden: bool) -> None:
    """Hide this window from captures, or no longer. Does nothing where it can not be done."""
    app = QApplication.instance()
    wanted = app is None or app.property(HINT) is not False
    if not can_hide() or (hidden and not wanted):
        return
    handle = int(window.winId())
    if sys.platform == "win32":
        libraries: Any = ctypes  # windll is there on Windows only
        libraries.windll.user32.SetWindowDisplayAffinity(ctypes.c_void_p(handle), _EXCLUDE if hidden else _NONE)
    elif QApplication.platformName() == "cocoa":
        _share_on_macos(handle, not hidden)


def _share_on_macos(view: int, shared: bool) -> None:
    """[[view window] setSharingType:…]; Qt's winId is the NSView."""
    objc = ctypes.CDLL("/usr/lib/libobjc.dylib")
    objc.sel_registerName.restype = ctypes.c_void_p
    objc.sel_registerName.argtypes = (ctypes.c_char_p,)
    send = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(("objc_msgSend", objc))
    window = send(view, objc.sel_registerName(b"window"))
    if window:
        set_type = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)(("objc_msgSend", objc))
        kind = _SHARING_READ_ONLY if shared else _SHARING_NONE
        set_type(window, objc.sel_registerName(b"setSharingType:"), kind)
