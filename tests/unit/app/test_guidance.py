"""Every problem has words: whole sentences, no jargon, no holes, and a button that leads somewhere."""

import re
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

import desktop_app
from desktop_app.app.guidance import Action, ActionKind, Guidance, Place, details_of
from desktop_app.app.guidance_index import guidance_for, guidance_of
from desktop_app.core.cloud import CHINA, PUBLIC, US_GOVERNMENT, Cloud
from desktop_app.core.problems import ConnectionProblem, Problem

FACTS = {
    "host": "dev.azure.com",
    "status": "503",
    "organization": "contoso",
    "tenant": "contoso.example",
    "organization_tenant": "fabrikam.example",
    "object_id": "aaaabbbb-0000-1111-2222-ccccddddeeee",
    "aadsts": "AADSTS50011",
    "account": "admin@contoso.example",
    "expected": "reader@contoso.example",
    "issuer": "Contoso Proxy",
    "retry_after_s": "30",
    "file": "/home/admin/connections.json",
    "name": "Contoso",
    "scope": "vso.release",
    "pat_error": "accessDenied",
    "code": "Request_BadRequest",
    "waited_s": "120",
}
PLACES = {
    "nothing known": Place(),
    "everything known": Place(PUBLIC, "contoso", "contoso.example", "11112222-bbbb-3333-cccc-4444dddd5555", FACTS),
    "facts alone": Place(facts=FACTS),
    "organization alone": Place(organization="contoso"),
    "empty facts": Place(facts=dict.fromkeys(FACTS, "")),
    "another cloud": Place(US_GOVERNMENT, "contoso", "contoso.example", "11112222-bbbb-3333-cccc-4444dddd5555"),
}
JARGON = re.compile(
    r"\b(HTTPS?|OIDC|JSON|TLS|SSL|JWT|PKCE|XML|HTML|401|403|404|traceback|stack|null|nonce|payload|exception|errno|"
    r"endpoint|parse\w*|timeout|boolean|regex|thread|socket|stderr|None|True|False)\b"
)
FIELDS = {"organization", "tenant", "client_id", "client_secret", "cloud", "secret", "name", "ca_file", "expiry"}
NOTHING_TO_PRESS = {
    Problem.PROFILE_FILE_NEWER,
    Problem.PROFILE_GONE,
    Problem.SETTINGS_FILE_UNREADABLE,
    Problem.POLICY_FORBIDS_METHOD,
    Problem.POLICY_UNREADABLE,
}
everywhere = pytest.mark.parametrize(
    ("problem", "place"), [*product(Problem, PLACES.values())], ids=[f"{p}-{w}" for p, w in product(Problem, PLACES)]
)


def texts_of(guidance: Guidance) -> list[str]:
    label = [guidance.action.label] if guidance.action else []
    return [guidance.title, guidance.happened, guidance.likely, guidance.now, *label]


@everywhere
def test_every_problem_is_told_in_whole_sentences(problem: Problem, place: Place) -> None:
    guidance = guidance_for(problem, place)

    for sentence in (guidance.happened, guidance.likely, guidance.now):
        assert sentence.endswith(".")
        assert len(sentence.split()) >= 3
    assert not guidance.title.endswith((".", "!", ":", ","))
    assert len(guidance.title.split()) >= 2
    assert len({guidance.title, guidance.happened, guidance.likely, guidance.now}) == 4


@everywhere
def test_no_text_has_holes_or_jargon(problem: Problem, place: Place) -> None:
    for text in texts_of(guidance_for(problem, place)):
        assert text == text.strip()
        assert "\n" not in text
        assert not re.search(r"[{}]|\(\)|  | [.,;:](?!\w)|[.,;:]{2}|\?\)", text), text
        assert not JARGON.search(text), text
        assert not re.match(r"(the|an?|this|nobody|it) ", text), text  # a neutral phrase at the start


@everywhere
def test_a_button_has_a_label_and_leads_somewhere(problem: Problem, place: Place) -> None:
    action = guidance_for(problem, place).action
    if action is None:
        # nothing in this program would help
        assert problem in NOTHING_TO_PRESS
        return
    assert action.label
    assert not action.label.endswith(".")
    match action.kind:
        case ActionKind.OPEN_URL:
            check_address(action.target, place.cloud)
        case ActionKind.EDIT_FIELD:
            assert action.target in FIELDS
        case _:
            assert action.target == ""


def check_address(url: str, cloud: Cloud) -> None:
    parts = urlsplit(url)
    known = {urlsplit(base).netloc for base in (*cloud.bases, cloud.portal, "https://status.dev.azure.com")}

    assert parts.scheme == "https"
    assert parts.netloc in known
    assert "//" not in parts.path
    assert not re.search(r"[\s{}]|None", url)
    assert not url.endswith(("=", "appId/"))
    assert "//" not in parts.fragment


@given(st.sampled_from(Problem), st.dictionaries(st.sampled_from(sorted(FACTS)), st.text(max_size=40)))
def test_whatever_a_server_says_can_be_shown(problem: Problem, facts: dict[str, str]) -> None:
    guidance = guidance_for(problem, Place(facts=facts))

    assert all(texts_of(guidance))
    if guidance.action and guidance.action.kind is ActionKind.OPEN_URL:
        assert urlsplit(guidance.action.target).netloc in {"dev.azure.com", "status.dev.azure.com"} | {
            urlsplit(PUBLIC.portal).netloc,
            urlsplit(PUBLIC.login).netloc,
        }


@pytest.mark.parametrize("braces", ["{host}", "{0}", "{}", "{", "{host!r}"])
def test_braces_in_a_fact_are_shown_as_they_are(braces: str) -> None:
    assert braces in guidance_for(Problem.TIMED_OUT, Place(facts={"host": braces})).title


def test_facts_fill_in_the_names() -> None:
    failure = ConnectionProblem(
        Problem.TENANT_MISMATCH, {"tenant": "contoso.example", "organization_tenant": "fabrikam.example"}
    )
    told = guidance_of(failure, Place(organization="contoso"))

    assert "contoso trusts the directory fabrikam.example" in told.happened
    assert "contoso.example" in told.happened


def test_whoever_issued_an_untrusted_certificate_is_named() -> None:
    told = guidance_for(Problem.CERTIFICATE_UNTRUSTED, Place(facts={"issuer": "Contoso Proxy"}))

    assert "“Contoso Proxy”" in told.happened
    assert "“Contoso Proxy”" in told.likely
    assert told.action == Action("Choose a certificate file", ActionKind.EDIT_FIELD, "ca_file")


@pytest.mark.parametrize("problem", [Problem.CERTIFICATE_EXPIRED, Problem.CERTIFICATE_NOT_YET_VALID])
def test_certificate_of_another_time_makes_one_look_at_the_clock(problem: Problem) -> None:
    told = guidance_for(problem)

    assert "clock" in told.likely
    assert "date and time" in told.now


def test_an_app_that_is_no_user_is_named_by_the_id_to_paste() -> None:
    told = guidance_for(Problem.APP_NOT_IN_ORGANIZATION, PLACES["everything known"])

    assert FACTS["object_id"] in told.now
    assert told.action == Action(
        "Open the organization's users", ActionKind.OPEN_URL, "https://dev.azure.com/contoso/_settings/users"
    )


@pytest.mark.parametrize(
    ("scope", "line"),
    [
        ("vso.variablegroups_read", "choose “Read, create & manage” under “Variable Groups”"),
        ("vso.release", "choose “Read, write & execute” under “Release”"),
        ("vso.project", "choose “Read” under “Project and Team”"),
        ("vso.serviceendpoint", "choose “Read & query” under “Service Connections”"),
        ("vso.code", "scopes listed in the wizard"),
        ("", "scopes listed in the wizard"),
    ],
)
def test_a_missing_scope_is_named_as_the_token_page_names_it(scope: str, line: str) -> None:
    assert line in guidance_for(Problem.SCOPE_MISSING, Place(organization="contoso", facts={"scope": scope})).now


@pytest.mark.parametrize(
    ("problem", "link"),
    [
        (Problem.SECRET_IS_ID, "/Credentials/appId/11112222-bbbb-3333-cccc-4444dddd5555"),
        (
            Problem.CONSENT_REQUEST_PENDING,
            "/contoso.example/adminconsent?client_id=11112222-bbbb-3333-cccc-4444dddd5555",
        ),
        (Problem.LICENCE_MISSING, "https://dev.azure.com/contoso/_settings/users"),
        (Problem.NOT_IN_ORGANIZATION, "https://dev.azure.com/contoso/_settings/users"),
        (Problem.SIGN_IN_NOT_ACCEPTED, "https://dev.azure.com/contoso/_settings/organizationPolicy"),
        (Problem.CREDENTIAL_REJECTED, "https://dev.azure.com/contoso/_usersSettings/tokens"),
        (Problem.PERMISSION_NOT_ON_APP, "/CallAnAPI/appId/11112222-bbbb-3333-cccc-4444dddd5555"),
        (Problem.REDIRECT_URI_MISMATCH, "/Authentication/appId/11112222-bbbb-3333-cccc-4444dddd5555"),
    ],
)
def test_the_button_leads_to_the_right_page_of_this_app_or_organization(problem: Problem, link: str) -> None:
    action = guidance_for(problem, PLACES["everything known"]).action

    assert action is not None
    assert action.target.endswith(link)


def test_every_problem_of_the_catalogue_can_happen() -> None:
    """Words for what nothing ever reports would be words that nobody checks."""
    source = "".join(
        file.read_text(encoding="utf-8")
        for file in Path(desktop_app.__file__).parent.rglob("*.py")
        if not file.name.startswith("guidance") and file.name != "problems.py"
    )

    assert [problem.name for problem in Problem if f"Problem.{problem.name}" not in source] == []


def test_an_unknown_code_is_shown_and_can_be_looked_up() -> None:
    told = guidance_for(Problem.ENTRA_UNKNOWN, Place(facts={"aadsts": "AADSTS123456"}))

    assert "AADSTS123456" in told.title
    assert told.action is not None
    assert told.action.target == "https://login.microsoftonline.com/error?code=123456"


def test_links_go_to_the_cloud_of_the_connection() -> None:
    place = Place(CHINA, "contoso", "contoso.example", "11112222-bbbb-3333-cccc-4444dddd5555")
    consent = guidance_for(Problem.ADMIN_CONSENT_REQUIRED, place).action
    secrets = guidance_for(Problem.SECRET_EXPIRED, place).action

    assert consent is not None
    assert consent.target == (
        "https://login.partner.microsoftonline.cn/contoso.example/adminconsent"
        "?client_id=11112222-bbbb-3333-cccc-4444dddd5555"
    )
    assert secrets is not None
    assert secrets.target.startswith("https://portal.azure.cn/#view/Microsoft_AAD_RegisteredApps/")
    assert secrets.target.endswith("/Credentials/appId/11112222-bbbb-3333-cccc-4444dddd5555")


def test_a_pause_that_was_asked_for_is_named() -> None:
    assert "30 seconds" in guidance_for(Problem.THROTTLED, Place(facts={"retry_after_s": "30"})).now
    assert "minute" in guidance_for(Problem.THROTTLED).now


def test_details_name_the_code_and_every_fact() -> None:
    failure = ConnectionProblem(Problem.TIMED_OUT, {"host": "dev.azure.com", "status": "504"})

    assert details_of(failure) == ("problem: timed-out", "host: dev.azure.com", "status: 504")


def test_no_two_problems_have_the_same_title() -> None:
    titles = [guidance_for(problem).title for problem in Problem]

    assert sorted({title for title in titles if titles.count(title) > 1}) == []
