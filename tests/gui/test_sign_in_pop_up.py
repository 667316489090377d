"""A second window that a sign-in page opens, in a real web view."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.fakes.tls_server import Answer, HangUp, Seen
from tests.gui.sign_in_site import (
    LINK,
    LOGIN,
    PARTNER,
    REDIRECT_URI,
    OpenView,
    Site,
    Visit,
    click_page_until,
    page,
    send_to,
)


def pop_ups() -> list[QWidget]:
    return [one for one in QApplication.topLevelWidgets() if one.objectName() == "signInPopUp" and one.isVisible()]


def open_pop_up(here: Visit, site: Site, link: str) -> QWidget:
    """Click a link for a second window, and wait for it."""
    site.replies["/authorize"] = page(LINK.format(link), headers={"Set-Cookie": "session=one; Secure"})
    here.begin(site.url("/authorize"))
    here.wait_for_text("link")
    click_page_until(here, lambda: bool(pop_ups()))
    return pop_ups()[-1]


def label(window: QWidget, name: str) -> QLabel:
    found = window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found


def button(window: QWidget, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def test_a_second_window_has_an_address_of_its_own_and_the_same_cookies(site: Site, visit: OpenView) -> None:
    site.replies["/more"] = page("the rest of it")
    here = visit()
    window = open_pop_up(here, site, "href='/more' target=_blank")
    here.wait(lambda: label(window, "signInLock").text() == "Secure connection")
    assert label(window, "signInHost").text() == LOGIN
    assert label(window, "signInPath").text() == f":{site.port}/more"
    asked = next(seen for seen in site.server.seen if seen.path == "/more")
    assert asked.headers.get("cookie") == "session=one"
    assert here.view.pane is not None
    assert here.view.pane.pop_up is window
    assert label(here.view, "signInPath").text() == f":{site.port}/authorize"


def test_an_unknown_host_is_asked_about_in_the_second_window(site: Site, visit: OpenView) -> None:
    site.replies["/adfs"] = page("your company's own page")
    remembered: set[str] = set()
    here = visit(remembered=remembered)
    window = open_pop_up(here, site, f"href='{site.url('/adfs', PARTNER)}' target=_blank")
    here.wait(button(window, "signInAgree").isVisible)
    assert site.paths(PARTNER) == []
    assert label(window, "signInQuestionHost").text() == PARTNER
    QTest.keyClick(button(window, "signInAgree"), Qt.Key.Key_Space)
    here.wait(lambda: label(window, "signInHost").text() == PARTNER and site.paths(PARTNER) == ["/adfs"])
    assert remembered == {PARTNER}


def test_a_host_that_is_not_known_closes_the_second_window_alone(site: Site, visit: OpenView) -> None:
    here = visit()
    window = open_pop_up(here, site, f"href='{site.url('/adfs', PARTNER)}' target=_blank")
    here.wait(button(window, "signInDecline").isVisible)
    QTest.keyClick(button(window, "signInDecline"), Qt.Key.Key_Space)
    here.wait(lambda: pop_ups() == [])
    assert here.view.pane is not None
    assert here.view.pane.pop_up is None
    assert not here.view.is_idle
    assert site.paths(PARTNER) == []


def test_the_redirect_is_caught_in_the_second_window_too(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = page(LINK.format("href='/done' target=_blank"))
    site.replies["/done"] = send_to(f"{REDIRECT_URI}?code=c&state=s")
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait_for_text("link")
    click_page_until(here, running.done)
    assert here.ended(running).result() == f"{REDIRECT_URI}?code=c&state=s"
    here.wait(lambda: pop_ups() == [])


def test_close_and_a_page_that_closes_itself_end_it(site: Site, visit: OpenView) -> None:
    site.replies["/more"] = page("the rest of it")
    here = visit()
    window = open_pop_up(here, site, "href='/more' target=_blank")
    QTest.keyClick(button(window, "signInPopUpClose"), Qt.Key.Key_Space)
    here.wait(lambda: pop_ups() == [])
    site.replies["/more"] = page("<script>window.close()</script>")
    click_page_until(here, lambda: [seen.path for seen in site.server.seen].count("/more") >= 2)
    here.wait(lambda: pop_ups() == [])
    assert not here.view.is_idle


def test_cancel_closes_the_second_window(site: Site, visit: OpenView) -> None:
    site.replies["/more"] = page("the rest of it")
    here = visit()
    open_pop_up(here, site, "href='/more' target=_blank")
    here.cancel.request()
    here.wait(lambda: here.view.is_idle)
    assert pop_ups() == []


def test_a_page_that_does_not_open_is_said_there(site: Site, visit: OpenView) -> None:
    def hang_up(seen: Seen) -> Answer:
        raise HangUp

    site.replies["/gone"] = hang_up
    here = visit()
    window = open_pop_up(here, site, "href='/gone' target=_blank")
    here.wait(label(window, "signInQuestionWords").isVisible)
    assert "could not be opened" in label(window, "signInQuestionWords").text()
    assert not button(window, "signInAgree").isVisible()


def test_no_second_window_without_a_click(site: Site, visit: OpenView) -> None:
    script = "document.body.append(window.open('/more') === null ? 'kept shut' : 'opened')"
    site.replies["/authorize"] = page(f"<script>{script}</script>")
    here = visit()
    here.begin(site.url("/authorize"))
    here.wait_for_text("kept shut")
    assert pop_ups() == []
