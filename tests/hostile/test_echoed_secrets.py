"""Servers that repeat the credential they were sent, wherever an answer has room for it: nobody reads it there.

Every request that carries a secret, answered in every place and spelling; then everything that leaves the program is
searched: results, facts, words, tracebacks and logs.
"""

import base64
import json
import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from itertools import product
from urllib.parse import parse_qs, quote, quote_plus

import pytest

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_of
from desktop_app.core.ports import Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem
from desktop_app.infra.logs import TALKATIVE
from tests.fakes.clock import NOON
from tests.faults.misbehaving import Asked
from tests.faults.questions import PERSON, PROJECT, QUESTIONS, Question, Wire, good_answer
from tests.faults.renewal import RENEWAL
from tests.hostile.clouds import cloud_at

HOST = "https://hostile.example"
SECRET_FIELDS = ("client_secret", "refresh_token", "code_verifier")
ASKING = tuple(question for question in (*QUESTIONS, *RENEWAL) if question.name not in {"discovery", "organization"})


def secrets_in(request: Request) -> set[str]:
    """What a request carries that nobody else may see."""
    found = set()
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if credential:
        found.add(base64.b64decode(credential).decode().lstrip(":") if scheme == "Basic" else credential)
    form = parse_qs((request.body or b"").decode("ascii", "replace"))
    found |= {form[name][0] for name in SECRET_FIELDS if name in form}
    return found


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it came": lambda text: text,
    "URL-encoded": lambda text: quote(text, safe=""),
    "as a form": quote_plus,
    "as HTML": lambda text: escape(f"<pre>{text}</pre>"),
    "as JSON": json.dumps,
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "one word a line": lambda text: text.replace(" ", "\r\n"),
    "at the end of blanks": lambda text: " " * 1_960 + text,
    "at the end of words": lambda text: "word " * 99 + text,
}

JSON = {"content-type": "application/json"}
MOMENT = {"validFrom": "2026-11-02T12:00:00Z", "validTo": "2026-12-02T12:00:00Z"}


def as_json(content: object, status: int = 200, **headers: str) -> Response:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {**JSON, **more}, json.dumps(content).encode())


def in_names(text: str) -> Response:
    """A good answer to everything, all of whose names are what was echoed."""
    person = {
        "id": PERSON,
        "providerDisplayName": text,
        "descriptor": text,
        "properties": {"Account": {"$value": text}},
    }
    secret = {
        "keyId": PERSON,
        "displayName": text,
        "hint": text,
        "startDateTime": NOON.isoformat(),
        "endDateTime": NOON.isoformat(),
    }
    token = {
        **MOMENT,
        "authorizationId": PERSON,
        "displayName": text,
        "scope": text,
        "token": "made",
        "targetAccounts": [],
    }
    item = {"id": PROJECT.id, "name": text, "accountName": text, "actions": [{"name": text, "bit": 1}]}
    return as_json(
        {
            "value": [item],
            "authenticatedUser": person,
            "authorizedUser": person,
            "id": PERSON,
            "patTokens": [token],
            "patToken": token,
            "patTokenError": "none",
            "passwordCredentials": [secret],
            **secret,
            "secretText": "made",
        }
    )


def error(status: int) -> Callable[[str], Response]:
    return lambda text: as_json({"message": text, "typeKey": text, "errorCode": 0}, status)


def oauth_error(number: int) -> Callable[[str], Response]:
    return lambda text: as_json(
        {
            "error": text,
            "error_description": f"AADSTS{number}: {text}",
            "error_codes": [number],
            "correlation_id": text,
        },
        400,
    )


PLACES: dict[str, Callable[[str], Response]] = {
    **{f"message of a {status}": error(status) for status in (400, 401, 403, 404, 409, 429, 500)},
    "message within": lambda text: as_json({"value": {"Message": text}}, 400),
    "title of a page": lambda text: Response(401, {"content-type": "text/html"}, f"<title>{text}</title>".encode()),
    "sign-in page": lambda text: Response(203, {"content-type": "text/html"}, f"<title>{text}</title>".encode()),
    "plain text": lambda text: Response(400, {"content-type": "text/plain"}, text.encode()),
    "no JSON after all": lambda text: Response(200, JSON, text.encode()),
    "cut JSON": lambda text: Response(200, JSON, b'{"a": "' + text.encode()),
    "headers": lambda text: as_json(
        {}, 400, x_tfs_serviceerror=quote_plus(text), activityid=text, x_vss_e2eid=text, request_id=text
    ),
    "Location": lambda text: as_json({}, 302, location=f"https://x.example/?{text}"),
    "host of the Location": lambda text: as_json({}, 302, location=f"https://{text}.example/"),
    "Retry-After": lambda text: as_json({}, 429, retry_after=text),
    "WWW-Authenticate": lambda text: as_json({}, 401, www_authenticate=f"Bearer authorization_uri={text}"),
    "continuation": lambda text: as_json({"value": []}, 200, x_ms_continuationtoken=text),
    "names": in_names,
    "what was wrong with a token": lambda text: as_json({"patTokenError": text}),
    "error of Graph": lambda text: as_json(
        {"error": {"code": text, "message": text, "innerError": {"request-id": text}}}, 400
    ),
    "TF400813": lambda text: as_json({"message": f"TF400813: The user '{text}' is not authorized."}, 401),
    "TF401444": lambda text: as_json({"message": f"TF401444: sign-in as {text}"}, 401),
    "error of Entra": oauth_error(50034),
    "unknown error of Entra": oauth_error(99_999_999),
    "token that is none": lambda text: as_json({"access_token": [text], "expires_in": text, "id_token": text}),
    "scope and type": lambda text: as_json(
        {"access_token": "made", "scope": text, "token_type": text, "expires_in": text}
    ),
}


class Echo:
    """An HttpSession of a host that is well, but for one request whose secrets it repeats."""

    def __init__(self, question: Question, place: Callable[[str], Response], spelling: Callable[[str], str]) -> None:
        self._question, self._place, self._spelling = question, place, spelling
        self.nonce: list[str] = []
        self.secrets: set[str] = set()
        self._asked = 0

    def send(self, request: Request) -> Response:
        path = request.url.partition("?")[0]
        if request.method != self._question.method or not path.endswith(self._question.path):
            good = good_answer(HOST, self.nonce)(Asked(request.method, path.removeprefix(HOST)))
            return Response(good.status, JSON, good.body)
        self._asked += 1
        if self._asked > 3:  # it would ask for page after page
            return Response(500, {}, b"")
        self.secrets |= secrets_in(request)
        heard = f"Authorization: {request.headers.get('Authorization', '')} {(request.body or b'').decode()}"
        return self._place(self._spelling(heard))


def spellings_of(secret: str) -> Iterator[str]:
    """How a search would find a secret: plain, URL-encoded, and in base64 at its three offsets, but for the edges."""
    yield secret
    yield quote(secret, safe="")
    for before in range(3):
        yield base64.b64encode(bytes(before) + secret.encode()).decode()[before + 2 : -4]


@pytest.mark.parametrize("question", ASKING, ids=lambda question: question.name)
def test_what_a_server_repeats_is_read_by_nobody(
    question: Question, caplog: pytest.LogCaptureFixture, tried: Counter[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in TALKATIVE:  # as infra/logs.py has them
        caplog.set_level(logging.INFO, name)
    cloud = cloud_at(HOST)
    carried = 0
    for (place, answer), (spelling, spell) in product(PLACES.items(), SPELLINGS.items()):
        echo = Echo(question, answer, spell)
        wire = Wire(echo, Timeout(), cloud, echo.nonce)
        seen = "\n".join([*what_comes_of(question, wire), caplog.text])
        caplog.clear()
        for secret in echo.secrets:
            carried += 1
            left = [found for found in spellings_of(secret) if found in seen]
            assert left == [], f"{place}, {spelling}"
        tried["answers that repeat a credential"] += 1
    assert carried or question.name == "device code"  # of what is sent, nothing is secret there


def what_comes_of(question: Question, wire: Wire) -> Iterator[str]:
    """Everything that anybody could read afterwards."""
    try:
        yield repr(question.ask(wire))
    except ConnectionProblem as failure:
        yield repr(dict(failure.facts))
        yield "".join(traceback.format_exception(failure))
        yield repr(guidance_of(failure, Place(wire.cloud, "contoso")))
