"""A newer version is looked for once a week, by nobody who is not allowed to, and only ever becomes a name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop_app.app.settings import SettingsInMemory, SettingsInUse
from desktop_app.app.updates import Updates, words_of_off
from desktop_app.core.policy import NO_POLICY, Policy, PolicyFault, broken, policy_from
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.updates import EVERY, LastLook, UpdatesOff, is_due, is_newer
from tests.fakes.clock import FakeClock

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
NO_UPDATES = policy_from({"version": 1, "update_check": False})
BROKEN = broken(PolicyFault("not-json"))


class Source:
    def __init__(self, version: str = "0.2.0") -> None:
        self.version = version
        self.asked = 0
        self.fails = False

    def newest(self) -> str:
        self.asked += 1
        if self.fails:
            raise ConnectionProblem(Problem.TIMED_OUT)
        return self.version


class Record:
    look: LastLook | None = None

    def load(self) -> LastLook | None:
        return self.look

    def save(self, look: LastLook) -> None:
        self.look = look


class Person:
    wants = True


def updates(source: Source | None, record: Record | None = None, clock: FakeClock | None = None) -> Updates:
    return Updates(
        source=source,
        page="https://example.com/download",
        record=record or Record(),
        clock=clock or FakeClock(NOW),
        wanted=lambda: Person.wants,
        running="0.1.0",
    )


def test_newer_version_is_named() -> None:
    assert updates(Source("0.2.0")).newer() == "0.2.0"


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "", "0.2", "latest", "1.0.0-rc1", "9999999.0.0"])
def test_what_is_not_newer_is_not_named(version: str) -> None:
    assert updates(Source(version)).newer() == ""


def test_versions_are_numbers_not_texts() -> None:
    assert is_newer("0.10.0", "0.9.0")
    assert not is_newer("0.9.0", "0.10.0")


def test_it_is_asked_once_a_week_and_remembered_between() -> None:
    source, clock = Source(), FakeClock(NOW)
    several = updates(source, clock=clock)

    assert several.newer() == "0.2.0"
    clock.advance(EVERY.total_seconds() - 3600)
    assert several.newer() == "0.2.0"
    assert source.asked == 1
    clock.advance(3600)
    several.newer()
    assert source.asked == 2


def test_a_failure_keeps_what_was_known_and_is_not_repeated_at_once() -> None:
    source, record = Source(), Record()
    record.look = LastLook(NOW - timedelta(days=8), "0.3.0")
    source.fails = True
    several = updates(source, record)

    assert several.newer() == "0.3.0"
    assert several.newer() == "0.3.0"
    assert source.asked == 1


def test_a_last_look_in_the_future_does_not_stop_it_for_years() -> None:
    assert is_due(LastLook(NOW + timedelta(days=900)), NOW)


@pytest.mark.parametrize(
    ("published", "wanted", "reason"),
    [(False, True, UpdatesOff.NO_PUBLISHER), (True, False, UpdatesOff.NOT_WANTED), (True, True, None)],
)
def test_nobody_asks_unasked(
    published: bool, wanted: bool, reason: UpdatesOff | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Person, "wants", wanted)
    source = Source()
    several = updates(source if published else None)

    several.newer()

    assert several.off() is reason
    assert source.asked == (1 if reason is None else 0)


def test_only_what_the_person_can_not_change_is_explained() -> None:
    assert words_of_off(UpdatesOff.NO_PUBLISHER).endswith("never looks.")
    assert words_of_off(UpdatesOff.NOT_WANTED) == words_of_off(None) == ""


@pytest.mark.parametrize(("policy", "looks"), [(NO_POLICY, True), (NO_UPDATES, False), (BROKEN, False)])
def test_the_policy_of_the_computer_decides(policy: Policy, looks: bool) -> None:
    in_use, source = SettingsInUse(SettingsInMemory(), policy), Source()
    several = Updates(
        source=source,
        page="https://example.com/download",
        record=Record(),
        clock=FakeClock(NOW),
        wanted=lambda: in_use.now.update_check,
        running="0.1.0",
    )

    in_use.change(replace(in_use.now, update_check=True))

    assert (several.newer() == "0.2.0") is looks
    assert source.asked == looks
