"""Sends requests to Azure DevOps: with a credential only to hosts of its own cloud, at a pace, and on record.

Every request is told to whoever watches with the outcome its answer was judged to have; no header and no body is.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import AccessToken, Scheme
from desktop_app.core.ports import Clock, Exchange, HttpSession, Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_answers import Question, facts_of, json_object
from desktop_app.infra.pace import Pace

T = TypeVar("T")
Read = Callable[[Response, Question], T]
OnExchange = Callable[[Exchange], None]

API_VERSION = "7.1"


@dataclass(frozen=True, slots=True)
class AzureRequests:
    """One way to Azure DevOps; safe from any thread. `pace` is shared by everything that asks."""

    http: HttpSession
    timeout: Timeout
    clock: Clock
    pace: Pace
    watchers: tuple[OnExchange, ...] = ()
    cancel: Cancel | None = None

    def watched(self, on_exchange: OnExchange) -> AzureRequests:
        """The same with one more watcher."""
        return replace(self, watchers=(*self.watchers, on_exchange))

    def until(self, cancel: Cancel) -> AzureRequests:
        """The same, but nothing more is sent once `cancel` is requested."""
        return replace(self, cancel=cancel)

    def ask(self, question: Question, read: Read[T], method: str = "GET", body: bytes | None = None) -> T:
        """Send, and let `read` judge the answer.

        Raises Cancelled, ConnectionProblem as HttpSession and `read` do, and ValueError rather than send a credential
        to a host that is not the cloud's.
        """
        headers = {"Accept": "application/json", "X-TFS-FedAuthRedirect": "Suppress"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if question.token is not None:
            if not question.cloud.takes_devops_token(question.url):
                raise ValueError("a credential is sent to Azure DevOps in its own cloud only")
            headers["Authorization"] = authorization(question.token)
        request = Request(method, question.url, self.timeout, headers, body, self.cancel)
        # Names are the same in any case; organizations of the same name in two clouds are not the same.
        organization = f"{question.cloud.devops}/{question.organization.casefold()}"
        with self.pace.turn(organization):
            at, status, outcome = self.clock.now(), 0, Problem.INTERNAL.value
            try:
                response = self.http.send(request)
                status = response.status
                self.pace.heard(organization, response.headers)
                found = read(response, question)
                outcome = "ok"
            except ConnectionProblem as failure:
                outcome = failure.problem.value
                where = {"organization": question.organization} if question.organization else {}
                raise failure.with_facts(**where) from failure.__cause__
            finally:
                for watcher in self.watchers:
                    watcher(Exchange(at, method, question.url, status, outcome))
        return found


def authorization(token: AccessToken) -> str:
    """The Authorization header's value. It is a secret."""
    if token.scheme is Scheme.BASIC:  # any user name will do (Azure DevOps docs, use personal access tokens)
        return "Basic " + base64.b64encode(f":{token.value.reveal()}".encode()).decode("ascii")
    return f"{token.scheme} {token.value.reveal()}"


def url_of(base: str, *steps: str, safe: str = "$", **query: str) -> str:
    """`base`, a path of `steps` and a query, both encoded; `safe` are characters that a query keeps."""
    path = "".join(f"/{quote(step, safe='')}" for step in steps)
    return base + path + (f"?{urlencode(query, safe=safe)}" if query else "")


def values_of(response: Response, question: Question) -> list[Any]:  # JSON has no static type
    """The items of a list answer. Raises ANSWER_NOT_UNDERSTOOD where it has none."""
    values = json_object(response, question).get("value")
    if not isinstance(values, list):
        raise unexpected(response, question, "a list without values")
    return values


def unexpected(response: Response, question: Question, what: str) -> ConnectionProblem:
    return ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {**facts_of(response, question), "detail": what})
