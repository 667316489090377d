"""A secret is on the clipboard for seconds, is marked as one, and never takes another text with it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from pytestqt.qtbot import QtBot

from desktop_app.core.credential import Secret
from desktop_app.gui.clipboard import ClipboardGuard
from tests.fakes.clock import FakeClock

SECRET = Secret("not-a-" + "real-token")


class Heard:
    """What the guard said."""

    def __init__(self, guard: ClipboardGuard) -> None:
        self.ticks: list[tuple[str, int]] = []
        self.cleared = 0
        guard.ticked.connect(lambda label, left: self.ticks.append((label, left)))
        guard.cleared.connect(self._clear)

    def _clear(self) -> None:
        self.cleared += 1


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def clipboard(qtbot: QtBot) -> Iterator[QClipboard]:
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    yield clipboard
    clipboard.clear()


@pytest.fixture
def guard(clipboard: QClipboard, clock: FakeClock) -> Iterator[ClipboardGuard]:
    guard = ClipboardGuard(clock)
    yield guard
    guard.clear_now()


@pytest.fixture
def heard(guard: ClipboardGuard) -> Heard:
    return Heard(guard)


def test_secret_is_marked_for_every_clipboard_manager(guard: ClipboardGuard, clipboard: QClipboard) -> None:
    guard.copy(SECRET, "Token")

    content = clipboard.mimeData()
    assert clipboard.text() == SECRET.reveal()
    assert content.data("x-kde-passwordManagerHint").data() == b"secret"
    assert content.data("CanIncludeInClipboardHistory").data() == b"\0\0\0\0"
    assert content.data("CanUploadToCloudClipboard").data() == b"\0\0\0\0"
    assert content.hasFormat("ExcludeClipboardContentFromMonitorProcessing")
    assert content.hasFormat("Clipboard Viewer Ignore")


def test_primary_selection_is_left_alone(
    guard: ClipboardGuard, clipboard: QClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched: list[QClipboard.Mode] = []
    clipboard.changed.connect(touched.append)

    guard.copy(SECRET, "Token")
    guard.copy_plain("address")
    guard.clear_now()

    assert set(touched) == {QClipboard.Mode.Clipboard}


def test_countdown_tells_each_second_once_and_clears_at_the_end(
    guard: ClipboardGuard, heard: Heard, clipboard: QClipboard, clock: FakeClock
) -> None:
    guard.copy(SECRET, "Token", seconds=3)
    for _ in range(12):
        clock.advance(seconds=0.25)
        guard.tick()

    assert heard.ticks == [("Token", 3), ("Token", 2), ("Token", 1)]
    assert heard.cleared == 1
    assert clipboard.text() == ""
    assert not guard.holding


def test_timer_drives_the_countdown(guard: ClipboardGuard, heard: Heard, clock: FakeClock, qtbot: QtBot) -> None:
    guard.copy(SECRET, "Token")
    clock.advance(seconds=31)

    qtbot.waitUntil(lambda: heard.cleared == 1)


def test_other_text_on_the_clipboard_survives_the_end_of_the_countdown(
    guard: ClipboardGuard, heard: Heard, clipboard: QClipboard, clock: FakeClock
) -> None:
    guard.copy(SECRET, "Token")
    clipboard.setText("something of the admin's")
    clock.advance(seconds=31)
    guard.tick()

    assert clipboard.text() == "something of the admin's"
    assert heard.cleared == 1


def test_clear_now_takes_the_secret_off_at_once(guard: ClipboardGuard, heard: Heard, clipboard: QClipboard) -> None:
    guard.copy(SECRET, "Token")
    guard.clear_now()

    assert clipboard.text() == ""
    assert heard.cleared == 1


def test_copying_again_starts_the_countdown_anew(
    guard: ClipboardGuard, heard: Heard, clipboard: QClipboard, clock: FakeClock
) -> None:
    guard.copy(SECRET, "Token", seconds=30)
    clock.advance(seconds=20)
    guard.copy(Secret("another-" + "one"), "Header", seconds=30)
    clock.advance(seconds=20)
    guard.tick()

    assert clipboard.text() == "another-" + "one"
    assert heard.ticks[-1] == ("Header", 10)
    assert heard.cleared == 0


def test_quitting_clears_the_clipboard(guard: ClipboardGuard, clipboard: QClipboard) -> None:
    guard.copy(SECRET, "Token")
    app = QCoreApplication.instance()
    assert app is not None
    app.aboutToQuit.emit()

    assert clipboard.text() == ""


def test_plain_text_stays_and_ends_the_countdown(
    guard: ClipboardGuard, heard: Heard, clipboard: QClipboard, clock: FakeClock
) -> None:
    guard.copy(SECRET, "Token")
    guard.copy_plain("https://dev.azure.com/contoso")
    clock.advance(seconds=31)
    guard.tick()
    guard.clear_now()

    assert clipboard.text() == "https://dev.azure.com/contoso"
    assert not clipboard.mimeData().hasFormat("x-kde-passwordManagerHint")
    assert heard.cleared == 1
    assert heard.ticks == [("Token", 30)]


def test_guard_does_not_keep_the_text(guard: ClipboardGuard) -> None:
    guard.copy(SECRET, "Token")

    assert SECRET.reveal() not in str(vars(guard))


def test_seconds_are_those_that_are_set(guard: ClipboardGuard, heard: Heard) -> None:
    guard.seconds = 12
    guard.copy(SECRET, "Token")

    assert heard.ticks == [("Token", 12)]


# -- Wayland: an unfocused window sees and does less ------------------------------------------------------------------


def test_what_is_ours_is_emptied_before_it_is_given_up(guard: ClipboardGuard, clipboard: QClipboard) -> None:
    guard.copy(SECRET, "Token")
    content = clipboard.mimeData()
    emptied: list[bool] = []
    clipboard.changed.connect(
        lambda _mode: emptied.append(clipboard.mimeData() is not content or not content.formats())
    )

    guard.clear_now()

    assert emptied
    assert all(emptied)


def test_secret_that_another_keeps_is_taken_off_when_the_program_is_used_again(
    guard: ClipboardGuard, heard: Heard, clipboard: QClipboard, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.gui.clipboard.on_wayland", lambda: True)
    monkeypatch.setattr("desktop_app.gui.clipboard._can_see", lambda: False)
    guard.copy(SECRET, "Token")
    clipboard.setText("")  # all that can be seen of what a clipboard manager holds now
    clock.advance(seconds=31)
    guard.tick()
    assert heard.cleared == 1
    assert not guard.holding

    clipboard.setText(SECRET.reveal())  # the window has the focus again and sees it
    guard._used_again(Qt.ApplicationState.ApplicationActive)

    assert clipboard.text() == ""
    assert heard.cleared == 1


def test_what_came_meanwhile_is_left_when_the_program_is_used_again(
    guard: ClipboardGuard, heard: Heard, clipboard: QClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.gui.clipboard._can_see", lambda: False)
    guard.copy(SECRET, "Token")
    clipboard.setText("something of the admin's")
    guard.clear_now()
    guard._used_again(Qt.ApplicationState.ApplicationInactive)
    guard._used_again(Qt.ApplicationState.ApplicationActive)

    assert clipboard.text() == "something of the admin's"
    guard._used_again(Qt.ApplicationState.ApplicationActive)
    assert heard.cleared == 1
