"""A sign-in with a code for another device, against the practice cloud over real TLS."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from desktop_app.auth.device_code import DeviceCode, DeviceCodeSignIn
from desktop_app.auth.oauth import OAuthSignIn
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.credential import OAuthCredential
from desktop_app.core.ports import Request, Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.http import RequestsSession
from tests.fakes.clock import FakeClock
from tests.fakes.entra import entra_error, unsigned_jwt
from tests.fakes.http import json_answer
from tests.unit.auth.conftest import ADMIN, Site

NOBODY: Callable[[DeviceCode], None] = lambda code: None  # noqa: E731 - a name for what nobody does


class Line:
    """Implements HttpSession: the server asks to be asked without a pause, and answers can be replaced by path."""

    def __init__(self, http: RequestsSession) -> None:
        self._http = http
        self.requests: list[Request] = []
        self.start: dict[str, Any] = {"interval": 0}  # changes the answer that holds the code; JSON has no type
        self.answers: list[Response | ConnectionProblem] = []
        """Given to the next questions for a token instead of the server's own."""
        self.alter: Callable[[dict[str, Any]], dict[str, Any]] = lambda content: content

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        if request.url.endswith("/token") and self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, ConnectionProblem):
                raise answer
            return answer
        got = self._http.send(request)
        if request.url.endswith("/devicecode") and got.status == 200:
            return json_answer({**got.json(), **self.start})
        if request.url.endswith("/token") and got.status == 200:
            return json_answer(self.alter(got.json()))
        return got

    def forms(self, path: str) -> list[dict[str, list[str]]]:
        return [parse_qs((sent.body or b"").decode()) for sent in self.requests if sent.url.endswith(path)]


@pytest.fixture
def line(session: RequestsSession) -> Line:
    return Line(session)


@pytest.fixture
def device(line: Line, clock: FakeClock) -> DeviceCodeSignIn:
    return DeviceCodeSignIn(line, clock)


def refusal(call: Callable[[], object]) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as caught:
        call()
    return caught.value


def test_a_code_entered_elsewhere_signs_in(device: DeviceCodeSignIn, site: Site, clock: FakeClock) -> None:
    codes: list[DeviceCode] = []

    def enter(code: DeviceCode) -> None:
        codes.append(code)
        site.person().enter_code(code.address, code.user_code)

    grant = device.sign_in(site.app("desktop"), enter, Cancel())

    assert grant.account is not None
    assert grant.account.username == ADMIN
    assert grant.account.tenant_id == site.directory.tenant("contoso").id
    assert isinstance(grant.credential, OAuthCredential)
    assert grant.credential.refresh_token
    assert "vso.project_write" in grant.token.scopes
    assert codes[0].address == f"{site.cloud.login}/devicelogin"
    assert (codes[0].ends_at - clock.now()).total_seconds() == 900


def test_the_sign_in_can_be_renewed_later(device: DeviceCodeSignIn, line: Line, site: Site, clock: FakeClock) -> None:
    grant = device.sign_in(
        site.app("desktop"), lambda code: site.person().enter_code(code.address, code.user_code), Cancel()
    )
    assert isinstance(grant.credential, OAuthCredential)

    assert OAuthSignIn(line, clock).renew(site.app("desktop"), grant.credential).token.value


def test_what_collects_the_tokens_is_never_shown(device: DeviceCodeSignIn, line: Line, site: Site) -> None:
    codes: list[DeviceCode] = []

    def enter(code: DeviceCode) -> None:
        codes.append(code)
        site.person().enter_code(code.address, code.user_code)

    device.sign_in(site.app("desktop"), enter, Cancel())
    word = line.forms("/token")[0]["device_code"][0]

    assert (word in repr(codes[0])) is False
    assert word != codes[0].user_code


def test_the_request_asks_for_everything_granted_and_sends_no_secret(
    device: DeviceCodeSignIn, line: Line, site: Site
) -> None:
    app = replace(site.app("desktop"), client_secret=site.app("web").client_secret)
    grant = device.sign_in(app, lambda code: site.person().enter_code(code.address, code.user_code), Cancel())
    asked = line.forms("/devicecode")[0]

    assert set(asked["scope"][0].split()) == {site.cloud.default_scope, "openid", "profile", "offline_access"}
    assert "client_secret" not in asked
    assert all("client_secret" not in form for form in line.forms("/token"))
    assert isinstance(grant.credential, OAuthCredential)
    assert grant.credential.client_secret is None


def test_it_asks_until_the_person_is_done(device: DeviceCodeSignIn, line: Line, site: Site) -> None:
    line.answers = [entra_error(70016, "authorization_pending")] * 2
    device.sign_in(site.app("desktop"), lambda code: site.person().enter_code(code.address, code.user_code), Cancel())

    assert len(line.forms("/token")) == 3


@pytest.mark.parametrize("problem", [Problem.TIMED_OUT, Problem.CONNECTION_LOST, Problem.NAME_NOT_RESOLVED])
def test_a_network_that_fails_for_a_moment_ends_nothing(
    device: DeviceCodeSignIn, line: Line, site: Site, problem: Problem
) -> None:
    line.answers = [ConnectionProblem(problem), ConnectionProblem(problem)]
    grant = device.sign_in(
        site.app("desktop"), lambda code: site.person().enter_code(code.address, code.user_code), Cancel()
    )
    assert grant.account is not None


def test_a_network_that_is_not_to_be_trusted_ends_it(device: DeviceCodeSignIn, line: Line, site: Site) -> None:
    line.answers = [ConnectionProblem(Problem.CERTIFICATE_UNTRUSTED)]
    failure = refusal(lambda: device.sign_in(site.app("desktop"), NOBODY, Cancel()))
    assert failure.problem is Problem.CERTIFICATE_UNTRUSTED


def test_declined_permissions_are_told(device: DeviceCodeSignIn, site: Site) -> None:
    def decline(code: DeviceCode) -> None:
        site.person(accepts=False).enter_code(code.address, code.user_code)

    failure = refusal(lambda: device.sign_in(site.app("desktop"), decline, Cancel()))
    assert failure.problem is Problem.CONSENT_DECLINED


def test_a_code_that_ended_at_the_server_is_told(
    device: DeviceCodeSignIn, line: Line, site: Site, clock: FakeClock
) -> None:
    line.start["expires_in"] = 9000  # so that only the server knows
    failure = refusal(lambda: device.sign_in(site.app("desktop"), lambda code: clock.advance(901), Cancel()))
    assert failure.problem is Problem.DEVICE_CODE_ENDED
    assert failure.facts["aadsts"] == "AADSTS70019"


def test_a_code_that_ended_here_is_not_asked_about(
    device: DeviceCodeSignIn, line: Line, site: Site, clock: FakeClock
) -> None:
    failure = refusal(lambda: device.sign_in(site.app("desktop"), lambda code: clock.advance(901), Cancel()))
    assert failure.problem is Problem.DEVICE_CODE_ENDED
    assert line.forms("/token") == []


@pytest.mark.parametrize("key", ["web", "automation"])
def test_an_app_that_allows_no_public_client_is_told(device: DeviceCodeSignIn, site: Site, key: str) -> None:
    failure = refusal(lambda: device.sign_in(site.app(key), NOBODY, Cancel()))
    assert failure.problem is Problem.DEVICE_CODE_NOT_ALLOWED
    assert failure.facts["aadsts"] == "AADSTS7000218"


@pytest.mark.parametrize("number", [53003, 53000, 530032, 530033])
def test_a_company_that_blocks_codes_is_told(device: DeviceCodeSignIn, line: Line, site: Site, number: int) -> None:
    line.answers = [entra_error(number, "access_denied")]
    failure = refusal(lambda: device.sign_in(site.app("desktop"), NOBODY, Cancel()))
    assert failure.problem is Problem.DEVICE_CODE_BLOCKED
    assert failure.facts["aadsts"] == f"AADSTS{number}"


@pytest.mark.parametrize(
    "start",
    [
        {"verification_uri": "http://login.example/device"},
        {"verification_uri": "https://user@login.example/device"},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": ""},
        {"user_code": "line\nbreak"},
        {"user_code": "x" * 33},
        {"expires_in": 10**12},
        {"device_code": ""},
    ],
    ids=str,
)
def test_an_answer_that_can_not_be_shown_is_refused(
    device: DeviceCodeSignIn, line: Line, site: Site, start: dict[str, object]
) -> None:
    line.start |= start
    codes: list[DeviceCode] = []
    assert (
        refusal(lambda: device.sign_in(site.app("desktop"), codes.append, Cancel())).problem
        is Problem.ANSWER_NOT_UNDERSTOOD
    )
    assert codes == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "11112222-bbbb-3333-cccc-4444dddd5555"},
        {"tid": "aaaabbbb-0000-1111-2222-ccccddddeeee"},
        {"iss": "https://login.evil.example/aaaabbbb-0000-1111-2222-ccccddddeeee/v2.0"},
    ],
    ids=str,
)
def test_an_identity_made_for_somebody_else_is_refused(
    device: DeviceCodeSignIn, line: Line, site: Site, claims: dict[str, object]
) -> None:
    app, tenant = site.app("desktop"), site.directory.tenant("contoso")
    good = {"aud": app.client_id, "iss": f"{site.cloud.login}/{tenant.id}/v2.0", "tid": tenant.id, "sub": "s"}
    line.alter = lambda content: {**content, "id_token": unsigned_jwt({**good, **claims})}
    failure = refusal(
        lambda: device.sign_in(app, lambda code: site.person().enter_code(code.address, code.user_code), Cancel())
    )
    assert failure.problem is Problem.SIGN_IN_STATE_MISMATCH


def test_a_sign_in_without_an_identity_is_refused(device: DeviceCodeSignIn, line: Line, site: Site) -> None:
    line.alter = lambda content: {name: value for name, value in content.items() if name != "id_token"}
    failure = refusal(
        lambda: device.sign_in(
            site.app("desktop"), lambda code: site.person().enter_code(code.address, code.user_code), Cancel()
        )
    )
    assert failure.problem is Problem.SIGN_IN_STATE_MISMATCH


def test_cancel_is_heard_while_it_waits_for_the_next_question(device: DeviceCodeSignIn, line: Line, site: Site) -> None:
    line.start["interval"] = 600
    shown, cancel = threading.Event(), Cancel()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(device.sign_in, site.app("desktop"), lambda code: shown.set(), cancel)
        assert shown.wait(30)
        cancel.request()
        assert isinstance(running.exception(timeout=30), Cancelled)
    assert line.forms("/token") == []


def test_cancel_before_the_code_shows_none(device: DeviceCodeSignIn, line: Line, site: Site) -> None:
    cancel, codes = Cancel(), list[DeviceCode]()
    cancel.request()
    with pytest.raises(Cancelled):
        device.sign_in(site.app("desktop"), codes.append, cancel)
    assert codes == []
    assert line.forms("/devicecode") == []
