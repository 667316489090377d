"""The ways an embedded sign-in ends badly, in a real web view; and that it always ends."""

import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtNetwork import QSslCertificate
from pytestqt.qtbot import QtBot

from desktop_app.core.cancel import Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem
from tests.fakes.tls_server import Answer, HangUp, Seen
from tests.gui.sign_in_site import (
    LOGIN,
    PARTNER,
    REDIRECT_URI,
    OpenView,
    Site,
    page,
    send_to,
)

NOW = datetime.now(UTC)
BEFORE, LATER, AFTER = (NOW + timedelta(days=days) for days in (-9, 2, 9))


@pytest.mark.parametrize("status", [200, 400])
def test_error_number_on_the_login_host_is_recognised(site: Site, visit: OpenView, status: int) -> None:
    correlation = "0a1b2c3d-0000-4000-8000-1234567890ab"
    text = f"AADSTS50011: The redirect URI does not match.<br>Correlation Id: {correlation}"
    site.replies["/authorize"] = page(text, status=status)
    here = visit()
    problem = here.problem(here.begin(site.url("/authorize")))
    assert problem.problem is Problem.REDIRECT_URI_MISMATCH
    assert problem.facts == {"aadsts": "50011", "correlation_id": correlation}
    assert here.view.pane is not None  # its words stay on screen
    assert here.view.pane.isVisible()


def test_error_number_written_by_a_script_is_recognised(site: Site, visit: OpenView) -> None:
    script = "setTimeout(() => document.body.append('AADST' + 'S700016: no such application'), 200)"
    site.replies["/authorize"] = page(f"<p>one moment</p><script>{script}</script>")
    here = visit()
    assert here.problem(here.begin(site.url("/authorize"))).facts["aadsts"] == "700016"


def test_error_number_on_another_host_is_only_text(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = send_to(site.url("/help", PARTNER))
    site.replies["/help"] = page("What AADSTS50011 means")
    here = visit(remembered={PARTNER})
    running = here.begin(site.url("/authorize"))
    here.wait_for_text("What AADSTS50011 means")
    assert not running.done()


def test_page_that_hangs_up_is_a_failure_told_in_words(site: Site, visit: OpenView) -> None:
    def hang_up(seen: Seen) -> Answer:
        raise HangUp

    site.replies["/authorize"] = hang_up
    here = visit()
    problem = here.problem(here.begin(site.url("/authorize")))
    assert problem.problem is Problem.SIGN_IN_PAGE_FAILED
    assert problem.facts["host"] == LOGIN
    assert here.label("signInWords").isVisible()


def test_empty_server_error_is_a_failure(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = Answer(500)
    here = visit()
    problem = here.problem(here.begin(site.url("/authorize")))
    assert problem.problem is Problem.SIGN_IN_PAGE_FAILED
    assert problem.facts["status"] == "500"


def test_page_that_never_answers_is_given_up(site: Site, visit: OpenView) -> None:
    from desktop_app.gui.sign_in_view import SignInLimits

    released = threading.Event()

    def wait(seen: Seen) -> Answer:
        released.wait(30)
        return page("late")

    site.replies["/authorize"] = wait
    here = visit(limits=SignInLimits(stalled_s=0.3))
    problem = here.problem(here.begin(site.url("/authorize")))
    released.set()
    assert problem.problem is Problem.SIGN_IN_PAGE_STALLED
    assert problem.facts == {"host": LOGIN}


def test_page_whose_parts_never_arrive_stays_with_a_word_about_it(site: Site, visit: OpenView) -> None:
    from desktop_app.gui.sign_in_view import SignInLimits

    released = threading.Event()

    def wait(seen: Seen) -> Answer:
        released.wait(30)
        return Answer(404)

    site.replies["/authorize"] = page("pick an account <img src='/slow'>")
    site.replies["/slow"] = wait
    here = visit(limits=SignInLimits(stalled_s=0.5, reread_s=0.05))
    running = here.begin(site.url("/authorize"))
    here.wait(here.label("signInQuestionWords").isVisible)
    assert "stopped loading" in here.label("signInQuestionWords").text()
    assert here.view.pane is not None
    assert here.view.pane.isVisible()
    assert here.label("signInLock").text() == "Secure connection"
    assert not running.done()
    released.set()
    here.wait(lambda: not here.label("signInQuestionWords").isVisible())


@pytest.mark.parametrize("body", ["", "<script>1</script>", "<div style='height:90px;background:white'></div>"])
def test_page_with_nothing_on_it_is_given_up(site: Site, visit: OpenView, body: str) -> None:
    from desktop_app.gui.sign_in_view import SignInLimits

    site.replies["/authorize"] = page(body)
    here = visit(limits=SignInLimits(blank_s=0.3))
    problem = here.problem(here.begin(site.url("/authorize")))
    assert problem.problem is Problem.SIGN_IN_PAGE_BLANK
    assert problem.facts == {"host": LOGIN}
    assert here.view.pane is None


SOMETHING = ["words", "<input placeholder=Code>", "<div style='width:90px;height:90px;background:red'>"]


@pytest.mark.parametrize("body", SOMETHING)
def test_page_with_something_to_see_is_not_blank(site: Site, visit: OpenView, body: str) -> None:
    from desktop_app.gui.sign_in_web import PageView

    site.replies["/authorize"] = page(body)
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(lambda: here.view.pane is not None and here.view.pane.isVisible())
    pane = here.view.pane
    assert pane is not None
    view = pane.web_view
    assert isinstance(view, PageView)
    here.wait(lambda: not view.looks_empty())  # it is drawn by another process
    pane._watch._blank.timeout.emit()
    read: list[str] = []
    pane.page.toPlainText(read.append)  # answered after the question that was asked just now
    here.wait(lambda: bool(read))
    assert not running.done()


def test_page_that_fills_late_is_not_given_up(site: Site, visit: OpenView) -> None:
    from desktop_app.gui.sign_in_view import SignInLimits

    script = f"setTimeout(() => {{ location = '{REDIRECT_URI}?code=c' }}, 100)"
    site.replies["/authorize"] = page(f"<script>{script}</script>")
    here = visit(limits=SignInLimits(blank_s=20))
    assert here.ended(here.begin(site.url("/authorize"))).result() == f"{REDIRECT_URI}?code=c"


def test_page_whose_process_dies_is_explained(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = page("pick an account")
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait_for_text("pick an account")
    assert here.view.pane is not None
    os.kill(here.view.pane.page.renderProcessPid(), signal.SIGKILL)
    problem = here.problem(running)
    assert problem.problem is Problem.SIGN_IN_PAGE_CRASHED
    assert problem.facts["host"] == LOGIN
    assert here.view.pane is None


def test_time_limit_ends_a_sign_in(site: Site, visit: OpenView) -> None:
    from desktop_app.gui.sign_in_view import SignInLimits

    site.replies["/authorize"] = page("pick an account")
    here = visit(limits=SignInLimits(overall_s=0.2))
    assert here.problem(here.begin(site.url("/authorize"))).problem is Problem.SIGN_IN_TIMED_OUT
    assert here.view.pane is None
    assert "too long" in here.label("signInWords").text()


def test_cancel_ends_a_sign_in_whose_page_hangs(site: Site, visit: OpenView) -> None:
    asked, released = threading.Event(), threading.Event()

    def wait(seen: Seen) -> Answer:
        asked.set()
        released.wait(30)
        return page("late")

    site.replies["/authorize"] = wait
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(asked.is_set)
    here.cancel.request()
    assert isinstance(here.ended(running).exception(), Cancelled)
    released.set()
    assert here.view.pane is None


def test_cancel_before_the_view_opened_it_shows_nothing(site: Site, visit: OpenView) -> None:
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.cancel.request()
    assert isinstance(running.exception(timeout=30), Cancelled)  # no event was handled here meanwhile
    here.wait(lambda: here.view.is_idle)
    assert here.view.pane is None
    assert site.server.seen == []


def test_view_that_goes_away_while_loading_cancels_its_sign_in(site: Site, visit: OpenView, qtbot: QtBot) -> None:
    site.replies["/authorize"] = page("pick an account")
    here = visit()
    running = here.begin(site.url("/authorize"))
    here.wait(lambda: bool(site.server.seen))
    surface = here.view.surface()
    here.view.deleteLater()
    qtbot.waitUntil(running.done, timeout=30_000)
    assert isinstance(running.exception(), Cancelled)
    later = here.pool.submit(surface.show, site.url("/authorize"), REDIRECT_URI, here.cancel)
    assert isinstance(later.exception(timeout=30), Cancelled)


def test_sign_in_from_the_gui_thread_is_a_mistake_told_at_once(visit: OpenView) -> None:
    here = visit()
    with pytest.raises(RuntimeError):
        here.view.surface().show("https://login.localhost/", REDIRECT_URI, here.cancel)


def test_unknown_authority_is_refused(site: Site, visit: OpenView) -> None:
    here = visit(trusts=lambda host, port, chain: False)
    problem = here.problem(here.begin(site.url("/authorize")))
    assert problem.problem is Problem.CERTIFICATE_UNTRUSTED
    assert problem.facts["host"] == LOGIN
    assert problem.facts["issuer"].startswith("trustme")
    assert site.server.seen == []


class Refusal:
    """What Chromium tells of a certificate from an authority it knows: nothing on this computer can show it one."""

    def __init__(self, fault: str, start: datetime | None = None, end: datetime | None = None) -> None:
        authority = trustme.CA(organization_name="Contoso\u202e Authority")
        leaf = authority.issue_cert(LOGIN, not_before=start, not_after=end).cert_chain_pems[0].bytes()
        self._fault, self._chain = fault, QSslCertificate.fromData(QByteArray(leaf))

    def type(self) -> object:
        from PySide6.QtWebEngineCore import QWebEngineCertificateError

        return QWebEngineCertificateError.Type[self._fault]

    def url(self) -> QUrl:
        return QUrl(f"https://{LOGIN}/authorize")

    def certificateChain(self) -> list[QSslCertificate]:  # Qt's name
        return self._chain


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        (Refusal("CertificateDateInvalid", BEFORE, NOW), Problem.CERTIFICATE_EXPIRED),
        (Refusal("CertificateDateInvalid", LATER, AFTER), Problem.CERTIFICATE_NOT_YET_VALID),
        (Refusal("CertificateCommonNameInvalid"), Problem.CERTIFICATE_WRONG_HOST),
        (Refusal("CertificateWeakKey"), Problem.CERTIFICATE_STRICT),
        (Refusal("CertificateRevoked"), Problem.CERTIFICATE_UNTRUSTED),
    ],
    ids=lambda value: value.name if isinstance(value, Problem) else "",
)
def test_fault_of_the_certificate_and_its_issuer_are_told(refusal: Any, problem: Problem) -> None:
    from desktop_app.gui.sign_in_trust import problem_of

    told = problem_of(refusal)

    assert told.problem is problem
    assert (told.facts["host"], told.facts["issuer"]) == (LOGIN, "Contoso Authority")


def test_judge_gets_host_port_and_chain_outside_the_gui_thread(site: Site, visit: OpenView) -> None:
    asked: list[tuple[str, int, int, bool]] = []

    def trusts(host: str, port: int, chain: list[bytes]) -> bool:
        asked.append((host, port, chain[0][0], threading.current_thread() is threading.main_thread()))
        return True

    site.replies["/authorize"] = page("trusted")
    here = visit(trusts=trusts)
    here.begin(site.url("/authorize"))
    here.wait_for_text("trusted")
    assert set(asked) == {(LOGIN, site.port, 0x30, False)}  # a certificate is an ASN.1 sequence


def test_cancel_answers_while_the_judge_is_still_thinking(site: Site, visit: OpenView) -> None:
    asked, answer = threading.Event(), threading.Event()

    def trusts(host: str, port: int, chain: list[bytes]) -> bool:
        asked.set()
        return answer.wait(30)

    here = visit(trusts=trusts)
    running = here.begin(site.url("/authorize"))
    here.wait(asked.is_set)
    here.cancel.request()
    assert isinstance(here.ended(running).exception(), Cancelled)
    answer.set()


def test_problem_of_the_page_is_raised_unchanged_by_late_news(site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = page("AADSTS50011: wrong")
    here = visit()
    running = here.begin(site.url("/authorize"))
    first = here.problem(running)
    here.cancel.request()
    assert running.exception() is first
    assert isinstance(first, ConnectionProblem)
