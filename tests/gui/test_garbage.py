"""Garbage is collected in the GUI thread and in no other."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from desktop_app.gui import garbage
from desktop_app.gui.garbage import GarbageTimer


class Forgotten(QObject):
    """Part of a cycle, so only the collector frees it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "EVERY_MS", 1)


@pytest.fixture
def low_threshold() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(10, 1, 1)
    yield
    gc.set_threshold(*before)


@pytest.fixture
def timer(quick: None, low_threshold: None, qapp: object) -> Iterator[GarbageTimer]:
    timer = GarbageTimer()
    yield timer
    timer.close()
    timer.deleteLater()


def freed_in(forgotten: Forgotten) -> list[QThread]:
    """The threads in which it was freed: none so far."""
    threads: list[QThread] = []
    weakref.finalize(forgotten, lambda: threads.append(QThread.currentThread()))
    return threads


def litter() -> None:
    """Many more new objects than the collector waits for."""
    kept = [[number] for number in range(20_000)]
    assert len(kept) == 20_000


def test_what_a_cycle_holds_is_freed_in_the_gui_thread(timer: GarbageTimer, qtbot: QtBot) -> None:
    threads = freed_in(Forgotten())
    worker = threading.Thread(target=litter)
    worker.start()
    worker.join()
    assert threads == []

    def freed() -> bool:
        litter()  # so that a collection is due
        return bool(threads)

    qtbot.waitUntil(freed)
    assert threads == [QThread.currentThread()]


@pytest.fixture
def collecting(qapp: object) -> Iterator[None]:
    """Python collects by itself, as it does outside a window."""
    was_on = gc.isenabled()
    gc.enable()
    yield
    if not was_on:
        gc.disable()


def test_the_collector_is_given_back_as_it_was(collecting: None) -> None:
    timer = GarbageTimer()
    switched_off = not gc.isenabled()
    timer.close()
    timer.deleteLater()
    assert switched_off
    assert gc.isenabled()
