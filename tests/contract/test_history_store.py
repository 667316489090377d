"""What every HistoryStore promises: the one in memory and the folder."""

from datetime import timedelta
from pathlib import Path

import pytest

from desktop_app.core.history import MAX_EVENTS, Event, EventKind, HistoryStore
from desktop_app.core.problems import Problem
from desktop_app.core.profile import ProfileId
from desktop_app.infra.history_file import HistoryFolder
from desktop_app.infra.memory_history import MemoryHistory
from tests.fakes.clock import NOON

KEY, OTHER = ProfileId("a" * 32), ProfileId("b" * 32)


def event(number: int) -> Event:
    return Event(NOON + timedelta(minutes=number), EventKind.CHECKED, facts={"number": str(number)})


class HistoryStoreContract:
    """Subclasses give the fixture `store`, empty."""

    def test_nothing_has_happened_at_first(self, store: HistoryStore) -> None:
        assert store.load(KEY) == ()

    @pytest.mark.parametrize("kind", EventKind)
    @pytest.mark.parametrize("problem", [None, Problem.TIMED_OUT])
    def test_events_come_back(self, store: HistoryStore, kind: EventKind, problem: Problem | None) -> None:
        kept = Event(NOON, kind, problem, {"name": "Nächtlich\n“x”", "ends": "2026-12-01"})
        store.add(KEY, kept)
        assert store.load(KEY) == (kept,)

    def test_events_come_back_oldest_first(self, store: HistoryStore) -> None:
        events = tuple(event(number) for number in range(10))
        for one in events:
            store.add(KEY, one)
        assert store.load(KEY) == events

    def test_connections_are_told_apart(self, store: HistoryStore) -> None:
        store.add(KEY, event(1))
        store.add(OTHER, event(2))
        assert (store.load(KEY), store.load(OTHER)) == ((event(1),), (event(2),))

    def test_the_oldest_go_when_there_are_too_many(self, store: HistoryStore) -> None:
        for number in range(MAX_EVENTS + 150):
            store.add(KEY, event(number))
        kept = store.load(KEY)
        assert len(kept) == MAX_EVENTS
        assert (kept[0], kept[-1]) == (event(150), event(MAX_EVENTS + 149))

    def test_what_is_forgotten_is_gone(self, store: HistoryStore) -> None:
        store.add(KEY, event(1))
        store.add(OTHER, event(2))
        store.forget(KEY)
        store.forget(ProfileId("never there"))
        assert (store.load(KEY), store.load(OTHER)) == ((), (event(2),))
        store.add(KEY, event(3))
        assert store.load(KEY) == (event(3),)


class TestMemoryHistory(HistoryStoreContract):
    @pytest.fixture
    def store(self) -> HistoryStore:
        return MemoryHistory()


class TestHistoryFolder(HistoryStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> HistoryStore:
        return HistoryFolder(tmp_path / "config")
