"""The ways an embedded sign-in ends badly, in a real web view; and that it always ends."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.cancel import Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.sign_in_engine import prepare_web_engine
from tests.fakes.tls_server import Answer, HangUp, Seen
from tests.gui.sign_in_site import (
    LOGIN,
    PARTNER,
    REDIRECT_URI,
    OpenView,
    Site,
    page,
    send_to,
    sign_in_site,
    views,
)

prepare_web_engine()  # before the first test makes the application object


@pytest.fixture
def site() -> Iterator[Site]:
    with sign_in_site() as running:
        yield running


@pytest.fixture
def visit(qtbot: QtBot) -> Iterator[OpenView]:
    with views(qtbot) as open_view:
        yield open_view


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
    assert problem.problem is Problem.SIGN_IN_PAGE_FAILED
    assert problem.facts == {"host": LOGIN, "description": "stalled"}


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
    assert site.server.seen == []


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
