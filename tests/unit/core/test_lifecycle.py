"""Which record a secret or a token belongs to, and what a lost answer may have left behind."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.credential import Secret
from desktop_app.core.lifecycle import (
    FULL_ACCESS_SCOPE,
    AppSecretRecord,
    PatRecord,
    PatWish,
    called,
    may_have_been_made,
    record_of_secret,
    records_of_token,
)
from desktop_app.core.problems import Problem

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
END = datetime(2027, 2, 1, 23, 30, tzinfo=UTC)
SCOPES = frozenset({"vso.project", "vso.release_execute"})
TOKEN = PatRecord("1", "Nightly", SCOPES, START, END)


def a_secret(key_id: str, hint: str, name: str = "") -> AppSecretRecord:
    return AppSecretRecord(key_id, name, hint, START, END)


def test_a_secret_is_found_by_its_first_characters() -> None:
    records = [a_secret("1", "abc"), a_secret("2", "abd"), a_secret("3", "xyz")]

    assert record_of_secret(records, Secret("abd" + "x" * 20)) == records[1]


@pytest.mark.parametrize("hints", [(), ("abc", "abc"), ("xyz",), ("",), ("abC",), ("abc", "")])
def test_a_secret_that_no_record_or_several_may_be_of_has_none(hints: tuple[str, ...]) -> None:
    records = [a_secret(str(number), hint) for number, hint in enumerate(hints)]

    assert record_of_secret(records, Secret("abc" + "x" * 20)) is None


@given(st.lists(st.text(max_size=3), max_size=6), st.text(max_size=8))
def test_a_record_that_is_found_fits_and_is_the_only_one(hints: list[str], value: str) -> None:
    found = record_of_secret([a_secret(str(number), hint) for number, hint in enumerate(hints)], Secret(value))

    fitting = [hint for hint in hints if value.startswith(hint)]
    assert (found is not None) == (len(fitting) == 1 and fitting != [""])
    assert found is None or found.hint == fitting[0]


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"name": "Nightly"},
        {"ends": date(2027, 2, 1)},
        {"ends": date(2027, 1, 31)},  # as a page in another time zone shows it
        {"ends": date(2027, 2, 2)},
        {"scopes": SCOPES},
        {"name": "Nightly", "ends": date(2027, 2, 1), "scopes": SCOPES},
    ],
)
def test_a_token_may_be_any_record_that_agrees_with_what_is_known(known: dict[str, object]) -> None:
    assert records_of_token([TOKEN], **known) == (TOKEN,)  # type: ignore[arg-type]  # as the parameters are


@pytest.mark.parametrize(
    "known",
    [
        {"name": "nightly"},
        {"ends": date(2027, 2, 3)},
        {"ends": date(2027, 1, 30)},
        {"scopes": SCOPES | {"vso.code"}},
        {"scopes": frozenset({"vso.project"})},
        {"name": "Nightly", "scopes": frozenset({FULL_ACCESS_SCOPE})},
    ],
)
def test_a_token_is_no_record_that_disagrees(known: dict[str, object]) -> None:
    assert records_of_token([TOKEN], **known) == ()  # type: ignore[arg-type]  # as above


def test_every_record_that_may_be_meant_is_given() -> None:
    other = replace(TOKEN, authorization_id="2", name="Other")

    assert records_of_token([TOKEN, other], scopes=SCOPES) == (TOKEN, other)
    assert records_of_token([TOKEN, other], name="Other") == (other,)


def test_what_was_made_is_found_by_its_exact_name() -> None:
    records = [a_secret("1", "abc", "ADO Connect 7f3a"), a_secret("2", "abd", "ado connect 7f3a")]

    assert called(records, "ADO Connect 7f3a") == (records[0],)
    assert called([TOKEN], "Nightly") == (TOKEN,)
    assert called([TOKEN], "") == ()


def test_a_wish_is_met_by_what_it_asked_for_or_less_time() -> None:
    wish = PatWish("Nightly", SCOPES, END)

    assert wish.is_met_by(TOKEN)
    assert wish.is_met_by(replace(TOKEN, valid_to=END - timedelta(days=30)))
    assert wish.is_met_by(replace(TOKEN, name="Nightly (1)"))


@pytest.mark.parametrize(
    "mightier",
    [
        {"scopes": SCOPES | {"vso.code"}},
        {"scopes": frozenset({FULL_ACCESS_SCOPE})},
        {"scopes": frozenset({"vso.project"})},
        {"all_organizations": True},
        {"valid_to": END + timedelta(hours=1)},
    ],
)
def test_a_wish_is_not_met_by_anything_else(mightier: dict[str, object]) -> None:
    assert not PatWish("Nightly", SCOPES, END).is_met_by(replace(TOKEN, **mightier))  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    "problem",
    [
        Problem.CONNECTION_LOST,
        Problem.TIMED_OUT,
        Problem.ANSWER_CUT_OFF,
        Problem.ANSWER_TOO_SLOW,
        Problem.ANSWER_TOO_LARGE,
        Problem.ANSWER_NOT_UNDERSTOOD,
        Problem.NOT_JSON,
        Problem.SERVICE_UNAVAILABLE,
        Problem.PROXY_FAILED,
        Problem.TLS_FAILED,
        Problem.CONFLICT,
        Problem.INTERNAL,
    ],
)
def test_after_a_lost_answer_something_may_have_been_made(problem: Problem) -> None:
    assert may_have_been_made(problem)


@pytest.mark.parametrize(
    "problem",
    [
        Problem.NAME_NOT_RESOLVED,
        Problem.CONNECTION_REFUSED,
        Problem.CERTIFICATE_UNTRUSTED,
        Problem.PAT_POLICY_LIFESPAN,
        Problem.PAT_CREATION_REFUSED,
        Problem.GRAPH_PERMISSION_MISSING,
        Problem.APP_SECRETS_FORBIDDEN,
        Problem.THROTTLED,
    ],
)
def test_what_never_arrived_or_was_refused_has_made_nothing(problem: Problem) -> None:
    assert not may_have_been_made(problem)
