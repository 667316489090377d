"""Finds the files that ship with the program: icons, translations, help pages, style.

One function serves all three homes: the source tree, where they lie in `resources/` beside this package; and the wheel
and the frozen program, where the build puts the same files into `_resources/` inside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_resources"
_ROOT = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent / "resources"


def resource(name: str) -> Path:
    """The file or folder called `name`, a path relative to `resources/` with forward slashes.

    Raises FileNotFoundError when the program was packaged without it.
    """
    path = _ROOT / name
    if not path.exists():
        raise FileNotFoundError(f"resource {name!r} is not part of this installation ({_ROOT})")
    return path
