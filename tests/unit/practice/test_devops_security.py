"""Permission evaluation, and the lifecycle of personal access tokens."""

from datetime import datetime, timedelta

import pytest

from desktop_app.practice import PracticeCloud
from desktop_app.practice.organization import Namespace
from tests.fakes.clock import FakeClock
from tests.unit.practice.visitor import ADMIN, GUEST, READER, Json, Visitor, basic

BATCH = "/contoso/_apis/security/permissionevaluationbatch"


def evaluate(visitor: Visitor, account: str, namespace: Namespace, token: str, bits: int) -> bool:
    asked = {"securityNamespaceId": namespace.value, "token": token, "permissions": bits}
    answer = visitor.api(
        BATCH,
        method="POST",
        bearer=visitor.user_token(account)["access_token"],
        json={"alwaysAllowAdministrators": True, "evaluations": [asked]},
    ).json()["evaluations"][0]
    assert answer == asked | {"value": answer["value"]}
    return bool(answer["value"])


@pytest.mark.parametrize(
    ("account", "namespace", "token", "bits", "allowed"),
    [
        (ADMIN, Namespace.LIBRARY, "Library/{shop}", 4, True),
        (READER, Namespace.LIBRARY, "Library/{shop}", 1, True),
        (READER, Namespace.LIBRARY, "Library/{shop}", 4, False),
        (READER, Namespace.LIBRARY, "Library/{billing}", 1, False),
        (GUEST, Namespace.LIBRARY, "Library/{website}", 4, True),
        (GUEST, Namespace.LIBRARY, "Library/{website}", 2, False),
        (GUEST, Namespace.LIBRARY, "Library/{website}", 6, False),
        (GUEST, Namespace.LIBRARY, "Library/{website}/VariableGroup/5", 1, True),
        (GUEST, Namespace.LIBRARY, "Library/Collection/VariableGroup/5", 1, False),
        (READER, Namespace.SERVICE_ENDPOINTS, "endpoints/{shop}", 16, False),
        (GUEST, Namespace.SERVICE_ENDPOINTS, "endpoints/{website}", 1, True),
        (READER, Namespace.PROJECT, "$PROJECT:vstfs:///Classification/TeamProject/{shop}", 1, True),
        (READER, Namespace.PROJECT, "$PROJECT:vstfs:///Classification/TeamProject/{shop}", 2, False),
        (READER, Namespace.RELEASE_MANAGEMENT, "{shop}", 1, True),
        (GUEST, Namespace.RELEASE_MANAGEMENT, "{website}/3", 66, True),
        (READER, Namespace.COLLECTION, "NAMESPACE", 1, True),
        (READER, Namespace.COLLECTION, "NAMESPACE", 4, False),
        (READER, Namespace.LIBRARY, "Library/not-a-project", 1, False),
        (READER, Namespace.LIBRARY, "Library/{shop}", 1024, False),
    ],
)
def test_permissions_are_those_of_the_calling_identity(
    cloud: PracticeCloud, visitor: Visitor, *, account: str, namespace: Namespace, token: str, bits: int, allowed: bool
) -> None:
    projects = {one.name.lower(): one.id for one in cloud.directory.organization("contoso").projects}

    assert evaluate(visitor, account, namespace, token.format(**projects), bits) is allowed


def test_several_tokens_can_be_asked_at_once(cloud: PracticeCloud, visitor: Visitor) -> None:
    projects = {one.name: one.id for one in cloud.directory.organization("contoso").projects}
    reader = visitor.user_token(READER)["access_token"]
    tokens = f"Library/{projects['Shop']},Library/{projects['Billing']}"

    answer = visitor.api(f"/contoso/_apis/permissions/{Namespace.LIBRARY}/1?tokens={tokens}", bearer=reader).json()

    assert answer == {"count": 2, "value": [True, False]}


def test_a_namespace_tells_its_bits(visitor: Visitor) -> None:
    one = visitor.api(f"/contoso/_apis/securitynamespaces/{Namespace.LIBRARY}").json()["value"][0]
    unknown = visitor.api("/contoso/_apis/securitynamespaces/0f8fad5b-d9cb-469f-a165-70867728950e").json()

    assert {action["name"]: action["bit"] for action in one["actions"]}["Create"] == 4
    assert unknown["count"] == 0
    assert visitor.api("/contoso/_apis/securitynamespaces").json()["count"] == len(Namespace)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"evaluations": ["x"]}, 400),
        ({"evaluations": [{"securityNamespaceId": Namespace.LIBRARY.value, "permissions": "4"}]}, 400),
        ({"evaluations": [{"securityNamespaceId": "unknown", "permissions": 4}]}, 404),
    ],
)
def test_a_bad_evaluation_is_refused(visitor: Visitor, body: Json, status: int) -> None:
    assert visitor.api(BATCH, method="POST", json=body).status_code == status


class Tokens:
    """The PAT lifecycle as one person's program uses it."""

    def __init__(self, visitor: Visitor, clock: FakeClock, account: str = ADMIN) -> None:
        self.visitor = visitor
        self.clock = clock
        self.bearer = visitor.user_token(account)["access_token"]

    def call(self, method: str, query: str = "", body: Json | None = None) -> Json:
        answer = self.visitor.api(
            f"/contoso/_apis/tokens/pats{query}",
            method=method,
            base=self.visitor.cloud.cloud.identity,
            bearer=self.bearer,
            version="7.1-preview.1",
            json=body,
        )
        assert answer.status_code in (200, 204)
        content: Json = answer.json() if answer.content else {}
        return content

    def body(self, **changes: object) -> Json:
        end: datetime = self.clock.now() + timedelta(days=30)
        return {
            "displayName": "made",
            "scope": "vso.project vso.variablegroups_manage",
            "validTo": end.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "allOrgs": False,
        } | changes


@pytest.fixture
def tokens(visitor: Visitor, clock: FakeClock) -> Tokens:
    return Tokens(visitor, clock)


def works(visitor: Visitor, pat: str) -> bool:
    return (
        visitor.api("/contoso/_apis/projects", credential=None, headers={"Authorization": basic(pat)}).status_code
        == 200
    )


def test_a_made_token_works_until_it_is_revoked(visitor: Visitor, tokens: Tokens) -> None:
    made = tokens.call("POST", body=tokens.body())
    pat, authorization_id = made["patToken"]["token"], made["patToken"]["authorizationId"]

    assert made["patTokenError"] == "none"
    assert len(pat) == 84
    assert works(visitor, pat)
    assert tokens.call("GET", f"?authorizationId={authorization_id}")["patToken"]["token"] is None
    tokens.call("DELETE", f"?authorizationId={authorization_id}")
    assert not works(visitor, pat)


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        ("vso.project vso.variablegroups_manage", {"teams", "variablegroups"}),
        ("vso.variablegroups_read", {"variablegroups"}),
        ("vso.release", {"definitions"}),
        ("app_token", {"teams", "variablegroups", "definitions"}),
    ],
)
def test_a_made_token_reaches_as_far_as_its_scopes_and_no_further(
    visitor: Visitor, tokens: Tokens, scope: str, reached: set[str]
) -> None:
    made = tokens.call("POST", body=tokens.body(scope=scope))["patToken"]
    reads = {
        "teams": ("/contoso/_apis/teams", visitor.cloud.cloud.devops),
        "variablegroups": ("/contoso/Shop/_apis/distributedtask/variablegroups", visitor.cloud.cloud.devops),
        "definitions": ("/contoso/Shop/_apis/release/definitions", visitor.cloud.cloud.release),
    }
    headers = {"Authorization": basic(made["token"])}
    statuses = {
        name: visitor.api(path, base=base, credential=None, headers=headers, version="7.1-preview.1").status_code
        for name, (path, base) in reads.items()
    }

    assert set(made["scope"].split()) == set(scope.split())
    assert statuses == {name: 200 if name in reached else 401 for name in reads}


def test_a_token_is_revoked_once_more_without_harm_and_an_unknown_one_is_told(
    cloud: PracticeCloud, visitor: Visitor, tokens: Tokens
) -> None:
    made = tokens.call("POST", body=tokens.body())["patToken"]
    tokens.call("DELETE", f"?authorizationId={made['authorizationId']}")
    tokens.call("DELETE", f"?authorizationId={made['authorizationId']}")

    unknown = visitor.api(
        "/contoso/_apis/tokens/pats?authorizationId=12345678-1234-1234-1234-123456789abc",
        method="DELETE",
        base=cloud.cloud.identity,
        bearer=tokens.bearer,
        version="7.1-preview.1",
    )

    assert (unknown.status_code, unknown.json()["typeKey"]) == (404, "SessionTokenNotFoundException")


def test_the_list_is_sorted_as_asked(visitor: Visitor, tokens: Tokens) -> None:
    def names(query: str) -> list[str]:
        return [one["displayName"] for one in tokens.call("GET", f"?displayFilterOption=all&{query}")["patTokens"]]

    assert names("sortByOption=displayDate")[0] == "Practice expired"
    assert names("sortByOption=status&isSortAscending=false")[0] == "Practice expired"
    assert names("isSortAscending=false") == sorted(names(""), reverse=True)


def test_a_changed_token_has_its_new_scope_at_once(visitor: Visitor, tokens: Tokens) -> None:
    made = tokens.call("POST", body=tokens.body())["patToken"]

    changed = tokens.call("PUT", body={"authorizationId": made["authorizationId"], "scope": "vso.wiki"})

    assert changed["patToken"]["scope"] == "vso.wiki"
    assert changed["patToken"]["displayName"] == "made"
    assert not works(visitor, made["token"])


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        ("active", ["Practice four-scopes", "Practice full-access", "Practice read-only", "Practice wide"]),
        ("expired", ["Practice expired"]),
        ("revoked", []),
        (
            "all",
            [
                "Practice expired",
                "Practice four-scopes",
                "Practice full-access",
                "Practice read-only",
                "Practice wide",
            ],
        ),
    ],
)
def test_own_tokens_are_listed_by_their_state(tokens: Tokens, shown: str, names: list[str]) -> None:
    listed = tokens.call("GET", f"?displayFilterOption={shown}")

    assert [one["displayName"] for one in listed["patTokens"]] == names
    assert all(one["token"] is None for one in listed["patTokens"])


def test_the_list_comes_in_pages(tokens: Tokens) -> None:
    first = tokens.call("GET", "?$top=1")
    second = tokens.call("GET", f"?$top=1&continuationToken={first['continuationToken']}")

    last = tokens.call("GET", f"?$top=2&continuationToken={second['continuationToken']}")

    assert first["patTokens"] != second["patTokens"]
    assert len(last["patTokens"]) == 2
    assert last["continuationToken"] == ""


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"displayName": ""}, "displayNameRequired"),
        ({"displayName": "x" * 300}, "invalidDisplayName"),
        ({"scope": "vso.nothing"}, "invalidScope"),
        ({"scope": ""}, "invalidScope"),
        ({"scope": "app_token vso.project"}, "invalidScope"),
        ({"validTo": "2020-01-01T00:00:00Z"}, "invalidValidTo"),
        ({"validTo": "2030-01-01T00:00:00Z"}, "invalidValidTo"),
        ({"validTo": "tomorrow"}, "invalidValidTo"),
        ({"allOrgs": True}, "globalPatPolicyViolation"),
        ({"scope": "app_token"}, "fullScopePatPolicyViolation"),
        ({"validTo": "2026-12-31T00:00:00Z"}, "patLifespanPolicyViolation"),
    ],
)
def test_a_bad_request_is_told_with_status_200(cloud: PracticeCloud, tokens: Tokens, changes: Json, error: str) -> None:
    policy = cloud.directory.organization("contoso").pat_policy
    policy.global_allowed = policy.full_scope_allowed = False
    policy.longest_days = 45

    assert tokens.call("POST", body=tokens.body(**changes)) == {"patToken": None, "patTokenError": error}


def test_tokens_of_others_are_not_found(cloud: PracticeCloud, visitor: Visitor, clock: FakeClock) -> None:
    others = cloud.directory.pat("four-scopes").authorization_id

    answer = Tokens(visitor, clock, READER).call("GET", f"?authorizationId={others}")

    assert answer["patTokenError"] == "authorizationNotFound"


@pytest.mark.parametrize("credential", ["four-scopes", "app", "narrow"])
def test_the_lifecycle_is_for_people_with_the_scope_only(
    cloud: PracticeCloud, visitor: Visitor, credential: str
) -> None:
    bearer: str | None = None
    if credential == "app":
        bearer = visitor.app_token()
    elif credential == "narrow":
        bearer = visitor.user_token(scope="499b84ac-1321-427f-aa17-267ca6975798/vso.project")["access_token"]

    answer = visitor.api(
        "/contoso/_apis/tokens/pats", base=cloud.cloud.identity, bearer=bearer, version="7.1-preview.1"
    )

    assert (answer.status_code, answer.content) == (401, b"")
