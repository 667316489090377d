"""The embedded sign-in page when all goes well: a real web view against small TLS servers on this computer."""

from pathlib import Path

from PySide6.QtWidgets import QFrame, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.tls_server import Answer, Seen, tls_server
from tests.gui.sign_in_site import (
    LOGIN,
    REDIRECT_URI,
    OpenView,
    Site,
    page,
    send_to,
)


def test_redirect_is_caught_before_any_request_for_it_leaves(site: Site, visit: OpenView) -> None:
    with tls_server(names=("redirect.localhost",)) as redirect:
        uri = f"https://redirect.localhost:{redirect.url.rsplit(':', 1)[1]}/common/oauth2/nativeclient"
        site.replies["/authorize"] = send_to(f"{uri}?code=a%2Fb&state=s")
        here = visit()
        running = here.begin(site.url("/authorize?state=s"), uri)
        assert here.ended(running).result() == f"{uri}?code=a%2Fb&state=s"
        assert redirect.connections == 0
    assert here.view.pane is None


def test_redirect_by_a_form_is_caught(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = page(
        f"<body onload='document.forms[0].submit()'><form action='{REDIRECT_URI}'><input name=code value=c></form>"
    )
    here = visit()
    assert here.ended(here.begin(site.url("/authorize"))).result() == f"{REDIRECT_URI}?code=c"


def test_http_redirect_on_localhost_is_caught_too(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = send_to("http://localhost/?code=c&state=s")
    here = visit()
    running = here.begin(site.url("/authorize"), "http://localhost")
    assert here.ended(running).result() == "http://localhost/?code=c&state=s"


def test_redirect_inside_a_frame_is_no_answer(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = page(f"waiting <iframe src='{REDIRECT_URI}?code=c'></iframe>")
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait_for_text("waiting")
    assert not running.done()


def test_caught_address_is_not_left_on_screen(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = send_to(f"{REDIRECT_URI}?code=kept-from-view&state=s")
    here = visit()
    here.ended(here.begin(site.url("/authorize"))).result()
    for widget in here.view.findChildren(QWidget):
        shown = (
            f"{widget.accessibleName()} {widget.accessibleDescription()} {widget.toolTip()} {widget.property('text')}"
        )
        assert "kept-from-view" not in shown
    assert "is done" in here.label("signInWords").text()


def test_host_stands_in_the_address_line_and_the_query_does_not(site: Site, visit: OpenView) -> None:
    site.replies["/common/authorize"] = page("pick an account")
    here = visit()
    here.begin(site.url("/common/authorize?state=unseen"))
    here.wait_for_text("pick an account")
    assert here.label("signInHost").text() == LOGIN
    assert here.label("signInHost").font().bold()
    assert here.label("signInPath").text() == f":{site.port}/common/authorize"
    assert here.label("signInLock").text() == "Secure connection"
    assert "contoso" in here.label("signInTitle").text()
    assert "admin@contoso.example" in here.label("signInTitle").text()


def test_every_control_has_a_name_for_screen_readers(visit: OpenView) -> None:
    here = visit()
    for name in ("signInAgain", "signInDecline"):
        assert here.button(name).accessibleName()
    address = here.view.findChild(QFrame, "signInAddress")
    assert isinstance(address, QFrame)
    assert address.accessibleName()
    assert address.accessibleDescription()


def test_start_again_opens_the_first_page_without_old_cookies(site: Site, visit: OpenView, qtbot: QtBot) -> None:
    cookies: list[str | None] = []

    def reply(seen: Seen) -> Answer:
        cookies.append(seen.headers.get("cookie"))
        return page(f"visit number {len(cookies)}", headers={"Set-Cookie": "session=old; Secure; HttpOnly"})

    site.replies["/authorize"] = reply
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait_for_text("visit number 1")
    here.press("signInAgain")
    here.wait_for_text("visit number 2")
    assert cookies == [None, None]
    assert not running.done()


def test_start_again_without_a_running_sign_in_asks_for_one(visit: OpenView, qtbot: QtBot) -> None:
    here = visit()
    with qtbot.waitSignal(here.view.start_again_requested):
        here.press("signInAgain")


def test_second_sign_in_knows_nothing_of_the_first(site: Site, visit: OpenView) -> None:
    cookies: list[str | None] = []

    def reply(seen: Seen) -> Answer:
        cookies.append(seen.headers.get("cookie"))
        headers = {"Location": f"{REDIRECT_URI}?code={len(cookies)}", "Set-Cookie": "session=old; Secure; Max-Age=9999"}
        return Answer(302, headers)

    site.replies["/authorize"] = reply
    here = visit()
    for number in (1, 2):
        answer = here.ended(here.begin(site.url("/authorize"))).result()
        assert answer == f"{REDIRECT_URI}?code={number}"
    assert cookies == [None, None]


def test_nothing_of_a_sign_in_reaches_the_disk(site: Site, visit: OpenView) -> None:
    marker = b"cookie-value-to-look-for"
    script = f"localStorage.setItem('kept', '{marker.decode()}'); document.body.append('stored')"
    site.replies["/authorize"] = page(
        f"<script>{script}</script>",
        headers={"Set-Cookie": f"session={marker.decode()}; Secure; Max-Age=9999", "Cache-Control": "max-age=9999"},
    )
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait_for_text("stored")
    here.cancel.request()
    here.ended(running)
    # Chromium's TLS library makes an empty certificate database in ~/.pki when it starts.
    files = [file for file in Path.home().rglob("*") if file.is_file()]
    assert [file for file in files if "QtWebEngine" in str(file) or marker in file.read_bytes()] == []
