"""Addresses that look like the right ones: none of them is opened unasked, none gets the answer of a sign-in."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from desktop_app.core.problems import Problem
from tests.gui.sign_in_site import LOGIN, PARTNER, REDIRECT_URI, OpenView, Site, page, send_to
from tests.gui.test_sign_in_pop_up import label, open_pop_up
from tests.hostile.page.attacks import begins, gui_answers, has_begun, windows

UNKNOWN = {
    "https://login.localhost.evil.localhost:{port}/": "login.localhost.evil.localhost",
    "https://evil-login.localhost:{port}/": "evil-login.localhost",
    "https://login.localhost.:{port}/": "login.localhost.",
    "https://LOGIN.LOCALHOST.EVIL.localhost:{port}/": "login.localhost.evil.localhost",
    "https://l\u043egin.localhost:{port}/": "xn--lgin-55d.localhost",  # a Cyrillic o
    "https://xn--lgin-55d.localhost:{port}/": "xn--lgin-55d.localhost",
    "https://login\u3002localhost.evil\uff0elocalhost:{port}/": "login.localhost.evil.localhost",  # other full stops
    "https://login.localhost\u200b.evil.localhost:{port}/": "login.localhost.evil.localhost",
    "https://evil.localhost:{port}\\\\@login.localhost/": "evil.localhost",
    "https:\\\\\\\\evil.localhost:{port}/login.localhost": "evil.localhost",
    "//evil.localhost:{port}/": "evil.localhost",
    "https:///evil.localhost:{port}/": "evil.localhost",
    "https://evil.localhost:{port}/?https://login.localhost/": "evil.localhost",
    "https://evil.localhost:{port}#@login.localhost/": "evil.localhost",
    "https://login.localhost:{other}/": "login.localhost:{other}",  # somebody else's service on the same computer
    "https://0x7f000001:{port}/": "127.0.0.1",
    "https://2130706433:{port}/": "127.0.0.1",
    "https://[::1]:{port}/": "::1",
    "blob:https://login.localhost:{port}/x": None,
    "https://login.localhost:{port}@evil.localhost/": None,
    "https://login.localhost%40evil.localhost:{port}@evil.localhost/": None,
    "http://login.localhost:{port}/": None,
    "file:///etc/passwd": None,
    "data:text/html,<h1>Sign in": None,
    "chrome://version": None,
    "view-source:https://login.localhost:{port}/": None,
    "filesystem:https://login.localhost:{port}/temporary/x": None,
    "ftp://login.localhost/": None,
}
"""Address, and the host that is asked about; None where it is refused without a question."""


def test_look_alikes_are_asked_about_by_their_true_name_or_refused(
    site: Site, visit: OpenView, tried: Counter[str]
) -> None:
    other = site.port - 1
    addresses = [address.format(port=site.port, other=other) for address in UNKNOWN]
    hosts = {host.format(other=other) for host in UNKNOWN.values() if host}
    go = "const a = document.createElement('a'); a.href = all.shift(); document.body.append(a); a.click()"
    script = (
        f"const all = JSON.parse({json.dumps(json.dumps(addresses))}); setInterval(() => {{ if (all.length) {{{go}}} "
    )
    script += "else if (document.title !== 'through') document.title = 'through' }, 30)"
    site.replies["/authorize"] = begins(script)
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(has_begun(site))
    pane = here.view.pane
    assert pane is not None
    asked: list[str] = []
    refused: list[str] = []
    pane.host_unknown.connect(asked.append)
    pane.refused.connect(refused.append)
    here.wait(lambda: pane.page.title() == "through")
    gui_answers(here)

    assert set(asked) == hosts
    assert len(asked) == len([host for host in UNKNOWN.values() if host])
    assert set(site.paths()) <= {"/authorize", "/begun"}
    assert {seen.headers["host"] for seen in site.server.seen} == {f"{LOGIN}:{site.port}"}  # nobody else was spoken to
    assert here.label("signInHost").text() == LOGIN
    assert not running.done()
    tried["addresses that look like the right ones"] += len(UNKNOWN)


NOT_THE_REDIRECT = (
    "https://redirect.localhost.evil.localhost/common/oauth2/nativeclient",
    "https://redirect.localhost/common/oauth2/nativeclient/",
    "https://redirect.localhost/common/oauth2/nativeclientele",
    "https://redirect.localhost/common/oauth2/../oauth2/nativeclient/..",
    "https://redirect.localhost:444/common/oauth2/nativeclient",
    "https://redirect.localhost./common/oauth2/nativeclient",
    "https://user@redirect.localhost/common/oauth2/nativeclient",
    "http://redirect.localhost/common/oauth2/nativeclient",
)


@pytest.mark.parametrize("address", NOT_THE_REDIRECT)
def test_nothing_but_the_redirect_ends_a_sign_in_with_a_code(
    site: Site, visit: OpenView, tried: Counter[str], address: str
) -> None:
    site.replies["/authorize"] = begins(f"location = '{address}?code=c&state=s'")
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(here.label("signInQuestionWords").isVisible)
    gui_answers(here)
    assert not running.done()
    assert REDIRECT_URI not in here.label("signInHost").text()
    tried["addresses that look like the right ones"] += 1


@pytest.mark.parametrize(
    "target",
    ["javascript:location='//evil.localhost'", "data:text/html,x", "file:///etc/passwd", "blob:https://x/y", "about:x"],
)
def test_a_redirect_of_the_server_leads_to_web_pages_only(
    site: Site, visit: OpenView, tried: Counter[str], target: str
) -> None:
    site.replies["/authorize"] = send_to(target)
    here = visit()
    assert here.problem(here.begin(site.url("/authorize"))).problem is Problem.SIGN_IN_PAGE_FAILED
    tried["addresses that look like the right ones"] += 1


class Desktop(QObject):
    """Stands for the programs that a desktop has for its own kinds of addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[str] = []

    @Slot(QUrl)
    def start(self, url: QUrl) -> None:
        self.started.append(url.toString())


SCHEMES = ("ms-settings", "mailto", "tel", "ssh", "vscode", "ms-msdt", "search-ms", "file", "ftp", "javascript")


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    desktop = Desktop()
    for scheme in SCHEMES:
        QDesktopServices.setUrlHandler(scheme, desktop, "start")  # type: ignore[arg-type]  # PySide6 wants text
    QDesktopServices.openUrl(QUrl("mailto:somebody"))
    assert desktop.started == ["mailto:somebody"]  # it would be heard of
    desktop.started.clear()
    yield desktop
    for scheme in SCHEMES:
        QDesktopServices.unsetUrlHandler(scheme)


def test_no_program_of_the_desktop_is_started(
    site: Site, visit: OpenView, tried: Counter[str], desktop: Desktop
) -> None:
    go = "; ".join(
        f"a.href = '{scheme}:x'; a.target = '{target}'; a.click(); f = document.createElement('iframe'); "
        f"f.src = '{scheme}:x'; document.body.append(f); window.open('{scheme}:x')"
        for scheme in SCHEMES
        for target in ("_self", "_blank")
    )
    site.replies["/authorize"] = begins(f"const a = document.createElement('a'); let f; document.body.append(a); {go}")
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(has_begun(site))
    gui_answers(here)
    assert desktop.started == []
    assert len(windows()) == 1
    assert not running.done()
    tried["addresses that look like the right ones"] += 2 * len(SCHEMES)


def test_nothing_of_a_local_file_is_seen(site: Site, visit: OpenView, tmp_path: Path) -> None:
    file = tmp_path / "secret.html"
    file.write_text("<script>parent.postMessage('read', '*')</script>inside")
    ways = f"""
      const answers = [];
      onmessage = message => answers.push(message.data);
      const f = document.createElement('iframe'); f.src = '{file.as_uri()}'; document.body.append(f);
      Promise.allSettled([fetch('{file.as_uri()}'), fetch('file:///etc/passwd'), import('{file.as_uri()}')])
        .then(all => document.body.append('tried ' + all.map(one => one.status) + answers));
    """
    site.replies["/authorize"] = page(f"<script>{ways}</script>")
    here = visit()
    here.begin(site.url("/authorize"))
    here.wait_for_text("tried rejected,rejected,rejected")


def test_a_window_that_was_opened_can_not_lead_its_opener_elsewhere(site: Site, visit: OpenView) -> None:
    site.replies["/more"] = page(f"<script>opener.location = '{site.url('/adfs', PARTNER)}'</script>")
    here = visit()
    open_pop_up(here, site, "href='/more' target=_blank rel=opener")
    here.wait(here.button("signInAgree").isVisible)
    assert here.label("signInQuestionHost").text() == PARTNER
    assert site.paths(PARTNER) == []


def test_words_of_its_own_in_an_empty_window_have_no_address(site: Site, visit: OpenView) -> None:
    write = "const w = window.open('about:blank'); w.document.write('<h1>login.microsoftonline.com</h1>')"
    here = visit()
    window = open_pop_up(here, site, f'onclick="{write}"')
    gui_answers(here)
    assert label(window, "signInLock").text() == "No page is open"
    assert label(window, "signInHost").text() == ""


def test_an_empty_page_is_not_called_secure(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = begins("location = 'about:blank'")
    here = visit()
    here.begin(site.url("/authorize"))
    here.wait(has_begun(site))
    here.wait(lambda: here.label("signInLock").text() == "No page is open")
    assert here.label("signInHost").text() == ""


def test_a_path_that_a_page_makes_up_stands_behind_its_own_host(site: Site, visit: OpenView) -> None:
    made_up = "history.pushState({}, '', '/login.microsoftonline.com' + 'a'.repeat(1e6))"
    site.replies["/more"] = page(f"more <script>{made_up}</script>")
    here = visit()
    window = open_pop_up(here, site, "href='/more' target=_blank")
    here.wait(lambda: "login.microsoftonline.com" in label(window, "signInPath").text())
    assert label(window, "signInHost").text() == LOGIN
    assert len(label(window, "signInPath").text()) < 600
