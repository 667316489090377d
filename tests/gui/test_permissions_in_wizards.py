"""The permission rows that follow a wizard's checks: they fill in by themselves and hold nobody up."""

import queue
from collections.abc import Callable

import pytest

from desktop_app.app.drafts import Draft
from desktop_app.app.report_wish import ReportWish
from desktop_app.core.cancel import Cancel
from desktop_app.core.permissions import Permission
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.core.report import Layer, PermissionReport, Verdict
from desktop_app.gui.wizards.permission_rows import AT_ONCE
from tests.fakes.reports import SHOP, WEBSITE, a_report, finding, findings
from tests.gui.driving import Desk
from tests.gui.looking import inspect_page, visible_words

LIMIT_S = 20.0
_END = object()


class ScriptedReport:
    """Stands in for `Connections.report_on`: each step comes when the test says so."""

    def __init__(self) -> None:
        self.wishes: list[ReportWish] = []
        self.cancelled = 0
        self.answer: PermissionReport | ConnectionProblem = a_report(
            findings=findings(Method.PAT, (SHOP, WEBSITE)), excess=()
        )
        self._steps: queue.Queue[object] = queue.Queue()

    def report_on(
        self, draft: Draft, wish: ReportWish, on_event: Callable[[object], None], cancel: Cancel
    ) -> PermissionReport:
        assert draft.proven is not None
        self.wishes.append(wish)
        cancel.on_cancel(lambda: self._steps.put(_END))
        while (step := self._steps.get(timeout=LIMIT_S)) is not _END:
            on_event(step)
        if cancel.requested:
            self.cancelled += 1
        cancel.raise_if_cancelled()
        if isinstance(self.answer, ConnectionProblem):
            raise self.answer
        return self.answer

    def send(self, *events: object) -> None:
        for event in events:
            self._steps.put(event)

    def end(self) -> None:
        self._steps.put(_END)


@pytest.fixture
def report(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> ScriptedReport:
    scripted = ScriptedReport()
    monkeypatch.setattr(desk.world.connections, "report_on", scripted.report_on)
    return scripted


def checks_passed(desk: Desk, report: ScriptedReport) -> None:
    """Go to the page of checks with a token that works; its report still runs."""
    desk.go_to_details(Method.PAT)
    desk.fill("token", desk.world.pat())
    desk.go_on("ChecksPage")
    desk.wait(lambda: desk.page.reporting and bool(report.wishes))


def test_permissions_follow_the_checks_and_fill_in(desk: Desk, report: ScriptedReport) -> None:
    checks_passed(desk, report)
    tree = desk.page.permissions.tree
    assert [row.words for row in tree.rows()] == ["Checking …"] * 8
    assert report.wishes == [ReportWish(at_once=AT_ONCE)]
    report.send((SHOP, WEBSITE))
    report.send(*(finding(Permission.READ_PROJECTS, layer, Verdict.GRANTED, SHOP) for layer in Layer))
    desk.wait(lambda: tree.row_at(0).how == "1 of 2 projects is checked.")
    report.end()
    desk.checked()
    assert {row.words for row in tree.rows()} == {"Granted"}
    assert "Every permission that this connection needs is granted." in visible_words(desk.page)
    inspect_page(desk, [desk.world.pat()])


def test_verdicts_that_come_together_are_all_shown(desk: Desk, report: ScriptedReport) -> None:
    checks_passed(desk, report)
    tree = desk.page.permissions.tree
    missing = {(Permission.RUN_RELEASES, "Shop"): Verdict.MISSING}
    report.send((SHOP, WEBSITE), *findings(Method.PAT, (SHOP, WEBSITE), missing))
    desk.wait(lambda: tree.row_at(7).words == "Granted" and tree.whole)
    assert [row.words for row in tree.rows()].count("Missing") == 1
    for row, shown in enumerate(tree.rows()):
        assert [tree.row_at(row, project).title for project in range(2)] == ["Shop", "Website"]
        assert tuple(tree.row_at(row, project) for project in range(2)) == shown.below
    report.end()
    desk.checked()


def test_nobody_waits_for_the_permissions(desk: Desk, report: ScriptedReport) -> None:
    checks_passed(desk, report)
    assert desk.next_button.isEnabled()
    assert desk.reason == ""
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    desk.finish()
    assert desk.window.profile is not None
    desk.wait(lambda: report.cancelled == 1)


def test_missing_permissions_are_told_and_may_be_saved(desk: Desk, report: ScriptedReport) -> None:
    missing = {(Permission.RUN_RELEASES, "Shop"): Verdict.MISSING}
    report.answer = a_report(findings=findings(Method.PAT, (SHOP, WEBSITE), missing))
    checks_passed(desk, report)
    assert not desk.page.partly.isVisible()
    report.end()
    desk.checked()
    words = visible_words(desk.page)
    assert "It works, but not with every permission." in words
    assert "what is marked as missing will not work until it is granted." in words
    assert desk.next_button.isEnabled()
    inspect_page(desk, [desk.world.pat()])


def test_failure_of_the_permissions_is_told_and_hinders_nothing(desk: Desk, report: ScriptedReport) -> None:
    report.answer = ConnectionProblem(Problem.THROTTLED)
    checks_passed(desk, report)
    report.end()
    desk.checked()
    assert "The permissions could not be looked at: " in visible_words(desk.page)
    assert not desk.page.permissions.tree.isVisible()
    assert not desk.page.problem.isVisible()
    assert desk.next_button.isEnabled()


def test_nothing_is_asked_again_while_nothing_changed(desk: Desk, report: ScriptedReport) -> None:
    checks_passed(desk, report)
    report.end()
    desk.checked()
    rows = desk.page.permissions.tree.rows()
    desk.go_back("TokenPage")
    desk.go_on("ChecksPage")
    desk.checked()
    assert desk.page.permissions.tree.rows() == rows
    assert desk.page.permissions.isVisible()
    assert len(report.wishes) == 1


def test_going_back_stops_what_runs(desk: Desk, report: ScriptedReport) -> None:
    checks_passed(desk, report)
    desk.go_back("TokenPage")
    desk.wait(lambda: report.cancelled == 1)
    desk.go_on("ChecksPage")
    desk.wait(lambda: desk.page.reporting)
    report.end()
    desk.checked()
    assert len(report.wishes) == 2


def test_what_does_not_work_is_not_reported_on(desk: Desk, report: ScriptedReport) -> None:
    desk.check_pat(desk.world.pat("expired"))
    assert report.wishes == []
    assert not desk.page.permissions.isVisible()
