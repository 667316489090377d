"""Pages that never let go: loops, floods and sizes. The window stays alive, and the sign-in ends in words."""

import contextlib
from collections import Counter
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.cancel import Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.sign_in_surface import SignInLimits
from desktop_app.infra.process_memory import MemoryOfChildren
from tests.fakes.tls_server import Answer, Seen
from tests.gui.sign_in_site import LINK, REDIRECT_URI, OpenView, Site, click_page_until, page, send_to
from tests.gui.test_sign_in_pop_up import pop_ups
from tests.hostile.page.attacks import SOON, begins, gui_answers, has_begun, windows

HOLDS_ON = {
    "alerts": "for (;;) alert('x'.repeat(1e6))",
    "questions": "for (;;) confirm('x')",
    "prompts": "while (!prompt('password?'));",
    "printing": "for (;;) print()",
    "computing": "for (;;);",
    "writing to the console": "for (;;) console.log('x'.repeat(1e5))",
    "titles": "setInterval(() => { document.title = 'x'.repeat(1e5) + Math.random() })",
    "paths of its own": "let n = 0; setInterval(() => history.pushState({}, '', '/' + n++ + 'a'.repeat(1e5)))",
    "going back and forth": "setInterval(() => { history.pushState({}, '', '/x'); history.back(); history.forward() })",
    "programs": "setInterval(() => { location = 'ms-settings:' + Math.random() })",
    "full screen": "setInterval(() => document.documentElement.requestFullscreen().catch(() => 0))",
    "permissions": "setInterval(() => { Notification.requestPermission();"
    " navigator.geolocation.getCurrentPosition(() => 0); navigator.mediaDevices?.getUserMedia({video: true}) })",
    "frames": "setInterval(() => { const f = document.createElement('iframe'); f.src = 'file:///etc/passwd';"
    " document.body.append(f); if (document.body.children.length > 40) document.body.lastChild.remove() })",
}


@pytest.mark.parametrize("attack", HOLDS_ON)
def test_a_page_that_holds_on_is_let_go_by_cancel(
    site: Site, visit: OpenView, tried: Counter[str], attack: str
) -> None:
    site.replies["/authorize"] = begins(HOLDS_ON[attack])
    here = visit(limits=SOON)
    running = here.begin(site.url("/authorize"))
    here.wait(has_begun(site))
    gui_answers(here)
    assert len(windows()) == 1
    here.cancel.request()
    assert isinstance(here.ended(running).exception(), Cancelled)
    tried["pages that attack the window"] += 1


RESTLESS = {
    "one page after another": "location.replace('/authorize?' + Math.random())",
    "one page after another, asking to stay": "onbeforeunload = e => e.preventDefault();"
    "location.replace('/authorize?' + Math.random())",
    "addresses that are refused": "setInterval(() => { location = 'http://login.localhost/' + Math.random() })",
    "hosts that nobody knows": "let n = 0; setInterval(() => { location = `https://evil${n++}.example/` })",
    "downloads": "setInterval(() => { const a = document.createElement('a'); a.download = 'tool.exe';"
    "a.href = 'data:application/octet-stream,MZ'; a.click() })",
    "forms": "setInterval(() => { const f = document.createElement('form'); f.action = 'https://evil.example/'; "
    "f.method = 'post'; document.body.append(f); f.submit() })",
    "wrong answers": f"setInterval(() => {{ location = '{REDIRECT_URI}/not-quite?code=c' }})",
}


@pytest.mark.parametrize("attack", RESTLESS)
def test_a_page_that_wants_something_else_all_the_time_ends_the_sign_in(
    site: Site, visit: OpenView, tried: Counter[str], attack: str
) -> None:
    site.replies["/authorize"] = begins(RESTLESS[attack])
    site.replies["/begun"] = Answer(204)
    here = visit(limits=SOON)
    problem = here.problem(here.begin(site.url("/authorize")))
    assert problem.problem is Problem.SIGN_IN_PAGE_RESTLESS
    assert len([path for path in site.paths() if path.startswith("/authorize")]) <= SOON.wishes
    tried["pages that attack the window"] += 1


@pytest.mark.parametrize("after_ms", range(0, 120, 10))
def test_a_page_that_downloads_without_end_does_no_harm_when_it_is_left(
    site: Site, visit: OpenView, qtbot: QtBot, after_ms: int
) -> None:
    """Chromium ended the program where a page, or its profile, went with a download on its way."""
    many = "for (let n = 0; n < 20; n++) { const a = document.createElement('a'); a.download = 'tool.exe';"
    many += "a.href = 'data:application/octet-stream,MZ'; a.click() }"
    site.replies["/authorize"] = begins(f"setInterval(() => {{ {many} }})")
    here = visit(limits=SOON)
    running = here.begin(site.url("/authorize"))
    here.wait(has_begun(site))
    qtbot.wait(after_ms)
    here.cancel.request()
    failure = here.ended(running).exception()  # the downloads may have been too many already
    restless = isinstance(failure, ConnectionProblem) and failure.problem is Problem.SIGN_IN_PAGE_RESTLESS
    assert restless or isinstance(failure, Cancelled)
    assert here.view.pane is None
    gui_answers(here)


def test_redirects_without_end_are_a_problem(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = lambda seen: send_to(site.url(f"/authorize?{len(site.server.seen)}"))
    here = visit()
    assert here.problem(here.begin(site.url("/authorize"))).problem is Problem.SIGN_IN_PAGE_RESTLESS


def test_a_sign_in_with_many_pages_is_not_restless(site: Site, visit: OpenView) -> None:
    def reply(seen: Seen) -> Answer:
        number = len(site.server.seen)
        go_on = f"<script>location.replace('/authorize?{number}')</script>"
        return page(go_on) if number < 25 else send_to(f"{REDIRECT_URI}?code=c&state=s")

    site.replies["/authorize"] = reply
    here = visit()
    assert here.ended(here.begin(site.url("/authorize"))).result() == f"{REDIRECT_URI}?code=c&state=s"


def test_a_page_of_a_gigabyte_ends_the_sign_in_before_the_memory_does(site: Site, visit: OpenView) -> None:
    limit = 700 * 1024 * 1024
    site.replies["/authorize"] = Answer(200, {"Content-Type": "text/html"}, b"<p>word " * 8192, times=16384)
    here = visit(limits=SignInLimits(reread_s=0.05, memory_bytes=limit))
    memory = MemoryOfChildren("QtWebEngineProcess")
    running = here.begin(site.url("/authorize"))
    gui_answers(here)
    problem = here.problem(running)
    assert (problem.problem, problem.facts["description"]) == (Problem.SIGN_IN_PAGE_CRASHED, "too-much-memory")
    here.wait(lambda: memory.taken() < limit)


def test_a_page_that_takes_memory_by_script_ends_too(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = begins("const all = []; setInterval(() => all.push(new Uint8Array(5e7).fill(1)))")
    has_begun(site)
    here = visit(limits=SignInLimits(reread_s=0.05, memory_bytes=700 * 1024 * 1024))
    problem = here.problem(here.begin(site.url("/authorize")))
    assert (problem.problem, problem.facts["description"]) == (Problem.SIGN_IN_PAGE_CRASHED, "too-much-memory")


FLOOD = "for (let n = 0; n < 8; n++) window.open('/more?' + n, '_blank'); for (const a of document.links) a.click()"


@pytest.mark.parametrize(
    "link", [f'onclick="{FLOOD}"', "href='/more' target=_blank", "href='about:blank' target=_blank"]
)
def test_second_windows_come_one_at_a_time(site: Site, visit: OpenView, link: str, tried: Counter[str]) -> None:
    site.replies["/authorize"] = page(LINK.format(link))
    site.replies["/more"] = page(f"more <script>{FLOOD}; onclick = () => {{ {FLOOD} }}</script>")
    here = visit(limits=SOON)
    running = here.begin(site.url("/authorize"))
    here.wait_for_text("link")
    click_page_until(here, lambda: bool(pop_ups()) or running.done())
    gui_answers(here)
    assert len(pop_ups()) <= 1
    with contextlib.suppress(Cancelled):
        here.cancel.request()
    here.ended(running)
    here.wait(lambda: pop_ups() == [])
    tried["pages that attack the window"] += 1


def test_clicks_that_open_window_after_window_end_the_sign_in(site: Site, visit: OpenView, qtbot: QtBot) -> None:
    site.replies["/authorize"] = page(LINK.format("href='/more' target=_blank"))
    site.replies["/more"] = page("<script>close()</script>")
    here = visit(limits=replace(SOON, wishes=4))
    running = here.begin(site.url("/authorize"))
    here.wait_for_text("link")
    click_page_until(here, running.done)
    assert here.problem(running).problem is Problem.SIGN_IN_PAGE_RESTLESS
    here.wait(lambda: pop_ups() == [])
