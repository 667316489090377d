"""Where the embedded sign-in page may go, and what it may do, in a real web view."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.problems import Problem
from tests.fakes.tls_server import Answer, Seen
from tests.gui.sign_in_site import (
    LINK,
    LOGIN,
    PARTNER,
    OpenView,
    Site,
    click_page_until,
    page,
    send_to,
)


def test_unknown_host_is_asked_about_and_opened_when_agreed(site: Site, visit: OpenView, qtbot: QtBot) -> None:
    site.replies["/authorize"] = send_to(site.url("/adfs", PARTNER))
    site.replies["/adfs"] = page("your company's own page")
    remembered: set[str] = set()
    here = visit(remembered=remembered)
    here.begin(site.url("/authorize"))
    here.wait(here.button("signInAgree").isVisible)
    assert site.paths(PARTNER) == []
    assert here.label("signInQuestionHost").text() == PARTNER
    assert here.button("signInAgree").text() == f"Continue to {PARTNER}"
    here.press("signInAgree")
    here.wait_for_text("your company's own page")
    assert here.label("signInHost").text() == PARTNER
    assert not here.button("signInAgree").isVisible()
    assert remembered == {PARTNER}


def test_form_for_an_unknown_host_is_sent_whole_after_agreeing(site: Site, visit: OpenView, qtbot: QtBot) -> None:
    form = f"<form method=post action='{site.url('/saml', PARTNER)}'><input name=SAMLRequest value=whole></form>"
    site.replies["/authorize"] = page(f"sending you on {form}<script>document.forms[0].submit()</script>")
    site.replies["/saml"] = lambda seen: page(f"received {seen.body.decode()}")
    here = visit()
    here.begin(site.url("/authorize"))
    here.wait(here.button("signInAgree").isVisible)
    here.press("signInAgree")
    here.wait_for_text("received SAMLRequest=whole")


def test_declined_host_ends_the_sign_in(site: Site, visit: OpenView, qtbot: QtBot) -> None:
    site.replies["/authorize"] = send_to(site.url("/adfs", PARTNER))
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(here.button("signInDecline").isVisible)
    here.press("signInDecline")
    problem = here.problem(running)
    assert (problem.problem, problem.facts["host"]) == (Problem.SIGN_IN_HOST_REFUSED, PARTNER)
    assert site.paths(PARTNER) == []
    assert not here.button("signInDecline").isVisible()


@pytest.mark.parametrize("address", ["http://login.localhost/", "file:///etc/passwd", "ms-settings:about"])
def test_first_page_that_is_not_https_fails(visit: OpenView, address: str) -> None:
    here = visit()
    assert here.problem(here.begin(address)).problem is Problem.SIGN_IN_PAGE_FAILED


def test_redirect_to_http_is_not_followed(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = send_to(f"http://{LOGIN}:{site.port}/plain")
    here = visit()
    assert here.problem(here.begin(site.url("/authorize"))).problem is Problem.SIGN_IN_PAGE_FAILED
    assert "/plain" not in site.paths()


@pytest.mark.parametrize(
    "action",
    [
        "href='http://login.localhost/plain'",
        "href='http://login.localhost/plain' target=_blank",
    ],
)
def test_link_to_an_unsafe_address_is_refused_and_said(site: Site, visit: OpenView, action: str) -> None:
    site.replies["/authorize"] = page(LINK.format(action))
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait_for_text("link")
    click_page_until(here, here.label("signInQuestionWords").isVisible)
    assert not here.button("signInAgree").isVisible()
    assert here.label("signInHost").text() == LOGIN
    assert not running.done()


DOWNLOAD = Answer(200, {"Content-Disposition": "attachment; filename=tool.exe"}, b"MZ")


def test_sign_in_that_is_nothing_but_a_download_fails(site: Site, visit: OpenView) -> None:
    site.replies["/tool"] = DOWNLOAD
    here = visit()
    assert here.problem(here.begin(site.url("/tool"))).facts["description"] == "nothing-to-show"


def test_download_is_refused_and_the_page_stays(site: Site, visit: OpenView) -> None:
    from PySide6.QtWebEngineCore import QWebEngineDownloadRequest

    watched = threading.Event()

    def reply(seen: Seen) -> Answer:
        watched.wait(30)
        return DOWNLOAD

    site.replies["/authorize"] = page("pick an account<script>onload = () => { location = '/tool' }</script>")
    site.replies["/tool"] = reply
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(lambda: "/tool" in site.paths())
    states: list[QWebEngineDownloadRequest.DownloadState] = []
    assert here.view.pane is not None
    here.view.pane.page.profile().downloadRequested.connect(lambda download: states.append(download.state()))
    watched.set()
    here.wait(lambda: bool(states))
    assert states == [QWebEngineDownloadRequest.DownloadState.DownloadCancelled]
    here.wait_for_text("pick an account")
    here.wait(here.label("signInQuestionWords").isVisible)
    assert "download" in here.label("signInQuestionWords").text()
    assert not running.done()


def test_page_gets_no_clipboard_no_dialog_and_no_permission(site: Site, visit: OpenView) -> None:
    script = """
      alert('never seen');
      const answers = [confirm('x'), prompt('x')];
      Notification.requestPermission().then(n => answers.push(n))
        .then(() => navigator.clipboard.readText()).catch(e => answers.push('no clipboard'))
        .then(() => document.body.append(answers.join('|')));
    """
    site.replies["/authorize"] = page(f"<script>{script}</script>")
    here = visit()
    here.begin(site.url("/authorize"))
    here.wait_for_text("false||denied|no clipboard")
