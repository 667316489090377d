"""The authorize endpoint and its pages, from the account to the code."""

import dataclasses

import jwt
import pytest

from desktop_app.practice import PracticeCloud
from desktop_app.practice.directory import AppRegistration
from tests.fakes.clock import FakeClock
from tests.unit.practice.visitor import ADMIN, GUEST, LOOPBACK, NEWCOMER, READER, Page, Visitor, arrived

RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"


def change(cloud: PracticeCloud, app: str, **changes: object) -> AppRegistration:
    # Any field of the registration, of whatever type.
    changed = dataclasses.replace(cloud.directory.app(app), **changes)  # type: ignore[arg-type]
    cloud.directory.replace_app(changed)
    return changed


def test_a_sign_in_ends_at_the_redirect_uri_with_code_and_state(visitor: Visitor) -> None:
    picker = visitor.authorize("desktop")
    consent = visitor.choose(picker, ADMIN)
    redirect = visitor.answer(consent)

    assert redirect.headers["Location"].startswith(f"{LOOPBACK}?")
    parameters = arrived(redirect)
    assert parameters["state"] == "state-1"
    assert parameters["code"]


def test_the_consent_page_lists_the_permissions_in_words(visitor: Visitor) -> None:
    consent = visitor.choose(visitor.authorize("desktop"), ADMIN)

    assert "Read, create and manage variable groups" in Page(consent).text
    assert {"accept", "cancel"} <= set(Page(consent).forms[0].buttons)


def test_named_scopes_are_the_ones_asked_for(visitor: Visitor) -> None:
    consent = visitor.choose(visitor.authorize("desktop", scope=f"{RESOURCE}/vso.project openid"), ADMIN)

    text = Page(consent).text
    assert "Read projects and teams" in text
    assert "variable groups" not in text


def test_consent_is_remembered_for_this_account_and_app(visitor: Visitor) -> None:
    visitor.sign_in(visitor.authorize("desktop"), READER)

    again = visitor.choose(visitor.authorize("desktop"), READER)
    other_account = visitor.choose(visitor.authorize("desktop"), ADMIN)
    other_app = visitor.choose(visitor.authorize("web"), READER)

    assert "code" in arrived(again)
    assert other_account.status_code == other_app.status_code == 200


def test_prompt_consent_asks_again(visitor: Visitor) -> None:
    visitor.sign_in(visitor.authorize("desktop"))

    assert visitor.choose(visitor.authorize("desktop", prompt="consent"), ADMIN).status_code == 200


def test_new_named_scopes_ask_again_but_default_does_not(visitor: Visitor) -> None:
    visitor.sign_in(visitor.authorize("desktop", scope=f"{RESOURCE}/vso.project openid"))

    default = visitor.choose(visitor.authorize("desktop"), ADMIN)
    named = visitor.choose(visitor.authorize("desktop", scope=f"{RESOURCE}/vso.release"), ADMIN)

    assert default.status_code == 302
    assert named.status_code == 200


def test_an_administrator_can_consent_for_everyone(visitor: Visitor) -> None:
    visitor.answer(visitor.choose(visitor.authorize("desktop"), ADMIN), for_all="yes")

    assert visitor.choose(visitor.authorize("desktop"), READER).status_code == 302


def test_a_declined_consent_comes_back_as_access_denied(visitor: Visitor) -> None:
    parameters = visitor.sign_in(visitor.authorize("desktop"), button="cancel")

    assert parameters["error"] == "access_denied"
    assert parameters["error_description"].startswith("AADSTS65004: ")
    assert parameters["state"] == "state-1"
    assert "code" not in parameters


def test_a_login_hint_puts_its_account_first(visitor: Visitor) -> None:
    picker = visitor.authorize("desktop", login_hint=READER)

    assert Page(picker).forms[0].buttons[0] == READER
    assert f'value="{READER}" class="main"' in picker.text


def test_an_account_can_be_typed(cloud: PracticeCloud, visitor: Visitor) -> None:
    picker = Page(visitor.authorize("desktop"))
    typed = picker.forms[1]

    assert picker.inputs <= picker.labels
    known = visitor.post(cloud.cloud.login + typed.action, typed.hidden | {"account": ADMIN.upper()})
    unknown = visitor.post(cloud.cloud.login + typed.action, typed.hidden | {"account": "<b>@contoso.example"})

    assert known.status_code == 200
    assert "AADSTS50034" in unknown.text
    assert "<b>@" not in unknown.text


def test_form_post_carries_the_code_in_a_form(visitor: Visitor) -> None:
    visitor.sign_in(visitor.authorize("desktop"))

    answer = visitor.choose(visitor.authorize("desktop", response_mode="form_post"), ADMIN)

    form = Page(answer).forms[0]
    assert form.action == LOOPBACK
    assert {"code", "state"} <= form.hidden.keys()
    assert f"form-action 'self' {LOOPBACK}" in answer.headers["Content-Security-Policy"]


def test_pages_are_kept_out_of_caches_and_may_lead_to_the_redirect_uri_only(visitor: Visitor) -> None:
    picker = visitor.authorize("desktop")

    assert "no-store" in picker.headers["Cache-Control"]
    policy = picker.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert f"form-action 'self' {LOOPBACK}" in policy
    assert '<html lang="en">' in picker.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "11111111-2222-3333-4444-555555555555"}, 700016),
        ({"client_id": None}, 900144),
        ({"redirect_uri": "http://localhost:1/other"}, 50011),
        ({"redirect_uri": "http://localhost/"}, 50011),
        ({"redirect_uri": "HTTP://LOCALHOST"}, 50011),
        ({"redirect_uri": "http://127.0.0.1:53111"}, 50011),
        ({"redirect_uri": "http://user@localhost"}, 50011),
        ({"redirect_uri": "http://localhost.evil.example"}, 50011),
        ({"redirect_uri": "https://localhost"}, 50011),
        ({"redirect_uri": None}, 900971),
        ({"response_mode": "fragment"}, 70007),
    ],
)
def test_what_is_wrong_with_the_registration_is_told_on_a_page(
    visitor: Visitor, changes: dict[str, str | None], code: int
) -> None:
    answer = visitor.authorize("desktop", **changes)

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert f"AADSTS{code}: " in Page(answer).text
    assert "Correlation Id: " in Page(answer).text
    assert "Timestamp: " in Page(answer).text


@pytest.mark.parametrize(
    ("tenant", "app", "code"),
    [
        ("unknown.example", "desktop", 90002),
        ("fabrikam.example", "web", 700016),
        ("organizations", "web", 50194),
        ("common", "web", 50194),
    ],
)
def test_the_wrong_tenant_is_told_on_a_page(visitor: Visitor, tenant: str, app: str, code: int) -> None:
    assert f"AADSTS{code}: " in Page(visitor.authorize(app, tenant)).text


@pytest.mark.parametrize("port", ["", ":1", ":65000"])
def test_any_port_of_localhost_matches(visitor: Visitor, port: str) -> None:
    assert visitor.authorize("desktop", redirect_uri=f"http://localhost{port}").status_code == 200


def test_the_native_client_address_is_registered(cloud: PracticeCloud, visitor: Visitor) -> None:
    native = cloud.cloud.native_redirect_uri

    opened = visitor.authorize("desktop", redirect_uri=native)
    redirect = visitor.answer(visitor.choose(opened, ADMIN))

    assert redirect.headers["Location"].startswith(f"{native}?code=")
    assert visitor.authorize("web", redirect_uri=native).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"response_type": "token"}, "unsupported_response_type", 700054),
        ({"scope": None}, "invalid_request", 900144),
        ({"scope": f"{RESOURCE}/vso.nothing"}, "invalid_scope", 70011),
        ({"scope": f"{RESOURCE}/.default {RESOURCE}/vso.project"}, "invalid_scope", 70011),
        ({"scope": "vso.project"}, "invalid_scope", 28002),
        ({"scope": f"{RESOURCE}/vso.project https://graph.microsoft.com/User.Read"}, "invalid_scope", 28000),
        ({"scope": "11111111-2222-3333-4444-555555555555/.default"}, "invalid_resource", 500011),
        ({"code_challenge": None}, "invalid_request", 9002325),
        ({"code_challenge_method": "plain"}, "invalid_request", 50147),
        ({"code_challenge": "short"}, "invalid_request", 50147),
        ({"prompt": "none"}, "login_required", 50058),
    ],
)
def test_later_faults_go_to_the_redirect_uri(
    visitor: Visitor, changes: dict[str, str | None], error: str, code: int
) -> None:
    parameters = arrived(visitor.authorize("desktop", **changes))

    assert parameters["error"] == error
    assert parameters["error_description"].startswith(f"AADSTS{code}: ")
    assert parameters["state"] == "state-1"


def test_an_app_without_permissions_can_not_ask_for_default(visitor: Visitor) -> None:
    parameters = arrived(visitor.authorize("automation"))

    assert parameters["error_description"].startswith("AADSTS650057: ")


@pytest.mark.parametrize(
    ("changes", "account", "code"),
    [
        ({"redirects": ()}, ADMIN, 500113),
        ({"enabled": False}, ADMIN, 7000112),
        ({"assignment_required": True}, READER, 50105),
        ({"admin_consent_required": True}, READER, 90094),
    ],
)
def test_rules_of_the_registration_stop_people_on_a_page(
    cloud: PracticeCloud, visitor: Visitor, changes: dict[str, object], account: str, code: int
) -> None:
    change(cloud, "desktop", **changes)

    answer = visitor.authorize("desktop")
    if answer.status_code == 200:
        answer = visitor.choose(answer, account)

    assert f"AADSTS{code}: " in Page(answer).text


def test_accounts_of_another_tenant_are_refused_unless_invited(visitor: Visitor) -> None:
    refused = visitor.choose(visitor.authorize("desktop", "fabrikam.example"), READER)
    invited = visitor.choose(visitor.authorize("desktop", "contoso.example"), GUEST)

    assert "AADSTS50020: " in Page(refused).text
    assert invited.status_code == 200


def test_organizations_means_the_account_s_own_tenant(cloud: PracticeCloud, visitor: Visitor) -> None:
    parameters = visitor.sign_in(visitor.authorize("desktop", "organizations"), GUEST)

    answer = visitor.redeem("desktop", parameters, tenant="organizations").json()

    claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
    assert claims["tid"] == cloud.directory.tenant("fabrikam").id


def test_a_sign_in_left_lying_is_too_old_after_ten_minutes(clock: FakeClock, visitor: Visitor) -> None:
    picker = visitor.authorize("desktop")
    clock.advance(601)

    assert "AADSTS50089" in visitor.choose(picker, ADMIN).text


def test_admin_consent_grants_for_the_whole_tenant(cloud: PracticeCloud, visitor: Visitor) -> None:
    client_id, tenant = cloud.directory.app("desktop").client_id, cloud.directory.tenant("contoso").id
    address = f"{cloud.cloud.login}/contoso.example/adminconsent"

    opened = visitor.get(address, params={"client_id": client_id, "redirect_uri": LOOPBACK, "state": "s"})
    parameters = visitor.sign_in(opened)

    assert (parameters["admin_consent"], parameters["tenant"], parameters["state"]) == ("True", tenant, "s")
    assert visitor.choose(visitor.authorize("desktop"), NEWCOMER).status_code == 302


def test_admin_consent_with_scopes_can_be_declined(cloud: PracticeCloud, visitor: Visitor) -> None:
    address = f"{cloud.cloud.login}/organizations/v2.0/adminconsent"
    query = {
        "client_id": cloud.directory.app("desktop").client_id,
        "redirect_uri": LOOPBACK,
        "scope": f"{RESOURCE}/.default",
    }

    parameters = visitor.sign_in(visitor.get(address, params=query), button="cancel")

    assert parameters["admin_consent"] == "True"
    assert parameters["error"] == "access_denied"
    assert visitor.get(address, params=query | {"scope": ""}).status_code == 400


def test_admin_consent_needs_an_administrator(cloud: PracticeCloud, visitor: Visitor) -> None:
    address = f"{cloud.cloud.login}/contoso.example/adminconsent"
    query = {"client_id": cloud.directory.app("desktop").client_id, "redirect_uri": LOOPBACK}

    answer = visitor.choose(visitor.get(address, params=query), READER)

    assert "AADSTS90094" in answer.text
