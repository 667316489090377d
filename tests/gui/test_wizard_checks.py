"""The page of checks: what it lets through, what it explains, and when it checks again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop_app.app.guidance_index import guidance_for
from desktop_app.core.credential import Secret
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method
from desktop_app.practice import PracticeCloud
from desktop_app.practice.derivation import personal_access_token
from desktop_app.practice.faults import Fault, FaultKind
from desktop_app.practice.service import Service
from tests.gui.driving import Desk
from tests.gui.looking import inspect_page, visible_words


@pytest.fixture
def narrow_token(practice_cloud: PracticeCloud) -> Iterator[str]:
    """A token that may read projects and nothing else."""
    tokens = practice_cloud.directory.pats
    text = personal_access_token("pat/narrow")
    tokens["narrow"] = replace(tokens["four-scopes"], value=Secret(text), scope="vso.project")
    yield text
    del tokens["narrow"]


def fill_in_app(desk: Desk, key: str) -> None:
    """Go to the details of a client secret and fill in a seeded app, then let it be checked."""
    _tenant, client_id, secret = desk.world.app(key)
    desk.go_to_details(Method.CLIENT_SECRET)
    desk.checked()
    desk.fill("client_id", client_id)
    desk.fill("client_secret", secret)
    desk.go_on("ChecksPage")
    desk.checked()


def assert_blocked_by(desk: Desk, problem: Problem) -> None:
    """The page explains the problem, and there is no way to save."""
    words = visible_words(desk.page)
    assert guidance_for(problem).title.partition("the organization")[0] in words
    for part in ("What happened:", "Why this is likely:", "What to do now:"):
        assert part in words
    assert not desk.next_button.isEnabled()
    assert desk.reason == "The connection does not work yet. Follow the advice above, then check again."
    inspect_page(desk)


def test_missing_permission_is_told_and_may_be_saved(desk: Desk, narrow_token: str) -> None:
    desk.check_pat(narrow_token)
    rows = desk.rows()
    assert rows["Read projects"].startswith("passed.")
    assert rows["Read releases"].startswith("failed.")
    words = visible_words(desk.page)
    assert "It works, but not with every permission." in words
    assert "You can save the connection now" in words
    assert guidance_for(Problem.SCOPE_MISSING).title in words
    inspect_page(desk, [narrow_token])
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    desk.finish()
    assert desk.window.profile is not None
    assert "Works in part" in visible_words(desk.window)


def test_read_only_token_passes_what_is_only_read(desk: Desk) -> None:
    desk.check_pat(desk.world.pat("read-only"))
    assert all(said.startswith("passed.") for said in desk.rows().values())
    assert desk.next_button.isEnabled()


@pytest.mark.parametrize(
    ("token", "problem"),
    [("expired", Problem.PAT_EXPIRED), ("other-organization", Problem.CREDENTIAL_REJECTED)],
)
def test_token_that_does_not_work_can_not_be_saved(desk: Desk, token: str, problem: Problem) -> None:
    desk.check_pat(desk.world.pat(token))
    assert_blocked_by(desk, problem)
    desk.keyboard.push(desk.page.problem.action_button)
    assert desk.opened_urls == [desk.world.practice_cloud.cloud.token_page_url("contoso")]


def test_unknown_organization_leads_back_to_its_field(desk: Desk) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "contoso-typo")
    desk.go_on("CreateTokenPage")
    desk.go_on("TokenPage")
    desk.fill("token", desk.world.pat())
    desk.go_on("ChecksPage")
    desk.checked()
    assert "There is no organization called contoso-typo" in visible_words(desk.page)
    assert not desk.next_button.isEnabled()
    desk.keyboard.push(desk.page.problem.action_button)
    desk.arrive("OrganizationPage")
    assert desk.keyboard.focus is desk.editor("organization")
    desk.fill("organization", "contoso")
    desk.go_on("CreateTokenPage")
    desk.go_on("TokenPage")
    desk.go_on("ChecksPage")
    desk.checked()
    assert desk.next_button.isEnabled()


@pytest.mark.parametrize(
    ("app", "problem"),
    [
        ("expired-secret", Problem.SECRET_EXPIRED),
        ("not-in-organization", Problem.APP_NOT_IN_ORGANIZATION),
    ],
)
def test_app_that_does_not_work_can_not_be_saved(desk: Desk, app: str, problem: Problem) -> None:
    fill_in_app(desk, app)
    assert_blocked_by(desk, problem)
    desk.keyboard.push(desk.page.problem.action_button)
    assert len(desk.opened_urls) == 1


def test_wrong_secret_is_explained_with_a_way_to_the_portal(desk: Desk) -> None:
    fill_in_app(desk, "automation")
    desk.go_back("ClientSecretDetailsPage")
    wrong = "wrong" + "8Q~" + "w" * 30
    desk.fill("client_secret", wrong)
    desk.go_on("ChecksPage")
    desk.checked()
    assert_blocked_by(desk, Problem.SECRET_WRONG)
    inspect_page(desk, [wrong])
    desk.keyboard.push(desk.page.problem.action_button)
    assert [url.startswith(desk.world.practice_cloud.cloud.portal) for url in desk.opened_urls] == [True]


def test_wrong_tenant_leads_back_to_its_field(desk: Desk) -> None:
    fill_in_app(desk, "automation")
    desk.go_back("ClientSecretDetailsPage")
    desk.fill("tenant", "nowhere.example")
    desk.go_on("ChecksPage")
    desk.checked()
    assert_blocked_by(desk, Problem.TENANT_NOT_FOUND)
    desk.keyboard.push(desk.page.problem.action_button)
    desk.arrive("ClientSecretDetailsPage")
    assert desk.keyboard.focus is desk.editor("tenant")


def test_checks_run_again_after_a_value_changed_only(desk: Desk, practice_cloud: PracticeCloud) -> None:
    requests = practice_cloud.requests
    desk.check_pat(desk.world.pat())
    requests.clear()
    desk.go_back("TokenPage")
    desk.go_on("ChecksPage")
    assert not desk.page.busy
    assert requests.all() == ()
    assert desk.next_button.isEnabled()
    desk.go_back("TokenPage")
    desk.fill("token", desk.world.pat("expired"))
    desk.go_on("ChecksPage")
    desk.checked()
    assert requests.of(Service.DEVOPS)
    assert not desk.next_button.isEnabled()
    desk.go_back("TokenPage")
    desk.fill("token", desk.world.pat())
    desk.go_on("ChecksPage")
    desk.checked()
    assert desk.next_button.isEnabled()
    assert not desk.page.problem.isVisible()


def test_changing_the_expiry_date_needs_no_new_check(desk: Desk, practice_cloud: PracticeCloud) -> None:
    desk.check_pat(desk.world.pat())
    practice_cloud.requests.clear()
    desk.go_back("TokenPage")
    desk.fill("ends", "2031-01-31")
    desk.go_on("ChecksPage")
    assert practice_cloud.requests.all() == ()
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    desk.finish()
    assert desk.window.profile is not None
    assert str(desk.window.profile.credential_ends) == "2031-01-31"


def test_check_again_tries_once_more(desk: Desk, practice_cloud: PracticeCloud) -> None:
    practice_cloud.faults.add(Fault(FaultKind.STATUS, Service.DEVOPS, "connectionData", status=418, times=None))
    desk.check_pat(desk.world.pat())
    assert_blocked_by(desk, Problem.DEVOPS_UNEXPECTED)
    practice_cloud.faults.clear()
    desk.keyboard.push(desk.button("checkAgain", desk.page))
    desk.checked()
    assert desk.next_button.isEnabled()
    assert not desk.page.problem.isVisible()


def test_problem_s_own_button_tries_again(desk: Desk, practice_cloud: PracticeCloud) -> None:
    practice_cloud.faults.add(Fault(FaultKind.STATUS, Service.DEVOPS, "connectionData", status=418, times=None))
    desk.check_pat(desk.world.pat())
    practice_cloud.faults.clear()
    desk.keyboard.push(desk.page.problem.action_button)
    desk.checked()
    assert desk.next_button.isEnabled()


def test_details_of_a_problem_unfold_from_the_keyboard(desk: Desk) -> None:
    desk.check_pat(desk.world.pat("expired"))
    panel = desk.page.problem
    desk.keyboard.push(panel.details_button)
    assert "problem: pat-expired" in panel.details.toPlainText()
    assert panel.details.isVisible()
    inspect_page(desk, [desk.world.pat("expired")])
    desk.keyboard.press(Qt.Key.Key_Tab)
    desk.keyboard.push(panel.details_button)
    assert not panel.details.isVisible()


def test_focus_stays_on_something_that_can_be_seen(desk: Desk) -> None:
    desk.go_to_details(Method.PAT)
    desk.fill("token", desk.world.pat("expired"))
    desk.go_on("ChecksPage")
    assert desk.keyboard.focus.isVisible()
    desk.checked()
    assert desk.keyboard.focus.isVisible()
    desk.keyboard.push(desk.button("checkAgain", desk.page))
    assert desk.keyboard.focus.isVisible()
    desk.checked()
    assert desk.keyboard.focus.isVisible()
