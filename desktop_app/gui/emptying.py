"""Takes everything out of a layout that is filled anew."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout


def empty(layout: QLayout) -> None:
    """Remove and delete every widget that stands in it; it holds nothing else.

    Not by `takeAt`: PySide never frees the item that it hands out (96 bytes each, 6.11), and such layouts are filled
    again whenever a connection is shown.
    """
    while (item := layout.itemAt(0)) is not None and (old := item.widget()) is not None:
        layout.removeWidget(old)
        old.hide()
        old.deleteLater()
