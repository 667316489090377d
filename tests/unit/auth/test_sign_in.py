"""OAuth with real msal against the practice cloud: signing in, and everything that Entra refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.credential import Grant, OAuthCredential, Scheme
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.azure_devops import AzureDevOpsRest
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.entra import unsigned_jwt
from tests.unit.auth.conftest import ADMIN, LOOPBACK, RecordingHttp, Site

GUEST = "guest@fabrikam.example"
READER = "reader@contoso.example"


@pytest.fixture
def oauth(http: RecordingHttp, clock: FakeClock) -> OAuthSignIn:
    return OAuthSignIn(http, clock)


def credential_of(grant: Grant) -> OAuthCredential:
    assert isinstance(grant.credential, OAuthCredential)
    return grant.credential


def refusal(action: Callable[[], object]) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value


@pytest.mark.parametrize("by", ["domain", "id"])
def test_a_person_signs_in_to_a_public_client(oauth: OAuthSignIn, site: Site, by: str) -> None:
    tenant = site.directory.tenant("contoso")
    app = site.app("desktop", tenant=tenant.domain if by == "domain" else tenant.id)
    person = site.person()

    grant = oauth.sign_in(app, LOOPBACK, person, Cancel())

    assert grant.account is not None
    assert (grant.account.username, grant.account.display_name) == (ADMIN, "Contoso Administrator")
    assert grant.account.object_id == site.directory.account(ADMIN).object_id(tenant)
    assert grant.account.tenant_id == tenant.id
    assert grant.token.scheme is Scheme.BEARER
    assert grant.token.scopes == site.directory.app("desktop").permissions
    assert grant.token.expires_at == NOON + timedelta(seconds=3900)
    assert credential_of(grant).client_secret is None
    assert person.pages == 2  # the account, the permissions


def test_azure_devops_accepts_the_token(oauth: OAuthSignIn, site: Site, http: RecordingHttp) -> None:
    grant = oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(), Cancel())

    assert AzureDevOpsRest(http).identity(site.cloud, "contoso", grant.token).username == ADMIN


def test_a_web_app_sends_its_secret_and_keeps_it(oauth: OAuthSignIn, site: Site) -> None:
    app = site.app("web")
    callback = "https://secrets.example.com/organization/app-connections/azure/oauth/callback"
    grant = oauth.sign_in(app, callback, site.person(), Cancel())

    assert credential_of(grant).client_secret == app.client_secret
    assert credential_of(oauth.renew(app, credential_of(grant))).client_secret == app.client_secret


def test_the_desktop_redirect_of_microsoft_works(oauth: OAuthSignIn, site: Site) -> None:
    assert oauth.sign_in(site.app("desktop"), site.cloud.native_redirect_uri, site.person(), Cancel()).account


def test_a_guest_signs_in_to_the_tenant_that_invited_them(oauth: OAuthSignIn, site: Site) -> None:
    grant = oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(GUEST), Cancel())

    assert grant.account is not None
    assert grant.account.username == GUEST
    assert grant.account.tenant_id == site.directory.tenant("contoso").id


def test_permissions_are_asked_for_once(oauth: OAuthSignIn, site: Site) -> None:
    oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(), Cancel())
    again = site.person()
    oauth.sign_in(site.app("desktop"), LOOPBACK, again, Cancel())

    assert again.pages == 1


def test_the_request_asks_for_everything_granted_with_all_protections(oauth: OAuthSignIn, site: Site) -> None:
    person = site.person()
    oauth.sign_in(site.app("desktop"), LOOPBACK, person, Cancel())
    asked = {name: values[0] for name, values in parse_qs(urlsplit(person.start_urls[0]).query).items()}

    assert asked["response_type"] == "code"
    assert asked["response_mode"] == "query"
    assert asked["redirect_uri"] == LOOPBACK
    assert set(asked["scope"].split()) == {site.cloud.default_scope, "openid", "profile", "offline_access"}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 16
    assert len(asked["nonce"]) == 64
    assert asked["prompt"] == "select_account"
    assert "client_secret" not in asked


def test_every_sign_in_has_protections_of_its_own(oauth: OAuthSignIn, site: Site) -> None:
    person = site.person()
    for _ in range(2):
        oauth.sign_in(site.app("desktop"), LOOPBACK, person, Cancel())
    one, other = (parse_qs(urlsplit(url).query) for url in person.start_urls)

    for name in ("state", "nonce", "code_challenge"):
        assert one[name] != other[name]


def test_who_signed_in_before_is_suggested(oauth: OAuthSignIn, site: Site) -> None:
    person = site.person()
    oauth.sign_in(site.app("desktop"), LOOPBACK, person, Cancel(), login_hint=ADMIN)
    asked = parse_qs(urlsplit(person.start_urls[0]).query)

    assert asked["login_hint"] == [ADMIN]
    assert "prompt" not in asked


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_the_login_host_is_asked(oauth: OAuthSignIn, site: Site, http: RecordingHttp, method: str) -> None:
    grant = oauth.sign_in(site.app("web"), LOOPBACK, site.person(), Cancel())
    oauth.renew(site.app("web"), credential_of(grant))

    urls = http.sent(method)
    assert len(urls) == 2
    assert all(url.startswith(f"{site.cloud.login}/") for url in urls)


def test_the_tenant_is_looked_up_once_for_each_attempt(oauth: OAuthSignIn, site: Site, http: RecordingHttp) -> None:
    grant = oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(), Cancel())
    assert http.sent("GET") == [f"{site.cloud.login}/contoso.example/v2.0/.well-known/openid-configuration"]

    oauth.renew(site.app("desktop"), credential_of(grant))
    assert len(http.sent("GET")) == 2


# -- refusals ---------------------------------------------------------------------------------------------------------


def test_declined_permissions_are_told(oauth: OAuthSignIn, site: Site, http: RecordingHttp) -> None:
    failure = refusal(lambda: oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(accepts=False), Cancel()))

    assert failure.problem is Problem.CONSENT_DECLINED
    assert failure.facts["aadsts"] == "AADSTS65004"
    assert failure.facts["error"] == "access_denied"
    assert "correlation_id" in failure.facts
    assert http.sent("POST") == []


def other_state(url: str) -> str:
    return url.replace("state=", "state=x")


def no_state(url: str) -> str:
    return url.split("&state=", maxsplit=1)[0]


def no_code(url: str) -> str:
    return url.replace("code=", "other=")


def empty_code(url: str) -> str:
    return f"{url.split('?', maxsplit=1)[0]}?code=&state={parse_qs(urlsplit(url).query)['state'][0]}"


def error_of_somebody_else(url: str) -> str:
    return f"{url.split('?', maxsplit=1)[0]}?error=access_denied&error_description=AADSTS65004&state=somebody-else"


@pytest.mark.parametrize("meddle", [other_state, no_state, no_code, empty_code, error_of_somebody_else])
def test_an_answer_to_another_question_is_thrown_away(
    oauth: OAuthSignIn, site: Site, http: RecordingHttp, meddle: Callable[[str], str]
) -> None:
    failure = refusal(lambda: oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(arrives=meddle), Cancel()))

    assert failure.problem is Problem.SIGN_IN_STATE_MISMATCH
    assert http.sent("POST") == []  # the code was not even used


def test_a_code_works_once(oauth: OAuthSignIn, site: Site) -> None:
    arrived: list[str] = []

    def note(url: str) -> str:
        arrived.append(url)
        return url

    oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(arrives=note), Cancel())
    used = parse_qs(urlsplit(arrived[0]).query)["code"][0]

    def with_the_used_code(url: str) -> str:
        return url.replace(parse_qs(urlsplit(url).query)["code"][0], used)

    failure = refusal(
        lambda: oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(arrives=with_the_used_code), Cancel())
    )
    assert failure.problem is Problem.SIGN_IN_CODE_REJECTED


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "11112222-bbbb-3333-cccc-4444dddd5555"},
        {"tid": "aaaabbbb-0000-1111-2222-ccccddddeeee"},
        {"iss": "https://login.evil.example/aaaabbbb-0000-1111-2222-ccccddddeeee/v2.0"},
        {"iss": "https://login.evil.example/{tenant}/v2.0"},
        {"iss": "http://{login}/{tenant}/v2.0"},
        {"iss": "https://["},
        {"iss": None},
        {"aud": None},
    ],
    ids=str,
)
def test_an_identity_made_for_somebody_else_is_refused(
    oauth: OAuthSignIn, site: Site, http: RecordingHttp, claims: dict[str, object]
) -> None:
    tenant = site.directory.tenant("contoso")
    app = site.app("desktop")
    person = site.person()

    def tampered(content: dict[str, object]) -> dict[str, object]:
        asked = parse_qs(urlsplit(person.start_urls[0]).query)
        good = {
            "aud": app.client_id,
            "iss": f"{site.cloud.login}/{tenant.id}/v2.0",
            "tid": tenant.id,
            "sub": "s",
            "oid": "o",
            "nonce": asked["nonce"][0],
            "preferred_username": ADMIN,
        }
        places = {"tenant": tenant.id, "login": urlsplit(site.cloud.login).netloc}
        bad = {name: value.format(**places) if isinstance(value, str) else value for name, value in claims.items()}
        return {**content, "id_token": unsigned_jwt({**good, **bad})}

    http.alter = tampered
    failure = refusal(lambda: oauth.sign_in(app, LOOPBACK, person, Cancel()))

    assert failure.problem is Problem.SIGN_IN_STATE_MISMATCH
    assert failure.__cause__ is None
    assert failure.__suppress_context__ or failure.__context__ is None


def test_a_sign_in_without_an_identity_is_refused(oauth: OAuthSignIn, site: Site, http: RecordingHttp) -> None:
    http.alter = lambda content: {name: value for name, value in content.items() if name != "id_token"}
    failure = refusal(lambda: oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(), Cancel()))

    assert failure.problem is Problem.SIGN_IN_STATE_MISMATCH


def test_a_sign_in_that_can_not_be_renewed_is_refused(oauth: OAuthSignIn, site: Site, http: RecordingHttp) -> None:
    http.alter = lambda content: {name: value for name, value in content.items() if name != "refresh_token"}
    failure = refusal(lambda: oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(), Cancel()))

    assert failure.problem is Problem.ENTRA_UNKNOWN
    assert failure.facts == {"missing": "refresh_token"}


def test_a_web_app_without_its_secret_is_refused(oauth: OAuthSignIn, site: Site) -> None:
    app = site.app("web", secret=None)
    assert refusal(lambda: oauth.sign_in(app, LOOPBACK, site.person(), Cancel())).problem is Problem.SECRET_REQUIRED


def test_a_public_client_with_a_secret_is_refused(oauth: OAuthSignIn, site: Site) -> None:
    app = site.app("desktop", secret="not-wanted-here")
    assert refusal(lambda: oauth.sign_in(app, LOOPBACK, site.person(), Cancel())).problem is Problem.SECRET_NOT_ALLOWED


@pytest.mark.parametrize(
    ("key", "secret", "problem"),
    [("web", "not-the-right-one", Problem.SECRET_WRONG), ("expired-secret", "own", Problem.SECRET_EXPIRED)],
)
def test_a_bad_secret_is_told(oauth: OAuthSignIn, site: Site, key: str, secret: str, problem: Problem) -> None:
    app = site.app(key, secret=secret)
    assert refusal(lambda: oauth.sign_in(app, LOOPBACK, site.person(), Cancel())).problem is problem


def test_a_redirect_uri_that_is_not_registered_is_told(oauth: OAuthSignIn, site: Site) -> None:
    failure = refusal(lambda: oauth.sign_in(site.app("web"), f"{LOOPBACK}/other", site.person(), Cancel()))

    assert failure.problem is Problem.REDIRECT_URI_MISMATCH
    assert failure.facts["aadsts"] == "AADSTS50011"


def test_an_account_of_another_tenant_is_told(oauth: OAuthSignIn, site: Site) -> None:
    app = site.app("desktop", tenant="fabrikam.example")
    failure = refusal(lambda: oauth.sign_in(app, LOOPBACK, site.person(READER), Cancel()))

    assert failure.problem is Problem.ACCOUNT_NOT_IN_TENANT


def test_an_app_that_needs_an_administrator_is_told(oauth: OAuthSignIn, site: Site) -> None:
    site.directory.replace_app(replace(site.directory.app("desktop"), admin_consent_required=True))
    failure = refusal(lambda: oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(READER), Cancel()))

    assert failure.problem is Problem.ADMIN_CONSENT_REQUIRED


def test_an_app_without_permissions_is_told(oauth: OAuthSignIn, site: Site) -> None:
    failure = refusal(lambda: oauth.sign_in(site.app("automation"), LOOPBACK, site.person(), Cancel()))

    assert failure.problem is Problem.PERMISSION_NOT_ON_APP


def test_an_unknown_app_is_told(oauth: OAuthSignIn, site: Site) -> None:
    app = replace(site.app("desktop"), client_id="11112222-bbbb-3333-cccc-4444dddd5555")
    assert refusal(lambda: oauth.sign_in(app, LOOPBACK, site.person(), Cancel())).problem is Problem.APP_NOT_FOUND


def test_an_unknown_tenant_is_told_before_any_page(oauth: OAuthSignIn, site: Site) -> None:
    person = site.person()
    app = site.app("desktop", tenant="tailspin.example")
    failure = refusal(lambda: oauth.sign_in(app, LOOPBACK, person, Cancel()))

    assert failure.problem is Problem.TENANT_NOT_FOUND
    assert failure.facts["tenant"] == "tailspin.example"
    assert person.start_urls == []


def test_cancel_before_the_first_page_shows_none(oauth: OAuthSignIn, site: Site) -> None:
    person, cancel = site.person(), Cancel()
    cancel.request()

    with pytest.raises(Cancelled):
        oauth.sign_in(site.app("desktop"), LOOPBACK, person, cancel)
    assert person.start_urls == []


def test_cancel_at_the_last_moment_uses_no_code(oauth: OAuthSignIn, site: Site, http: RecordingHttp) -> None:
    cancel = Cancel()

    def cancels(url: str) -> str:
        cancel.request()
        return url

    with pytest.raises(Cancelled):
        oauth.sign_in(site.app("desktop"), LOOPBACK, site.person(arrives=cancels), cancel)
    assert http.sent("POST") == []
