"""Discovery documents, keys, and how tenants are named."""

import jwt
import pytest

from desktop_app.practice import PracticeCloud
from tests.unit.practice.visitor import Visitor

DISCOVERY = "v2.0/.well-known/openid-configuration"


@pytest.mark.parametrize("named_by", ["id", "domain"])
def test_a_tenant_answers_with_its_id_however_it_is_named(
    cloud: PracticeCloud, visitor: Visitor, named_by: str
) -> None:
    tenant = cloud.directory.tenant("contoso")

    document = visitor.get(f"{cloud.cloud.login}/{getattr(tenant, named_by)}/{DISCOVERY}").json()

    assert document["issuer"] == f"{cloud.cloud.login}/{tenant.id}/v2.0"
    assert document["token_endpoint"] == f"{cloud.cloud.login}/{tenant.id}/oauth2/v2.0/token"
    assert document["device_authorization_endpoint"].endswith("/oauth2/v2.0/devicecode")


@pytest.mark.parametrize("shared", ["common", "organizations"])
def test_shared_tenants_leave_the_issuer_open(cloud: PracticeCloud, visitor: Visitor, shared: str) -> None:
    document = visitor.get(f"{cloud.cloud.login}/{shared}/{DISCOVERY}").json()

    assert document["issuer"].endswith("/{tenantid}/v2.0")
    assert document["authorization_endpoint"] == f"{cloud.cloud.login}/{shared}/oauth2/v2.0/authorize"


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        ("11111111-2222-3333-4444-555555555555", 90002),
        ("unknown.example", 90002),
        ("contoso", 900023),
        ("not%20a%20tenant", 900023),
    ],
)
def test_a_tenant_that_is_not_there_is_told_with_its_number(
    cloud: PracticeCloud, visitor: Visitor, segment: str, code: int
) -> None:
    answer = visitor.get(f"{cloud.cloud.login}/{segment}/{DISCOVERY}")

    assert answer.status_code == 400
    body = answer.json()
    assert body["error_codes"] == [code]
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert {"error", "timestamp", "trace_id", "correlation_id", "error_uri"} <= body.keys()


def test_the_correlation_id_of_the_client_comes_back(cloud: PracticeCloud, visitor: Visitor) -> None:
    given = "0f8fad5b-d9cb-469f-a165-70867728950e"

    answer = visitor.get(f"{cloud.cloud.login}/unknown.example/{DISCOVERY}", headers={"client-request-id": given})

    assert answer.json()["correlation_id"] == given


def test_instance_discovery_knows_its_own_host_only(cloud: PracticeCloud, visitor: Visitor) -> None:
    address = f"{cloud.cloud.login}/common/discovery/instance"
    own = f"{cloud.cloud.login}/contoso.example/oauth2/v2.0/authorize"

    known = visitor.get(address, params={"api-version": "1.1", "authorization_endpoint": own})
    other = visitor.get(address, params={"authorization_endpoint": "https://evil.example/contoso.example/oauth2"})

    assert known.json()["tenant_discovery_endpoint"].endswith(DISCOVERY)
    assert (other.status_code, other.json()["error"]) == (400, "invalid_instance")


def test_tokens_verify_against_the_published_keys(cloud: PracticeCloud, visitor: Visitor) -> None:
    keys = visitor.get(f"{cloud.cloud.login}/contoso.example/discovery/v2.0/keys").json()["keys"]
    answer = visitor.user_token()
    tenant, app = cloud.directory.tenant("contoso"), cloud.directory.app("desktop")

    claims = jwt.decode(
        answer["id_token"],
        jwt.PyJWK(keys[0]).key,
        algorithms=["RS256"],
        audience=app.client_id,
        issuer=f"{cloud.cloud.login}/{tenant.id}/v2.0",
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},  # the clock is the test's
    )

    assert jwt.get_unverified_header(answer["access_token"])["kid"] == keys[0]["kid"]
    assert claims["nonce"] == "nonce-1"
    assert claims["tid"] == tenant.id


def test_other_paths_and_methods_are_refused(cloud: PracticeCloud, visitor: Visitor) -> None:
    assert visitor.get(f"{cloud.cloud.login}/contoso.example/oauth2/v2.0/token").status_code == 405
    assert visitor.get(f"{cloud.cloud.login}/contoso.example/nothing/here").status_code == 404
    assert visitor.get(f"{cloud.cloud.login}/contoso/_apis/projects").status_code == 404


@pytest.mark.parametrize("path", ["/common/oauth2/nativeclient", "/portal", "/portal/#view/apps", "/error?code=50011"])
def test_pages_that_links_lead_to_exist(cloud: PracticeCloud, visitor: Visitor, path: str) -> None:
    answer = visitor.get(cloud.cloud.login + path)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
