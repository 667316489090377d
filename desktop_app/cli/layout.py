"""Text in columns, as wide as the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

LEAST = 60
GAP = "  "


def width() -> int:
    """Columns of the terminal; 100 where there is none."""
    return max(LEAST, shutil.get_terminal_size((100, 24)).columns)


def columns(rows: Sequence[Sequence[str]], indent: str = "") -> str:
    """Rows of equally many cells below each other; the last column takes the room that is left, and wraps."""
    if not rows:
        return ""
    sizes = [max(len(row[place]) for row in rows) for place in range(len(rows[0]) - 1)]
    text = []
    for row in rows:
        start = indent + "".join(cell.ljust(size) + GAP for cell, size in zip(row, sizes, strict=False))
        if len(start) > width() - 30:  # too little room beside them: below
            text += [start.rstrip(), paragraph(row[-1], indent + GAP * 2)]
        else:
            text.append(_wrapped(row[-1], start, " " * len(start)))
    return "\n".join(text)


def paragraph(text: str, indent: str = "") -> str:
    """Wrapped text."""
    return _wrapped(text, indent, indent)


def _wrapped(text: str, first: str, other: str) -> str:
    lines = textwrap.wrap(
        text,
        width(),
        initial_indent=first,
        subsequent_indent=other,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines) if lines else first.rstrip()
