"""What a page tries to keep, to read, to be shown and to be told: nothing is there, and nothing stays."""

import logging
import struct
from base64 import b64encode
from collections import Counter

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from PySide6.QtCore import QByteArray
from PySide6.QtNetwork import QSsl, QSslCertificate, QSslKey
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.problems import Problem
from desktop_app.gui.sign_in_surface import SignInLimits
from desktop_app.gui.sign_in_widgets import QuestionBar
from tests.fakes.tls_server import Answer, Seen, tls_server
from tests.gui.sign_in_site import LOGIN, REDIRECT_URI, OpenView, Site, page, send_to
from tests.hostile.page.attacks import begins, gui_answers, has_begun, windows


def test_the_page_is_alone_in_a_profile_without_a_disk(site: Site, visit: OpenView) -> None:
    """No script of the program, no channel to it, no developer tools."""
    from PySide6.QtWebEngineCore import QWebEngineProfile

    script = "document.body.append(['qt', 'QWebChannel', 'external'].map(name => typeof window[name]).join())"
    site.replies["/authorize"] = page(f"<script>{script}</script>")
    here = visit()
    here.begin(site.url("/authorize"))
    here.wait_for_text("undefined,undefined,object")  # `external` is Chromium's own
    assert here.view.pane is not None
    only = here.view.pane.page
    profile = only.profile()
    assert profile.isOffTheRecord()
    assert profile.httpCacheType() is QWebEngineProfile.HttpCacheType.MemoryHttpCache
    assert profile.persistentCookiesPolicy() is QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies
    assert (only.scripts().count(), profile.scripts().count()) == (0, 0)
    assert only.webChannel() is None
    assert not any((only.devToolsPage(), only.inspectedPage()))
    assert profile.clientCertificateStore().certificates() == []


COOKIES = "for (let n = 0; n < 200; n++) document.cookie = 'c' + n + '=' + 'x'.repeat(4000) + '; secure; max-age=99999'"
KEEPERS = {
    "cookies": COOKIES,
    "storage": "localStorage.setItem('kept', 'x'.repeat(4e6)); sessionStorage.setItem('kept', 'x')",
    "databases": "indexedDB.open('kept').onupgradeneeded = e => e.target.result.createObjectStore('kept')",
    "caches": "caches.open('kept').then(c => c.put('/kept', new Response('kept')))",
    "service workers": "navigator.serviceWorker?.register('/worker.js').catch(() => 0)",
    "files": "navigator.storage.getDirectory().then(d => d.getFileHandle('kept', {create: true})).catch(() => 0)",
}
LOOK = """
  Promise.all([
    document.cookie.length, localStorage.length, indexedDB.databases().then(d => d.length),
    caches.keys().then(k => k.length), navigator.serviceWorker?.getRegistrations().then(r => r.length).catch(() => 0),
    navigator.storage.getDirectory().then(d => Array.fromAsync(d.keys())).then(k => k.length).catch(() => 0),
  ]).then(all => document.body.append('left ' + all.map(n => n ?? 0)))
"""


@pytest.mark.parametrize("keeper", KEEPERS)
def test_nothing_that_a_page_keeps_is_there_in_the_next_sign_in(
    site: Site, visit: OpenView, tried: Counter[str], keeper: str
) -> None:
    site.replies["/authorize"] = begins(KEEPERS[keeper])
    site.replies["/worker.js"] = Answer(
        200, {"Content-Type": "text/javascript"}, b"onfetch = e => e.respondWith(new Response('from the worker'))"
    )
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(has_begun(site))
    gui_answers(here)
    here.cancel.request()
    here.ended(running)
    seen = len(site.server.seen)
    site.replies["/authorize"] = page(f"<script>{LOOK}</script>")
    here.begin(site.url("/authorize"))
    here.wait_for_text("left 0,0,0,0,0,0")
    assert "cookie" not in site.server.seen[seen].headers
    tried["pages that attack the window"] += 1


NTLM_GREETING = "NTLM " + b64encode(b"NTLMSSP\0" + struct.pack("<IIHHIHHI", 1, 0x88207, 0, 0, 32, 0, 0, 32)).decode()
"""The first of three messages: what the client can do, and nobody's name (MS-NLMP section 2.2.1.1)."""


@pytest.mark.parametrize("scheme", ["Basic realm=x", "Digest realm=x, nonce=y, qop=auth", "NTLM"])
def test_a_name_and_a_password_are_neither_asked_for_nor_sent(
    site: Site, visit: OpenView, tried: Counter[str], scheme: str
) -> None:
    shown: list[int] = []

    def reply(seen: Seen) -> Answer:
        return page("you may not", status=401, headers={"WWW-Authenticate": scheme})

    site.replies["/authorize"] = reply
    here = visit()
    running = here.begin(site.url("/authorize"))
    while not running.done():
        gui_answers(here, 5)
        shown.append(len(windows()))
    assert set(shown) == {1}
    assert here.problem(running).problem is Problem.SIGN_IN_PAGE_FAILED
    sent = [seen.headers["authorization"] for seen in site.server.seen if "authorization" in seen.headers]
    assert len(sent) <= 1  # stopping comes too late for the first one at times; it names nobody
    assert all(one in {NTLM_GREETING, "Basic Og=="} or 'username=""' in one for one in sent)
    tried["pages that attack the window"] += 1


def test_the_company_s_single_sign_on_is_not_offered_to_everybody(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = page("you may not", status=401, headers={"WWW-Authenticate": "Negotiate"})
    here = visit()
    here.begin(site.url("/authorize"))
    here.wait_for_text("you may not")
    assert [seen for seen in site.server.seen if "authorization" in seen.headers] == []


def test_no_certificate_of_a_person_is_handed_out(visit: OpenView, tried: Counter[str]) -> None:
    authority = trustme.CA()
    person = authority.issue_cert("admin@contoso.example")
    key = load_pem_private_key(person.private_key_pem.bytes(), None)
    algorithm = QSsl.KeyAlgorithm.Rsa if "RSA" in type(key).__name__ else QSsl.KeyAlgorithm.Ec
    with tls_server(authority, names=(LOGIN,), asks_clients=True) as server:
        server.script = lambda seen: page("let in")
        here = visit()
        running = here.begin(server.url.replace("127.0.0.1", LOGIN).replace("https", "http"))
        here.ended(running)  # the profile is there now, and nothing was sent
        running = here.begin(server.url.replace("127.0.0.1", LOGIN))
        here.wait(lambda: here.view.pane is not None)
        assert here.view.pane is not None
        store = here.view.pane.page.profile().clientCertificateStore()
        store.add(
            QSslCertificate(QByteArray(person.cert_chain_pems[0].bytes())),
            QSslKey(QByteArray(person.private_key_pem.bytes()), algorithm),
        )
        here.wait_for_text("let in")
        assert len(windows()) == 1
        assert set(server.shown) == {b""}
    tried["pages that attack the window"] += 1


def test_the_code_of_a_sign_in_is_never_logged(
    site: Site, visit: OpenView, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    code = "code-" + "Zx9" * 12
    script = f"console.error('{code}'); console.log(location.href); location = '{REDIRECT_URI}?code={code}&state=s'"
    site.replies["/authorize"] = begins(script)
    has_begun(site)
    here = visit()
    assert here.ended(here.begin(site.url("/authorize?code=" + code))).result() == f"{REDIRECT_URI}?code={code}&state=s"
    out, err = capfd.readouterr()
    assert code not in caplog.text + out + err


def test_a_page_that_asks_to_stay_is_left_all_the_same(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = begins(
        "addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'stay' })"
    )
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(has_begun(site))
    site.replies["/authorize"] = send_to(f"{REDIRECT_URI}?code=c&state=s")
    here.press("signInAgain")
    assert here.ended(running).result() == f"{REDIRECT_URI}?code=c&state=s"


def test_the_first_redirect_is_the_only_one(site: Site, visit: OpenView) -> None:
    """Whoever comes second, with a code of their own, is too late."""
    both = f"location = '{REDIRECT_URI}?code=first&state=s'; location = '{REDIRECT_URI}?code=second&state=s'; "
    both += f"setInterval(() => {{ location = '{REDIRECT_URI}?code=third&state=s' }})"
    caught: list[str] = []

    def reply(seen: Seen) -> Answer:
        assert here.view.pane is not None
        here.view.pane.page.caught.connect(caught.append)
        return page(f"<script>{both}</script>")

    site.replies["/authorize"] = reply
    here = visit()
    answer = here.ended(here.begin(site.url("/authorize"))).result()
    gui_answers(here)
    assert caught in ([answer], [])
    assert answer in {f"{REDIRECT_URI}?code={one}&state=s" for one in ("first", "second")}


def test_yes_can_be_said_only_once_the_host_has_stood_there_for_a_while(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bar = QuestionBar(window, settle_s=0.05)
    bar.ask("adfs.contoso.example")
    agree = bar.findChild(QPushButton, "signInAgree")
    assert isinstance(agree, QPushButton)
    assert not agree.isEnabled()
    qtbot.waitUntil(agree.isEnabled)
    bar.ask("adfs.contoso.example")
    assert agree.isEnabled()
    bar.ask("evil.example")
    assert not agree.isEnabled()
    qtbot.waitUntil(agree.isEnabled)
    bar.tell_refused("")
    bar.ask("evil.example")
    assert not agree.isEnabled()


def test_a_host_that_takes_the_place_of_another_gets_no_yes(site: Site, visit: OpenView) -> None:
    flip = (
        "let n = 0; setInterval(() => { location = n++ % 2 ? 'https://adfs.example/' : 'https://evil.example/' }, 20)"
    )
    site.replies["/authorize"] = begins(flip)
    has_begun(site)
    remembered: set[str] = set()
    here = visit(limits=SignInLimits(reread_s=0.05, settle_s=60, wishes=40), remembered=remembered)
    running = here.begin(site.url("/authorize"))
    here.wait(here.button("signInAgree").isVisible)
    while not running.done():
        here.press("signInAgree")
        gui_answers(here, 5)
    assert remembered == set()
