"""Requests of every kind, asked of servers that attack whoever asks.

Each ends in a Problem with words, or in an answer, within its time and without more memory than an answer may have.
"""

import resource
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
import trustme

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.core.ports import Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.retries import CautiousRetry
from tests.faults.conditions import Good, answers, context_of
from tests.faults.misbehaving import Asked, Deed, MisbehavingServer, misbehaving_server
from tests.faults.questions import QUESTIONS, Question, Wire, good_answer
from tests.faults.renewal import RENEWAL, renewal_answer
from tests.hostile.clouds import cloud_at
from tests.hostile.transport import ATTACKS, Attack, Sent

OF_EACH_KIND = tuple({question.kind: question for question in (*QUESTIONS, *RENEWAL)}.values())
CASES = [
    (attack, OF_EACH_KIND[(3 * number + more) % len(OF_EACH_KIND)])
    for number, attack in enumerate(ATTACKS)
    for more in range(1 if attack.slow else 4)
]
"""Every attack meets requests of some kinds, and every kind some twenty attacks: they all read with the same code."""
LIMITS = Timeout(connect_s=10, read_s=10, total_s=10)
IMPATIENT = Timeout(connect_s=10, read_s=10, total_s=0.3)
MOST_TAKEN = 48 * 1024 * 1024
"""Bytes: the limit of a body, what the sockets hold, and a request tried three times."""
MOST_MEMORY = 250 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Within:
    """An HttpSession with other time limits."""

    http: RequestsSession
    timeout: Timeout

    def send(self, request: Request) -> Response:
        return self.http.send(replace(request, timeout=self.timeout))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server(authority: trustme.CA) -> Iterator[MisbehavingServer]:
    with misbehaving_server(context_of(authority)) as running:
        yield running


@pytest.fixture(scope="module")
def session(authority: trustme.CA, server: MisbehavingServer) -> Iterator[RequestsSession]:
    http = RequestsSession(max_body_bytes=8 * 1024 * 1024, way_out=lambda: True)
    http.trust(authority.cert_pem.bytes(), [server.url])
    yield http
    http.close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CautiousRetry, "get_backoff_time", lambda self: 0.0)
    monkeypatch.setattr(CautiousRetry, "get_retry_after", lambda self, response: None)


def failure_of(ask: Callable[[], object]) -> ConnectionProblem | None:
    try:
        ask()
    except ConnectionProblem as failure:
        return failure
    return None


def test_every_kind_of_request_is_attacked() -> None:
    assert {question.kind for _attack, question in CASES} == {question.kind for question in OF_EACH_KIND}


@pytest.mark.parametrize(
    ("attack", "question"), CASES, ids=[f"{attack.name}-{question.name}" for attack, question in CASES]
)
def test_an_attack_ends_in_words(
    attack: Attack, question: Question, server: MisbehavingServer, session: RequestsSession, tried: Counter[str]
) -> None:
    cloud = cloud_at(server.url)
    limits = IMPATIENT if attack.slow else LIMITS
    wire = Wire(Within(session, limits), limits, cloud)
    usual, sent = good_answer(server.url, wire.nonce), Sent()

    def answer(asked: Asked) -> Deed:
        if asked.method == question.method and asked.path.endswith(question.path):
            return attack.deed(server, sent)
        good: Good = renewal_answer(asked) or usual(asked)
        return answers(good)

    server.answer = answer
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    failure = failure_of(lambda: question.ask(wire))
    if failure is not None:
        assert failure.problem is not Problem.INTERNAL
        told = guidance_of(failure, Place(cloud, "contoso"))
        assert all((told.title, told.happened, told.likely, told.now, told.action))
        assert all(len(fact) <= 600 for fact in failure.facts.values())
    tried["answers that attack below the level of words"] += 1
    assert attack.slow or sent.count <= MOST_TAKEN
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 <= MOST_MEMORY
