"""Scopes and what they include."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.permissions import API_PERMISSIONS, PAT_SCOPES, expand, short_scope


@pytest.mark.parametrize(
    ("granted", "includes"),
    [
        ("vso.variablegroups_manage", {"vso.variablegroups_write", "vso.variablegroups_read"}),
        ("vso.variablegroups_write", {"vso.variablegroups_read"}),
        ("vso.variablegroups_read", set()),
        ("vso.release_manage", {"vso.release_execute", "vso.release", "vso.profile"}),
        ("vso.release_execute", {"vso.release", "vso.profile"}),
        ("vso.release", {"vso.profile"}),
        ("vso.project_manage", {"vso.project_write", "vso.project"}),
        ("vso.project_write", {"vso.project"}),
        ("vso.project", set()),
        (
            "vso.serviceendpoint_manage",
            {"vso.serviceendpoint_query", "vso.serviceendpoint", "vso.profile"},
        ),
        ("vso.serviceendpoint_query", {"vso.serviceendpoint", "vso.profile"}),
        ("user_impersonation", set()),
        ("vso.not_a_scope", set()),
    ],
)
def test_a_scope_reaches_all_that_it_includes_and_no_more(granted: str, includes: set[str]) -> None:
    assert expand([granted]) == {granted} | includes


def test_what_a_token_page_offers_covers_every_read() -> None:
    reached = expand(line.scope for line in PAT_SCOPES)

    assert {"vso.project", "vso.variablegroups_read", "vso.release", "vso.serviceendpoint"} <= reached


def test_no_scope_gives_nothing() -> None:
    assert expand([]) == frozenset()


@given(st.sets(st.sampled_from([*API_PERMISSIONS, *(line.scope for line in PAT_SCOPES)])))
def test_expanding_twice_adds_nothing(scopes: set[str]) -> None:
    once = expand(scopes)

    assert scopes <= once
    assert expand(once) == once


@pytest.mark.parametrize(
    ("scope", "short"),
    [
        ("499b84ac-1321-427f-aa17-267ca6975798/vso.project", "vso.project"),
        ("https://app.vssps.visualstudio.com/vso.project", "vso.project"),
        ("499b84ac-1321-427f-aa17-267ca6975798/.default", ".default"),
        ("vso.project", "vso.project"),
        ("openid", "openid"),
    ],
)
def test_a_short_scope_has_no_resource(scope: str, short: str) -> None:
    assert short_scope(scope) == short
