"""Columns that stand below each other, however narrow the terminal is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.cli.layout import columns, paragraph, width


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")


def test_last_column_wraps_below_itself() -> None:
    text = columns([("Clock", "OK", "word " * 20), ("Keyring", "Failed", "short")])

    lines = text.splitlines()
    assert lines[0].startswith("Clock    OK      word")
    assert lines[1].startswith(" " * 17 + "word")
    assert lines[-1] == "Keyring  Failed  short"
    assert max(map(len, lines)) <= 70


def test_long_first_columns_leave_the_last_one_a_line_of_its_own() -> None:
    assert columns([("x" * 60, "OK", "said")]).splitlines() == ["x" * 60 + "  OK", "    said"]


def test_nothing_makes_nothing() -> None:
    assert columns([]) == ""
    assert paragraph("") == ""


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=10), st.text(max_size=200)), max_size=5))
def test_whatever_a_name_is_it_can_be_laid_out(rows: list[tuple[str, str, str]]) -> None:
    assert isinstance(columns(rows), str)


def test_terminal_is_never_taken_for_narrower_than_it_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "5")

    assert width() == 60
