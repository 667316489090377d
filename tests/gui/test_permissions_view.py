"""The Permissions part of a connection: verdicts that fill in, projects, asking closely, export; by keyboard alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QListView, QMenu, QPushButton

from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.report_wish import ReportWish
from desktop_app.core.checks import CheckName, CheckResult, CheckStatus
from desktop_app.core.permissions import Permission
from desktop_app.core.ports import Project
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.core.report import MAX_PROJECTS, EvidenceKind, Excess, Layer, Verdict
from desktop_app.gui.connection_parts import Part
from desktop_app.gui.permission_actions import PermissionActions
from desktop_app.gui.permissions_view import PermissionsView
from desktop_app.gui.project_chooser import ProjectChooser
from desktop_app.practice import PracticeCloud
from desktop_app.practice.service import Service
from tests.fakes.reports import SHOP, WEBSITE, a_report, finding, findings
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import (
    assert_everything_is_named,
    assert_nowhere,
    assert_tab_order_is_reading_order,
    visible_words,
)
from tests.gui.permissions import ScriptedReports, action, open_permissions
from tests.gui.world import World

READ = Permission.READ_PROJECTS


@pytest.fixture
def script(make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> tuple[World, ScriptedReports]:
    """A world with one saved token, whose reports are scripted."""
    world = make_world()
    script = ScriptedReports(world.save_pat("Nightly sync"))
    monkeypatch.setattr(world.connections, "report", script.report, raising=False)
    monkeypatch.setattr(world.connections, "projects", script.projects, raising=False)
    return world, script


@pytest.fixture
def desk(script: tuple[World, ScriptedReports], open_desk: OpenDesk) -> Desk:
    return open_desk(script[0])


@pytest.fixture
def reports(script: tuple[World, ScriptedReports]) -> ScriptedReports:
    return script[1]


def push(desk: Desk, name: str) -> None:
    desk.keyboard.push(desk.button(name, desk.window.connection_page))


def idle(desk: Desk) -> None:
    desk.wait(lambda: not desk.runner.active)


def run_whole(desk: Desk, reports: ScriptedReports) -> PermissionsView:
    view = open_permissions(desk)
    push(desk, "checkPermissions")
    reports.end()
    idle(desk)
    return view


# -- filling in -------------------------------------------------------------------------------------------------------


def test_nothing_runs_before_it_is_asked_for(desk: Desk, reports: ScriptedReports) -> None:
    view = open_permissions(desk)
    assert "Press “Check permissions”" in visible_words(view)
    assert reports.wishes == []
    assert not view.export.isEnabled()
    assert not view.tree.isVisible()
    assert_everything_is_named(desk.window)
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)


def test_verdicts_fill_in_as_they_come(desk: Desk, reports: ScriptedReports) -> None:
    view = open_permissions(desk)
    push(desk, "checkPermissions")
    assert [row.words for row in view.tree.rows()] == ["Checking …"] * 8
    reports.send(
        CheckResult(CheckName.IDENTITY, CheckStatus.PASSED, None, {"account": "dana"}),
        (SHOP, WEBSITE),
        finding(READ, Layer.SCOPE, Verdict.GRANTED, SHOP),
        finding(READ, Layer.ACCOUNT, Verdict.GRANTED, SHOP),
    )
    desk.wait(lambda: view.tree.row_at(0).how == "1 of 2 projects is checked." and view.tree.whole)
    assert view.tree.row_at(0, 0).words == "Granted"
    assert view.tree.row_at(0, 0, 1).title == "The account"
    assert "1 of 16 verdicts are there." in visible_words(view)
    reports.send(*(finding(READ, layer, Verdict.GRANTED, WEBSITE) for layer in Layer))
    desk.wait(lambda: view.tree.row_at(0).words == "Granted")
    assert view.tree.row_at(1).words == "Checking …"
    reports.end()
    idle(desk)
    assert {row.words for row in view.tree.rows()} == {"Granted"}
    assert "Every permission that this connection needs is granted." in visible_words(view)
    assert not view.running


def test_open_rows_and_the_current_row_stay_while_others_fill_in(desk: Desk, reports: ScriptedReports) -> None:
    view = open_permissions(desk)
    push(desk, "checkPermissions")
    reports.send((SHOP, WEBSITE))
    desk.wait(lambda: len(view.tree.row_at(0).below) == 2 and view.tree.whole)
    desk.keyboard.go_to(view.tree)
    desk.keyboard.press_down()
    desk.keyboard.press(Qt.Key.Key_Right)
    current = view.tree.currentIndex()
    assert (current.row(), view.tree.isExpanded(current)) == (1, True)
    reports.send(*findings(Method.PAT, (SHOP,)))
    desk.wait(lambda: view.tree.row_at(1, 0).words == "Granted")
    assert view.tree.currentIndex() == current
    assert view.tree.isExpanded(current)
    assert not view.tree.isExpanded(current.siblingAtRow(0))
    reports.end()
    idle(desk)


def test_buttons_rest_while_a_report_runs(desk: Desk, reports: ScriptedReports) -> None:
    view = open_permissions(desk)
    push(desk, "checkPermissions")
    page = desk.window.connection_page
    resting = (view.run, view.choose, view.closely, view.export, page.check, page.copy, page.edit, page.remove)
    assert not any(button.isEnabled() for button in resting)
    assert view.cancel.isVisible()
    assert desk.keyboard.focus.isVisible()
    reports.end()
    idle(desk)
    assert all(button.isEnabled() for button in resting)
    assert not view.cancel.isVisible()
    assert desk.keyboard.focus.isVisible()


def test_a_report_belongs_to_its_connection(
    desk: Desk, reports: ScriptedReports, script: tuple[World, ScriptedReports]
) -> None:
    view = open_permissions(desk)
    other = script[0].save_pat("Other")
    desk.window.reload()
    idle(desk)
    push(desk, "checkPermissions")
    reports.send((SHOP,), *findings(Method.PAT, (SHOP,)))
    desk.wait(lambda: view.tree.row_at(0).words == "Granted")
    desk.window.connection_list.choose(other.id)
    desk.wait(lambda: not view.tree.isVisible() and not view.running)
    desk.window.connection_list.choose(reports.profile.id)
    desk.wait(lambda: view.tree.isVisible() and view.tree.row_at(0).words == "Granted" and view.running)
    reports.end()
    idle(desk)
    desk.window.connection_list.choose(other.id)
    desk.wait(lambda: not view.tree.isVisible())
    desk.window.connection_list.choose(reports.profile.id)
    desk.wait(view.tree.isVisible)
    assert "As of " in visible_words(view)


def test_cancel_brings_back_what_was_there(desk: Desk, reports: ScriptedReports) -> None:
    view = run_whole(desk, reports)
    before = view.tree.rows()
    push(desk, "checkPermissions")
    reports.send((SHOP,))
    desk.wait(lambda: len(reports.wishes) == 2 and view.tree.rows() != before)
    push(desk, "cancelPermissions")
    assert view.tree.rows() == before
    assert not view.running
    assert view.run.isEnabled()
    desk.wait(lambda: reports.cancelled)
    assert desk.keyboard.focus.isVisible()


def test_failure_is_explained_and_the_buttons_come_back(desk: Desk, reports: ScriptedReports) -> None:
    reports.failure = ConnectionProblem(Problem.KEYRING_LOCKED)
    view = run_whole(desk, reports)
    assert guidance_for(Problem.KEYRING_LOCKED).title in visible_words(desk.window.connection_page)
    assert view.run.isEnabled()
    assert not view.running


def test_check_again_shows_the_overview(desk: Desk) -> None:
    view = open_permissions(desk)
    push(desk, "checkAgain")
    assert not view.isVisible()
    assert desk.window.connection_page.checks.isVisible()
    idle(desk)


# -- what is shown ----------------------------------------------------------------------------------------------------


def test_one_project_shows_its_two_layers(desk: Desk, reports: ScriptedReports) -> None:
    view = run_whole(desk, reports)
    desk.keyboard.go_to(view.project)
    desk.keyboard.press_down()
    assert view.project.currentText() == "Shop"
    row = view.tree.row_at(0)
    assert [below.title for below in row.below] == ["The token", "The account"]
    assert row.how == "Listing variable groups in Shop was allowed."


def test_every_row_speaks_a_whole_statement(desk: Desk, reports: ScriptedReports) -> None:
    view = run_whole(desk, reports)
    model = view.tree.model()
    said = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert said[0].startswith("Read projects and teams: granted. Granted in all 2 projects.")
    assert all(words.endswith(".") for words in said)
    spoken = QAccessible.queryAccessibleInterface(view.tree)
    assert spoken is not None
    assert spoken.text(QAccessible.Text.Name) == "Permissions"
    assert_everything_is_named(desk.window)
    assert_tab_order_is_reading_order(desk, desk.window.connection_page)
    assert_nowhere([desk.world.pat()])


def test_too_much_is_told_with_the_way_to_less(desk: Desk, reports: ScriptedReports) -> None:
    reports.answer = a_report(excess=(Excess(EvidenceKind.LISTED, scope="vso.code"),))
    view = run_whole(desk, reports)
    assert "This token can also read code, which this connection does not need." in visible_words(view)
    desk.keyboard.push(view.excess.button)
    assert desk.opened_urls == [desk.world.practice_cloud.cloud.token_page_url("contoso")]


def test_an_app_is_told_what_decides(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    world = make_world()
    world.save_client_secret("Nightly sync")
    desk = open_desk(world)
    view = open_permissions(desk)
    assert "API permissions on the app do not decide." in visible_words(view)
    desk.keyboard.push(desk.button("openUsers", view))
    assert desk.opened_urls == [world.practice_cloud.cloud.users_page_url("contoso")]


# -- the wish ---------------------------------------------------------------------------------------------------------


def test_asking_closely_counts_for_one_run(desk: Desk, reports: ScriptedReports) -> None:
    view = open_permissions(desk)
    assert not view.closely.isChecked()
    assert "empty requests" in view.closely.accessibleDescription()
    desk.keyboard.push(view.closely)
    for _run in range(2):
        push(desk, "checkPermissions")
        reports.end()
        idle(desk)
    assert reports.wishes == [ReportWish(closely=True), ReportWish()]
    assert not view.closely.isChecked()


def test_projects_are_chosen_by_keyboard(desk: Desk, reports: ScriptedReports) -> None:
    view = open_permissions(desk)
    push(desk, "chooseProjects")
    dialog = desk.dialog("projectChooser")
    assert isinstance(dialog, ProjectChooser)
    assert_everything_is_named(dialog)
    assert_tab_order_is_reading_order(desk, dialog)
    assert "2 of 2 projects are chosen." in visible_words(dialog)
    desk.keyboard.push(desk.button("chooseNone", dialog))
    assert not desk.button("useProjects", dialog).isEnabled()
    search = dialog.findChild(QLineEdit, "projectSearch")
    assert isinstance(search, QLineEdit)
    desk.keyboard.fill(search, "WEB")
    desk.keyboard.go_to(dialog.list)
    desk.keyboard.press(Qt.Key.Key_Home)
    desk.keyboard.press_space()
    assert [project.name for project in dialog.chosen] == ["Website"]
    desk.keyboard.push(desk.button("useProjects", dialog))
    desk.wait(lambda: "1 project chosen" in visible_words(view))
    push(desk, "checkPermissions")
    reports.end()
    idle(desk)
    assert reports.wishes == [ReportWish(projects=(WEBSITE.id,))]


def test_not_more_than_fifty_projects_can_be_chosen(desk: Desk, reports: ScriptedReports) -> None:
    reports.projects_there = [Project(str(number), f"Project {number:02}") for number in range(MAX_PROJECTS + 10)]
    open_permissions(desk)
    push(desk, "chooseProjects")
    dialog = desk.dialog("projectChooser")
    assert isinstance(dialog, ProjectChooser)
    assert len(dialog.chosen) == MAX_PROJECTS
    assert "50 of 60 projects are chosen. More than 50 in one run are not possible." in visible_words(dialog)
    places = dialog.findChild(QListView, "projectList")
    assert isinstance(places, QListView)
    desk.keyboard.go_to(places)
    desk.keyboard.press(Qt.Key.Key_End)
    desk.keyboard.press_space()
    count = dialog.findChild(QLabel, "projectCount")
    assert isinstance(count, QLabel)
    assert count.text().startswith("At most 50 projects can be reported on in one run.")
    assert len(dialog.chosen) == MAX_PROJECTS
    desk.keyboard.press(Qt.Key.Key_Home)
    desk.keyboard.press_space()
    desk.keyboard.press(Qt.Key.Key_End)
    desk.keyboard.press_space()
    assert "Project 59" in {project.name for project in dialog.chosen}
    desk.keyboard.press(Qt.Key.Key_Escape)


def test_ten_thousand_projects_can_be_searched(desk: Desk, reports: ScriptedReports) -> None:
    reports.projects_there = [Project(str(number), f"Project {number:05}") for number in range(10_000)]
    open_permissions(desk)
    push(desk, "chooseProjects")
    dialog = desk.dialog("projectChooser")
    assert isinstance(dialog, ProjectChooser)
    desk.keyboard.fill(dialog.search, "07777")
    model = dialog.list.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["Project 07777"]
    desk.keyboard.press(Qt.Key.Key_Escape)


# -- export -----------------------------------------------------------------------------------------------------------


def save_as(desk: Desk, view: PermissionsView, ending: str, file: Path) -> None:
    """Choose an entry of the export menu by keyboard, and save under a name."""
    desk.keyboard.go_to(view.export)
    desk.keyboard.press_space()
    menu = view.export.menu()
    desk.wait(menu.isVisible)
    chosen = action(view, f"export-{ending}")
    while menu.activeAction() is not chosen:
        press_in(menu, Qt.Key.Key_Down)
    press_in(menu, Qt.Key.Key_Return)
    dialog = desk.dialog("exportDialog")
    assert isinstance(dialog, QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    assert name.text().startswith("permissions-contoso-")
    assert name.text().endswith(f".{ending}")
    name.setText(str(file))
    desk.keyboard.press(Qt.Key.Key_Return)
    idle(desk)


def press_in(menu: QMenu, key: Qt.Key) -> None:
    from PySide6.QtTest import QTest

    QTest.keyClick(menu, key)


@pytest.mark.parametrize("ending", ["html", "json"])
def test_report_is_exported(desk: Desk, reports: ScriptedReports, tmp_path: Path, ending: str) -> None:
    view = run_whole(desk, reports)
    file = tmp_path / f"report.{ending}"
    save_as(desk, view, ending, file)
    desk.wait(file.exists)
    idle(desk)
    text = file.read_text(encoding="utf-8")
    if ending == "json":
        content = json.loads(text)
        assert content["format"] == "ado-connect-permission-report"
        assert content["connection"]["name"] == "Nightly sync"
    else:
        assert text.startswith("<!doctype html>")
        assert "Nightly sync" in text
    assert (desk.world.pat() in text) is False
    desk.wait(view.saved.isVisible)
    assert f"The report is saved. It is in {file}." in view.saved.accessibleName()


def test_export_that_fails_is_explained(desk: Desk, reports: ScriptedReports, tmp_path: Path) -> None:
    view = run_whole(desk, reports)
    actions = desk.window.actions_of_connection.behind(Part.PERMISSIONS)
    assert isinstance(actions, PermissionActions)
    actions.write(str(tmp_path / "gone" / "report.html"), reports.profile, reports.answer)
    idle(desk)
    desk.wait(view.saved.isVisible)
    said = view.saved.accessibleName()
    assert said.startswith("The report was not saved.")
    assert "The folder is not there; choose another one." in said


def test_nothing_is_left_open(desk: Desk, reports: ScriptedReports) -> None:
    run_whole(desk, reports)
    assert [button for button in desk.window.findChildren(QPushButton) if button.isWindow()] == []
    assert QApplication.activeModalWidget() is None


# -- the real thing ---------------------------------------------------------------------------------------------------


def test_report_about_the_practice_cloud_asks_closely_only_when_wanted(
    make_world: Callable[..., World], open_desk: OpenDesk, practice_cloud: PracticeCloud
) -> None:
    world = make_world()
    world.save_pat("Dashboards", "read-only")
    desk = open_desk(world)
    view = open_permissions(desk)
    practice_cloud.requests.clear()
    push(desk, "checkPermissions")
    idle(desk)
    rows = {row.title: row for row in view.tree.rows()}
    assert rows["Read variable groups"].words == "Granted"
    assert rows["Manage variable groups"].words == "Cannot be told"
    assert {request.method for request in practice_cloud.requests.of(Service.DEVOPS)} <= {"GET", "HEAD"}
    desk.keyboard.push(view.closely)
    push(desk, "checkPermissions")
    idle(desk)
    rows = {row.title: row for row in view.tree.rows()}
    assert rows["Manage variable groups"].words == "Likely missing"
    assert "empty request was refused" in rows["Manage variable groups"].how
    assert_nowhere([world.pat("read-only")])


def test_chosen_projects_are_remembered(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    world = make_world()
    key = world.save_pat("Dashboards").id
    desk = open_desk(world)
    view = open_permissions(desk)
    push(desk, "chooseProjects")
    dialog = desk.dialog("projectChooser")
    assert isinstance(dialog, ProjectChooser)
    desk.keyboard.push(desk.button("chooseNone", dialog))
    desk.keyboard.fill(dialog.search, "website")
    desk.keyboard.go_to(dialog.list)
    desk.keyboard.press(Qt.Key.Key_Home)
    desk.keyboard.press_space()
    desk.keyboard.push(desk.button("useProjects", dialog))
    push(desk, "checkPermissions")
    idle(desk)
    assert [view.project.itemText(index) for index in range(view.project.count())] == ["All projects", "Website"]
    saved = next(profile for profile in world.connections.load() if profile.id == key)
    assert len(saved.report_projects) == 1
    assert "1 project chosen" in visible_words(view)
