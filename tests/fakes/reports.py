"""Permission reports for tests: a small whole one, and any that Hypothesis can think of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from desktop_app.core.checks import CheckName, CheckReport, CheckResult, CheckStatus
from desktop_app.core.permissions import Area, Permission, needed
from desktop_app.core.ports import Exchange, Identity, Project
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method
from desktop_app.core.report import (
    Evidence,
    EvidenceKind,
    Excess,
    Finding,
    Layer,
    PermissionReport,
    Verdict,
)
from tests.fakes.clock import NOON

WEBSITE = Project("11111111-1111-1111-1111-111111111111", "Website")
SHOP = Project("22222222-2222-2222-2222-222222222222", "Shop")
DANA = Identity("0f0f0f0f-0000-0000-0000-000000000001", "Dana", "dana@contoso.example")
FACTS = {
    "area": Area.VARIABLE_GROUPS.value,
    "project": "Website",
    "count": "1",
    "scope": "vso.variablegroups_read",
    "by": "vso.variablegroups_manage",
    "actions": "View, Create",
    "problem": Problem.TIMED_OUT.value,
    "organization": "contoso",
    "account": "dana@contoso.example",
    "check": CheckName.IDENTITY.value,
    "status": "418",
}
"""Every fact that evidence can come with."""


def finding(
    permission: Permission,
    layer: Layer,
    verdict: Verdict,
    project: Project | None = None,
    *,
    likely: bool = False,
    kind: EvidenceKind | None = None,
) -> Finding:
    """A finding with evidence that fits it."""
    usual = {
        (Layer.SCOPE, Verdict.GRANTED): EvidenceKind.LISTED,
        (Layer.SCOPE, Verdict.MISSING): EvidenceKind.SCOPE_ABSENT,
        (Layer.SCOPE, Verdict.UNTELLABLE): EvidenceKind.NO_HARMLESS_REQUEST,
        (Layer.ACCOUNT, Verdict.GRANTED): EvidenceKind.ALLOWED,
        (Layer.ACCOUNT, Verdict.MISSING): EvidenceKind.DENIED,
        (Layer.ACCOUNT, Verdict.UNTELLABLE): EvidenceKind.RIGHTS_NOT_TOLD,
    }
    seen = kind or usual.get((layer, verdict), EvidenceKind.NEEDS_CHECK)
    facts = {**FACTS, "project": project.name if project else ""}
    return Finding(permission, layer, verdict, Evidence(seen, facts), project, likely)


def findings(
    method: Method, projects: Sequence[Project], worse: dict[tuple[Permission, str], Verdict] | None = None
) -> tuple[Finding, ...]:
    """Both layers of every needed permission in every project: all granted, but for `worse` by (permission, name)."""
    found = []
    for need in needed(method):
        for project in projects:
            verdict = (worse or {}).get((need.permission, project.name), Verdict.GRANTED)
            found.append(finding(need.permission, Layer.SCOPE, Verdict.GRANTED, project))
            found.append(finding(need.permission, Layer.ACCOUNT, verdict, project))
    return tuple(found)


def a_report(**changes: Any) -> PermissionReport:  # any field of PermissionReport
    """A personal access token in two projects: releases can not be run in Shop, and it can read code."""
    worse = {
        (Permission.RUN_RELEASES, "Shop"): Verdict.MISSING,
        (Permission.QUERY_SERVICE_CONNECTIONS, "Website"): Verdict.UNTELLABLE,
    }
    whole = PermissionReport(
        method=Method.PAT,
        organization="contoso",
        started_at=NOON,
        ended_at=NOON + timedelta(seconds=2),
        checks=CheckReport(
            (
                CheckResult(CheckName.REACH, CheckStatus.PASSED, None, {"organization": "contoso"}, 0.2),
                CheckResult(CheckName.IDENTITY, CheckStatus.PASSED, None, {"account": "dana@contoso.example"}, 0.25),
                CheckResult(CheckName.PROJECTS, CheckStatus.PASSED, None, {"count": "2"}, 0.1),
            ),
            NOON + timedelta(seconds=1),
        ),
        identity=DANA,
        projects=(SHOP, WEBSITE),
        permissions=tuple(need.permission for need in needed(Method.PAT)),
        findings=findings(Method.PAT, (SHOP, WEBSITE), worse),
        excess=(
            Excess(EvidenceKind.LISTED, scope="vso.code"),
            Excess(EvidenceKind.ALLOWED, right="Project/DELETE", project="Shop"),
        ),
        exchanges=(
            Exchange(NOON, "GET", "https://dev.azure.com/contoso/_apis/connectionData", 200, "ok"),
            Exchange(NOON, "GET", "https://dev.azure.com/contoso/_apis/projects", 0, Problem.TIMED_OUT.value),
        ),
    )
    return replace(whole, **changes)


_text = st.text(max_size=30)
_names = st.one_of(
    _text, st.sampled_from(["<script>alert(1)</script>", "</title><b>", "\"' onload=x", "&amp;", "\x00\u202e"])
)
_moments = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  aware by `timezones`
_projects = st.lists(st.builds(Project, st.uuids().map(str), _names), max_size=3, unique_by=lambda project: project.id)
_evidence = st.builds(
    Evidence, st.sampled_from(EvidenceKind), st.dictionaries(st.sampled_from([*FACTS]), _names, max_size=5)
)


@st.composite
def reports(draw: st.DrawFn) -> PermissionReport:
    """Any report of the right types, with whatever names."""
    method, projects = draw(st.sampled_from(Method)), tuple(draw(_projects))
    permissions = tuple(need.permission for need in needed(method))
    some = st.builds(
        Finding,
        st.sampled_from(permissions),
        st.sampled_from(Layer),
        st.sampled_from(Verdict),
        _evidence,
        st.sampled_from([None, *projects]),
        st.booleans(),
    )
    return PermissionReport(
        method=method,
        organization=draw(_names),
        started_at=draw(_moments),
        ended_at=draw(_moments),
        checks=CheckReport((), draw(_moments)),
        identity=draw(st.none() | st.builds(Identity, _names, _names, _names, _names, st.booleans())),
        projects=projects,
        permissions=permissions,
        findings=tuple(draw(st.lists(some, max_size=8))),
        closely=draw(st.booleans()),
        excess=tuple(
            draw(st.lists(st.builds(Excess, st.sampled_from(EvidenceKind), _names, _names, _names), max_size=4))
        ),
        exchanges=tuple(
            draw(st.lists(st.builds(Exchange, _moments, _names, _names, st.integers(0, 599), _names), max_size=3))
        ),
    )
