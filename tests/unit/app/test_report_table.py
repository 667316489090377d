"""The table of a permission report while it fills."""

import pytest

from desktop_app.app.report_table import ReportTable
from desktop_app.core.permissions import Permission, needed
from desktop_app.core.profile import Method
from desktop_app.core.report import EvidenceKind, Layer, Verdict
from tests.fakes.reports import SHOP, WEBSITE, a_report, finding, findings

READ = Permission.READ_RELEASES


def a_table(method: Method = Method.PAT) -> ReportTable:
    return ReportTable(method, [need.permission for need in needed(method)], (SHOP, WEBSITE))


def test_nothing_is_decided_before_both_layers_spoke() -> None:
    table = a_table()
    table.add(finding(READ, Layer.SCOPE, Verdict.GRANTED, SHOP))
    row = table.row(READ, SHOP)
    assert (row.verdict, row.words) == (None, "Checking …")
    assert [below.verdict for below in row.below] == [Verdict.GRANTED, None]
    table.add(finding(READ, Layer.ACCOUNT, Verdict.GRANTED, SHOP))
    row = table.row(READ, SHOP)
    assert (row.verdict, row.words) == (Verdict.GRANTED, "Granted")
    assert row.how == "Listing variable groups in Shop was allowed."


def test_a_refusal_decides_at_once() -> None:
    table = a_table()
    table.add(finding(READ, Layer.SCOPE, Verdict.MISSING))
    assert table.row(READ, SHOP).verdict is Verdict.MISSING
    assert table.row(READ, None).verdict is Verdict.MISSING


def test_an_app_is_decided_by_the_organization_alone() -> None:
    table = a_table(Method.CLIENT_SECRET)
    table.add(finding(Permission.READ_PROJECTS, Layer.ACCOUNT, Verdict.GRANTED, SHOP))
    row = table.row(Permission.READ_PROJECTS, SHOP)
    assert row.verdict is Verdict.GRANTED
    assert [below.title for below in row.below] == ["The app"]


def test_all_projects_fill_one_by_one() -> None:
    table = a_table()
    assert table.row(READ, None).how == "0 of 2 projects are checked."
    for layer in Layer:
        table.add(finding(READ, layer, Verdict.GRANTED, SHOP))
    row = table.row(READ, None)
    assert (row.verdict, row.how) == (None, "1 of 2 projects is checked.")
    assert [(below.title, below.verdict) for below in row.below] == [("Shop", Verdict.GRANTED), ("Website", None)]
    assert [below.title for below in row.below[0].below] == ["The token", "The account"]
    for layer in Layer:
        table.add(finding(READ, layer, Verdict.GRANTED, WEBSITE))
    assert table.row(READ, None).how == "Granted in all 2 projects."


def test_what_is_missing_shows_before_all_projects_answered() -> None:
    table = a_table()
    table.add(finding(READ, Layer.ACCOUNT, Verdict.MISSING, SHOP))
    row = table.row(READ, None)
    assert row.verdict is Verdict.MISSING
    assert row.how.startswith("Missing in Shop. ")
    assert row.how.endswith("1 of 2 projects is checked.")


def test_verdicts_are_counted() -> None:
    table = a_table()
    assert table.decided == (0, 16)
    for one in findings(Method.PAT, (SHOP,)):
        table.add(one)
    assert table.decided == (8, 16)
    assert ReportTable.of(a_report()).decided == (16, 16)


def test_what_holds_everywhere_has_no_projects_below() -> None:
    table = a_table(Method.OAUTH)
    act = Permission.ACT_AS_ACCOUNT
    table.add(finding(act, Layer.SCOPE, Verdict.GRANTED, kind=EvidenceKind.SCOPE_GRANTED))
    table.add(finding(act, Layer.ACCOUNT, Verdict.GRANTED, kind=EvidenceKind.MEMBER))
    row = table.row(act, None)
    assert row.verdict is Verdict.GRANTED
    assert [below.key for below in row.below] == ["scope", "account"]


def test_one_project_needs_no_row_of_its_own() -> None:
    report = a_report(projects=(SHOP,), findings=findings(Method.PAT, (SHOP,)))
    row = ReportTable.of(report).row(READ, None)
    assert [below.key for below in row.below] == ["scope", "account"]


def test_every_row_is_a_statement() -> None:
    def walk(rows: tuple[object, ...]) -> None:
        for row in rows:
            spoken = getattr(row, "spoken", "")
            assert spoken.endswith(".")
            assert ": " in spoken
            walk(getattr(row, "below", ()))

    walk(ReportTable.of(a_report()).rows(None))


def test_a_report_of_a_failed_identity_says_why() -> None:
    skipped = tuple(
        finding(need.permission, layer, Verdict.NOT_CHECKED) for need in needed(Method.PAT) for layer in Layer
    )
    rows = ReportTable.of(a_report(projects=(), findings=skipped)).rows(None)
    assert {row.verdict for row in rows} == {Verdict.NOT_CHECKED}
    assert all(row.how.startswith("Not asked, because the check “Know who it acts as” did not pass.") for row in rows)


@pytest.mark.parametrize("project", [SHOP, WEBSITE])
def test_the_worse_layer_explains(project: object) -> None:
    report = a_report()
    row = ReportTable.of(report).row(Permission.RUN_RELEASES, SHOP if project is SHOP else WEBSITE)
    assert row.words == ("Missing" if project is SHOP else "Granted")
    assert ("may not" in row.how) is (project is SHOP)


def test_rows_that_did_not_change_are_the_same_ones() -> None:
    table = a_table()
    before = table.rows(None)
    table.add(finding(READ, Layer.ACCOUNT, Verdict.MISSING, SHOP))
    after = table.rows(None)
    changed = [one.key for one, other in zip(after, before, strict=True) if one is not other]
    assert changed == [READ.value]
    table.projects = (SHOP,)
    assert [below.key for below in table.row(READ, None).below] == ["scope", "account"]
