"""What the tests of the use cases share."""

import pytest

from tests.unit.app.world import World


@pytest.fixture
def world() -> World:
    return World()
