"""Renewing a sign-in with real msal against the practice cloud."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import Grant, OAuthCredential, Secret
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


def test_a_renewal_gives_a_new_token_and_a_new_refresh_token(
    oauth: OAuthSignIn, site: Site, http: RecordingHttp, clock: FakeClock
) -> None:
    app = site.app("desktop")
    first = oauth.sign_in(app, LOOPBACK, site.person(), Cancel())
    clock.advance(3600)
    second = oauth.renew(app, credential_of(first))
    clock.advance(3600)
    third = oauth.renew(app, credential_of(second))

    grants = [first, second, third]
    assert len({grant.token.value for grant in grants}) == 3
    assert len({credential_of(grant).refresh_token for grant in grants}) == 3
    assert {grant.account for grant in grants} == {first.account}
    assert {grant.token.scopes for grant in grants} == {first.token.scopes}
    assert third.token.expires_at == NOON + timedelta(seconds=7200 + 3900)
    assert AzureDevOpsRest(http).identity(site.cloud, "contoso", third.token).username == ADMIN


def test_an_old_refresh_token_is_kept_where_no_new_one_came(
    oauth: OAuthSignIn, site: Site, http: RecordingHttp
) -> None:
    app = site.app("desktop")
    grant = oauth.sign_in(app, LOOPBACK, site.person(), Cancel())
    http.alter = lambda content: {name: value for name, value in content.items() if name != "refresh_token"}

    assert oauth.renew(app, credential_of(grant)).credential == grant.credential


def test_a_renewal_without_an_identity_names_nobody(oauth: OAuthSignIn, site: Site, http: RecordingHttp) -> None:
    app = site.app("desktop")
    grant = oauth.sign_in(app, LOOPBACK, site.person(), Cancel())
    http.alter = lambda content: {name: value for name, value in content.items() if name != "id_token"}

    assert oauth.renew(app, credential_of(grant)).account is None


def test_a_renewal_with_the_identity_of_another_app_is_refused(
    oauth: OAuthSignIn, site: Site, http: RecordingHttp
) -> None:
    app = site.app("desktop")
    grant = oauth.sign_in(app, LOOPBACK, site.person(), Cancel())
    http.alter = lambda content: {**content, "id_token": unsigned_jwt({"aud": "another", "sub": "s"})}

    assert refusal(lambda: oauth.renew(app, credential_of(grant))).problem is Problem.SIGN_IN_STATE_MISMATCH


@pytest.mark.parametrize("how", ["revoked", "unused for 91 days", "unknown", "of another app"])
def test_a_sign_in_that_is_over_says_so(oauth: OAuthSignIn, site: Site, clock: FakeClock, how: str) -> None:
    app = site.app("desktop")
    credential = credential_of(oauth.sign_in(app, LOOPBACK, site.person(), Cancel()))
    match how:
        case "revoked":
            site.directory.revoke_sessions(site.directory.account(ADMIN), clock.now())
        case "unused for 91 days":
            clock.advance(91 * 24 * 3600)
        case "unknown":
            credential = OAuthCredential(Secret("a-refresh-token-of-nobody"))
        case _:
            other = site.app("web")
            credential = credential_of(oauth.sign_in(other, LOOPBACK, site.person(), Cancel()))

    failure = refusal(lambda: oauth.renew(app, credential))

    assert failure.problem is (Problem.SIGN_IN_REVOKED if how == "revoked" else Problem.SIGN_IN_EXPIRED)
    assert failure.facts["error"] == "invalid_grant"
    assert failure.facts["aadsts"].startswith("AADSTS")


def test_a_renewal_meets_a_secret_that_expired_meanwhile(oauth: OAuthSignIn, site: Site, clock: FakeClock) -> None:
    app = site.app("web")
    credential = credential_of(oauth.sign_in(app, LOOPBACK, site.person(), Cancel()))
    web = site.directory.app("web")
    ended = tuple(replace(secret, expires_at=clock.now()) for secret in web.secrets)
    site.directory.replace_app(replace(web, secrets=ended))

    assert refusal(lambda: oauth.renew(app, credential)).problem is Problem.SECRET_EXPIRED


def test_what_was_mended_meanwhile_is_seen_at_once(oauth: OAuthSignIn, site: Site) -> None:
    app = site.app("desktop")
    credential = credential_of(oauth.sign_in(app, LOOPBACK, site.person(), Cancel()))
    registration = site.directory.app("desktop")

    site.directory.replace_app(replace(registration, enabled=False))
    assert refusal(lambda: oauth.renew(app, credential)).problem is Problem.APP_DISABLED

    site.directory.replace_app(registration)
    assert oauth.renew(app, credential).account is not None
