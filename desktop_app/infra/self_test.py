"""Whether this installation is whole, as far as it shows without Qt: its files, and libraries that are loaded by name.

Each function returns what it found, or raises what stood in the way, of whatever kind.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import entry_points

from desktop_app.infra.keyring_store import SYSTEM_KEYRINGS
from desktop_app.resources import resource

FOLDERS = ("help", "icons", "locale", "style")
"""Every folder of resources that ships."""

_LIBRARIES = {
    "linux": ("secretstorage", "jeepney"),
    "win32": ("win32ctypes.pywin32.pywintypes", "win32ctypes.pywin32.win32cred"),
    "darwin": ("keyring.backends.macOS.api",),
}
"""What the keyring of each system is spoken to with: a backend hides it when this is missing."""


def read_every_resource() -> int:
    """How many files there are. Raises FileNotFoundError where a folder is missing or empty, ValueError for an empty
    file, OSError for one that cannot be read."""
    count = 0
    for folder in FOLDERS:
        files = [path for path in sorted(resource(folder).rglob("*")) if path.is_file()]
        if not files and folder != "locale":  # empty as long as the program speaks English only
            raise FileNotFoundError(f"no file in {resource(folder)}")
        for file in files:
            if not file.read_bytes():
                raise ValueError(f"{file} is empty")
        count += len(files)
    return count


def load_every_keyring(platform: str = sys.platform) -> Sequence[str]:
    """The names of keyring's backends, all loaded, with what the one of this system speaks through.

    Raises ImportError, or LookupError where keyring would not find one of them by itself.
    """
    package = import_module("keyring.backends")
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__))
    for name in names:
        import_module(f"keyring.backends.{name}")
    if missing := SYSTEM_KEYRINGS - {f"keyring.backends.{name}" for name in names}:
        raise LookupError(f"not installed: {', '.join(sorted(missing))}")
    registered = {entry.value.partition(":")[0] for entry in entry_points(group="keyring.backends")}
    if missing := SYSTEM_KEYRINGS - registered:
        raise LookupError(f"not registered: {', '.join(sorted(missing))}")
    for library in _LIBRARIES.get(platform, ()):
        import_module(library)
    return names
