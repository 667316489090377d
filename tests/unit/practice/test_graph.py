"""The practice cloud's Microsoft Graph: who may do what to an app's client secrets, and what is refused how."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests

from desktop_app.core.credential import Secret
from desktop_app.practice import Fault, FaultKind, PracticeCloud, Service, conflict
from desktop_app.practice.directory import AppSecret
from desktop_app.practice.graph_app import MOST_ITEMS
from tests.fakes.clock import FakeClock
from tests.unit.practice.visitor import Json, Visitor

OWNED_BY = "Application.ReadWrite.OwnedBy"
NOBODY = "12345678-1234-1234-1234-123456789abc"


class Graph:
    """What one app's program asks of Microsoft Graph."""

    def __init__(self, visitor: Visitor, caller: str = "automation") -> None:
        self.visitor, self.cloud, self.caller = visitor, visitor.cloud, caller
        self.bearer = self.token()

    def token(self, secret: str | None = None) -> str:
        answer = self.sign_in(secret)
        assert answer.status_code == 200, answer.json()["error_codes"]
        return str(answer.json()["access_token"])

    def sign_in(self, secret: str | None = None) -> requests.Response:
        app = self.cloud.directory.app(self.caller)
        return self.visitor.token(
            client_id=app.client_id,
            client_secret=secret or app.secrets[0].value.reveal(),
            grant_type="client_credentials",
            scope=self.cloud.cloud.graph_scope,
        )

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> requests.Response:
        return self.visitor.session.request(
            method,
            f"{self.cloud.cloud.graph}/v1.0{path}",
            headers={"Authorization": f"Bearer {self.bearer}", **headers},
            json=body,
            timeout=20,
        )

    def of(self, app: str, action: str = "", query: str = "") -> str:
        key = self.cloud.directory.app(app).client_id
        return f"/applications(appId='{key}'){f'/{action}' if action else ''}{query}"

    def secrets(self, app: str = "automation") -> list[Json]:
        answer = self.ask("GET", self.of(app, query="?$select=passwordCredentials"))
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()["passwordCredentials"]
        return found

    def add(self, app: str = "automation", **given: Any) -> requests.Response:  # Any: JSON values
        return self.ask("POST", self.of(app, "addPassword"), {"passwordCredential": given})


@pytest.fixture
def graph(visitor: Visitor) -> Graph:
    return Graph(visitor)


def refusal(answer: requests.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert answer.headers["request-id"] == error["innerError"]["request-id"]
    return answer.status_code, error["code"]


def test_an_app_reads_its_secrets_without_their_values(cloud: PracticeCloud, graph: Graph) -> None:
    [secret] = graph.secrets()
    seeded = cloud.directory.app("automation").secrets[0]

    assert secret["hint"] == seeded.value.reveal()[:3]
    assert secret["secretText"] is None
    assert secret["keyId"] == seeded.key_id
    assert secret["endDateTime"].startswith(seeded.expires_at.strftime("%Y-%m-%dT%H:%M:%S"))


def test_only_what_is_selected_is_told(graph: Graph) -> None:
    answer = graph.ask("GET", graph.of("automation", query="?$select=id,displayName"))
    everything = graph.ask("GET", graph.of("automation"))

    assert set(answer.json()) == {"@odata.context", "id", "displayName"}
    assert "passwordCredentials" in everything.json()
    assert refusal(graph.ask("GET", graph.of("automation", query="?$select=secrets"))) == (400, "BadRequest")
    assert refusal(graph.ask("GET", graph.of("automation", query="?$top=1"))) == (400, "BadRequest")


def test_an_app_can_be_named_by_its_object_id(cloud: PracticeCloud, graph: Graph) -> None:
    app = cloud.directory.app("automation")

    assert graph.ask("GET", f"/applications/{app.object_id}").json()["appId"] == app.client_id
    assert refusal(graph.ask("GET", f"/applications/{app.client_id}")) == (404, "Request_ResourceNotFound")


def test_a_new_secret_is_told_once_and_known_after_the_delay(graph: Graph, clock: FakeClock) -> None:
    end = (clock.now() + timedelta(days=90)).isoformat()
    made = graph.add(displayName="second", endDateTime=end).json()

    assert [one["displayName"] for one in graph.secrets()] == ["Practice secret", "second"]
    assert made["hint"] == made["secretText"][:3]
    assert len(made["secretText"]) == 40
    assert all(one["secretText"] is None for one in graph.secrets())
    assert graph.sign_in(made["secretText"]).json()["error_codes"] == [7000215]
    clock.advance(2.9)
    assert graph.sign_in(made["secretText"]).json()["error_codes"] == [7000215]
    clock.advance(0.1)
    assert graph.sign_in(made["secretText"]).status_code == 200
    assert graph.sign_in().status_code == 200  # the old one goes on


def test_the_delay_is_as_it_is_set(cloud: PracticeCloud, graph: Graph) -> None:
    cloud.directory.secret_delay = timedelta(0)

    assert graph.sign_in(graph.add(displayName="second").json()["secretText"]).status_code == 200


def test_a_secret_lasts_two_years_where_nothing_is_said(graph: Graph, clock: FakeClock) -> None:
    answer = graph.ask("POST", graph.of("automation", "addPassword"))

    assert answer.status_code == 400  # without a content type
    made = graph.ask("POST", graph.of("automation", "addPassword"), {}).json()
    assert made["endDateTime"].startswith((clock.now() + timedelta(days=730)).strftime("%Y-%m-%d"))
    assert made["displayName"] is None


def test_a_removed_secret_is_refused_and_can_not_be_removed_again(graph: Graph, clock: FakeClock) -> None:
    made = graph.add(displayName="second").json()
    clock.advance(3)
    remove = graph.of("automation", "removePassword")

    assert graph.ask("POST", remove, {"keyId": made["keyId"].upper()}).status_code == 204
    assert graph.sign_in(made["secretText"]).json()["error_codes"] == [7000215]
    assert len(graph.secrets()) == 1
    assert refusal(graph.ask("POST", remove, {"keyId": made["keyId"]})) == (400, "Request_BadRequest")
    assert refusal(graph.ask("POST", remove, {"keyId": "no id"})) == (400, "Request_BadRequest")
    assert refusal(graph.ask("POST", remove, {})) == (400, "Request_BadRequest")


@pytest.mark.parametrize(
    "given",
    [
        {"endDateTime": "2020-01-01T00:00:00Z"},
        {"secretText": "of my own"},
        {"keyId": NOBODY},
        {"hint": "abc"},
    ],
)
def test_a_secret_that_can_not_be_is_refused(graph: Graph, given: Json) -> None:
    assert refusal(graph.add(**given)) == (400, "Request_BadRequest")
    assert len(graph.secrets()) == 1


def test_a_date_that_is_none_is_refused(graph: Graph) -> None:
    assert refusal(graph.add(endDateTime="tomorrow")) == (400, "BadRequest")


def test_another_app_may_not(cloud: PracticeCloud, visitor: Visitor) -> None:
    other = Graph(visitor, "not-in-organization")

    for answer in (
        other.ask("GET", other.of("not-in-organization")),
        other.ask("GET", other.of("automation")),
        other.add("not-in-organization"),
        other.add("automation"),
        other.ask("POST", other.of("automation", "removePassword"), {"keyId": NOBODY}),
    ):
        assert refusal(answer) == (403, "Authorization_RequestDenied")


def test_an_owner_reads_all_apps_and_changes_its_own(cloud: PracticeCloud, graph: Graph) -> None:
    assert len(graph.secrets("web")) == 1
    assert refusal(graph.add("web")) == (403, "Authorization_RequestDenied")
    cloud.directory.replace_app(replace(cloud.directory.app("web"), owners=frozenset({"other"})))
    assert refusal(graph.add("web")) == (403, "Authorization_RequestDenied")


def test_an_app_with_the_permission_but_no_owner_of_itself_may_not(cloud: PracticeCloud, graph: Graph) -> None:
    cloud.directory.replace_app(replace(cloud.directory.app("automation"), owners=frozenset()))

    assert refusal(graph.add()) == (403, "Authorization_RequestDenied")


def test_an_app_that_may_change_all_needs_no_ownership(cloud: PracticeCloud, visitor: Visitor) -> None:
    app = cloud.directory.app("automation")
    cloud.directory.replace_app(
        replace(app, owners=frozenset(), graph_permissions=frozenset({"Application.ReadWrite.All"}))
    )
    graph = Graph(visitor)

    assert graph.add("web").status_code == 200
    assert refusal(graph.ask("POST", f"/applications(appId='{NOBODY}')/addPassword", {})) == (
        404,
        "Request_ResourceNotFound",
    )


def test_a_token_for_azure_devops_is_of_the_wrong_audience(graph: Graph, visitor: Visitor) -> None:
    graph.bearer = visitor.app_token()

    assert refusal(graph.ask("GET", graph.of("automation"))) == (401, "InvalidAuthenticationToken")
    assert refusal(graph.add()) == (401, "InvalidAuthenticationToken")


def test_a_token_for_graph_is_nothing_to_azure_devops(graph: Graph, visitor: Visitor) -> None:
    answer = visitor.api("/contoso/_apis/projects", bearer=graph.bearer)

    assert answer.status_code == 401


def test_a_person_may_not(graph: Graph, visitor: Visitor) -> None:
    graph.bearer = visitor.user_token(scope="User.Read")["access_token"]

    assert refusal(graph.ask("GET", graph.of("automation"))) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize("bearer", ["", "abc", "a.b.c"])
def test_what_is_no_token_is_refused(graph: Graph, bearer: str) -> None:
    graph.bearer = bearer
    answer = graph.ask("GET", graph.of("automation"))

    assert refusal(answer) == (401, "InvalidAuthenticationToken")
    assert "authorization_uri" in answer.headers["WWW-Authenticate"]


def test_a_token_that_has_ended_is_refused(graph: Graph, clock: FakeClock) -> None:
    clock.advance(3900)

    assert refusal(graph.ask("GET", graph.of("automation"))) == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/users", 400, "BadRequest"),
        ("GET", f"/applications(appId='{NOBODY}')/owners", 400, "BadRequest"),
        ("GET", f"/applications(appId='{NOBODY}')/addPassword", 405, "Request_BadRequest"),
        ("DELETE", f"/applications(appId='{NOBODY}')", 405, "Request_BadRequest"),
        ("GET", f"/applications(appId='{NOBODY}')", 404, "Request_ResourceNotFound"),
    ],
)
def test_what_is_not_there_is_told(graph: Graph, method: str, path: str, status: int, code: str) -> None:
    assert refusal(graph.ask(method, path)) == (status, code)


def test_a_company_may_forbid_or_limit_secrets(cloud: PracticeCloud, graph: Graph, clock: FakeClock) -> None:
    policy = cloud.directory.secret_policy
    policy.longest_days = 30
    month, day = (timedelta(days=31), timedelta(days=1))

    assert refusal(graph.add(endDateTime=(clock.now() + month).isoformat()))[1] == (
        "CredentialInvalidLifetimeAsPerAppPolicy"
    )
    assert graph.add(endDateTime=(clock.now() + day).isoformat()).status_code == 200
    policy.addition_allowed = False
    assert refusal(graph.add(endDateTime=(clock.now() + day).isoformat()))[1] == (
        "CredentialTypeNotAllowedAsPerAppPolicy"
    )


def test_an_app_can_be_full(cloud: PracticeCloud, graph: Graph, clock: FakeClock) -> None:
    app = cloud.directory.app("automation")
    filler = AppSecret(Secret("x" * 40), clock.now())
    cloud.directory.replace_app(replace(app, secrets=(*app.secrets, *[filler] * MOST_ITEMS)))

    assert refusal(graph.add()) == (403, "Directory_ResourceSizeExceeded")


def test_an_answer_can_be_lost_after_the_deed(cloud: PracticeCloud, graph: Graph) -> None:
    cloud.faults.add(Fault(FaultKind.LOSE, service=Service.GRAPH, path_contains="addPassword"))

    with pytest.raises(requests.ConnectionError):
        graph.add(displayName="lost")

    assert [one["displayName"] for one in graph.secrets()] == ["Practice secret", "lost"]
    assert cloud.requests.of(Service.GRAPH, "addPassword")[0].status == 0


def test_a_conflict_is_told_in_the_words_of_the_service(cloud: PracticeCloud, graph: Graph, visitor: Visitor) -> None:
    cloud.faults.add(conflict(service=Service.GRAPH, method="POST"))
    cloud.faults.add(conflict(service=Service.DEVOPS))

    answer = graph.add(displayName="second")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "Conflict")
    assert len(graph.secrets()) == 1
    devops = visitor.api("/contoso/_apis/projects")
    assert (devops.status_code, "typeKey" in devops.json()) == (409, True)


def test_the_record_holds_no_value_of_a_secret(cloud: PracticeCloud, graph: Graph) -> None:
    value = graph.add(displayName="second").json()["secretText"]

    assert value not in repr(cloud.requests.all())
    assert value not in repr(cloud.directory.app("automation"))
