"""Answers that belong to another sign-in, or come from somebody else: none of them gives a token.

Real msal against the practice cloud over TLS; only what arrives is meddled with.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from msal.oauth2cli import oauth2, oidc

from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel
from desktop_app.core.ports import Request, Response
from desktop_app.core.problems import ConnectionProblem, Problem
from tests.fakes.clock import FakeClock
from tests.fakes.entra import unsigned_jwt
from tests.fakes.http import json_answer
from tests.unit.auth.conftest import ADMIN, LOOPBACK, RecordingHttp, Site

EVIL = "https://login.evil.example/aaaabbbb-0000-1111-2222-ccccddddeeee/v2.0"


def parameter(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query)[name][0]


def refusal(sign_in: Callable[[], object]) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as caught:
        sign_in()
    return caught.value


class AnotherDiscovery:
    """An HttpSession whose discovery document says something more, or something else."""

    def __init__(self, http: RecordingHttp, **says: object) -> None:
        self._http = http
        self._says = says

    def send(self, request: Request) -> Response:
        answer = self._http.send(request)
        if request.url.endswith("/openid-configuration"):
            return json_answer({**answer.json(), **self._says})
        return answer


@pytest.mark.parametrize(
    ("meddle", "check"),
    [
        (lambda url: f"{url}&state=another", "parameters"),
        (lambda url: url.replace("?", "?state=another&"), "parameters"),
        (lambda url: f"{url}&code=another", "parameters"),
        (lambda url: url.replace("?", "?code=another&"), "parameters"),
        (lambda url: f"{url}&iss={quote(EVIL)}&iss={quote(EVIL)}", "parameters"),
        (lambda url: url + "&x=1" * 40, "state"),
        (lambda url: f"{url}&iss={quote(EVIL)}", "iss"),
        (lambda url: f"{url}&iss=", "iss"),
    ],
    ids=["state after", "state before", "code after", "code before", "iss twice", "many", "another iss", "no iss"],
)
def test_a_redirect_that_says_two_things_or_names_another_issuer_is_thrown_away(
    site: Site, http: RecordingHttp, clock: FakeClock, meddle: Callable[[str], str], check: str
) -> None:
    person = site.person(arrives=meddle)
    failure = refusal(lambda: OAuthSignIn(http, clock).sign_in(site.app("desktop"), LOOPBACK, person, Cancel()))

    assert (failure.problem, failure.facts["check"]) == (Problem.SIGN_IN_STATE_MISMATCH, check)
    assert http.sent("POST") == []  # the code was not even used


def test_the_issuer_that_was_asked_may_name_itself(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    issuer = f"{site.cloud.login}/{site.directory.tenant('contoso').id}/v2.0"
    person = site.person(arrives=lambda url: f"{url}&iss={quote(issuer, safe='')}")
    says = AnotherDiscovery(http, authorization_response_iss_parameter_supported=True)

    assert OAuthSignIn(says, clock).sign_in(site.app("desktop"), LOOPBACK, person, Cancel()).account is not None


def test_an_issuer_that_always_names_itself_must(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    says = AnotherDiscovery(http, authorization_response_iss_parameter_supported=True)
    failure = refusal(lambda: OAuthSignIn(says, clock).sign_in(site.app("desktop"), LOOPBACK, site.person(), Cancel()))

    assert (failure.problem, failure.facts["check"]) == (Problem.SIGN_IN_STATE_MISMATCH, "iss")
    assert http.sent("POST") == []


def test_a_code_of_another_sign_in_gives_no_token(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    """Unused, of the same app and for the same redirect URI: only the code verifier tells (RFC 7636)."""
    stolen: list[str] = []

    def steal(url: str) -> str:
        stolen.append(parameter(url, "code"))
        return f"{LOOPBACK}?error=access_denied&state={parameter(url, 'state')}"

    def inject(url: str) -> str:
        return url.replace(quote(parameter(url, "code"), safe=""), quote(stolen[0], safe=""))

    oauth, app = OAuthSignIn(http, clock), site.app("desktop")
    refusal(lambda: oauth.sign_in(app, LOOPBACK, site.person(arrives=steal), Cancel()))
    failure = refusal(lambda: oauth.sign_in(app, LOOPBACK, site.person(arrives=inject), Cancel()))

    assert failure.problem is Problem.SIGN_IN_CODE_REJECTED
    assert stolen[0] not in f"{failure}{dict(failure.facts)}"


def test_a_whole_redirect_of_before_is_no_answer(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    seen: list[str] = []

    def replay(url: str) -> str:
        seen.append(url)
        return seen[0]

    oauth, app, person = OAuthSignIn(http, clock), site.app("desktop"), site.person(arrives=replay)
    oauth.sign_in(app, LOOPBACK, person, Cancel())
    used = http.sent("POST")
    failure = refusal(lambda: oauth.sign_in(app, LOOPBACK, person, Cancel()))

    assert failure.problem is Problem.SIGN_IN_STATE_MISMATCH
    assert http.sent("POST") == used


def identity(site: Site, start_url: str, **changed: object) -> dict[str, object]:
    tenant = site.directory.tenant("contoso").id
    return {
        "aud": site.app("desktop").client_id,
        "iss": f"{site.cloud.login}/{tenant}/v2.0",
        "tid": tenant,
        "sub": "s",
        "oid": "o",
        "nonce": parameter(start_url, "nonce"),
        "preferred_username": ADMIN,
        **changed,
    }


@pytest.mark.parametrize(
    "issuer",
    ["{login}/evil/v2.0?tenant={tenant}", "{login}/evil/v2.0#/{tenant}/", "{login}/evil-{tenant}/v2.0"],
)
def test_a_tenant_beside_the_path_of_an_issuer_is_not_its_tenant(
    site: Site, http: RecordingHttp, clock: FakeClock, issuer: str
) -> None:
    person = site.person()
    made = issuer.format(login=site.cloud.login, tenant=site.directory.tenant("contoso").id)
    http.alter = lambda content: {
        **content,
        "id_token": unsigned_jwt(identity(site, person.start_urls[0], iss=made)),
    }
    failure = refusal(lambda: OAuthSignIn(http, clock).sign_in(site.app("desktop"), LOOPBACK, person, Cancel()))

    assert (failure.problem, failure.facts["check"]) == (Problem.SIGN_IN_STATE_MISMATCH, "id_token")


def test_the_nonce_is_compared_whatever_msal_does(
    site: Site, http: RecordingHttp, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """msal has stopped to look at id_tokens but for this (1.38); it may stop here too."""

    def no_more(self: Any, flow: Any, answer: Any, **more: Any) -> Any:  # msal has no types
        return oauth2.Client.obtain_token_by_auth_code_flow(self, flow, answer, **more)

    monkeypatch.setattr(oidc.Client, "obtain_token_by_auth_code_flow", no_more)
    person = site.person()
    oauth = OAuthSignIn(http, clock)
    assert oauth.sign_in(site.app("desktop"), LOOPBACK, person, Cancel()).account is not None
    http.alter = lambda content: {
        **content,
        "id_token": unsigned_jwt(identity(site, person.start_urls[-1], nonce="of another sign-in")),
    }
    failure = refusal(lambda: oauth.sign_in(site.app("desktop"), LOOPBACK, person, Cancel()))

    assert (failure.problem, failure.facts["check"]) == (Problem.SIGN_IN_STATE_MISMATCH, "nonce")


def test_names_in_an_identity_are_plain_text(site: Site, http: RecordingHttp, clock: FakeClock) -> None:
    person = site.person()
    odd = {"name": "Dana\u202e\nadmin\ud800" + "x" * 1_000, "preferred_username": ["a", "list"], "email": "d@c.example"}
    http.alter = lambda content: {
        **content,
        "id_token": unsigned_jwt(identity(site, person.start_urls[0], **odd)),
    }
    account = OAuthSignIn(http, clock).sign_in(site.app("desktop"), LOOPBACK, person, Cancel()).account

    assert account is not None
    assert account.username == ""
    assert account.display_name.startswith("Dana admin\ufffdxxx")
    assert len(account.display_name) == 300
