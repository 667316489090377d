"""The tenant look-up and token answers of servers that are busy, broken or hostile; the app that signs in by itself."""

import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from desktop_app.auth.client_secret import ClientSecretSignIn
from desktop_app.auth.entra import AppRegistration, Tenant, build_application, discover
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import ClientSecretCredential, OAuthCredential, Secret
from desktop_app.core.ports import Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_devops import AzureDevOpsRest
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.entra import CLIENT_ID, TENANT_ID, FakeEntra, RedirectAtOnce, entra_error
from tests.fakes.http import ScriptedHttp, empty_answer, html_answer, json_answer
from tests.unit.auth.conftest import RecordingHttp, Site

PRIVATE = "-".join(["very", "private"])
APP = AppRegistration(PUBLIC, TENANT_ID, CLIENT_ID, Secret(PRIVATE))
GOOD = f"{PUBLIC.login}/{TENANT_ID}/oauth2/v2.0"


def refusal(action: Callable[[], object]) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value


def discovery(token: object = f"{GOOD}/token", authorize: object = f"{GOOD}/authorize") -> Response:
    return json_answer({"token_endpoint": token, "authorization_endpoint": authorize, "issuer": GOOD})


# -- discovery --------------------------------------------------------------------------------------------------------


def test_a_domain_leads_to_the_id_of_its_tenant(http: RecordingHttp, site: Site) -> None:
    tenant = site.directory.tenant("contoso")

    assert discover(http, site.cloud, "contoso.example").id == tenant.id
    assert discover(http, site.cloud, tenant.id.upper()).id == tenant.id


@pytest.mark.parametrize(
    "tenant", ["tailspin.example", "aaaabbbb-0000-1111-2222-ccccddddeeee", "not a tenant", "..", "a/b"]
)
def test_a_tenant_that_is_none_is_not_found(http: RecordingHttp, site: Site, tenant: str) -> None:
    failure = refusal(lambda: discover(http, site.cloud, tenant))

    assert failure.problem in {Problem.TENANT_NOT_FOUND, Problem.NOT_JSON}
    assert http.requests[0].url.startswith(f"{site.cloud.login}/")


def test_an_unknown_tenant_is_named() -> None:
    failure = refusal(lambda: discover(ScriptedHttp(entra_error(90002, "invalid_tenant")), PUBLIC, "tailspin.example"))

    assert failure.problem is Problem.TENANT_NOT_FOUND
    assert failure.facts["tenant"] == "tailspin.example"
    assert failure.facts["aadsts"] == "AADSTS90002"


def test_the_look_up_sends_no_credential(http: RecordingHttp, site: Site) -> None:
    discover(http, site.cloud, "contoso.example")

    (request,) = http.requests
    assert request.method == "GET"
    assert request.body is None
    assert "authorization" not in {name.lower() for name in request.headers}


@pytest.mark.parametrize(
    "login", ["https://Login.Example.com", "https://login.example.com:443", "https://login.example.com"]
)
def test_the_id_is_found_however_the_login_host_was_typed(login: str) -> None:
    cloud = replace(PUBLIC, key="custom", login=login)
    base = f"https://login.example.com/{TENANT_ID.upper()}/oauth2/v2.0"

    assert discover(ScriptedHttp(discovery(f"{base}/token", f"{base}/authorize")), cloud, "x.example").id == TENANT_ID


FOREIGN = [
    f"https://login.microsoftonline.us/{TENANT_ID}/oauth2/v2.0/token",
    f"http://login.microsoftonline.com/{TENANT_ID}/oauth2/v2.0/token",
    f"http://login.microsoftonline.com:443/{TENANT_ID}/oauth2/v2.0/token",
    f"https://login.microsoftonline.com:8443/{TENANT_ID}/oauth2/v2.0/token",
    f"https://login.microsoftonline.com.evil.example/{TENANT_ID}/token",
    f"https://evil.example\\@login.microsoftonline.com/{TENANT_ID}/token",
    f"https://login.microsoftonline.com@evil.example/{TENANT_ID}/token",
    f"https://dev.azure.com/{TENANT_ID}/token",
    "https://[",
    "nonsense",
    "/token",
]


@pytest.mark.parametrize("url", FOREIGN)
@pytest.mark.parametrize("endpoint", ["token", "authorize"])
def test_a_tenant_that_points_to_another_host_is_refused(url: str, endpoint: str) -> None:
    failure = refusal(lambda: discover(ScriptedHttp(discovery(**{endpoint: url})), PUBLIC, TENANT_ID))

    assert failure.problem is Problem.TENANT_IN_OTHER_CLOUD
    assert all(failure.facts.values())


@pytest.mark.parametrize("url", FOREIGN)
def test_a_secret_is_never_sent_to_another_host(url: str, clock: FakeClock) -> None:
    http = ScriptedHttp(discovery(token=url), json_answer({"access_token": "x"}))

    refusal(lambda: ClientSecretSignIn(http, clock).sign_in(APP))

    assert [request.method for request in http.requests] == ["GET"]


@pytest.mark.parametrize("url", [url for url in FOREIGN if url.startswith("https://") and "/token" in url])
def test_msal_can_not_send_a_secret_to_another_host_either(url: str) -> None:
    http = ScriptedHttp(json_answer({"access_token": "x"}))
    application = build_application(http, APP, Tenant(TENANT_ID, discovery(token=url)))

    failure = refusal(lambda: application.acquire_token_for_client([PUBLIC.default_scope]))

    assert failure.problem is Problem.TENANT_IN_OTHER_CLOUD
    assert http.requests == []


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (html_answer("<html>"), Problem.NOT_JSON),
        (json_answer(["a", "list"]), Problem.ANSWER_NOT_UNDERSTOOD),
        (json_answer({}), Problem.ANSWER_NOT_UNDERSTOOD),
        (json_answer({"token_endpoint": None, "authorization_endpoint": None}), Problem.ANSWER_NOT_UNDERSTOOD),
        (empty_answer(200), Problem.NOT_JSON),
        (empty_answer(400), Problem.NOT_JSON),
        (empty_answer(302, {"Location": "https://evil.example/"}), Problem.REDIRECTED),
        (empty_answer(429), Problem.THROTTLED),
        (empty_answer(500), Problem.ENTRA_BUSY),
        (html_answer("<html>", 503), Problem.ENTRA_BUSY),
        (json_answer({"error": "something_new"}, 400), Problem.ENTRA_UNKNOWN),
        (entra_error(90038, "invalid_request"), Problem.TENANT_IN_OTHER_CLOUD),
    ],
)
def test_an_answer_that_is_no_document_is_told(answer: Response, problem: Problem) -> None:
    assert refusal(lambda: discover(ScriptedHttp(answer), PUBLIC, TENANT_ID)).problem is problem


def test_a_failure_of_the_network_passes_through(clock: FakeClock) -> None:
    http = ScriptedHttp(ConnectionProblem(Problem.CERTIFICATE_UNTRUSTED, {"host": "login.microsoftonline.com"}))
    assert refusal(lambda: discover(http, PUBLIC, TENANT_ID)).problem is Problem.CERTIFICATE_UNTRUSTED


# -- token answers ----------------------------------------------------------------------------------------------------

METHODS = ["sign in", "renew", "client secret"]


def obtain(method: str, entra: FakeEntra, client_secret: Secret | None = None) -> object:
    """Get a token by one of the three ways that go through msal."""
    clock = FakeClock()
    app = replace(APP, client_secret=client_secret) if client_secret else APP
    if method == "client secret":
        return ClientSecretSignIn(entra, clock).sign_in(app)
    if method == "renew":
        return OAuthSignIn(entra, clock).renew(
            app, OAuthCredential(Secret(FakeEntra.refresh_token(0)), Secret(PRIVATE))
        )
    return OAuthSignIn(entra, clock).sign_in(app, "http://localhost", RedirectAtOnce(entra), Cancel())


@pytest.mark.parametrize("method", METHODS)
def test_a_good_answer_gives_a_token(method: str) -> None:
    assert obtain(method, FakeEntra())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (entra_error(7000215, "invalid_client"), Problem.SECRET_WRONG),
        (entra_error(7000222, "invalid_client"), Problem.SECRET_EXPIRED),
        (entra_error(53003, "invalid_grant"), Problem.CONDITIONAL_ACCESS),
        (entra_error(50076, "interaction_required"), Problem.MFA_REQUIRED),
        (json_answer({"error": "temporarily_unavailable"}, 400), Problem.ENTRA_BUSY),
        (json_answer({}, 400), Problem.ANSWER_NOT_UNDERSTOOD),
        (json_answer({}), Problem.ANSWER_NOT_UNDERSTOOD),
        (html_answer("<html>", 400), Problem.NOT_JSON),
        (json_answer("a text"), Problem.ANSWER_NOT_UNDERSTOOD),
        (json_answer(None), Problem.ANSWER_NOT_UNDERSTOOD),
        (empty_answer(200), Problem.NOT_JSON),
        (empty_answer(429, {"Retry-After": "7"}), Problem.THROTTLED),
        (empty_answer(500), Problem.ENTRA_BUSY),
        (html_answer("<html>", 502), Problem.ENTRA_BUSY),
        (empty_answer(307, {"Location": "https://evil.example/"}), Problem.REDIRECTED),
        (ConnectionProblem(Problem.TIMED_OUT), Problem.TIMED_OUT),
    ],
)
def test_a_refusal_is_told(method: str, answer: Response | ConnectionProblem, problem: Problem) -> None:
    entra = FakeEntra()
    entra.answer = answer

    failure = refusal(lambda: obtain(method, entra))

    assert failure.problem is problem
    assert entra.hosts() == {"login.microsoftonline.com"}


@pytest.mark.parametrize("method", METHODS)
def test_a_secret_that_is_an_id_is_told_apart_from_a_wrong_one(method: str) -> None:
    entra = FakeEntra()
    entra.answer = entra_error(7000215, "invalid_client")
    its_id = Secret("0f8fad5b-d9cb-469f-a165-70867728950e")

    assert refusal(lambda: obtain(method, entra, its_id)).problem is Problem.SECRET_IS_ID


def test_a_pause_that_is_asked_for_is_kept() -> None:
    entra = FakeEntra()
    entra.answer = empty_answer(429, {"Retry-After": "7"})

    assert refusal(lambda: obtain("renew", entra)).facts["retry_after_s"] == "7"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "changed",
    [
        {"expires_in": "soon"},
        {"expires_in": None},
        {"expires_in": []},
        {"expires_in": 10**30},
        {"access_token": "in two\nlines"},
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 17},
        {"access_token": {}},
        {"client_info": "***"},
        {"client_info": 5},
        {"id_token": "x.y.z", "client_info": "x"},
    ],
    ids=str,
)
def test_a_broken_answer_is_told_and_not_quoted(method: str, changed: dict[str, object]) -> None:
    entra = FakeEntra()
    entra.alter = lambda content: {**content, "refresh_token": PRIVATE, **changed}

    failure = refusal(lambda: obtain(method, entra))

    assert failure.problem is Problem.ANSWER_NOT_UNDERSTOOD
    shown = "".join(traceback.format_exception(failure)) + str(failure.facts)
    assert PRIVATE not in shown
    assert FakeEntra.access_token(1) not in shown


@pytest.mark.parametrize("method", ["sign in", "renew"])
@pytest.mark.parametrize("id_token", ["", "x", "x.y.z", "..", "a.b.c.d", 17, [], "ey" + "J.e30.x"])
def test_a_broken_identity_is_told(method: str, id_token: object) -> None:
    entra = FakeEntra()
    entra.alter = lambda content: {**content, "id_token": id_token}
    if method == "renew" and not id_token:
        return  # a renewal may come without one

    failure = refusal(lambda: obtain(method, entra))

    assert failure.problem in {Problem.ANSWER_NOT_UNDERSTOOD, Problem.SIGN_IN_STATE_MISMATCH}


def test_an_end_given_as_text_is_understood(clock: FakeClock) -> None:
    entra = FakeEntra()
    entra.alter = lambda content: {**content, "expires_in": "120"}

    token = ClientSecretSignIn(entra, clock).sign_in(APP).token

    assert token.expires_at == NOON + timedelta(seconds=120)


# -- the app that signs in by itself ----------------------------------------------------------------------------------


def test_an_app_signs_in_with_its_secret(http: RecordingHttp, clock: FakeClock, site: Site) -> None:
    app = site.app("automation")
    grant = ClientSecretSignIn(http, clock).sign_in(app)

    assert grant.credential == ClientSecretCredential(app.client_secret or Secret(""))
    assert grant.token.expires_at == NOON + timedelta(seconds=3900)
    assert grant.token.scopes == frozenset()
    assert AzureDevOpsRest(http).identity(site.cloud, "contoso", grant.token).is_service_principal
    assert http.sent("POST") == [f"{site.cloud.login}/{site.directory.tenant('contoso').id}/oauth2/v2.0/token"]
    assert http.sent("GET")[0] == f"{site.cloud.login}/contoso.example/v2.0/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        (("automation", "contoso.example", "not-the-right-one"), Problem.SECRET_WRONG),
        (("expired-secret", "contoso.example", "own"), Problem.SECRET_EXPIRED),
        (("desktop", "contoso.example", "not-wanted-here"), Problem.SECRET_NOT_ALLOWED),
        (("automation", "fabrikam.example", "own"), Problem.APP_NOT_FOUND),
        (("automation", "tailspin.example", "own"), Problem.TENANT_NOT_FOUND),
        (("automation", "contoso.example", None), Problem.SECRET_REQUIRED),
    ],
)
def test_what_is_wrong_with_an_app_is_told(
    http: RecordingHttp, site: Site, case: tuple[str, str, str | None], problem: Problem
) -> None:
    key, tenant, secret = case
    app = site.app(key, tenant=tenant, secret=secret)
    assert refusal(lambda: ClientSecretSignIn(http, FakeClock()).sign_in(app)).problem is problem


def test_every_sign_in_of_an_app_asks_anew(http: RecordingHttp, clock: FakeClock, site: Site) -> None:
    sign_in = ClientSecretSignIn(http, clock)
    tokens = {sign_in.sign_in(site.app("automation")).token.value for _ in range(2)}

    assert len(tokens) == 2
    assert len(http.sent("GET")) == 2


def test_a_secret_mended_meanwhile_works_at_once(http: RecordingHttp, clock: FakeClock, site: Site) -> None:
    sign_in = ClientSecretSignIn(http, clock)
    registration = site.directory.app("automation")
    site.directory.replace_app(replace(registration, enabled=False))
    assert refusal(lambda: sign_in.sign_in(site.app("automation"))).problem is Problem.APP_DISABLED

    site.directory.replace_app(registration)
    assert sign_in.sign_in(site.app("automation")).token.value


@pytest.mark.parametrize("secret", ["a+b/c=d&e", "pl%us und \u00e4", "~._-8Q~"])
def test_every_character_of_a_secret_arrives(clock: FakeClock, secret: str) -> None:
    entra = FakeEntra()
    ClientSecretSignIn(entra, clock).sign_in(replace(APP, client_secret=Secret(secret)))

    assert entra.forms[0]["client_secret"] == secret
    assert entra.forms[0]["scope"] == PUBLIC.default_scope
    assert entra.forms[0]["grant_type"] == "client_credentials"


def test_a_secret_is_sent_in_the_body_alone(clock: FakeClock) -> None:
    entra = FakeEntra()
    ClientSecretSignIn(entra, clock).sign_in(APP)

    texts: list[Any] = [value for request in entra.requests for value in (request.url, *request.headers.values())]
    assert not any(PRIVATE in str(text) for text in texts)
