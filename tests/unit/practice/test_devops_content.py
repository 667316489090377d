"""What Azure DevOps answers once somebody is let in: projects, variable groups, releases, service connections."""

import pytest

from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import slowed_down
from tests.unit.practice.visitor import GUEST, READER, Json, Visitor

GROUPS = "_apis/distributedtask/variablegroups"


def test_projects_come_in_pages(visitor: Visitor) -> None:
    names: list[str] = []
    continuation = ""
    pages = 0
    while True:
        answer = visitor.api(f"/contoso/_apis/projects?$top=5{continuation}")
        names += [one["name"] for one in answer.json()["value"]]
        pages += 1
        following = answer.headers.get("x-ms-continuationtoken")
        if following is None:
            break
        continuation = f"&continuationToken={following}"

    assert pages == 3
    assert len(names) == len(set(names)) == 14


def test_only_visible_projects_are_listed(visitor: Visitor) -> None:
    reader = visitor.user_token(READER)["access_token"]

    listed = visitor.api("/contoso/_apis/projects", bearer=reader).json()

    assert [one["name"] for one in listed["value"]] == ["Documentation", "Shop", "Website"]
    assert listed["count"] == 3


def test_a_project_is_found_by_name_or_id(visitor: Visitor) -> None:
    by_name = visitor.api("/contoso/_apis/projects/shop?includeCapabilities=true").json()
    by_id = visitor.api(f"/contoso/_apis/projects/{by_name['id']}").json()

    assert by_name["name"] == by_id["name"] == "Shop"
    assert by_name["capabilities"]["versioncontrol"]["sourceControlType"] == "Git"
    assert "capabilities" not in by_id


def test_a_project_that_is_missing_or_hidden_is_not_found(visitor: Visitor) -> None:
    reader = visitor.user_token(READER)["access_token"]

    by_name = visitor.api("/contoso/_apis/projects/Nothing")
    by_id = visitor.api("/contoso/_apis/projects/0f8fad5b-d9cb-469f-a165-70867728950e")
    hidden = visitor.api(f"/contoso/Billing/{GROUPS}", bearer=reader)

    assert (by_name.status_code, by_name.json()["typeKey"]) == (404, "ProjectDoesNotExistWithNameException")
    assert by_name.json()["message"].startswith("TF200016: ")
    assert (by_id.status_code, by_id.json()["typeKey"]) == (404, "ProjectDoesNotExistException")
    assert by_id.json()["message"].startswith("VS800075: ")
    assert hidden.status_code == 404


def test_teams_are_listed(visitor: Visitor) -> None:
    of_project = visitor.api("/contoso/_apis/projects/Shop/teams").json()
    of_all = visitor.api("/contoso/_apis/teams?$top=4", version="7.1-preview.3").json()

    assert [one["name"] for one in of_project["value"]] == ["Shop Team"]
    assert of_all["count"] == 4


def test_variable_groups_hide_secret_values(visitor: Visitor) -> None:
    listed = visitor.api(f"/contoso/Shop/{GROUPS}?groupName=shop-prod*").json()

    assert listed["count"] == 1
    variables = listed["value"][0]["variables"]
    assert variables["DB_HOST"] == {"value": "db.contoso.example"}
    assert variables["DB_PASSWORD"] == {"value": None, "isSecret": True}


def test_variable_groups_come_in_order_and_in_pages(visitor: Visitor) -> None:
    first = visitor.api(f"/contoso/Shop/{GROUPS}?$top=1")
    token = first.headers["x-ms-continuationtoken"]
    second = visitor.api(f"/contoso/Shop/{GROUPS}?$top=1&continuationToken={token}")
    upwards = visitor.api(f"/contoso/Shop/{GROUPS}?queryOrder=idAscending")

    ids = [first.json()["value"][0]["id"], second.json()["value"][0]["id"]]
    assert ids == sorted(ids, reverse=True)
    assert "x-ms-continuationtoken" not in second.headers
    assert [one["id"] for one in upwards.json()["value"]] == sorted(ids)


@pytest.mark.parametrize(("action", "count"), [("none", 1), ("use", 1), ("manage", 0)])
def test_variable_groups_can_be_asked_for_by_what_one_may_do(visitor: Visitor, action: str, count: int) -> None:
    guest = visitor.user_token(GUEST)["access_token"]

    listed = visitor.api(f"/contoso/Website/{GROUPS}?actionFilter={action}", bearer=guest).json()

    assert listed["count"] == count


@pytest.mark.parametrize("group_id", ["1", "999", "word"])
def test_a_variable_group_that_is_not_in_the_project_is_null(visitor: Visitor, group_id: str) -> None:
    answer = visitor.api(f"/contoso/Shop/{GROUPS}/{group_id}")

    assert (answer.status_code, answer.json()) == (200, None)


def group_body(cloud: PracticeCloud, name: str = "new-group", /, **changes: object) -> Json:
    project = cloud.directory.organization("contoso").project("Shop")
    assert project is not None
    reference = {"name": name, "projectReference": {"id": project.id, "name": project.name}}
    return {
        "name": name,
        "type": "Vsts",
        "variables": {"plain": {"value": "v"}, "hidden": {"value": "s", "isSecret": True}},
        "variableGroupProjectReferences": [reference],
    } | changes


def test_a_variable_group_can_be_added_replaced_and_deleted(cloud: PracticeCloud, visitor: Visitor) -> None:
    made = visitor.api(f"/contoso/{GROUPS}", method="POST", json=group_body(cloud)).json()
    variables = {"plain": {"value": "w"}, "hidden": {"isSecret": True}}
    replaced = visitor.api(
        f"/contoso/{GROUPS}/{made['id']}", method="PUT", json=group_body(cloud, "renamed", variables=variables)
    ).json()
    kept = cloud.directory.organization("contoso").groups[made["id"]].variables["hidden"].value
    project_id = made["variableGroupProjectReferences"][0]["projectReference"]["id"]
    deleted = visitor.api(f"/contoso/{GROUPS}/{made['id']}?projectIds={project_id}", method="DELETE")

    assert made["variables"]["hidden"]["value"] is None
    assert (replaced["name"], replaced["variables"]["plain"]["value"]) == ("renamed", "w")
    assert kept == "s"
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert visitor.api(f"/contoso/Shop/{GROUPS}/{made['id']}").json() is None


def test_a_variable_group_can_be_shared_with_another_project(cloud: PracticeCloud, visitor: Visitor) -> None:
    website = cloud.directory.organization("contoso").project("Website")
    assert website is not None
    reference = {"name": "shop-test", "projectReference": {"id": website.id}}

    shared = visitor.api(f"/contoso/{GROUPS}?variableGroupId=4", method="PATCH", json=[reference])

    assert shared.status_code == 204
    assert visitor.api(f"/contoso/Website/{GROUPS}/4").json()["isShared"] is True


def test_a_name_taken_twice_is_a_conflict(visitor: Visitor, cloud: PracticeCloud) -> None:
    answer = visitor.api(f"/contoso/{GROUPS}", method="POST", json=group_body(cloud, "Shop-Test"))

    assert (answer.status_code, answer.json()["typeKey"]) == (409, "VariableGroupExistsException")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"variables": {}}, "at least one variable"),
        ({"variableGroupProjectReferences": []}, "project reference"),
        ({"name": ""}, "group.Name"),
    ],
)
def test_a_bad_variable_group_is_refused(
    cloud: PracticeCloud, visitor: Visitor, changes: dict[str, object], told: str
) -> None:
    answer = visitor.api(f"/contoso/{GROUPS}", method="POST", json=group_body(cloud, **changes))

    assert answer.status_code == 400
    assert told in answer.json()["message"]


@pytest.mark.parametrize("body", [{}, [], "text", None])
def test_a_body_that_is_no_group_is_a_bad_request(visitor: Visitor, body: object) -> None:
    assert visitor.api(f"/contoso/{GROUPS}", method="POST", json=body).status_code == 400


def test_changes_need_the_right_besides_the_scope(cloud: PracticeCloud, visitor: Visitor) -> None:
    reader = visitor.user_token(READER)["access_token"]

    added = visitor.api(f"/contoso/{GROUPS}", method="POST", json=group_body(cloud), bearer=reader)
    replaced = visitor.api(f"/contoso/{GROUPS}/3", method="PUT", json=group_body(cloud), bearer=reader)

    for answer in (added, replaced):
        assert (answer.status_code, answer.json()["typeKey"]) == (403, "AccessCheckException")
        assert "needs the following permission(s)" in answer.json()["message"]


def test_release_definitions_live_on_their_own_host(cloud: PracticeCloud, visitor: Visitor) -> None:
    path = "/contoso/Shop/_apis/release/definitions"
    listed = visitor.api(f"{path}?$top=1", base=cloud.cloud.release)
    one = visitor.api(
        f"/contoso/Shop/_apis/Release/definitions/{listed.json()['value'][0]['id']}", base=cloud.cloud.release
    )

    assert listed.json()["count"] == 1
    assert listed.headers["x-ms-continuationtoken"] == "1"
    assert one.json()["name"] == "Shop to production"
    assert visitor.api(f"{path}/999", base=cloud.cloud.release).status_code == 404


def test_a_release_definition_can_be_added(cloud: PracticeCloud, visitor: Visitor) -> None:
    path = "/contoso/Shop/_apis/release/definitions"
    reader = visitor.user_token(READER)["access_token"]
    body = {"name": "Nightly", "environments": [{"name": "Stage 1"}]}

    made = visitor.api(path, method="POST", base=cloud.cloud.release, json=body)
    again = visitor.api(path, method="POST", base=cloud.cloud.release, json=body)
    empty = visitor.api(path, method="POST", base=cloud.cloud.release, json={})
    refused = visitor.api(path, method="POST", base=cloud.cloud.release, json=body, bearer=reader)

    assert made.json()["name"] == "Nightly"
    assert (again.status_code, empty.status_code, refused.status_code) == (400, 400, 403)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"contoso-subscription", "container-registry"}),
        ("?type=AzureRM", {"contoso-subscription"}),
        ("?authSchemes=UsernamePassword", {"container-registry"}),
        ("?actionFilter=manage", {"contoso-subscription", "container-registry"}),
    ],
)
def test_service_connections_are_listed_without_their_secrets(visitor: Visitor, query: str, names: set[str]) -> None:
    listed = visitor.api(f"/contoso/Shop/_apis/serviceendpoint/endpoints{query}").json()

    assert {one["name"] for one in listed["value"]} == names
    assert all(one["authorization"]["parameters"] == {} for one in listed["value"])


def test_service_connections_one_may_not_see_are_left_out(visitor: Visitor) -> None:
    reader = visitor.user_token(READER)["access_token"]
    guest = visitor.user_token(GUEST)["access_token"]
    path = "_apis/serviceendpoint/endpoints"

    assert visitor.api(f"/contoso/Shop/{path}", bearer=reader).json()["count"] == 0
    assert visitor.api(f"/contoso/Website/{path}", bearer=guest).json()["count"] == 1
    assert visitor.api(f"/contoso/Website/{path}?actionFilter=manage", bearer=guest).json()["count"] == 0


def test_one_service_connection_is_found_by_its_id(visitor: Visitor) -> None:
    path = "/contoso/Shop/_apis/serviceendpoint/endpoints"
    first = visitor.api(path).json()["value"][0]

    assert visitor.api(f"{path}/{first['id']}").json() == first
    assert visitor.api(f"{path}/0f8fad5b-d9cb-469f-a165-70867728950e").json() is None


def test_profile_and_organizations_of_a_person(cloud: PracticeCloud, visitor: Visitor) -> None:
    token = visitor.user_token(GUEST)["access_token"]
    profile = visitor.api("/_apis/profile/profiles/me", base=cloud.cloud.profile, bearer=token).json()
    path = f"/_apis/accounts?memberId={profile['id']}"

    organizations = visitor.api(path, base=cloud.cloud.profile, bearer=token).json()

    assert profile["emailAddress"] == GUEST
    assert [one["accountName"] for one in organizations["value"]] == ["contoso"]
    assert visitor.api("/_apis/accounts", base=cloud.cloud.profile, bearer=token).status_code == 400


@pytest.mark.parametrize("credential", ["four-scopes", "app"])
def test_profile_is_for_people_s_own_sign_ins(cloud: PracticeCloud, visitor: Visitor, credential: str) -> None:
    bearer = visitor.app_token() if credential == "app" else None

    answer = visitor.api("/_apis/profile/profiles/me", base=cloud.cloud.profile, bearer=bearer)

    assert (answer.status_code, answer.content) == (401, b"")


def test_a_service_principal_can_be_added_and_is_then_let_in(cloud: PracticeCloud, visitor: Visitor) -> None:
    tenant = cloud.directory.tenant("contoso")
    origin = cloud.directory.app("not-in-organization").service_principal_id(tenant)
    path, version = "/contoso/_apis/serviceprincipalentitlements", "7.1-preview.1"
    admin = visitor.user_token()["access_token"]

    def add(origin_id: str) -> Json:
        body = {"servicePrincipal": {"origin": "aad", "originId": origin_id, "subjectKind": "servicePrincipal"}}
        answer: Json = visitor.api(
            path, method="POST", base=cloud.cloud.entitlements, bearer=admin, version=version, json=body
        ).json()["operationResult"]
        return answer

    wrong = add(cloud.directory.app("not-in-organization").client_id)
    right = add(origin)
    who = visitor.api(
        "/contoso/_apis/connectionData", bearer=visitor.app_token("not-in-organization"), version="7.1-preview.1"
    )

    assert wrong["isSuccess"] is False
    assert "Failed to create service principal" in wrong["errors"][0]["value"]
    assert right["isSuccess"] is True
    assert who.status_code == 200


def test_nothing_comes_of_an_empty_body_and_what_is_missing_is_told_in_order(
    cloud: PracticeCloud, visitor: Visitor
) -> None:
    organization = cloud.directory.organization("contoso")
    before = set(organization.groups), len(organization.releases)
    reader = visitor.user_token(READER)["access_token"]

    def ask(credential: str | None = None, bearer: str | None = None) -> list[tuple[int, bool]]:
        groups = visitor.api("/contoso/" + GROUPS, method="POST", json={}, credential=credential, bearer=bearer)
        releases = visitor.api(
            "/contoso/Shop/_apis/release/definitions",
            method="POST",
            base=cloud.cloud.release,
            json={},
            credential=credential,
            bearer=bearer,
        )
        return [(one.status_code, bool(one.content)) for one in (groups, releases)]

    assert ask(credential="read-only") == [(401, False), (401, False)]
    assert ask(bearer=reader) == [(403, True), (403, True)]
    assert ask(credential="four-scopes") == [(400, True), (400, True)]
    assert (set(organization.groups), len(organization.releases)) == before


def test_without_a_licence_what_is_in_a_project_stays_closed(visitor: Visitor) -> None:
    token = visitor.user_token("stakeholder@contoso.example")["access_token"]

    refused = visitor.api(f"/contoso/Shop/{GROUPS}", bearer=token)

    assert visitor.api("/contoso/_apis/projects", bearer=token).json()["count"] == 2
    assert (refused.status_code, refused.json()["typeKey"]) == (403, "MissingLicenseException")
    assert refused.json()["message"].startswith("TF400409: ")


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("Shop/_apis/git/repositories", "7.1"),
        ("Shop/_apis/build/definitions", "7.1"),
        ("Shop/_apis/wit/workitemtypes", "7.1"),
        ("Shop/_apis/wiki/wikis", "7.1"),
        ("Shop/_apis/distributedtask/taskgroups", "7.1"),
        ("Shop/_apis/distributedtask/securefiles", "7.1-preview.1"),
        ("_apis/distributedtask/pools", "7.1"),
    ],
)
def test_a_token_with_full_access_reads_what_no_connection_needs(visitor: Visitor, path: str, version: str) -> None:
    answer = visitor.api(f"/contoso/{path}", credential="full-access", version=version).json()

    assert answer["count"] == len(answer["value"]) > 0
    assert visitor.api(f"/contoso/{path}", credential="four-scopes", version=version).content == b""


def test_the_users_of_an_organization_are_listed(cloud: PracticeCloud, visitor: Visitor) -> None:
    listed = visitor.api(
        "/contoso/_apis/graph/users", base=cloud.cloud.identity, credential="wide", version="7.1-preview.1"
    ).json()

    assert {one["principalName"] for one in listed["value"]} >= {READER, GUEST}


def test_a_good_answer_may_ask_to_wait(cloud: PracticeCloud, visitor: Visitor) -> None:
    cloud.faults.add(slowed_down(2, path_contains="projects"))

    slowed = visitor.api("/contoso/_apis/projects")

    assert (slowed.status_code, slowed.headers["Retry-After"], slowed.json()["count"]) == (200, "2", 14)
    assert "Retry-After" not in visitor.api("/contoso/_apis/projects").headers
