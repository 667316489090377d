"""Guards against a binding that loses references: PySide6 6.12.0 on Python 3.11 aborts after some hundred signals."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal

EMISSIONS = 100


class Emitter(QObject):
    happened = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal since Python 3.12 (PEP 683)")
def test_emitting_a_signal_keeps_the_references_to_true() -> None:
    emitter = Emitter()
    emitter.happened.emit(True)
    before = sys.getrefcount(True)

    for _ in range(EMISSIONS):
        emitter.happened.emit(True)

    # Other threads may hold a few more or fewer for a moment; the defect loses one per emission.
    assert abs(sys.getrefcount(True) - before) < EMISSIONS // 10
