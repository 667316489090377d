"""How every refusal that Azure DevOps is known to answer becomes a Problem."""

import base64
import json
import logging
import traceback
from dataclasses import replace
from urllib.parse import quote_plus

import pytest

from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import AccessToken
from desktop_app.core.ports import Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_devops import AzureDevOpsRest
from tests.fakes.http import ScriptedHttp, empty_answer, html_answer, json_answer
from tests.unit.infra.azure import (
    APP,
    CHALLENGE,
    EVERYTHING,
    NOBODY,
    OBJECT_ID,
    PAT,
    SIGN_IN,
    TENANT,
    TOKENS,
    USER,
    connection_data,
    error,
    identity_from,
    identity_problem,
    probe_problem,
)

# --- refusals of the credential

SIGN_IN_PAGE = "<html><head><title>Azure DevOps Services | Sign In</title></head></html>"


@pytest.mark.parametrize(
    "answer",
    [
        html_answer(SIGN_IN_PAGE, 203),
        html_answer(SIGN_IN_PAGE, 200),
        empty_answer(302, {"Location": "https://spsprodweu1.vssps.visualstudio.com/_signin?realm=dev.azure.com"}),
        empty_answer(302, {"Location": f"https://login.microsoftonline.com/{TENANT}/oauth2/authorize?x=y"}),
        empty_answer(401),
        empty_answer(401, {"WWW-Authenticate": CHALLENGE}),
        html_answer("<title>Access Denied</title>", 401),
    ],
    ids=["203", "page as 200", "to sign-in", "to login host", "empty 401", "challenge", "401 page"],
)
def test_refused_credential(answer: Response) -> None:
    assert identity_problem(answer).problem is Problem.CREDENTIAL_REJECTED
    assert identity_problem(answer, SIGN_IN).problem is Problem.SIGN_IN_NOT_ACCEPTED


def test_redirect_to_somewhere_else_is_not_the_credentials_fault() -> None:
    failure = identity_problem(empty_answer(301, {"Location": "https://gateway.example/block?token=hidden"}))

    assert failure.problem is Problem.REDIRECTED
    assert failure.facts["location_host"] == "gateway.example"
    assert "hidden" not in repr(dict(failure.facts))


EXPIRED = "Access Denied: The Personal Access Token used has expired."


@pytest.mark.parametrize(
    "answer",
    [
        error(401, EXPIRED, "AccessCheckException"),
        error(401, "Der Zugriff wurde verweigert.", "AccessCheckException"),
        Response(401, {"content-type": "text/plain"}, EXPIRED.encode()),
        html_answer(f"<html><title>{EXPIRED}</title></html>", 401),
        empty_answer(401, {"X-TFS-ServiceError": quote_plus(EXPIRED)}),
    ],
    ids=["JSON", "localized JSON", "text", "page", "header"],
)
def test_expired_pat(answer: Response) -> None:
    assert identity_problem(answer).problem is Problem.PAT_EXPIRED
    assert identity_problem(answer, SIGN_IN).problem is Problem.SIGN_IN_NOT_ACCEPTED


TF400813 = "TF400813: The user '{}' is not authorized to access this resource."


@pytest.mark.parametrize(
    ("user", "problem"),
    [
        ("", Problem.CREDENTIAL_ANONYMOUS),
        (NOBODY, Problem.CREDENTIAL_ANONYMOUS),
        (f"{NOBODY}\\{NOBODY}", Problem.CREDENTIAL_ANONYMOUS),
        ("user@contoso.example", Problem.NOT_IN_ORGANIZATION),
        (f"{TENANT}\\{TENANT}\\{OBJECT_ID}", Problem.APP_NOT_IN_ORGANIZATION),
    ],
)
def test_user_that_azure_devops_does_not_let_in(user: str, problem: Problem) -> None:
    answer = error(401, TF400813.format(user), "UnauthorizedRequestException")

    assert identity_problem(answer, SIGN_IN).problem is problem


def test_anonymous_access_refused_is_anonymous() -> None:
    answer = error(401, "TF400813: Resource not available for anonymous access. Client authentication required.")

    assert identity_problem(answer).problem is Problem.CREDENTIAL_ANONYMOUS


def test_code_in_the_service_error_header_counts() -> None:
    header = quote_plus(TF400813.format("user@contoso.example"))

    failure = identity_problem(empty_answer(401, {"X-TFS-ServiceError": header}), SIGN_IN)

    assert failure.problem is Problem.NOT_IN_ORGANIZATION
    assert failure.facts["account"] == "user@contoso.example"


TF401444 = "TF401444: Please sign-in at least once as {} in a web browser to enable access to the service."


def test_app_that_is_not_in_the_organization_is_named_by_its_object_id() -> None:
    message = TF401444.format(f"{TENANT}\\{TENANT}\\{OBJECT_ID}")

    failure = identity_problem(error(401, message, "UnauthorizedRequestException"), APP)

    assert failure.problem is Problem.APP_NOT_IN_ORGANIZATION
    assert failure.facts["object_id"] == OBJECT_ID


def test_person_that_never_signed_in_is_not_in_the_organization() -> None:
    message = TF401444.format(f"{TENANT}\\user@contoso.example")

    assert identity_problem(error(401, message), SIGN_IN).problem is Problem.NOT_IN_ORGANIZATION


# --- refusals of a permission


@pytest.mark.parametrize(
    ("token", "problem"),
    [
        (PAT, Problem.SCOPE_MISSING),
        (SIGN_IN, Problem.SCOPE_MISSING),
        (EVERYTHING, Problem.PERMISSION_DENIED),
        (replace(SIGN_IN, scopes=frozenset({"vso.variablegroups_manage"})), Problem.PERMISSION_DENIED),
        (APP, Problem.PERMISSION_DENIED),
    ],
    ids=["PAT", "sign-in without the scope", "sign-in with all", "sign-in with a wider one", "app"],
)
def test_empty_401_on_a_probe_is_about_what_the_token_may_do(token: AccessToken, problem: Problem) -> None:
    assert probe_problem(empty_answer(401), token).problem is problem


def test_missing_scope_is_named() -> None:
    assert probe_problem(empty_answer(401)).facts["scope"] == "vso.variablegroups_read"


@pytest.mark.parametrize("type_key", ["AccessCheckException", "AccessDeniedException", "SomethingNew"])
@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_403_is_a_missing_permission_and_says_which(type_key: str, token: AccessToken) -> None:
    message = "Access Denied: user@contoso.example needs the following permission(s): View library item"

    failure = probe_problem(error(403, message, type_key), token)

    assert failure.problem is Problem.PERMISSION_DENIED
    assert failure.facts["description"] == message


def test_description_is_short_and_holds_no_token() -> None:
    message = f"Access Denied: {PAT.value.reveal()} " + "and so on " * 200

    description = probe_problem(error(403, message)).facts["description"]

    assert len(description) <= 500
    assert PAT.value.reveal() not in description


@pytest.mark.parametrize(
    "answer",
    [
        error(403, "VS403463: The conditional access policy has failed.", "VssServiceException"),
        error(401, "VS403463: The conditional access policy has failed.", "VssServiceException"),
        html_answer("<html><title>403 - Uh-oh, you do not have access.</title></html>", 403),
    ],
)
def test_policy_that_blocks(answer: Response) -> None:
    assert identity_problem(answer).problem is Problem.POLICY_BLOCKED


@pytest.mark.parametrize(
    "answer",
    [
        error(404, "TF200016: The following project does not exist: X.", "ProjectDoesNotExistWithNameException"),
        error(404, "VS800075: The project with id 'x' does not exist.", "ProjectDoesNotExistException"),
        error(400, "VS800075: The project with id 'x' does not exist.", "ProjectDoesNotExistException"),
        error(400, "Das Projekt ist nicht vorhanden.", "ProjectDoesNotExistException"),
        json_answer({"count": 1, "value": {"Message": "VS800075: The project does not exist."}}, 400),
        empty_answer(404),
    ],
)
def test_project_that_is_missing_or_invisible(answer: Response) -> None:
    assert probe_problem(answer).problem is Problem.PROJECT_NOT_FOUND


@pytest.mark.parametrize("answer", [empty_answer(404), html_answer("<title>404</title>", 404), error(404, "no")])
def test_organization_that_does_not_exist(answer: Response) -> None:
    assert identity_problem(answer).problem is Problem.ORGANIZATION_NOT_FOUND


# --- the service itself


def test_throttling_tells_how_long() -> None:
    answer = error(429, "TF400733: The request has been canceled.", "RequestBlockedException", **{"Retry-After": "30"})

    failure = identity_problem(answer)

    assert failure.problem is Problem.THROTTLED
    assert failure.facts["retry_after_s"] == "30"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("page", ["", "<title>Bad gateway</title>"])
def test_service_that_is_down(status: int, page: str) -> None:
    assert identity_problem(html_answer(page, status)).problem is Problem.SERVICE_UNAVAILABLE


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, {"content-type": "application/json"}, b""),
        Response(200, {"content-type": "application/json"}, bytes(range(256))),
        Response(200, {"content-type": "text/plain"}, b"{}"),
        Response(200, {}, b"{}"),
    ],
    ids=["empty", "garbage", "text", "no type"],
)
def test_answer_that_is_no_json(answer: Response) -> None:
    assert identity_problem(answer).problem is Problem.NOT_JSON


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"17", b"{}", b'{"authenticatedUser":[]}'])
def test_answer_of_another_shape(body: bytes) -> None:
    answer = Response(200, {"content-type": "application/json"}, body)

    assert identity_problem(answer).problem is Problem.ANSWER_NOT_UNDERSTOOD


@pytest.mark.parametrize("body", [b'{"authenticatedUser":{"id":"d62', b'\xef\xbb\xbf{"a": [1, 2', b"[" * 100_000])
def test_answer_that_ends_in_the_middle(body: bytes) -> None:
    answer = Response(200, {"content-type": "application/json"}, body)

    assert identity_problem(answer).problem is Problem.ANSWER_CUT_OFF


def test_byte_order_mark_is_no_fault() -> None:
    answer = connection_data()

    assert identity_from(replace(answer, body=b"\xef\xbb\xbf" + answer.body)).id == USER["id"]


def test_anything_else_is_unexpected_with_all_that_support_needs() -> None:
    answer = error(400, "The value is wrong.", "VssPropertyValidationException", ActivityId="abc-123")

    failure = identity_problem(answer)

    assert failure.problem is Problem.DEVOPS_UNEXPECTED
    assert failure.facts == {
        "organization": "contoso",
        "host": "dev.azure.com",
        "url_path": "/contoso/_apis/connectionData",
        "status": "400",
        "activity_id": "abc-123",
        "description": "The value is wrong.",
        "type_key": "VssPropertyValidationException",
    }


def test_network_problem_names_the_organization_too() -> None:
    http = ScriptedHttp(ConnectionProblem(Problem.TIMED_OUT, {"host": "dev.azure.com"}))

    with pytest.raises(ConnectionProblem) as caught:
        AzureDevOpsRest(http).identity(PUBLIC, "contoso", PAT)

    assert caught.value.problem is Problem.TIMED_OUT
    assert caught.value.facts == {"host": "dev.azure.com", "organization": "contoso"}


# --- secrets


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_no_token_in_problem_log_or_traceback(token: AccessToken, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    value = token.value.reveal()
    basic = base64.b64encode(f":{value}".encode()).decode()
    http = ScriptedHttp(error(403, f"no access with {value} or Basic {basic}", value, ActivityId=value))

    with pytest.raises(ConnectionProblem) as caught:
        AzureDevOpsRest(http).identity(PUBLIC, "contoso", token)

    seen = "".join([*traceback.format_exception(caught.value), caplog.text, repr(http.requests)])
    seen += json.dumps(dict(caught.value.facts))
    assert value not in seen
    assert basic not in seen
