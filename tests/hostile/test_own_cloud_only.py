"""Whatever a server says about where to go next, a secret goes to its own hosts in its own cloud, or nowhere.

Every client, with addresses that Hypothesis makes up wherever an answer can name one.
"""

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.auth.device_code import DeviceCode, DeviceCodeSignIn
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.cloud import Cloud, origin_of
from desktop_app.core.ports import Request, Response, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from tests.fakes.clock import FakeClock
from tests.fakes.http import json_answer
from tests.faults.conditions import TENANT_ID
from tests.faults.misbehaving import Asked
from tests.faults.questions import PROJECT, QUESTIONS, Question, Wire, good_answer
from tests.faults.renewal import GRAPH, RENEWAL, renewal_answer

ALL = (*QUESTIONS, *RENEWAL)
OWN = Cloud(
    key="custom",
    login="https://login.contoso.example:8443",
    devops="https://tfs.contoso.example/tfs",
    release="https://release.contoso.example",
    identity="https://identity.contoso.example",
    entitlements="https://entitlements.contoso.example",
    profile="https://profile.contoso.example",
    portal="https://portal.contoso.example",
    graph="https://graph.contoso.example",
)
SECRET_FIELDS = frozenset({"client_secret", "refresh_token", "code", "code_verifier", "device_code"})

_hosts = st.sampled_from(
    [
        "evil.example",
        "login.contoso.example",
        "login.contoso.example.evil.example",
        "login.contoso.example.",
        "LOGIN.contoso.example",
        "l\u043egin.contoso.example",
        "tfs.contoso.example",
        "graph.contoso.example",
        "login.microsoftonline.com",
        "dev.azure.com",
        "127.0.0.1",
        "[::1]",
        "",
    ]
)
_users = st.sampled_from(["", "login.contoso.example:8443@", "x:y@", "\\@", "%40"])
_ports = st.sampled_from(["", ":8443", ":443", ":80", ":0", ":99999", ":x"])
_paths = st.sampled_from(
    [
        "",
        "/",
        "/oauth2/v2.0/token",
        "\\@evil.example/",
        "/../..//evil.example",
        "?x=https://evil.example",
        "#@evil.example",
    ]
)
_schemes = st.sampled_from(
    ["https://", "http://", "//", "https:", "HTTPS://", "https:\\\\", "ftp://", "javascript:", ""]
)
GOOD = f"{OWN.login}/{TENANT_ID}/oauth2/v2.0/token"
addresses = (
    st.just(GOOD) | st.builds("".join, st.tuples(_schemes, _users, _hosts, _ports, _paths)) | st.text(max_size=30)
)


@dataclass
class Misleading:
    """An HttpSession whose answers are good, but lead to `elsewhere` wherever one can lead anywhere."""

    cloud: Cloud
    elsewhere: list[str]
    status: int
    nonce: list[str] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        if len(self.sent) > 8:
            raise ConnectionProblem(Problem.CONNECTION_LOST)
        path = request.url.partition("?")[0]
        asked = Asked(request.method, path)
        good = renewal_answer(asked) or good_answer(self.cloud.login, self.nonce)(asked)
        answer = json_answer(self._led(Response(200, {}, good.body).json() if good.body else {}), good.status)
        where = self.elsewhere[0].encode("latin-1", "replace").decode("latin-1")
        challenge = f"Bearer authorization_uri={where}/{PROJECT.id}"
        headers = {
            "location": where,
            "content-location": where,
            "www-authenticate": challenge,
            "refresh": f"0;url={where}",
        }
        headers |= {"x-ms-continuationtoken": where} if len(self.sent) < 2 else {}
        return Response(self.status or answer.status, {**answer.headers, **headers}, answer.body)

    def _led(self, content: dict[str, Any]) -> dict[str, Any]:  # JSON has no static type
        first, second = self.elsewhere
        names = {
            "token_endpoint": first,
            "authorization_endpoint": second,
            "device_authorization_endpoint": first.replace("/token", "/devicecode"),
            "verification_uri": second,
            "issuer": second,
            "continuationToken": first if len(self.sent) < 2 else "",
        }
        led = {name: names.get(name, value) for name, value in content.items()}
        return {**led, "accountUri": first, "url": first, "@odata.nextLink": second, "nextLink": second}


def where_it_may_go(request: Request, cloud: Cloud) -> tuple[str, ...] | None:
    """The bases that may get this request; None where it carries no secret."""
    credential = request.headers.get("Authorization", "")
    if credential:
        return (cloud.graph,) if GRAPH.value.reveal() in credential else cloud.api_bases
    form = parse_qs((request.body or b"").decode("latin-1"))
    return (cloud.login,) if SECRET_FIELDS & form.keys() else None


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.name)
def test_every_request_gets_there_where_nobody_misleads_it(question: Question) -> None:
    """What the other tests say would be true of requests that are never sent, too."""
    http = Misleading(OWN, [GOOD, GOOD], 0)
    question.ask(Wire(http, Timeout(), OWN, http.nonce))
    carried = [request for request in http.sent if where_it_may_go(request, OWN)]
    assert len(carried) == (0 if question.name in {"discovery", "organization", "device code"} else len(carried) or 1)


@settings(max_examples=600)
@given(
    st.sampled_from(ALL),
    st.lists(addresses, min_size=2, max_size=2),
    st.sampled_from([0, 0, 0, 301, 302, 307, 308, 401, 429]),
)
def test_secrets_go_to_their_own_hosts_only(
    tried: Counter[str], question: Question, elsewhere: list[str], status: int
) -> None:
    http = Misleading(OWN, elsewhere, status if question.name != "discovery" else 0)
    wire = Wire(http, Timeout(), OWN, http.nonce)
    with contextlib.suppress(ConnectionProblem):
        question.ask(wire)
    for request in http.sent:
        assert urlsplit(request.url).scheme == "https"
        bases = where_it_may_go(request, OWN)
        if bases is not None:
            assert origin_of(request.url) in {origin_of(base) for base in bases}
            assert OWN.owns(request.url)
        assert not SECRET_FIELDS & parse_qs(urlsplit(request.url).query).keys()
    tried["answers that lead a secret elsewhere"] += 1


@given(st.lists(addresses, min_size=2, max_size=2))
def test_a_person_signs_in_at_the_clouds_own_host_only(tried: Counter[str], elsewhere: list[str]) -> None:
    shown: list[str] = []

    class Shown:
        def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
            shown.append(start_url)
            raise ConnectionProblem(Problem.CONNECTION_LOST)

    http = Misleading(OWN, elsewhere, 0)
    wire = Wire(http, Timeout(), OWN)
    with contextlib.suppress(ConnectionProblem):
        OAuthSignIn(http, FakeClock()).sign_in(wire.app(), "http://localhost", Shown(), Cancel())
    assert shown or elsewhere != [GOOD, GOOD]
    for url in shown:
        assert origin_of(url) == origin_of(OWN.login)
        assert OWN.owns(url)
    tried["answers that lead a secret elsewhere"] += 1


@given(addresses)
def test_a_code_is_entered_at_an_address_of_the_web(tried: Counter[str], address: str) -> None:
    class OneAddress(Misleading):
        def _led(self, content: dict[str, Any]) -> dict[str, Any]:
            return {**content, "verification_uri": address} if "verification_uri" in content else content

    cancel, shown = Cancel(), list[DeviceCode]()

    def show(code: DeviceCode) -> None:
        shown.append(code)
        cancel.request()

    http = OneAddress(OWN, ["", ""], 0)
    with contextlib.suppress(ConnectionProblem, Cancelled):
        DeviceCodeSignIn(http, FakeClock()).sign_in(Wire(http, Timeout(), OWN).app(), show, cancel)
    for code in shown:
        parts = urlsplit(code.address)
        assert (parts.scheme, parts.username) == ("https", None)
        assert parts.hostname
        assert "\\" not in code.address
    tried["answers that lead a secret elsewhere"] += 1
