"""The window over the practice cloud, for the tests that use it from the keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.gui.sign_in_engine import prepare_web_engine
from desktop_app.gui.style import apply_style
from desktop_app.practice import PracticeCloud
from tests.gui.driving import Desk
from tests.gui.sign_in_site import OpenView, Site, sign_in_site, views
from tests.gui.world import Network, World

prepare_web_engine()  # before the first test makes the application object


@pytest.fixture(scope="session")
def styled(qapp: QApplication) -> QApplication:
    """The program's own look, which decides what stands where."""
    apply_style(qapp)
    return qapp


@pytest.fixture(scope="session")
def shared_network() -> Iterator[Network]:
    """One network for all worlds that trust the practice cloud from the start."""
    network = Network()
    yield network
    network.http.close()


@pytest.fixture
def make_world(practice_cloud: PracticeCloud, shared_network: Network, tmp_path: Path) -> Callable[..., World]:
    """Builds a world; its arguments are World's, of which none is needed."""

    def make(**options: Any) -> World:  # any field of World
        return World(practice_cloud, **{"network": shared_network, "folder": tmp_path / "config", **options})

    practice_cloud.directory.forget_consents()
    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


class OpenDesk(Protocol):
    def __call__(self, world: World, *, practice: bool = False) -> Desk: ...


@pytest.fixture
def open_desk(qtbot: QtBot, styled: QApplication) -> Iterator[OpenDesk]:
    """Opens windows that are closed after the test."""
    desks: list[Desk] = []

    def open_one(world: World, *, practice: bool = False) -> Desk:
        desks.append(Desk(qtbot, world, practice=practice))
        return desks[-1].open()

    yield open_one
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(open_desk: OpenDesk, world: World) -> Desk:
    """A window without any connection."""
    return open_desk(world)


@pytest.fixture
def site() -> Iterator[Site]:
    with sign_in_site() as running:
        yield running


@pytest.fixture
def visit(qtbot: QtBot) -> Iterator[OpenView]:
    with views(qtbot) as open_view:
        yield open_view
