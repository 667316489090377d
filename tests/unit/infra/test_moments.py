"""Moments in JSON, as two services of Microsoft write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.infra.moments import moment_of, written


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01T23:46:23.319Z", datetime(2026, 12, 1, 23, 46, 23, 319_000, tzinfo=UTC)),
        ("2026-12-01T23:46:23.3191234Z", datetime(2026, 12, 1, 23, 46, 23, 319_123, tzinfo=UTC)),
        ("2026-12-01T23:46:23Z", datetime(2026, 12, 1, 23, 46, 23, tzinfo=UTC)),
        ("2026-12-01T23:46:23.3Z", datetime(2026, 12, 1, 23, 46, 23, 300_000, tzinfo=UTC)),
        ("2026-12-01T23:46:23", datetime(2026, 12, 1, 23, 46, 23, tzinfo=UTC)),
        ("2026-12-02T01:46:23+02:00", datetime(2026, 12, 1, 23, 46, 23, tzinfo=UTC)),
        ("9999-12-31T23:59:59.9999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("0001-01-01T00:00:00", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_moments_are_read_in_every_form_that_is_known(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    "text", ["", "soon", "/Date(1764633983319)/", None, 1764633983, "0001-01-01T00:00:00+02:00", {}]
)
def test_what_is_no_moment_is_none(text: object) -> None:
    assert moment_of(text) is None


@given(st.text())
def test_any_text_is_a_moment_or_none(text: str) -> None:
    found = moment_of(text)

    assert found is None or found.utcoffset() == timedelta(0)


@given(
    st.datetimes(
        datetime(1000, 1, 1),  # noqa: DTZ001  aware by `timezones`
        datetime(9998, 1, 1),  # noqa: DTZ001  as above
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))]),
    )
)
def test_what_is_written_is_read_again_to_the_thousandth(moment: datetime) -> None:
    text = written(moment)

    assert text.endswith("Z")
    assert moment_of(text) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
