"""The words of permission reports: there are some for everything, they are sentences, and they add up."""

from dataclasses import replace

import pytest
from hypothesis import given

from desktop_app.app.report_evidence import evidence_words, scope_words
from desktop_app.app.report_excess import client_secret_words, excess_sentences, excess_words, way_to_less
from desktop_app.app.report_words import (
    headline,
    layer_note,
    layer_title,
    permission_title,
    summarize,
    summary_of,
    verdict_kind,
    verdict_note,
    verdict_words,
)
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.permissions import NEEDS, READABLE_SCOPES, SURPLUS_ACTIONS, Need, Permission, needed
from desktop_app.core.ports import Project
from desktop_app.core.profile import Method
from desktop_app.core.report import Evidence, EvidenceKind, Excess, Layer, PermissionReport, Verdict, join
from tests.fakes.profiles import a_profile
from tests.fakes.reports import FACTS, SHOP, WEBSITE, a_report, finding, findings, reports
from tests.unit.app.test_words import is_sentence

OTHERS = tuple(Project(str(number), f"Project {number}") for number in range(10))


@pytest.mark.parametrize("method", Method)
def test_every_permission_has_a_title_of_its_own(method: Method) -> None:
    titles = [permission_title(permission, method) for permission in Permission]
    assert len(set(titles)) == len(Permission)
    assert not any(title.endswith(".") for title in titles)


def test_an_app_acts_as_itself() -> None:
    titles = {permission_title(Permission.ACT_AS_ACCOUNT, method) for method in (Method.OAUTH, Method.CLIENT_SECRET)}
    assert len(titles) == 2


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_told_and_explained(verdict: Verdict) -> None:
    assert verdict_words(verdict)
    assert verdict_kind(verdict) in ("good", "bad", "neutral")
    assert is_sentence(verdict_note(verdict))


def test_what_is_only_likely_says_so() -> None:
    assert verdict_words(Verdict.GRANTED, likely=True) == "Likely granted"
    assert verdict_words(Verdict.MISSING, likely=True) == "Likely missing"
    assert "ikely" not in verdict_words(Verdict.GRANTED) + verdict_words(Verdict.MISSING)


@pytest.mark.parametrize("method", Method)
def test_the_layers_are_told_apart(method: Method) -> None:
    assert layer_title(Layer.SCOPE, method) != layer_title(Layer.ACCOUNT, method)
    assert all(is_sentence(layer_note(layer, method)) for layer in Layer)


@pytest.mark.parametrize("kind", EvidenceKind)
@pytest.mark.parametrize("facts", [FACTS, {}, {"problem": "", "area": "unheard-of", "check": "unheard-of"}])
def test_every_evidence_is_told_in_sentences(kind: EvidenceKind, facts: dict[str, str]) -> None:
    words = evidence_words(Evidence(kind, facts))
    assert all(is_sentence(f"{sentence.rstrip('.')}.") for sentence in words.split(". "))
    assert words.endswith(".")


def test_evidence_names_what_was_seen() -> None:
    said = evidence_words(Evidence(EvidenceKind.LISTED, {"area": "variable-groups", "project": "Website"}))
    assert said == "Listing variable groups in Website was allowed."
    by = Evidence(EvidenceKind.SCOPE_GRANTED, {"scope": "vso.project", "by": "vso.project_write"})
    assert evidence_words(by) == (
        "The token has the scope vso.project_write, which includes vso.project (Project and Team: Read)."
    )
    full = Evidence(EvidenceKind.SCOPE_GRANTED, {"scope": "vso.project", "by": "user_impersonation"})
    assert "everything" in evidence_words(full)
    failed = Evidence(EvidenceKind.NEEDS_CHECK, {"check": "identity", "problem": "pat-expired"})
    assert evidence_words(failed).startswith("Not asked, because the check “Know who it acts as” did not pass.")


@pytest.mark.parametrize(
    ("need", "action"), [(need, action) for need in NEEDS.values() for action in need.actions], ids=str
)
def test_every_right_that_is_asked_for_is_told_in_plain_words(need: Need, action: str) -> None:
    facts = {"area": need.area.value, "actions": action, "project": "Shop"}
    words = evidence_words(Evidence(EvidenceKind.DENIED, facts))
    assert is_sentence(words)
    assert "“" not in words


def test_rights_are_told_together() -> None:
    facts = {"area": "releases", "actions": "ViewReleaseDefinition, Unheard", "project": "Shop"}
    assert evidence_words(Evidence(EvidenceKind.ALLOWED, facts)) == (
        "Azure DevOps says that the account may view release pipelines and use the right “Unheard” in Shop."
    )


def test_scopes_are_named_as_the_token_page_names_them() -> None:
    assert scope_words("499b84ac-1321-427f-aa17-267ca6975798/vso.release_execute") == (
        "vso.release_execute (Release: Read, write & execute)"
    )
    assert scope_words("vso.code") == "vso.code"


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        ({}, "Granted in all 10 projects"),
        ({3: Verdict.MISSING}, "Missing in Project 3"),
        ({3: Verdict.MISSING, 4: Verdict.UNTELLABLE}, "Missing in Project 3"),
        ({3: Verdict.MISSING, 4: Verdict.MISSING}, "Missing in Project 3 and Project 4"),
        ({1: Verdict.MISSING, 4: Verdict.MISSING, 9: Verdict.MISSING}, "Missing in Project 1 and 2 others"),
        ({1: Verdict.UNTELLABLE}, "Cannot be told in Project 1"),
        (dict.fromkeys(range(10), Verdict.NOT_CHECKED), "Not checked in all 10 projects"),
    ],
)
def test_a_permission_is_summed_up_over_projects(verdicts: dict[int, Verdict], words: str) -> None:
    joints = [
        (
            project,
            join([finding(Permission.READ_RELEASES, Layer.ACCOUNT, verdicts.get(number, Verdict.GRANTED), project)]),
        )
        for number, project in enumerate(OTHERS)
    ]
    assert summarize(joints).words == words


def test_one_certain_refusal_is_certain_and_one_likely_grant_is_likely() -> None:
    read = Permission.READ_RELEASES

    def over(verdict: Verdict, *likely: bool) -> str:
        return summarize(
            [
                (project, join([finding(read, Layer.SCOPE, verdict, project, likely=one)]))
                for project, one in zip(OTHERS, likely, strict=False)
            ]
        ).words

    assert over(Verdict.MISSING, True, False) == "Missing in all 2 projects"
    assert over(Verdict.MISSING, True, True) == "Likely missing in all 2 projects"
    assert over(Verdict.GRANTED, True, False) == "Likely granted in all 2 projects"


def test_what_holds_everywhere_names_no_project() -> None:
    member = finding(Permission.ACT_AS_ACCOUNT, Layer.ACCOUNT, Verdict.GRANTED, kind=EvidenceKind.MEMBER)
    report = a_report(findings=(member,), permissions=(Permission.ACT_AS_ACCOUNT,))
    assert summary_of(report, Permission.ACT_AS_ACCOUNT).words == "Granted"


def test_a_report_without_projects_says_so() -> None:
    assert summary_of(a_report(projects=(), findings=()), Permission.READ_RELEASES).words == (
        "There was no project to try it with"
    )


def test_the_headline_counts_what_is_missing() -> None:
    assert headline(a_report()) == "1 of 8 permissions is missing in at least one project."
    good = a_report(findings=findings(Method.PAT, (SHOP, WEBSITE)))
    assert headline(good) == "Every permission that this connection needs is granted."
    untold = {(Permission.QUERY_SERVICE_CONNECTIONS, "Shop"): Verdict.UNTELLABLE}
    assert headline(a_report(findings=findings(Method.PAT, (SHOP, WEBSITE), untold))) == (
        "No permission is missing, but 1 of 8 cannot be told for certain."
    )
    likely = tuple(replace(one, likely=True) for one in a_report().findings)
    assert headline(a_report(findings=likely)) == "1 of 8 permissions is likely missing in at least one project."
    assert headline(a_report(findings=())) == "No permission was checked, because something before it failed."


@pytest.mark.parametrize("scope", [*READABLE_SCOPES, "user_impersonation", "app_token", "vso.unheard_of"])
def test_every_scope_too_much_is_a_sentence(scope: str) -> None:
    assert is_sentence(excess_words(Excess(EvidenceKind.LISTED, scope=scope)))


@pytest.mark.parametrize("scope", READABLE_SCOPES)
def test_scopes_that_are_tried_are_not_told_by_their_code(scope: str) -> None:
    assert "vso." not in excess_words(Excess(EvidenceKind.LISTED, scope=scope))


@pytest.mark.parametrize(("namespace", "action"), SURPLUS_ACTIONS)
def test_every_right_too_much_is_told_in_plain_words(namespace: object, action: str) -> None:
    name = str(getattr(namespace, "name", "")).title().replace("_", "")
    words = excess_words(Excess(EvidenceKind.ALLOWED, right=f"{name}/{action}", project="Shop"))
    assert is_sentence(words)
    assert "Shop" in words
    assert action not in words.split(" ")


def test_rights_in_the_same_projects_are_one_sentence() -> None:
    found = [
        Excess(EvidenceKind.LISTED, scope="vso.code"),
        *(
            Excess(EvidenceKind.ALLOWED, right=right, project=project.name)
            for right in ("Project/DELETE", "ReleaseManagement/DeleteReleaseDefinition")
            for project in OTHERS[:3]
        ),
        Excess(EvidenceKind.ALLOWED, right="ServiceEndpoints/Administer", project="Shop"),
    ]
    assert excess_sentences(found) == (
        "This token can also read code, which this connection does not need.",
        "In Project 0 and 2 others, the account can also delete the project and delete release pipelines, which this "
        "connection does not need.",
        "In Shop, the account can also administer service connections, which this connection does not need.",
    )


@pytest.mark.parametrize("method", Method)
def test_every_method_has_a_way_to_less(method: Method) -> None:
    way = way_to_less(a_profile(method=method))
    assert is_sentence(way.words)
    assert way.url.startswith("https://")
    assert way.label


def test_an_app_s_report_says_what_decides() -> None:
    words = client_secret_words(PUBLIC, "contoso")
    said = " ".join(words.sentences)
    for named in ("Organization settings, Users", "Basic", "Readers", "Contributors", "Project Administrators"):
        assert named in said
    assert words.url == PUBLIC.users_page_url("contoso")
    assert all(is_sentence(sentence) for sentence in words.sentences)


@given(reports())
def test_any_report_can_be_told(report: PermissionReport) -> None:
    assert headline(report)
    assert all(summary_of(report, need.permission).words for need in needed(report.method))
