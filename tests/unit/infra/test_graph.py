"""How Microsoft Graph is asked about an app's client secrets, and what its answers mean."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest

from desktop_app.core.cloud import CHINA, PUBLIC, US_GOVERNMENT, Cloud
from desktop_app.core.credential import Secret
from desktop_app.core.lifecycle import AppSecretRecord, GraphToken, called
from desktop_app.core.ports import Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.graph import GraphAppSecrets
from desktop_app.practice.derivation import client_secret
from tests.fakes.http import ScriptedHttp, empty_answer, html_answer, json_answer
from tests.unit.infra.published import deviations
from tests.unit.infra.spilling import carried_by

CLIENT_ID = "11112222-bbbb-3333-cccc-4444dddd5555"
KEY_ID = "f0b0b335-1d71-4883-8f98-567911bfdca6"
REQUEST_ID = "0a1b2c3d-1111-2222-3333-444455556666"
TOKEN = GraphToken(Secret("graph-" + "w" * 60))
END = datetime(2027, 5, 1, 10, 0, tzinfo=UTC)
START = datetime(2026, 11, 2, 12, 0, 0, 308_613, tzinfo=UTC)
VALUE = client_secret("test/graph")


def a_secret(**changes: object) -> dict[str, object]:
    """As in the example of "application: addPassword"."""
    return {
        "customKeyIdentifier": None,
        "displayName": "ADO Connect 7f3a",
        "endDateTime": "2027-05-01T10:00:00Z",
        "hint": VALUE[:3],
        "keyId": KEY_ID,
        "secretText": None,
        "startDateTime": "2026-11-02T12:00:00.3086138Z",
    } | changes


def made(**changes: object) -> Response:
    return json_answer({"@odata.context": "…", **a_secret(secretText=VALUE, **changes)})


def listed(*secrets: object) -> Response:
    return json_answer({"@odata.context": "…", "id": KEY_ID, "displayName": "App", "passwordCredentials": secrets})


def refused(status: int, code: str, message: str = "No.", **headers: str) -> Response:
    inner = {"date": "2026-11-02T12:00:00", "request-id": REQUEST_ID, "client-request-id": REQUEST_ID}
    return json_answer({"error": {"code": code, "message": message, "innerError": inner}}, status, headers)


def problem_of(call: str, *answers: Response, cloud: Cloud = PUBLIC) -> ConnectionProblem:
    secrets, more = GraphAppSecrets(ScriptedHttp(*answers)), {"list": (), "add": ("a", END), "remove": (KEY_ID,)}[call]
    with pytest.raises(ConnectionProblem) as caught:
        getattr(secrets, call)(cloud, CLIENT_ID, TOKEN, *more)
    return caught.value


def test_the_secrets_of_an_app_are_read_by_its_client_id() -> None:
    http = ScriptedHttp(
        listed(
            a_secret(keyId="1", endDateTime="2027-01-01T00:00:00Z", hint=None, displayName=None),
            a_secret(keyId="2", endDateTime="2028-01-01T00:00:00Z"),
        )
    )

    last, first = GraphAppSecrets(http).list(PUBLIC, CLIENT_ID, TOKEN)

    [request] = http.requests
    assert deviations(request) == []
    assert request.url.startswith(f"https://graph.microsoft.com/v1.0/applications(appId='{CLIENT_ID}')?$select=")
    assert request.headers["Authorization"] == f"Bearer {TOKEN.value.reveal()}"
    assert first == AppSecretRecord("1", "", "", START.replace(microsecond=308_613), datetime(2027, 1, 1, tzinfo=UTC))
    assert (last.key_id, last.hint, last.name) == ("2", VALUE[:3], "ADO Connect 7f3a")


def test_an_app_without_secrets_has_none() -> None:
    assert GraphAppSecrets(ScriptedHttp(listed())).list(PUBLIC, CLIENT_ID, TOKEN) == ()


@pytest.mark.parametrize("ends_at", [END, END.astimezone(timezone(timedelta(hours=-8)))])
def test_a_secret_is_made_with_a_name_and_an_end(ends_at: datetime) -> None:
    http = ScriptedHttp(made())

    record, value = GraphAppSecrets(http).add(PUBLIC, CLIENT_ID, TOKEN, "ADO Connect 7f3a", ends_at)

    [request] = http.requests
    assert deviations(request) == []
    assert json.loads(request.body or b"") == {
        "passwordCredential": {"displayName": "ADO Connect 7f3a", "endDateTime": "2027-05-01T10:00:00.000Z"}
    }
    assert record == AppSecretRecord(KEY_ID, "ADO Connect 7f3a", VALUE[:3], START, END)
    assert value.reveal() == VALUE
    assert value.begins_with(record.hint)


def test_a_secret_is_removed_by_its_key() -> None:
    http = ScriptedHttp(empty_answer(204))

    GraphAppSecrets(http).remove(PUBLIC, CLIENT_ID, TOKEN, KEY_ID)

    [request] = http.requests
    assert deviations(request) == []
    assert json.loads(request.body or b"") == {"keyId": KEY_ID}


@pytest.mark.parametrize("status", [400, 404])
def test_a_secret_that_is_not_listed_any_more_counts_as_removed(status: int) -> None:
    http = ScriptedHttp(refused(status, "Request_BadRequest"), listed(a_secret(keyId="another")))

    GraphAppSecrets(http).remove(PUBLIC, CLIENT_ID, TOKEN, KEY_ID)

    assert [request.method for request in http.requests] == ["POST", "GET"]


def test_a_secret_that_is_still_listed_is_not_taken_for_removed() -> None:
    """Directory writes take seconds to reach all servers: the one asked may not know the key yet."""
    failure = problem_of("remove", refused(400, "Request_BadRequest"), listed(a_secret(keyId=KEY_ID.upper())))

    assert failure.problem is Problem.CONFLICT


def test_an_app_that_is_gone_is_not_a_secret_that_is_gone() -> None:
    gone = refused(404, "Request_ResourceNotFound")

    assert problem_of("remove", gone, gone).problem is Problem.APP_NOT_FOUND


@pytest.mark.parametrize("call", ["list", "add", "remove"])
@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (refused(401, "InvalidAuthenticationToken"), Problem.GRAPH_SIGN_IN_REFUSED),
        (empty_answer(401), Problem.GRAPH_SIGN_IN_REFUSED),
        (refused(403, "Authorization_RequestDenied"), Problem.GRAPH_PERMISSION_MISSING),
        (refused(403, "SomethingNew"), Problem.GRAPH_PERMISSION_MISSING),
        (refused(401, "Authorization_IdentityNotFound"), Problem.APP_NOT_FOUND),
        (refused(409, "Conflict"), Problem.CONFLICT),
        (refused(429, "TooManyRequests"), Problem.THROTTLED),
        (refused(500, "Service_InternalServerError"), Problem.SERVICE_UNAVAILABLE),
        (empty_answer(503), Problem.SERVICE_UNAVAILABLE),
        (empty_answer(302, {"Location": "https://login.example/"}), Problem.REDIRECTED),
        (refused(405, "Request_BadRequest"), Problem.GRAPH_UNEXPECTED),
        (html_answer("<title>Blocked</title>", 400), Problem.NOT_JSON),
        (html_answer("<title>Welcome</title>", 203), Problem.NOT_JSON),
        (json_answer({"message": "no"}, 404), Problem.ANSWER_NOT_UNDERSTOOD),
        (json_answer({"error": "no"}, 400), Problem.ANSWER_NOT_UNDERSTOOD),
        (json_answer([], 418), Problem.ANSWER_NOT_UNDERSTOOD),
    ],
)
def test_a_refusal_is_told_for_what_it_is(call: str, answer: Response, problem: Problem) -> None:
    failure = problem_of(call, answer)

    assert failure.problem is problem
    assert failure.facts["host"] == "graph.microsoft.com"
    assert failure.facts["status"] == str(answer.status)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("CredentialInvalidLifetimeAsPerAppPolicy", Problem.APP_SECRET_LIFETIME),
        ("CredentialTypeNotAllowedAsPerAppPolicy", Problem.APP_SECRETS_FORBIDDEN),
        ("Directory_ResourceSizeExceeded", Problem.APP_SECRETS_FULL),
        ("Directory_QuotaExceeded", Problem.APP_SECRETS_FULL),
        ("Request_BadRequest", Problem.GRAPH_UNEXPECTED),
        ("Request_ResourceNotFound", Problem.APP_NOT_FOUND),
    ],
)
def test_a_secret_that_may_not_be_made_is_told_why(code: str, problem: Problem) -> None:
    failure = problem_of("add", refused(400, code))

    assert failure.problem is problem
    assert failure.facts["code"] == code


def test_what_support_asks_for_is_told_and_nothing_secret() -> None:
    failure = problem_of("add", refused(400, "Request_BadRequest", f"No: {TOKEN.value.reveal()} {VALUE}"))

    assert failure.facts["request_id"] == REQUEST_ID
    assert failure.facts["description"].startswith("No: ")
    assert TOKEN.value.reveal() not in repr(failure.facts)
    assert VALUE not in repr(failure.facts)
    assert "?" not in failure.facts["url_path"]


def test_the_pause_that_is_asked_for_is_told() -> None:
    assert problem_of("list", refused(429, "TooManyRequests", **{"Retry-After": "30"})).facts["retry_after_s"] == "30"
    assert "retry_after_s" not in problem_of("list", refused(429, "x", **{"Retry-After": "soon"})).facts


@pytest.mark.parametrize(
    ("call", "answer", "problem"),
    [
        ("list", json_answer({"id": KEY_ID}), Problem.ANSWER_NOT_UNDERSTOOD),
        ("list", json_answer([1]), Problem.ANSWER_NOT_UNDERSTOOD),
        ("list", listed("a secret"), Problem.ANSWER_NOT_UNDERSTOOD),
        ("list", listed(a_secret(keyId=None)), Problem.ANSWER_NOT_UNDERSTOOD),
        ("list", listed(a_secret(endDateTime=None)), Problem.ANSWER_NOT_UNDERSTOOD),
        ("add", json_answer(a_secret()), Problem.ANSWER_NOT_UNDERSTOOD),
        ("add", made(endDateTime="soon"), Problem.ANSWER_NOT_UNDERSTOOD),
        ("add", empty_answer(204), Problem.NOT_JSON),
        ("remove", empty_answer(200), Problem.NOT_JSON),
        ("remove", html_answer("<title>Welcome</title>"), Problem.NOT_JSON),
        ("remove", json_answer({"greeting": "hello"}), Problem.ANSWER_NOT_UNDERSTOOD),
    ],
)
def test_an_answer_of_another_shape_is_told(call: str, answer: Response, problem: Problem) -> None:
    assert problem_of(call, answer).problem is problem


@pytest.mark.parametrize("call", ["list", "add", "remove"])
def test_a_cloud_without_graph_is_told_and_nothing_sent(call: str) -> None:
    assert problem_of(call, cloud=replace(PUBLIC, key="custom", graph="")).problem is Problem.GRAPH_NOT_OFFERED


@pytest.mark.parametrize(
    ("cloud", "host"),
    [
        (PUBLIC, "graph.microsoft.com"),
        (US_GOVERNMENT, "graph.microsoft.us"),
        (CHINA, "microsoftgraph.chinacloudapi.cn"),
    ],
)
def test_each_cloud_has_a_graph_of_its_own(cloud: Cloud, host: str) -> None:
    http = ScriptedHttp(listed())

    GraphAppSecrets(http).list(cloud, CLIENT_ID, TOKEN)

    assert urlsplit(http.requests[0].url).netloc == host


@pytest.mark.parametrize("graph", ["http://graph.microsoft.com", "https://someone@graph.microsoft.com"])
def test_a_token_is_not_sent_where_it_could_be_read(graph: str) -> None:
    http = ScriptedHttp(listed())

    with pytest.raises(ValueError, match="Graph"):
        GraphAppSecrets(http).list(replace(PUBLIC, graph=graph), CLIENT_ID, TOKEN)

    assert http.requests == []


def test_a_client_id_stays_within_its_quotes() -> None:
    http = ScriptedHttp(listed())

    GraphAppSecrets(http).list(PUBLIC, "a'b/../c?d", TOKEN)

    assert urlsplit(http.requests[0].url).path == "/v1.0/applications(appId='a''b%2F..%2Fc%3Fd')"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body[: len(body) - 3],
        lambda body: body.replace(b"2027", b"no year"),
        lambda body: b"<html>" + body,
    ],
    ids=["cut", "no date", "no JSON"],
)
def test_a_new_secret_is_nowhere_but_in_its_secret(
    spoil: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    good = made()
    caplog.set_level(logging.DEBUG)
    failure = problem_of("add", Response(200, good.headers, spoil(good.body)))

    assert VALUE not in carried_by(failure)
    assert VALUE not in caplog.text


def test_neither_a_new_secret_nor_the_token_is_printed() -> None:
    http = ScriptedHttp(made())
    made_one = GraphAppSecrets(http).add(PUBLIC, CLIENT_ID, TOKEN, "a", END)

    printed = f"{made_one!r} {made_one!s} {http.requests!r} {TOKEN!r}"
    assert VALUE not in printed
    assert TOKEN.value.reveal() not in printed


def test_secret_is_found_by_its_name_though_a_part_of_that_is_taken_for_a_secret() -> None:
    """What is shown of a name lacks whatever is a secret somewhere in memory; finding goes by the letters."""
    word = Secret("Connect 7f3a")
    http = ScriptedHttp(made())

    record, _value = GraphAppSecrets(http).add(PUBLIC, CLIENT_ID, TOKEN, "ADO Connect 7f3a", END)

    assert word.reveal() not in record.name
    assert called([record], "ADO Connect 7f3a") == (record,)
    assert "Connect 7f3a" not in repr(record)
