"""A newer version is a link in the window that opens the download page; the setting says when nobody looks."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton

from desktop_app.app.guidance_policy import set_by_organization
from desktop_app.app.settings import SettingsInMemory, SettingsInUse
from desktop_app.app.updates import Updates
from desktop_app.core.policy import policy_from
from desktop_app.core.settings import Settings
from desktop_app.core.updates import LastLook
from desktop_app.gui.settings_dialog import SettingsDialog
from tests.fakes.clock import FakeClock
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import visible_words
from tests.gui.world import World

PAGE = "https://example.com/download"


class Source:
    """Implements the port UpdateSource."""

    def __init__(self) -> None:
        self.asked = 0
        self.version = "99.0.0"

    def newest(self) -> str:
        self.asked += 1
        return self.version


class Record:
    """Implements the port UpdateRecord."""

    def load(self) -> LastLook | None:
        return None

    def save(self, look: LastLook) -> None:
        assert look.version


def updates(source: Source | None, *, wanted: bool = True) -> Updates:
    clock = FakeClock(datetime(2026, 11, 25, tzinfo=UTC))
    page = PAGE if source else ""
    return Updates(source=source, page=page, record=Record(), clock=clock, wanted=lambda: wanted)


def notice(desk: Desk) -> QPushButton | None:
    return desk.window.findChild(QPushButton, "updateNotice")


def test_the_link_opens_the_download_page(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    desk = open_desk(make_world(updates=updates(Source())))
    desk.wait(lambda: notice(desk) is not None)
    link = notice(desk)
    assert link is not None
    assert link.isVisible()
    assert link.text() == "ADO Connect 99.0.0 is available"

    desk.keyboard.go_to(link)
    desk.keyboard.press(Qt.Key.Key_Space)

    assert desk.opened_urls == [PAGE]


def test_a_window_that_stays_open_looks_again(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    source = Source()
    desk = open_desk(make_world(updates=updates(source)))
    desk.wait(lambda: notice(desk) is not None)
    source.version = "99.1.0"

    timer = desk.window.findChild(QTimer, "updateTimer")
    assert timer is not None
    assert timer.isActive()
    timer.timeout.emit()

    desk.wait(lambda: (link := notice(desk)) is not None and link.text() == "ADO Connect 99.1.0 is available")
    assert len(desk.window.findChildren(QPushButton, "updateNotice")) == 1


def test_without_a_publisher_nothing_is_started(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    desk = open_desk(make_world(updates=updates(None)))

    assert desk.window.findChild(QTimer, "updateTimer") is None


def test_nothing_is_asked_or_shown_where_it_is_off(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    source = Source()
    desk = open_desk(make_world(updates=updates(source, wanted=False)))
    desk.wait(lambda: not desk.runner.active)

    assert source.asked == 0
    assert notice(desk) is None


def settings_dialog(desk: Desk) -> SettingsDialog:
    desk.keyboard.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = desk.dialog("settingsDialog")
    assert isinstance(dialog, SettingsDialog)
    return dialog


def test_the_setting_rests_without_a_publisher(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    dialog = settings_dialog(open_desk(make_world(updates=updates(None))))

    words = "This build was made without an address to ask, so it never looks."
    assert not dialog.updates.isEnabled()
    assert dialog.updates.accessibleDescription() == words
    assert words in visible_words(dialog)


def test_the_setting_rests_where_the_policy_has_decided(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    in_use = SettingsInUse(SettingsInMemory(), policy_from({"version": 1, "update_check": False}))
    dialog = settings_dialog(open_desk(make_world(settings=in_use, updates=updates(Source()))))

    assert not dialog.updates.isEnabled()
    assert not dialog.updates.isChecked()
    assert dialog.updates.accessibleDescription() == set_by_organization()


def test_a_person_may_switch_it_off(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    in_use = SettingsInUse(SettingsInMemory())
    desk = open_desk(make_world(settings=in_use, updates=updates(Source())))
    dialog = settings_dialog(desk)

    desk.keyboard.push(dialog.updates)

    assert in_use.now == Settings(update_check=False)
