"""How the PAT lifecycle API is asked, and what its answers mean: errors come with status 200."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import AccessToken
from desktop_app.core.lifecycle import PatRecord, PatWish
from desktop_app.core.ports import Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_pats import MAX_PAGES, AzurePats
from desktop_app.practice.derivation import personal_access_token
from tests.fakes.http import ScriptedHttp, empty_answer, html_answer, json_answer
from tests.unit.infra.azure import APP, EVERYTHING, PAT, SIGN_IN, error
from tests.unit.infra.published import deviations
from tests.unit.infra.spilling import carried_by

ID = "4ab5cd5e-6de4-4b9f-a5d2-2c1d9d4f0e01"
END = datetime(2027, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC)
WISH = PatWish("ADO Connect 7f3a", frozenset({"vso.release_execute", "vso.project"}), END)
VALUE = personal_access_token("test/azure-pats")
ERRORS = (
    "displayNameRequired",
    "invalidDisplayName",
    "invalidValidTo",
    "invalidScope",
    "userIdRequired",
    "invalidUserId",
    "invalidUserType",
    "accessDenied",
    "failedToIssueAccessToken",
    "invalidClient",
    "invalidClientType",
    "invalidClientId",
    "invalidTargetAccounts",
    "hostAuthorizationNotFound",
    "authorizationNotFound",
    "failedToUpdateAccessToken",
    "sourceNotSupported",
    "invalidSourceIP",
    "invalidSource",
    "duplicateHash",
    "sshPolicyDisabled",
    "invalidToken",
    "tokenNotFound",
    "invalidAuthorizationId",
    "failedToReadTenantPolicy",
    "globalPatPolicyViolation",
    "fullScopePatPolicyViolation",
    "patLifespanPolicyViolation",
    "invalidTokenType",
    "invalidAudience",
    "invalidSubject",
    "deploymentHostNotSupported",
)
"""All of PatTokenError but `none` (MicrosoftDocs/vsts-rest-api-specs, tokens 7.1)."""


def a_token(**changes: object) -> dict[str, object]:
    return {
        "displayName": "ADO Connect 7f3a",
        "validFrom": "2026-11-02T12:00:00.1234567Z",
        "validTo": "2027-01-31T12:00:00.5Z",
        "scope": "vso.project vso.release_execute",
        "targetAccounts": ["38aaa865-2c70-4bf7-a308-0c6539c38c1a"],
        "authorizationId": ID,
        "token": None,
    } | changes


def made(**changes: object) -> Response:
    return json_answer({"patToken": a_token(token=VALUE, **changes), "patTokenError": "none"})


def refused(word: object) -> Response:
    return json_answer({"patToken": None, "patTokenError": word})


def listed(*tokens: object, following: object = "") -> Response:
    return json_answer({"continuationToken": following, "patTokens": list(tokens)})


def problem_of(answer: Response | ConnectionProblem, call: str, token: AccessToken = EVERYTHING) -> ConnectionProblem:
    pats, more = AzurePats(ScriptedHttp(answer)), {"list": (), "create": (WISH,), "revoke": (ID,)}[call]
    with pytest.raises(ConnectionProblem) as caught:
        getattr(pats, call)(PUBLIC, "contoso", token, *more)
    return caught.value


def test_a_token_is_asked_for_with_exactly_the_scopes_wished_for_and_one_organization() -> None:
    http = ScriptedHttp(made())

    record, value = AzurePats(http).create(PUBLIC, "contoso", EVERYTHING, WISH)

    [request] = http.requests
    assert deviations(request) == []
    assert json.loads(request.body or b"") == {
        "displayName": "ADO Connect 7f3a",
        "scope": "vso.project vso.release_execute",
        "validTo": "2027-01-31T12:00:00.500Z",
        "allOrgs": False,
    }
    assert record == PatRecord(ID, WISH.name, WISH.scopes, datetime(2026, 11, 2, 12, 0, 0, 123_456, tzinfo=UTC), END)
    assert WISH.is_met_by(record)
    assert value.reveal() == VALUE


def test_a_list_is_asked_for_page_by_page() -> None:
    http = ScriptedHttp(listed(a_token(), following="next one"), listed(a_token(authorizationId="2")))

    records = AzurePats(http).list(PUBLIC, "contoso", EVERYTHING)

    assert [record.authorization_id for record in records] == [ID, "2"]
    first, second = (dict(parse_qsl(urlsplit(request.url).query)) for request in http.requests)
    assert first["displayFilterOption"] == "active"
    assert "continuationToken" not in first
    assert second == first | {"continuationToken": "next one"}
    assert [deviations(request) for request in http.requests] == [[], []]


def test_a_token_for_all_organizations_is_told_apart() -> None:
    http = ScriptedHttp(listed(a_token(targetAccounts=None, scope="app_token")))

    [record] = AzurePats(http).list(PUBLIC, "contoso", EVERYTHING)

    assert record.all_organizations
    assert record.scopes == {"app_token"}


@pytest.mark.parametrize("answer", [empty_answer(204), empty_answer(200), refused("none"), refused("None")])
def test_a_token_is_revoked_by_its_id(answer: Response) -> None:
    http = ScriptedHttp(answer)

    AzurePats(http).revoke(PUBLIC, "contoso", EVERYTHING, ID)

    [request] = http.requests
    assert deviations(request) == []
    assert dict(parse_qsl(urlsplit(request.url).query))["authorizationId"] == ID


@pytest.mark.parametrize(
    "answer",
    [
        refused("authorizationNotFound"),
        refused("hostAuthorizationNotFound"),
        refused("tokenNotFound"),
        error(404, "The token was not found.", "SessionTokenNotFoundException"),
    ],
)
def test_a_token_that_is_gone_counts_as_revoked(answer: Response) -> None:
    AzurePats(ScriptedHttp(answer)).revoke(PUBLIC, "contoso", EVERYTHING, ID)


@pytest.mark.parametrize("word", ERRORS)
def test_every_published_error_is_told_though_the_status_is_200(word: str) -> None:
    failure = problem_of(refused(word), "create")

    assert failure.facts["pat_error"] == word
    assert failure.problem is not Problem.DEVOPS_UNEXPECTED
    assert failure.facts["organization"] == "contoso"


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("patLifespanPolicyViolation", Problem.PAT_POLICY_LIFESPAN),
        ("PatLifespanPolicyViolation", Problem.PAT_POLICY_LIFESPAN),
        ("fullScopePatPolicyViolation", Problem.PAT_POLICY_FULL_ACCESS),
        ("globalPatPolicyViolation", Problem.PAT_POLICY_GLOBAL),
        ("invalidValidTo", Problem.PAT_END_REFUSED),
        ("invalidScope", Problem.PAT_SCOPES_REFUSED),
        ("invalidUserType", Problem.PAT_LIFECYCLE_REFUSED),
        ("failedToReadTenantPolicy", Problem.SERVICE_UNAVAILABLE),
        ("accessDenied", Problem.PAT_CREATION_REFUSED),
        ("duplicateHash", Problem.PAT_CREATION_REFUSED),
        ("somethingNew", Problem.PAT_CREATION_REFUSED),
    ],
)
def test_a_refusal_is_told_for_what_it_is(word: str, problem: Problem) -> None:
    assert problem_of(refused(word), "create").problem is problem


def test_a_refusal_to_revoke_is_told_apart_from_one_to_make() -> None:
    assert problem_of(refused("accessDenied"), "revoke").problem is Problem.PAT_REVOCATION_REFUSED
    assert problem_of(refused("invalidUserType"), "revoke").problem is Problem.PAT_LIFECYCLE_REFUSED


def test_a_word_that_is_no_word_is_not_shown() -> None:
    assert problem_of(refused(f"see {VALUE}"), "create").facts["pat_error"] == "unknown"


@pytest.mark.parametrize("call", ["list", "create", "revoke"])
@pytest.mark.parametrize(
    ("answer", "token"),
    [
        (empty_answer(401), PAT),
        (empty_answer(401), APP),
        (empty_answer(401), SIGN_IN),  # which lacks the scope
        (empty_answer(401), EVERYTHING),
        (error(403, "Access Denied", "AccessCheckException"), EVERYTHING),
        (error(400, "The requested operation is not allowed.", "InvalidAccessException"), EVERYTHING),
    ],
    ids=["a personal access token", "an app", "a scope is missing", "a person", "forbidden", "not allowed"],
)
def test_a_sign_in_that_may_not_manage_tokens_is_told(call: str, answer: Response, token: AccessToken) -> None:
    assert problem_of(answer, call, token).problem is Problem.PAT_LIFECYCLE_REFUSED


@pytest.mark.parametrize(
    ("call", "answer", "problem"),
    [
        ("create", json_answer({"greeting": "hello"}), Problem.ANSWER_NOT_UNDERSTOOD),
        ("create", json_answer({"patToken": None, "patTokenError": None}), Problem.ANSWER_NOT_UNDERSTOOD),
        ("create", json_answer({"patToken": a_token(), "patTokenError": "none"}), Problem.ANSWER_NOT_UNDERSTOOD),
        ("create", made(validTo="soon"), Problem.ANSWER_NOT_UNDERSTOOD),
        ("create", refused(7), Problem.ANSWER_NOT_UNDERSTOOD),
        ("create", error(409, "There is one."), Problem.CONFLICT),
        ("revoke", json_answer({"greeting": "hello"}), Problem.ANSWER_NOT_UNDERSTOOD),
        ("revoke", html_answer("<title>Sign In</title>", 203), Problem.SIGN_IN_NOT_ACCEPTED),
        ("revoke", html_answer("<title>404</title>", 404), Problem.ORGANIZATION_NOT_FOUND),
        ("list", json_answer({"patTokens": None}), Problem.ANSWER_NOT_UNDERSTOOD),
        ("list", listed("a token"), Problem.ANSWER_NOT_UNDERSTOOD),
        ("list", listed(a_token(authorizationId="")), Problem.ANSWER_NOT_UNDERSTOOD),
        ("list", listed(a_token(scope=None)), Problem.ANSWER_NOT_UNDERSTOOD),
        ("list", listed(a_token(), following=7), Problem.ANSWER_NOT_UNDERSTOOD),
        ("list", error(404, "no", "VssResourceNotFoundException"), Problem.API_NOT_OFFERED),
    ],
)
def test_an_answer_of_another_shape_is_told(call: str, answer: Response, problem: Problem) -> None:
    assert problem_of(answer, call).problem is problem


@pytest.mark.parametrize("turning", [["again"] * 2, [str(number) for number in range(MAX_PAGES + 1)]])
def test_a_list_that_never_ends_is_given_up(turning: list[str]) -> None:
    http = ScriptedHttp(*(listed(a_token(), following=one) for one in turning))

    with pytest.raises(ConnectionProblem, match=Problem.ANSWER_NOT_UNDERSTOOD):
        AzurePats(http).list(PUBLIC, "contoso", EVERYTHING)


def test_a_token_without_an_error_word_is_still_a_token() -> None:
    """What was made must not be lost over a field that is left out."""
    http = ScriptedHttp(json_answer({"patToken": a_token(token=VALUE)}))

    assert AzurePats(http).create(PUBLIC, "contoso", EVERYTHING, WISH)[1].reveal() == VALUE


def test_nothing_is_sent_where_it_could_be_read() -> None:
    elsewhere = replace(PUBLIC, identity="http://vssps.dev.azure.com")
    http = ScriptedHttp()

    with pytest.raises(ValueError, match="own cloud"):
        AzurePats(http).list(elsewhere, "contoso", EVERYTHING)

    assert http.requests == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body[: len(body) - 3],
        lambda body: body.replace(b"2027", b"no year"),
        lambda body: body.replace(b'"patToken"', b'"other"').replace(b'"none"', b'"accessDenied"'),
        lambda body: b"<html>" + body,
    ],
    ids=["cut", "no date", "refused", "no JSON"],
)
def test_a_new_token_is_nowhere_but_in_its_secret(
    spoil: Any,  # bytes -> bytes, as the lambdas above
    caplog: pytest.LogCaptureFixture,
) -> None:
    good = made()
    caplog.set_level(logging.DEBUG)
    failure = problem_of(Response(200, good.headers, spoil(good.body)), "create")

    assert VALUE not in carried_by(failure)
    assert VALUE not in caplog.text


def test_a_new_token_is_not_printed() -> None:
    made_one = AzurePats(ScriptedHttp(made())).create(PUBLIC, "contoso", EVERYTHING, WISH)

    assert VALUE not in f"{made_one!r} {made_one!s} {made()!r}"


def test_a_wish_for_a_moment_in_another_zone_is_written_in_utc() -> None:
    http = ScriptedHttp(made())
    local = END.astimezone(timezone(timedelta(hours=1)))
    AzurePats(http).create(PUBLIC, "contoso", EVERYTHING, replace(WISH, ends_at=local))

    assert json.loads(http.requests[0].body or b"")["validTo"] == "2027-01-31T12:00:00.500Z"
