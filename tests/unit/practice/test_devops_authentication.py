"""Who is let in to Azure DevOps, and the shape of each refusal."""

import base64

import pytest

from desktop_app.practice import PracticeCloud
from tests.fakes.clock import FakeClock
from tests.unit.practice.visitor import GUEST, NEWCOMER, READER, Visitor, basic, unknown_pat

WHO = "/contoso/_apis/connectionData"
PREVIEW = "7.1-preview.1"
ANONYMOUS = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"


def test_a_token_of_the_organization_is_let_in(cloud: PracticeCloud, visitor: Visitor) -> None:
    answer = visitor.api(WHO, version=PREVIEW)

    body = answer.json()
    assert body["authenticatedUser"] == body["authorizedUser"]
    assert body["authenticatedUser"]["properties"]["Account"]["$value"] == "admin@contoso.example"
    assert body["instanceId"] == cloud.directory.organization("contoso").id
    assert answer.headers["X-VSS-E2EID"]


@pytest.mark.parametrize("account", [READER, GUEST])
def test_a_member_s_sign_in_is_let_in(visitor: Visitor, account: str) -> None:
    token = visitor.user_token(account)["access_token"]

    body = visitor.api(WHO, bearer=token, version=PREVIEW).json()

    assert body["authenticatedUser"]["descriptor"].startswith("Microsoft.IdentityModel.Claims.ClaimsIdentity;")
    assert body["authenticatedUser"]["descriptor"].endswith(account)


def test_a_service_principal_is_let_in_under_its_own_kind_of_name(cloud: PracticeCloud, visitor: Visitor) -> None:
    tenant = cloud.directory.tenant("contoso")
    object_id = cloud.directory.app("automation").service_principal_id(tenant)

    body = visitor.api(WHO, bearer=visitor.app_token(), version=PREVIEW).json()

    assert body["authenticatedUser"]["descriptor"] == (
        f"Microsoft.VisualStudio.Services.Claims.AadServicePrincipal;{tenant.id}\\{object_id}"
    )
    assert body["authenticatedUser"]["subjectDescriptor"].startswith("aadsp.")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Basic not-base64!",
        "Basic " + base64.b64encode(b"no-colon").decode(),
        "Bearer made-up",
        "Bearer a.b.c",
        "Negotiate x",
        "unknown-pat",
    ],
)
def test_a_credential_that_means_nothing_is_challenged(
    cloud: PracticeCloud, visitor: Visitor, authorization: str | None
) -> None:
    sent = basic(unknown_pat()) if authorization == "unknown-pat" else authorization
    headers = {"Authorization": sent} if sent else {}

    suppressed = visitor.api(WHO, credential=None, headers=headers, version=PREVIEW)
    plain = visitor.api(WHO, credential=None, headers=headers, version=PREVIEW, suppress=False)
    browser = visitor.api(WHO, credential=None, headers=headers | {"Accept": "text/html"}, suppress=False)

    assert (suppressed.status_code, suppressed.content) == (401, b"")
    tenant = cloud.directory.tenant("contoso").id
    challenges = suppressed.raw.headers.getlist("WWW-Authenticate")
    assert challenges[0] == f"Bearer authorization_uri={cloud.cloud.login}/{tenant}"
    assert challenges[1].startswith('Basic realm="https://')
    assert challenges[2] == "TFS-Federated"
    assert suppressed.headers["X-VSS-ResourceTenant"] == tenant
    assert plain.status_code == 203
    assert plain.headers["Content-Type"].startswith("text/html")
    assert "<title>Azure DevOps Services | Sign In</title>" in plain.text
    assert browser.status_code == 302
    assert "/_signin?" in browser.headers["Location"]
    assert visitor.get(browser.headers["Location"]).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_bad_credential_on_a_change_is_told_as_json(visitor: Visitor, method: str) -> None:
    path = "/contoso/_apis/distributedtask/variablegroups" + ("" if method == "PATCH" else "/1")

    answer = visitor.api(path, method=method, credential=None, json={})

    assert answer.status_code == 401
    assert answer.json()["message"].startswith("TF400813: The user '' is not authorized")


def test_a_revoked_token_means_nothing(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.directory.pat("four-scopes").revoked = True

    assert (visitor.api(WHO, version=PREVIEW).status_code, visitor.api(WHO, version=PREVIEW).content) == (401, b"")


def test_an_expired_token_is_told_as_json(visitor: Visitor) -> None:
    answer = visitor.api(WHO, credential="expired", version=PREVIEW)

    assert answer.status_code == 401
    assert answer.json()["message"] == "Access Denied: The Personal Access Token used has expired."
    assert answer.json()["typeKey"] == "AccessCheckException"


def test_a_token_expires_when_its_time_comes(clock: FakeClock, visitor: Visitor) -> None:
    clock.advance(91 * 24 * 3600)

    assert "has expired" in visitor.api(WHO, version=PREVIEW).json()["message"]


def test_a_token_of_another_organization_means_nothing_here(visitor: Visitor) -> None:
    here = visitor.api(WHO, credential="other-organization", version=PREVIEW)
    there = visitor.api("/fabrikam/_apis/connectionData", credential="other-organization", version=PREVIEW)

    assert (here.status_code, here.content) == (401, b"")
    assert there.status_code == 200


@pytest.mark.parametrize(
    ("account", "tenant"),
    [(NEWCOMER, "contoso.example"), (GUEST, "fabrikam.example")],
    ids=["stranger", "wrong tenant"],
)
def test_a_person_the_organization_does_not_know_is_refused(visitor: Visitor, account: str, tenant: str) -> None:
    parameters = visitor.sign_in(visitor.authorize("desktop", tenant), account)
    token = visitor.redeem("desktop", parameters, tenant=tenant).json()["access_token"]

    answer = visitor.api(WHO, bearer=token, version=PREVIEW)

    assert answer.status_code == 401
    assert answer.json()["typeKey"] == "UnauthorizedRequestException"
    assert answer.json()["message"].startswith(f"TF400813: The user '{account}'")


def test_an_app_that_was_not_added_is_told_its_object_id(cloud: PracticeCloud, visitor: Visitor) -> None:
    tenant = cloud.directory.tenant("contoso")
    object_id = cloud.directory.app("not-in-organization").service_principal_id(tenant)

    answer = visitor.api(WHO, bearer=visitor.app_token("not-in-organization"), version=PREVIEW)

    assert answer.status_code == 401
    assert (
        f"TF401444: Please sign-in at least once as {tenant.id}\\{tenant.id}\\{object_id} " in answer.json()["message"]
    )


def test_an_access_token_ends(clock: FakeClock, visitor: Visitor) -> None:
    token = visitor.user_token()["access_token"]
    clock.advance(3901)

    assert visitor.api(WHO, bearer=token, version=PREVIEW).status_code == 401


def test_a_changed_access_token_is_refused(visitor: Visitor) -> None:
    header, claims, signature = visitor.user_token(READER)["access_token"].split(".")
    forged = base64.urlsafe_b64decode(claims + "==").replace(b"reader@", b"admin1@")
    changed = base64.urlsafe_b64encode(forged).rstrip(b"=").decode()

    answer = visitor.api(WHO, bearer=f"{header}.{changed}.{signature}", version=PREVIEW)

    assert answer.status_code == 401


def test_a_token_for_another_resource_is_refused(visitor: Visitor) -> None:
    token = visitor.user_token(scope="openid User.Read")["access_token"]

    assert visitor.api(WHO, bearer=token, version=PREVIEW).status_code == 401


def test_public_organizations_answer_a_bad_credential_as_anonymous(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.directory.organization("contoso").allows_anonymous = True
    headers = {"Authorization": basic(unknown_pat())}

    who = visitor.api(WHO, credential=None, headers=headers, version=PREVIEW)
    other = visitor.api("/contoso/_apis/projects", credential=None, headers=headers)

    assert who.status_code == 200
    assert who.json()["authenticatedUser"]["id"] == ANONYMOUS
    assert who.json()["authenticatedUser"]["descriptor"].startswith("System:PublicAccess;")
    assert other.status_code == 401
    assert "Resource not available for anonymous access" in other.json()["message"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_organization_tells_its_tenant_to_anyone(cloud: PracticeCloud, visitor: Visitor, method: str) -> None:
    answer = visitor.api("/Fabrikam", method=method, credential=None, version=None)

    assert answer.headers["X-VSS-ResourceTenant"] == cloud.directory.tenant("fabrikam").id
    assert cloud.directory.tenant("fabrikam").id in answer.headers["WWW-Authenticate"]


def test_an_unknown_organization_is_not_found(visitor: Visitor) -> None:
    answer = visitor.api("/nobody/_apis/projects")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert visitor.api("/", version=None).status_code == 404


@pytest.mark.parametrize("page", ["_usersSettings/tokens", "_settings/users"])
def test_pages_that_links_lead_to_exist(cloud: PracticeCloud, visitor: Visitor, page: str) -> None:
    assert visitor.get(f"{cloud.cloud.devops}/contoso/{page}", headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "version", "type_key"),
    [
        ("/contoso/_apis/projects", None, "VssVersionNotSpecifiedException"),
        ("/contoso/_apis/projects", "9.0", "VssVersionOutOfRangeException"),
        ("/contoso/_apis/projects", "newest", "VssInvalidApiVersionException"),
        (WHO, "7.1", "VssInvalidPreviewVersionException"),
    ],
)
def test_api_versions_are_checked(visitor: Visitor, path: str, version: str | None, type_key: str) -> None:
    answer = visitor.api(path, version=version)

    assert answer.status_code == 400
    assert answer.json()["typeKey"] == type_key


def test_the_api_version_may_stand_in_the_accept_header(visitor: Visitor) -> None:
    headers = {"Accept": "application/json;api-version=7.1"}

    assert visitor.api("/contoso/_apis/projects", version=None, headers=headers).status_code == 200


def test_methods_and_paths_that_do_not_exist_are_refused(cloud: PracticeCloud, visitor: Visitor) -> None:
    assert visitor.api("/contoso/_apis/projects", method="PUT", json={}).status_code == 405
    assert visitor.api("/contoso/_apis/nothing").status_code == 404
    assert visitor.api("/contoso/_apis/projects", base=cloud.cloud.release).status_code == 404
    assert visitor.api("/contoso/Shop/_apis/release/definitions").status_code == 404
