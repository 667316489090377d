"""What settings may be."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.settings import Settings

seconds = st.integers(5, 300)
any_settings = st.builds(
    Settings,
    clipboard_seconds=seconds,
    reveal_seconds=seconds,
    background_checks=st.booleans(),
    notifications=st.booleans(),
    tray_icon=st.booleans(),
    lock_minutes=st.sampled_from(Settings.MINUTES),
    lock_with_screen=st.booleans(),
    hide_from_capture=st.booleans(),
)


def test_defaults() -> None:
    now = Settings()
    assert (now.clipboard_seconds, now.reveal_seconds) == (30, 30)
    assert (now.background_checks, now.notifications, now.tray_icon) == (True, True, False)


@given(settings=any_settings)
def test_all_within_the_bounds_are_settings(settings: Settings) -> None:
    assert replace(settings) == settings


@pytest.mark.parametrize("name", ["clipboard_seconds", "reveal_seconds"])
@pytest.mark.parametrize("value", [4, 301, 0, -1, True, 30.0, "30", None])
def test_other_seconds_are_refused(name: str, value: Any) -> None:  # any type is what a file may hold
    with pytest.raises(ValueError, match=name):
        replace(Settings(), **{name: value})


@pytest.mark.parametrize("value", [2, 30, -1, True, 5.0, "5", None])
def test_other_minutes_are_refused(value: Any) -> None:  # as above
    with pytest.raises(ValueError, match="lock_minutes"):
        replace(Settings(), lock_minutes=value)


@pytest.mark.parametrize("value", [0, 1, "true", None])
def test_a_switch_is_on_or_off(value: Any) -> None:  # as above
    for field in fields(Settings):
        if isinstance(field.default, bool):
            with pytest.raises(ValueError, match=field.name):
                replace(Settings(), **{field.name: value})
