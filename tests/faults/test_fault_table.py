"""Every request crossed with every fault: each ends in the one Problem that fits, with words, and in time."""

import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
import trustme

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import Secret
from desktop_app.core.ports import EmptyAnswer, Request, Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.logs import TALKATIVE
from desktop_app.infra.retries import CautiousRetry
from tests.e2e.sweep import Needles
from tests.faults.conditions import FAULTS, Fault, Good, Sites, on, sites
from tests.faults.misbehaving import Asked
from tests.faults.questions import PAT, QUESTIONS, SIGN_IN, Question, Wire, good_answer
from tests.faults.renewal import GRAPH as GRAPH_TOKEN
from tests.faults.renewal import RENEWAL, renewal_answer

WELL = "(answered)"
ALL = (*QUESTIONS, *RENEWAL)
SECRETS = {
    **dict.fromkeys((PAT.value, SIGN_IN.value, GRAPH_TOKEN.value), "what was sent"),
    **{Secret(letter * 40): "what was sent or got" for letter in "sard"},
    Secret("a-refresh" + "-token"): "the refresh token",
}
NEEDLES = Needles(SECRETS)
Ending = Problem | str

ANYWHERE: dict[str, Ending] = {
    "name does not resolve": Problem.NAME_NOT_RESOLVED,
    "refused": Problem.CONNECTION_REFUSED,
    "closed without an answer": Problem.CONNECTION_LOST,
    "reset in mid-body": Problem.ANSWER_CUT_OFF,
    "untrusted certificate": Problem.CERTIFICATE_UNTRUSTED,
    "expired certificate": Problem.CERTIFICATE_EXPIRED,
    "connect timeout": Problem.TIMED_OUT,
    "read timeout": Problem.TIMED_OUT,
    "429 with Retry-After": Problem.THROTTLED,
    "truncated answer": Problem.ANSWER_CUT_OFF,
    "truncated JSON": Problem.ANSWER_CUT_OFF,
    "JSON of another shape": Problem.ANSWER_NOT_UNDERSTOOD,
    "BOM": WELL,
    "50 MB body": Problem.ANSWER_TOO_LARGE,
    "one byte at a time": Problem.ANSWER_TOO_SLOW,
}
ENTRA = ANYWHERE | {
    "203 HTML": Problem.NOT_JSON,
    "302 to sign-in": Problem.REDIRECTED,
    "200 anonymous": Problem.ANSWER_NOT_UNDERSTOOD,
    "401 empty": Problem.NOT_JSON,
    "401 TF400813": Problem.ANSWER_NOT_UNDERSTOOD,
    "401 TF401444": Problem.ANSWER_NOT_UNDERSTOOD,
    "401 expired": Problem.ANSWER_NOT_UNDERSTOOD,
    "403": Problem.ANSWER_NOT_UNDERSTOOD,
    "404": Problem.NOT_JSON,
    "409": Problem.ANSWER_NOT_UNDERSTOOD,
    "500": Problem.ENTRA_BUSY,
    "503": Problem.ENTRA_BUSY,
}
LIST = ANYWHERE | {
    "203 HTML": Problem.CREDENTIAL_REJECTED,
    "302 to sign-in": Problem.CREDENTIAL_REJECTED,
    "200 anonymous": Problem.ANSWER_NOT_UNDERSTOOD,
    "401 empty": Problem.SCOPE_MISSING,
    "401 TF400813": Problem.CREDENTIAL_ANONYMOUS,
    "401 TF401444": Problem.APP_NOT_IN_ORGANIZATION,
    "401 expired": Problem.PAT_EXPIRED,
    "403": Problem.PERMISSION_DENIED,
    "404": Problem.ORGANIZATION_NOT_FOUND,
    "409": Problem.CONFLICT,
    "500": Problem.SERVICE_UNAVAILABLE,
    "503": Problem.SERVICE_UNAVAILABLE,
}
ANY_SCOPE = LIST | {"401 empty": Problem.CREDENTIAL_REJECTED}
# A sign-in's token can neither have expired like a personal access token nor lack the scope: it has all of them.
PERSON = LIST | {
    "203 HTML": Problem.SIGN_IN_NOT_ACCEPTED,
    "302 to sign-in": Problem.SIGN_IN_NOT_ACCEPTED,
    "401 empty": Problem.PERMISSION_DENIED,
    "401 expired": Problem.PERMISSION_DENIED,
    "404": Problem.API_NOT_OFFERED,
}
# The same sign-in where tokens are managed: whatever it lacks, it may not do that.
TOKENS = PERSON | {
    "401 empty": Problem.PAT_LIFECYCLE_REFUSED,
    "401 expired": Problem.PAT_LIFECYCLE_REFUSED,
    "403": Problem.PAT_LIFECYCLE_REFUSED,
    "404": Problem.ORGANIZATION_NOT_FOUND,
}
GRAPH = ANYWHERE | {
    "203 HTML": Problem.NOT_JSON,
    "302 to sign-in": Problem.REDIRECTED,
    "200 anonymous": Problem.ANSWER_NOT_UNDERSTOOD,
    "401 empty": Problem.GRAPH_SIGN_IN_REFUSED,
    "401 TF400813": Problem.GRAPH_SIGN_IN_REFUSED,
    "401 TF401444": Problem.GRAPH_SIGN_IN_REFUSED,
    "401 expired": Problem.GRAPH_SIGN_IN_REFUSED,
    "403": Problem.GRAPH_PERMISSION_MISSING,
    "404": Problem.NOT_JSON,
    "409": Problem.CONFLICT,
    "500": Problem.SERVICE_UNAVAILABLE,
    "503": Problem.SERVICE_UNAVAILABLE,
}
# 204 says it all: there is no body to spoil (RFC 9110 section 15.3.5).
GRAPH_WITHOUT_A_BODY = GRAPH | dict.fromkeys(
    ("reset in mid-body", "truncated answer", "truncated JSON", "BOM", "50 MB body"), WELL
)
# Refusals are what this request is sent for. Half of one is still a refusal.
EMPTY_BODY = LIST | {
    "401 empty": f"({EmptyAnswer.REFUSED})",
    "403": f"({EmptyAnswer.DENIED})",
    "truncated JSON": f"({EmptyAnswer.LET_THROUGH})",
    "BOM": f"({EmptyAnswer.LET_THROUGH})",
    "200 anonymous": Problem.EMPTY_REQUEST_ACCEPTED,
    "JSON of another shape": Problem.EMPTY_REQUEST_ACCEPTED,
}
# Its headers are all that is read, whatever the status says below 500, and there is no body to spoil.
HEAD = ANYWHERE | dict.fromkeys((fault.name for fault in FAULTS if fault.name not in ANYWHERE), WELL)
HEAD |= dict.fromkeys(("reset in mid-body", "truncated answer", "truncated JSON", "50 MB body"), WELL)
HEAD |= {
    "JSON of another shape": WELL,
    "404": Problem.ORGANIZATION_NOT_FOUND,
    "500": Problem.SERVICE_UNAVAILABLE,
    "503": Problem.SERVICE_UNAVAILABLE,
}
EXPECTED: dict[str, dict[str, Ending]] = {
    "entra": ENTRA,
    "head": HEAD,
    "identity": ANY_SCOPE | {"200 anonymous": Problem.CREDENTIAL_ANONYMOUS},
    "list": LIST,
    "in project": LIST | {"404": Problem.PROJECT_NOT_FOUND},
    "any scope": ANY_SCOPE,
    "person": PERSON,
    "empty body": EMPTY_BODY,
    "tokens": TOKENS,
    "graph": GRAPH,
    "graph without a body": GRAPH_WITHOUT_A_BODY,
}
BY_NAME: dict[tuple[str, str], Ending] = {("empty release", "404"): Problem.PROJECT_NOT_FOUND}


class Rerouted:
    """An HttpSession that sends one kind of request to another address; the others go where they should."""

    def __init__(self, http: RequestsSession, question: Question, good: str, site: str, fault: Fault) -> None:
        self._http, self._question, self._good, self._site, self._fault = http, question, good, site, fault

    def send(self, request: Request) -> Response:
        address = request.url.partition("?")[0]
        if request.method == self._question.method and address.endswith(self._question.path):
            elsewhere = request.url.replace(self._good, self._site, 1)
            request = replace(request, url=elsewhere, timeout=self._fault.timeout)
        return self._http.send(request)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def places(authority: trustme.CA) -> Iterator[Sites]:
    with sites(authority) as running:
        yield running


@pytest.fixture(scope="module")
def session(authority: trustme.CA, places: Sites) -> Iterator[RequestsSession]:
    http = RequestsSession(way_out=lambda: True)  # the machine that runs this may have no network
    trusted = [places.good.url, places.expired.url, places.refused, places.unanswered]
    http.trust(authority.cert_pem.bytes(), trusted)
    yield http
    http.close()


@pytest.fixture(autouse=True)
def _no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Not even before it is redacted, at any level."""
    caplog.set_level(logging.DEBUG)
    for name in TALKATIVE:  # as infra/logs.py has them at that level
        caplog.set_level(logging.INFO, name)
    yield
    assert NEEDLES.within(caplog.text.encode()) == set()


@pytest.fixture(autouse=True)
def _no_pauses_and_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again as often as ever, but at once; the way out is this computer's own."""
    monkeypatch.setattr(CautiousRetry, "get_backoff_time", lambda self: 0.0)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("fault", "question"),
    [*product(FAULTS, ALL)],
    ids=[f"{fault.name}-{question.name}" for fault, question in product(FAULTS, ALL)],
)
def test_every_fault_of_every_request_is_told_for_what_it_is(
    fault: Fault,
    question: Question,
    places: Sites,
    session: RequestsSession,
    cells: dict[str, dict[str, str]],
) -> None:
    base = places.good.url
    cloud = Cloud("custom", base, base, base, base, base, base, base, graph=base)
    rerouted = Rerouted(session, question, base, fault.site(places), fault)
    wire = Wire(rerouted, fault.timeout, cloud)
    expected = BY_NAME.get((question.name, fault.name), EXPECTED[question.kind][fault.name])
    usual = good_answer(base, wire.nonce)

    def good(asked: Asked) -> Good:
        return renewal_answer(asked) or usual(asked)

    on(question.path, question.method, fault, places.good, good)

    failure, ended = end_of(question, wire)
    cells[fault.name][question.name] = str(ended)

    assert ended == expected
    assert ended not in {Problem.DEVOPS_UNEXPECTED, Problem.ENTRA_UNKNOWN, Problem.INTERNAL}
    if failure is not None:
        told = guidance_of(failure, Place(cloud, "contoso"))
        seen = "".join([repr(told), repr(dict(failure.facts)), *traceback.format_exception(failure)])
        assert NEEDLES.within(seen.encode()) == set()
        assert all((told.title, told.happened, told.likely, told.now, told.action))
        assert failure.facts.get("retry_after_s") == ("30" if ended is Problem.THROTTLED else None)


def end_of(question: Question, wire: Wire) -> tuple[ConnectionProblem | None, Ending]:
    try:
        answer = question.ask(wire)
    except ConnectionProblem as failure:
        return failure, failure.problem
    return None, f"({answer})" if isinstance(answer, EmptyAnswer) else WELL


def test_every_cell_has_an_expectation() -> None:
    assert {question.kind for question in ALL} == set(EXPECTED)
    for expected in EXPECTED.values():
        assert set(expected) == {fault.name for fault in FAULTS}
