"""An HttpSession that answers from a list instead of the network."""

import json
from collections.abc import Mapping

from desktop_app.core.ports import Request, Response
from desktop_app.core.problems import ConnectionProblem


class ScriptedHttp:
    """Implements the port HttpSession: gives its answers in order and keeps the requests it got."""

    def __init__(self, *answers: Response | ConnectionProblem) -> None:
        self._answers = list(answers)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, ConnectionProblem):
            raise answer
        return answer


def json_answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer as Azure DevOps gives it; header names are made lower case."""
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    return Response(status, {"content-type": "application/json; charset=utf-8", **lower}, json.dumps(content).encode())


def html_answer(page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    return Response(status, {"content-type": "text/html; charset=utf-8", **lower}, page.encode())


def empty_answer(status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, {name.lower(): value for name, value in (headers or {}).items()}, b"")
