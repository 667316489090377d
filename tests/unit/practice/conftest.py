"""A practice cloud of its own for every test, with a clock under the test's control, and someone to talk to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.practice import PracticeCloud
from tests.fakes.clock import FakeClock
from tests.unit.practice.visitor import Visitor


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cloud(clock: FakeClock) -> Iterator[PracticeCloud]:
    with PracticeCloud(now=clock.now) as running:
        yield running


@pytest.fixture
def visitor(cloud: PracticeCloud, tmp_path: Path) -> Iterator[Visitor]:
    with Visitor(cloud, tmp_path) as visiting:
        yield visiting
