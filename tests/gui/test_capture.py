"""Windows are kept out of screenshots only while a secret is shown in them."""

import ctypes
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.gui import capture
from desktop_app.gui.capture import HINT
from desktop_app.gui.fields import Field
from desktop_app.gui.reveal import hide_revealed

EXCLUDED, SHOWN = 0x11, 0


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[list[tuple[int, int]]]:
    """(window, affinity) of every call that Windows would get."""
    heard: list[tuple[int, int]] = []

    def set_affinity(handle: ctypes.c_void_p, affinity: int) -> int:
        heard.append((handle.value or 0, affinity))
        return 1

    windows = SimpleNamespace(user32=SimpleNamespace(SetWindowDisplayAffinity=set_affinity))
    monkeypatch.setattr(ctypes, "windll", windows, raising=False)
    monkeypatch.setattr(capture, "sys", SimpleNamespace(platform="win32"))
    yield heard
    qapp.setProperty(HINT, None)


@pytest.fixture
def fields(qtbot: QtBot) -> Iterator[tuple[Field[str], Field[str]]]:
    """Two secrets in one window."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    made: tuple[Field[str], Field[str]] = Field("One", secret=True), Field("Other", secret=True)
    for field in made:
        field.text = "typed"
        column.addWidget(field)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield made
    window.close()


def press(field: Field[str]) -> None:
    QTest.keyClick(field.eye, Qt.Key.Key_Space)


def test_only_while_something_is_shown(calls: list[tuple[int, int]], fields: tuple[Field[str], Field[str]]) -> None:
    one, other = fields
    assert calls == []
    press(one)
    press(other)
    press(one)
    assert [affinity for _window, affinity in calls] == [EXCLUDED, EXCLUDED, EXCLUDED]  # the other one is shown still
    hide_revealed()
    assert calls[-1] == (int(one.window().winId()), SHOWN)


def test_not_where_the_person_does_not_want_it(
    calls: list[tuple[int, int]], fields: tuple[Field[str], Field[str]], qapp: QApplication
) -> None:
    qapp.setProperty(HINT, False)
    press(fields[0])
    assert EXCLUDED not in [affinity for _window, affinity in calls]


def test_where_no_system_offers_it_nothing_is_asked(
    calls: list[tuple[int, int]], fields: tuple[Field[str], Field[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "sys", SimpleNamespace(platform="linux"))
    press(fields[0])
    assert calls == []
