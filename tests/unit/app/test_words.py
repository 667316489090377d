"""Short words for methods, checks, states and fields."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_pieces import moment_words
from desktop_app.app.words import (
    check_outcome,
    check_title,
    fault_words,
    method_name,
    note_words,
    organization_url_words,
    status_words,
)
from desktop_app.core.checks import CheckName, CheckResult, CheckStatus
from desktop_app.core.cloud import Cloud
from desktop_app.core.inputs import InputFault, InputNote
from desktop_app.core.problems import Problem
from desktop_app.core.profile import LastCheck, Method
from tests.fakes.clock import NOON
from tests.fakes.profiles import CUSTOM, a_profile

TODAY = date(2026, 11, 2)
WORKS = LastCheck(NOON, True)
IN_PART = LastCheck(NOON, True, Problem.SCOPE_MISSING)
FAILS = LastCheck(NOON, False, Problem.CREDENTIAL_REJECTED)
SEEN: Mapping[CheckName, Mapping[str, str]] = {
    CheckName.REACH: {"organization": "contoso"},
    CheckName.TENANT: {"tenant": "contoso.example"},
    CheckName.TOKEN: {"account": "admin@contoso.example"},
    CheckName.IDENTITY: {"account": "admin@contoso.example", "name": "Administrator"},
    CheckName.PROJECTS: {"count": "2"},
    CheckName.VARIABLE_GROUPS: {"project": "Shop", "count": "1"},
    CheckName.RELEASES: {"project": "Shop", "count": "0"},
    CheckName.SERVICE_CONNECTIONS: {"project": "Shop", "count": "3"},
}


def is_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"[^\s{}][^{}\n]*\S[.?]", text)) and "  " not in text and " ." not in text


@pytest.mark.parametrize("fault", InputFault)
def test_every_fault_has_its_own_sentence(fault: InputFault) -> None:
    assert is_sentence(fault_words(fault))
    assert [other for other in InputFault if fault_words(other) == fault_words(fault)] == [fault]


@pytest.mark.parametrize("note", InputNote)
def test_every_note_has_a_sentence(note: InputNote) -> None:
    assert is_sentence(note_words(note, "contoso"))


def test_a_note_names_the_organization_it_found() -> None:
    assert "contoso" in note_words(InputNote.ORGANIZATION_FROM_URL, "contoso")


@pytest.mark.parametrize("name", CheckName)
def test_every_check_has_a_title_of_its_own(name: CheckName) -> None:
    assert check_title(name)
    assert not check_title(name).endswith(".")
    assert [other for other in CheckName if check_title(other) == check_title(name)] == [name]


@pytest.mark.parametrize("name", CheckName)
@pytest.mark.parametrize("status", CheckStatus)
@pytest.mark.parametrize("facts", [True, False], ids=["with facts", "without facts"])
def test_every_outcome_is_a_sentence(name: CheckName, status: CheckStatus, facts: bool) -> None:
    problem = Problem.TIMED_OUT if status is CheckStatus.FAILED else None
    seen = SEEN[name] if facts else {}

    assert is_sentence(check_outcome(CheckResult(name, status, problem, seen), Place()))


@pytest.mark.parametrize("problem", Problem)
def test_a_failed_check_is_told_by_its_problem(problem: Problem) -> None:
    result = CheckResult(CheckName.REACH, CheckStatus.FAILED, problem, {"host": "dev.azure.com"})

    assert is_sentence(check_outcome(result, Place(organization="contoso")))


def test_a_failed_check_names_what_it_saw() -> None:
    result = CheckResult(CheckName.REACH, CheckStatus.FAILED, Problem.TIMED_OUT, {"host": "dev.azure.com"})

    assert check_outcome(result, Place()) == "dev.azure.com took too long to answer."


@pytest.mark.parametrize(
    ("count", "words"), [("1", "Listed 1 project."), ("2", "Listed 2 projects."), ("0", "Listed 0 projects.")]
)
def test_projects_are_counted(count: str, words: str) -> None:
    assert check_outcome(CheckResult(CheckName.PROJECTS, CheckStatus.PASSED, None, {"count": count}), Place()) == words


def test_an_account_without_a_name_is_told_all_the_same() -> None:
    result = CheckResult(CheckName.IDENTITY, CheckStatus.PASSED, None, {"account": "", "name": ""})

    assert is_sentence(check_outcome(result, Place()))


def test_every_method_has_a_name_of_its_own() -> None:
    assert len({method_name(method) for method in Method}) == len(Method)


@pytest.mark.parametrize(
    ("ends_in_days", "last", "state"),
    [
        (None, None, ("neutral", "Not checked yet")),
        (None, WORKS, ("good", "Works")),
        (None, IN_PART, ("attention", "Works in part")),
        (None, FAILS, ("bad", "Needs you")),
        (31, WORKS, ("good", "Works")),
        (31, None, ("neutral", "Not checked yet")),
        (30, WORKS, ("attention", "Expires in 30 days")),
        (30, None, ("attention", "Expires in 30 days")),
        (30, IN_PART, ("attention", "Expires in 30 days")),
        (30, FAILS, ("bad", "Needs you")),
        (2, WORKS, ("attention", "Expires in 2 days")),
        (1, WORKS, ("attention", "Expires in 1 day")),
        (0, WORKS, ("attention", "Expires today")),
        (0, FAILS, ("bad", "Needs you")),
        (-1, WORKS, ("bad", "Expired")),
        (-1, FAILS, ("bad", "Expired")),
        (-400, None, ("bad", "Expired")),
    ],
)
def test_the_state_of_a_connection(ends_in_days: int | None, last: LastCheck | None, state: tuple[str, str]) -> None:
    ends = None if ends_in_days is None else TODAY + timedelta(days=ends_in_days)

    assert status_words(a_profile(credential_ends=ends, last_check=last), NOON, UTC) == state


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_a_moment_is_told_in_this_computers_own_time(zone: str) -> None:
    from zoneinfo import ZoneInfo

    moment = datetime(2026, 11, 2, 22, 45, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 11, 2, tzinfo=ZoneInfo(zone))):
        assert moment_words(moment) == moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("cloud", "words"), [(a_profile().cloud, "dev.azure.com/contoso"), (CUSTOM, "tfs.example/tfs/contoso")]
)
def test_an_organization_is_shown_as_people_write_it(cloud: Cloud, words: str) -> None:
    assert organization_url_words(replace(a_profile(), cloud=cloud)) == words
