"""Notifications over a real session bus, to a service that keeps to the specification."""

import os
import sys
from collections.abc import Callable, Iterator

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux desktops have this service")
pytest.importorskip("jeepney")

from desktop_app.infra.desktop_notes import DesktopNotes  # noqa: E402 - where the tests can run at all
from tests.fakes.notification_service import NotificationService  # noqa: E402


@pytest.fixture(autouse=True)
def _session() -> None:
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        pytest.fail("This test needs a private D-Bus session: run it with `make test`.")


@pytest.fixture
def notes() -> Iterator[DesktopNotes]:
    made = DesktopNotes()
    yield made
    made.close()


def pressed(notes: DesktopNotes, until: Callable[[list[int]], bool]) -> list[int]:
    """What was pressed, once that is what is waited for; the socket tells when to look."""
    import select

    found = list(notes.pressed())
    while not until(found):
        readable, _writable, _failed = select.select([notes.socket], [], [], 10)
        assert readable, "nobody told of a press"
        found += notes.pressed()
    return found


def test_a_notification_is_shown(notes: DesktopNotes) -> None:
    with NotificationService() as service:
        number = notes.show("“Nightly sync” ends in 7 days", "Its token works until then.", "Open")

    (shown,) = service.shown
    assert number == 1
    assert (shown.sender, shown.title, shown.text) == (
        "ADO Connect",
        "“Nightly sync” ends in 7 days",
        "Its token works until then.",
    )
    assert (shown.actions, shown.urgency, shown.replaces) == (["default", "Open"], 1, 0)


def test_what_has_ended_is_urgent(notes: DesktopNotes) -> None:
    with NotificationService() as service:
        notes.show("title", "text", "Open", urgent=True)

    assert service.shown[0].urgency == 2


@pytest.mark.parametrize(
    ("capabilities", "text"), [(("body",), "a <b> & c"), (("body", "body-markup"), "a &lt;b&gt; &amp; c")]
)
def test_no_name_is_taken_for_markup(notes: DesktopNotes, capabilities: tuple[str, ...], text: str) -> None:
    with NotificationService(capabilities=capabilities) as service:
        notes.show("<b>", "a <b> & c", "Open")

    assert (service.shown[0].title, service.shown[0].text) == ("<b>", text)


def test_a_press_is_heard(notes: DesktopNotes) -> None:
    with NotificationService() as service:
        first, second = notes.show("one", "", "Open"), notes.show("two", "", "Open")
        assert notes.pressed() == ()
        service.press(second)
        service.press(first)

        assert pressed(notes, lambda found: len(found) == 2) == [second, first]
        assert notes.pressed() == ()


def test_a_press_that_comes_with_the_answer_is_not_lost(notes: DesktopNotes) -> None:
    with NotificationService() as service:
        service.presses = True
        numbers = [notes.show("one", "", "Open"), notes.show("two", "", "Open")]

        assert pressed(notes, lambda found: len(found) == 2) == numbers


def test_other_actions_are_none_of_ours(notes: DesktopNotes) -> None:
    with NotificationService() as service:
        number = notes.show("one", "", "Open")
        service.press(number, "inline-reply")
        service.press(number)

        assert pressed(notes, bool) == [number]


def test_without_a_service_there_is_no_number(notes: DesktopNotes) -> None:
    assert notes.show("title", "text", "Open") == 0
    assert notes.pressed() == ()


def test_a_service_that_refuses_is_like_none_and_is_asked_again_later(notes: DesktopNotes) -> None:
    with NotificationService(refuses=True) as service:
        assert notes.show("title", "text", "Open") == 0
        service.refuses = False
        assert notes.show("title", "text", "Open") == 1


def test_without_a_session_there_is_no_number(notes: DesktopNotes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    assert notes.show("title", "text", "Open") == 0
    assert notes.socket == -1
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    assert notes.show("title", "text", "Open") == 0


def test_after_closing_nothing_is_heard(notes: DesktopNotes) -> None:
    with NotificationService():
        notes.show("title", "text", "Open")
        notes.close()
    assert (notes.socket, notes.pressed()) == (-1, ())
