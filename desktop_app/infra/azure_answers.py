"""Reads Azure DevOps' answers: what is a success, and which Problem everything else is.

Branches on status, content type, `typeKey` and TF/VS codes; messages are localized and only shown. The one exception,
an expired personal access token without a typeKey, is told by its English words, and without them degrades to a plain
"rejected". Sources: learn.microsoft.com "REST API status codes", and public reports of the shapes named below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from desktop_app.core.cloud import Cloud, origin_of
from desktop_app.core.credential import AccessToken, Scheme, Secret
from desktop_app.core.foreign_text import MAX_NAME
from desktop_app.core.permissions import FULL_ACCESS, expand
from desktop_app.core.ports import Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.redact import quotable

MAX_DESCRIPTION = 500  # characters of a server's message that are kept
_JUDGED = 2_000  # characters of it that its codes are looked for in

ANONYMOUS_IDS = frozenset({"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "00000000-0000-0000-0000-000000000000"})
"""Ids under which Azure DevOps answers for nobody in particular."""

_CODE = re.compile(r"\b(?:TF|VS)\d{5,6}\b")
_MARKS = "'\"\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"  # quotation marks of the languages Azure DevOps speaks
_QUOTED = re.compile(rf"[{_MARKS}](?P<name>[^{_MARKS}]*)[{_MARKS}]")
_GUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_APP_TRIPLE = re.compile(rf"{_GUID}\\+{_GUID}\\+(?P<object_id>{_GUID})")
_TITLE = re.compile(r"(?is)<title>(.*?)</title>")
_NO_JSON = object()
_PAT_EXPIRED_WORDS = "personal access token used has expired"

PROBLEM_BY_CODE = {
    "TF200016": Problem.PROJECT_NOT_FOUND,
    "VS800075": Problem.PROJECT_NOT_FOUND,
    "TF400409": Problem.LICENCE_MISSING,
    "TF400733": Problem.THROTTLED,
    "VS403463": Problem.POLICY_BLOCKED,
}
PROBLEM_BY_TYPE_KEY = {
    "ProjectDoesNotExistException": Problem.PROJECT_NOT_FOUND,
    "ProjectDoesNotExistWithNameException": Problem.PROJECT_NOT_FOUND,
    "MissingLicenseException": Problem.LICENCE_MISSING,
    "VssResourceNotFoundException": Problem.API_NOT_OFFERED,
    "VssVersionNotSpecifiedException": Problem.API_NOT_OFFERED,
    "VssVersionOutOfRangeException": Problem.API_NOT_OFFERED,
    "VssInvalidPreviewVersionException": Problem.API_NOT_OFFERED,
    "VssApiResourceDisabledException": Problem.API_NOT_OFFERED,
}


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, so that the answer can be judged.

    `allowing_scopes`: the request is a probe of a permission, which any one of these token scopes lets through. Empty
    where every token that is valid at all gets an answer.
    """

    cloud: Cloud
    organization: str
    url: str
    token: AccessToken | None = None
    allowing_scopes: tuple[str, ...] = ()
    in_project: bool = False


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What an answer that is no success says."""

    question: Question
    response: Response
    message: str = ""
    type_key: str = ""
    codes: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


def json_object(response: Response, question: Question) -> dict[str, Any]:  # JSON has no static type
    """The decoded answer of a success: 200, JSON, an object. Raises the ConnectionProblem of anything else."""
    if response.status != 200 or _is_html(response):
        raise problem_of(response, question)
    if not response.is_json:
        raise ConnectionProblem(Problem.NOT_JSON, facts_of(response, question))
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        answer = _NO_JSON  # the error carries the text, which may hold a new token: it must not travel on as a cause
    if answer is _NO_JSON:
        problem = Problem.ANSWER_CUT_OFF if response.is_cut_json else Problem.NOT_JSON
        raise ConnectionProblem(problem, facts_of(response, question))
    if not isinstance(answer, dict):
        raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, facts_of(response, question))
    return answer


def problem_of(response: Response, question: Question) -> ConnectionProblem:
    """The problem behind an answer that is not a success."""
    refusal = _read(response, question)
    problem, more = _judge(refusal)
    if problem is Problem.CREDENTIAL_REJECTED and question.token and question.token.scheme is Scheme.BEARER:
        # A sign-in's token was made a moment ago: it is neither mistyped nor revoked, so the causes are others.
        problem = Problem.SIGN_IN_NOT_ACCEPTED
    return ConnectionProblem(problem, {**refusal.facts, **more})


def facts_of(response: Response, question: Question) -> dict[str, str]:
    """What support asks for: where, which status, and the service's own id of the request. No query, no body."""
    parts = urlsplit(question.url)
    facts = {
        "organization": question.organization,
        "host": parts.netloc,
        "url_path": parts.path,
        "status": str(response.status),
        "activity_id": response.headers.get("activityid") or response.headers.get("x-vss-e2eid", ""),
    }
    return {name: _shown(value, question) for name, value in facts.items() if value}


def _shown(text: object, question: Question, limit: int = MAX_DESCRIPTION) -> str:
    return quotable(text, limit, secrets_of(question))


def secrets_of(question: Question) -> list[Secret]:
    """What was sent along, and may come back."""
    return [question.token.value] if question.token else []


def name_in(record: Mapping[str, Any], key: str, question: Question) -> str:  # JSON has no static type
    """A name that a record tells, fit to be shown; empty where it tells none."""
    return _shown(record.get(key), question, MAX_NAME)


def _read(response: Response, question: Question) -> _Refusal:
    message, type_key = _message(response)
    # The SDKs read this header first; it is encoded as in a form (Microsoft's VssHttpMessageHandler).
    from_header = unquote_plus(response.headers.get("x-tfs-serviceerror", ""))
    seen = f"{message[:_JUDGED]}\n{from_header[:_JUDGED]}"
    codes = tuple(dict.fromkeys(_CODE.findall(seen)))
    facts = facts_of(response, question)
    if message or from_header:
        facts["description"] = _shown(message or from_header, question)
    if type_key:
        facts["type_key"] = _shown(type_key, question)
    if codes:
        facts["code"] = codes[0]
    return _Refusal(question, response, seen, type_key, codes, facts)


def _message(response: Response) -> tuple[str, str]:
    """(message, typeKey): of the JSON error object, in either of its shapes, or of a page's title, or of plain text."""
    if _is_html(response):
        title = _TITLE.search(response.text[:20_000])
        return (title[1] if title else ""), ""
    try:
        answer = response.json() if response.body else None
    except (ValueError, RecursionError):
        return ("" if response.is_json else response.text), ""
    if isinstance(answer, dict):
        wrapped = answer.get("value")
        inner = wrapped if isinstance(wrapped, dict) else {}
        message = answer.get("message") or inner.get("Message") or inner.get("message") or ""
        return str(message), str(answer.get("typeKey") or "")
    return "", ""


def _is_html(response: Response) -> bool:
    return response.headers.get("content-type", "").split(";")[0].strip().lower() in {
        "text/html",
        "application/xhtml+xml",
    }


def _judge(refusal: _Refusal) -> tuple[Problem, dict[str, str]]:
    """The problem and what else became known. What the answer says of itself goes before its status."""
    for code in refusal.codes:
        if code == "TF401444":
            return _not_added(refusal)
        if code == "TF400813":
            return _not_authorized(refusal)
        if code in PROBLEM_BY_CODE:
            return PROBLEM_BY_CODE[code], _retry_after(refusal)
    if refusal.type_key in PROBLEM_BY_TYPE_KEY:
        return PROBLEM_BY_TYPE_KEY[refusal.type_key], {}
    if _says_pat_expired(refusal):
        return Problem.PAT_EXPIRED, {}
    return _by_status(refusal)


def _by_status(refusal: _Refusal) -> tuple[Problem, dict[str, str]]:
    status = refusal.response.status
    if 300 <= status < 400:
        return _redirected(refusal)
    if status == 409:
        return Problem.CONFLICT, {}
    if status == 429:
        return Problem.THROTTLED, _retry_after(refusal)
    if status >= 500:
        return Problem.SERVICE_UNAVAILABLE, _retry_after(refusal)
    if status == 401:
        return _unauthorized(refusal)
    if status == 403:
        # The policy's page ("403 - Uh-oh, you do not have access") is the one refusal that comes as HTML.
        return (Problem.POLICY_BLOCKED if _is_html(refusal.response) else Problem.PERMISSION_DENIED), {}
    if status == 404 and not refusal.question.organization:
        return Problem.API_NOT_OFFERED, {}
    if status == 404:
        return (Problem.PROJECT_NOT_FOUND if refusal.question.in_project else Problem.ORGANIZATION_NOT_FOUND), {}
    if status == 203 or (status == 200 and _is_html(refusal.response)):
        return Problem.CREDENTIAL_REJECTED, {}  # the sign-in page in place of an answer
    return Problem.DEVOPS_UNEXPECTED, {}


def _says_pat_expired(refusal: _Refusal) -> bool:
    token = refusal.question.token
    if refusal.response.status != 401 or token is None or token.scheme is not Scheme.BASIC:
        return False
    # A missing permission comes with this typeKey and 403; with 401 it is the token that has ended.
    return refusal.type_key == "AccessCheckException" or _PAT_EXPIRED_WORDS in refusal.message.lower()


def _not_added(refusal: _Refusal) -> tuple[Problem, dict[str, str]]:
    """TF401444 names `tenant\\tenant\\object id` for a service principal, `tenant\\user name` for a person."""
    if found := _APP_TRIPLE.search(refusal.message):
        return Problem.APP_NOT_IN_ORGANIZATION, {"object_id": found["object_id"].lower()}
    person = "@" in refusal.message
    return (Problem.NOT_IN_ORGANIZATION if person else Problem.APP_NOT_IN_ORGANIZATION), {}


def _not_authorized(refusal: _Refusal) -> tuple[Problem, dict[str, str]]:
    """TF400813 names the user in quotes: nobody, or the anonymous id, where the token was not understood at all."""
    named = _QUOTED.search(refusal.message)
    name = named["name"].strip() if named else ""
    if not name or any(anonymous in name.lower() for anonymous in ANONYMOUS_IDS):
        return Problem.CREDENTIAL_ANONYMOUS, {}
    if found := _APP_TRIPLE.search(name):
        return Problem.APP_NOT_IN_ORGANIZATION, {"object_id": found["object_id"].lower()}
    return Problem.NOT_IN_ORGANIZATION, {"account": _shown(name, refusal.question)}


def _unauthorized(refusal: _Refusal) -> tuple[Problem, dict[str, str]]:
    """A 401 without a reason, often with an empty body.

    Where any valid token gets an answer, the token itself is refused. On a probe the same answer means a scope that is
    missing: a personal access token tells nothing about its scopes, a sign-in's are known. An app has none, nor can
    one be missing that was granted; then it is the access level (licence) or a permission.
    """
    question = refusal.question
    token = question.token
    if token is None or not question.allowing_scopes:
        return Problem.CREDENTIAL_REJECTED, {}
    granted = expand(token.scopes)
    allowed = bool(granted & FULL_ACCESS) or not granted.isdisjoint(question.allowing_scopes)
    if token.scheme is Scheme.BASIC or (granted and not allowed):
        return Problem.SCOPE_MISSING, {"scope": question.allowing_scopes[0]}
    return Problem.PERMISSION_DENIED, {}


def _redirected(refusal: _Refusal) -> tuple[Problem, dict[str, str]]:
    """A redirect to a sign-in page is a refused token; any other one (a renamed organization, a gateway) is not."""
    location = refusal.response.headers.get("location", "")
    try:
        parts = urlsplit(location)
        to_login = origin_of(location) == origin_of(refusal.question.cloud.login)
    except ValueError:
        return Problem.REDIRECTED, {}
    steps = [step.lower() for step in parts.path.split("/")]
    if to_login or "_signin" in steps:
        return Problem.CREDENTIAL_REJECTED, {}
    return Problem.REDIRECTED, {"location_host": _shown(parts.hostname, refusal.question)} if parts.hostname else {}


def _retry_after(refusal: _Refusal) -> dict[str, str]:
    """Seconds, where told as a number (Azure DevOps docs, rate limits)."""
    told = refusal.response.retry_after_s
    return {"retry_after_s": told} if told else {}
