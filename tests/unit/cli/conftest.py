"""Saved connections to the practice cloud, for commands that run in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.practice import PracticeCloud
from tests.gui.world import Network, World


@pytest.fixture
def world(practice_cloud: PracticeCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")  # whoever runs the tests may be root
    network = Network()
    yield World(practice_cloud, network, tmp_path / "config")
    network.http.close()
