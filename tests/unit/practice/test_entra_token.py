"""The token endpoint: every grant, and every refusal with its number."""

import base64
import json
from datetime import timedelta

import pytest

from desktop_app.practice import PracticeCloud
from tests.fakes.clock import FakeClock
from tests.unit.practice.visitor import ADMIN, GUEST, Json, Visitor

RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"
DEFAULT = f"{RESOURCE}/.default"


def refused(answer: Json) -> tuple[str, list[int]]:
    return answer["error"], answer["error_codes"]


def test_a_code_becomes_tokens_and_echoes_default(cloud: PracticeCloud, visitor: Visitor) -> None:
    answer = visitor.user_token()

    assert {"access_token", "refresh_token", "id_token"} <= answer.keys()
    assert answer["expires_in"] == answer["ext_expires_in"] == 3900
    assert set(answer["scope"].split()) == {
        f"{RESOURCE}/{one}" for one in cloud.directory.app("desktop").permissions
    } | {DEFAULT}


def test_client_info_names_the_home_account_when_asked_for(cloud: PracticeCloud, visitor: Visitor) -> None:
    account = cloud.directory.account(GUEST)

    answer = visitor.redeem("desktop", visitor.sign_in(visitor.authorize("desktop"), GUEST), client_info="1").json()

    content = json.loads(base64.urlsafe_b64decode(answer["client_info"] + "=="))
    assert content == {"uid": account.object_id(account.home), "utid": account.home.id}


def test_without_offline_access_and_openid_there_is_only_an_access_token(visitor: Visitor) -> None:
    answer = visitor.user_token(scope=f"{RESOURCE}/vso.project")

    assert "refresh_token" not in answer
    assert "id_token" not in answer
    assert answer["scope"] == f"{RESOURCE}/vso.project"


@pytest.mark.parametrize(
    ("app", "changes", "error", "code"),
    [
        ("desktop", {"code_verifier": "w" * 43}, "invalid_grant", 501481),
        ("desktop", {"code_verifier": ""}, "invalid_grant", 501481),
        ("desktop", {"redirect_uri": "http://localhost:2"}, "invalid_client", 500112),
        ("desktop", {"client_secret": "anything"}, "invalid_client", 700025),
        ("desktop", {"code": "1.Anothing"}, "invalid_grant", 70000),
        ("desktop", {"code": ""}, "invalid_request", 900144),
        ("desktop", {"client_id": "11111111-2222-3333-4444-555555555555"}, "unauthorized_client", 700016),
        ("desktop", {"grant_type": "password"}, "unsupported_grant_type", 70003),
        ("desktop", {"grant_type": ""}, "invalid_request", 900144),
        ("desktop", {"tenant": "fabrikam.example"}, "invalid_grant", 700005),
        ("desktop", {"tenant": "unknown.example"}, "invalid_tenant", 90002),
        ("web", {"client_secret": "wrong"}, "invalid_client", 7000215),
    ],
)
def test_a_wrong_redemption_is_refused(
    visitor: Visitor, app: str, changes: dict[str, str], error: str, code: int
) -> None:
    parameters = visitor.sign_in(visitor.authorize(app))

    answer = visitor.redeem(app, parameters, **changes)

    assert refused(answer.json()) == (error, [code])
    assert answer.status_code == (401 if error == "invalid_client" else 400)


def test_a_web_registration_wants_its_secret(cloud: PracticeCloud, visitor: Visitor) -> None:
    parameters = visitor.sign_in(visitor.authorize("web"))
    fields = {
        "client_id": cloud.directory.app("web").client_id,
        "grant_type": "authorization_code",
        "code": parameters["code"],
        "redirect_uri": "http://localhost:53111",
        "code_verifier": "v" * 43,
    }

    without = visitor.token(**fields)
    secret = cloud.directory.app("web").secrets[0].value.reveal()
    with_it = visitor.token(**fields, client_secret=secret)

    assert refused(without.json()) == ("invalid_client", [7000218])
    assert with_it.status_code == 200


def test_a_web_registration_works_without_pkce(visitor: Visitor) -> None:
    opened = visitor.authorize("web", code_challenge=None, code_challenge_method=None)

    assert visitor.redeem("web", visitor.sign_in(opened)).status_code == 200


def test_a_code_is_good_once(visitor: Visitor) -> None:
    parameters = visitor.sign_in(visitor.authorize("desktop"))
    visitor.redeem("desktop", parameters)

    assert refused(visitor.redeem("desktop", parameters).json()) == ("invalid_grant", [54005])


def test_a_code_is_good_for_ten_minutes(clock: FakeClock, visitor: Visitor) -> None:
    parameters = visitor.sign_in(visitor.authorize("desktop"))
    clock.advance(601)

    assert refused(visitor.redeem("desktop", parameters).json()) == ("invalid_grant", [70008])


def test_a_code_belongs_to_its_app(visitor: Visitor) -> None:
    parameters = visitor.sign_in(visitor.authorize("desktop"))

    assert refused(visitor.redeem("web", parameters).json()) == ("invalid_grant", [70000])


def refresh(visitor: Visitor, token: str, **changes: str) -> Json:
    fields = {
        "client_id": visitor.cloud.directory.app("desktop").client_id,
        "grant_type": "refresh_token",
        "refresh_token": token,
        "scope": f"{DEFAULT} openid offline_access",
    }
    answer: Json = visitor.token(**(fields | changes)).json()
    return answer


def test_a_refresh_gives_a_new_refresh_token_and_the_old_one_stays_good(clock: FakeClock, visitor: Visitor) -> None:
    first = visitor.user_token()
    clock.advance(60)

    second = refresh(visitor, first["refresh_token"])
    again = refresh(visitor, first["refresh_token"])

    assert second["refresh_token"] not in (first["refresh_token"], again["refresh_token"])
    assert second["scope"] == first["scope"]
    assert "access_token" in again


def test_revoked_sessions_end_refresh_tokens(cloud: PracticeCloud, clock: FakeClock, visitor: Visitor) -> None:
    token = visitor.user_token()["refresh_token"]
    clock.advance(5)
    cloud.directory.revoke_sessions(cloud.directory.account(ADMIN), clock.now())

    assert refused(refresh(visitor, token)) == ("invalid_grant", [50173])
    clock.advance(5)
    assert "access_token" in refresh(visitor, visitor.user_token()["refresh_token"])


def test_a_refresh_token_ends_after_ninety_days_without_use(clock: FakeClock, visitor: Visitor) -> None:
    first = visitor.user_token()
    clock.advance(timedelta(days=80).total_seconds())
    second = refresh(visitor, first["refresh_token"])
    clock.advance(timedelta(days=11).total_seconds())

    assert refused(refresh(visitor, first["refresh_token"])) == ("invalid_grant", [700082])
    assert "access_token" in refresh(visitor, second["refresh_token"])


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"refresh_token": "1.Amade.up"}, "invalid_grant", 70000),
        ({"refresh_token": ""}, "invalid_request", 900144),
        ({"scope": f"{RESOURCE}/vso.release_manage"}, "invalid_grant", 65001),
        ({"scope": "vso.project"}, "invalid_scope", 28002),
        ({"scope": f"{RESOURCE}/vso.nothing"}, "invalid_scope", 70011),
        ({"client_secret": "anything"}, "invalid_client", 700025),
        ({"tenant": "fabrikam.example"}, "invalid_grant", 50020),
    ],
)
def test_a_wrong_refresh_is_refused(visitor: Visitor, changes: dict[str, str], error: str, code: int) -> None:
    token = visitor.user_token()["refresh_token"]

    assert refused(refresh(visitor, token, **changes)) == (error, [code])


def test_a_refresh_token_belongs_to_its_app(cloud: PracticeCloud, visitor: Visitor) -> None:
    token = visitor.user_token()["refresh_token"]
    web = cloud.directory.app("web")

    answer = refresh(visitor, token, client_id=web.client_id, client_secret=web.secrets[0].value.reveal())

    assert refused(answer) == ("invalid_grant", [70000])


def test_a_guest_s_refresh_token_reaches_both_tenants(visitor: Visitor) -> None:
    token = visitor.user_token(GUEST)["refresh_token"]

    assert "access_token" in refresh(visitor, token, tenant="fabrikam.example")


def credentials(visitor: Visitor, app: str, **changes: str) -> Json:
    registration = visitor.cloud.directory.app(app)
    fields = {"client_id": registration.client_id, "grant_type": "client_credentials", "scope": DEFAULT}
    if registration.secrets:
        fields["client_secret"] = registration.secrets[0].value.reveal()
    answer: Json = visitor.token(**(fields | changes)).json()
    return answer


def test_client_credentials_give_an_access_token_and_nothing_else(visitor: Visitor) -> None:
    assert credentials(visitor, "automation").keys() == {"token_type", "expires_in", "ext_expires_in", "access_token"}


def test_client_credentials_may_come_in_the_header(cloud: PracticeCloud, visitor: Visitor) -> None:
    app = cloud.directory.app("automation")
    pair = f"{app.client_id}:{app.secrets[0].value.reveal().replace('~', '%7E')}"
    visitor.session.headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()

    assert visitor.token(grant_type="client_credentials", scope=DEFAULT).status_code == 200


@pytest.mark.parametrize(
    ("app", "changes", "error", "code"),
    [
        ("automation", {"client_secret": "wrong"}, "invalid_client", 7000215),
        ("automation", {"client_secret": "0f8fad5b-d9cb-469f-a165-70867728950e"}, "invalid_client", 7000215),
        ("expired-secret", {}, "invalid_client", 7000222),
        ("desktop", {}, "invalid_client", 7000218),
        ("desktop", {"client_secret": "anything"}, "invalid_client", 700025),
        ("automation", {"tenant": "common"}, "invalid_request", 9001023),
        ("automation", {"tenant": "organizations"}, "invalid_request", 9001023),
        ("automation", {"tenant": "fabrikam.example"}, "unauthorized_client", 700016),
        ("automation", {"tenant": "contoso"}, "invalid_request", 900023),
        ("automation", {"scope": f"{RESOURCE}/vso.project"}, "invalid_scope", 1002012),
        ("automation", {"scope": ""}, "invalid_request", 900144),
        ("automation", {"scope": "11111111-2222-3333-4444-555555555555/.default"}, "invalid_resource", 500011),
    ],
)
def test_wrong_client_credentials_are_refused(
    visitor: Visitor, app: str, changes: dict[str, str], error: str, code: int
) -> None:
    assert refused(credentials(visitor, app, **changes)) == (error, [code])


def test_no_refusal_repeats_a_secret(cloud: PracticeCloud, visitor: Visitor) -> None:
    wrong = cloud.directory.app("web").secrets[0].value.reveal()

    assert wrong not in str(credentials(visitor, "automation", client_secret=wrong))
