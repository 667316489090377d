"""A year, day by day, in which the program is closed and started again at any time: each warning is given once, at its
time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.app.warnings import EndWarnings
from desktop_app.core.ends import OVER, STEPS, EndKind, after_day, today
from desktop_app.core.history import EventKind
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.history_file import HistoryFolder
from desktop_app.infra.memory_history import MemoryHistory
from desktop_app.infra.memory_warnings import MemoryWarnings
from desktop_app.infra.warnings_file import WarningsFile
from tests.fakes.clock import FakeClock
from tests.fakes.profile_store import MemoryProfileStore
from tests.fakes.profiles import a_profile
from tests.unit.app.world import PAT

DAY_S = 24 * 3600.0
NEW_YEAR = datetime(2027, 1, 1, 9, tzinfo=UTC)
ALL_STEPS = [*STEPS, OVER]


@dataclass
class Year:
    """The program over a folder and a clock; `start()` builds everything anew, as a restart does."""

    folder: Path
    zone: tzinfo = UTC
    clock: FakeClock = field(default_factory=lambda: FakeClock(NEW_YEAR))
    profiles: MemoryProfileStore = field(default_factory=MemoryProfileStore)
    wanted: bool = True

    def __post_init__(self) -> None:
        self.told: list[tuple[ProfileId, EndKind, int, date]] = []
        self.start()

    def start(self) -> None:
        self.history = HistoryFolder(self.folder)
        self.warnings = EndWarnings(
            profiles=self.profiles,
            store=WarningsFile(self.folder),
            history=self.history,
            clock=self.clock,
            wanted=lambda: self.wanted,
            zone=self.zone,
        )

    @property
    def today(self) -> date:
        return today(self.clock.now(), self.zone)

    def look(self) -> None:
        for warning in self.warnings.take():
            self.told.append((warning.profile.id, warning.end.kind, warning.step, self.today))

    def days(self, count: int) -> Iterator[None]:
        """Before each look of a day the caller may do something."""
        for _day in range(count):
            yield
            self.look()
            self.clock.advance(DAY_S)

    def steps_of(self, profile: Profile, kind: EndKind = EndKind.PAT) -> list[int]:
        return [step for key, which, step, _day in self.told if (key, which) == (profile.id, kind)]


@pytest.fixture
def year(tmp_path: Path) -> Year:
    return Year(tmp_path)


def pat(number: int, ends: date, **values: object) -> Profile:
    whole = a_profile(number, method=Method.PAT, credential_ends=ends, last_check=None)
    return replace(whole, **values)  # type: ignore[arg-type]  # any field of Profile


def passed(year: Year, days: int, restarts: Iterable[int] = ()) -> None:
    again = set(restarts)
    for number, _nothing in enumerate(year.days(days)):
        if number in again:
            year.start()


@given(
    ends=st.lists(st.integers(-10, 400), min_size=1, max_size=6),
    restarts=st.sets(st.integers(0, 364), max_size=60),
    looks_a_day=st.integers(1, 3),
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Europe/Berlin"]),
)
@settings(max_examples=25)
def test_each_warning_of_a_year_is_given_once_at_its_time(
    tmp_path_factory: pytest.TempPathFactory, ends: list[int], restarts: set[int], looks_a_day: int, zone: str
) -> None:
    year = Year(tmp_path_factory.mktemp("year"), ZoneInfo(zone))
    first = year.today
    connections = [pat(number, first + timedelta(days=left)) for number, left in enumerate(ends, 1)]
    for profile in connections:
        year.profiles.save(profile)

    for number, _nothing in enumerate(year.days(365)):
        if number in restarts:
            year.start()
        for _look in range(looks_a_day - 1):
            year.look()

    for profile, left in zip(connections, ends, strict=True):
        assert profile.credential_ends is not None
        # What had passed before the first look gives its most urgent warning, on that day.
        passed_at_first = [step for step in ALL_STEPS if left <= step and not (step == OVER and left >= 0)]
        due = {step: profile.credential_ends - timedelta(days=step) for step in STEPS}
        due[OVER] = profile.credential_ends + timedelta(days=1)
        expected = [(min(passed_at_first), first)] if passed_at_first else []
        last = first + timedelta(days=364)
        expected += [(step, day) for step, day in due.items() if first < day <= last and step not in passed_at_first]
        told = [(step, day) for key, _kind, step, day in year.told if key == profile.id]
        assert told == expected
        noted = [event for event in year.history.load(profile.id) if event.kind is EventKind.WARNED]
        assert [(int(event.facts["days"]), event.facts["ends"]) for event in noted] == [
            (step, profile.credential_ends.isoformat()) for step, _day in expected
        ]


@given(st.sets(st.integers(0, 119), max_size=100))
@settings(max_examples=50)
def test_whenever_it_runs_nothing_is_told_twice_and_the_last_word_is_told(running: set[int]) -> None:
    """The program runs on some days only, each time started anew over the same memory of what was told."""
    clock, profiles, store = FakeClock(NEW_YEAR), MemoryProfileStore(), MemoryWarnings()
    profile = pat(1, NEW_YEAR.date() + timedelta(days=60))
    profiles.save(profile)
    told: list[int] = []
    for day in range(120):
        if day in running:
            warnings = EndWarnings(profiles=profiles, store=store, history=MemoryHistory(), clock=clock, zone=UTC)
            told += [warning.step for warning in warnings.take()]
        clock.advance(DAY_S)

    assert told == sorted(set(told), reverse=True)
    last = max(running, default=0)
    urgent = [step for step in STEPS if 60 - last <= step] + ([OVER] if last > 60 else [])
    assert told[-1:] == ([min(urgent)] if urgent and running else [])


def test_several_steps_that_passed_while_it_was_closed_give_the_most_urgent_one(year: Year) -> None:
    profile = pat(1, date(2027, 2, 10))
    year.profiles.save(profile)
    passed(year, 12)  # 30 days before
    year.clock.advance(25 * DAY_S)  # closed: 14 and 7 days before pass
    year.start()
    passed(year, 30)

    assert year.steps_of(profile) == [30, 7, 1, OVER]


def test_a_renewed_token_starts_anew(year: Year) -> None:
    profile = pat(1, date(2027, 2, 1))
    year.profiles.save(profile)
    passed(year, 28)
    renewed = replace(profile, credential_ends=date(2027, 6, 1))
    year.profiles.save(renewed)
    passed(year, 200, restarts=range(0, 200, 7))

    assert year.steps_of(profile) == [30, 14, 7, 30, 14, 7, 1, OVER]


def test_a_day_that_becomes_the_moment_that_azure_told_is_no_new_end(year: Year) -> None:
    profile = pat(1, date(2027, 2, 1))
    year.profiles.save(profile)
    passed(year, 20)
    told = replace(profile, credential_ends_at=datetime(2027, 2, 2, 22, 30, tzinfo=UTC), credential_id="one")
    year.profiles.save(told)
    passed(year, 30)

    assert year.steps_of(profile) == [30, 14, 7, 1, OVER]


def test_an_end_that_turns_out_to_be_nearer_is_told_at_once(year: Year) -> None:
    profile = pat(1, date(2027, 1, 30))
    year.profiles.save(profile)
    passed(year, 1)
    year.profiles.save(replace(profile, credential_ends=date(2027, 1, 7)))
    passed(year, 1)

    assert year.steps_of(profile) == [30, 7]


def test_a_sign_in_in_use_is_never_warned_about_and_one_that_is_forgotten_is(year: Year) -> None:
    used = a_profile(1, credential_ends=None, renewed_at=year.clock.now())
    forgotten = a_profile(2, credential_ends=None, renewed_at=year.clock.now())
    year.profiles.save(forgotten)
    for _nothing in year.days(365):
        year.profiles.save(replace(used, renewed_at=year.clock.now()))

    assert year.steps_of(used, EndKind.REFRESH_TOKEN) == []
    assert year.steps_of(forgotten, EndKind.REFRESH_TOKEN) == [30, 14, 7, 1, OVER]


def test_a_sign_in_and_the_secret_of_its_app_are_warned_about_apart(year: Year) -> None:
    profile = a_profile(1, credential_ends=date(2027, 3, 10), renewed_at=year.clock.now())
    year.profiles.save(profile)
    passed(year, 120)

    assert year.steps_of(profile, EndKind.REFRESH_TOKEN) == [30, 14, 7, 1, OVER]
    assert year.steps_of(profile, EndKind.CLIENT_SECRET) == [30, 14, 7, 1, OVER]


def test_the_end_of_tokens_for_all_organizations_is_warned_about(tmp_path: Path) -> None:
    year = Year(tmp_path, clock=FakeClock(datetime(2026, 10, 20, 9, tzinfo=UTC)))
    profile = pat(1, date(2027, 6, 1), all_organizations=True)
    year.profiles.save(profile)
    passed(year, 60)

    told = [(step, day) for key, kind, step, day in year.told if kind is EndKind.ALL_ORGANIZATIONS]
    assert told == [
        (30, date(2026, 10, 31)),
        (14, date(2026, 11, 16)),
        (7, date(2026, 11, 23)),
        (1, date(2026, 11, 29)),
        (OVER, date(2026, 12, 1)),
    ]


def test_what_is_not_wanted_is_not_used_up(year: Year) -> None:
    profile = pat(1, date(2027, 1, 30))
    year.profiles.save(profile)
    year.wanted = False
    passed(year, 20)
    assert year.steps_of(profile) == []
    year.wanted = True
    passed(year, 1)

    assert year.steps_of(profile) == [14]


def test_a_connection_that_is_removed_and_made_again_is_another_one(year: Year) -> None:
    profile = pat(1, date(2027, 1, 30))
    year.profiles.save(profile)
    passed(year, 1)
    year.profiles.remove(profile.id)
    passed(year, 1)
    year.profiles.save(profile)
    passed(year, 1)

    assert year.steps_of(profile) == [30, 30]


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_the_last_warning_comes_at_the_admins_own_midnight(tmp_path: Path, zone: str) -> None:
    ends = date(2027, 3, 14)  # on which New York's clocks change
    over = after_day(ends, ZoneInfo(zone))
    year = Year(tmp_path, ZoneInfo(zone), FakeClock(over - timedelta(hours=3)))
    profile = pat(1, ends)
    year.profiles.save(profile)
    for _look in range(6):
        year.look()
        year.clock.advance(3600)

    assert year.steps_of(profile) == [1, OVER]
    assert year.told[-1][3] == date(2027, 3, 15)


def test_a_leap_day_is_a_day_like_any_other(tmp_path: Path) -> None:
    year = Year(tmp_path, clock=FakeClock(datetime(2028, 1, 20, 9, tzinfo=UTC)))
    profile = pat(1, date(2028, 3, 1))
    year.profiles.save(profile)
    passed(year, 60)

    assert [(step, day) for _key, _kind, step, day in year.told] == [
        (30, date(2028, 1, 31)),
        (14, date(2028, 2, 16)),
        (7, date(2028, 2, 23)),
        (1, date(2028, 2, 29)),
        (OVER, date(2028, 3, 2)),
    ]


# -- words ------------------------------------------------------------------------------------------------------------


def test_a_notification_names_the_connection_its_end_and_what_to_do(year: Year) -> None:
    year.profiles.save(pat(1, date(2027, 1, 8)))
    title, text = year.warnings.words(year.warnings.take())

    assert title == "“Contoso 1” ends in 7 days"
    assert text == (
        "Its personal access token works until 2027-01-08. Make another in contoso, then enter it under Edit."
    )


def test_one_that_is_over_says_so(year: Year) -> None:
    year.profiles.save(pat(1, date(2026, 12, 31)))

    assert year.warnings.words(year.warnings.take())[0] == "“Contoso 1” has ended"


def test_a_secret_in_a_name_is_not_shown(year: Year) -> None:
    year.profiles.save(pat(1, date(2027, 1, 8), name=f"x {PAT}", organization=PAT))

    assert [PAT in text for text in year.warnings.words(year.warnings.take())] == [False, False]


def test_many_are_told_in_one(year: Year) -> None:
    for number in range(1, 6):
        year.profiles.save(pat(number, date(2027, 1, number)))
    title, text = year.warnings.words(year.warnings.take())

    assert title == "5 connections end soon or have ended"
    assert text == "“Contoso 1”, “Contoso 2”, “Contoso 3” and 2 more"
