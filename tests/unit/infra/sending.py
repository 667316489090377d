"""Short ways to send a request and to script a server's answers."""

import pytest

from desktop_app.core.ports import Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem
from desktop_app.infra.http import RequestsSession
from tests.fakes.tls_server import Answer, HangUp, Script, Seen

SHORT = Timeout(connect_s=5, read_s=5)


def get(session: RequestsSession, url: str, **headers: str) -> Response:
    return session.send(Request("GET", url, SHORT, headers))


def in_order(*answers: Answer | type[HangUp]) -> Script:
    """A script that gives each answer once, the last one for ever."""
    waiting = list(answers)

    def script(seen: Seen) -> Answer:
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, Answer):
            return answer
        raise answer

    return script


def problem_of(session: RequestsSession, request: Request) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as caught:
        session.send(request)
    return caught.value
