"""The lifecycle of a person's own personal access tokens: Azure DevOps REST "Pats", 7.1-preview.1, on the vssps host.

What is wrong with a request to make one is told with status 200 in `patTokenError`; the words are those of the
published specification (MicrosoftDocs/vsts-rest-api-specs, tokens 7.1).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, Secret
from desktop_app.core.foreign_text import MAX_NAME, MAX_SCOPES
from desktop_app.core.lifecycle import PatRecord, PatWish
from desktop_app.core.ports import Clock, HttpSession, Response, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.redact import quotable
from desktop_app.infra.azure_answers import Question, facts_of, json_object, name_in, secrets_of
from desktop_app.infra.azure_requests import AzureRequests, unexpected, url_of
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.moments import moment_of, written
from desktop_app.infra.pace import Pace

T = TypeVar("T")

PATS_VERSION = "7.1-preview.1"
PATS_PER_PAGE = 100  # the most that may be asked for
MAX_PAGES = 100
MAX_CONTINUATION = 4_000
"""Characters of what asks for the next page: it becomes part of an address."""

_SCOPE = "user_impersonation"
_NOT_ALLOWED_TYPE_KEY = "InvalidAccessException"  # "The requested operation is not allowed."
_GONE_TYPE_KEY = "SessionTokenNotFoundException"
_GONE = frozenset({"authorizationnotfound", "hostauthorizationnotfound", "tokennotfound"})
_PROBLEMS = {
    "patLifespanPolicyViolation": Problem.PAT_POLICY_LIFESPAN,
    "fullScopePatPolicyViolation": Problem.PAT_POLICY_FULL_ACCESS,
    "globalPatPolicyViolation": Problem.PAT_POLICY_GLOBAL,
    "invalidValidTo": Problem.PAT_END_REFUSED,
    "invalidScope": Problem.PAT_SCOPES_REFUSED,
    # about the sign-in rather than the token
    "invalidUserType": Problem.PAT_LIFECYCLE_REFUSED,
    "invalidClient": Problem.PAT_LIFECYCLE_REFUSED,
    "invalidClientType": Problem.PAT_LIFECYCLE_REFUSED,
    "invalidClientId": Problem.PAT_LIFECYCLE_REFUSED,
    "invalidAudience": Problem.PAT_LIFECYCLE_REFUSED,
    # the service could not do its work
    "failedToIssueAccessToken": Problem.SERVICE_UNAVAILABLE,
    "failedToUpdateAccessToken": Problem.SERVICE_UNAVAILABLE,
    "failedToReadTenantPolicy": Problem.SERVICE_UNAVAILABLE,
}
_BY_WORD = {word.lower(): problem for word, problem in _PROBLEMS.items()}


class AzurePats:
    """Implements the port PatLifecycle; safe from any thread. `pace` is the one that all who ask Azure DevOps share."""

    def __init__(
        self,
        http: HttpSession,
        timeout: Timeout | None = None,
        *,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._requests = AzureRequests(http, timeout or Timeout(), clock or SystemClock(), pace or Pace())

    def list(self, cloud: Cloud, organization: str, token: AccessToken) -> tuple[PatRecord, ...]:
        where = _Where(self._requests, cloud, organization, token)
        records: list[PatRecord] = []
        seen: set[str] = set()
        query = {
            "displayFilterOption": "active",
            "sortByOption": "displayName",
            "isSortAscending": "true",
            "$top": str(PATS_PER_PAGE),
        }
        while True:
            page, following = where.ask("GET", lambda response, asked: _page(response, asked, seen), query)
            records += page
            if not following:
                return tuple(records)
            seen.add(following)
            query["continuationToken"] = following

    def create(self, cloud: Cloud, organization: str, token: AccessToken, wish: PatWish) -> tuple[PatRecord, Secret]:
        body = {
            "displayName": wish.name,
            "scope": " ".join(sorted(wish.scopes)),
            "validTo": written(wish.ends_at),
            "allOrgs": False,
        }
        return _Where(self._requests, cloud, organization, token).ask("POST", _made, body=json.dumps(body).encode())

    def revoke(self, cloud: Cloud, organization: str, token: AccessToken, authorization_id: str) -> None:
        where = _Where(self._requests, cloud, organization, token)
        try:
            where.ask("DELETE", _revoked, {"authorizationId": authorization_id})
        except ConnectionProblem as failure:
            if failure.facts.get("type_key") != _GONE_TYPE_KEY:
                raise


@dataclass(frozen=True, slots=True)
class _Where:
    """Whose tokens are meant."""

    requests: AzureRequests
    cloud: Cloud
    organization: str
    token: AccessToken

    def ask(
        self,
        method: str,
        read: Callable[[Response, Question], T],
        query: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> T:
        steps = (self.cloud.identity, self.organization, "_apis", "tokens", "pats")
        url = url_of(*steps, **{"api-version": PATS_VERSION, **(query or {})})
        question = Question(self.cloud, self.organization, url, self.token, (_SCOPE,))
        try:
            return self.requests.ask(question, read, method, body)
        except ConnectionProblem as failure:
            not_allowed = failure.facts.get("type_key") == _NOT_ALLOWED_TYPE_KEY
            if not_allowed or failure.problem in {Problem.SCOPE_MISSING, Problem.PERMISSION_DENIED}:
                raise ConnectionProblem(Problem.PAT_LIFECYCLE_REFUSED, failure.facts) from None
            raise


def _page(response: Response, question: Question, seen: set[str]) -> tuple[list[PatRecord], str]:
    """The tokens of one page, and what asks for the next one; `seen` did so for those before."""
    answer = json_object(response, question)
    tokens = answer.get("patTokens")
    if not isinstance(tokens, list):
        raise unexpected(response, question, "a list without tokens")
    following = answer.get("continuationToken") or ""
    if len(tokens) > MAX_PAGES * PATS_PER_PAGE:
        raise unexpected(response, question, "far more tokens than were asked for")
    if not isinstance(following, str) or len(following) > MAX_CONTINUATION:
        raise unexpected(response, question, "a next page that can not be asked for")
    if following in seen or len(seen) >= MAX_PAGES:
        raise unexpected(response, question, "the pages of the token list do not end")
    return [_record(token, response, question) for token in tokens], following


def _made(response: Response, question: Question) -> tuple[PatRecord, Secret]:
    answer = json_object(response, question)
    if word := _error(answer, response, question):
        raise _refusal(word, Problem.PAT_CREATION_REFUSED, response, question)
    made = answer.get("patToken")
    value = made.get("token") if isinstance(made, dict) else None
    if not isinstance(value, str) or not value:
        raise unexpected(response, question, "a new token without its value")
    return _record(made, response, question), Secret(value)


def _revoked(response: Response, question: Question) -> None:
    """Documented as 200, known as 204; a body, where there is one, says as when a token is made what was wrong."""
    if response.status == 204 or (response.status == 200 and not response.body.strip()):
        return
    word = _error(json_object(response, question), response, question)
    if word and word.lower() not in _GONE:
        raise _refusal(word, Problem.PAT_REVOCATION_REFUSED, response, question)


def _error(answer: dict[str, Any], response: Response, question: Question) -> str:  # JSON has no static type
    """`patTokenError`, empty where all is well. Raises ANSWER_NOT_UNDERSTOOD where neither is said."""
    word = answer.get("patTokenError")
    if isinstance(word, str) and word:
        return "" if word.lower() == "none" else word
    if word is None and "patToken" in answer:
        return ""
    raise unexpected(response, question, "an answer that says neither what was done nor what was wrong")


def _refusal(word: str, otherwise: Problem, response: Response, question: Question) -> ConnectionProblem:
    problem = _BY_WORD.get(word.lower(), otherwise)
    shown = word[:60] if word.isascii() and word.isalpha() else "unknown"
    return ConnectionProblem(problem, {**facts_of(response, question), "pat_error": shown})


def _record(item: Any, response: Response, question: Question) -> PatRecord:  # JSON has no static type
    if isinstance(item, dict):
        valid_from, valid_to = moment_of(item.get("validFrom")), moment_of(item.get("validTo"))
        match item.get("authorizationId"), item.get("displayName"), item.get("scope"):
            case str(id), str(told), str(scope) if id and len(id) <= MAX_NAME and valid_from and valid_to:
                name, everywhere = name_in(item, "displayName", question), item.get("targetAccounts") is None
                scopes = frozenset(quotable(scope, MAX_SCOPES, secrets_of(question)).split())
                return PatRecord(id, name, scopes, valid_from, valid_to, everywhere, told)
    raise unexpected(response, question, "a token without id, name, scope or dates")
