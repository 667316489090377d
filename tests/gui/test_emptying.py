"""A layout that is emptied and filled again and again keeps nothing."""

import ctypes
import sys

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.gui.emptying import empty

TIMES = 4000


class Mallinfo(ctypes.Structure):
    """glibc's struct mallinfo2 (malloc.h)."""

    _fields_ = [(f"field{number}", ctypes.c_size_t) for number in range(10)]


def allocated() -> int:
    """Octets that this thread's allocator has given out and not got back."""
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = Mallinfo
    return int(mallinfo().field7)  # uordblks


def test_everything_goes(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    layout = QGridLayout(place)
    for row in range(3):
        layout.addWidget(QLabel("one"), row, 0)
    empty(layout)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert layout.count() == 0
    assert place.findChildren(QLabel) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
def test_memory_stays(qtbot: QtBot) -> None:
    place, label = QWidget(), QLabel("one")
    qtbot.addWidget(place)
    layout = QGridLayout(place)
    layout.addWidget(label, 0, 0)
    empty(layout)
    before = allocated()
    for _time in range(TIMES):
        layout.addWidget(label, 0, 0)
        empty(layout)
        QCoreApplication.removePostedEvents(label, QEvent.Type.DeferredDelete.value)
    assert allocated() - before < 10 * TIMES  # an item has 96
