"""Names and messages that are HTML: shown as they were written, on every screen that shows them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.ports import Project
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.problem_panel import ProblemPanel
from tests.fakes.reports import a_report, findings
from tests.gui.conftest import OpenDesk
from tests.gui.permissions import ScriptedReports, open_permissions
from tests.gui.world import World

MARK = "<u>mark</u><img src='file:///etc/passwd'>&amp;"
FACTS = (
    *("host", "status", "organization", "tenant", "object_id", "aadsts", "correlation_id", "description", "method"),
    *(
        "url_path",
        "issuer",
        "pat_error",
        "code",
        "request_id",
        "account",
        "scope",
        "location_host",
        "type_key",
        "error",
    ),
    *("file", "detail", "limit_s", "retry_after_s", "reason", "check", "client_id", "name"),
)


def taken_for_html() -> Iterator[str]:
    """What on any screen would be drawn as a picture or underlined."""
    for widget in QApplication.allWidgets():
        if (
            isinstance(widget, QLabel)
            and widget.textFormat() is not Qt.TextFormat.PlainText
            and "<u>mark" in widget.text()
        ):
            yield f"{widget.objectName() or type(widget).__name__}: {widget.text()[:60]}"
        if isinstance(widget, QMessageBox) and widget.textFormat() is not Qt.TextFormat.PlainText:
            yield from (text for text in (widget.text(), widget.informativeText()) if "<u>mark" in text)
        if "<u>mark" in widget.toolTip():
            yield f"tool tip of {widget.objectName() or type(widget).__name__}"
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from _tool_tips(widget.model(), QModelIndex())


def _tool_tips(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    for row in range(model.rowCount(parent)):
        for column in range(8):  # a list does not tell how many it has
            index = model.index(row, column, parent)
            if index.isValid() and "<u>mark" in str(index.data(Qt.ItemDataRole.ToolTipRole) or ""):
                yield f"tool tip of an item: {index.data()}"
        yield from _tool_tips(model, model.index(row, 0, parent))


def shown(root: QWidget) -> str:
    """Every word of the labels."""
    return "\n".join(label.text() for label in root.findChildren(QLabel))


@pytest.fixture
def hostile(world: World) -> World:
    """A world whose one connection is called and acts as HTML."""
    profile = world.save_pat("harmless")
    odd = replace(profile, name=MARK, account=MARK, scopes=(MARK,), redirect_uri=MARK, tenant=MARK, client_id=MARK)
    world.connections._profiles.save(odd)
    return world


def test_a_connection_is_called_what_it_is_called(open_desk: OpenDesk, hostile: World) -> None:
    desk = open_desk(hostile)
    assert MARK in shown(desk.window)
    assert list(taken_for_html()) == []


def test_what_is_asked_before_it_is_removed_is_plain(open_desk: OpenDesk, hostile: World) -> None:
    desk = open_desk(hostile)
    desk.window.connection_page.remove.click()
    box = desk.window.findChild(QMessageBox, "removeBox")
    assert isinstance(box, QMessageBox)
    assert MARK in box.text()
    assert list(taken_for_html()) == []
    box.reject()


def test_projects_of_a_report_are_called_what_they_are_called(
    open_desk: OpenDesk, hostile: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (profile,) = hostile.connections.load()
    scripted = ScriptedReports(profile)
    project = Project("11111111-1111-1111-1111-111111111111", MARK)
    scripted.projects_there = (project,)
    scripted.answer = a_report(
        method=profile.method, findings=findings(profile.method, (project,)), projects=(project,)
    )
    monkeypatch.setattr(hostile.connections, "report", scripted.report)
    monkeypatch.setattr(hostile.connections, "projects", scripted.projects)
    desk = open_desk(hostile)
    open_permissions(desk)
    scripted.end()
    desk.wait(lambda: not desk.runner.active)
    assert list(taken_for_html()) == []


@pytest.mark.parametrize("problem", list(Problem))
def test_facts_of_a_failure_are_shown_as_they_are(qtbot: QtBot, problem: Problem) -> None:
    panel = ProblemPanel()
    qtbot.addWidget(panel)
    failure = ConnectionProblem(problem, dict.fromkeys(FACTS, MARK))
    panel.show_guidance(guidance_of(failure, Place(PUBLIC, MARK)), dict(failure.facts))
    panel.show()
    assert list(taken_for_html()) == []
    assert MARK in panel.details.toPlainText()
