"""The practice cloud's values in words: each is told from all others without looking at what stands around it."""

from collections import Counter
from itertools import groupby

import pytest

from desktop_app.app.practice_card import practice_values
from desktop_app.app.workspace import PracticeValue
from desktop_app.core.credential import Secret
from desktop_app.practice.card import practice_card
from desktop_app.practice.seed import seeded_directory
from tests.fakes.clock import NOON


@pytest.fixture(scope="module")
def values() -> tuple[PracticeValue, ...]:
    return practice_values(practice_card(seeded_directory(NOON), "https://login.localhost"))


def test_no_two_values_go_by_the_same_name(values: tuple[PracticeValue, ...]) -> None:
    counted = Counter(value.name for value in values)

    assert len(values) > 30
    assert [name for name, count in counted.items() if count > 1] == []


def test_name_holds_the_label_that_is_seen(values: tuple[PracticeValue, ...]) -> None:
    assert [value.name for value in values if value.label.casefold() not in value.name.casefold()] == []
    assert [value.name for value in values if "{" in value.name + value.label + value.note] == []


def test_labels_that_stand_together_differ(values: tuple[PracticeValue, ...]) -> None:
    counted = Counter((value.section, value.note, value.label) for value in values)

    assert [label for label, count in counted.items() if count > 1] == []


def test_note_is_said_once_in_a_section(values: tuple[PracticeValue, ...]) -> None:
    said = Counter((section, note) for (section, note), _alike in groupby(values, lambda one: (one.section, one.note)))

    assert [note for note, count in said.items() if count > 1] == []


def test_secrets_stay_secrets(values: tuple[PracticeValue, ...]) -> None:
    kept = [value for value in values if value.label in ("Client secret", "Personal access token")]

    assert len(kept) >= 8
    assert all(isinstance(value.value, Secret) for value in kept)
