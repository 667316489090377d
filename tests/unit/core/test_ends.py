"""Every end of a connection: which there are, when, by whose calendar, and which warning is due."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.ends import (
    ALL_ORGANIZATIONS_END,
    OVER,
    STEPS,
    End,
    EndKind,
    EndSource,
    after_day,
    end_of_connection,
    ends_of,
    known_by_hand,
    last_day,
    may_be_due,
    today,
)
from desktop_app.core.profile import LastCheck, Method, Profile
from tests.fakes.clock import NOON
from tests.fakes.profiles import CUSTOM, a_profile, profiles

ZONES = [UTC, *map(ZoneInfo, ("America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago"))]
zones = st.sampled_from(
    [*ZONES, *map(ZoneInfo, ("Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "America/Sao_Paulo"))]
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 aware


def kinds(ends: tuple[End, ...]) -> list[EndKind]:
    return [end.kind for end in ends]


# -- which there are --------------------------------------------------------------------------------------------------


def test_a_personal_access_token_is_its_own_access_token() -> None:
    profile = a_profile(method=Method.PAT, credential_ends=None)

    assert ends_of(profile, token_ends_at=NOON) == (End(EndKind.PAT, EndSource.UNKNOWN),)


def test_an_app_has_a_secret_and_a_token_in_memory() -> None:
    profile = a_profile(method=Method.CLIENT_SECRET, credential_ends=None)

    access, secret = ends_of(profile, token_ends_at=NOON, zone=UTC)

    assert access == End(EndKind.ACCESS_TOKEN, EndSource.TOLD, NOON, NOON.date())
    assert secret == End(EndKind.CLIENT_SECRET, EndSource.UNKNOWN)


def test_a_sign_in_ends_90_days_after_it_was_used() -> None:
    profile = a_profile(credential_ends=None, renewed_at=NOON)

    access, sign_in = ends_of(profile, zone=UTC)

    assert access == End(EndKind.ACCESS_TOKEN, EndSource.UNKNOWN)
    assert (sign_in.kind, sign_in.source) == (EndKind.REFRESH_TOKEN, EndSource.COMPUTED)
    assert sign_in.at == datetime(2027, 1, 31, 12, tzinfo=UTC)


def test_a_sign_in_that_nobody_knows_the_last_use_of_ends_unknown() -> None:
    assert ends_of(a_profile(credential_ends=None))[1] == End(EndKind.REFRESH_TOKEN, EndSource.UNKNOWN)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"app_has_secret": False, "credential_ends": None}, False),
        ({"app_has_secret": True, "credential_ends": None}, True),
        ({"app_has_secret": False, "credential_ends": date(2027, 1, 1)}, True),
    ],
)
def test_a_sign_in_has_a_secret_only_where_its_app_has_one(values: dict[str, Any], shown: bool) -> None:
    assert (EndKind.CLIENT_SECRET in kinds(ends_of(a_profile(**values)))) is shown


def test_what_azure_told_goes_before_what_was_entered() -> None:
    told = datetime(2027, 3, 1, 8, 30, tzinfo=UTC)
    profile = a_profile(method=Method.PAT, credential_ends=date(2027, 2, 1), credential_ends_at=told)

    assert ends_of(profile, zone=UTC) == (End(EndKind.PAT, EndSource.TOLD, told, date(2027, 3, 1)),)


# -- tokens for all organizations -------------------------------------------------------------------------------------


def everywhere(**values: Any) -> tuple[EndKind, ...]:
    whole: dict[str, Any] = {
        "method": Method.PAT,
        "all_organizations": True,
        "credential_ends": date(2027, 6, 1),
        "last_check": None,
    }
    return tuple(kinds(ends_of(a_profile(**(whole | values)), zone=UTC)))


def test_a_token_for_all_organizations_ends_with_all_of_them() -> None:
    assert everywhere() == (EndKind.ALL_ORGANIZATIONS, EndKind.PAT)
    assert everywhere(credential_ends=None) == (EndKind.ALL_ORGANIZATIONS, EndKind.PAT)


def test_its_own_end_counts_where_that_comes_first() -> None:
    assert everywhere(credential_ends=date(2026, 11, 30)) == (EndKind.PAT,)
    assert everywhere(all_organizations=False) == (EndKind.PAT,)


def test_a_token_that_was_seen_to_work_afterwards_has_not_ended() -> None:
    assert everywhere(last_check=LastCheck(ALL_ORGANIZATIONS_END, True)) == (EndKind.PAT,)
    assert everywhere(last_check=LastCheck(ALL_ORGANIZATIONS_END, False))[0] is EndKind.ALL_ORGANIZATIONS
    assert everywhere(last_check=LastCheck(NOON, True))[0] is EndKind.ALL_ORGANIZATIONS


def test_a_server_of_ones_own_keeps_its_own_rules() -> None:
    assert everywhere(cloud=CUSTOM) == (EndKind.PAT,)


# -- the connection's end ---------------------------------------------------------------------------------------------


def test_a_connection_ends_with_the_first_credential_that_somebody_must_renew() -> None:
    profile = a_profile(renewed_at=NOON, credential_ends=date(2026, 12, 24))

    ends = ends_of(profile, token_ends_at=NOON + timedelta(minutes=30), zone=UTC)

    assert kinds(known_by_hand(ends)) == [EndKind.CLIENT_SECRET, EndKind.REFRESH_TOKEN]
    assert end_of_connection(ends) == known_by_hand(ends)[0]


def test_a_connection_of_which_nothing_is_known_has_no_end() -> None:
    assert end_of_connection(ends_of(a_profile(credential_ends=None), token_ends_at=NOON)) is None


@given(profiles(), st.none() | moments, zones)
def test_every_connection_has_its_ends(profile: Profile, token_ends_at: datetime | None, zone: ZoneInfo) -> None:
    ends = ends_of(profile, token_ends_at=token_ends_at, zone=zone)

    assert len(set(kinds(ends))) == len(ends)
    for end in ends:
        assert (end.at is None) is (end.day is None) is (end.source is EndSource.UNKNOWN)
        assert end.at is None or end.at.utcoffset() == timedelta(0)
        assert end.step(NOON, zone) in (None, OVER, *STEPS)


# -- calendars --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "over"),
    [
        ("America/New_York", datetime(2026, 12, 2, 5, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 12, 1, 18, 30, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 12, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_the_admins_own_midnight(zone: str, over: datetime) -> None:
    end = ends_of(a_profile(method=Method.PAT, credential_ends=date(2026, 12, 1)), zone=ZoneInfo(zone))[0]

    assert end.at == over
    assert not end.is_over(over - timedelta(seconds=1))
    assert end.is_over(over)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
    ids=["usual", "spring", "autumn"],
)
def test_days_on_which_the_clocks_change_have_their_own_length(day: date, hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")

    assert after_day(day, berlin) - after_day(day - timedelta(days=1), berlin) == timedelta(hours=hours)


def test_a_midnight_that_the_clocks_leap_over_is_one_all_the_same() -> None:
    # Egypt's clocks went from 24 April 2026, 00:00, to 01:00.
    assert after_day(date(2026, 4, 23), ZoneInfo("Africa/Cairo")) == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_a_leap_day_counts() -> None:
    end = ends_of(a_profile(method=Method.PAT, credential_ends=date(2028, 3, 1)), zone=UTC)[0]

    assert end.days_left(datetime(2028, 2, 28, 12, tzinfo=UTC), UTC) == 2
    assert ends_of(a_profile(method=Method.PAT, credential_ends=date(2028, 2, 29)), zone=UTC)[0].at == datetime(
        2028, 3, 1, tzinfo=UTC
    )


def test_what_ends_at_midnight_works_on_the_day_before() -> None:
    assert last_day(datetime(2026, 12, 1, tzinfo=UTC), UTC) == date(2026, 11, 30)
    assert last_day(datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC), UTC) == date(2026, 12, 1)


@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)), zones)
def test_a_day_and_the_moment_it_is_over_tell_each_other(day: date, zone: ZoneInfo) -> None:
    over = after_day(day, zone)

    assert last_day(over, zone) == day
    assert today(over, zone) == day + timedelta(days=1)


@pytest.mark.parametrize("day", [date.min, date(9999, 12, 31)])
@pytest.mark.parametrize("zone", [*ZONES, None])
def test_days_that_no_clock_knows_break_nothing(day: date, zone: ZoneInfo | None) -> None:
    end = ends_of(a_profile(method=Method.PAT, credential_ends=day), zone=zone)[0]

    assert end.is_over(NOON) is (day == date.min)
    assert end.step(NOON, zone) == (OVER if day == date.min else None)


# -- what is due ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "step"),
    [(31, None), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (2, 7), (1, 1), (0, 1), (-1, OVER), (-400, OVER)],
)
@pytest.mark.parametrize("zone", ZONES)
def test_the_warning_that_is_due(left: int, step: int | None, zone: ZoneInfo) -> None:
    ends = today(NOON, zone) + timedelta(days=left)
    end = ends_of(a_profile(method=Method.PAT, credential_ends=ends), zone=zone)[0]

    assert end.days_left(NOON, zone) == left
    assert end.step(NOON, zone) == step


def test_an_end_that_azure_told_is_over_at_its_moment() -> None:
    profile = a_profile(method=Method.PAT, credential_ends_at=NOON)
    end = ends_of(profile, zone=UTC)[0]

    assert end.step(NOON - timedelta(seconds=1), UTC) == 1
    assert end.step(NOON, UTC) == OVER


@given(profiles(), st.integers(-40, 40), zones)
def test_what_is_quickly_passed_over_is_never_due(profile: Profile, days: int, zone: ZoneInfo) -> None:
    near = [end.at for end in ends_of(profile, zone=zone) if end.at is not None]
    for now in [NOON, *(at + timedelta(days=days) for at in near if 1990 < at.year < 2190)]:
        steps = [end.step(now, zone) for end in known_by_hand(ends_of(profile, zone=zone))]
        assert may_be_due(profile, now) or not any(step is not None for step in steps)


def test_most_connections_are_passed_over() -> None:
    assert not may_be_due(a_profile(credential_ends=date(2027, 6, 1), renewed_at=NOON), NOON)
    assert not may_be_due(a_profile(credential_ends=None), NOON)


def test_nothing_is_due_of_what_is_unknown() -> None:
    end = End(EndKind.PAT, EndSource.UNKNOWN)

    assert (end.step(NOON), end.days_left(NOON), end.is_over(NOON)) == (None, None, False)
