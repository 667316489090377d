"""Takes away the import that PySide6 puts in the place of Python's for the sake of `from __feature__ import ...`.

PySide6's replacement reads the source file of every module that is imported after it, to learn whether the module wants
`from __feature__ import ...` (shibokensupport/feature.py), and linecache keeps all those sources. This program does not
use that feature: without it a start is a third shorter and 5 MB lighter.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401 - it replaces the import


def use_plain_imports() -> None:
    """Does nothing where PySide6 did not replace the import, or did so in another way."""
    plain = getattr(builtins, "__orig_import__", None)
    if callable(plain):
        builtins.__import__ = plain
