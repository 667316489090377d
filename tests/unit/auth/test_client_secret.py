"""The app's own sign-in: a token for Microsoft Graph, and the wait until Entra knows a new secret."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from desktop_app.auth.client_secret import PATIENCE_S, ClientSecretSignIn, once_known
from desktop_app.auth.entra import AppRegistration, at_login_host
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.practice.derivation import client_secret
from desktop_app.practice.directory import AppSecret
from tests.fakes.clock import FakeClock
from tests.unit.auth.conftest import RecordingHttp, Site


class Entra:
    """Knows a secret after so many seconds of `clock`; until then refuses it."""

    def __init__(self, clock: FakeClock, known_after_s: float, refusal: Problem = Problem.SECRET_WRONG) -> None:
        self.clock, self.known_at, self.refusal = clock, clock.monotonic() + known_after_s, refusal
        self.asked_at: list[float] = []
        self.started = clock.monotonic()

    def sign_in(self) -> str:
        self.asked_at.append(self.clock.monotonic() - self.started)
        if self.clock.monotonic() < self.known_at:
            raise ConnectionProblem(self.refusal, {"aadsts": "AADSTS7000215", "correlation_id": "c" * 36})
        return "token"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_a_secret_that_is_known_is_asked_about_once(clock: FakeClock) -> None:
    entra = Entra(clock, 0)

    assert once_known(entra.sign_in, clock, Cancel(), wait=clock.advance) == "token"
    assert entra.asked_at == [0]


def test_the_pauses_double_and_then_stay(clock: FakeClock) -> None:
    entra = Entra(clock, 60)

    assert once_known(entra.sign_in, clock, Cancel(), wait=clock.advance) == "token"
    assert entra.asked_at == [0, 1, 3, 7, 15, 30, 45, 60]


def test_a_secret_that_stays_unknown_is_told_after_the_limit(clock: FakeClock) -> None:
    entra = Entra(clock, 10_000)

    with pytest.raises(ConnectionProblem) as caught:
        once_known(entra.sign_in, clock, Cancel(), wait=clock.advance)

    assert caught.value.problem is Problem.SECRET_NOT_KNOWN_YET
    assert caught.value.facts["waited_s"] == f"{PATIENCE_S:.0f}"
    assert caught.value.facts["aadsts"] == "AADSTS7000215"
    assert entra.asked_at[-1] == PATIENCE_S


def test_the_last_attempt_is_made_at_the_limit_itself(clock: FakeClock) -> None:
    entra = Entra(clock, 20)

    assert once_known(entra.sign_in, clock, Cancel(), wait=clock.advance, patience_s=20) == "token"
    assert entra.asked_at[-1] == 20


def test_pauses_count_even_where_no_clock_moves(clock: FakeClock) -> None:
    entra = Entra(clock, 10_000)

    with pytest.raises(ConnectionProblem, match=Problem.SECRET_NOT_KNOWN_YET):
        once_known(entra.sign_in, clock, Cancel(), wait=lambda seconds: None)

    assert set(entra.asked_at) == {0}


@pytest.mark.parametrize(
    "problem", [Problem.SECRET_EXPIRED, Problem.SECRET_IS_ID, Problem.ENTRA_BUSY, Problem.TIMED_OUT]
)
def test_every_other_problem_is_told_at_once(clock: FakeClock, problem: Problem) -> None:
    entra = Entra(clock, 60, problem)

    with pytest.raises(ConnectionProblem, match=problem):
        once_known(entra.sign_in, clock, Cancel(), wait=clock.advance)

    assert entra.asked_at == [0]


@pytest.mark.parametrize("when", ["before", "while it waits"])
def test_a_wait_can_be_cancelled(clock: FakeClock, when: str) -> None:
    entra, cancel = Entra(clock, 60), Cancel()
    if when == "before":
        cancel.request()

    with pytest.raises(Cancelled):
        once_known(entra.sign_in, clock, cancel, wait=lambda seconds: cancel.request())

    assert len(entra.asked_at) == (0 if when == "before" else 1)


def test_without_a_pause_of_ones_own_a_request_to_stop_ends_the_wait(clock: FakeClock) -> None:
    cancel = Cancel()

    def refused() -> None:
        cancel.request()
        raise ConnectionProblem(Problem.SECRET_WRONG)

    with pytest.raises(Cancelled):
        once_known(refused, clock, cancel)


def a_new_secret(site: Site, clock: FakeClock, known_after_s: float) -> AppRegistration:
    """The automation app with a second secret, which the sign-in knows a little later."""
    app = site.directory.app("automation")
    value = Secret(client_secret("app/automation/second"))
    known_from = clock.now() + timedelta(seconds=known_after_s)
    second = AppSecret(value, clock.now() + timedelta(days=90), known_from=known_from)
    site.directory.replace_app(replace(app, secrets=(*app.secrets, second)))
    return replace(site.app("automation"), client_secret=value)


def test_entra_itself_is_waited_for(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    app, sign_in = a_new_secret(site, clock, known_after_s=3), ClientSecretSignIn(http, clock)

    grant = once_known(lambda: sign_in.sign_in(app), clock, Cancel(), wait=clock.advance)

    assert grant.token.value
    assert len(http.sent("POST")) == 3  # at once, after 1 and after 3 seconds


def test_a_secret_that_was_known_all_along_stays_so(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    a_new_secret(site, clock, known_after_s=3)

    assert ClientSecretSignIn(http, clock).sign_in(site.app("automation")).token.value


def test_a_token_for_graph_is_asked_for_graph_alone(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    token = ClientSecretSignIn(http, clock).graph_token(site.app("automation"))

    [request] = [request for request in http.requests if request.method == "POST"]
    form = dict(parse_qsl((request.body or b"").decode()))
    assert form["scope"] == f"{site.cloud.graph}/.default"
    assert token.value.reveal() not in repr(token)
    assert at_login_host(request.url, site.cloud)


def test_each_token_is_asked_for_anew(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    sign_in, app = ClientSecretSignIn(http, clock), site.app("automation")

    assert sign_in.graph_token(app).value != sign_in.graph_token(app).value
    assert len(http.sent("POST")) == 2


@pytest.mark.parametrize(
    ("secret", "problem"),
    [("own", Problem.GRAPH_NOT_OFFERED), (None, Problem.SECRET_REQUIRED)],
    ids=["a cloud without Graph", "no secret"],
)
def test_nothing_is_sent_without_graph_or_without_a_secret(
    site: Site, http: RecordingHttp, clock: FakeClock, secret: str | None, problem: Problem
) -> None:
    app = site.app("automation", secret=secret)
    app = replace(app, cloud=replace(app.cloud, graph=""))

    with pytest.raises(ConnectionProblem, match=problem):
        ClientSecretSignIn(http, clock).graph_token(app)

    assert http.requests == []


def test_a_wrong_secret_gives_no_token_for_graph(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    with pytest.raises(ConnectionProblem, match=Problem.SECRET_WRONG):
        ClientSecretSignIn(http, clock).graph_token(site.app("automation", secret="another-secret"))
