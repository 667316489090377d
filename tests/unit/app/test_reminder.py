"""The calendar file, read back with a calendar library and with nothing but the rules of RFC 5545."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.app.reminder import LINE_OCTETS, reminder, reminder_stem, save_reminder
from desktop_app.core.ends import ends_of
from desktop_app.core.profile import Method, Profile
from tests.fakes.clock import NOON
from tests.fakes.profiles import a_profile, profiles
from tests.unit.app.world import CLIENT_SECRET, PAT

BERLIN = ZoneInfo("Europe/Berlin")


def calendar(profile: Profile, now: datetime = NOON) -> str:
    return reminder(profile, ends_of(profile, zone=BERLIN), now, BERLIN)


def events(text: str) -> list[Any]:  # a property's type depends on its name
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def pat(**values: object) -> Profile:
    whole = a_profile(method=Method.PAT, credential_ends=date(2027, 3, 31), name="Nightly; sync, \\ all")
    return replace(whole, **values)  # type: ignore[arg-type]  # any field of Profile


def test_the_event_stands_on_the_last_day() -> None:
    (event,) = events(calendar(pat()))

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2027, 3, 31), date(2027, 4, 1))
    assert event["SUMMARY"] == "Personal access token of “Nightly; sync, \\ all” ends"
    assert "works until 2027-03-31" in event["DESCRIPTION"]
    assert "Organization: contoso" in event["DESCRIPTION"]
    assert event["URL"] == "https://dev.azure.com/contoso/_usersSettings/tokens"
    assert event["TRANSP"] == "TRANSPARENT"


def test_alarms_go_off_at_nine_on_the_days_of_the_warnings() -> None:
    (event,) = events(calendar(pat()))
    midnight = datetime(2027, 3, 31)  # noqa: DTZ001 - an all-day event floats

    alarms = [midnight + alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]

    days = [date(2027, 3, 31) - timedelta(days=days) for days in (30, 14, 7, 1, 0)]
    assert [(moment.date(), moment.hour, moment.minute) for moment in alarms] == [(day, 9, 0) for day in days]
    assert {str(alarm["ACTION"]) for alarm in event.walk("VALARM")} == {"DISPLAY"}


def test_a_moment_stands_on_the_admins_own_day_and_is_told_exactly() -> None:
    (event,) = events(calendar(pat(credential_ends_at=datetime(2027, 3, 31, 22, 30, tzinfo=UTC))))

    assert event["DTSTART"].dt == date(2027, 4, 1)
    assert "2027-03-31 22:30 UTC" in event["DESCRIPTION"]


def test_a_second_file_moves_the_same_event() -> None:
    (before,) = events(calendar(pat()))
    (after,) = events(calendar(pat(credential_ends=date(2028, 1, 1), name="Renamed"), NOON + timedelta(minutes=1)))

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == date(2028, 1, 1)


def test_each_end_has_an_event_of_its_own() -> None:
    sign_in = a_profile(renewed_at=NOON, credential_ends=date(2027, 6, 1))

    found = events(calendar(sign_in))

    assert [str(event["SUMMARY"]) for event in found] == [
        "Sign-in of “Contoso 1” ends",
        "Client secret of “Contoso 1” ends",
    ]
    assert len({str(event["UID"]) for event in found}) == 2


def test_what_is_over_or_unknown_has_none() -> None:
    assert events(calendar(pat(credential_ends=date(2026, 1, 1)))) == []
    assert events(calendar(pat(credential_ends=None))) == []


@pytest.mark.parametrize("ends", [date(2028, 2, 29), date(2027, 12, 31)])
def test_leap_days_and_new_years_are_days(ends: date) -> None:
    (event,) = events(calendar(pat(credential_ends=ends)))

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (ends, ends + timedelta(days=1))


@given(profiles())
@settings(max_examples=40)
def test_every_calendar_keeps_to_the_rules(profile: Profile) -> None:
    text = calendar(profile)

    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= LINE_OCTETS for line in lines)
    assert not any(letter in line for line in lines for letter in "\r\n\x00\x07\x7f")
    found = icalendar.Calendar.from_ical(text)
    assert (found["VERSION"], found["METHOD"]) == ("2.0", "PUBLISH")
    for event in events(text):
        assert len(event.walk("VALARM")) == 5
        assert event["UID"].endswith("@ado-connect")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_every_name_comes_back_as_it_was(name: str) -> None:
    (event,) = events(calendar(pat(name=name)))

    assert event["SUMMARY"] == f"Personal access token of “{name}” ends"


def test_no_secret_is_in_it() -> None:
    text = calendar(pat(name=f"x {PAT}", organization=CLIENT_SECRET)).replace("\r\n ", "")

    assert [number for number, secret in enumerate((PAT, CLIENT_SECRET)) if secret in text] == []


def test_it_is_written_byte_for_byte(tmp_path: Path) -> None:
    profile = pat()
    file = tmp_path / "reminder.ics"

    assert save_reminder(file, profile, ends_of(profile), NOON) == ""
    assert file.read_bytes().decode() == reminder(profile, ends_of(profile), NOON)


def test_why_it_was_not_written_is_told(tmp_path: Path) -> None:
    words = save_reminder(tmp_path / "nowhere" / "reminder.ics", pat(), (), NOON)

    assert words.endswith("reminder.ics could not be written. The folder is not there; choose another one.")


@pytest.mark.parametrize(
    ("name", "stem"), [("Nightly sync", "reminder-Nightly-sync"), ("../é/", "reminder-connection"), ("a", "reminder-a")]
)
def test_the_file_is_named_after_the_connection(name: str, stem: str) -> None:
    assert reminder_stem(a_profile(name=name)) == stem
