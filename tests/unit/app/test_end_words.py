"""Ends in words, on the time line, and in the history."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.app.end_words import end_advice, end_sentence, end_source, end_title, end_when, ends_in, lookup_page
from desktop_app.app.history_export import history_csv, history_json, history_stem, save_history
from desktop_app.app.history_words import event_words
from desktop_app.app.time_line import time_line_of
from desktop_app.core.ends import End, EndKind, EndSource, after_day, ends_of
from desktop_app.core.history import Event, EventKind
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method, Profile
from tests.fakes.clock import NOON
from tests.fakes.profiles import a_profile, profiles
from tests.unit.app.world import CLIENT_SECRET, PAT

TODAY = NOON.date()


def entered(left: int, kind: EndKind = EndKind.PAT) -> End:
    day = TODAY + timedelta(days=left)
    return End(kind, EndSource.ENTERED, after_day(day, UTC), day)


def told(at: datetime, kind: EndKind = EndKind.PAT) -> End:
    return End(kind, EndSource.TOLD, at, at.date())


# -- ends -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (End(EndKind.PAT, EndSource.UNKNOWN), "Not known"),
        (End(EndKind.ACCESS_TOKEN, EndSource.UNKNOWN), "None in use"),
        (entered(7), "2026-11-09 (in 7 days)"),
        (entered(1), "2026-11-03 (in 1 day)"),
        (entered(0), "2026-11-02 (today)"),
        (entered(-1), "2026-11-01 (over)"),
        (told(NOON + timedelta(days=7)), "2026-11-09 12:00 (in 7 days)"),
        (told(NOON - timedelta(hours=1)), "2026-11-02 11:00 (over)"),
        (told(NOON + timedelta(minutes=50), EndKind.ACCESS_TOKEN), "2026-11-02 12:50 (in 50 minutes)"),
    ],
)
def test_when_it_ends(end: End, words: str) -> None:
    assert end_when(end, NOON, UTC) == words


@pytest.mark.parametrize("kind", EndKind)
@pytest.mark.parametrize("source", EndSource)
def test_every_end_has_a_name_and_a_sentence_about_how_it_is_known(kind: EndKind, source: EndSource) -> None:
    assert re.fullmatch(r"[A-Z].*[a-z]", end_title(kind))
    assert re.fullmatch(r"[A-Z].*\.", end_source(End(kind, source)))


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (entered(7), "ends in 7 days"),
        (entered(1), "ends in 1 day"),
        (entered(0), "ends today"),
        (entered(-1), "has ended"),
    ],
)
def test_how_near_it_is(end: End, words: str) -> None:
    assert ends_in(end, NOON, UTC) == words


@pytest.mark.parametrize("kind", EndKind)
@pytest.mark.parametrize("left", [-3, 7])
def test_every_end_has_advice(kind: EndKind, left: int) -> None:
    words = end_advice(a_profile(), entered(left, kind), NOON, UTC)

    assert re.fullmatch(r"Its .*\.", words)
    assert "{" not in words


@pytest.mark.parametrize("kind", EndKind)
def test_pages_are_those_of_azure(kind: EndKind) -> None:
    page = lookup_page(a_profile(), kind)

    assert (page is None) is (kind in (EndKind.ACCESS_TOKEN, EndKind.REFRESH_TOKEN))
    assert page is None or page.target.startswith("https://")


# -- the time line ----------------------------------------------------------------------------------------------------


def test_the_line_shows_what_somebody_must_mind_and_where_warnings_are_given() -> None:
    profile = a_profile(renewed_at=NOON - timedelta(days=30), credential_ends=date(2027, 11, 2))
    line = time_line_of(ends_of(profile, token_ends_at=NOON + timedelta(hours=1), zone=UTC), NOON, UTC)

    assert line is not None
    assert [(mark.title, mark.day, mark.state) for mark in line.marks] == [
        ("Sign-in", "2027-01-01", "good"),
        ("Client secret", "2027-11-02", "good"),
    ]
    assert line.zone is not None
    assert line.today < line.zone[0] < line.zone[1] == line.marks[0].place < line.marks[1].place < 1
    for said in ("Sign-in: 2027-01-01 (in 60 days).", "Client secret: 2027-11-02 (in 365 days).", "Access token:"):
        assert said in line.words


def test_what_is_over_stands_before_today() -> None:
    line = time_line_of((entered(-3), entered(20, EndKind.CLIENT_SECRET)), NOON, UTC)

    assert line is not None
    assert line.marks[0].place < line.today < line.marks[1].place
    assert [mark.state for mark in line.marks] == ["bad", "attention"]
    assert line.zone is None


def test_where_nothing_is_known_there_is_no_line() -> None:
    assert time_line_of((End(EndKind.PAT, EndSource.UNKNOWN),), NOON, UTC) is None


@given(profiles(), st.none() | st.just(NOON + timedelta(hours=1)))
def test_everything_stands_on_the_line(profile: Profile, token_ends_at: datetime | None) -> None:
    ends = ends_of(profile, token_ends_at=token_ends_at, zone=UTC)
    line = time_line_of(ends, NOON, UTC)
    if line is None:
        return
    places = [line.today, *(mark.place for mark in line.marks), *(line.zone or ())]
    assert all(0 <= place <= 1 for place in places)
    assert all(end_sentence(end, NOON, UTC) in line.words for end in ends)


# -- history ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("problem", [None, Problem.TIMED_OUT])
@pytest.mark.parametrize(
    "facts",
    [{}, {"name": "New", "before": "Old", "form": "curl", "scopes": "vso.project", "ends": "2026-12-01", "days": "7"}],
    ids=["without facts", "with facts"],
)
def test_every_event_is_told_in_whole_sentences(
    kind: EventKind, problem: Problem | None, facts: dict[str, str]
) -> None:
    words = event_words(Event(NOON, kind, problem, facts))

    assert re.fullmatch(r"[A-Z][^{}]*\.", words)
    assert ("took too long" in words) is (problem is not None)


def test_events_are_told_apart() -> None:
    assert len({event_words(Event(NOON, kind)) for kind in EventKind}) == len(EventKind)


def test_events_name_what_they_are_about() -> None:
    def words(kind: EventKind, **facts: str) -> str:
        return event_words(Event(NOON, kind, facts=facts))

    assert words(EventKind.RENAMED, before="Old", name="New") == "It was renamed from “Old” to “New”."
    assert words(EventKind.COPIED, form="curl") == "A token was copied (curl)."
    assert words(EventKind.WARNED, ends="2026-12-01", days="0") == "You were told that it has ended (2026-12-01)."
    assert words(EventKind.END_LEARNED, ends="2026-12-01", source="told") == "Azure told its end: 2026-12-01."
    assert words(EventKind.END_LEARNED, ends="2026-12-01", source="entered") == (
        "Its end was entered by hand: 2026-12-01."
    )


EVENTS = (
    Event(NOON, EventKind.CREATED),
    Event(NOON + timedelta(hours=1), EventKind.CHECKED, Problem.TIMED_OUT),
    Event(NOON + timedelta(hours=2), EventKind.RENAMED, facts={"before": "Old", "name": "Neu, “ganz”"}),
)


def test_a_spreadsheet_reads_the_history() -> None:
    text = history_csv(EVENTS)

    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["When (UTC)", "Event", "Problem", "What happened"]
    assert rows[2] == [
        "2026-11-02T13:00:00Z",
        "checked",
        "timed-out",
        "The check found a problem. The server took too long to answer.",
    ]
    assert "Neu, “ganz”" in rows[3][3]


@given(
    st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "=cmd|' /C calc'!A0"]),
    st.text(max_size=9),
)
def test_no_cell_is_calculated(start: str, rest: str) -> None:
    event = Event(NOON, EventKind.RENAMED, facts={"before": start + rest, "name": start + rest})
    assert all(not cell.lstrip(" ").startswith(tuple("=+-@\t\r\n")) for row in _rows((event,)) for cell in row)


def _rows(events: tuple[Event, ...]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(history_csv(events).removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "  ="])
def test_a_sentence_that_would_begin_like_a_formula_is_quoted(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No sentence begins so now; a translation could."""
    monkeypatch.setattr("desktop_app.app.history_export.event_words", lambda event: f"{first}1+1")
    assert _rows((EVENTS[0],))[1][3] == f"'{first}1+1"


def test_a_program_reads_the_history() -> None:
    document = json.loads(history_json(a_profile(), EVENTS))

    assert (document["format"], document["version"]) == ("ado-connect-history", 1)
    assert document["connection"] == {
        "name": "Contoso 1",
        "method": "oauth",
        "organization": "contoso",
        "account": "admin@contoso.example",
    }
    assert document["events"][1] == {
        "at": "2026-11-02T13:00:00Z",
        "kind": "checked",
        "problem": "timed-out",
        "facts": {},
        "words": "The check found a problem. The server took too long to answer.",
    }


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_no_secret_is_exported(ending: str, tmp_path: Path) -> None:
    event = Event(NOON, EventKind.RENAMED, facts={"before": PAT, "name": f"x {CLIENT_SECRET}"})
    file = tmp_path / f"history.{ending}"

    assert save_history(file, a_profile(method=Method.PAT), (event,)) == ""
    written = file.read_text(encoding="utf-8-sig")
    assert [number for number, secret in enumerate((PAT, CLIENT_SECRET)) if secret in written] == []
    assert "renamed" in written


def test_why_a_history_was_not_written_is_told(tmp_path: Path) -> None:
    assert "The folder is not there" in save_history(tmp_path / "nowhere" / "history.csv", a_profile(), EVENTS)


def test_the_file_is_named_after_the_connection() -> None:
    assert history_stem(a_profile(name="Nightly/sync")) == "history-Nightly-sync"
