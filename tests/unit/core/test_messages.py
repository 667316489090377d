"""Requests, answers and problems: what they show and what they hide."""

import pytest

from desktop_app.core.ports import Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem

PRIVATE = "-".join(["very", "private"])


def test_a_request_shows_neither_headers_nor_body() -> None:
    request = Request("POST", "https://example.com/", Timeout(), {"Authorization": PRIVATE}, PRIVATE.encode())

    assert "https://example.com/" in repr(request)
    assert PRIVATE not in repr(request)


def test_an_answer_does_not_show_its_body() -> None:
    assert PRIVATE not in repr(Response(200, {}, PRIVATE.encode()))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json_is_read_with_and_without_a_byte_order_mark(mark: bytes) -> None:
    assert Response(200, {}, mark + b'{"value": []}').json() == {"value": []}


def test_a_broken_answer_is_no_json() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        Response(200, {}, b"<html>").json()


def test_bytes_that_are_no_text_are_read_all_the_same() -> None:
    assert Response(200, {}, b"a\xff\xfeb").text == "a\ufffd\ufffdb"


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8; api-version=7.1", True),
        ("Application/JSON", True),
        ("text/html; charset=utf-8", False),
        ("application/json-seq", False),
        ("", False),
    ],
)
def test_the_content_type_decides_what_calls_itself_json(content_type: str, is_json: bool) -> None:
    assert Response(200, {"content-type": content_type}, b"{}").is_json is is_json


def test_an_answer_without_content_type_is_no_json() -> None:
    assert not Response(200, {}, b"{}").is_json


def test_facts_can_not_be_changed() -> None:
    given = {"host": "example.com"}
    failure = ConnectionProblem(Problem.TIMED_OUT, given)
    given["host"] = "other.example.com"

    assert failure.facts == {"host": "example.com"}
    with pytest.raises(TypeError):
        failure.facts["host"] = "x"  # type: ignore[index]  # that is the point


def test_facts_already_known_win_and_the_cause_stays() -> None:
    cause = OSError("reset")
    failure = ConnectionProblem(Problem.CONNECTION_LOST, {"host": "first"})
    failure.__cause__ = cause

    richer = failure.with_facts(host="second", status="500")

    assert richer.problem is Problem.CONNECTION_LOST
    assert richer.facts == {"host": "first", "status": "500"}
    assert richer.__cause__ is cause
    assert failure.facts == {"host": "first"}


def test_a_problem_prints_its_code() -> None:
    assert str(ConnectionProblem(Problem.PAT_EXPIRED)) == "pat-expired"


def test_codes_are_stable_words() -> None:
    for problem in Problem:
        assert problem.value == problem.name.lower().replace("_", "-")
