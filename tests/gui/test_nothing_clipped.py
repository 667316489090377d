"""On every page, text fits where it stands and nothing lies on top of anything else: also with letters twice as big."""

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QPushButton, QRadioButton, QWidget

from desktop_app.gui.style import BASE_POINTS, apply_style
from desktop_app.gui.trail import StepTrail
from tests.bench import (
    scenes,
    scenes_computer,
    scenes_ends,
    scenes_guard,
    scenes_renewal,
    scenes_use_it,
)
from tests.bench.stage import Stage
from tests.gui.driving import named

SMALLEST = (760, 480)
Act = Callable[[Stage], Iterator[scenes.Scene]]
ACTS: dict[str, Act] = {
    "first run": scenes.first_run,
    "personal access token": scenes.pat,
    "client secret": scenes.client_secret,
    "OAuth": lambda stage: scenes.oauth(stage, web_view=False),
    "main window": scenes.main_window,
    "permissions": scenes.permissions,
    "use it": scenes_use_it.use_it,
    "lock": scenes_guard.lock,
    "policy": scenes_guard.policy,
    "computer": scenes_computer.computer,
    "ends": scenes_ends.ends,
    "renewal": scenes_renewal.renewal,
    "replacing": scenes_renewal.replacing,
    "token maker": scenes_renewal.token_maker,
}


def clipped(window: QWidget) -> list[str]:
    """Labels and buttons that are smaller than their words."""
    found = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel | QPushButton | QCheckBox | QRadioButton) and widget.isVisible():
            wanted = _wanted(widget)
            if wanted.width() > widget.width() or wanted.height() > widget.height():
                found.append(
                    f"{named(widget)} {_words(widget)!r} wants {wanted.toTuple()}, has {widget.size().toTuple()}"
                )
    return found


def _wanted(widget: QLabel | QAbstractButton) -> QSize:
    if isinstance(widget, StepTrail):  # drops names by itself where there is no room
        return QSize(0, widget.sizeHint().height())
    if isinstance(widget, QLabel) and widget.wordWrap():
        return QSize(0, widget.heightForWidth(widget.width()))
    return widget.sizeHint()


def _words(widget: QLabel | QAbstractButton) -> str:
    return widget.text()[:40]


def cut_off(window: QWidget) -> list[str]:
    """What can not be scrolled to: beyond the side of what it stands in."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.isVisible():
            continue
        place = widget.parentWidget()
        while place is not None and place is not window:
            left = widget.mapTo(place, widget.rect().topLeft()).x()
            if left + widget.width() > place.width():
                found.append(f"{named(widget)} {_words(widget)!r} is cut off by {named(place)}")
                break
            place = place.parentWidget()
    return found


def overlapping(window: QWidget) -> list[str]:
    """Widgets of one layout that cover each other."""
    found = []
    for parent in [window, *window.findChildren(QWidget)]:
        layout = parent.layout()
        if layout is None or not parent.isVisible():
            continue
        children = [child for child in parent.children() if isinstance(child, QWidget)]
        shown = [child for child in children if child.isVisible() and not child.isWindow() and child.width() > 1]
        for one, other in combinations(shown, 2):
            if one.geometry().intersects(other.geometry()):
                found.append(f"{named(one)} and {named(other)} in {named(parent)}")
    return found


@pytest.fixture
def letters(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    """The interface font at so many percent of its size."""
    before = qapp.font()
    apply_style(qapp)
    normal = qapp.font()
    bigger = qapp.font()
    bigger.setPointSizeF(BASE_POINTS * request.param / 100)
    qapp.setFont(bigger)
    apply_style(qapp)
    yield
    qapp.setFont(normal)
    apply_style(qapp)
    qapp.setFont(before)


@pytest.mark.parametrize(
    ("letters", "size"),
    [(100, None), (100, SMALLEST), (200, None)],
    ids=["usual", "smallest window", "letters twice as big"],
    indirect=["letters"],
)
@pytest.mark.parametrize("act", ACTS)
def test_every_page_shows_all_its_words(act: str, letters: None, size: tuple[int, int] | None, tmp_path: Path) -> None:
    stage = Stage(tmp_path, practice=act == "main window", size=size)
    found: dict[str, None] = {}  # in order, each once
    try:
        for name, window in ACTS[act](stage):
            faults = [*clipped(window), *overlapping(window), *cut_off(window)]
            found |= dict.fromkeys(f"{name}: {fault}" for fault in faults)
    finally:
        stage.close()

    if found:
        pytest.fail("\n".join(found), pytrace=False)
