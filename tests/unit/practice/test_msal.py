"""The real msal against the practice cloud, without any help but the CA."""

from collections.abc import Mapping
from typing import Any

import msal
import pytest

from desktop_app.practice import PracticeCloud, Service
from tests.unit.practice.visitor import ADMIN, LOOPBACK, Json, Visitor, arrived

pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended:UserWarning")


def public(visitor: Visitor, tenant: str = "contoso.example", **more: Any) -> Any:  # Any: msal has no types
    return msal.PublicClientApplication(
        visitor.cloud.directory.app("desktop").client_id,
        authority=visitor.cloud.cloud.authority(tenant),
        instance_discovery=False,
        http_client=visitor.session,
        **more,
    )


def confidential(visitor: Visitor, app: str) -> Any:  # Any: msal has no types
    registration = visitor.cloud.directory.app(app)
    return msal.ConfidentialClientApplication(
        registration.client_id,
        client_credential=registration.secrets[0].value.reveal(),
        authority=visitor.cloud.cloud.authority("contoso.example"),
        instance_discovery=False,
        http_client=visitor.session,
    )


def signed_in(visitor: Visitor, application: Any, redirect_uri: str = LOOPBACK) -> Json:
    flow = application.initiate_auth_code_flow([visitor.cloud.cloud.default_scope], redirect_uri=redirect_uri)
    redirect: Mapping[str, str] = visitor.sign_in(visitor.get(flow["auth_uri"]))
    result: Json = application.acquire_token_by_auth_code_flow(flow, dict(redirect))
    return result


def test_public_client_signs_in_and_its_silent_calls_hit_the_cache(cloud: PracticeCloud, visitor: Visitor) -> None:
    application = public(visitor)

    result = signed_in(visitor, application, cloud.cloud.native_redirect_uri)
    account = application.get_accounts()[0]
    cloud.requests.clear()
    silent = application.acquire_token_silent([cloud.cloud.default_scope], account=account)

    assert result["id_token_claims"]["preferred_username"] == ADMIN
    assert silent["access_token"] == result["access_token"]
    assert cloud.requests.of(Service.LOGIN) == ()


def test_a_forced_refresh_proves_the_refresh_token(cloud: PracticeCloud, visitor: Visitor) -> None:
    application = public(visitor)
    signed_in(visitor, application)
    account = application.get_accounts()[0]

    fresh = application.acquire_token_silent_with_error(
        [cloud.cloud.default_scope], account=account, force_refresh=True
    )
    cloud.directory.revoke_sessions(cloud.directory.account(ADMIN), cloud.directory.pat("four-scopes").valid_to)
    revoked = application.acquire_token_silent_with_error(
        [cloud.cloud.default_scope], account=account, force_refresh=True
    )

    assert "access_token" in fresh
    assert revoked["error_codes"] == [50173]


def test_web_client_signs_in_with_its_secret(visitor: Visitor) -> None:
    assert "refresh_token" in signed_in(visitor, confidential(visitor, "web"))


def test_a_declined_consent_is_an_error_result(cloud: PracticeCloud, visitor: Visitor) -> None:
    application = public(visitor)
    flow = application.initiate_auth_code_flow([cloud.cloud.default_scope], redirect_uri=LOOPBACK)
    consent = visitor.choose(visitor.get(flow["auth_uri"]), ADMIN)

    result = application.acquire_token_by_auth_code_flow(flow, arrived(visitor.answer(consent, "cancel")))

    assert result["error"] == "access_denied"
    assert "AADSTS65004" in result["error_description"]


def test_client_credentials(cloud: PracticeCloud, visitor: Visitor) -> None:
    scopes = [cloud.cloud.default_scope]

    assert "access_token" in confidential(visitor, "automation").acquire_token_for_client(scopes)
    assert confidential(visitor, "expired-secret").acquire_token_for_client(scopes)["error_codes"] == [7000222]


def test_device_code(cloud: PracticeCloud, visitor: Visitor) -> None:
    application = public(visitor)
    flow = application.initiate_device_flow([cloud.cloud.default_scope])
    picker = visitor.post(flow["verification_uri"], {"otc": flow["user_code"]})
    visitor.answer(visitor.choose(picker, ADMIN))

    assert "access_token" in application.acquire_token_by_device_flow(flow)


def test_an_unknown_tenant_fails_when_the_application_is_made(visitor: Visitor) -> None:
    with pytest.raises(ValueError, match="Unable to get authority configuration"):
        public(visitor, "unknown.example")


def test_a_stored_refresh_token_can_be_taken_over(cloud: PracticeCloud, visitor: Visitor) -> None:
    token = visitor.user_token()["refresh_token"]

    result = public(visitor).acquire_token_by_refresh_token(token, [cloud.cloud.default_scope])

    assert "access_token" in result
