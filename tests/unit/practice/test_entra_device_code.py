"""A sign-in on one device, finished on another."""

import pytest

from desktop_app.practice import PracticeCloud
from tests.fakes.clock import FakeClock
from tests.unit.practice.visitor import ADMIN, Json, Page, Visitor

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def start(visitor: Visitor, app: str = "desktop") -> Json:
    cloud = visitor.cloud
    answer: Json = visitor.post(
        f"{cloud.cloud.login}/contoso.example/oauth2/v2.0/devicecode",
        {
            "client_id": cloud.directory.app(app).client_id,
            "scope": f"{cloud.cloud.default_scope} openid offline_access",
        },
    ).json()
    return answer


def poll(visitor: Visitor, device: Json) -> Json:
    client_id = visitor.cloud.directory.app("desktop").client_id
    answer: Json = visitor.token(client_id=client_id, grant_type=DEVICE_GRANT, device_code=device["device_code"]).json()
    return answer


def finish(visitor: Visitor, device: Json, button: str) -> str:
    opened = visitor.get(device["verification_uri"])
    assert Page(opened).inputs <= Page(opened).labels
    picker = visitor.post(device["verification_uri"], {"otc": f" {device['user_code'].lower()} "})
    return Page(visitor.answer(visitor.choose(picker, ADMIN), button)).text


def test_polling_waits_until_the_person_accepts(visitor: Visitor) -> None:
    device = start(visitor)

    pending = poll(visitor, device)
    told = finish(visitor, device, "accept")
    done = poll(visitor, device)

    assert pending["error"] == "authorization_pending"
    assert pending["error_codes"] == [70016]
    assert "You have signed in" in told
    assert {"access_token", "refresh_token", "id_token"} <= done.keys()


def test_a_declined_sign_in_is_told(visitor: Visitor) -> None:
    device = start(visitor)
    finish(visitor, device, "cancel")

    assert poll(visitor, device)["error"] == "authorization_declined"


def test_a_device_code_ends_after_fifteen_minutes(clock: FakeClock, visitor: Visitor) -> None:
    device = start(visitor)
    clock.advance(901)

    late = visitor.post(device["verification_uri"], {"otc": device["user_code"]})

    assert "That code didn't work" in Page(late).text
    assert poll(visitor, device)["error"] == "expired_token"


def test_a_device_code_is_good_once(visitor: Visitor) -> None:
    device = start(visitor)
    finish(visitor, device, "accept")
    poll(visitor, device)

    assert poll(visitor, device)["error"] == "bad_verification_code"


@pytest.mark.parametrize("app", ["web", "automation"])
def test_public_flows_must_be_allowed(visitor: Visitor, app: str) -> None:
    assert start(visitor, app)["error_codes"] == [7000218]


def test_a_code_nobody_was_given_is_refused(cloud: PracticeCloud, visitor: Visitor) -> None:
    assert poll(visitor, {"device_code": "made-up"})["error_codes"] == [70018]
    answer = visitor.post(f"{cloud.cloud.login}/devicelogin", {"otc": "ABCDEFGHJ"})
    assert "didn't work" in Page(answer).text
