"""The files an auditor gets: their shape, their safety against hostile names, and that nothing secret is in them."""

import json
from dataclasses import replace
from datetime import timedelta, timezone
from html.parser import HTMLParser

import pytest
from hypothesis import given

from desktop_app.app.report_export import file_stem, report_html, report_json
from desktop_app.core.ports import Exchange, Project
from desktop_app.core.profile import Method, Profile
from desktop_app.core.report import PermissionReport, Verdict
from desktop_app.practice.derivation import personal_access_token
from tests.fakes.clock import NOON
from tests.fakes.profiles import a_profile, profiles
from tests.fakes.reports import SHOP, WEBSITE, a_report, findings, reports

PROFILE = a_profile(method=Method.PAT, tenant="", client_id="", redirect_uri="", scopes=())
WITH_CONTENT = {"html", "head", "title", "style", "body", "h1", "h2", "h3", "p", "dl", "dt", "dd", "span"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
WITHOUT = {"meta", "br"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "scope"}


class Strict(HTMLParser):
    """Knows only the elements and attributes that the page is made of, and wants each one closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""
        self.policy = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in WITH_CONTENT | WITHOUT
        assert {name for name, _value in attrs} <= ATTRIBUTES
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"] or ""
        if tag in WITH_CONTENT:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "head"):
            self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("the page has no comments")


def test_the_json_has_its_documented_shape() -> None:
    content = json.loads(report_json(PROFILE, a_report()))
    assert list(content) == [
        "format",
        "version",
        "connection",
        "identity",
        "started_at",
        "ended_at",
        "closely",
        "projects",
        "checks",
        "permissions",
        "excess",
        "narrower",
        "requests",
    ]
    assert (content["format"], content["version"]) == ("ado-connect-permission-report", 1)
    assert content["connection"] == {
        "name": "Contoso 1",
        "method": "pat",
        "organization": "contoso",
        "organization_url": "https://dev.azure.com/contoso",
        "account": "admin@contoso.example",
        "tenant": "",
        "client_id": "",
    }
    assert content["identity"]["username"] == "dana@contoso.example"
    assert (content["started_at"], content["ended_at"]) == ("2026-11-02T12:00:00Z", "2026-11-02T12:00:02Z")
    assert content["projects"] == [{"id": SHOP.id, "name": "Shop"}, {"id": WEBSITE.id, "name": "Website"}]
    assert content["checks"][0]["status"] == "passed"
    assert content["narrower"]["url"] == "https://dev.azure.com/contoso/_usersSettings/tokens"
    assert content["requests"][1] == {
        "at": "2026-11-02T12:00:00Z",
        "method": "GET",
        "url": "https://dev.azure.com/contoso/_apis/projects",
        "status": 0,
        "outcome": "timed-out",
    }


def test_the_json_keeps_the_layers_apart() -> None:
    content = json.loads(report_json(PROFILE, a_report()))
    run = next(row for row in content["permissions"] if row["permission"] == "run-releases")
    assert (run["verdict"], run["likely"], run["words"]) == ("missing", False, "Missing in Shop")
    assert run["scope"] == "vso.release_execute"
    shop = next(row for row in run["projects"] if row["project"]["name"] == "Shop")
    assert [(layer["layer"], layer["verdict"]) for layer in shop["layers"]] == [
        ("scope", "granted"),
        ("account", "missing"),
    ]
    evidence = shop["layers"][1]["evidence"]
    assert evidence["kind"] == "denied"
    assert evidence["facts"]["project"] == "Shop"
    assert evidence["words"].endswith(".")


def test_moments_are_utc_wherever_the_computer_stands() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    content = json.loads(report_json(PROFILE, a_report(started_at=there)))
    assert content["started_at"] == "2026-11-02T12:00:00Z"


@pytest.mark.parametrize("method", Method)
def test_the_page_says_who_when_where_and_what(method: Method) -> None:
    profile = a_profile(method=method)
    report = a_report(method=method, findings=findings(method, (SHOP, WEBSITE)))
    page = Strict(report_html(profile, report))
    for said in (
        "Contoso 1",
        "https://dev.azure.com/contoso",
        "dana@contoso.example",
        "2026-11-02T12:00:00Z",
        "Shop, Website",
        "Only by reading",
        "Listing variable groups in Website was allowed.",
        "This token can also read code, which this connection does not need.",
        "https://dev.azure.com/contoso/_apis/connectionData",
        "timed-out",
    ):
        assert said in page.words
    assert ("API permissions on the app do not decide." in page.words) is (method is Method.CLIENT_SECRET)


def test_the_page_runs_and_loads_nothing() -> None:
    page = report_html(PROFILE, a_report())
    policy = Strict(page).policy
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    for loading in ("<script", "<link", "<img", "src=", "href=", "url(", "@import"):
        assert loading not in page


def test_empty_requests_are_told() -> None:
    assert "empty requests were sent" in report_html(PROFILE, a_report(closely=True))
    assert json.loads(report_json(PROFILE, a_report(closely=True)))["closely"] is True


@given(profiles(), reports())
def test_no_name_breaks_a_file(profile: Profile, report: PermissionReport) -> None:
    Strict(report_html(profile, report)).words.encode()
    content = json.loads(report_json(profile, report))
    assert {row["verdict"] for row in content["permissions"]} <= {verdict.value for verdict in Verdict}
    report_json(profile, report).encode()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "</title><img src=x>", "\" onload='x'", "&lt;b&gt;"])
def test_hostile_names_are_shown_as_they_are(name: str) -> None:
    project = Project("1", name)
    report = a_report(projects=(project,), findings=findings(Method.PAT, (project,)))
    page = report_html(replace(PROFILE, name=name), report)
    assert name in Strict(page).words
    assert "<script" not in page
    assert "<img" not in page


def test_nothing_that_looks_like_a_secret_gets_out() -> None:
    secret = personal_access_token("pat/four-scopes")
    odd = Exchange(NOON, "GET", f"https://dev.azure.com/contoso?token={secret}", 200, "ok")
    report = a_report(exchanges=(odd,))
    for written in (report_json(PROFILE, report), report_html(PROFILE, report)):
        assert (secret in written) is False
        assert "[removed]" in written


@pytest.mark.parametrize(
    ("organization", "stem"),
    [("contoso", "permissions-contoso-2026-11-02"), ("../../x", "permissions-x-2026-11-02")],
)
def test_files_are_named_after_organization_and_day(organization: str, stem: str) -> None:
    assert file_stem(replace(PROFILE, organization=organization), a_report()) == stem
