"""Daily checks in the window: the list tells what came of them, and nothing else on the screen moves."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtWidgets import QApplication

from desktop_app.app.background import SETTLE_S, BackgroundChecks
from desktop_app.core.profile import Profile
from desktop_app.gui import network_costs
from desktop_app.gui.background_checks import DailyChecks
from tests.fakes.clock import FakeClock
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.world import World


@dataclass
class Daily:
    """A window with daily checks, whose time a test moves."""

    desk: Desk
    clock: FakeClock
    checks: DailyChecks

    @property
    def timer(self) -> QTimer:
        return self.checks.timer

    def look(self) -> None:
        """As if the timer had rung."""
        self.timer.stop()
        self.timer.timeout.emit()
        self.desk.wait(lambda: not self.desk.runner.active)

    def look_once_settled(self) -> None:
        self.look()
        self.clock.advance(SETTLE_S)
        self.look()

    def states(self) -> dict[str, str]:
        model = self.desk.window.connection_list.list.model()
        rows = [str(model.index(row, 0).data()).split(", ") for row in range(model.rowCount())]
        return {row[0]: row[-1] for row in rows}


@pytest.fixture
def overdue(world: World) -> Profile:
    """A connection that was not checked for days and has lost its secret."""
    profile = world.save_pat("overdue")
    world.secrets.delete(profile.id)
    check = profile.last_check
    assert check is not None
    long_ago = replace(check, at=check.at - timedelta(days=3))
    return world.connections._profiles.update(profile.id, lambda current: replace(current, last_check=long_ago))


@pytest.fixture
def network_is_free() -> list[bool]:
    return [True]


@pytest.fixture
def daily(open_desk: OpenDesk, world: World, overdue: Profile, network_is_free: list[bool]) -> Daily:
    world.save_pat("just checked")
    desk = open_desk(world)
    clock = FakeClock(world.clock.now())
    checks = BackgroundChecks(world.connections, clock, wanted=lambda: True)
    return Daily(desk, clock, DailyChecks(desk.window, checks, lambda: network_is_free[0]))


def test_what_fails_is_told_by_the_list_alone(daily: Daily) -> None:
    window = daily.desk.window
    window.connection_list.choose(next(one.id for one in window.profiles if one.name == "just checked"))
    shown = {widget for widget in QApplication.topLevelWidgets() if widget.isVisible()}
    assert daily.states() == {"just checked": "Works", "overdue": "Works"}

    daily.look_once_settled()

    assert daily.states() == {"overdue": "Needs you", "just checked": "Works"}
    assert {widget for widget in QApplication.topLevelWidgets() if widget.isVisible()} == shown
    assert not window.problem.isVisible()
    assert window.profile is not None
    assert window.profile.name == "just checked"
    assert daily.timer.isActive()


def test_nothing_is_looked_at_in_the_first_minute(daily: Daily) -> None:
    assert daily.timer.isActive()
    assert daily.timer.remainingTime() > 50_000


def test_network_that_costs_is_left_alone_and_asked_again(daily: Daily, network_is_free: list[bool]) -> None:
    network_is_free[0] = False
    daily.look_once_settled()
    assert daily.states()["overdue"] == "Works"
    assert daily.timer.isActive()

    network_is_free[0] = True
    daily.look_once_settled()
    assert daily.states()["overdue"] == "Needs you"


def test_it_waits_while_the_person_does_something(daily: Daily) -> None:
    key = daily.desk.window.profiles[0].id
    assert daily.desk.window.actions_of_connection.begin(key, "Working…")
    daily.look_once_settled()
    assert daily.states()["overdue"] == "Works"

    daily.desk.window.actions_of_connection.end(key)
    daily.look_once_settled()
    assert daily.states()["overdue"] == "Needs you"


def test_window_begins_with_them_where_the_workspace_has_them(
    open_desk: OpenDesk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = BackgroundChecks(world.connections, world.clock, wanted=lambda: True)
    whole = replace(world.workspace(), background=checks)
    monkeypatch.setattr(world, "workspace", lambda: whole)
    desk = open_desk(world)
    desk.wait(lambda: len(desk.window.findChildren(DailyChecks)) == 1)


# -- what Qt tells of the network -------------------------------------------------------------------------------------


class Network:
    """Stands in for QNetworkInformation."""

    Feature = QNetworkInformation.Feature
    TransportMedium = QNetworkInformation.TransportMedium
    Reachability = QNetworkInformation.Reachability
    known = True
    metered = False
    medium = TransportMedium.WiFi
    reach = Reachability.Online

    @classmethod
    def loadBackendByFeatures(cls, feature: QNetworkInformation.Feature) -> bool:
        return cls.known

    loadDefaultBackend = classmethod(lambda cls: cls.known)
    instance = classmethod(lambda cls: cls())

    def isMetered(self) -> bool:
        return self.metered

    def transportMedium(self) -> QNetworkInformation.TransportMedium:
        return self.medium

    def reachability(self) -> QNetworkInformation.Reachability:
        return self.reach


@pytest.mark.parametrize(
    ("told", "free"),
    [
        ({}, True),
        ({"metered": True}, False),
        ({"medium": QNetworkInformation.TransportMedium.Cellular}, False),
        ({"reach": QNetworkInformation.Reachability.Disconnected}, False),
        ({"reach": QNetworkInformation.Reachability.Unknown}, True),
        ({"metered": True, "known": False}, True),
    ],
)
def test_network_is_free_unless_qt_says_otherwise(
    told: dict[str, object], free: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_costs, "QNetworkInformation", type("Told", (Network,), told))

    assert network_costs.is_free() is free


def test_this_system_can_be_asked(styled: QApplication) -> None:
    assert network_costs.is_free() in {True, False}
